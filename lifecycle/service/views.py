"""What `show`, `list` and `caps` answer: aggregates and cap rows as the JSON of contract section 4."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import msgspec

from lifecycle.aggregates import Aggregate, Grant, Officer, ProgrammeVersion, Project, ProjectYear, Round
from lifecycle.aggregates.grant import ChangeState, ComponentState, OrderState
from lifecycle.errors import Finding
from lifecycle.programme import version
from lifecycle.programme.authorities import find
from lifecycle.projections.cap_usage import CapRow
from lifecycle.schemes import Figure, Scheme

Json = dict[str, Any]


def grant_line(grant: Grant) -> Json:
    """A grant in `list`."""
    return {
        "grant": grant.id,
        "authority": grant.authority,
        "authority_name": authority_name(grant.authority),
        "fiscal_year": grant.fiscal_year,
        "title": grant.title,
        "status": grant.status.value,
        "programme": grant.programme,
        "requested_yen": grant.requested_yen,
        "committed_yen": grant.committed_yen,
        "settled_yen": grant.settled_yen,
        "disbursed_yen": grant.disbursed_yen,
        "returned_yen": grant.returned_yen,
        "imported_from": grant.imported_from,
    }


def grant_view(grant: Grant, told: Mapping[str, list[Finding]]) -> Json:
    """`show GRANT`; `told`: by change, what is told of it."""
    return {
        "grant": grant.id,
        "project": grant.project,
        "authority": grant.authority,
        "authority_name": authority_name(grant.authority),
        "tier": grant.tier,
        "fiscal_year": grant.fiscal_year,
        "title": grant.title,
        "status": grant.status.value,
        "version": grant.version,
        "programme": grant.programme,
        "round": grant.round,
        "application": grant.application,
        "imported_from": grant.imported_from,
        "asked_yen": grant.asked_yen,
        "requested_yen": grant.requested_yen,
        "reserved_yen": grant.reserved_yen,
        "granted_yen": grant.granted_yen,
        "committed_yen": grant.committed_yen,
        "settled_yen": grant.settled_yen,
        "disbursed_yen": grant.disbursed_yen,
        "returned_yen": grant.returned_yen,
        "decommitted_yen": grant.decommitted_yen,
        "carried_over_yen": grant.carried_over_yen,
        "revoked_yen": grant.revoked_yen,
        "abolished_yen": grant.abolished_yen,
        "input_tax_yen": grant.input_tax_yen,
        "submitted_on": grant.submitted_on,
        "decided_on": grant.decided_on,
        "decided_by": grant.decided_by,
        "decision_no": grant.decision_no,
        "conditions": grant.conditions,
        "withdrawable_until": grant.withdrawable_until,
        "reported_on": grant.reported_on,
        "settled_on": grant.settled_on,
        "scores": {
            name: {"score": s.score, "reason": s.reason, "by": s.by} for name, s in grant.scores.items()
        },
        "justifications": grant.justifications,
        "components": [component_view(grant, component) for component in grant.components.values()],
        "payments": grant.disbursements,
        "orders": [order_view(order) for order in grant.orders.values()],
        "changes": [change_view(change, told.get(change.id)) for change in grant.changes.values()],
        **sheets_view(grant),
    }


def sheets_view(grant: Grant) -> Json:
    """What a grant keeps beside its money; only what there is."""
    sheets = grant.sheets
    kept: Json = {
        "contracts": sheets.contracts,
        "sub_grants": list(sheets.sub_grants.values()),
        "carry_overs": sheets.carry_overs,
        "item_moves": sheets.moves,
        "reports": sheets.reports,
        "demands": sheets.demands,
        "revocations": sheets.revocations,
        "holds": sheets.holds,
        "assets": list(sheets.assets.values()),
        "objections": sheets.objections,
        "conflicts": sheets.conflicts,
        "informally_notified_on": sheets.informally_notified_on,
        "advance_needs_yen": sheets.advance_needs_yen,
        "needs_yen": sheets.advance_needs,
        "evidence": sheets.evidence,
        "double_funding_checked": sheets.double_funding is not None,
        "double_funding": sheets.double_funding,
        "input_tax_reported": bool(sheets.input_tax_reported_by),
    }
    return {name: value for name, value in kept.items() if value}


def component_view(grant: Grant, component: ComponentState) -> Json:
    """A component in `show GRANT`; like the grant's own, its commitment ends with the settlement."""
    return {
        "id": component.id,
        "kind": component.kind,
        "title": component.title,
        "rate": component.rate,
        "ministry": component.ministry,
        "eligible_cost_yen": component.eligible_cost_yen,
        "requested_yen": component.requested_yen,
        "reserved_yen": component.reserved_yen,
        "granted_yen": component.granted_yen,
        "committed_yen": 0 if grant.settled_on else component.committed_yen,
        "settled_yen": component.settled_yen,
        "actual_cost_yen": component.actual_cost_yen,
    }


def order_view(order: OrderState) -> Json:
    """A return order."""
    return {
        "order": order.id,
        "basis": order.basis,
        "amount_yen": order.amount_yen,
        "ordered_on": order.ordered_on,
        "due_on": order.due_on,
        "paid_yen": order.paid_yen,
        "principal_left_yen": order.principal_left_yen,
        "fault": order.fault,
        "addon_yen": order.addon_yen,
        "late_yen": order.late_yen,
        "addon_due_yen": order.addon_due_yen,
        "late_due_yen": order.late_due_yen,
        "exempted_addon_yen": order.exempted_addon_yen,
        "exempted_late_yen": order.exempted_late_yen,
        "assessed_on": order.assessed_on,
        "payments": order.payments,
    }


def change_view(change: ChangeState, told: list[Finding] | None) -> Json:
    """A change, with what is told of it, where there is anything."""
    return {
        "change": change.id,
        "status": change.status,
        "deltas": change.deltas,
        "drop": change.drop,
        "last_year": change.last_year,
        "content": change.content,
        "requested_by": change.requested_by,
        "requested_on": change.requested_on,
        **({"warnings": told} if told else {}),
    }


def project_view(project: Project, grants: Iterable[Grant], years: Iterable[ProjectYear]) -> Json:
    """`show PROJECT`."""
    return {
        "project": project.id,
        "authority": project.authority,
        "authority_name": authority_name(project.authority),
        "title": project.title,
        "strategy": project.strategy,
        "programme": project.programme,
        "first_year": project.first_year,
        "last_year": project.last_year,
        "imported": project.imported,
        "certificate_no": project.certificate_no,
        "ended_on": project.ended_on,
        "evidence_disposed_on": project.evidence_disposed_on,
        "version": project.version,
        "components": project.components,
        "kpis": project.kpis,
        "participations": [
            {"stage": stage, "sector": sector, "body": body} for stage, sector, body in project.participations
        ],
        "coverage": coverage_view(project),
        "tags": project.tags,
        "national_targets": project.national_targets,
        "amendments": project.amendments,
        "target_revisions": project.target_revisions,
        "supports": [{"held_on": held_on, "content": content} for held_on, content in project.supports],
        "grants": [grant_line(grant) for grant in grants],
        "years": [year_view(year) for year in years],
    }


def coverage_view(project: Project) -> Json:
    """産官学金労言 by stage: how many bodies of each sector took part (seed G48, G49)."""
    matrix: Json = {}
    for stage, sector, _ in project.participations:
        row = matrix.setdefault(stage, {})
        row[sector] = row.get(sector, 0) + 1
    return matrix


def year_view(year: ProjectYear) -> Json:
    """A project's effect-year."""
    return {
        "fiscal_year": year.fiscal_year,
        "kpis": [
            {
                "kpi": kpi.id,
                "name": kpi.name,
                "target": kpi.targets.get(str(year.fiscal_year)),
                "actual": year.actuals.get(kpi.id),
                "class": year.classes.get(kpi.id),
            }
            for kpi in year.kpis.values()
        ],
        "verifications": list(year.verifications.values()),
        "cause": year.cause,
        "improvement": year.improvement,
        "published": list(year.published.values()),
        "unpublished": year.unpublished,
        "closed_on": year.closed_on,
    }


def office_view(found: Officer | Round | ProgrammeVersion) -> Json:
    """`show` of an officer, a round or a programme version."""
    if isinstance(found, Officer):
        roles = {"roles": list(found.roles), "authority": found.authority}
        return {"officer": found.officer, "name": found.name, **roles}
    if isinstance(found, Round):
        days = {"opens_on": found.opens_on, "closes_on": found.closes_on}
        return {"round": found.round, "programme": found.programme, **days}
    return {
        **programme_view(found.id.partition("/")[2]),
        "confirmed_by": found.confirmed_by,
        "confirmed_on": found.confirmed_on,
        "basis": found.basis,
        "document": found.document,
    }


def record_view(record: Aggregate) -> Json:
    """A record that is no grant, project or office: what was recorded, under the names it was recorded by."""
    told = {name: value for name, value in vars(record).items() if not name.startswith("_")}
    told |= told.pop("facts", {})
    view: Json = {"record": record.id, "what": record.TOPIC, "version": record.version}
    for name, value in told.items():
        view[name] = value
        if name == "authority":
            view["authority_name"] = authority_name(value)
    return view


def scheme_view(scheme: Scheme, on: date) -> Json:
    """A scheme in `schemes`: its aims, and its figures in force on a day."""
    figures = dict(scheme.figure)
    if "caps_of" in figures:
        figures |= _caps_of(str(figures["caps_of"].value))
    return {
        "scheme": scheme.id,
        "name_ja": scheme.name_ja,
        "aims": scheme.aims,
        "source": scheme.aims_source,
        "figures": {name: figure for name, figure in figures.items() if figure.in_force_from <= on},
    }


def _caps_of(programme: str) -> dict[str, Figure]:
    """Caps and rates of a programme version, which alone states them."""
    rules = version(programme)
    caps = {
        cap.id: Figure(
            value=cap.limit_yen,
            unit=f"yen by {cap.period}, {cap.strength}",
            source=cap.source,
            in_force_from=cap.in_force_from,
        )
        for cap in rules.caps
    }
    rates = {
        f"rate_{rate.kind}": Figure(
            value=f"{rate.rate.numerator}/{rate.rate.denominator}",
            unit="share of eligible cost",
            source=rate.source,
            in_force_from=rate.in_force_from,
        )
        for rate in rules.rates
    }
    return caps | rates


def programme_view(identifier: str) -> Json:
    """A programme version as its file states it."""
    rules = version(identifier)
    return {
        "programme": rules.id,
        "name": rules.name,
        "name_ja": rules.name_ja,
        "status": rules.status,
        "in_force_from": rules.in_force_from,
        "in_force_until": rules.in_force_until,
        "sha256": rules.sha256,
    }


def window_view(row: CapRow) -> Json:
    """A window in `caps`. `limit_yen` and `room_yen` None = undetermined."""
    window, total, limit_yen = row.window, row.total, row.window.limit_yen
    view: Json = {"rule": window.rule, "kind": window.kind, "period": window.period}
    if window.fiscal_year is not None:
        view["fiscal_year"] = window.fiscal_year
    if window.project:
        view["project"] = window.project
        view |= {"first_year": window.first_year, "last_year": window.last_year}
    taken_yen = total.used_yen + total.reserved_yen
    return view | {
        "limit_yen": limit_yen,
        "strength": window.strength,
        "used_yen": total.used_yen,
        "reserved_yen": total.reserved_yen,
        "requested_yen": total.requested_yen,
        "room_yen": None if limit_yen is None else max(0, limit_yen - taken_yen),
        "source": window.source,
    }


def authority_name(code: str) -> str:
    """The authority's Japanese name, or "" when it is no longer in the table."""
    authority = find(code)
    return authority.name_ja if authority else ""


def plain(value: Any) -> Any:
    """Structs, dates and dataclasses as plain JSON values."""
    return msgspec.to_builtins(value)
