"""The types of command fields: one place where form is checked, for the shell, batch lines and Python alike."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from msgspec import Meta, Struct

from lifecycle.values import SAYS

MOST_YEN = 10**13
"""Largest amount a field takes (invariant I6): far above any cap, far below 2**53."""

MOST_COUNT = 10**9
"""Largest number of people, places or seats a field takes: more than live in Japan."""

Text = Annotated[str, Meta(min_length=1, max_length=4000, pattern=SAYS)]
"""A text that says something."""
Officer = Annotated[str, Meta(pattern=r"^[^\s/]{1,64}\Z", description="officer id (担当者)")]
CommandId = Annotated[
    str, Meta(min_length=1, max_length=200, description="command id: the same id never acts twice")
]
Authority = Annotated[
    str, Meta(min_length=1, max_length=16, description="local-government code, 6 digits (団体コード)")
]
Project = Annotated[
    str,
    Meta(
        pattern=r"^[0-9]{6}-[0-9]{4}-(?:[0-9]{2}|[1-9][0-9]{2,})\Z",
        description="project id AUTHORITY-FIRSTYEAR-NN (実施計画)",
        examples=["340006-2025-01"],
    ),
]
Grant = Annotated[
    str,
    Meta(
        pattern=r"^[0-9]{6}-[0-9]{4}-(?:[0-9]{2}|[1-9][0-9]{2,})/[0-9]{4}\Z",
        description="grant id PROJECT/FISCALYEAR (年度ごとの交付)",
        examples=["340006-2025-01/2025"],
    ),
]
Change = Annotated[
    str,
    Meta(
        pattern=r"^[0-9]{6}-[0-9]{4}-(?:[0-9]{2}|[1-9][0-9]{2,})/[0-9]{4}/c[0-9]+\Z",
        description="change id GRANT/cN (変更申請)",
        examples=["340006-2025-01/2025/c1"],
    ),
]
Order = Annotated[
    str,
    Meta(
        pattern=r"^[0-9]{6}-[0-9]{4}-(?:[0-9]{2}|[1-9][0-9]{2,})/[0-9]{4}/r[0-9]+\Z",
        description="return order id GRANT/rN (返還命令)",
        examples=["340006-2025-01/2025/r1"],
    ),
]
Round = Annotated[str, Meta(pattern=r"^[^\s/]{1,64}\Z", description="round of applications (募集回)")]
ProgrammeId = Annotated[
    str,
    Meta(min_length=1, max_length=64, description="programme version (制度の版)", examples=["R7-dai2sedai"]),
]
FiscalYear = Annotated[int, Meta(ge=1955, le=2200, description="fiscal year: the year of its April (年度)")]
Yen = Annotated[int, Meta(ge=1, le=MOST_YEN, description="whole yen (円)")]
YenOrNone = Annotated[int, Meta(ge=0, le=MOST_YEN, description="whole yen, may be 0 (円)")]
YenDelta = Annotated[int, Meta(ge=-MOST_YEN, le=MOST_YEN, description="whole yen, + or -")]
Count = Annotated[int, Meta(ge=0, le=MOST_COUNT)]
ComponentId = Annotated[str, Meta(pattern=r"^[^\s/=]{1,64}\Z", description="component id")]
RateText = Annotated[
    str, Meta(pattern=r"^[1-9][0-9]{0,5}/[1-9][0-9]{0,5}\Z", description='exact fraction, "1/2"')
]
Decimal = Annotated[str, Meta(pattern=r"^-?[0-9]{1,18}(\.[0-9]{1,9})?\Z", description="decimal as a string")]
KindName = Literal["soft", "facility", "infrastructure"]
RoleName = Literal[
    "admin",
    "preparer",
    "head",
    "officer",
    "approver",
    "disbursing_officer",
    "revenue_officer",
    "line_ministry",
    "verifier",
    "auditor",
]
SectorName = Literal["industry", "government", "academia", "finance", "labour", "media"]
CriterionName = Literal["vision", "kpi", "self_reliance", "participation"]
StatusName = Literal[
    "submitted",
    "returned",
    "adopted",
    "not_adopted",
    "approved",
    "rejected",
    "withdrawn",
    "suspended",
    "reported",
    "settled",
    "abolished",
    "revoked",
    "closed",
]
PartName = Literal["verification", "evaluation", "measures"]
Points = Annotated[int, Meta(ge=1, le=5, description="1 to 5")]
EffectClass = Annotated[int, Meta(ge=1, le=4, description="1 very effective … 4 no effect (効果の区分)")]
AmountsByComponent = dict[ComponentId, YenOrNone]
Justifications = dict[Text, Annotated[str, Meta(min_length=1, max_length=4000)]]
"""Reasons by rule. One that says nothing is no reason: the rule itself refuses it, by its own name."""


class Command(Struct, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """What every command that writes takes beside its own fields (contract section 1)."""

    by: Annotated[Officer | None, Meta(description="officer who acts; default GRANTS_BY (担当者)")] = None
    on: Annotated[
        date | None, Meta(description="business date YYYY-MM-DD; default today in Japan (処理日)")
    ] = None
    reason: Annotated[str, Meta(max_length=4000, description="written reason (理由)")] = ""
    id: Annotated[CommandId | None, Meta(description="idempotency key; default random (処理番号)")] = None
    dry_run: Annotated[bool, Meta(description="judge and show, write nothing")] = False


class Reading(Struct, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """What every read takes: a point in the log, on one of the two clocks (contract section 4)."""

    as_of: Annotated[str | None, Meta(description="date YYYY-MM-DD (or instant, recorded clock only)")] = None
    as_of_event: Annotated[
        Annotated[int, Meta(ge=0)] | None, Meta(description="number of the last event to count")
    ] = None
    clock: Annotated[
        Literal["recorded", "effective"],
        Meta(description="which clock --as-of reads: when we learned it, or when it took effect"),
    ] = "recorded"
