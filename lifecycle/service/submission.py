"""What new and continuing applications share: the round, the caps they are held against, the grant they begin."""

from __future__ import annotations

from typing import Any

from lifecycle.aggregates import Grant, Project, Round
from lifecycle.aggregates.facts import Asked, Window
from lifecycle.errors import Finding, NotFound
from lifecycle.programme import ProgrammeVersion as Rules
from lifecycle.projections.cap_usage import Rows
from lifecycle.rules import caps, refuse_or_warn
from lifecycle.rules.caps import Filled
from lifecycle.service import judging
from lifecycle.service.desk import Desk, Outcome
from lifecycle.service.judging import Held
from lifecycle.service.office import rules_digest
from lifecycle.values import Kind


class Submission:
    """One fiscal year of a project asking for money."""

    def __init__(
        self,
        desk: Desk,
        project: Project,
        rules: Rules,
        fiscal_year: int,
        asked: list[Asked],
        justifications: dict[str, str],
        held: Held | None = None,
    ) -> None:
        self.desk, self.project, self.rules, self.fiscal_year = desk, project, rules, fiscal_year
        self.asked, self.justifications, self.held = asked, justifications, held or {}
        self.place = judging.place_of(desk, project, fiscal_year)
        self.windows = judging.windows(desk, rules, self.place, (line.kind for line in asked))

    def judge(self, found: list[Finding]) -> list[Finding]:
        """Hold the request against the hard caps and everything found so far; returns the warnings."""
        asked_yen: dict[str, int] = {}
        for line in self.asked:
            asked_yen[line.kind] = asked_yen.get(line.kind, 0) + line.requested_yen
        places = judging.filled(self.desk, self.place.authority, self._covering(), self.held)
        places = [place for place in places if asked_yen.get(place.window.kind) or self._moves(place)]
        found = found + caps.undetermined_findings(places, self.rules.id, strength="warning")
        found += caps.request_findings(places, asked_yen) or self._moved_findings()
        waived = judging.waived(self.desk, self.place.authority)
        return refuse_or_warn(found, self.justifications, waived)

    def _covering(self) -> list[Window]:
        """The windows asked of, and that of a plan which is corrected to other years and keeps money in them."""
        named = {window.window for window in self.windows}
        moved = {
            name
            for name, row in self._rows.items()
            if row.window.period == "plan" and row.window.project == self.project.id
            if row.window.last_year != self.place.last_year and name not in named
        }
        if not moved:
            return self.windows
        whole = judging.windows(self.desk, self.rules, self.place, [Kind.INFRASTRUCTURE])
        return self.windows + [window for window in whole if window.window in moved]

    def _moved_findings(self) -> list[Finding]:
        """A plan that is put right so that it reaches others: on its business date and later what is given must fit."""
        rows = self._rows
        moved = [
            window
            for window in self._covering()
            if window.window in rows and rows[window.window].window.last_year != window.last_year
            if window.period == "plan"
        ]
        on = self.desk.act.on
        places = judging.filled(self.desk, self.place.authority, moved, {}, on) if moved else []
        return caps.decision_findings([place for place in places if place.freed_on], {})

    @property
    def _rows(self) -> Rows:
        return self.desk.transaction.cap_rows(self.place.authority)

    def _moves(self, place: Filled) -> bool:
        """More stands in a plan's window, though nothing is asked: corrected, the plan reaches others than before."""
        row = self._rows.get(place.window.window)
        if row is None:
            return False
        return place.used_yen + place.requested_yen > row.total.used_yen + row.total.requested_yen

    def submit(self, **facts: Any) -> Grant:
        """Begin the grant."""
        grant: Grant = Grant.begin(
            Grant.Submitted,
            self.desk.act,
            f"{self.project.id}/{self.fiscal_year}",
            project=self.project.id,
            authority=self.project.authority,
            fiscal_year=self.fiscal_year,
            programme=self.rules.id,
            rules_sha256=rules_digest(self.rules),
            tier=self.place.tier.value,
            title=self.project.title,
            components=self.asked,
            justifications=self.justifications,
            windows=self.windows,
            slot_limits={
                "ordinary": self.rules.figure("new_applications").value,
                "outside": self.rules.figure("new_applications_outside").value,
            },
            **facts,
        )
        self.desk.transaction.add(grant)
        return grant


def round_warnings(desk: Desk, round_: str, rules: Rules) -> list[Finding]:
    """募集回: refuses when it is not open; warns when it was opened for another programme version.

    Raises:
        NotFound, RoundClosed.
    """
    found = desk.transaction.find(Round, f"round/{round_}")
    if found is None:
        raise NotFound(
            f"no round {round_}; an officer opens it: grants open-round {round_} "
            "--programme PROGRAMME --opens-on YYYY-MM-DD --closes-on YYYY-MM-DD"
        )
    found.refuse_unless_open(desk.act.on)
    if found.programme == rules.id:
        return []
    return [
        Finding(
            rule="round_programme",
            strength="warning",
            source="contract section 4, open_round",
            message=f"round {round_} was opened for {found.programme}; this application falls under {rules.id}",
            remedy="name the programme in the application, or apply in a round of its own",
        )
    ]


def outcome(grant: Grant, warnings: list[Finding] | None = None) -> Outcome:
    """What a command on an application answers."""
    result = {
        "grant": grant.id,
        "project": grant.project,
        "status": grant.status.value,
        "programme": grant.programme,
        "requested_yen": grant.requested_yen,
        "components": [
            {
                "component": component.id,
                "kind": component.kind,
                "eligible_cost_yen": component.eligible_cost_yen,
                "requested_yen": component.requested_yen,
                "local_yen": component.eligible_cost_yen - component.requested_yen,
            }
            for component in grant.components.values()
        ],
    }
    return Outcome({"grant": grant.id, "project": grant.project}, warnings or [], result)
