"""Commands that take back: correction, revocation, charges, exemption, set-off, objections."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from msgspec import Meta

from lifecycle.commands.fields import Command, Grant, Order, Text, Yen, YenOrNone


class OrderCorrection(Command, tag="order_correction", tag_field="do", kw_only=True):
    """Order that a result be put right; a new report follows (是正命令, 16条). [approver]

    Example:
        grants order-correction 340006-2025-01/2025 --act 舗装のやり直し --due-on 2026-05-31 --reason 実績と相違
            --by suzuki
    """

    grant: Grant
    act: Annotated[Text, Meta(description="what is to be done (命ずる行為)")]
    due_on: Annotated[date, Meta(description="by when (期限)")]


class Revoke(Command, tag="revoke", tag_field="do", kw_only=True):
    """Revoke the decision, in part or whole, also after settlement (取消, 10条・17条). [approver]

    Example:
        grants revoke 340006-2025-01/2025 --amount-yen all --fault recipient --reason 目的外使用 --by suzuki
    """

    grant: Grant
    amount_yen: Annotated[Yen | Literal["all"], Meta(description='yen, or "all" (取消額)')]
    fault: Annotated[
        Literal["recipient", "sub_grantee", "circumstances"],
        Meta(description="whose: 17条1項, 17条2項, or none (10条 事情変更)"),
    ]


class ExtendReturn(Command, tag="extend_return", tag_field="do", kw_only=True):
    """Extend the date of a return that a sub-grantee's fault caused, on application (期限延長, 18条3項). [approver]

    Example:
        grants extend-return 340006-2025-01/2025/r1 --due-on 2027-03-31 --steps-taken 訴訟提起 --why-hard 資力がない
            --by suzuki
    """

    order: Order
    due_on: Annotated[date, Meta(description="new date (延長後の期限)")]
    steps_taken: Annotated[Text, Meta(description="what was done to recover (執った措置)")]
    why_hard: Annotated[Text, Meta(description="why returning is hard (困難な理由)")]


class AssessReturn(Command, tag="assess_return", tag_field="do", kw_only=True):
    """Assess add-on and late money, once the principal is paid (加算金・延滞金の決定, 19条). [revenue_officer]

    Example:
        grants assess-return 340006-2025-01/2025/r1 --by ito
    """

    order: Order


class Exempt(Command, tag="exempt", tag_field="do", kw_only=True):
    """Exempt from add-on or late money for unavoidable reasons (免除, 19条3項). [approver]

    Example:
        grants exempt 340006-2025-01/2025/r1 --addon-yen 1832400 --reason 災害のため --by suzuki
    """

    order: Order
    addon_yen: Annotated[
        YenOrNone | None, Meta(description="default: all of it, if late_yen is left out")
    ] = None
    late_yen: Annotated[
        YenOrNone | None, Meta(description="default: all of it, if addon_yen is left out")
    ] = None


class HoldPayment(Command, tag="hold_payment", tag_field="do", kw_only=True):
    """Hold back money of a like grant while a return is unpaid (一時停止, 20条). [approver]

    Example:
        grants hold-payment 340006-2025-01/2025/r1 --grant 340006-2026-01/2026 --amount-yen 3000000 --by suzuki
    """

    order: Order
    grant: Annotated[Grant, Meta(description="the like grant whose payment is held")]
    amount_yen: Yen


class SetOff(Command, tag="set_off", tag_field="do", kw_only=True):
    """Set an unpaid return off against money owed on a like grant (相殺, 20条). [approver]

    Example:
        grants set-off 340006-2025-01/2025/r1 --grant 340006-2026-01/2026 --amount-yen 3000000 --by suzuki
    """

    order: Order
    grant: Annotated[Grant, Meta(description="the like grant it is set off against")]
    amount_yen: Yen


class CollectAsTax(Command, tag="collect_as_tax", tag_field="do", kw_only=True):
    """Record money collected as national tax is collected (強制徴収, 21条). [revenue_officer]

    Example:
        grants collect-as-tax 340006-2025-01/2025/r1 --amount-yen 3000000 --by ito
    """

    order: Order
    amount_yen: Yen
    grant: Annotated[Grant | None, Meta(description="the order's grant, if given")] = None


class FileObjection(Command, tag="file_objection", tag_field="do", kw_only=True):
    """File an objection to a disposition within 30 days of its notice (不服の申出, 25条). [head]

    Example:
        grants file-objection 340006-2025-01/2025 --notified-on 2026-06-01 --grounds 事実誤認 --by kato
    """

    grant: Grant
    notified_on: Annotated[date, Meta(description="day the notice came (通知を受けた日)")]
    grounds: Annotated[Text, Meta(description="why (不服の理由)")]


class AnswerObjection(Command, tag="answer_objection", tag_field="do", kw_only=True):
    """Answer the objection that is open (不服の申出への通知, 25条2項). [approver]

    Example:
        grants answer-objection 340006-2025-01/2025 --answer 申出は理由がない --by suzuki
    """

    grant: Grant
    answer: Annotated[Text, Meta(description="measures taken, or why none (措置)")]


class Inspect(Command, tag="inspect", tag_field="do", kw_only=True):
    """Record an on-site inspection (立入検査, 23条). [officer]

    Example:
        grants inspect 340006-2025-01/2025 --findings 帳簿は適正 --by tanaka
    """

    grant: Grant
    findings: Annotated[Text, Meta(description="what was found (検査結果)")]
    amount_yen: Annotated[YenOrNone | None, Meta(description="money it concerns")] = None


class RecordFinding(Command, tag="record_finding", tag_field="do", kw_only=True):
    """Record a finding of the Board of Audit (会計検査院の指摘). [auditor]

    Example:
        grants record-finding 340006-2025-01/2025 --findings 二重交付 --amount-yen 3000000 --by oda
    """

    grant: Grant
    findings: Annotated[Text, Meta(description="what was found (指摘)")]
    amount_yen: Annotated[YenOrNone | None, Meta(description="money it concerns (指摘金額)")] = None
