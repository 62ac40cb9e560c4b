"""Writes the last part of `docs/reports.md`: every report with its columns: `python -m repo.reports_page` in tests/."""

from __future__ import annotations

import inspect
from collections.abc import Iterator

from lifecycle.reports import ALL
from lifecycle.reports.shape import Report

from .source import ROOT

PAGE = ROOT / "docs" / "reports.md"
MARK = "<!-- written by tests/repo/reports_page.py -->\n"


def page() -> str:
    """The whole page as it should be."""
    head, mark, _ = PAGE.read_text(encoding="utf-8").partition(MARK)
    assert mark, "the mark is missing"
    return head + MARK + "".join(f"{line}\n" for report in ALL for line in _report(report))


def _report(report: Report) -> Iterator[str]:
    about = (inspect.getdoc(report) or "").splitlines()[0].partition(": ")[2]
    tables = ", ".join(report.NEEDS) or "the log itself"
    yield f"\n### `{report.NAME}` {report.JA}\n"
    yield f"For the {report.READER.replace('_', ' ')}: {about}"
    yield f"Read tables: {tables}.\n"
    yield "| column | 見出し | heading | form |"
    yield "| --- | --- | --- | --- |"
    for column in report.COLUMNS:
        yield f"| `{column.name}` | {column.ja} | {column.en} | {column.form}{', total' if column.sums else ''} |"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
