"""Read models. INLINE ones are written in the command's own transaction; rules may read them."""

from __future__ import annotations

from lifecycle.projections import application_slots, cap_usage

INLINE = (cap_usage, application_slots)
"""Written with the events they follow from, in one transaction."""

__all__ = ["INLINE", "application_slots", "cap_usage"]
