"""The office: officers (担当者), rounds (募集回) and programme versions (制度の版)."""

from __future__ import annotations

from datetime import date
from typing import Any

from lifecycle.aggregates.base import Act, Aggregate, Created, Event
from lifecycle.errors import AlreadyRecorded, RoleMissing, RoundClosed
from lifecycle.nearest import see


class OfficerRegistered(Created):
    """担当者の登録: who may act, in which roles, for which authority (applicant roles only; lifecycle.md section 0)."""

    TOPIC = "officer.registered"

    name: str
    roles: list[str]
    authority: str | None

    def apply(self, aggregate: Any) -> None:
        aggregate.assign(self.name, self.roles, self.authority)


class OfficerRolesChanged(Event):
    """権限の変更 (lifecycle.md section 0): registering again replaces name, roles and authority."""

    TOPIC = "officer.roles_changed"

    name: str
    roles: list[str]
    authority: str | None

    def apply(self, aggregate: Any) -> None:
        aggregate.assign(self.name, self.roles, self.authority)


class Officer(Aggregate):
    """担当者. Stream `officer/ID`."""

    TOPIC = "officer"
    Event = Event
    Registered = OfficerRegistered
    RolesChanged = OfficerRolesChanged

    def __init__(self) -> None:
        self.name = ""
        self.roles: tuple[str, ...] = ()
        self.authority: str | None = None

    def assign(self, name: str, roles: list[str], authority: str | None) -> None:
        """Set what the officer may do (called by events only)."""
        self.name, self.roles, self.authority = name, tuple(roles), authority

    @property
    def officer(self) -> str:
        """The officer's id."""
        return self.id.partition("/")[2]

    def register_officer(self, act: Act, *, name: str, roles: list[str], authority: str | None) -> None:
        """担当者の登録 again. An admin can't give up `admin` alone, or nobody could register anyone.

        Raises:
            RoleMissing: the acting admin would lose the role by their own hand.
            AlreadyRecorded: nothing would change.
        """
        if act.by == self.officer and "admin" in self.roles and "admin" not in roles:
            raise RoleMissing(f"{act.by} may not give up admin; another admin has to take it")
        if (name, tuple(roles), authority) == (self.name, self.roles, self.authority):
            raise AlreadyRecorded(
                f"officer {self.officer} is registered with exactly these roles",
                remedy=see(self.id),
            )
        self.trigger(OfficerRolesChanged, act, name=name, roles=roles, authority=authority)


class RoundOpened(Created):
    """募集の開始 (lifecycle.md event 7): applications are taken from the first day to the last, both included."""

    TOPIC = "round.opened"

    programme: str
    opens_on: date
    closes_on: date

    def apply(self, aggregate: Any) -> None:
        aggregate.programme = self.programme
        aggregate.opens_on = self.opens_on
        aggregate.closes_on = self.closes_on


class Round(Aggregate):
    """募集回. Stream `round/ID`."""

    TOPIC = "round"
    Event = Event
    Opened = RoundOpened

    def __init__(self) -> None:
        self.programme = ""
        self.opens_on = self.closes_on = date.min

    @property
    def round(self) -> str:
        """The round's id."""
        return self.id.partition("/")[2]

    def refuse_unless_open(self, on: date) -> None:
        """A round takes applications on its first and last day and between.

        Raises:
            RoundClosed: `on` lies outside.
        """
        if not self.opens_on <= on <= self.closes_on:
            raise RoundClosed(
                f"round {self.round} takes applications from {self.opens_on} to {self.closes_on}; "
                f"the business date is {on}"
            )


class ProgrammeConfirmed(Created):
    """上限額の確認 (lifecycle.md section 5): a named person makes an undetermined version's caps usable."""

    TOPIC = "programme.confirmed"

    basis: str
    document: str
    rules_sha256: str
    limits_yen: dict[str, int]

    def mutate(self, aggregate: Any) -> Any:
        """A confirmation says everything anew: it begins the stream, or takes the place of one dated later."""
        return super().mutate(None) if aggregate is None else Event.mutate(self, aggregate)

    def apply(self, aggregate: Any) -> None:
        aggregate.basis = self.basis
        aggregate.document = self.document
        aggregate.confirmed_by = self.act.by
        aggregate.confirmed_on = self.act.on
        aggregate.rules_sha256 = self.rules_sha256
        aggregate.limits_yen = self.limits_yen


class ProgrammeVersion(Aggregate):
    """制度の版. Stream `programme/ID`; it exists only once its caps are confirmed."""

    TOPIC = "programme"
    Event = Event
    Confirmed = ProgrammeConfirmed

    def __init__(self) -> None:
        self.basis = self.document = self.confirmed_by = self.rules_sha256 = ""
        self.confirmed_on = date.min
        self.limits_yen: dict[str, int] = {}

    def confirm(self, act: Act, **facts: Any) -> None:
        """上限額の確認 from an earlier date on: the one on record, dated later, was dated so by a slip.

        Raises:
            AlreadyRecorded: it was in force by this date.
        """
        if self.confirmed_on <= act.on:
            name = self.id.partition("/")[2]
            raise AlreadyRecorded(
                f"{name} was confirmed by {self.confirmed_by} on {self.confirmed_on}",
                remedy=see(self.id),
            )
        self.trigger(ProgrammeConfirmed, act, originator_topic=self.TOPIC, **facts)
