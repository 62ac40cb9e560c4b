"""Which heading means which field: the contract's names, those of the published list, and Japanese ones."""

from __future__ import annotations

import re
from collections.abc import Mapping
from unicodedata import normalize

from lifecycle.sheets.forms import shown
from lifecycle.sheets.table import Fault, Row, Unfit

HEADINGS: dict[str, tuple[str, ...]] = {
    "authority": (
        "authority",
        "code",
        "団体コード",
        "全国地方公共団体コード",
        "地方公共団体コード",
        "自治体コード",
    ),
    "name": ("name_ja", "団体名", "地方公共団体名", "自治体名", "市区町村名"),
    "prefecture": ("prefecture", "都道府県", "都道府県名"),
    "title": ("title", "project_name", "事業名", "事業名称", "事業の名称", "交付対象事業の名称"),
    "fiscal_year": ("fiscal_year", "年度", "会計年度", "交付年度"),
    "programme": ("programme", "program", "交付金", "交付金名", "制度"),
    "type": ("type", "類型", "タイプ", "型"),
    "amount_yen": (
        "amount_yen",
        "国費",
        "交付金額",
        "交付額",
        "交付決定額",
        "国費(円)",
        "交付金額(円)",
        "交付決定額(円)",
    ),
    "soft_yen": ("soft_yen", "ソフト", "ソフト事業", "ソフト(国費)", "ソフト事業(国費)"),
    "facility_yen": ("facility_yen", "拠点整備", "拠点整備事業", "拠点整備(国費)", "拠点整備事業(国費)"),
    "infrastructure_yen": (
        "infrastructure_yen",
        "インフラ整備",
        "インフラ整備事業",
        "インフラ整備(国費)",
        "インフラ整備事業(国費)",
    ),
    "kind": ("kind", "区分", "事業区分", "事業の区分"),
    "decided_on": ("decided_on", "交付決定日", "決定日", "交付決定年月日"),
    "source": ("source", "source_pdf", "出典", "資料名"),
    "row": ("row", "行", "番号", "No.", "No"),
    "page": ("source_page", "頁", "ページ"),
    "via": ("via",),
}
"""Fields of a decision, and everything that may stand above them."""

BY_KIND = {"soft": "soft_yen", "facility": "facility_yen", "infrastructure": "infrastructure_yen"}

KINDS = {
    "soft": ("soft", "ソフト", "ソフト事業"),
    "facility": ("facility", "拠点整備", "拠点整備事業"),
    "infrastructure": ("infrastructure", "インフラ", "インフラ整備", "インフラ整備事業"),
}
"""The three kinds, as lists write them."""


def plain(text: str) -> str:
    """A heading without what only looks different: width, case, space."""
    return re.sub(r"\s", "", normalize("NFKC", text)).casefold()


FIELDS = {plain(heading): field for field, headings in HEADINGS.items() for heading in headings}
KIND_OF = {plain(word): kind for kind, words in KINDS.items() for word in words}

Columns = dict[str, tuple[int, str]]
"""Where each field stands: place in the row, and heading as written."""


def columns_of(headings: Row) -> tuple[Columns, list[str], list[Fault]]:
    """The fields of a list, the headings that are not read, and what is wrong with the headings."""
    columns: Columns = {}
    unread, faults = [], []
    for place, cell in enumerate(headings.cells):
        text = cell.shown if isinstance(cell, Unfit) else str(cell).strip()
        field = FIELDS.get(plain(text))
        if field is None:
            unread += [text] if text else []
            continue
        if field in columns:
            faults.append(
                Fault(headings.number, text, f"means the same as column {columns[field][1]}; keep one")
            )
        elif isinstance(cell, Unfit):
            faults.append(Fault(headings.number, text, f"the heading is {cell.why}"))
        columns.setdefault(field, (place, text))
    return columns, unread, faults + _gaps(headings, columns)


def _gaps(headings: Row, columns: Mapping[str, tuple[int, str]]) -> list[Fault]:
    by_kind = [field for field in BY_KIND.values() if field in columns]
    wanted = [field for field in ("authority", "title", "fiscal_year") if field not in columns]
    wanted += [] if by_kind or "amount_yen" in columns else ["amount_yen"]
    faults = [Fault(headings.number, "", _missing(wanted, headings))] if wanted else []
    if by_kind and "amount_yen" in columns:
        both = f"{columns['amount_yen'][1]} and {columns[by_kind[0]][1]}"
        faults.append(Fault(headings.number, "", f"{both} both give amounts; keep the one or the other"))
    return faults


def _missing(wanted: list[str], headings: Row) -> str:
    text = "; ".join(f"no column for {field} ({' or '.join(HEADINGS[field][:3])})" for field in wanted)
    cells = [cell.shown if isinstance(cell, Unfit) else str(cell) for cell in headings.cells]
    if len(cells) == 1 and (marks := [mark for mark in "\t;" if mark in cells[0]]):
        name = {"\t": "tabs", ";": "semicolons"}[marks[0]]
        return f"columns are separated by {name}; commas are wanted"
    return f"{text}; the headings are {', '.join(shown(cell) for cell in cells[:12])}"
