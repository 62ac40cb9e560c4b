"""NIGHTLY: the read tables that people's reports are made of, rebuilt every night from the log. A table of contents."""

from __future__ import annotations

from lifecycle.projections import (
    asset_register,
    audit_points,
    cap_board,
    carry_over_sheet,
    effect_board,
    evidence_list,
    grant_register,
    payment_book,
    project_register,
    return_register,
    review_sheet,
    waiver_register,
)
from lifecycle.projections.shape import ByEvent, ByStream, Column, Projection

BY_STREAM: tuple[ByStream, ...] = (
    grant_register,
    project_register,
    review_sheet,
    effect_board,
    carry_over_sheet,
    return_register,
    payment_book,
    asset_register,
    evidence_list,
    audit_points,
    waiver_register,
)
"""Each follows from the history of one stream: a stream that was added to is folded again."""

BY_EVENT: tuple[ByEvent, ...] = (cap_board,)
"""Each goes on from its own rows, event by event."""

NIGHTLY: tuple[Projection, ...] = (*BY_STREAM, *BY_EVENT)
"""Every read table."""

COLUMNS: dict[str, tuple[Column, ...]] = {projection.NAME: projection.COLUMNS for projection in NIGHTLY}
"""Columns of every read table, by its name."""
