"""A second derivation of every read table: plain loops over the bare JSON of the log, sharing no code with the first.

Each function gives, for one table, its key columns and figures as plain values; what the projections say in words
(titles, reasons) is held against golden reports instead.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from fractions import Fraction
from typing import Any

Json = dict[str, Any]


class Log:
    """The log as JSON, by stream."""

    def __init__(self, entries: Iterable[bytes]) -> None:
        self.entries = list(entries)
        self.events = [{"n": n, **json.loads(entry)} for n, entry in enumerate(self.entries, 1)]
        self.streams: dict[str, list[Json]] = {}
        for event in self.events:
            self.streams.setdefault(event["stream"], []).append(event)

    def of(self, beginning: str) -> dict[str, list[Json]]:
        """Streams whose first event is of this sort."""
        return {s: told for s, told in self.streams.items() if told[0]["type"].startswith(beginning)}

    def grants(self) -> dict[str, list[Json]]:
        """Every grant's events."""
        return self.of("grant.")


def amount(share: Json, *names: str) -> int:
    """The sum of some amounts of a share; what is 0 is not stored."""
    return sum(share.get(name, 0) for name in names)


# ---------------------------------------------------------------------- a grant's money, from its events


def components(told: list[Json]) -> dict[str, Json]:
    """Every component with what happened to its money."""
    lines: dict[str, Json] = {}
    settled = False
    for event in told:
        kind, data = event["type"].removeprefix("grant."), event["data"]
        if kind in ("submitted", "resubmitted", "decision_imported"):
            lines = {
                c["id"]: {"requested": c["requested_yen"], "kind": c["kind"]} for c in data["components"]
            }
        settled = settled or kind == "settled"
        given(lines, kind, data)
        taken(lines, kind, data)
    for line in lines.values():
        line["settled"] = line.get("now", 0) if settled else 0
    return lines


def given(lines: dict[str, Json], kind: str, data: Json) -> None:
    """An event that gives, or says what it cost."""
    if kind == "decision_imported":
        for line in lines.values():
            line["decided"] = line["now"] = line["requested"]
    if kind == "adopted":
        for share in data["shares"]:
            lines[share["component"]]["adopted"] = amount(share, "reserved_yen")
    if kind == "approved":
        for share in data["shares"]:
            line = lines[share["component"]]
            line["decided"] = line["now"] = amount(share, "committed_yen")
    if kind == "completion_reported":
        for component, cost in data["actuals_yen"].items():
            lines[component]["cost"] = cost


def taken(lines: dict[str, Json], kind: str, data: Json) -> None:
    """An event that changes or takes away what was given."""
    if kind in ("change_approved", "abolished", "revoked", "input_tax_reported"):
        word = {"change_approved": "changed", "input_tax_reported": "input_tax"}.get(kind, "cancelled")
        for share in data["after"]:
            line = lines[share["component"]]
            after = amount(share, "committed_yen", "settled_yen")
            sign = 1 if kind == "change_approved" else -1
            line[word] = line.get(word, 0) + sign * (after - line.get("now", 0))
            line["now"] = after
    if kind == "settled":
        for share in data["shares"]:
            line = lines[share["component"]]
            line["decommitted"] = line.get("now", 0) - amount(share, "settled_yen")
            line["now"] = amount(share, "settled_yen")
    if kind == "withdrawn":
        for line in lines.values():
            line["void"], line["now"] = line.get("now", 0), 0


def whole(told: list[Json]) -> Json:
    """What a grant has been paid, and gave back."""
    sums = dict.fromkeys(("advanced", "disbursed", "ordered", "returned", "carried"), 0)
    bases = {}
    carried, last, net = 0, f"{told[0]['data']['fiscal_year']}-03-31", []
    for event in told:
        kind, data = event["type"].removeprefix("grant."), event["data"]
        before = sums["disbursed"] - sums["returned"]
        if kind == "disbursed":
            sums["disbursed"] += data["amount_yen"]
            sums["advanced"] += data["amount_yen"] if data["payment"] == "advance" else 0
        elif kind == "payment_set_off":
            sums["disbursed"] += data["amount_yen"]
        elif kind == "return_ordered":
            bases[data["order"]] = data["basis"]
            sums["ordered"] += data["amount_yen"]
        elif kind in ("return_recorded", "return_set_off", "collected_as_tax"):
            sums["returned"] += data["amount_yen"] if bases[data["order"]] != "revenue" else 0
        elif kind == "carry_over_requested":
            carried = data["amount_yen"]
        elif kind == "carry_over_approved":
            sums["carried"] = carried
            last = f"{int(last[:4]) + 1}-03-31"
        net.append((event["effective_on"], sums["disbursed"] - sums["returned"] - before))
    now = sum(line.get("now", 0) for line in components(told).values())
    paid = sum(moved for on, moved in net if on <= last)
    sums["carried"] = min(sums["carried"], max(0, now - paid))
    return sums


def grant_register(log: Log) -> list[tuple[Any, ...]]:
    """Money by component; that of the whole grant on its first line."""
    found = []
    for grant, told in log.grants().items():
        sums = whole(told)
        for line, (name, c) in enumerate(components(told).items(), 1):
            words = ("requested", "adopted", "decided", "changed", "cancelled", "void", "decommitted")
            words = (*words, "input_tax", "settled", "now", "cost")
            amounts = [c.get(word, 0) for word in words]
            shared = [sums[word] if line == 1 else 0 for word in sums]
            found.append((grant, line, name, c["kind"], *amounts, *shared))
    return sorted(found)


GRANT_REGISTER = (
    *("grant", "line", "component", "kind", "requested_yen", "adopted_yen", "decided_yen", "changed_yen"),
    *("cancelled_yen", "void_yen", "decommitted_yen", "input_tax_yen", "settled_yen", "standing_yen"),
    *("actual_cost_yen", "advanced_yen", "disbursed_yen", "ordered_yen", "returned_yen", "carried_over_yen"),
)


# ---------------------------------------------------------------------- the others


def project_register(log: Log) -> list[tuple[Any, ...]]:
    """Plans with their period and planned money."""
    found = []
    for project, told in log.of("project.").items():
        first = last = planned = kpis = 0
        certificate = ended = None
        for event in told:
            kind, data = event["type"].removeprefix("project."), event["data"]
            if kind in ("planned", "plan_revised"):
                planned = sum(y["requested_yen"] for c in data["components"] for y in c["years"])
                kpis = len(data["kpis"])
            if kind in ("planned", "plan_revised", "period_changed"):
                first, last = data["first_year"], data["last_year"]
            if kind == "imported":
                first = last = data["fiscal_year"]
            if kind in ("plan_certified", "plan_amended"):
                certificate = data["certificate_no"]
            if kind == "corrected":
                certificate = data["replacement"].get("certificate_no", certificate)
            if kind == "ended":
                ended = event["effective_on"]
        found.append((project, first, last, planned, kpis, certificate or "", ended))
    return sorted(found)


PROJECT_REGISTER = ("project", "first_year", "last_year", "planned_yen", "kpis", "certificate_no", "ended_on")


def review_sheet(log: Log) -> list[tuple[Any, ...]]:
    """Scores added up, and the last decision."""
    found = []
    outcomes = ("adopted", "not_adopted", "approved", "rejected")
    for grant, told in log.grants().items():
        if told[0]["data"].get("application") not in ("new", "continuing"):
            continue
        scores = {e["data"]["criterion"]: e["data"]["score"] for e in told if e["type"] == "grant.scored"}
        decided = [e for e in told if e["type"].removeprefix("grant.") in outcomes]
        adopted = [e for e in told if e["type"] == "grant.adopted"]
        last = decided[-1] if decided else None
        found.append(
            (
                grant,
                sum(c["requested"] for c in components(told).values()),
                len(scores),
                sum(scores.values()),
                last["type"].removeprefix("grant.") if last else "",
                last["by"] if last else "",
                sum(amount(s, "reserved_yen") for s in adopted[-1]["data"]["shares"]) if adopted else 0,
            )
        )
    return sorted(found)


REVIEW_SHEET = ("grant", "requested_yen", "scored", "total", "decision", "decided_by", "reserved_yen")


def effect_board(log: Log) -> list[tuple[Any, ...]]:
    """KPIs with what was measured last, and what was published."""
    found = []
    for told in log.of("project_year.").values():
        begun = told[0]["data"]
        actuals: dict[str, str] = {}
        classes: Json = {}
        published = {}
        for event in told:
            kind, data = event["type"].removeprefix("project_year."), event["data"]
            if kind == "measured":
                actuals[data["kpi"]] = data["actual"]
            if kind == "corrected" and data["event_type"] == "project_year.measured":
                actuals[data["key"]] = data["replacement"]["actual"]
            if kind == "evaluated":
                classes = data["classes"]
            if kind == "published":
                published[data["part"]] = event["effective_on"]
        for kpi in begun["kpis"]:
            target = kpi["targets"].get(str(begun["fiscal_year"]))
            actual = actuals.get(kpi["id"])
            met = None
            if target is not None and actual is not None:
                sign = -1 if kpi.get("direction") == "down" else 1
                met = sign * (Fraction(actual) - Fraction(target)) >= 0
            parts = [published.get(part) for part in ("verification", "evaluation", "measures")]
            key = (begun["project"], begun["fiscal_year"], kpi["id"])
            found.append((*key, target or "", actual or "", met, classes.get(kpi["id"]), *parts))
    return sorted(found, key=str)


EFFECT_BOARD = (
    *("project", "fiscal_year", "kpi", "target", "actual", "met", "class"),
    *("verification_published_on", "evaluation_published_on", "measures_published_on"),
)


def carry_over_sheet(log: Log) -> list[tuple[Any, ...]]:
    """Every request that no later one took the place of, and the one approval that counts."""
    found = []
    for grant, told in log.grants().items():
        asked: list[Json] = []
        for event in told:
            if event["type"] == "grant.carry_over_requested":
                waits = bool(asked) and asked[-1]["approved_on"] is None
                asked[len(asked) - waits :] = [{**event["data"], "approved_on": None}]
            if event["type"] == "grant.carry_over_approved":
                asked[-1]["approved_on"] = event["effective_on"]
        counting = max((i for i, one in enumerate(asked) if one["approved_on"]), default=None)
        for i, one in enumerate(asked):
            yen = one["amount_yen"]
            found.append((grant, i + 1, one["basis"], yen, yen if i == counting else 0, one["approved_on"]))
    return sorted(found)


CARRY_OVER_SHEET = ("grant", "line", "basis", "asked_yen", "approved_yen", "approved_on")


def return_register(log: Log) -> list[tuple[Any, ...]]:
    """Orders with what was paid, charged, exempted."""
    orders: dict[str, Json] = {}
    for told in log.grants().values():
        for event in told:
            kind, data = event["type"].removeprefix("grant."), event["data"]
            if kind == "return_ordered":
                blank = {"paid": 0, "addon": 0, "late": 0, "exempted": 0, "charges": 0}
                orders[data["order"]] = {**blank, "amount": data["amount_yen"], "due": data["due_on"]}
            elif kind == "return_extended":
                orders[data["order"]]["due"] = data["due_on"]
            elif kind in ("return_recorded", "return_set_off", "collected_as_tax"):
                orders[data["order"]]["paid"] += data["amount_yen"]
            elif kind == "charges_assessed":
                orders[data["order"]] |= {"addon": data["addon_yen"], "late": data["late_yen"]}
            elif kind == "charges_exempted":
                orders[data["order"]]["exempted"] += data["addon_yen"] + data["late_yen"]
            elif kind in ("charge_paid", "charge_collected", "charge_set_off"):
                orders[data["order"]]["charges"] += data["addon_yen"] + data["late_yen"]
    return sorted(
        (
            name,
            o["due"],
            o["amount"],
            o["paid"],
            o["amount"] - o["paid"],
            o["addon"],
            o["late"],
            o["exempted"],
            o["charges"],
            o["addon"] + o["late"] - o["exempted"] - o["charges"],
        )
        for name, o in orders.items()
    )


RETURN_REGISTER = (
    *("order", "due_on", "amount_yen", "paid_yen", "principal_left_yen", "addon_yen", "late_yen"),
    *("exempted_yen", "charges_paid_yen", "charges_left_yen"),
)


def evidence_list(log: Log) -> list[tuple[Any, ...]]:
    """Papers named anywhere, with the digest of the event that names them."""
    found = []
    for event, entry in zip(log.events, log.entries, strict=True):
        data = event["data"]
        papers = list(data["evidence"]) if event["type"] == "grant.completion_reported" else []
        if event["type"] == "grant.sub_grant_paid" and data["evidence"]:
            papers = [data["evidence"]]
        if event["type"] == "grant.decision_imported":
            papers = [", ".join(filter(None, (data["source"], str(data["row"]))))]
        if event["type"] == "project_year.published":
            papers = [data["url"]]
        if event["type"] in ("waiver.waived", "programme.confirmed"):
            papers = [data["document"]]
        if event["type"] in ("project.plan_certified", "project.plan_amended") and data["certificate_no"]:
            papers = [data["certificate_no"]]
        digest = hashlib.sha256(entry).hexdigest()
        found += [(event["n"], line, paper, digest) for line, paper in enumerate(papers, 1)]
    return sorted(found)


EVIDENCE_LIST = ("n", "line", "reference", "entry_sha256")


def audit_points(log: Log) -> list[tuple[Any, ...]]:
    """What stands, what was paid less returned, what is unpaid and unreported."""
    found = []
    for grant, told in log.grants().items():
        kinds = {event["type"].removeprefix("grant.") for event in told}
        if not kinds & {"approved", "decision_imported"} or kinds & {"withdrawn", "not_adopted", "rejected"}:
            continue
        sums, lines = whole(told), components(told).values()
        promised: dict[str, int] = {}
        for event in told:
            if event["type"] == "grant.sub_grant_committed":
                promised[event["data"]["sub_grant"]] = event["data"]["amount_yen"]
            if event["type"] == "grant.sub_grant_paid":
                promised.pop(event["data"]["sub_grant"])
        standing = sum(line.get("now", 0) for line in lines)
        contracts = sum(e["data"]["amount_yen"] for e in told if e["type"] == "grant.contract_recorded")
        found.append(
            (
                grant,
                standing,
                standing,
                sums["disbursed"] - sums["returned"],
                "double_funding_checked" in kinds,
                len(promised),
                sum(promised.values()),
                "settled" in kinds,
                "input_tax_reported" in kinds,
                contracts,
                sum(line.get("cost", 0) for line in lines),
            )
        )
    return sorted(found)


AUDIT_POINTS = (
    *("grant", "decisions_yen", "standing_yen", "net_paid_yen", "double_funding_checked"),
    *("sub_grants_unpaid", "sub_grants_unpaid_yen", "settled", "input_tax_reported", "contracts_yen"),
    "actual_cost_yen",
)
