"""Refusals that only a server knows: it does not answer, lets this role do less, or was lost at the commit."""

from __future__ import annotations

from lifecycle.errors import Refusal


class Unreachable(Refusal):
    """The database server does not answer, or lets nobody in; nothing was written."""

    code = "unreachable"
    exit = 4


class LinkCut(Unreachable):
    """The link to the server was cut in the middle of a question; on a new one it may be answered."""


class DatabaseRole(Refusal):
    """権限: the role this program connects as may not do this in the database; nothing was written."""

    code = "database_role"
    exit = 7


class OutcomeUnknown(Refusal):
    """The link was cut while the server committed, and the server can't be asked what became of the command."""

    code = "outcome_unknown"
    exit = 8
