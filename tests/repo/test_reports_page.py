"""`docs/reports.md` says every report with its columns as the code has them."""

from __future__ import annotations

from .reports_page import PAGE, page


def test_the_page_is_as_the_code_is():
    assert PAGE.read_text(encoding="utf-8") == page(), (
        "write it again: python -m repo.reports_page (in tests/)"
    )
