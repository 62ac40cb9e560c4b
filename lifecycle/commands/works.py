"""Commands while the work goes on: contracts, reports, minor changes, carry-over, sub-grants, suspension."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from msgspec import Meta

from lifecycle.commands.fields import Command, ComponentId, Grant, Text, Yen, YenOrNone


class CheckDoubleFunding(Command, tag="check_double_funding", tag_field="do", kw_only=True):
    """Check that own grant and grant passed down stay within the rate of the cost (重複・二重交付の確認). [officer]

    Example:
        grants check-double-funding 340006-2025-01/2025 --own-grant-yen 15000000 --passed-down-yen 5000000
            --eligible-cost-yen 40000000 --by tanaka
    """

    grant: Grant
    own_grant_yen: Annotated[YenOrNone, Meta(description="the authority's own grant for the cost")]
    passed_down_yen: Annotated[YenOrNone, Meta(description="what a prefecture passes on of its grant")]
    eligible_cost_yen: Annotated[Yen, Meta(description="eligible cost of the work (対象経費)")]


class RecordContract(Command, tag="record_contract", tag_field="do", kw_only=True):
    """Record a contract; one signed before the decision makes that cost ineligible (契約). [preparer]

    Example:
        grants record-contract 340006-2025-01/2025 --component s1 --party 広島交通 --amount-yen 4000000
            --signed-on 2025-06-10 --by kato
    """

    grant: Grant
    component: ComponentId
    party: Annotated[Text, Meta(description="with whom (契約の相手方)")]
    amount_yen: Annotated[Yen, Meta(description="eligible cost in the contract (契約額)")]
    signed_on: Annotated[date, Meta(description="day it was signed (契約日)")]


class NotifyMinorChange(Command, tag="notify_minor_change", tag_field="do", kw_only=True):
    """Notify a move between cost items within the minor share; more needs approval (軽微な変更). [preparer]

    Example:
        grants notify-minor-change 340006-2025-01/2025 --component s1 --from-item i1 --to-item i2
            --amount-yen 500000 --by kato
    """

    grant: Grant
    component: ComponentId
    from_item: ComponentId
    to_item: ComponentId
    amount_yen: Yen


class RequestCarryOver(Command, tag="request_carry_over", tag_field="do", kw_only=True):
    """Ask to carry money over into the next year; it stays in its own year's cap (繰越申請). [head]

    Example:
        grants request-carry-over 340006-2025-01/2025 --amount-yen 120000000 --basis planned --cause 用地交渉の遅れ
            --new-end-on 2026-12-20 --by kato
    """

    grant: Grant
    amount_yen: Yen
    basis: Annotated[Literal["planned", "accident"], Meta(description="明許繰越 or 事故繰越")]
    cause: Annotated[Text, Meta(description="why (繰越の事由)")]
    new_end_on: Annotated[date, Meta(description="new day of completion (完了予定日)")]


class ApproveCarryOver(Command, tag="approve_carry_over", tag_field="do", kw_only=True):
    """Approve the carry-over that was asked for (繰越承認, 財政法 43条). [approver]

    Example:
        grants approve-carry-over 340006-2025-01/2025 --by suzuki
    """

    grant: Grant


class CommitSubGrant(Command, tag="commit_sub_grant", tag_field="do", kw_only=True):
    """Record a sub-grant the authority has decided on (間接補助金の決定). [preparer]

    Example:
        grants commit-sub-grant 340006-2025-01/2025 --sub-grant g1 --payee 西条酒造 --amount-yen 9000000 --by kato
    """

    grant: Grant
    sub_grant: Annotated[ComponentId, Meta(description="id of the sub-grant")]
    payee: Annotated[Text, Meta(description="sub-grantee (間接補助事業者)")]
    amount_yen: Yen


class PaySubGrant(Command, tag="pay_sub_grant", tag_field="do", kw_only=True):
    """Record that a sub-grant is paid; completion can't be reported before (間接補助金の交付). [preparer]

    Example:
        grants pay-sub-grant 340006-2025-01/2025 --sub-grant g1 --evidence 領収書 --by kato
    """

    grant: Grant
    sub_grant: Annotated[ComponentId, Meta(description="id of the sub-grant")]
    evidence: Annotated[Text, Meta(description="paper that proves it (証拠書類)")]


class ReportProgress(Command, tag="report_progress", tag_field="do", kw_only=True):
    """Report how the work stands (状況報告, 12条). [preparer]

    Example:
        grants report-progress 340006-2025-01/2025 --percent 40 --spent-yen 3000000 --forecast-yen 12000000 --by kato
    """

    grant: Grant
    percent: Annotated[int, Meta(ge=0, le=100, description="physical progress in percent (出来高)")]
    spent_yen: Annotated[YenOrNone, Meta(description="cost so far (支出済額)")]
    forecast_yen: Annotated[YenOrNone, Meta(description="cost in the end (支出見込額)")]
    risks: Annotated[str, Meta(max_length=4000, description="what may go wrong")] = ""


class ReportDelay(Command, tag="report_delay", tag_field="do", kw_only=True):
    """Report that the work can't end in time or has become hard (事故報告, 7条1項5号). [preparer]

    Example:
        grants report-delay 340006-2025-01/2025 --cause 豪雨災害 --new-end-on 2026-08-31 --by kato
    """

    grant: Grant
    cause: Annotated[Text, Meta(description="why (原因)")]
    new_end_on: Annotated[date | None, Meta(description="new day of completion, if known")] = None
    amount_yen: Annotated[YenOrNone | None, Meta(description="money it concerns")] = None


class ReportYearEnd(Command, tag="report_year_end", tag_field="do", kw_only=True):
    """Report on a year that ended with the work unfinished (年度終了報告, 14条後段). [head]

    Example:
        grants report-year-end 340006-2025-01/2025 --spent-yen 8000000 --forecast-yen 12000000 --by kato
    """

    grant: Grant
    spent_yen: Annotated[YenOrNone, Meta(description="cost of the year (支出済額)")]
    forecast_yen: Annotated[YenOrNone, Meta(description="cost in the end (支出見込額)")]
    content: Annotated[str, Meta(max_length=4000, description="what was done")] = ""


class OrderCompliance(Command, tag="order_compliance", tag_field="do", kw_only=True):
    """Order that the work be carried out as decided (遂行命令, 13条1項). [approver]

    Example:
        grants order-compliance 340006-2025-01/2025 --act 仕様どおりの施工 --due-on 2025-12-20 --reason 仕様と相違
            --by suzuki
    """

    grant: Grant
    act: Annotated[Text, Meta(description="what is to be done (命ずる行為)")]
    due_on: Annotated[date, Meta(description="by when (期限)")]


class Suspend(Command, tag="suspend", tag_field="do", kw_only=True):
    """Suspend the work: nothing is paid until it is resumed (一時停止, 13条2項). [approver]

    Example:
        grants suspend 340006-2025-01/2025 --reason 遂行命令に従わない --by suzuki
    """

    grant: Grant


class Resume(Command, tag="resume", tag_field="do", kw_only=True):
    """Let suspended work go on (再開). [approver]

    Example:
        grants resume 340006-2025-01/2025 --reason 是正を確認 --by suzuki
    """

    grant: Grant


class Abolish(Command, tag="abolish", tag_field="do", kw_only=True):
    """Approve that the work is given up; what is not yet paid is released (廃止承認, 7条1項4号). [approver]

    Example:
        grants abolish 340006-2025-01/2025 --reason 事業者の撤退 --by suzuki
    """

    grant: Grant
    amount_yen: Annotated[
        Yen | None, Meta(description="commitment given up; default all that is not paid")
    ] = None
