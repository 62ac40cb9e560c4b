"""Commands after the money is settled: input tax, revenue, assets, evidence."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from msgspec import Meta

from lifecycle.commands.fields import Command, ComponentId, Grant, Project, Text, Yen, YenOrNone


class ReportInputTax(Command, tag="report_input_tax", tag_field="do", kw_only=True):
    """Report deductible consumption tax; its national share comes back (消費税仕入控除税額報告). [head]

    Example:
        grants report-input-tax 340006-2025-01/2025 --deductible-tax-yen 1000000 --by kato
    """

    grant: Grant
    deductible_tax_yen: Annotated[
        YenOrNone, Meta(description="tax deducted in the return; 0 is reported too")
    ]


class ReportRevenue(Command, tag="report_revenue", tag_field="do", kw_only=True):
    """Report revenue of the work that is to be paid back (収益納付, 7条2項). [head]

    Example:
        grants report-revenue 340006-2025-01/2025 --revenue-yen 800000 --payback-yen 400000 --by kato
    """

    grant: Grant
    revenue_yen: Annotated[YenOrNone, Meta(description="revenue of the period (収益)")]
    payback_yen: Annotated[YenOrNone, Meta(description="what the condition asks back of it (納付額)")]


class RegisterAsset(Command, tag="register_asset", tag_field="do", kw_only=True):
    """Register an asset bought with the grant (取得財産の登録, 22条). [preparer]

    Example:
        grants register-asset 340006-2025-01/2025 --asset a1 --name 自動運転バス --unit-cost-yen 8000000
            --acquired-on 2025-11-01 --useful-life-years 5 --by kato
    """

    grant: Grant
    asset: Annotated[ComponentId, Meta(description="id of the asset (財産番号)")]
    name: Annotated[Text, Meta(description="what it is (財産名)")]
    unit_cost_yen: Annotated[Yen, Meta(description="cost of one (取得単価)")]
    acquired_on: Annotated[date, Meta(description="day it was acquired (取得日)")]
    useful_life_years: Annotated[int, Meta(ge=1, le=100, description="useful life (耐用年数)")]


class ApproveDisposal(Command, tag="approve_disposal", tag_field="do", kw_only=True):
    """Approve that a restricted asset is used otherwise, sold, lent, pledged or scrapped (財産処分承認). [approver]

    Example:
        grants approve-disposal 340006-2025-01/2025 --asset a1 --disposal sale --repay-yen 200000 --by suzuki
    """

    grant: Grant
    asset: Annotated[ComponentId, Meta(description="id of the asset")]
    disposal: Annotated[
        Literal["other_use", "sale", "exchange", "lending", "pledge", "scrapping"],
        Meta(description="目的外使用・譲渡・交換・貸付・担保・取壊し"),
    ]
    repay_yen: Annotated[YenOrNone, Meta(description="what is to be paid back (納付額)")] = 0


class DisposeAsset(Command, tag="dispose_asset", tag_field="do", kw_only=True):
    """Record that an asset was disposed of; without approval it is a breach, and said so (財産処分). [preparer]

    Example:
        grants dispose-asset 340006-2025-01/2025 --asset a1 --disposal sale --by kato
    """

    grant: Grant
    asset: Annotated[ComponentId, Meta(description="id of the asset")]
    disposal: Annotated[
        Literal["other_use", "sale", "exchange", "lending", "pledge", "scrapping"],
        Meta(description="目的外使用・譲渡・交換・貸付・担保・取壊し"),
    ]


class DisposeEvidence(Command, tag="dispose_evidence", tag_field="do", kw_only=True):
    """Record that a project's papers were disposed of, after they were kept long enough (証拠書類の廃棄). [officer]

    Example:
        grants dispose-evidence 340006-2025-01 --by tanaka --on 2033-04-01
    """

    project: Project
