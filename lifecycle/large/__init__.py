"""大規模台帳: the night over the Parquet export of the log, when the store's own machine is outgrown.

DuckDB brings the events of a prefecture together in order, and writes to disk what does not fit into memory; the
very code of the store's night folds them, prefecture by prefecture, in as many processes as there are; the parts
are joined into one file of read tables, from which reports are read as from a store. No rule is written twice.
"""

from __future__ import annotations

from lifecycle.large.night import fold_share, night_over
from lifecycle.large.reading import open_report

__all__ = ["fold_share", "night_over", "open_report"]
