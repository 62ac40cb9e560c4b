"""Checks of single matters: money that ties out, deadlines, publication, combination, sub-grants, input tax …."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import msgspec

from lifecycle.aggregates import Grant, Project, ProjectYear
from lifecycle.aggregates.grant import DEAD, Status
from lifecycle.checks.agenda import Wait, agenda, folded
from lifecycle.errors import Finding
from lifecycle.programme import version
from lifecycle.rules.budget_year import commitment_findings
from lifecycle.rules.eligibility import decided_alone_findings
from lifecycle.rules.works import double_funding_findings
from lifecycle.store import Store
from lifecycle.store.log import AsOf, open_log
from lifecycle.values import yen

REPORTED = (Status.REPORTED, Status.SETTLED, Status.CLOSED)
STAGES = ("consideration", "implementation", "verification")


def check_double_funding(store: Store, on: date, point: AsOf) -> Iterator[Finding]:
    """重複・二重交付: a decision without the check is warned of (検査院 R04)."""
    del on
    for n, grant in _decided(store, point):
        checked = grant.sheets.double_funding
        if checked:
            facts = {
                "own_grant_yen": checked.own_grant_yen,
                "passed_down_yen": checked.passed_down_yen,
                "eligible_cost_yen": checked.eligible_cost_yen,
            }
            for beyond in double_funding_findings(version(grant.programme), **facts):
                yield _finding("double_funding", f"event {n}: {grant.id}: {beyond.message}", beyond.remedy)
        if not checked and grant.application in ("new", "continuing"):
            yield _finding(
                "double_funding",
                f"event {n}: {grant.id} was decided without a check of double funding",
                f"check it: grants check-double-funding {grant.id} --own-grant-yen YEN --passed-down-yen YEN "
                "--eligible-cost-yen YEN",
                strength="warning",
            )


def check_sub_grants(store: Store, on: date, point: AsOf) -> Iterator[Finding]:
    """間接補助金: reported complete while unpaid (検査院 H28-0068)."""
    del on
    for n, grant in _decided(store, point):
        unpaid = [s.id for s in grant.sheets.sub_grants.values() if s.paid_on is None]
        if unpaid and grant.status in REPORTED:
            yield _finding(
                "sub_grants",
                f"event {n}: {grant.id} was reported complete; unpaid: {', '.join(unpaid)}",
                f"order a correction: grants order-correction {grant.id} --act ACT --due-on YYYY-MM-DD",
            )


def check_deadlines(store: Store, on: date, point: AsOf) -> Iterator[Finding]:
    """期限: what is overdue, and what was decided after the budget of its fiscal year."""
    for n, grant in _decided(store, point):
        for late in commitment_findings(version(grant.programme), grant.fiscal_year, grant.decided_on or on):
            yield _finding(
                "deadlines", f"event {n}: {grant.id}: {late.message}", late.remedy, strength="warning"
            )
    with open_log(store) as log:
        for wait in agenda(log, point, on):
            if wait.overdue(on):
                yield _overdue(wait)


def check_publication(store: Store, on: date, point: AsOf) -> Iterator[Finding]:
    """公表: a year whose effect should be published by now, or was closed unpublished (seed G51-G53)."""
    with open_log(store) as log:
        for n, year in folded(log, point):
            if isinstance(year, ProjectYear) and year.closed_on and year.kpis and year.unpublished:
                yield _finding(
                    "publication",
                    f"event {n}: {year.name} is closed; not published: {', '.join(year.unpublished)}",
                    "publish it on the authority's page, and report how the year was closed",
                )
        for wait in agenda(log, point, on):
            if wait.overdue(on) and wait.what.startswith(
                ("measure", "verify", "evaluate", "plan", "publish")
            ):
                yield _finding(
                    "publication",
                    f"event {wait.event}: {wait.id}: {wait.what} was due on {wait.due_on}",
                    "do it, or the next continuing application is refused",
                )


def check_input_tax(store: Store, on: date, point: AsOf) -> Iterator[Finding]:
    """消費税仕入控除税額: settled, due, and not reported (検査院 H24)."""
    with open_log(store) as log:
        for wait in agenda(log, point, on):
            if wait.overdue(on) and wait.what == "report input tax":
                yield _finding(
                    "input_tax",
                    f"event {wait.event}: {wait.id}: input tax was to be reported by {wait.due_on}",
                    f"report it, zero too: grants report-input-tax {wait.id} --deductible-tax-yen YEN",
                )


def check_assets(store: Store, on: date, point: AsOf) -> Iterator[Finding]:
    """取得財産: disposed of while restricted, without approval; what was paid was not revoked since (22条, 17条)."""
    del on
    for n, grant in _decided(store, point):
        revoked_on = max((revoked.on for revoked in grant.sheets.revocations), default=date.min)
        for asset in grant.sheets.assets.values():
            if asset.breach and (asset.disposed_on or date.max) > revoked_on:
                yield _finding(
                    "assets",
                    f"event {n}: asset {asset.id} ({asset.name}) of {grant.id}: {asset.disposal} on "
                    f"{asset.disposed_on} without approval, restricted until {asset.restricted_until}",
                    f"an approver may revoke: grants revoke {grant.id} --amount-yen YEN --fault recipient",
                    strength="warning",
                )


def check_participation(store: Store, on: date, point: AsOf) -> Iterator[Finding]:
    """産官学金労言: sectors that took no part, by stage (seed G48, G49)."""
    del on
    with open_log(store) as log:
        for n, project in folded(log, point):
            if not isinstance(project, Project) or project.imported or not project.kpis:
                continue
            sectors = [member.id for member in version(project.programme).members("sectors")]
            for stage in STAGES:
                seen = {sector for at, sector, _ in project.participations if at == stage}
                if missing := [sector for sector in sectors if sector not in seen]:
                    yield _finding(
                        "participation",
                        f"event {n}: {project.id}, {stage}: no {', '.join(missing)}",
                        f"record it: grants record-participation {project.id} --stage {stage} --sector {missing[0]} "
                        "--body BODY",
                        strength="warning",
                    )


def check_combination(store: Store, on: date, point: AsOf) -> Iterator[Finding]:
    """注4: a decision taken elsewhere that left infrastructure alone, for as long as money of it stands."""
    del on
    for n, grant in _decided(store, point):
        if not grant.imported_from:
            continue
        standing_yen: dict[str, int] = {}
        for part in grant.components.values():
            part_yen = part.settled_yen if grant.settled_on else part.committed_yen
            standing_yen[part.kind] = standing_yen.get(part.kind, 0) + part_yen
        for finding in decided_alone_findings(version(grant.programme), grant.id, standing_yen):
            message = f"event {n}: {grant.id}: {finding.message}"
            yield msgspec.structs.replace(finding, message=message)


def _decided(store: Store, point: AsOf) -> Iterator[tuple[int, Grant]]:
    with open_log(store) as log:
        for n, grant in folded(log, point):
            if isinstance(grant, Grant) and grant.decided_on and grant.status not in DEAD:
                yield n, grant


def _overdue(wait: Wait) -> Finding:
    amount = f" ({yen(wait.amount_yen)})" if wait.amount_yen else ""
    return _finding(
        "deadlines",
        f"event {wait.event}: {wait.id}: {wait.what}{amount} was due on {wait.due_on}, by {wait.role}",
        "see everything that waits: grants todo",
        strength="warning",
    )


def _finding(rule: str, message: str, remedy: str, *, strength: str = "hard") -> Finding:
    return Finding(
        rule=rule,
        strength="warning" if strength == "warning" else "hard",
        source="lifecycle.md sections 1.2, 2.3, 3, 4",
        message=message,
        remedy=remedy,
    )
