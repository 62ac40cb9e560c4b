"""What stands in a cell, a heading, a footer line: in Japanese or English, the same in every format."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from cli.words import KINDS, SECTORS, STATUSES, TERMS, wait_term
from lifecycle.projections.shape import FLAG, YEN, Column
from lifecycle.reports.shape import Footing, Heading, is_figure

MARKS = {"ja": {True: "○", False: "×"}, "en": {True: "yes", False: "no"}}
READERS = {
    "ministry": "内閣府",
    "municipality": "地方公共団体",
    "board_of_audit": "会計検査院",
    "public": "公表用",
}
OWN_TERMS = {
    "stage": {**STATUSES, "nothing": "全額不用"},
    "decision": STATUSES,
    "strength": {"hard": "上限", "guideline": "目安"},
    "period": {"fiscal_year": "年度", "plan": "計画期間", "project": "事業"},
    "subject": {"fiscal_year": "年度", "plan": "計画期間", "project": "事業"},
    "kinds": KINDS,
    "unpublished": {"verification": "検証", "evaluation": "評価", "measures": "改善方策"},
    "external_sectors": SECTORS,
    "section": {"room": "残枠", "task": "宿題", "ministry": "国の処理待ち"},
    "check": {
        "decisions": "決定額",
        "excess": "過払",
        "double_funding": "二重交付",
        "sub_grants": "間接補助",
        "no_soft_part": "注4",
        "input_tax": "消費税",
        "contracts": "契約",
        "cap_use": "上限",
    },
}
"""Words of reports alone, before those of the ledger."""

POINTS = {"the last nightly run": "直近の夜間処理", "now": "現在"}
CLOCKS = {"recorded": "記録日", "effective": "処理日"}


class Line(NamedTuple):
    """A line of the heading or the footer: what it is, and what it says; a number stays one."""

    label: str
    value: str | int


def title_of(column: Column, lang: str) -> str:
    """The heading of a column; yen say so."""
    said = column.ja if lang == "ja" else column.en
    if column.form != YEN:
        return said
    if lang != "ja":
        return f"{said} (yen)"
    # One pair of brackets: 決定額（変更後・円）
    return f"{said.removesuffix('）')}・円）" if said.endswith("）") else f"{said}（円）"


def value_of(column: Column, value: Any, lang: str) -> str | int:
    """A cell: figures as numbers, dates as they are, words of the ledger in Japanese where it has them."""
    if value is None or value == "":
        return ""
    if column.form == FLAG:
        return MARKS[lang][bool(value)]
    if is_figure(column):
        return int(value)
    if isinstance(value, dict):
        return "; ".join(f"{name}: {text}" for name, text in value.items())
    text = str(value)
    if lang != "ja":
        return text
    if column.name == "item":
        return wait_term(text) or text
    terms = OWN_TERMS.get(column.name) or TERMS.get(column.name, {})
    return ", ".join(terms.get(part, part) for part in text.split(", ")) if terms else text


def heading_lines(heading: Heading, lang: str) -> Iterator[Line]:
    """The heading, one fact a line."""
    ja = lang == "ja"
    yield Line("表題" if ja else "title", heading.title_ja if ja else heading.title_en)
    reader = READERS.get(heading.reader, heading.reader) if ja else heading.reader
    yield Line("提出先" if ja else "for", reader)
    clock = CLOCKS[heading.clock] if ja else heading.clock
    point = _point_ja(heading.as_of) if ja else heading.as_of
    yield Line("時点" if ja else "as of", f"{point} ({clock})")
    yield Line("基準日" if ja else "day", heading.day)
    yield Line("記録番号" if ja else "event", heading.event)
    yield Line("要約値" if ja else "digest (sha256)", heading.digest)
    yield Line("集計表" if ja else "read tables", heading.source)
    rules = ", ".join(f"{name} {digest[:12]}" for name, digest in heading.rules.items())
    yield Line("規則の版" if ja else "rules", rules)
    if heading.limited_to:
        limits = ", ".join(f"{name}={value}" for name, value in heading.limited_to.items())
        yield Line("抽出条件" if ja else "limited to", limits)


def _point_ja(as_of: str) -> str:
    """The point in words: the number of an event is that of the log."""
    word, _, number = as_of.partition(" ")
    if word == "event" and number.isdigit():
        return f"記録番号 {number}"
    return POINTS.get(as_of, as_of)


def footing_lines(footing: Footing, lang: str) -> Iterator[Line]:
    """The footer below the totals: how many rows, what ties out, further notes, the digest of the rows."""
    ja = lang == "ja"
    yield Line("件数" if ja else "rows", footing.rows)
    for tie in footing.ties:
        out = "一致" if ja else "ties out"
        differs = "差異" if ja else "differs by"
        told = out if not tie.difference_yen else f"{differs} {tie.difference_yen:,}"
        yield Line(tie.ja if ja else tie.en, f"{tie.left_yen:,} = {tie.right_yen:,}  {told}")
    for note in footing.notes:
        yield Line(note.ja if ja else note.en, note.text)
    yield Line("行の要約値" if ja else "digest of the rows", footing.rows_digest)


def totals_row(columns: tuple[Column, ...], footing: Footing, lang: str) -> list[str | int]:
    """The row of totals: the word in the first column, sums under their columns."""
    row: list[str | int] = [footing.totals.get(column.name, "") for column in columns]
    row[0] = "合計" if lang == "ja" else "total"
    return row
