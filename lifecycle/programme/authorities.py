"""Local governments (地方公共団体) by code, and the tier their caps follow.

The data is `local_governments.csv` beside this file; its head says where it comes from. A command needs one
authority, so the bytes are searched for the code and only its line is read.
"""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from lifecycle.errors import BadCheckDigit, UnknownAuthority
from lifecycle.values import Tier, check_digit, has_code_form

if TYPE_CHECKING:
    from collections.abc import Iterator

_TABLE = Path(__file__).with_name("local_governments.csv")


class Authority(msgspec.Struct, frozen=True):
    """地方公共団体: a prefecture, city, special ward, town or village that may receive the grant.

    `code` is the six-digit 全国地方公共団体コード; `prefecture` the Japanese name of its prefecture; `kind`
    one of prefecture, designated_city, city, special_ward, town, village. `core_hub` (中枢中核都市) is data
    with a basis and a certainty, not settled fact; `tier` follows from it (seed G03). `valid_from` and
    `valid_until` are the first and last day of this row, None when open. Source: head of the CSV.
    """

    code: str
    name_ja: str
    name_kana: str
    name_en: str
    prefecture: str
    kind: str
    core_hub: bool
    tier: Tier
    core_hub_basis: str
    core_hub_certainty: str
    valid_from: date | None
    valid_until: date | None

    def exists_on(self, on: date) -> bool:
        """True when this row describes the authority on that date."""
        begun = self.valid_from is None or self.valid_from <= on
        return begun and (self.valid_until is None or on <= self.valid_until)


def find(code: str, on: date | None = None) -> Authority | None:
    """団体 by its six-digit code as of a date (default: its latest row). None when there is none."""
    if not has_code_form(code):
        return None
    rows = [row for row in _rows_of(code) if on is None or row.exists_on(on)]
    return rows[-1] if rows else None


def check_code(code: str, on: date | None = None) -> Authority:
    """団体コードの点検: the authority of this code as of a date (default: its latest row).

    Raises BadCheckDigit when the sixth digit does not follow from the first five (検査数字), UnknownAuthority
    when the code is not six ASCII digits, or nobody holds it on that date.
    """
    if not has_code_form(code):
        raise UnknownAuthority(
            f"{code!r}: a local-government code is six ASCII digits, such as 340006{_named(code)}"
        )
    computed = check_digit(code[:5])
    if code[5] != computed:
        raise BadCheckDigit(
            f"{code}: check digit is wrong; {code[:5]} takes {computed}{_meant(code[:5] + computed)}"
        )
    authority = find(code, on)
    if authority is None:
        raise UnknownAuthority(f"{code}: no local government has this code{_other_dates(code, on)}")
    return authority


def all_authorities() -> Iterator[Authority]:
    """全団体: every row of the table, in order of code."""
    lines = _table().decode("utf-8").splitlines()
    return (_authority(line) for line in lines if line[:1].isdigit())


def _meant(code: str) -> str:
    authority = find(code)
    return f": {authority.code} {authority.name_ja}" if authority else ""


def _named(text: str) -> str:
    """The codes of the authorities that bear this name: there are two of 府中市."""
    named = (
        [a for a in all_authorities() if text in (a.name_ja, f"{a.prefecture}{a.name_ja}")] if text else []
    )
    found = dict.fromkeys(f"{a.code} {a.prefecture} {a.name_ja}" for a in named)
    return f"; did you mean {' or '.join(found)}?" if found else ""


def _other_dates(code: str, on: date | None) -> str:
    authority = find(code)
    return f" on {on}; {authority.name_ja} held it at another time" if authority else ""


@cache
def _table() -> bytes:
    return _TABLE.read_bytes()


def _rows_of(code: str) -> Iterator[Authority]:
    table = _table()
    wanted = f"\n{code},".encode()
    at = table.find(wanted)
    while at >= 0:
        end = table.index(b"\n", at + 1)
        yield _authority(table[at + 1 : end].decode("utf-8"))
        at = table.find(wanted, end)


def _authority(line: str) -> Authority:
    *words, core_hub, tier, basis, certainty, valid_from, valid_until = line.split(",")
    code, name_ja, name_kana, name_en, prefecture, kind = words
    return Authority(
        code=code,
        name_ja=name_ja,
        name_kana=name_kana,
        name_en=name_en,
        prefecture=prefecture,
        kind=kind,
        core_hub=core_hub == "1",
        tier=Tier(tier),
        core_hub_basis=basis,
        core_hub_certainty=certainty,
        valid_from=date.fromisoformat(valid_from) if valid_from else None,
        valid_until=date.fromisoformat(valid_until) if valid_until else None,
    )
