"""Commands that lift a rule or put a record right: waivers and corrections, as events."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from msgspec import Meta

from lifecycle.commands.fields import Authority, Command, Text, Yen


class Waive(Command, tag="waive", tag_field="do", kw_only=True):
    """Lift a rule for one authority until a day, on a document's word; for a cap, to a new limit (特例). [approver]

    Example:
        grants waive soft_fy_municipality --authority 342122 --until 2026-03-31 --document 府地創第123号
            --limit-yen 1200000000 --by suzuki
    """

    rule: Annotated[Text, Meta(description="rule id (規則)")]
    authority: Authority
    until: Annotated[date, Meta(description="last day it holds (期限)")]
    document: Annotated[Text, Meta(description="the paper that grants it (根拠文書)")]
    limit_yen: Annotated[Yen | None, Meta(description="the limit in its place, for a cap")] = None


class Correct(Command, tag="correct", tag_field="do", kw_only=True):
    """Correct what an event recorded wrongly; the event stays, the correction follows it (訂正). [approver]

    Example:
        grants correct --event 42 --replacement title=自動運転バスの実装 --reason 誤記 --by suzuki
    """

    event: Annotated[Annotated[int, Meta(ge=1)], Meta(description="number of the event in the log")]
    replacement: Annotated[
        dict[Text, Text | int], Meta(min_length=1, description="field and what it should have been")
    ]
