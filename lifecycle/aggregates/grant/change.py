"""交付決定の変更 (7条): requested, approved, refused."""

from __future__ import annotations

from typing import Any

from lifecycle.aggregates.base import Act, refuse_before
from lifecycle.aggregates.facts import Share, Window
from lifecycle.aggregates.grant.limits import Figures, beyond
from lifecycle.aggregates.grant.parts import ChangeState
from lifecycle.aggregates.grant.state import GrantEvent, GrantState, Status
from lifecycle.errors import BadInput, NotFound, SameOfficer, WrongStatus


class ChangeRequested(GrantEvent):
    """変更承認申請 (7条1項1号・3号): other amounts, fewer components, a longer plan, other content."""

    TOPIC = "grant.change_requested"

    change: str
    deltas: dict[str, int]
    drop: list[str]
    last_year: int | None
    content: str

    def apply(self, aggregate: Any) -> None:
        aggregate.changes[self.change] = ChangeState(
            self.change,
            self.deltas,
            self.drop,
            self.last_year,
            self.content,
            self.act.by,
            self.act.on,
        )


class ChangeApproved(GrantEvent):
    """変更承認 (7条1項). In `before` and `after`: `committed_yen` of every component, before and with the change."""

    TOPIC = "grant.change_approved"

    change: str
    before: list[Share]
    after: list[Share]
    rules_sha256: str
    windows: list[Window]
    justifications: dict[str, str]

    def apply(self, aggregate: Any) -> None:
        aggregate.changes[self.change].status = "approved"
        aggregate.sheets.decide(self.act.by, self.act.on)
        aggregate.stand(aggregate.status, self.act.on)
        aggregate.windows, aggregate.justifications = self.windows, self.justifications
        for share in self.after:
            aggregate.components[share.component].commit(share.committed_yen)


class ChangeRefused(GrantEvent):
    """変更不承認 (7条1項), with a reason; everything stays as decided."""

    TOPIC = "grant.change_refused"

    change: str

    def apply(self, aggregate: Any) -> None:
        aggregate.sheets.dispose(self.act.by, self.act.on)
        aggregate.changes[self.change].status = "refused"


class Changing(GrantState):
    """Commands that change what was decided."""

    def request_change(
        self, act: Act, *, deltas: dict[str, int], drop: list[str], last_year: int | None, content: str
    ) -> str:
        """変更承認申請; returns the id of the change, `GRANT/cN`.

        Raises:
            WrongStatus: there is no decision to change.
            BadInput: a component is unknown, or nothing would change.
            OverDisbursed: less would be committed than was paid.
            TooEarly: before the decision, or the change before it.
        """
        self.refuse_unless(Status.APPROVED, doing="a change")
        self.refuse_too_early(act)
        if not (deltas or drop or last_year or content):
            raise BadInput("a change needs deltas, drop, last_year or content")
        after_yen = self.changed_yen(deltas, drop)
        if not sum(after_yen.values()):
            raise BadInput(
                f"nothing would be left of {self.id}; that is an abolition: grants abolish {self.id}"
            )
        change = f"{self.id}/c{len(self.changes) + 1}"
        self.trigger(
            ChangeRequested,
            act,
            change=change,
            deltas=deltas,
            drop=drop,
            last_year=last_year,
            content=content,
        )
        return change

    def changed_yen(self, deltas: dict[str, int], drop: list[str]) -> dict[str, int]:
        """Committed yen by component as a change would leave them.

        Raises:
            BadInput: a component is unknown, named twice, dropped before, or would fall below 0.
            OverDisbursed: less would be committed than was paid.
        """
        for component in [*deltas, *drop]:
            if component not in self.components:
                known = ", ".join(self.components)
                raise BadInput(f"grant {self.id} has no component {component}; it has {known}")
        if twice := set(deltas) & set(drop):
            raise BadInput(f"component {', '.join(sorted(twice))} is both changed and dropped")
        if again := [name for name, delta_yen in deltas.items() if delta_yen > 0 and name in self.dropped]:
            raise BadInput(
                f"component {', '.join(again)} of {self.id} was dropped; it does not come back by a change"
            )
        after = {
            component.id: 0 if component.id in drop else component.committed_yen + deltas.get(component.id, 0)
            for component in self.components.values()
        }
        for component_id, amount_yen in after.items():
            if amount_yen < 0:
                raise BadInput(f"component {component_id} would fall below 0 ({amount_yen:,} yen)")
        paid_yen = self.disbursed_yen - self.returned_yen
        if sum(after.values()) < min(paid_yen, self.committed_yen):
            less_yen = self.committed_yen - sum(after.values())
            figures = Figures(self.committed_yen, paid_yen, less_yen)
            raise beyond(
                f"{paid_yen:,} yen are paid on {self.id} and not returned; a change may not leave less "
                f"({sum(after.values()):,} yen)",
                figures,
                source="適正化法 7条1項, 10条",
                told=f"committed {self.committed_yen:,} yen, paid and not returned {paid_yen:,} yen, to be taken off "
                f"{less_yen:,} yen",
                remedy=f"take off at most {figures.room_yen:,} yen"
                if figures.room_yen
                else f"what is paid comes back by settlement or revocation: grants revoke {self.id}",
            )
        return after

    @property
    def dropped(self) -> set[str]:
        """取りやめた構成事業: dropped by approved changes."""
        approved = (change for change in self.changes.values() if change.status == "approved")
        return {component for change in approved for component in change.drop}

    def open_change(self, change: str) -> ChangeState:
        """The change of this id, still waiting for its decision.

        Raises:
            NotFound: there is none of this id.
            WrongStatus: it is decided.
        """
        if change not in self.changes:
            there = (
                f"; there is {', '.join(self.changes)}"
                if self.changes
                else f"; none is requested of {self.id}"
            )
            raise NotFound(f"no change {change}{there}")
        found = self.changes[change]
        if found.status != "requested":
            raise WrongStatus(f"change {change} is {found.status} already")
        return found

    def approve_change(
        self,
        act: Act,
        *,
        change: str,
        rules_sha256: str,
        windows: list[Window],
        justifications: dict[str, str],
    ) -> None:
        """変更承認.

        Raises:
            NotFound, WrongStatus, SameOfficer, TooEarly, BadInput, OverDisbursed.
        """
        self.refuse_unless(Status.APPROVED, doing="a change")
        found = self._decidable(act, change)
        after = self.changed_yen(found.deltas, found.drop)
        before = self.shares()
        self.trigger(
            ChangeApproved,
            act,
            change=change,
            before=before,
            after=[
                Share(component=share.component, kind=share.kind, committed_yen=after[share.component])
                for share in before
            ],
            rules_sha256=rules_sha256,
            windows=windows,
            justifications=justifications,
        )

    def refuse_change(self, act: Act, *, change: str) -> None:
        """変更不承認, in whatever status the grant is by now: an open request is never stuck.

        Raises:
            NotFound, WrongStatus, SameOfficer, TooEarly.
        """
        self._decidable(act, change)
        self.trigger(ChangeRefused, act, change=change)

    def _decidable(self, act: Act, change: str) -> ChangeState:
        found = self.open_change(change)
        if act.by == found.requested_by:
            raise SameOfficer(f"{act.by} requested {change} and may not decide it; another approver has to")
        self.refuse_conflicted(act, "decide a change of")
        refuse_before(found.requested_on, act.on, "the request")
        self.refuse_too_early(act)
        return found
