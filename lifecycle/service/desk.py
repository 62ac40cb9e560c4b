"""The desk: what one command works with, from the officer who acts to the results it gives."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import wraps
from typing import Any, TypeVar
from uuid import uuid4

import msgspec

from lifecycle.aggregates import Act, Grant, Officer, ProgrammeVersion, Project
from lifecycle.commands.fields import Command
from lifecycle.errors import BadInput, Finding, NotFound, RoleMissing
from lifecycle.programme import ProgrammeVersion as Rules
from lifecycle.programme import known, version
from lifecycle.service.unfound import officer_meant, what_there_is
from lifecycle.store import Store, open_store
from lifecycle.store.transaction import Recorded, Transaction
from lifecycle.values import Form, as_seen, business_date, marked, said

APPLICANT_ROLES = ("preparer", "head")
"""Roles of the authority that applies; such an officer may act for one authority alone."""


@dataclass
class Outcome:
    """What a command answers beside its events: ids, warnings, figures."""

    ids: dict[str, str] = field(default_factory=dict)
    warnings: list[Finding] = field(default_factory=list)
    result: dict[str, Any] = field(default_factory=dict)


class Desk:
    """One command's reads and writes, with its officer's limits applied to whatever is loaded."""

    def __init__(self, transaction: Transaction, act: Act, roles: tuple[str, ...]) -> None:
        self.transaction = transaction
        self.act = act
        self.officer = self._acting(roles)
        self._bound_to = self._authority_bound(roles)

    def _acting(self, roles: tuple[str, ...]) -> Officer | None:
        if not roles:
            return None
        officer = self.transaction.find(Officer, f"officer/{self.act.by}")
        if officer is None:
            meant = officer_meant(self.act.by, self.transaction.streams)
            raise RoleMissing(
                f"{self.act.by} is not registered; an admin registers officers{meant}",
                remedy=f"an admin registers it: {_registering(self.act.by, roles)}",
            )
        if not set(roles) & set(officer.roles):
            raise RoleMissing(
                f"{self.act.by} ({officer.name}) holds {', '.join(officer.roles)}; this needs "
                f"{' or '.join(roles)}",
                remedy=f"an officer who holds {' or '.join(roles)} acts, or an admin registers one: "
                + _registering("OFFICER", roles),
            )
        return officer

    def _authority_bound(self, roles: tuple[str, ...]) -> str | None:
        if self.officer is None or not set(roles) <= set(APPLICANT_ROLES):
            return None
        return self.officer.authority

    def refuse_other_authority(self, authority: str) -> None:
        """An applicant's officer acts for their own authority.

        Raises:
            RoleMissing: for another one.
        """
        if self._bound_to and self._bound_to != authority:
            raise RoleMissing(
                f"{self.act.by} acts for {self._bound_to}, not for {authority}",
                remedy=f"an officer of {authority} acts, one registered with --authority {authority}",
            )

    def grant(self, identifier: str) -> Grant:
        """The grant of this id.

        Raises:
            NotFound, RoleMissing.
        """
        found = self.transaction.find(Grant, identifier)
        if found is None:
            raise NotFound(f"no grant {identifier}{what_there_is(identifier, self.transaction.streams)}")
        self.refuse_other_authority(found.authority)
        return found

    def project(self, identifier: str) -> Project:
        """The project of this id.

        Raises:
            NotFound, RoleMissing.
        """
        found = self.transaction.find(Project, identifier)
        if found is None:
            raise NotFound(f"no project {identifier}{what_there_is(identifier, self.transaction.streams)}")
        self.refuse_other_authority(found.authority)
        return found

    def is_confirmed(self, rules: Rules) -> bool:
        """True when the caps of a version may be used."""
        return is_confirmed(self.transaction, rules, self.act.on)


def _registering(officer: str, roles: tuple[str, ...]) -> str:
    return f"grants register-officer {officer} --name NAME --roles {roles[0]} --by ADMIN"


def is_confirmed(transaction: Transaction, rules: Rules, on: date) -> bool:
    """True when a version needs no confirmation, or had it on a business date."""
    if not rules.needs_confirmation:
        return True
    found = transaction.find(ProgrammeVersion, f"programme/{rules.id}")
    return found is not None and found.confirmed_on <= on


def rules_of(programme: str) -> Rules:
    """The rule data of a programme version.

    Raises:
        BadInput: no such version.
    """
    try:
        return version(programme)
    except KeyError:
        raise BadInput(f"no programme version {programme}; known: {', '.join(known())}") from None


def refuse_look_alike(what: str, identifier: str, form: Form = "NFKC") -> None:
    """A new id reads as it is written, or two that look the same would be two officers, rounds or commands.

    What is recorded under an older id stays: this is asked where an id comes into the log, not where it is looked up.

    Raises:
        BadInput: it has a character that is not seen, another form of a letter, or spaces around it.
    """
    seen = as_seen(identifier, form)
    if seen == identifier:
        return
    way_out = f"write it as it is read: {seen}" if seen else "nothing of it is seen"
    raise BadInput(f"{what} {marked(identifier, form)} would be taken for another one; {way_out}")


def refuse_command_id(command_id: str) -> None:
    """The same for a new command id; full-width forms may stand in it, for programs make ids of titles and names.

    Raises:
        BadInput: as `refuse_look_alike`.
    """
    refuse_look_alike("command id", command_id, "NFC")


S = TypeVar("S", bound="Office")
C = TypeVar("C", bound=Command)
Judged = Callable[[S, C, Desk], Outcome]


class Office:
    """What every room of the service has: the store, the clock it was given, and a default officer."""

    def __init__(self, url: str, now: Callable[[], datetime], by: str | None = None) -> None:
        self.store: Store = open_store(url, now)
        self.now = now
        self.by = by

    def close(self) -> None:
        """Close the store."""
        self.store.close()

    def today(self) -> date:
        """Today in Japan."""
        return business_date(self.now())


def command(*roles: str) -> Callable[[Callable[[S, C, Desk], Outcome]], Callable[[S, C], bytes]]:
    """Make a service method of a judgement: one transaction, one officer with one of `roles`, one result.

    The method takes the command alone and returns its result, the very bytes stored for its id.
    """

    def decorate(judge: Callable[[S, C, Desk], Outcome]) -> Callable[[S, C], bytes]:
        @wraps(judge)
        def run(self: S, command: C) -> bytes:
            return _run(self, command, judge, roles)

        return run

    return decorate


def _run(office: S, command: C, judge: Callable[[S, C, Desk], Outcome], roles: tuple[str, ...]) -> bytes:
    command_id = command.id or str(uuid4())
    by = command.by or office.by
    if not by:
        raise BadInput("who acts? give --by OFFICER (`by` in a batch line), or set GRANTS_BY")
    reason = said(command.reason)
    act = Act(by, command.on or office.today(), reason, command_id)

    def decide(transaction: Transaction) -> Callable[[list[Recorded]], bytes]:
        # Here the id is a new one: a command that took effect before has been answered without a decision.
        refuse_command_id(command_id)
        outcome = judge(office, command, Desk(transaction, act, roles))
        return lambda recorded: result_bytes(command, command_id, outcome, recorded)

    return office.store.run(command_id, body_sha256(command, by), decide, dry_run=command.dry_run)


def body_sha256(command: Command, by: str) -> str:
    """Digest of what was asked, as it was given: a date left out stays out, so a retry after midnight is the same."""
    body: dict[str, Any] = msgspec.to_builtins(command)
    body = {key: value for key, value in body.items() if key not in ("id", "dry_run")} | {"by": by}
    return hashlib.sha256(msgspec.json.encode(body, order="sorted")).hexdigest()


def result_bytes(command: Command, command_id: str, outcome: Outcome, recorded: list[Recorded]) -> bytes:
    """The ok result of contract section 2."""
    result: dict[str, Any] = {"ok": True, "do": command.__struct_config__.tag, "id": command_id}
    result |= outcome.ids
    result["events"] = [event.entry.type for event in recorded]
    result["warnings"] = outcome.warnings
    if command.dry_run:
        result["dry_run"] = True
        result["would_write"] = [
            {"stream": event.entry.stream, "type": event.entry.type, "data": event.entry.data}
            for event in recorded
        ]
    result["result"] = outcome.result
    return msgspec.json.encode(result)
