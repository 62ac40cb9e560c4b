"""Refusals: what was refused, under which rule, with which figures, and what to do next.

A `Finding` is what a rule says about facts; a `Refusal` is what a command answers when a finding
(or the state of the matter) stops it. Both are values that end up in JSON unchanged.
"""

from __future__ import annotations

from typing import ClassVar, Literal

import msgspec

from lifecycle.nearest import named

Strength = Literal["hard", "guideline", "warning"]


class Finding(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """指摘: one rule applied to one set of facts. Figures are yen, years or a count, as `rule` implies."""

    rule: str
    strength: Strength
    source: str
    message: str
    remedy: str
    limit: int | None = None
    used: int | None = None
    asked: int | None = None
    excess: int | None = None
    room: int | None = None


class Refusal(Exception):
    """却下: a command that wrote nothing. `code` and `exit` are the contract; the text is for people."""

    code: ClassVar[str]
    exit: ClassVar[int] = 1
    source: ClassVar[str] = ""
    remedy: ClassVar[str] = ""

    def __init__(self, message: str, *findings: Finding, remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.findings = findings or self._own_finding(remedy)

    def _own_finding(self, remedy: str) -> tuple[Finding, ...]:
        """A refusal by the state of the matter is its own rule: the class says where it is written."""
        if not self.source:
            return ()
        return (
            Finding(
                rule=self.code,
                strength="hard",
                source=self.source,
                message=self.message,
                remedy=named(remedy or self.remedy, self.message),
            ),
        )


class BadInput(Refusal):
    """Malformed input: nothing was judged and nothing written."""

    code = "bad_input"
    exit = 2


class UnknownAuthority(Refusal):
    """No local government has this code on that date."""

    code = "unknown_authority"
    exit = 2


class BadCheckDigit(Refusal):
    """The sixth digit of a local-government code does not follow from the first five."""

    code = "bad_check_digit"
    exit = 2


class NotFound(Refusal):
    """No record of this name in the store, as of the moment asked for."""

    code = "not_found"
    exit = 3


class CapExceeded(Refusal):
    """交付上限額: a hard cap would be passed."""

    code = "cap_exceeded"


class GuidelineUnjustified(Refusal):
    """目安: a guideline would be passed without a written justification."""

    code = "guideline_unjustified"


class PeriodTooLong(Refusal):
    """事業計画期間: the plan is longer than the programme's maximum."""

    code = "period_too_long"


class ApplicationLimit(Refusal):
    """申請上限件数: no slot for a new application is left in the round (seed G40, G41)."""

    code = "application_limit"


class CombinationRequired(Refusal):
    """注4: infrastructure only together with a soft or facility project (seed G42)."""

    code = "combination_required"


class StrategyMissing(Refusal):
    """地方版総合戦略: no item of the local comprehensive strategy is named (seed G46)."""

    code = "strategy_missing"


class PlanNotCertified(Refusal):
    """地域再生計画の認定: the plan is not certified (地域再生法 art. 13(1))."""

    code = "plan_not_certified"


class CriteriaIncomplete(Refusal):
    """評価基準: not all four criteria are scored (seed G47)."""

    code = "criteria_incomplete"


class KpiMissing(Refusal):
    """KPI: none is set, or one has no actual value for the year."""

    code = "kpi_missing"
    source = "seed G50"
    remedy = "record it: grants measure PROJECT --fiscal-year YEAR --kpi KPI --actual VALUE"


class KpiTargetMissing(Refusal):
    """KPI目標値: a fiscal year of the plan has no target."""

    code = "kpi_target_missing"


class ClassUndecided(Refusal):
    """評価区分: the rule gives no class, a person has to choose."""

    code = "class_undecided"
    source = "lifecycle.md section 3"
    remedy = "a person chooses: --classes KPI=1..4"


class ProgrammeClosed(Refusal):
    """廃止: the programme version takes no new applications (seed X01)."""

    code = "programme_closed"
    source = "seed X01; lifecycle.md section 5"
    remedy = "apply under a version in force; old records stay readable"


class ProgrammeUndetermined(Refusal):
    """未確定: the caps of the programme version are not confirmed."""

    code = "programme_undetermined"


class RoundClosed(Refusal):
    """募集期間外: the round is not open on the business date."""

    code = "round_closed"
    source = "lifecycle.md event 7"
    remedy = "apply in a round that is open, or on a day when this one is"


class WrongStatus(Refusal):
    """The state of the matter does not allow this command."""

    code = "wrong_status"
    source = "lifecycle.md 1.1, 1.2"
    remedy = (
        "see where it stands, how it came there, and what waits: grants show ID; grants log ID; grants todo"
    )


class SameOfficer(Refusal):
    """職務分離: whoever prepared a matter may not decide it."""

    code = "same_officer"
    exit = 7
    source = "lifecycle.md section 0; contract section 4 (職務分離)"
    remedy = "another officer who holds the role decides"


class RoleMissing(Refusal):
    """権限: the officer does not hold the role, or acts for another authority."""

    code = "role_missing"
    exit = 7
    source = "contract section 4, roles"
    remedy = "an officer who holds the role acts, or an admin registers it: grants register-officer"


class WithdrawalLate(Refusal):
    """取下げ期限: the date for withdrawal after the decision has passed (適正化法 art. 9)."""

    code = "withdrawal_late"
    source = "補助金適正化法 9条; lifecycle.md event 17"
    remedy = "ask for a change or for abolition instead: grants request-change GRANT"


class PublicationMissing(Refusal):
    """公表: one of the three parts is not published (seed G51-G53)."""

    code = "publication_missing"
    source = "seed G51-G53"
    remedy = "publish what is missing: grants publish PROJECT --fiscal-year YEAR --part PART --url URL --digest DIGEST"


class EarlierYearUnpublished(Refusal):
    """継続申請: an earlier year of the project is not published."""

    code = "earlier_year_unpublished"


class OverDisbursed(Refusal):
    """支払超過: more would be paid than is committed or fixed."""

    code = "over_disbursed"
    source = "予算決算及び会計令 58条; 適正化法 15条"
    remedy = "pay or change within what is committed or settled: grants show GRANT"


class OverReturned(Refusal):
    """返還超過: more would be ordered or paid back than is due."""

    code = "over_returned"
    source = "適正化法 18条"
    remedy = "see what is due: grants show GRANT"


class AboveRequest(Refusal):
    """交付決定額: more would be granted than was asked for."""

    code = "above_request"
    source = "適正化法 5条, 6条3項"
    remedy = "grant at most what was asked for, or send it back: grants return-for-correction GRANT"


class RateTooHigh(Refusal):
    """補助率: the national share exceeds the rate of the programme."""

    code = "rate_too_high"


class ReasonMissing(Refusal):
    """理由: this command needs a written reason (適正化法 art. 21-2)."""

    code = "reason_missing"
    source = "適正化法 21条の2"
    remedy = "give --reason"


class TooEarly(Refusal):
    """The business date lies before the event this command builds on."""

    code = "too_early"
    source = "lifecycle.md 1.2; reliability.md I10"
    remedy = "give a business date on or after it: --on YYYY-MM-DD"


class TooLate(Refusal):
    """The business date lies after the last day for this."""

    code = "too_late"
    source = "lifecycle.md 1.2, 2.6"
    remedy = "see the last day named; a waiver or the law would have to move it"


class AlreadyRecorded(Refusal):
    """This fact stands in the log already."""

    code = "already_recorded"
    source = "the log"
    remedy = "see it: grants log ID"


class CommandIdReused(Refusal):
    """This command id stands for another command."""

    code = "command_id_reused"
    exit = 4


class Busy(Refusal):
    """Others were writing for too long; nothing was written."""

    code = "busy"
    exit = 4


class IntegrityFailure(Refusal):
    """The store does not verify."""

    code = "integrity"
    exit = 5


class StoreVersion(Refusal):
    """The store has another schema version than this program."""

    code = "store_version"
    exit = 5


class DoubleFunding(Refusal):
    """重複・二重交付: own grant and grant passed down exceed the rate of the cost."""

    code = "double_funding"
    source = "会計検査院 令和4年度 0049"
    remedy = "reduce one of the two grants, or the cost counted twice"


class SubGrantUnpaid(Refusal):
    """間接補助金: completion is reported while a sub-grant is unpaid."""

    code = "sub_grant_unpaid"
    source = "会計検査院 平成28年度 0068"
    remedy = "pay the sub-grant and record it: grants pay-sub-grant"


class CarryOverRepeated(Refusal):
    """繰越: money is carried over once by plan and once by accident."""

    code = "carry_over_repeated"
    source = "財政法 42条, 43条"
    remedy = "report the delay, and reduce the grant: grants request-change GRANT"


class PriorApprovalNeeded(Refusal):
    """変更承認: a move beyond the minor share needs approval before it is made."""

    code = "prior_approval_needed"
    source = "適正化法 7条1項1号・3号"
    remedy = "ask for approval first: grants request-change GRANT"


class ObjectionLate(Refusal):
    """不服の申出: the days after the notice are over."""

    code = "objection_late"
    source = "適正化法 25条; 施行令 15条"
    remedy = "only an extension by the minister lets it in: grants waive"


class Retention(Refusal):
    """保存期間: the papers are still to be kept."""

    code = "retention"
    source = "lifecycle.md event 58"
    remedy = "keep them until the date named"


class CostKind(Refusal):
    """対象経費: this kind of cost is not eligible."""

    code = "cost_kind"
    source = "seed P07, P08"
    remedy = "leave it out"


class DonationTooSmall(Refusal):
    """寄附額: the donation is below the smallest that counts."""

    code = "donation_too_small"
    source = "lifecycle.md 2.6"
    remedy = "give more, or book it as an ordinary gift"


class HeadOffice(Refusal):
    """本社所在: a donation to the authority of the firm's own head office earns no credit."""

    code = "head_office"
    source = "lifecycle.md 2.6"
    remedy = "donate to another authority"


class ConflictOfInterest(Refusal):
    """利益相反: the officer has declared an interest in the matter."""

    code = "conflict_of_interest"
    exit = 7
    source = "lifecycle.md event 10"
    remedy = "another officer acts"
