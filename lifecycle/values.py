"""The ledger's words for kinds, tiers, years, codes and money: no I/O, no clock, no rule figures."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta, timezone
from enum import StrEnum
from fractions import Fraction
from typing import Literal
from unicodedata import combining, normalize

JAPAN = timezone(timedelta(hours=9), "JST")
"""Japan Standard Time (日本標準時). A fixed offset, so no time-zone data is needed."""

CODE_WEIGHTS = (6, 5, 4, 3, 2)
"""Weights of the first five digits of a local-government code (検査数字の算出)."""


class Kind(StrEnum):
    """事業区分: what a component of a project pays for (seed G10, G20, G30)."""

    SOFT = "soft"  # ソフト事業
    FACILITY = "facility"  # 拠点整備事業
    INFRASTRUCTURE = "infrastructure"  # インフラ整備事業

    @property
    def name_ja(self) -> str:
        """The Japanese term, as printed in notices."""
        return {"soft": "ソフト", "facility": "拠点整備", "infrastructure": "インフラ整備"}[self.value]


class Tier(StrEnum):
    """団体区分: the three tiers of recipients whose caps differ (seed G03)."""

    PREFECTURE = "prefecture"  # 都道府県
    CORE_HUB = "core_hub"  # 中枢中核都市
    MUNICIPALITY = "municipality"  # 市区町村

    @property
    def name_ja(self) -> str:
        """The Japanese term, as printed in notices."""
        return {"prefecture": "都道府県", "core_hub": "中枢中核都市", "municipality": "市区町村"}[self.value]


def fiscal_year_of(on: date) -> int:
    """年度: the year in which the 1 April on or before `on` lies; the first a calendar knows is year 1."""
    return on.year if on.month >= 4 else max(on.year - 1, date.min.year)


def fiscal_year_begins(fiscal_year: int) -> date:
    """年度初: 1 April."""
    return date(fiscal_year, 4, 1)


def fiscal_year_ends(fiscal_year: int) -> date:
    """年度末: 31 March of the following calendar year."""
    return date(fiscal_year + 1, 3, 31)


def business_date(now: datetime) -> date:
    """The calendar date in Japan at the instant `now` (which must carry its offset)."""
    return now.astimezone(JAPAN).date()


def check_digit(first_five: str) -> str:
    """検査数字 of a local-government code, from its first five digits."""
    total = sum(int(digit) * weight for digit, weight in zip(first_five, CODE_WEIGHTS, strict=True))
    return str((11 - total % 11) % 10)


def has_code_form(text: str) -> bool:
    """True for six ASCII digits, whatever the check digit says."""
    return re.fullmatch(r"[0-9]{6}", text) is not None


def is_prefecture(code: str) -> bool:
    """都道府県: its code names no municipality."""
    return code[2:5] == "000"


def project_of(grant: str) -> str:
    """The project of a grant id: `340006-2025-01/2025` is a year of `340006-2025-01`."""
    return grant.partition("/")[0]


def authority_of(identifier: str) -> str:
    """The local-government code with which every project, grant, change and order id begins."""
    return identifier.partition("-")[0]


def share_yen(cost_yen: int, rate: Fraction, unit_yen: int) -> int:
    """国費: cost times rate, floored to a multiple of `unit_yen` (integers only; lifecycle.md 2.4)."""
    exact_yen = cost_yen * rate.numerator // rate.denominator
    return exact_yen - exact_yen % unit_yen


def yen(amount_yen: int) -> str:
    """An amount for people: `1,234,000 yen`."""
    return f"{amount_yen:,} yen"


def spread_yen(amount_yen: int, over_yen: Mapping[str, int]) -> dict[str, int]:
    """Spread an amount in proportion, to the yen: floors first, what is left from the first on.

    No part exceeds what it is taken from.

    Raises:
        ValueError: the amount is more than all parts together.
    """
    total_yen = sum(over_yen.values())
    if amount_yen > total_yen:
        raise ValueError(f"{amount_yen} yen can't be spread over {total_yen}")
    parts = {
        key: amount_yen * part_yen // total_yen if total_yen else 0 for key, part_yen in over_yen.items()
    }
    left_yen = amount_yen - sum(parts.values())
    for key, part_yen in over_yen.items():
        more_yen = min(left_yen, part_yen - parts[key])
        parts[key] += more_yen
        left_yen -= more_yen
    return parts


SAYS = r"[^\s\u115f\u1160\u200b-\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0]"
"""A character that is seen: neither a space (the ideographic U+3000 is one), nor without width, nor a blank letter."""


def said(text: str) -> str:
    """A text without the spaces around it; empty for one in which nothing is seen."""
    return text.strip() if re.search(SAYS, text) else ""


UNSEEN = re.compile(
    r"[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164"
    r"\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
"""A character that a screen or a printer may leave out: default-ignorable, a mark of format, or a blank letter."""


Form = Literal["NFC", "NFKC"]
"""How an id is folded: NFC joins a letter with its marks; NFKC takes full-width and half-width forms together too."""


def as_seen(text: str, form: Form = "NFKC") -> str:
    """An id as whoever reads it would type it: folded, without what is not seen and without spaces around it.

    An id that differs from this is taken for another one by those who read it; empty where nothing is seen.
    """
    if text.isascii() and text.isprintable():
        return text.strip()
    folded = UNSEEN.sub("", normalize(form, UNSEEN.sub("", text)))
    return "".join(c for c in folded if c.isprintable() or c == "\u3000").strip()


def marked(text: str, form: Form = "NFKC") -> str:
    """A text with every character named that makes it another one than it looks like: `suzuki<U+200B>`."""

    def named(character: str) -> str:
        is_as_seen = as_seen(character, form) == character and not combining(character)
        return character if is_as_seen else f"<U+{ord(character):04X}>"

    inner = "[^ ]" if form == "NFKC" else "[^ \u3000]"
    return re.sub(rf"^\s+|\s+\Z|{inner}", lambda found: "".join(map(named, found.group())), text)
