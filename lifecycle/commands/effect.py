"""Commands of the effect-year: measured, verified, evaluated, improved, published, closed (効果検証)."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from msgspec import Meta

from lifecycle.commands.fields import (
    Command,
    ComponentId,
    Decimal,
    EffectClass,
    FiscalYear,
    PartName,
    Project,
    SectorName,
    Text,
)


class Measure(Command, tag="measure", tag_field="do", kw_only=True):
    """Record the actual value of a KPI for a fiscal year (KPI実績値). [preparer]

    Example:
        grants measure 340006-2025-01 --fiscal-year 2025 --kpi k1 --actual 105 --by ono
    """

    project: Project
    fiscal_year: FiscalYear
    kpi: ComponentId
    actual: Annotated[Decimal | int, Meta(description="decimal string or integer (実績値)")]


class VerifyEffect(Command, tag="verify_effect", tag_field="do", kw_only=True):
    """Record the verification by an outside body or the assembly (効果検証). [verifier]

    Example:
        grants verify-effect 340006-2025-01 --fiscal-year 2025 --body external --meeting 総合戦略会議
            --held-on 2026-08-20 --sectors industry,academia --opinion "順調" --by hara
    """

    project: Project
    fiscal_year: FiscalYear
    body: Annotated[Literal["external", "assembly"], Meta(description="外部組織 or 議会")]
    meeting: Annotated[Text, Meta(description="name of the meeting (会議名)")]
    held_on: Annotated[date, Meta(description="day it was held (開催日)")]
    sectors: Annotated[list[SectorName], Meta(description="sectors present (産官学金労言)")] = []
    opinion: Annotated[Text, Meta(description="what it found (意見)")]


class Evaluate(Command, tag="evaluate", tag_field="do", kw_only=True):
    """Class the effect of each KPI; the rule's class unless given (評価). [head]

    Example:
        grants evaluate 340006-2025-01 --fiscal-year 2025 --cause "利用者が増えた" --by kato
    """

    project: Project
    fiscal_year: FiscalYear
    classes: Annotated[dict[ComponentId, EffectClass], Meta(description="class by KPI (区分)")] = {}
    cause: Annotated[Text, Meta(description="own analysis of the cause (要因分析)")]


class PlanImprovement(Command, tag="plan_improvement", tag_field="do", kw_only=True):
    """Set measures of improvement: what, who, by when, and the project's future (改善方策). [head]

    Example:
        grants plan-improvement 340006-2025-01 --fiscal-year 2025 --measures "周知の強化" --owner 企画課
            --due-on 2027-03-31 --future continue --by kato
    """

    project: Project
    fiscal_year: FiscalYear
    measures: Annotated[Text, Meta(description="what will be done (改善方策)")]
    owner: Annotated[Text, Meta(description="who does it (担当)")]
    due_on: Annotated[date, Meta(description="by when (期限)")]
    future: Annotated[Literal["expand", "revise", "continue", "stop", "end"], Meta(description="今後の方針")]


class Publish(Command, tag="publish", tag_field="do", kw_only=True):
    """Record the publication of one of the three parts: address and digest (公表). [head]

    Example:
        grants publish 340006-2025-01 --fiscal-year 2025 --part verification
            --url https://www.example.lg.jp/kensho.html --digest sha256:9f86d081 --by kato
    """

    project: Project
    fiscal_year: FiscalYear
    part: Annotated[PartName, Meta(description="検証・評価・改善方策")]
    url: Annotated[Text, Meta(description="address of the page (掲載先)")]
    digest: Annotated[Text, Meta(description="digest of what is published (要約値)")]


class CloseYear(Command, tag="close_year", tag_field="do", kw_only=True):
    """Close a project's year, once all three parts are published (年度の終了). [approver]

    Example:
        grants close-year 340006-2025-01 --fiscal-year 2025 --by suzuki
    """

    project: Project
    fiscal_year: FiscalYear


class EndProject(Command, tag="end_project", tag_field="do", kw_only=True):
    """End a project, once its last year is closed (事業の終了). [approver]

    Example:
        grants end-project 340006-2025-01 --by suzuki
    """

    project: Project
