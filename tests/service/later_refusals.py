"""A way to each refusal that the commands of the rest of the law bring with them."""

from __future__ import annotations

from collections.abc import Callable

from store.office import HIROSHIMA, Office, new

P = f"{HIROSHIMA}-2025-01"

CASE = {"prefecture": HIROSHIMA, "firm": "西条酒造", "match": "full_time", "cost_on": "2025-04-01"}
DONATION = {
    "firm": "7000012050002",
    "head_office": "131016",
    "authority": HIROSHIMA,
    "project": P,
    "amount_yen": 10_000_000,
    "donated_on": "2025-04-01",
    "corporate_tax_yen": 300_000_000,
    "inhabitant_levy_yen": 21_000_000,
    "enterprise_tax_yen": 80_000_000,
}
ITEMS = [
    {"id": "i1", "name": "車両", "fiscal_year": 2025, "cost_yen": 15_000},
    {"id": "i2", "name": "運行", "fiscal_year": 2025, "cost_yen": 5_000},
]


def with_items(yen: int = 10_000) -> dict[str, object]:
    """An application whose soft component has two cost items."""
    application = new(soft=yen)
    application["components"][0]["items"] = ITEMS
    return dict(application)


def carry_over_repeated(office: Office) -> None:
    grant = office.approved(new(soft=1_000))
    carried = {"amount_yen": 500, "basis": "planned", "cause": "用地交渉の遅れ"}
    office.do("request_carry_over", grant=grant, **carried, new_end_on="2026-12-20")
    office.do("approve_carry_over", grant=grant)
    office.do("request_carry_over", grant=grant, **carried, new_end_on="2027-12-20")


def prior_approval_needed(office: Office) -> None:
    grant = office.approved(with_items())
    move = {"component": "soft", "from_item": "i1", "to_item": "i2", "amount_yen": 1_001}
    office.do("notify_minor_change", grant=grant, **move)


def objection_late(office: Office) -> None:
    grant = office.approved(new(soft=1_000))
    office.do("file_objection", grant=grant, notified_on="2025-04-01", grounds="事実誤認", on="2025-05-02")


def retention(office: Office) -> None:
    office.approved(new(soft=1_000))
    office.published(P, 2025)
    office.do("close_year", project=P, fiscal_year=2025)
    office.do("end_project", project=P)
    office.do("dispose_evidence", project=P, on="2031-03-31")


def cost_kind(office: Office) -> None:
    office.do("submit_talent_case", **CASE, costs={"referral_fee": 700_000, "pay": 300_000})


def donation_too_small(office: Office) -> None:
    office.do("record_donation", **{**DONATION, "amount_yen": 99_999})


def head_office(office: Office) -> None:
    office.do("record_donation", **{**DONATION, "head_office": HIROSHIMA})


def too_late(office: Office) -> None:
    office.do("record_donation", **{**DONATION, "donated_on": "2028-04-01"})


def conflict_of_interest(office: Office) -> None:
    grant = office.submitted(new(soft=1_000))
    office.do("declare_conflict", grant=grant, interest="親族が受託者")
    office.do("score", grant=grant, criterion="vision", score=4, reason="課題が明確")


def double_funding(office: Office) -> None:
    sums = {"own_grant_yen": 1_000, "passed_down_yen": 1, "eligible_cost_yen": 2_000}
    office.do("check_double_funding", grant=office.submitted(new(soft=1_000)), **sums)


def sub_grant_unpaid(office: Office) -> None:
    grant = office.approved(new(soft=1_000))
    office.do("commit_sub_grant", grant=grant, sub_grant="g1", payee="西条酒造", amount_yen=900)
    office.do("report_completion", grant=grant, actuals={"soft": 2_000})


LATER_WAYS: tuple[Callable[[Office], None], ...] = (
    *(carry_over_repeated, prior_approval_needed, objection_late, retention, cost_kind),
    *(donation_too_small, head_office, too_late, conflict_of_interest, double_funding, sub_grant_unpaid),
)
