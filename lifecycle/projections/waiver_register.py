"""特例の一覧: every waiver: which rule, for whom, until when, and the limit in its place."""

from __future__ import annotations

from collections.abc import Iterator

from lifecycle.aggregates import Waiver
from lifecycle.projections.shape import History, Row, day, money, text

NAME = "waiver_register"
VERSION = 1
COLUMNS = (
    text("waiver", "特例", "waiver"),
    text("authority", "団体コード", "authority"),
    text("rule", "規則", "rule"),
    day("since", "始期", "since"),
    day("until", "期限", "until"),
    text("document", "根拠文書", "document"),
    money("limit_yen", "上限", "limit", sums=False),
)


def rows(history: History) -> Iterator[Row]:
    """One row for each waiver."""
    waiver = history.aggregate
    if isinstance(waiver, Waiver):
        yield {
            "waiver": waiver.id,
            "authority": waiver.authority,
            "rule": waiver.rule,
            "since": waiver.since,
            "until": waiver.until,
            "document": waiver.document,
            "limit_yen": waiver.limit_yen,
        }
