"""Commands around the decision: consultation, support, conflicts of interest, informal notice, amended plans."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from msgspec import Meta

from lifecycle.commands.fields import Authority, Command, ComponentId, Decimal, Grant, Project, Text


class RecordConsultation(Command, tag="record_consultation", tag_field="do", kw_only=True):
    """Record a consultation with an authority before it applies (事前相談). [officer]

    Example:
        grants record-consultation 342122 --held-on 2025-03-20 --topics 自動運転バス --advice KPIを年度別に --by tanaka
    """

    authority: Authority
    held_on: Annotated[date, Meta(description="day it was held (相談日)")]
    topics: Annotated[Text, Meta(description="what about (相談事項)")]
    advice: Annotated[Text, Meta(description="what was advised (助言)")]
    attendees: Annotated[list[Text], Meta(description="who was there (出席者)")] = []


class RecordSupport(Command, tag="record_support", tag_field="do", kw_only=True):
    """Record accompanying support of a project by the State (伴走支援, seed G45). [officer]

    Example:
        grants record-support 342122-2025-01 --held-on 2025-09-01 --content 現地での助言 --by tanaka
    """

    project: Project
    held_on: Annotated[date, Meta(description="day it was given (支援日)")]
    content: Annotated[Text, Meta(description="what was done (支援内容)")]


class DeclareConflict(Command, tag="declare_conflict", tag_field="do", kw_only=True):
    """Declare an interest of one's own in an application: one neither scores nor decides it then (利益相反). [officer]

    Example:
        grants declare-conflict 342122-2025-01/2025 --interest 親族が受託者 --by tanaka
    """

    grant: Grant
    interest: Annotated[Text, Meta(description="what the interest is (利害関係)")]


class NotifyInformally(Command, tag="notify_informally", tag_field="do", kw_only=True):
    """Give informal notice of an adopted amount; no right, and no work may start on it (内示). [officer]

    Example:
        grants notify-informally 342122-2025-01/2025 --by tanaka
    """

    grant: Grant


class AmendPlan(Command, tag="amend_plan", tag_field="do", kw_only=True):
    """Certify an amendment of the regional revitalisation plan, or note a minor one (計画の変更認定). [approver]

    Example:
        grants amend-plan 342122-2025-01 --certificate-no 第74回-3 --content 区域の拡大 --by suzuki
    """

    project: Project
    certificate_no: Annotated[Text, Meta(description="number of the certificate (認定番号)")]
    content: Annotated[Text, Meta(description="what is amended (変更内容)")]
    minor: Annotated[bool, Meta(description="a minor change, reported (軽微な変更)")] = False


class ReviseTarget(Command, tag="revise_target", tag_field="do", kw_only=True):
    """Set a new version of a KPI's targets, with a reason; the old version stays in the log (目標値の変更). [approver]

    Example:
        grants revise-target 342122-2025-01 --kpi k1 --targets 2026=95 --targets 2027=110 --reason 需要の増加
            --by suzuki
    """

    project: Project
    kpi: ComponentId
    targets: Annotated[
        dict[Annotated[str, Meta(pattern=r"^[0-9]{4}\Z")], Decimal],
        Meta(min_length=1, description="target by fiscal year (目標値)"),
    ]
