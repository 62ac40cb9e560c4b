"""After the money: input tax, revenue, assets, evidence, corrections."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import msgspec

from lifecycle.aggregates import EVENTS, Grant, Project, ProjectYear
from lifecycle.aggregates.base import refuse_before
from lifecycle.aggregates.corrections import CORRECTABLE, REPLACED_BY
from lifecycle.commands.afterwards import (
    ApproveDisposal,
    DisposeAsset,
    DisposeEvidence,
    RegisterAsset,
    ReportInputTax,
    ReportRevenue,
)
from lifecycle.commands.exceptions import Correct
from lifecycle.commands.fields import Decimal
from lifecycle.errors import BadInput, Finding, NotFound, ReasonMissing, SameOfficer, WrongStatus
from lifecycle.nearest import see
from lifecycle.rules.look_alikes import look_alike_findings
from lifecycle.service.closing import close_when_square
from lifecycle.service.desk import Desk, Office, Outcome, command, rules_of
from lifecycle.service.told_twice import told_elsewhere
from lifecycle.store.entries import Entry
from lifecycle.values import fiscal_year_ends, fiscal_year_of


class FollowingRoom(Office):
    """消費税・収益・財産・証拠書類・訂正."""

    @command("head")
    def report_input_tax(self, command: ReportInputTax, desk: Desk) -> Outcome:
        """消費税仕入控除税額報告.

        Raises:
            NotFound, WrongStatus, AlreadyRecorded, BadInput, TooEarly, RoleMissing.
        """
        grant = desk.grant(command.grant)
        return_yen = grant.report_input_tax(desk.act, deductible_tax_yen=command.deductible_tax_yen)
        close_when_square(desk, grant)
        return _outcome(grant, {"return_yen": return_yen, "settled_yen": grant.settled_yen})

    @command("head")
    def report_revenue(self, command: ReportRevenue, desk: Desk) -> Outcome:
        """収益の報告.

        Raises:
            NotFound, WrongStatus, BadInput, TooEarly, RoleMissing.
        """
        grant = desk.grant(command.grant)
        grant.report_revenue(desk.act, revenue_yen=command.revenue_yen, payback_yen=command.payback_yen)
        return _outcome(grant, {"returnable_yen": grant.returnable_yen("revenue")})

    @command("preparer")
    def register_asset(self, command: RegisterAsset, desk: Desk) -> Outcome:
        """取得財産の登録: restricted for its useful life from the threshold on.

        Raises:
            NotFound, WrongStatus, AlreadyRecorded, BadInput, TooEarly, RoleMissing.
        """
        grant = desk.grant(command.grant)
        rules = rules_of(grant.programme)
        restricted = rules.is_closed or command.unit_cost_yen >= rules.setting_int("asset_threshold_yen")
        until = _years_after(command.acquired_on, command.useful_life_years) if restricted else None
        alike = look_alike_findings("asset", command.asset, grant.sheets.assets)
        grant.register_asset(
            desk.act,
            asset=command.asset,
            name=command.name,
            unit_cost_yen=command.unit_cost_yen,
            acquired_on=command.acquired_on,
            useful_life_years=command.useful_life_years,
            restricted_until=until,
        )
        return _outcome(grant, {"asset": command.asset, "restricted_until": until}, alike)

    @command("approver")
    def approve_disposal(self, command: ApproveDisposal, desk: Desk) -> Outcome:
        """財産処分の承認.

        Raises:
            NotFound, WrongStatus, SameOfficer, TooEarly.
        """
        grant = desk.grant(command.grant)
        grant.approve_disposal(
            desk.act, asset=command.asset, disposal=command.disposal, repay_yen=command.repay_yen
        )
        return _outcome(grant, {"asset": command.asset, "repay_yen": command.repay_yen})

    @command("preparer")
    def dispose_asset(self, command: DisposeAsset, desk: Desk) -> Outcome:
        """財産処分: a fact is recorded even when it is a breach, and then it is said to be one.

        Raises:
            NotFound, WrongStatus, TooEarly, RoleMissing.
        """
        grant = desk.grant(command.grant)
        breach = grant.dispose_asset(desk.act, asset=command.asset, disposal=command.disposal)
        warnings = [_breach(grant, command)] if breach else []
        return _outcome(grant, {"asset": command.asset, "breach": breach}, warnings)

    @command("officer")
    def dispose_evidence(self, command: DisposeEvidence, desk: Desk) -> Outcome:
        """証拠書類の廃棄, not before the years are over.

        Raises:
            NotFound, WrongStatus, AlreadyRecorded, Retention.
        """
        project = desk.project(command.project)
        years = rules_of(project.programme).setting_int("retention_years")
        ended = fiscal_year_of(project.ended_on or desk.act.on)
        kept_until = fiscal_year_ends(ended + years)
        project.dispose_evidence(desk.act, kept_until=kept_until)
        return Outcome({"project": project.id}, result={"kept_until": kept_until})

    @command("approver")
    def correct(self, command: Correct, desk: Desk) -> Outcome:
        """訂正: words and unverified KPI values, by another officer than the one who recorded them.

        Raises:
            NotFound: no such event.
            BadInput: a field that can't be corrected so; the fields that can are named.
            WrongStatus: a later event took its place, or the KPI's value is verified.
            ReasonMissing, SameOfficer, TooEarly.
        """
        entry = desk.transaction.entry(command.event)
        if entry is None:
            raise NotFound(f"the log has no event {command.event}")
        if not desk.act.reason:
            raise ReasonMissing(f"the correction of event {command.event} needs a reason; give --reason")
        if entry.by == desk.act.by:
            raise SameOfficer(f"{desk.act.by} recorded event {command.event} and may not correct it alone")
        refuse_before(entry.effective_on, desk.act.on, f"event {command.event}")
        key_field, data = _correctable(command, entry)
        data |= _put_right_before(desk, command.event, entry)
        _refuse_replaced(desk, command.event, entry, data.get(key_field))
        aggregate = _aggregate(desk, entry)
        if isinstance(aggregate, ProjectYear) and entry.type == "project_year.measured":
            _refuse_verified(aggregate)
        replacement = _fitting(entry, command.replacement)
        was = {field: str(data[field]) for field in replacement}
        aggregate.correct(
            desk.act,
            event=command.event,
            event_type=entry.type,
            key=str(data[key_field]) if key_field else "",
            replacement=replacement,
            was=was,
        )
        warnings = told_elsewhere(desk, command.event, entry, replacement)
        return Outcome({"event": str(command.event)}, warnings, {"was": was, "replacement": replacement})


def _correctable(command: Correct, entry: Entry) -> tuple[str, dict[str, object]]:
    key_field, fields = CORRECTABLE.get(entry.type, ("", {}))
    if wrong := [field for field in command.replacement if field not in fields]:
        named = ", ".join(fields) or "nothing; use the command that changes it"
        raise BadInput(
            f"{', '.join(wrong)} of event {command.event} ({entry.type}) can't be corrected so; what can: {named}"
        )
    data: dict[str, object] = msgspec.json.decode(entry.data)
    return key_field, data


def _refuse_replaced(desk: Desk, n: int, entry: Entry, key: object) -> None:
    """What was said anew since is corrected where it was said last, or the older word would come back."""
    key_field = CORRECTABLE[entry.type][0]
    for later in desk.transaction.entries_after(entry):
        if later.type != REPLACED_BY.get(entry.type):
            continue
        if not key_field or msgspec.json.decode(later.data)[key_field] == key:
            raise WrongStatus(
                f"a later {later.type} has taken the place of event {n}; correct that one",
                remedy=see(entry.stream),
            )


def _put_right_before(desk: Desk, n: int, entry: Entry) -> dict[str, str]:
    """What earlier corrections of this event say: it is what stands, and what the next one replaces."""
    said: dict[str, str] = {}
    for later in desk.transaction.entries_after(entry):
        if later.type.endswith(".corrected"):
            correction = msgspec.json.decode(later.data)
            said |= correction["replacement"] if correction["event"] == n else {}
    return said


def _fitting(entry: Entry, replacement: Mapping[str, str | int]) -> dict[str, str]:
    """A KPI value is put right by a decimal, like any that is measured."""
    words = {field: str(value) for field, value in replacement.items()}
    if entry.type != "project_year.measured":
        return words
    try:
        return msgspec.convert(words, dict[str, Decimal])
    except msgspec.ValidationError:
        raise BadInput(f"{replacement} of {entry.stream}: a KPI's value is a decimal, such as 78.5") from None


def _aggregate(desk: Desk, entry: Entry) -> Grant | Project | ProjectYear:
    aggregate_class = EVENTS[entry.type][0]
    found = desk.transaction.find(aggregate_class, entry.stream)
    if not isinstance(found, Grant | Project | ProjectYear):
        raise WrongStatus(f"{entry.stream} can't be corrected")
    return found


def _refuse_verified(year: ProjectYear) -> None:
    if year.verifications:
        raise WrongStatus(f"{year.name} is verified; its actual values stand")


def _years_after(on: date, years: int) -> date:
    try:
        return on.replace(year=on.year + years)
    except ValueError:  # 29 February
        return date(on.year + years, 2, 28)


def _breach(grant: Grant, command: DisposeAsset) -> Finding:
    asset = grant.sheets.assets[command.asset]
    return Finding(
        rule="asset_disposal",
        strength="hard",
        source="適正化法 22条, 17条",
        message=f"asset {asset.id} ({asset.name}) was restricted until {asset.restricted_until} and its "
        f"{command.disposal} was not approved: a breach",
        remedy=f"an approver may revoke: grants revoke {grant.id} --amount-yen YEN --fault recipient",
    )


def _outcome(grant: Grant, result: Mapping[str, object], warnings: list[Finding] | None = None) -> Outcome:
    return Outcome(
        {"grant": grant.id, "project": grant.project}, warnings or [], {"grant": grant.id, **result}
    )
