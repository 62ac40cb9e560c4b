"""夜間処理: read tables brought up to date from the log, swapped in at once; rebuilt from event one, and compared."""

from __future__ import annotations

from lifecycle.nightly.rebuilding import rebuild, verify_rebuild
from lifecycle.nightly.running import nightly

__all__ = ["nightly", "rebuild", "verify_rebuild"]
