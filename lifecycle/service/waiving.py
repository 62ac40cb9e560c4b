"""Waivers: granted, and found when a rule is judged."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from lifecycle.aggregates import Waiver
from lifecycle.aggregates.facts import Window
from lifecycle.aggregates.waiver import stream_of
from lifecycle.checks.limits import under
from lifecycle.commands.exceptions import Waive
from lifecycle.errors import BadInput, Finding
from lifecycle.programme import known, version
from lifecycle.programme.authorities import check_code
from lifecycle.rules import waivable
from lifecycle.rules.caps import published_limit_yen
from lifecycle.rules.dispositions import own_waiver, unreasoned_waiver_findings
from lifecycle.service.desk import Desk, Office, Outcome, command
from lifecycle.store.transaction import Transaction
from lifecycle.values import yen


class WaivingRoom(Office):
    """特例."""

    @command("approver")
    def waive(self, command: Waive, desk: Desk) -> Outcome:
        """特例の承認. A cap's waiver names the limit in its place.

        Raises:
            BadInput: an unknown rule, the cap of another tier, a cap without limit, a limit for something else or
                below the published one, or an end in the past.
            UnknownAuthority, BadCheckDigit.
        """
        authority = check_code(command.authority, desk.act.on)
        is_cap = waivable(command.rule)
        if is_cap is None:
            raise BadInput(f"{command.rule} is no rule that can be waived")
        if is_cap and not command.rule.endswith(f"_{authority.tier.value}"):
            raise BadInput(
                f"{command.rule} is no cap of {authority.code}, a {authority.tier.value} ({authority.tier.name_ja})"
            )
        if is_cap != (command.limit_yen is not None):
            wants = "needs limit_yen" if is_cap else "takes no limit_yen"
            raise BadInput(f"a waiver of {command.rule} {wants}")
        _refuse_lower(command)
        if command.until < desk.act.on:
            raise BadInput(f"until {command.until} lies before the business date {desk.act.on}")
        number = len(desk.transaction.streams(f"{authority.code}-waiver/{command.rule}/")) + 1
        waiver: Waiver = Waiver.begin(
            Waiver.Waived,
            desk.act,
            stream_of(authority.code, command.rule, number),
            rule=command.rule,
            authority=authority.code,
            until=command.until,
            document=command.document,
            limit_yen=command.limit_yen,
        )
        desk.transaction.add(waiver)
        result = {"waiver": waiver.id, "rule": command.rule, "until": command.until}
        warnings = unreasoned_waiver_findings(desk.act.reason, command.rule, command.document)
        return Outcome({"waiver": waiver.id}, warnings, {**result, "limit_yen": command.limit_yen})


def _refuse_lower(command: Waive) -> None:
    """A waiver lifts: it may take an earlier one back, down to the published limit and no further."""
    if command.limit_yen is None:
        return
    published_yen = published_limit_yen(map(version, known()), command.rule)
    if command.limit_yen < published_yen:
        raise BadInput(
            f"a waiver of {command.rule} to {yen(command.limit_yen)} lifts nothing: published are "
            f"{yen(published_yen)}, and it gives at least that"
        )


def own_hand_findings(desk: Desk, authority: str, lifted: Iterable[str]) -> list[Finding]:
    """Who granted a waiver and decides by it is told so: each is one officer's decision, and together they are a cap's.

    `lifted`: the rules that would refuse the decision without their waiver.
    """
    found = []
    for rule in sorted(lifted):
        waivers = waivers_of(desk.transaction, authority, rule, desk.act.on)
        if waivers and waivers[-1].granted_by == desk.act.by:
            found.append(own_waiver(f"{desk.act.by} decides by", waivers[-1].id))
    return found


def all_waivers(transaction: Transaction, authority: str) -> list[Waiver]:
    """Every waiver of an authority, by rule and number."""
    found = (transaction.find(Waiver, stream) for stream in transaction.streams(f"{authority}-waiver/"))
    return sorted((waiver for waiver in found if waiver), key=lambda waiver: (waiver.rule, _number(waiver)))


def _number(waiver: Waiver) -> int:
    return int(waiver.id.rpartition("/")[2])


def waivers_of(transaction: Transaction, authority: str, rule: str, on: date) -> list[Waiver]:
    """Waivers of a rule that hold for an authority on a day, oldest first."""
    waivers = all_waivers(transaction, authority)
    return [waiver for waiver in waivers if waiver.rule == rule and waiver.holds_on(on)]


def waived_until(transaction: Transaction, authority: str, rule: str, on: date) -> date | None:
    """The last day of a waiver of this rule, or None when none holds."""
    return max((w.until for w in waivers_of(transaction, authority, rule, on)), default=None)


def waived_rules(transaction: Transaction, authority: str, on: date) -> set[str]:
    """Rules beside the caps that are lifted for an authority on a day."""
    streams = transaction.streams(f"{authority}-waiver/")
    rules = {stream.split("/")[1] for stream in streams}
    return {rule for rule in rules if not waivable(rule) and waivers_of(transaction, authority, rule, on)}


def with_waivers(transaction: Transaction, authority: str, windows: list[Window], on: date) -> list[Window]:
    """Windows with the limit that the latest waiver puts in its place, and its document as source."""
    if not transaction.streams(f"{authority}-waiver/"):
        return windows
    return [_waived(transaction, authority, window, on) for window in windows]


def _waived(transaction: Transaction, authority: str, window: Window, on: date) -> Window:
    waivers = waivers_of(transaction, authority, window.rule, on)
    if not waivers or window.limit_yen is None:
        return window
    return under(waivers[-1], window)
