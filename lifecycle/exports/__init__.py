"""公開データ・引渡し: what leaves the ledger in other people's forms. A table of contents."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from lifecycle.errors import BadInput
from lifecycle.exports import commongrants, iati, log_lines, threesixty
from lifecycle.reports.view import View

Pieces = Callable[[View, str], Iterator[bytes]]
"""Writes a document piece by piece; the text is the publisher's registered identifier."""

KINDS: dict[str, tuple[Pieces, tuple[str, ...]]] = {
    "log": (log_lines.pieces, ()),
    "360giving": (threesixty.pieces, threesixty.NEEDS),
    "iati": (iati.pieces, iati.NEEDS),
    "commongrants": (commongrants.pieces, commongrants.NEEDS),
}
"""Every kind that is one document: how it is written, and the read tables it needs."""


def kind_named(kind: str) -> tuple[Pieces, tuple[str, ...]]:
    """The export of this name.

    Raises:
        BadInput: there is none.
    """
    if kind not in KINDS:
        raise BadInput(f"no export {kind}; exports: {', '.join(KINDS)}, parquet")
    return KINDS[kind]
