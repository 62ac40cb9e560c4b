"""Commands that decide on an application, and on changes to what was decided."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from lifecycle.commands.fields import (
    AmountsByComponent,
    Change,
    Command,
    ComponentId,
    FiscalYear,
    Grant,
    Justifications,
    Text,
    YenDelta,
)

AmountsField = Annotated[
    AmountsByComponent, Meta(description="yen by component, where less is given than asked (決定額)")
]
JustificationsField = Annotated[
    Justifications, Meta(description="written reason for passing a guideline, by rule id (目安超過の理由)")
]


class Adopt(Command, tag="adopt", tag_field="do", kw_only=True):
    """Adopt an application: its amount is reserved under the caps (採択). [approver]

    Example:
        grants adopt 340006-2025-01/2025 --by suzuki
    """

    grant: Grant
    amounts: AmountsField = {}
    justifications: JustificationsField = {}


class NotAdopt(Command, tag="not_adopt", tag_field="do", kw_only=True):
    """Do not adopt an application, with a reason (不採択). [approver]

    Example:
        grants not-adopt 340006-2025-01/2025 --reason "自立性が認められない" --by suzuki
    """

    grant: Grant


class Approve(Command, tag="approve", tag_field="do", kw_only=True):
    """Commit national money to an application (交付決定, 適正化法 6条). [approver]

    Needs four scores and a certified plan, an officer who prepared none of it, and room under every cap.

    Example:
        grants approve 340006-2025-01/2025 --by suzuki
        grants approve 340006-2025-01/2025 --justifications facility_fy_prefecture="用地取得の時期" --by suzuki
    """

    grant: Grant
    amounts: AmountsField = {}
    justifications: JustificationsField = {}
    conditions: Annotated[list[Text], Meta(description="conditions of the decision (交付の条件, 7条)")] = []
    decision_no: Annotated[str, Meta(max_length=400, description="number of the notice (決定番号)")] = ""


class Reject(Command, tag="reject", tag_field="do", kw_only=True):
    """Decide not to grant, with a reason (不交付決定). [approver]

    Example:
        grants reject 340006-2025-01/2025 --reason "補助対象外" --by suzuki
    """

    grant: Grant


class RequestChange(Command, tag="request_change", tag_field="do", kw_only=True):
    """Ask for a change of what was decided: amounts, components, period (変更承認申請, 7条). [head]

    Example:
        grants request-change 340006-2025-01/2025 --deltas s1=-2000000 --content "内容の縮小" --by kato
    """

    grant: Grant
    deltas: Annotated[dict[ComponentId, YenDelta], Meta(description="change of the grant by component")] = {}
    drop: Annotated[list[ComponentId], Meta(description="components given up (取りやめ)")] = []
    last_year: Annotated[FiscalYear | None, Meta(description="new last fiscal year of the plan")] = None
    content: Annotated[str, Meta(max_length=4000, description="change of content (内容の変更)")] = ""


class ApproveChange(Command, tag="approve_change", tag_field="do", kw_only=True):
    """Approve a change; the caps are judged again (変更承認). [approver]

    Example:
        grants approve-change 340006-2025-01/2025/c1 --by suzuki
    """

    change: Change
    justifications: JustificationsField = {}


class RefuseChange(Command, tag="refuse_change", tag_field="do", kw_only=True):
    """Refuse a change, with a reason (変更不承認). [approver]

    Example:
        grants refuse-change 340006-2025-01/2025/c1 --reason "目的の変更にあたる" --by suzuki
    """

    change: Change
