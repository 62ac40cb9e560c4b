"""An office of one process: the service on a store of its own, a clock moved by hand, an officer for each role.

The opened store is made once per test process and copied, so that a test begins in a millisecond.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import places
from places import Place

from lifecycle.commands import ALL
from lifecycle.service import Grants

Json = dict[str, Any]

HIROSHIMA, SAPPORO, YOKOHAMA = "340006", "011002", "141003"
"""A prefecture, a core hub city, and a designated city that is none (so a municipality)."""

R7, R8 = "R7-dai2sedai", "R8-mirai-suishin"
CRITERIA = ("vision", "kpi", "self_reliance", "participation")
PARTS = ("verification", "evaluation", "measures")
OPENED_ON = "2025-04-01"
TIMELESS = ["chain", "duties", "caps", "reconcile"]
NOON = datetime(2025, 4, 1, 3, tzinfo=UTC)
"""Noon of the first business day, in Japan."""

OFFICERS = {
    "head": ["head"],
    "preparer": ["preparer"],
    "officer": ["officer"],
    "approver": ["approver"],
    "payer": ["disbursing_officer"],
    "receiver": ["revenue_officer"],
    "verifier": ["verifier"],
    "auditor": ["auditor"],
    "both": ["head", "preparer", "officer", "approver", "disbursing_officer", "revenue_officer", "verifier"],
}
"""One officer for each role, and one who holds them all."""

DONE_BY = {
    "root": "init register_officer",
    "officer": (
        "open_round import_decision record_consultation record_support return_for_correction "
        "declare_conflict score check_double_funding notify_informally inspect dispose_evidence "
        "register_talent_hub record_donation register_office join_hub record_match record_award "
        "record_hub_event"
    ),
    "approver": (
        "confirm_programme certify_plan amend_plan revise_target adopt not_adopt approve reject "
        "approve_change refuse_change approve_carry_over order_compliance suspend resume abolish "
        "order_correction settle revoke order_return extend_return exempt hold_payment set_off "
        "approve_disposal answer_objection close_year end_project waive correct"
    ),
    "preparer": (
        "record_participation record_contract notify_minor_change commit_sub_grant pay_sub_grant "
        "report_progress report_delay register_asset dispose_asset measure submit_talent_case "
        "tag_project link_target"
    ),
    "head": (
        "submit resubmit withdraw request_change request_carry_over request_advance report_year_end "
        "report_completion report_input_tax report_revenue file_objection evaluate plan_improvement "
        "publish"
    ),
    "payer": "disburse",
    "receiver": "record_return assess_return collect_as_tax",
    "verifier": "verify_effect",
    "auditor": "record_finding",
}
"""Who does which commands."""

DOES = {do: officer for officer, commands in DONE_BY.items() for do in commands.split()}
"""The officer who does a command, unless a test says otherwise."""

REASONS = {
    f"{rule}_{tier}": "用地取得の時期"
    for rule in ("facility_fy", "facility_project", "infrastructure_fy")
    for tier in ("prefecture", "core_hub", "municipality")
} | {f"{kind}_years_principle": "段階的な展開" for kind in ("soft", "facility", "infrastructure")}
"""A written reason for every guideline."""


class Clock:
    """A clock that tells `at`, and then that much later by `step`."""

    def __init__(self, at: datetime = NOON, step: timedelta = timedelta(seconds=1)) -> None:
        self.at, self.step = at, step

    def __call__(self) -> datetime:
        told = self.at
        self.at += self.step
        return told


class Office:
    """The service on one store."""

    def __init__(self, store: Place, clock: Callable[[], datetime] | None = None) -> None:
        self.path: Any = places.at(store)
        self.clock = clock or Clock()
        self.grants = Grants(places.store_url(store), self.clock)

    @property
    def connection(self) -> Any:
        """The driver's connection."""
        return self.grants.store.connection

    def rows(self, sql: str, *values: Any) -> list[Any]:
        """What the store answers, whichever it is; `log` is the log in its order."""
        self.grants.store.seal()
        return [tuple(row) for row in self.connection.execute(sql, values)]

    def close(self) -> None:
        """Close the store."""
        self.grants.close()

    def tell(self, do: str, **fields: Any) -> Any:
        """One command or read, as the service answers it."""
        return getattr(self.grants, do)(command(do, **fields))

    def do(self, do: str, **fields: Any) -> Json:
        """One command; its result."""
        return dict(json.loads(self.tell(do, **fields)))

    def show(self, target: str, **point: Any) -> Json:
        """`show`."""
        return dict(self.tell("show", target=target, **point))

    def findings(self) -> list[Json]:
        """What the checks find wrong that hold whatever was done, and whatever day it is."""
        found = self.tell("check", names=TIMELESS)
        return [finding for finding in found if finding["strength"] != "warning"]

    def events(self) -> int:
        """How many events the log holds."""
        return int(self.rows("SELECT count(*) FROM events")[0][0])

    # ------------------------------------------------------------------ up to a decision

    def submitted(self, application: Json, **fields: Any) -> str:
        """A grant that is submitted."""
        return str(self.do("submit", application=application, **fields)["grant"])

    def decidable(self, application: Json, **day: str) -> str:
        """A grant that waits for its decision only; `on`: scored and certified that day."""
        grant = self.submitted(application)
        for criterion in CRITERIA:
            self.do("score", grant=grant, criterion=criterion, score=4, reason="課題が明確", **day)
        if application["kind"] == "new":
            self.do("certify_plan", project=project_of(grant), certificate_no="第76回-1", **day)
        return grant

    def approved(self, application: Json, **fields: Any) -> str:
        """A grant that is approved."""
        grant = self.decidable(application)
        self.do("approve", grant=grant, **fields)
        return grant

    def settled(self, grant: str, actuals: dict[str, int]) -> str:
        """The same grant, reported and settled."""
        self.do("report_completion", grant=grant, actuals=actuals)
        self.do("settle", grant=grant)
        return grant

    # ------------------------------------------------------------------ the effect-year

    def evaluated(self, project: str, fiscal_year: int, **day: str) -> None:
        """A year of a project, measured, verified, evaluated and improved upon."""
        year = {"project": project, "fiscal_year": fiscal_year, **day}
        self.do("measure", **year, kpi="k1", actual="78")
        held_on = day.get("on", OPENED_ON)
        meeting = {"body": "external", "meeting": "総合戦略会議", "held_on": held_on, "opinion": "順調"}
        self.do("verify_effect", **year, **meeting)
        self.do("evaluate", **year, cause="周知が届いた")
        self.do(
            "plan_improvement",
            **year,
            measures="周知",
            owner="企画課",
            due_on="2027-03-31",
            future="continue",
        )

    def publish(self, project: str, fiscal_year: int, part: str, **day: str) -> Json:
        """Publish one part."""
        page = {"url": f"https://www.example.lg.jp/{part}.html", "digest": f"sha256:{part}"}
        return self.do("publish", project=project, fiscal_year=fiscal_year, part=part, **page, **day)

    def published(self, project: str, fiscal_year: int, **day: str) -> None:
        """A year of a project of which everything is published."""
        self.evaluated(project, fiscal_year, **day)
        for part in PARTS:
            self.publish(project, fiscal_year, part, **day)


def command(do: str, **fields: Any) -> Any:
    """The struct of a command; who acts and on which day as usual, where it is not said."""
    usual = {"by": DOES[do], "on": OPENED_ON} if do in DOES else {}
    return msgspec.convert({"do": do, **usual, **fields}, ALL[do])


def new(authority: str = HIROSHIMA, *, first: int = 2025, last: int | None = None, **fields: Any) -> Json:
    """A new application; `soft`, `facility`, `infrastructure`: yen of national share in each year of the plan."""
    last = last or first
    kinds = ("soft", "facility", "infrastructure")
    parts = [part(kind, fields.pop(kind), *range(first, last + 1)) for kind in kinds if kind in fields]
    targets = {str(year): "100" for year in range(first, last + 1)}
    return {
        "kind": "new",
        "round": "2025-1",
        "authority": authority,
        "title": "観光周遊の仕組みづくり",
        "strategy": "基本目標２ 人の流れをつくる",
        "first_year": first,
        "last_year": last,
        "programme": R7,
        "components": parts,
        "kpis": [{"id": "k1", "name": "来訪者満足度", "baseline": "60", "targets": targets}],
        "justifications": REASONS,
        **fields,
    }


def part(kind: str, yen: int, *years: int) -> Json:
    """A component, named after its kind, that asks for half of what it costs."""
    costs = [
        {"fiscal_year": year, "eligible_cost_yen": 2 * yen, "grant_yen": yen} for year in years or (2025,)
    ]
    return {"id": kind, "kind": kind, "title": kind, "years": costs}


def continuing(project: str, fiscal_year: int, **fields: Any) -> Json:
    """A continuing application."""
    told = {"kind": "continuing", "round": "2025-1", "project": project, "fiscal_year": fiscal_year}
    return {**told, "justifications": REASONS, **fields}


def elsewhere(authority: str, fiscal_year: int, programme: str = R7, **amounts: int) -> Json:
    """The fields of a decision taken elsewhere."""
    told = {"title": "広域連携", "decided_on": OPENED_ON, "source": "採択一覧", "row": 1}
    return {
        "authority": authority,
        "fiscal_year": fiscal_year,
        "programme": programme,
        "amounts": amounts,
        **told,
    }


def project_of(grant: str) -> str:
    """The project a grant is a year of."""
    return grant.partition("/")[0]


def open_office(office: Office) -> None:
    """Create the store, register the officers, open the round."""
    office.do("init", admin="root")
    for officer, roles in OFFICERS.items():
        office.do("register_officer", officer=officer, name=officer, roles=roles)
    office.do("open_round", round="2025-1", programme=R7, opens_on=OPENED_ON, closes_on="2027-03-31")


@cache
def opened() -> bytes:
    """The bytes of a store with officers and a round, and nothing else."""
    with tempfile.TemporaryDirectory() as folder:
        office = Office(Path(folder) / "opened.db")
        open_office(office)
        office.close()
        return bytes(office.path.read_bytes())


@cache
def opened_database() -> str:
    """The same on the server, by its URL."""
    office = Office(Path(f"/opened by {os.getpid()}"))
    open_office(office)
    office.grants.store.seal()  # whatever the test that asks first has made of sealing
    office.close()
    return str(office.path)


def office_at(store: Path, clock: Callable[[], datetime] | None = None) -> Office:
    """An office on a copy of the opened store."""
    if places.is_server():
        places.copied(opened_database(), store)
    else:
        store.write_bytes(opened())
    return Office(store, clock or Clock(NOON + timedelta(hours=1)))


def restored(path: Path, before: bytes) -> Path:
    """A store as it was before (empty: not there), with nothing of a journal beside it."""
    for left in path.parent.glob(f"{path.name}*"):
        left.unlink()
    if before:
        path.write_bytes(before)
    return path
