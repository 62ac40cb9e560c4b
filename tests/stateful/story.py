"""One fixed story that goes to every limit, so that a fault shows that a random search finds sooner or later."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from store.office import CRITERIA, HIROSHIMA, R8, SAPPORO, YOKOHAMA, elsewhere, new

Do = Callable[..., Any]
DAY = {"on": "2025-05-01"}


def tell(do: Do) -> None:
    """The story. `do` takes a command's name and fields, and says nothing of refusals."""
    the_last_yen_of_a_cap(do)
    slots_that_run_out(do)
    plans_that_overlap(do)
    money_to_the_end(do)
    money_that_comes_back(do)
    what_must_not_be(do)


def decidable(do: Do, application: dict[str, Any], number: int) -> str:
    """A grant that waits for its decision."""
    do("submit", by="head", application=application, **DAY)
    project = f"{application['authority']}-{application['first_year']}-{number:02}"
    grant = f"{project}/{application['first_year']}"
    for criterion in CRITERIA:
        do("score", by="officer", grant=grant, criterion=criterion, score=4, reason="課題が明確", **DAY)
    do("certify_plan", by="approver", project=project, certificate_no="第76回-1", **DAY)
    return grant


def the_last_yen_of_a_cap(do: Do) -> None:
    """Yokohama's soft cap is filled to the yen, passed by one, and has room again."""
    first = decidable(do, new(YOKOHAMA, soft=600_000_000), 1)
    second = decidable(do, new(YOKOHAMA, soft=400_000_000), 2)
    for grant in (first, second):
        do("approve", by="approver", grant=grant, **DAY)
    one_more = {**elsewhere(YOKOHAMA, 2025, soft=1), "decided_on": "2025-05-01"}
    do("import_decision", by="officer", **one_more, **DAY)
    do("withdraw", by="head", grant=first, **DAY)
    do("import_decision", by="officer", **one_more, **DAY)
    do("adopt", by="approver", grant=second, **DAY)


def slots_that_run_out(do: Do) -> None:
    """Ten new applications of Sapporo, one too many, and one again when another was withdrawn."""
    for _ in range(11):
        do("submit", by="head", application=new(SAPPORO, soft=1_000), **DAY)
    do("withdraw", by="head", grant="011002-2025-10/2025", **DAY)
    for _ in range(2):
        do("submit", by="head", application=new(SAPPORO, soft=1_000), **DAY)


def plans_that_overlap(do: Do) -> None:
    """Two plans of Hiroshima that share a year, and together fill the cap over the plans."""
    first = decidable(do, new(HIROSHIMA, last=2026, soft=1_000, infrastructure=3_000_000_000), 1)
    second = decidable(do, new(HIROSHIMA, first=2026, soft=1_000, infrastructure=2_000_000_000), 1)
    for grant in (first, second):
        do("approve", by="approver", grant=grant, **DAY)
    one_more = {**elsewhere(HIROSHIMA, 2026, infrastructure=1), "decided_on": "2025-05-01"}
    do("import_decision", by="officer", **one_more, **DAY)


def money_to_the_end(do: Do) -> None:
    """Paid to the yen, one more, reported at half, settled, ordered back, returned."""
    grant = decidable(do, new(HIROSHIMA, soft=10_000), 2)
    do("approve", by="both", grant=grant, **DAY)
    for payer, yen in (("both", 1), ("payer", 10_000), ("payer", 1)):
        do("disburse", by=payer, grant=grant, amount_yen=yen, payment="advance", **DAY)
    do("report_completion", by="head", grant=grant, actuals={"soft": 8_001}, **DAY)
    do("settle", by="approver", grant=grant, **DAY)
    wish = {"basis": "overpayment", "due_on": "2025-06-01"}
    for yen in (6_001, 6_000, 1):
        do("order_return", by="approver", grant=grant, amount_yen=yen, **wish, **DAY)
    for yen in (6_001, 6_000, 1):
        do("record_return", by="receiver", order=f"{grant}/r1", amount_yen=yen, **DAY)


def money_that_comes_back(do: Do) -> None:
    """Revoked in part after it was paid; the rest given up."""
    grant = decidable(do, new(HIROSHIMA, soft=9_000), 3)
    do("approve", by="approver", grant=grant, **DAY)
    do("disburse", by="payer", grant=grant, amount_yen=6_000, payment="advance", **DAY)
    told = {"fault": "recipient", "reason": "目的外使用"}
    do("revoke", by="approver", grant=grant, amount_yen=4_000, **told, **DAY)
    do("abolish", by="approver", grant=grant, reason="事業者の撤退", **DAY)


def what_must_not_be(do: Do) -> None:
    """Decided by who prepared it, above the rate, before it was asked, paid before it was decided."""
    grant = decidable(do, new(HIROSHIMA, soft=8_000), 4)
    do("score", by="both", grant=grant, criterion="vision", score=5, reason="課題が明確", **DAY)
    do("approve", by="both", grant=grant, **DAY)
    do("approve", by="approver", grant=grant, amounts={"soft": 8_001}, **DAY)
    do("approve", by="approver", grant=grant, on="2025-04-30")
    do("disburse", by="payer", grant=grant, amount_yen=1, payment="advance", **DAY)
    do("approve", by="approver", grant=grant, dry_run=True, **DAY)
    do("approve", by="approver", grant=grant, on="2025-05-10")
    grant = decidable(do, new(HIROSHIMA, soft=7_000), 5)
    do("approve", by="approver", grant=grant, on="2025-05-10")
    do("disburse", by="payer", grant=grant, amount_yen=1, payment="advance", on="2025-05-09")
    do("confirm_programme", by="approver", programme=R8, basis="document", document="事務連絡", **DAY)
