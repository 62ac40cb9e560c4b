"""Commands that move money: payments, the report of completion, settlement, and money that comes back."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from msgspec import Meta

from lifecycle.commands.fields import Command, ComponentId, Grant, Order, Text, Yen, YenOrNone


class RequestAdvance(Command, tag="request_advance", tag_field="do", kw_only=True):
    """Ask for an advance by need: what has to be paid, and how much (概算払請求). [head]

    Once needs are on record, advances stay within them.

    Example:
        grants request-advance 340006-2025-01/2025 --needs 工事前払金=3000000 --needs 設計費=500000 --by kato
    """

    grant: Grant
    needs: Annotated[dict[Text, Yen], Meta(min_length=1, description="yen by purpose (所要額)")]


class Disburse(Command, tag="disburse", tag_field="do", kw_only=True):
    """Pay out: an advance on what is committed, or the rest once settled (概算払・精算払). [disbursing_officer]

    Example:
        grants disburse 340006-2025-01/2025 --amount-yen 3000000 --payment advance --by mori
    """

    grant: Grant
    amount_yen: Yen
    payment: Annotated[Literal["advance", "final"], Meta(description="概算払 or 精算払")]


class ReportCompletion(Command, tag="report_completion", tag_field="do", kw_only=True):
    """Report what the work cost in the end, by component (実績報告, 14条). [head]

    Example:
        grants report-completion 340006-2025-01/2025 --actuals s1=12000000 --evidence 支払調書 --by kato
    """

    grant: Grant
    actuals: Annotated[
        dict[ComponentId, YenOrNone],
        Meta(min_length=1, description="eligible cost in yen by component, every one (実績額)"),
    ]
    evidence: Annotated[list[Text], Meta(description="papers that prove it (証拠書類)")] = []


class Settle(Command, tag="settle", tag_field="do", kw_only=True):
    """Fix the amount of the grant from the report (額の確定, 15条). [approver]

    Example:
        grants settle 340006-2025-01/2025 --by suzuki
    """

    grant: Grant


class OrderReturn(Command, tag="order_return", tag_field="do", kw_only=True):
    """Order money back, with a date (返還命令, 18条). [approver]

    Example:
        grants order-return 340006-2025-01/2025 --basis overpayment --amount-yen 8000000 --due-on 2026-06-20 --by suzuki
    """

    grant: Grant
    basis: Annotated[
        Literal["overpayment", "revocation", "sub_grantee", "input_tax", "revenue"],
        Meta(description="why the money comes back (返還の根拠)"),
    ]
    amount_yen: Yen
    due_on: Annotated[date, Meta(description="day by which it must be paid (納付期限)")]


class RecordReturn(Command, tag="record_return", tag_field="do", kw_only=True):
    """Record money paid back on the business date; it reduces the principal first (納付). [revenue_officer]

    Example:
        grants record-return 340006-2025-01/2025/r1 --amount-yen 8000000 --on 2026-06-18 --by ito
    """

    order: Order
    amount_yen: Yen
