"""予定と期限: what waits for whom and until when, read off the log alone. Overdue first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from lifecycle.aggregates import Aggregate, Grant, Project, ProjectYear
from lifecycle.aggregates.grant import DEAD, IN_PROGRESS, Status
from lifecycle.programme import ProgrammeVersion as Rules
from lifecycle.programme import version
from lifecycle.rules.deadlines import last_day, months_after, open_day
from lifecycle.store.entries import to_event
from lifecycle.store.log import AsOf, Log
from lifecycle.store.transaction import fold
from lifecycle.values import fiscal_year_ends

GONE = (*DEAD, Status.REVOKED)
"""Nothing is left of the work."""

WITHDRAWABLE, OBJECTABLE = "may still be withdrawn", "may still be objected to"
"""Chances, not duties: they are gone when their day has passed."""


@dataclass(frozen=True, slots=True)
class Wait:
    """One thing that waits: what, of which record, for which role, until when (None: no date is set).

    `event` is the number of the record's last event in the log.
    """

    what: str
    id: str
    authority: str
    role: str
    due_on: date | None
    amount_yen: int | None = None
    event: int = 0

    def overdue(self, on: date) -> bool:
        """True when its day has passed."""
        return self.due_on is not None and self.due_on < on


def folded(log: Log, point: AsOf, beginning: str = "") -> Iterator[tuple[int, Aggregate]]:
    """Every aggregate whose stream begins so, as of a point, by stream; each with its last event's number."""
    events: dict[str, list[object]] = {}
    last: dict[str, int] = {}
    for n, entry in log.entries(point, beginning=beginning):
        event = to_event(entry)
        events.setdefault(event.originator_id, []).append(event)
        last[event.originator_id] = n
    for stream in sorted(events):
        aggregate = fold(events[stream])
        if aggregate is not None:
            yield last[stream], aggregate


def agenda(log: Log, point: AsOf, on: date, beginning: str = "") -> list[Wait]:
    """Everything that waits, or only of streams that begin so: overdue first, then by day; what has no day last."""
    waits: list[Wait] = []
    projects: dict[str, Project] = {}
    years: dict[tuple[str, int], ProjectYear] = {}
    grants: list[tuple[int, Grant]] = []
    for n, aggregate in folded(log, point, beginning):
        if isinstance(aggregate, Grant):
            grants.append((n, aggregate))
        elif isinstance(aggregate, Project):
            projects[aggregate.id] = aggregate
        elif isinstance(aggregate, ProjectYear):
            years[aggregate.project, aggregate.fiscal_year] = aggregate
    for n, grant in grants:
        project = projects.get(grant.project)
        year = years.get((grant.project, grant.fiscal_year))
        waits += [replace(wait, event=n) for wait in _of_grant(grant, project, year)]
    waits = [wait for wait in waits if wait.what not in (WITHDRAWABLE, OBJECTABLE) or not wait.overdue(on)]
    return sorted(waits, key=lambda w: (not w.overdue(on), w.due_on is None, w.due_on or on, w.id, w.what))


def _of_grant(grant: Grant, project: Project | None, year: ProjectYear | None) -> Iterator[Wait]:
    rules = version(grant.programme)
    if rules.is_closed:
        return
    yield from _of_application(grant, rules)
    yield from _of_money(grant, rules)
    yield from _of_orders(grant)
    yield from _of_demands(grant, rules)
    if project is not None and project.kpis:
        yield from _of_effect(grant, year)


def _wait(grant: Grant, what: str, role: str, due_on: date | None, amount_yen: int | None = None) -> Wait:
    return Wait(what, grant.id, grant.authority, role, due_on, amount_yen)


def _of_application(grant: Grant, rules: Rules) -> Iterator[Wait]:
    days = rules.setting_int("review_days") + grant.sheets.correction_days
    review_due = open_day(grant.submitted_on + timedelta(days=days))
    if grant.status is Status.SUBMITTED:
        yield _wait(grant, "review", "officer", review_due, grant.asked_yen)
    if grant.status is Status.RETURNED:
        yield _wait(grant, "correct the application", "head", None)
    if grant.status is Status.ADOPTED:
        yield _wait(grant, "decide", "approver", review_due, grant.reserved_yen)
    for change in grant.changes.values():
        if change.status == "requested" and grant.status is Status.APPROVED:
            yield Wait("decide the change", change.id, grant.authority, "approver", None)


def _of_money(grant: Grant, rules: Rules) -> Iterator[Wait]:
    carried = grant.sheets.carry_overs
    if carried and carried[-1].approved_on is None and grant.status in IN_PROGRESS:
        yield _wait(grant, "decide the carry-over", "approver", None, carried[-1].amount_yen)
    if grant.status in (Status.APPROVED, Status.SUSPENDED, Status.ABOLISHED):
        yield _wait(grant, "report completion", "head", _report_due(grant, rules))
    if grant.status in IN_PROGRESS:
        yield from _of_reports(grant, rules)
    for sub_grant in grant.sheets.sub_grants.values():
        if sub_grant.paid_on is None and grant.status not in (*GONE, Status.ABOLISHED):
            yield _wait(grant, f"pay sub-grant {sub_grant.id}", "preparer", None, sub_grant.amount_yen)
    if grant.status is Status.REPORTED:
        yield _wait(grant, "settle", "approver", None)
    yield from _of_settlement(grant, rules)


def _of_reports(grant: Grant, rules: Rules) -> Iterator[Wait]:
    """Progress every half-year while the work goes on; at the end of every year where it goes on into the next."""
    told = {report.what: report.on for report in grant.sheets.reports}
    ends = fiscal_year_ends(grant.fiscal_year + len(grant.carry_overs_approved))
    since = told.get("progress") or grant.decided_on or grant.submitted_on
    due = open_day(months_after(since, rules.setting_int("progress_report_months")))
    if due <= ends:
        yield _wait(grant, "report progress", "preparer", due)
    month, day = (rules.setting_int(f"year_end_report_until_{part}") for part in ("month", "day"))
    for year in range(grant.fiscal_year, grant.fiscal_year + len(grant.carry_overs_approved)):
        if told.get("year_end", date.min) < fiscal_year_ends(year):
            yield _wait(grant, "report the year's end", "head", open_day(date(year + 1, month, day)))


def _of_settlement(grant: Grant, rules: Rules) -> Iterator[Wait]:
    if grant.status is Status.SETTLED:
        unpaid_yen = grant.settled_yen - grant.disbursed_yen + grant.returned_yen
        if unpaid_yen > 0:
            yield _wait(grant, "final payment", "disbursing_officer", None, unpaid_yen)
    is_untold = not grant.sheets.input_tax_reported_by and grant.application != "talent"
    if is_untold and grant.settled_on and grant.status in (Status.SETTLED, Status.CLOSED):
        yield _wait(grant, "report input tax", "head", _input_tax_due(grant, rules))
    for basis in ("overpayment", "revocation", "sub_grantee", "input_tax", "revenue"):
        if grant.settled_on or grant.sheets.revocations:
            room_yen = grant.returnable_yen(basis)
            if room_yen:
                yield _wait(grant, f"order the return ({basis})", "approver", None, room_yen)


def _report_due(grant: Grant, rules: Rules) -> date:
    carried = [c for c in grant.sheets.carry_overs if c.approved_on]
    year = grant.fiscal_year + 1 + len(carried)
    month = rules.setting_int("completion_report_until_month")
    last = date(year, month, rules.setting_int("completion_report_until_day"))
    if grant.status is Status.ABOLISHED:  # done with, so it is reported within a month
        last = min(last, months_after(grant.standing_since, rules.setting_int("completion_report_months")))
    return open_day(last)


def _input_tax_due(grant: Grant, rules: Rules) -> date:
    year = grant.fiscal_year + rules.setting_int("input_tax_report_years_after")
    month = rules.setting_int("input_tax_report_until_month")
    return open_day(date(year, month, rules.setting_int("input_tax_report_until_day")))


def _of_orders(grant: Grant) -> Iterator[Wait]:
    for order in grant.orders.values():
        if order.principal_left_yen:
            left_yen = order.principal_left_yen
            yield Wait("pay back", order.id, grant.authority, "head", open_day(order.due_on), left_yen)
        elif order.assessed_on is None:
            yield Wait("assess add-on and late money", order.id, grant.authority, "revenue_officer", None)
        elif order.addon_due_yen + order.late_due_yen:
            due_yen = order.addon_due_yen + order.late_due_yen
            yield Wait("pay add-on and late money", order.id, grant.authority, "head", None, due_yen)


def _of_demands(grant: Grant, rules: Rules) -> Iterator[Wait]:
    for demand in grant.sheets.demands:
        if demand.met_on is None and grant.status not in GONE:
            yield _wait(grant, f"{demand.what}: {demand.act}", "head", open_day(demand.due_on))
    for objection in grant.sheets.objections:
        if objection.answered_on is None:
            yield _wait(grant, "answer the objection", "approver", None)
    if grant.sheets.disposed_on:
        until = last_day(grant.sheets.disposed_on, rules.setting_int("objection_days"))
        yield _wait(grant, OBJECTABLE, "head", until)
    if grant.status is Status.APPROVED and grant.withdrawable_until and not grant.disbursed_yen:
        yield _wait(grant, WITHDRAWABLE, "head", grant.withdrawable_until)


def _of_effect(grant: Grant, year: ProjectYear | None) -> Iterator[Wait]:
    """Verified and published in the year after the work (lifecycle.md 3)."""
    if grant.status in DEAD or grant.decided_on is None or (year and year.closed_on):
        return
    due = fiscal_year_ends(grant.fiscal_year + 1)
    project = grant.project

    def wait(what: str, role: str) -> Wait:
        return Wait(f"{what} (FY{grant.fiscal_year})", project, grant.authority, role, due)

    if year is None or any(kpi not in year.actuals for kpi in year.kpis):
        yield wait("measure the KPIs", "preparer")
    elif "external" not in year.verifications:
        yield wait("verify the effect", "verifier")
    elif not year.evaluated_by:
        yield wait("evaluate", "head")
    elif year.improvement is None:
        yield wait("plan the improvement", "head")
    elif year.unpublished:
        yield wait(f"publish {', '.join(year.unpublished)}", "head")
    else:
        yield wait("close the year", "approver")
