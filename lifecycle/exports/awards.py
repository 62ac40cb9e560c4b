"""Awards as every open-data form needs them: one for each grant that was decided and has not come to nothing."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any, NamedTuple

from lifecycle.programme import version
from lifecycle.projections.shape import Row
from lifecycle.reports.view import View, name_of
from lifecycle.values import Kind, fiscal_year_ends

NEEDS = ("grant_register", "payment_book", "project_register")
DEAD = ("withdrawn", "not_adopted", "rejected")
KINDS: dict[str, str] = {kind.value: kind.name_ja for kind in Kind}
FUNDER = "内閣府"


class Award(NamedTuple):
    """One grant, as it is told to others. `awarded_yen` is what was decided with its changes, less what was revoked."""

    grant: str
    project: str
    authority: str
    authority_name: str
    title: str
    description: str
    programme: str
    programme_name: str
    fiscal_year: int
    first_year: int
    last_year: int
    status: str
    round: str
    decided_on: str
    requested_yen: int
    awarded_yen: int
    disbursed_yen: int
    payments: tuple[Row, ...]

    @property
    def starts_on(self) -> str:
        """The first day of the fiscal year."""
        return f"{self.fiscal_year}-04-01"

    @property
    def ends_on(self) -> str:
        """The last day of the fiscal year."""
        return fiscal_year_ends(self.fiscal_year).isoformat()


def awards(view: View) -> Iterator[Award]:
    """Awards in the order of their ids."""
    for _, lines in groupby(view.rows("grant_register"), lambda row: row["grant"]):
        parts = list(lines)
        if parts[0]["decided_on"] and parts[0]["status"] not in DEAD:
            yield _award(view, parts)


def _award(view: View, parts: list[Row]) -> Award:
    head: Any = parts[0]
    plan = view.of("project_register", head["project"])
    rules = version(head["programme"])
    kinds = "・".join(dict.fromkeys(_kind(part) for part in parts))
    taken_yen = sum(part["cancelled_yen"] + part["void_yen"] for part in parts)
    strategy = plan[0]["strategy"] if plan else ""
    return Award(
        grant=head["grant"],
        project=head["project"],
        authority=head["authority"],
        authority_name=name_of(head["authority"]),
        title=head["title"],
        description=f"{rules.name_ja} {head['fiscal_year']}年度 {kinds}"
        + (f" {strategy}" if strategy else ""),
        programme=head["programme"],
        programme_name=rules.name_ja,
        fiscal_year=head["fiscal_year"],
        first_year=plan[0]["first_year"] if plan else head["fiscal_year"],
        last_year=plan[0]["last_year"] if plan else head["fiscal_year"],
        status=head["status"],
        round=head["round"],
        decided_on=head["decided_on"],
        requested_yen=sum(part["requested_yen"] for part in parts),
        awarded_yen=sum(part["decided_yen"] + part["changed_yen"] for part in parts) - taken_yen,
        disbursed_yen=sum(part["disbursed_yen"] - part["returned_yen"] for part in parts),
        payments=view.of("payment_book", head["grant"]),
    )


def _kind(part: Row) -> str:
    kind: str = part["kind"]
    return KINDS.get(kind, kind)
