"""上限管理表: every cap window with its limit, what is used and reserved of it, its room, reasons and waivers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import groupby
from typing import Any

from lifecycle.aggregates import Waiver
from lifecycle.aggregates.facts import Window
from lifecycle.checks.limits import Limits
from lifecycle.programme.authorities import find
from lifecycle.projections.cap_usage import CapRow
from lifecycle.projections.shape import Row, count, decimal, money, text
from lifecycle.reports.shape import Groups, percent
from lifecycle.reports.view import View, name_of

NAME, JA, EN = "cap_use", "上限管理表", "use of the caps"
READER = "ministry"
NEEDS = ("cap_board", "grant_register", "waiver_register", "evidence_list")
HELD = (
    money("requested_yen", "申請中", "requested", sums=False),
    money("reserved_yen", "採択額", "reserved", sums=False),
    money("used_yen", "使用済", "used", sums=False),
)
COLUMNS = (
    text("authority", "団体コード", "code"),
    text("authority_name", "団体名", "name"),
    text("rule", "規則", "rule"),
    text("kind", "事業区分", "kind"),
    text("period", "期間", "period"),
    count("fiscal_year", "年度", "FY"),
    text("project", "実施計画", "project"),
    text("strength", "強さ", "strength"),
    money("limit_yen", "上限", "limit", sums=False),
    *HELD,
    money("room_yen", "残額", "room", sums=False),
    decimal("used_percent", "使用率％", "used %"),
    text("justifications", "理由書", "justification"),
    text("waiver", "特例", "waiver"),
    text("source", "出典", "source"),
)
APART = Groups(
    "period",
    {
        "fiscal_year": ("年度の枠の合計", "windows of fiscal years"),
        "plan": ("計画期間の枠の合計", "windows of plan periods"),
        "project": ("事業の枠の合計", "windows of projects"),
    },
    HELD,
)
"""The same yen stand in the window of their year and in that of their plan: no total over both."""


def rows(view: View) -> Iterator[Row]:
    """One row for each window; limits as they may be used on the day."""
    confirmed = confirmed_programmes(view)
    for authority, windows in groupby(view.rows("cap_board"), lambda row: row["authority"]):
        yield from _of_authority(view, authority, list(windows), confirmed)


def confirmed_programmes(view: View) -> set[str]:
    """Programme versions whose limits somebody has confirmed."""
    found = view.tables.rows("evidence_list", view.halves["evidence_list"].half, beginning="programme/")
    return {subject for subject, _, _ in found}


def _of_authority(view: View, code: str, windows: list[Row], confirmed: set[str]) -> Iterator[Row]:
    waivers = [_waiver(row) for row in view.rows("waiver_register", f"{code}-waiver/")]
    authority = find(code)
    limits = Limits(authority, confirmed, waivers, view.on) if authority else None
    grants = [row for row in view.rows("grant_register", f"{code}-") if row["justifications"]]
    for row in windows:
        window = Window(**{name: row[name] for name in Window.__struct_fields__})
        limited = limits.apply(CapRow(window)).window if limits else window
        taken_yen = row["used_yen"] + row["reserved_yen"]
        limit_yen = limited.limit_yen
        holding = [w for w in waivers if w.rule == row["rule"] and w.holds_on(view.on)]
        yield {
            **row,
            "authority_name": name_of(code),
            "limit_yen": limit_yen,
            "room_yen": None if limit_yen is None else max(0, limit_yen - taken_yen),
            "used_percent": "" if limit_yen is None else percent(taken_yen, limit_yen),
            "justifications": "; ".join(_reasons(row, grants)),
            "waiver": "; ".join(f"{w.document} ({w.until}まで)" for w in holding),
            "source": limited.source,
        }


def _reasons(window: Row, grants: list[Row]) -> list[str]:
    """Reasons given for passing this guideline, by the grants that fall into the window."""
    found = {}
    for grant in grants:
        in_window = window["fiscal_year"] in (None, grant["fiscal_year"]) and window["project"] in (
            None,
            grant["project"],
        )
        reason = grant["justifications"].get(window["rule"])
        if reason and in_window and grant["standing_yen"] + grant["adopted_yen"]:
            found[grant["grant"]] = f"{grant['grant']}: {reason}"
    return list(found.values())


def _waiver(row: Row) -> Waiver:
    waiver: Any = Waiver.__new__(Waiver)
    waiver.rule, waiver.authority, waiver.document = row["rule"], row["authority"], row["document"]
    waiver.since, waiver.until = date.fromisoformat(row["since"]), date.fromisoformat(row["until"])
    waiver.limit_yen = row["limit_yen"]
    found: Waiver = waiver
    return found
