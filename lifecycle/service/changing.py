"""Changes of what was decided: requested, approved, refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lifecycle.aggregates import Grant, Project
from lifecycle.aggregates.facts import Window
from lifecycle.aggregates.grant import ChangeState
from lifecycle.commands.decision import ApproveChange, RefuseChange, RequestChange
from lifecycle.errors import BadInput, Finding
from lifecycle.programme import ProgrammeVersion as Rules
from lifecycle.projections.cap_usage import Amounts
from lifecycle.rules import eligibility, refuse_or_warn
from lifecycle.rules.budget_year import commitment_findings
from lifecycle.rules.caps import Filled
from lifecycle.rules.dispositions import unreasoned_findings
from lifecycle.rules.periods import lengthened_findings
from lifecycle.rules.schemes import talent_change_findings
from lifecycle.schemes import scheme
from lifecycle.service import judging
from lifecycle.service.closed_types import refuse_closed
from lifecycle.service.continuing_application import refuse_years_left_out, whole_plan_yen
from lifecycle.service.deciding import TALENT, decided, refuse_reporter
from lifecycle.service.desk import Desk, Office, Outcome, command, rules_of
from lifecycle.service.office import rules_digest
from lifecycle.values import project_of


class ChangingRoom(Office):
    """変更承認."""

    @command("head")
    def request_change(self, command: RequestChange, desk: Desk) -> Outcome:
        """変更承認申請.

        Raises:
            NotFound, WrongStatus, TooEarly, BadInput, OverDisbursed, CombinationRequired, RoleMissing.
        """
        grant = desk.grant(command.grant)
        change = grant.request_change(
            desk.act,
            deltas=dict(command.deltas),
            drop=list(command.drop),
            last_year=command.last_year,
            content=command.content,
        )
        rules = rules_of(grant.programme)
        after_yen = grant.changed_yen(dict(command.deltas), list(command.drop))
        found = _combination(desk, rules, grant, after_yen, command.drop, command.last_year)
        refuse_or_warn(found, {})
        if command.last_year is not None:
            _refuse_last_year(desk, grant, command.last_year)
        delta_yen = sum(after_yen.values()) - grant.committed_yen
        result = {"change": change, "delta_yen": delta_yen}
        return Outcome({"change": change, "grant": grant.id, "project": grant.project}, result=result)

    @command("approver")
    def approve_change(self, command: ApproveChange, desk: Desk) -> Outcome:
        """変更承認: the caps are judged again for what is added, and for a plan that now reaches further.

        Raises:
            NotFound, WrongStatus, SameOfficer, TooEarly, CombinationRequired, PeriodTooLong,
            ProgrammeUndetermined, CapExceeded, GuidelineUnjustified, OverDisbursed.
        """
        # The project comes first, so that the log moves the plan's windows before the change fills them.
        project = desk.project(project_of(command.change))
        grant = desk.grant(command.change.rpartition("/")[0])
        refuse_reporter(desk, project)
        refuse_closed(grant)
        found = grant.open_change(command.change)
        rules = rules_of(grant.programme)
        after_yen = grant.changed_yen(found.deltas, found.drop)
        justifications = {**grant.justifications, **command.justifications}
        judged = _Changed(desk, grant, project, rules, after_yen, found)
        warnings = judged.judge(justifications)
        grant.approve_change(
            desk.act,
            change=found.id,
            rules_sha256=rules_digest(rules),
            windows=judged.windows,
            justifications=justifications,
        )
        if found.last_year and found.last_year != project.last_year:
            project.change_period(desk.act, change=found.id, last_year=found.last_year)
        outcome = decided(grant, warnings)
        outcome.ids["change"] = found.id
        return outcome

    @command("approver")
    def refuse_change(self, command: RefuseChange, desk: Desk) -> Outcome:
        """変更不承認.

        Raises:
            NotFound, WrongStatus, SameOfficer, TooEarly.
        """
        grant = desk.grant(command.change.rpartition("/")[0])
        grant.refuse_change(desk.act, change=command.change)
        return Outcome(
            {"change": command.change, "grant": grant.id, "project": project_of(grant.id)},
            unreasoned_findings(desk.act.reason, command.change),
            {"change": command.change, "status": "refused"},
        )


class _Changed:
    """A change, held against the caps for what it adds and for the plan it may lengthen."""

    def __init__(
        self,
        desk: Desk,
        grant: Grant,
        project: Project,
        rules: Rules,
        after_yen: Mapping[str, int],
        change: ChangeState,
    ) -> None:
        self.desk, self.grant, self.project, self.rules = desk, grant, project, rules
        self.after_yen, self.last_year, self.drop = after_yen, change.last_year, change.drop
        place = judging.place_of(desk, project, grant.fiscal_year, last_year=change.last_year)
        kinds = () if grant.application == TALENT else (c.kind for c in grant.components.values())
        self.windows = judging.windows(desk, rules, place, kinds)

    def judge(self, justifications: Mapping[str, str]) -> list[Finding]:
        """Returns the guidelines passed with a reason; refuses otherwise."""
        found = _combination(self.desk, self.rules, self.grant, self.after_yen, self.drop, self.last_year)
        if self.grant.application == TALENT:
            committed_yen = self.grant.committed_yen
            found += talent_change_findings(scheme("protalent"), committed_yen, sum(self.after_yen.values()))
        if self.last_year is not None:
            _refuse_last_year(self.desk, self.grant, self.last_year)
            found += self._period()
        if sum(self.after_yen.values()) > self.grant.committed_yen:
            found += commitment_findings(self.rules, self.grant.fiscal_year, self.desk.act.on)
        after_yen = judging.yen_by_kind(self.grant, self.after_yen)
        return judging.told_or_refused(
            self.desk,
            self.grant.authority,
            self.rules,
            found,
            self._places(after_yen),
            after_yen,
            justifications,
        )

    def _period(self) -> list[Finding]:
        project, kinds = self.project, [component.kind for component in self.grant.components.values()]
        last_year = self.last_year or project.last_year
        return lengthened_findings(self.rules, project.first_year, last_year, project.components, kinds)

    def _places(self, after: Mapping[str, int]) -> list[Filled]:
        before = {kind: held.used_yen for kind, held in judging.held_by(self.grant).items()}
        moved = self.last_year not in (None, self.project.last_year)
        growing = {kind for kind in after if after[kind] > before.get(kind, 0)}
        covering = [w for w in self.windows if w.kind in growing and not (moved and w.period == "plan")]
        covering += self._moved_plans() if moved else []
        held = {kind: Amounts(used_yen=amount_yen) for kind, amount_yen in before.items()}
        places = judging.filled(self.desk, self.grant.authority, covering, held, self.desk.act.on)
        return [place for place in places if self._takes_more(place, after.get(place.window.kind, 0))]

    def _takes_more(self, place: Filled, after_yen: int) -> bool:
        """More stands in the window than before: a plan may reach elsewhere and meet no other there."""
        row = self.desk.transaction.cap_rows(self.grant.authority).get(place.window.window)
        return place.taken_yen + after_yen > row.taken_yen if row else after_yen > 0

    def _moved_plans(self) -> list[Window]:
        """The plan windows that reach elsewhere: of the whole project, also where this year has no part in them."""
        place = judging.place_of(self.desk, self.project, self.grant.fiscal_year, last_year=self.last_year)
        kinds = {c.kind for c in self.project.components} | {c.kind for c in self.grant.components.values()}
        found = judging.windows(self.desk, self.rules, place, kinds)
        return [window for window in found if window.period == "plan"]


def _combination(
    desk: Desk,
    rules: Rules,
    grant: Grant,
    after_yen: Mapping[str, int],
    drop: Sequence[str],
    last_year: int | None,
) -> list[Finding]:
    whole_yen = whole_plan_yen(desk, grant, after_yen, drop, last_year)
    return eligibility.combination_findings(rules, whole_yen)


def _refuse_last_year(desk: Desk, grant: Grant, last_year: int) -> None:
    project = desk.project(grant.project)
    if grant.application == TALENT:
        raise BadInput(f"{grant.id} is a talent case: it has one cost on one day, and no plan to be moved")
    refuse_years_left_out(desk, project, last_year)
