"""What a person may have meant by a date, an amount or a file that can't be taken as it is; nothing is guessed at."""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from datetime import date
from pathlib import Path

from lifecycle.nearest import near

ERAS = {"令和": 2018, "R": 2018, "平成": 1988, "H": 1988}
"""Years before the first of an era (元号)."""

UNITS = {"": 1, "千": 10**3, "万": 10**4, "百万": 10**6, "千万": 10**7, "億": 10**8}
DATE = re.compile(
    r"(?P<era>令和|平成|[RH])?\s*(?P<year>[0-9]{1,4}|元)[-/.年]\s*(?P<month>[0-9]{1,2})[-/.月]\s*(?P<day>[0-9]{1,2})日?"
)
DIGITS = re.compile(r"(?P<year>[0-9]{4})(?P<month>[0-9]{2})(?P<day>[0-9]{2})(?P<era>)")
AMOUNT = re.compile(r"¥?(?P<digits>[0-9][0-9,_ ]*)(?P<unit>百万|千万|[千万億])?(?:円|yen)?")


def date_meant(text: str) -> str:
    """`; did you mean 2027-03-31?` of a date written in another way, in full-width digits or by its era."""
    written = unicodedata.normalize("NFKC", text).strip()
    found = DATE.fullmatch(written) or DIGITS.fullmatch(written)
    if not found:
        return ""
    year = 1 if found["year"] == "元" else int(found["year"])
    try:
        meant = date(year + ERAS.get(found["era"] or "", 0), int(found["month"]), int(found["day"]))
    except ValueError:
        return ""
    return f"; did you mean {meant}?" if meant.year > min(ERAS.values()) else ""


def last_day(text: str) -> str:
    """`; the last day of that month is 2027-02-28`, of a day that its month does not have."""
    year, month, _ = map(int, text.split("-"))
    if not (year and 1 <= month <= 12):
        return ""
    return f"; the last day of that month is {date(year, month, monthrange(year, month)[1])}"


def amount_meant(text: str) -> str:
    """`; did you mean 3000000?` of a whole number in full-width digits, or with 円, 万 or 億."""
    found = AMOUNT.fullmatch(unicodedata.normalize("NFKC", text).strip())
    if not found:
        return ""
    digits = re.sub("[,_ ]", "", found["digits"])
    return f"; did you mean {int(digits) * UNITS[found['unit'] or '']}?"


def file_meant(file: str) -> str:
    """The file of nearly this name that lies in its folder, or the folder that is not there."""
    folder = Path(file).parent
    if not folder.is_dir():
        return f"; there is no folder {folder}"
    known = {path.name: path for path in folder.iterdir() if path.is_file()}
    return near(Path(file).name, known, 75)
