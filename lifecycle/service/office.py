"""The office's own commands: the store, officers, rounds, programme versions, decisions from elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from uuid import uuid4

import msgspec

from lifecycle.aggregates import Act, Grant, Officer, ProgrammeVersion, Project, Round
from lifecycle.aggregates.facts import Asked, Window
from lifecycle.commands.office import ConfirmProgramme, ImportDecision, Init, OpenRound, RegisterOfficer
from lifecycle.errors import AlreadyRecorded, BadInput, Finding, ProgrammeClosed, WrongStatus
from lifecycle.programme import ProgrammeVersion as Rules
from lifecycle.programme.authorities import check_code
from lifecycle.projections.cap_usage import Rows
from lifecycle.rules import caps, refuse_or_warn
from lifecycle.rules.caps import Filled, Place
from lifecycle.rules.eligibility import decided_alone_findings
from lifecycle.rules.look_alikes import look_alike_findings
from lifecycle.service import judging
from lifecycle.service.desk import (
    Desk,
    Office,
    Outcome,
    body_sha256,
    command,
    refuse_command_id,
    refuse_look_alike,
    result_bytes,
    rules_of,
)
from lifecycle.service.numbering import next_project
from lifecycle.service.waiving import with_waivers
from lifecycle.store.transaction import Recorded, Transaction
from lifecycle.values import Kind, fiscal_year_ends, fiscal_year_of, yen


class OfficeRoom(Office):
    """開設・担当者・募集・制度・取込み."""

    def init(self, command: Init) -> bytes:
        """台帳の開設: create or migrate the store; a new one gets its first officer, who holds `admin`.

        Raises:
            BadInput: a new store without `admin`, or an id that would be taken for another one.
            AlreadyRecorded: the store has officers, and `admin` is none of them.
            StoreVersion: the store is newer than this program.
        """
        from lifecycle.store.migrate import migrate

        is_new = self.store.is_new()
        if is_new and not command.admin:
            raise BadInput("a new store needs its first officer: grants init --admin OFFICER")
        if is_new and command.admin:
            refuse_look_alike("officer", command.admin)
            refuse_command_id(command.id or "")
        if is_new and command.dry_run:
            return result_bytes(
                command, command.id or "", Outcome(result=_told(self.store.place, None, None)), []
            )
        before, after = migrate(self.store)
        outcome = Outcome(result=_told(self.store.place, before, after))
        command_id = command.id or str(uuid4())
        admin = command.admin or ""
        act = Act(admin, command.on or self.today(), command.reason, command_id)

        def decide(transaction: Transaction) -> Callable[[list[Recorded]], bytes]:
            refuse_command_id(command_id)
            _register_first(transaction, act, admin)
            return lambda recorded: result_bytes(command, command_id, outcome, recorded)

        return self.store.run(command_id, body_sha256(command, admin), decide, dry_run=command.dry_run)

    @command("admin")
    def register_officer(self, command: RegisterOfficer, desk: Desk) -> Outcome:
        """担当者の登録; again: replaces name, roles and authority.

        Raises:
            UnknownAuthority, BadCheckDigit, RoleMissing, AlreadyRecorded.
            BadInput: a new id that would be taken for another one.
        """
        if command.authority:
            check_code(command.authority, desk.act.on)
        roles: list[str] = list(dict.fromkeys(command.roles))
        officer = desk.transaction.find(Officer, f"officer/{command.officer}")
        warnings = _of_no_authority(command.authority, roles)
        if officer is None:
            refuse_look_alike("officer", command.officer)
            warnings += _taken_for(desk, "officer", command.officer)
            facts = {"name": command.name, "roles": roles, "authority": command.authority}
            desk.transaction.add(
                Officer.begin(Officer.Registered, desk.act, f"officer/{command.officer}", **facts)
            )
        else:
            officer.register_officer(desk.act, name=command.name, roles=roles, authority=command.authority)
        told = {"officer": command.officer, "roles": roles}
        return Outcome({"officer": command.officer}, warnings, told)

    @command("officer")
    def open_round(self, command: OpenRound, desk: Desk) -> Outcome:
        """募集の開始.

        Raises:
            BadInput: unknown programme, an id that would be taken for another one, or the round would close
                before it opens.
            AlreadyRecorded: the round exists.
        """
        rules_of(command.programme)
        if command.closes_on < command.opens_on:
            raise BadInput(f"closes_on {command.closes_on} lies before opens_on {command.opens_on}")
        if desk.transaction.find(Round, f"round/{command.round}") is None:
            refuse_look_alike("round", command.round)
        facts = {
            "programme": command.programme,
            "opens_on": command.opens_on,
            "closes_on": command.closes_on,
        }
        warnings = _taken_for(desk, "round", command.round)
        desk.transaction.add(Round.begin(Round.Opened, desk.act, f"round/{command.round}", **facts))
        return Outcome({"round": command.round}, warnings, {"round": command.round, **facts})

    @command("approver")
    def confirm_programme(self, command: ConfirmProgramme, desk: Desk) -> Outcome:
        """上限額の確認: the caps of an undetermined version may be used from here on.

        One that is dated later, by a slip, is replaced: given again with the right date, it holds from that on.

        Raises:
            WrongStatus: the version needs no confirmation.
            AlreadyRecorded: it is confirmed from this date, or from an earlier one.
        """
        rules = rules_of(command.programme)
        if not rules.needs_confirmation:
            raise WrongStatus(
                f"{rules.id} is {rules.status}; there is nothing to confirm",
                remedy=f"see what it says: grants show {rules.id}",
            )
        stream = f"programme/{rules.id}"
        limits_yen = {cap.id: cap.limit_yen for cap in rules.caps}
        facts = {
            "basis": command.basis,
            "document": command.document,
            "rules_sha256": rules_digest(rules),
            "limits_yen": limits_yen,
        }
        if found := desk.transaction.find(ProgrammeVersion, stream):
            found.confirm(desk.act, **facts)
        else:
            desk.transaction.add(
                ProgrammeVersion.begin(ProgrammeVersion.Confirmed, desk.act, stream, **facts)
            )
        warnings = _far_ahead(rules.id, desk.act.on, self.today())
        return Outcome(
            {"programme": rules.id}, warnings, result={"programme": rules.id, "limits_yen": limits_yen}
        )

    @command("officer")
    def import_decision(self, command: ImportDecision, desk: Desk) -> Outcome:
        """既決定の取込み: an approved grant that says where it was decided; it counts in the caps.

        Guidelines it passes are warned of (the reason lies elsewhere), and so is infrastructure alone, which is a
        fact once it was decided; a hard cap it would pass refuses it.

        Raises:
            UnknownAuthority, BadCheckDigit, BadInput, CapExceeded.
        """
        authority = check_code(command.authority, command.decided_on)
        rules = rules_of(command.programme)
        _refuse_year_before(rules, command.fiscal_year)
        if command.decided_on > desk.act.on:
            raise BadInput(f"decided_on {command.decided_on} lies after the business date {desk.act.on}")
        identifier = next_project(desk.transaction, authority.code, command.fiscal_year)
        year = command.fiscal_year
        place = Place(authority.code, authority.tier, year, identifier, year, year)
        covering = caps.windows_for(
            rules, place, command.amounts, command.decided_on, confirmed=desk.is_confirmed(rules)
        )
        covering = with_waivers(desk.transaction, authority.code, covering, command.decided_on)
        warnings = _judge_import(desk, command, covering, rules) + _same_row(desk, command)
        amounts_yen = {str(kind): amount_yen for kind, amount_yen in command.amounts.items()}
        warnings += decided_alone_findings(rules, f"{identifier}/{year}", amounts_yen)
        source = {"source": command.source, "row": str(command.row)}
        told = {"authority": authority.code, "title": command.title, "fiscal_year": year}
        told |= {"programme": rules.id}
        # It took effect when it was decided; when we learned of it is what recorded_at says.
        act = msgspec.structs.replace(desk.act, on=command.decided_on)
        desk.transaction.add(Project.begin(Project.Imported, act, identifier, **told, **source))
        grant = Grant.begin(
            Grant.DecisionImported,
            act,
            f"{identifier}/{year}",
            project=identifier,
            rules_sha256=rules_digest(rules),
            tier=authority.tier.value,
            components=[
                _imported(rules, kind, amount_yen) for kind, amount_yen in sorted(command.amounts.items())
            ],
            windows=covering,
            decided_on=command.decided_on,
            **told,
            **source,
        )
        desk.transaction.add(grant)
        result = {"grant": grant.id, "committed_yen": grant.committed_yen, "programme": rules.id}
        return Outcome({"grant": grant.id, "project": identifier}, warnings, result)


def rules_digest(rules: Rules) -> str:
    """Digest of the rule data a decision was judged under, with what it inherits."""
    return rules.sha256 + (f"+{rules.inherited_sha256}" if rules.inherited_sha256 else "")


def _told(place: str, before: str | None, after: str | None) -> dict[str, str | None]:
    return {"store": place, "schema_before": before, "schema": after}


def _taken_for(desk: Desk, what: str, identifier: str) -> list[Finding]:
    streams = desk.transaction.streams(f"{what}/")
    return look_alike_findings(what, identifier, (stream.removeprefix(f"{what}/") for stream in streams))


def _register_first(transaction: Transaction, act: Act, admin: str) -> None:
    officers = transaction.streams("officer/")
    if not officers and admin:
        facts = {"name": admin, "roles": ["admin"], "authority": None}
        transaction.add(Officer.begin(Officer.Registered, act, f"officer/{admin}", **facts))
    elif not officers:
        raise BadInput("the store has no officer yet: grants init --admin OFFICER")
    elif admin and f"officer/{admin}" not in officers:
        raise AlreadyRecorded(
            f"the store has its first officer already; an admin registers {admin}: grants register-officer",
            remedy=f"an admin registers it: grants register-officer {admin} --name NAME --roles ROLE --by ADMIN",
        )


def _far_ahead(programme: str, on: date, today: date) -> list[Finding]:
    """A confirmation that holds from a day beyond the next budget year is most likely a slip of the hand."""
    if fiscal_year_of(on) <= fiscal_year_of(today) + 1:
        return []
    return [
        Finding(
            rule="confirmation_date",
            strength="warning",
            source="lifecycle.md section 5",
            message=f"{programme} is confirmed from {on} on only; until then nothing of it can be approved",
            remedy="if the date is a slip, confirm again with the right one, which takes its place: --on YYYY-MM-DD",
        )
    ]


def _refuse_year_before(rules: Rules, fiscal_year: int) -> None:
    if fiscal_year < fiscal_year_of(rules.in_force_from):
        raise BadInput(f"{rules.id} is in force from {rules.in_force_from}, after fiscal year {fiscal_year}")
    if rules.is_closed and rules.in_force_until and fiscal_year_ends(fiscal_year) > rules.in_force_until:
        raise ProgrammeClosed(f"{rules.id} was closed on {rules.in_force_until}")


def _imported(rules: Rules, kind: str, amount_yen: int) -> Asked:
    """A component of which only the national share is known; its cost is 0 until it is reported."""
    rate = "1/2" if rules.is_closed else str(rules.rate(Kind(kind)).rate)
    return Asked(id=kind, kind=kind, title="", rate=rate, eligible_cost_yen=0, requested_yen=amount_yen)


def _judge_import(desk: Desk, command: ImportDecision, covering: list[Window], rules: Rules) -> list[Finding]:
    places = judging.filled(desk, command.authority, covering, {}, command.decided_on)
    elsewhere = {place.window.rule: "decided elsewhere" for place in places}
    found = caps.undetermined_findings(places, rules.id, strength="warning")
    known = [_with_known_limit(place, desk.transaction.cap_rows(command.authority)) for place in places]
    found += caps.decision_findings(known, {str(kind): yen for kind, yen in command.amounts.items()})
    return refuse_or_warn(found, elsewhere)


def _with_known_limit(place: Filled, rows: Rows) -> Filled:
    """A window that money of a confirmed version stands in keeps its limit for that of an unconfirmed one."""
    row = rows.get(place.window.window)
    if place.window.limit_yen is not None or row is None:
        return place
    limited = msgspec.structs.replace(place.window, limit_yen=row.window.limit_yen)
    return Filled(limited, place.used_yen, place.reserved_yen, place.requested_yen)


def _same_row(desk: Desk, command: ImportDecision) -> list[Finding]:
    """A row of a list that was taken in before, in other words, would count twice."""
    row = f"{command.source} {command.row}".strip()
    if not row:
        return []
    beginning = f"{command.authority}-{command.fiscal_year}-"
    imported = desk.transaction.begun_with(Grant.DecisionImported, beginning)
    streams = [event.originator_id for event in imported if f"{event.source} {event.row}".strip() == row]
    grants = (desk.transaction.find(Grant, stream) for stream in streams)
    return [
        Finding(
            rule="row_imported_before",
            strength="warning",
            source="contract section 7, import",
            message=f"{row} was imported already as {grant.id}, with {yen(grant.granted_yen)}",
            remedy=f"if it is the same decision, take one back: grants revoke {grant.id} --amount-yen all "
            "--fault circumstances",
        )
        for grant in grants
        if grant and grant.title == command.title
    ]


def _of_no_authority(authority: str | None, roles: list[str]) -> list[Finding]:
    """An applicant's officer belongs to one local government, or would act for every one."""
    applicants = [role for role in roles if role in ("preparer", "head")]
    if authority or not applicants:
        return []
    return [
        Finding(
            rule="authority_missing",
            strength="warning",
            source="contract section 4, roles",
            message=f"registered as {' and '.join(applicants)} of no local government: of every one",
            remedy="register again with it: grants register-officer OFFICER --name NAME --roles ROLE --authority CODE",
        )
    ]
