"""検査・指摘・不服の申出: what others find, and what a recipient objects to."""

from __future__ import annotations

from collections.abc import Mapping

from lifecycle.aggregates import Grant
from lifecycle.commands.recovery import AnswerObjection, FileObjection, Inspect, RecordFinding
from lifecycle.rules.deadlines import last_day
from lifecycle.service.desk import Desk, Office, Outcome, command, rules_of
from lifecycle.service.waiving import waived_until


class DisputingRoom(Office):
    """不服の申出・立入検査・会計検査院の指摘."""

    @command("head")
    def file_objection(self, command: FileObjection, desk: Desk) -> Outcome:
        """不服の申出, within the days of the programme or the minister's extension.

        Raises:
            NotFound, ObjectionLate, TooEarly, WrongStatus, RoleMissing.
        """
        grant = desk.grant(command.grant)
        rules = rules_of(grant.programme)
        until = last_day(command.notified_on, rules.setting_int("objection_days"))
        extended = waived_until(desk.transaction, grant.authority, "objection_days", desk.act.on)
        if extended is not None:
            until = max(until, extended)
        grant.file_objection(desk.act, notified_on=command.notified_on, grounds=command.grounds, until=until)
        return _of_grant(grant, {"notified_on": command.notified_on, "until": until})

    @command("approver")
    def answer_objection(self, command: AnswerObjection, desk: Desk) -> Outcome:
        """不服の申出への通知.

        Raises:
            NotFound, WrongStatus, SameOfficer, TooEarly.
        """
        grant = desk.grant(command.grant)
        grant.answer_objection(desk.act, answer=command.answer)
        return _of_grant(grant, {"answered_on": desk.act.on})

    @command("officer")
    def inspect(self, command: Inspect, desk: Desk) -> Outcome:
        """立入検査.

        Raises:
            NotFound, WrongStatus, TooEarly.
        """
        grant = desk.grant(command.grant)
        grant.inspect(desk.act, findings=command.findings, amount_yen=command.amount_yen)
        return _of_grant(grant, {"amount_yen": command.amount_yen})

    @command("auditor")
    def record_finding(self, command: RecordFinding, desk: Desk) -> Outcome:
        """会計検査院の指摘.

        Raises:
            NotFound, WrongStatus, TooEarly.
        """
        grant = desk.grant(command.grant)
        grant.record_finding(desk.act, findings=command.findings, amount_yen=command.amount_yen)
        return _of_grant(grant, {"amount_yen": command.amount_yen})


def _of_grant(grant: Grant, result: Mapping[str, object]) -> Outcome:
    ids = {"grant": grant.id, "project": grant.project}
    return Outcome(ids, result={"grant": grant.id, **result})
