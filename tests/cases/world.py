"""The world of the acceptance cases: an office with a store of its own, behind one running `grants batch -`.

A test tells the office one command and reads one answer; who acts and on which day follow from the command
and the fiscal year it is about, unless the test says otherwise.
"""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import places

from lifecycle.programme.authorities import all_authorities

from .usual import OFFICERS, usual

Json = dict[str, Any]

GRANTS = Path(sys.executable).with_name("grants")
PATIENCE_SECONDS = 60

TIERS = ("prefecture", "core_hub", "municipality")
HIROSHIMA = "340006"  # prefecture
SAPPORO = "011002"  # designated city and core hub city
YOKOHAMA = "141003"  # designated city, no core hub city: municipality
NAMED = {"prefecture": HIROSHIMA, "core_hub": SAPPORO, "municipality": YOKOHAMA}
"""Authorities that cases call by name; `Office.unused` leaves them alone."""

R7, R8, R6 = "R7-dai2sedai", "R8-mirai-suishin", "R6-digiden"
FISCAL_YEARS = range(2025, 2032)
CRITERIA = ("vision", "kpi", "self_reliance", "participation")
PARTS = ("verification", "evaluation", "measures")

EXITS = {"bad_input": 2, "not_found": 3, "same_officer": 7, "role_missing": 7}
"""Exit of a refusal by its code; 1 where a rule or the state of the matter refuses."""


# ---------------------------------------------------------------------- applications


def part(kind: str, amount_yen: int, *years: int, id: str | None = None, **fields: Any) -> Json:  # noqa: A002
    """A component that asks for `amount_yen` of national money in each year, at half of its cost."""
    costs = [
        {"fiscal_year": year, "eligible_cost_yen": 2 * amount_yen, "grant_yen": amount_yen}
        for year in years or (2025,)
    ]
    return {"id": id or kind, "kind": kind, "title": f"{kind} part", "years": costs, **fields}


def soft(amount_yen: int, *years: int, **fields: Any) -> Json:
    """ソフト事業."""
    return part("soft", amount_yen, *years, **fields)


def facility(amount_yen: int, *years: int, **fields: Any) -> Json:
    """拠点整備事業."""
    return part("facility", amount_yen, *years, **fields)


def infrastructure(amount_yen: int, *years: int, **fields: Any) -> Json:
    """インフラ整備事業."""
    return part("infrastructure", amount_yen, *years, **fields)


def costing(kind: str, cost_yen: int, **fields: Any) -> Json:
    """A component of FY2025 of which only the cost is told: the share is for the program to compute."""
    years = [{"fiscal_year": 2025, "eligible_cost_yen": cost_yen}]
    return {"id": kind, "kind": kind, "title": f"{kind} part", "years": years, **fields}


def kpi(first_year: int, last_year: int, number: int = 1) -> Json:
    """A KPI that should rise from 60 to 100, with its target in every fiscal year of the plan."""
    targets = {str(year): "100" for year in range(first_year, last_year + 1)}
    return {"id": f"k{number}", "name": "来訪者満足度", "baseline": "60", "targets": targets}


def new(authority: str, *components: Json, **fields: Any) -> Json:
    """A new application; its plan spans the years of its components unless `first_year`, `last_year` say more."""
    years = [year["fiscal_year"] for component in components for year in component["years"]]
    first, last = fields.pop("first_year", min(years)), fields.pop("last_year", max(years))
    return {
        "kind": "new",
        "round": str(first),
        "authority": authority,
        "title": "観光周遊の仕組みづくり",
        "strategy": "基本目標２ 人の流れをつくる",
        "first_year": first,
        "last_year": last,
        "programme": R7,
        "components": list(components),
        "kpis": [kpi(first, last)],
        **fields,
    }


def continuing(project: str, fiscal_year: int, *components: Json, **fields: Any) -> Json:
    """A continuing application; components only where they differ from the plan."""
    changed = [{"id": component["id"], "years": component["years"]} for component in components]
    told = {"round": str(fiscal_year), "project": project, "fiscal_year": fiscal_year}
    return {"kind": "continuing", **told, "components": changed, **fields}


# ---------------------------------------------------------------------- answers


@dataclass(frozen=True)
class Answer:
    """One result line."""

    line: Json

    def __getitem__(self, name: str) -> Any:
        return self.line[name]

    @property
    def result(self) -> Any:
        """What the command answers beside ids and warnings."""
        return self.line["result"]

    @property
    def warnings(self) -> list[str]:
        """The rules that were warned of, in order."""
        return [finding["rule"] for finding in self.line["warnings"]]

    def done(self) -> Answer:
        """It was done."""
        assert self.line["ok"], self.line
        return self

    def refused(self, code: str) -> Answer:
        """It was refused, for this reason and with the exit that goes with it."""
        assert not self.line["ok"], self.line
        assert (self.line["code"], self.line["exit"]) == (code, EXITS.get(code, 1)), self.line
        return self

    def finding(self, rule: str) -> Json:
        """What was found under a rule, whether it refused or warned."""
        found = [f for f in self.line["warnings" if self.line["ok"] else "findings"] if f["rule"] == rule]
        assert found, f"nothing was found under {rule}: {self.line}"
        assert all(figures_of(other) == figures_of(found[0]) for other in found), found
        return dict(found[0])

    def figures(self, rule: str) -> dict[str, int]:
        """The figures compared under a rule."""
        return figures_of(self.finding(rule))


def figures_of(finding: Json) -> dict[str, int]:
    """Limit, used, asked, excess and room, where the finding has them."""
    return {name: finding[name] for name in ("limit", "used", "asked", "excess", "room") if name in finding}


# ---------------------------------------------------------------------- the office


class Office:
    """One store and the program that keeps it."""

    def __init__(self, store: Path) -> None:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("GRANTS_")}
        self._batch = subprocess.Popen(
            [GRANTS, "--store", places.store_url(store), "batch", "-"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment,
        )
        self._unused = {tier: codes_of(tier) for tier in TIERS}

    def unused(self, tier: str) -> str:
        """An authority of this tier with nothing on record here."""
        return next(self._unused[tier])

    def close(self) -> None:
        """End the program by ending its input."""
        assert self._batch.stdin
        assert self._batch.stdout
        self._batch.stdin.close()
        self._batch.wait(PATIENCE_SECONDS)
        self._batch.stdout.close()

    def do(self, do: str, **fields: Any) -> Answer:
        """Tell the office one command; its answer."""
        line = {"do": do, **usual(do, fields), **fields}
        assert self._batch.stdin
        assert self._batch.stdout
        self._batch.stdin.write(json.dumps(line, ensure_ascii=False).encode() + b"\n")
        self._batch.stdin.flush()
        ready, _, _ = select.select([self._batch.stdout], [], [], PATIENCE_SECONDS)
        assert ready, f"no answer to {line}"
        answer = self._batch.stdout.readline()
        assert answer, f"the program ended at {line}"
        return Answer(json.loads(answer))

    def open(self) -> None:
        """A new store with an officer for each role, and a round for every fiscal year of the cases."""
        self.do("init", admin="root", on="2025-04-01").done()
        for officer, role in OFFICERS.items():
            self.do("register_officer", officer=officer, name=officer, roles=[role]).done()
        for year in FISCAL_YEARS:
            days = {"opens_on": f"{year}-04-01", "closes_on": f"{year + 1}-03-31"}
            self.do("open_round", round=str(year), programme=R7, **days).done()

    # ------------------------------------------------------------------ up to a decision

    def submitted(self, application: Json, **fields: Any) -> str:
        """A grant that is submitted."""
        return str(self.do("submit", application=application, **fields).done()["grant"])

    def ready(self, application: Json, **fields: Any) -> str:
        """A grant that waits for its decision only: submitted, scored, its plan certified."""
        grant = self.submitted(application, **fields)
        for criterion in CRITERIA:
            self.scored(grant, criterion)
        if application["kind"] == "new":
            self.do("certify_plan", project=project_of(grant), certificate_no="第76回-1").done()
        return grant

    def scored(self, grant: str, criterion: str) -> None:
        """One criterion, scored with its reason."""
        self.do("score", grant=grant, criterion=criterion, score=4, reason="課題が明確").done()

    def decided(self, application: Json, **fields: Any) -> str:
        """A grant that is approved."""
        grant = self.ready(application)
        self.do("approve", grant=grant, **fields).done()
        return grant

    def decided_elsewhere(self, authority: str, fiscal_year: int, **amounts: int) -> Answer:
        """A decision taken outside this office: it takes room as any other."""
        return self.do(
            "import_decision",
            authority=authority,
            title="広域連携事業",
            fiscal_year=fiscal_year,
            programme=R7,
            amounts=amounts,
            decided_on=f"{fiscal_year}-04-25",
            source="採択一覧",
            row=1,
        ).done()

    # ------------------------------------------------------------------ money out, and back

    def granted(self, authority: str, amount_yen: int, fiscal_year: int = 2025) -> str:
        """A soft grant decided outside this office, for tests of what comes after its decision."""
        return str(self.decided_elsewhere(authority, fiscal_year, soft=amount_yen)["grant"])

    def advance(self, grant: str, amount_yen: int, **fields: Any) -> Answer:
        """Pay in advance (概算払)."""
        return self.do("disburse", grant=grant, amount_yen=amount_yen, payment="advance", **fields)

    def settled(self, grant: str, cost_yen: int) -> Answer:
        """The answer to the settlement of a soft grant whose work cost so much in the end."""
        self.do("report_completion", grant=grant, actuals={"soft": cost_yen}).done()
        return self.do("settle", grant=grant).done()

    def revoke(self, grant: str, amount_yen: int | str, fault: str = "recipient", **fields: Any) -> Answer:
        """取消."""
        told = {"grant": grant, "amount_yen": amount_yen, "fault": fault, "reason": "目的外使用"}
        return self.do("revoke", **told, **fields)

    def ordered(self, grant: str, basis: str, amount_yen: int, due_on: str, **fields: Any) -> str:
        """A return order, by its id."""
        told = {"grant": grant, "basis": basis, "amount_yen": amount_yen, "due_on": due_on}
        return str(self.do("order_return", **told, **fields).done()["order"])

    def paid_back(self, order: str, amount_yen: int, on: str) -> Json:
        """What an order stands at after a payment."""
        return dict(self.do("record_return", order=order, amount_yen=amount_yen, on=on).done().result)

    # ------------------------------------------------------------------ the year after

    def evaluated(self, project: str, fiscal_year: int, actual: str = "100") -> None:
        """A year of a project that is measured, verified by an outside body, evaluated and improved upon."""
        year = {"project": project, "fiscal_year": fiscal_year}
        self.do("measure", **year, kpi="k1", actual=actual).done()
        self.verify(project, fiscal_year).done()
        self.do("evaluate", **year, cause="周知が届いた").done()
        plan = {"measures": "周知の強化", "owner": "企画課", "due_on": f"{fiscal_year + 2}-03-31"}
        self.do("plan_improvement", **year, **plan, future="continue").done()

    def verify(self, project: str, fiscal_year: int, **fields: Any) -> Answer:
        """An outside body verifies a year of a project."""
        meeting = {"body": "external", "meeting": "総合戦略会議", "held_on": f"{fiscal_year + 1}-08-20"}
        year = {"project": project, "fiscal_year": fiscal_year}
        return self.do("verify_effect", **year, **meeting, opinion="おおむね順調", **fields)

    def publish(self, project: str, fiscal_year: int, part: str, **fields: Any) -> Answer:
        """Publish one part of a year, with address and digest."""
        page = {"url": f"https://www.example.lg.jp/{fiscal_year}/{part}.html", "digest": f"sha256:{part}"}
        return self.do("publish", project=project, fiscal_year=fiscal_year, part=part, **page, **fields)

    def published(self, project: str, fiscal_year: int) -> None:
        """A year of a project of which all three parts are published."""
        self.evaluated(project, fiscal_year)
        for part in PARTS:
            self.publish(project, fiscal_year, part).done()

    # ------------------------------------------------------------------ reading

    def window(self, authority: str, rule: str, fiscal_year: int = 2025, **which: Any) -> Json:
        """The one window of an authority under a rule that covers a fiscal year."""
        windows = self.do("caps", authority=authority, fiscal_year=fiscal_year).done().result["windows"]
        found = [w for w in windows if w["rule"] == rule and which.items() <= w.items()]
        assert len(found) == 1, windows
        return dict(found[0])

    def used_yen(self, authority: str, rule: str, fiscal_year: int = 2025) -> int:
        """What a window has in use."""
        return int(self.window(authority, rule, fiscal_year)["used_yen"])

    def events(self, target: str) -> list[Json]:
        """The log of a grant, a project or anything else, in its order."""
        return list(self.do("log", target=target).done().result)

    def show(self, target: str) -> Json:
        """`show` of a grant, a project or anything else."""
        return dict(self.do("show", target=target).done().result)


def codes_of(tier: str) -> Iterator[str]:
    """Every authority of a tier but the named one."""
    return (found.code for found in all_authorities() if found.tier == tier and found.code != NAMED[tier])


def project_of(grant: str) -> str:
    """The project a grant is a year of."""
    return grant.partition("/")[0]
