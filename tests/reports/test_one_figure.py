"""一致: the same heading is the same figure in every report, year by year."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from nightly.logs import golden
from store.office import HIROSHIMA, SAPPORO, YOKOHAMA, Office, new, office_at

from .shell import Shell

AMOUNTS = ("decided_yen", "taken_yen", "standing_yen")
Sums = dict[int, dict[str, int]]


def told(office: Office, name: str, **limits: Any) -> list[dict[str, Any]]:
    """A report's rows."""
    return list(office.tell("report", name=name, **limits)["rows"])


def by_year(rows: list[dict[str, Any]], names: tuple[str, ...] = AMOUNTS) -> Sums:
    """Sums by fiscal year."""
    sums: Sums = {}
    for row in rows:
        year = sums.setdefault(row["fiscal_year"], dict.fromkeys(names, 0))
        for name in names:
            year[name] += row[name]
    return sums


def last_by_year(rows: list[dict[str, Any]]) -> Sums:
    """What the last month of each fiscal year says."""
    return {row["fiscal_year"]: {name: row[name] for name in AMOUNTS} for row in rows}


@pytest.mark.parametrize("upto", [*range(40, 191, 30), len(golden())])
def test_what_was_decided_taken_and_stands_is_one_figure_in_every_report(office: Office, upto: int) -> None:
    public = by_year(told(office, "by_authority", as_of_event=upto))
    assert public
    assert by_year(told(office, "programme_review", as_of_event=upto)) == public
    assert last_by_year(told(office, "execution", as_of_event=upto)) == public


def test_the_settlement_says_what_was_decided_and_what_was_cut_of_it(office: Office) -> None:
    decided = {(row["grant"], row["component"]): row for row in told(office, "decisions")}
    found = told(office, "settlement")
    for row in found:
        whole = decided[row["grant"], row["component"]]
        assert row["decided_yen"] == whole["decided_yen"] + whole["changed_yen"]
        assert row["cut_yen"] == whole["cancelled_yen"] + whole["void_yen"] + whole["input_tax_yen"]
        assert row["standing_before_yen"] == row["decided_yen"] - row["cut_yen"]
    assert any(row["cut_yen"] for row in found)


def test_the_rate_is_of_what_was_decided_in_both_reports(office: Office) -> None:
    last = {row["fiscal_year"]: row for row in told(office, "execution")}
    executed = by_year(told(office, "programme_review"), ("executed_yen", "decided_yen"))
    for year, sums in executed.items():
        assert last[year]["so_far_yen"] == sums["executed_yen"]
        thousandths = sums["executed_yen"] * 1000 // sums["decided_yen"]
        assert last[year]["rate"] == f"{thousandths // 10}.{thousandths % 10}"


@pytest.fixture
def unpaid(tmp_path: Path) -> Iterator[Office]:
    """Two grants of one year, approved; nothing is paid, and one of them is revoked in full."""
    office = office_at(tmp_path / "unpaid.db")
    office.approved(new(soft=10_000))
    grant = office.approved(new(SAPPORO, soft=20_000))
    office.do("revoke", grant=grant, amount_yen="all", fault="recipient", reason="目的外使用")
    yield office
    office.close()


def test_a_year_in_which_nothing_was_paid_stands_with_nothing_paid(unpaid: Office) -> None:
    (row,) = told(unpaid, "execution")
    assert (row["fiscal_year"], row["month"], row["calendar"]) == (2025, 1, "2025-04")
    assert (row["out_yen"], row["in_yen"], row["so_far_yen"], row["rate"]) == (0, 0, 0, "0.0")
    assert (row["decided_yen"], row["taken_yen"], row["standing_yen"]) == (30_000, 20_000, 10_000)


def test_a_year_in_which_nothing_was_paid_says_so_on_the_screen_and_is_drawn(
    unpaid: Office, tmp_path: Path
) -> None:
    shell = Shell(tmp_path / "unpaid.db", tmp_path)
    out = shell("report", "execution", "--authority", HIROSHIMA).out
    assert all(heading in out for heading in ("支払額", "返納額", "執行累計"))
    assert shell("report", "execution", "--chart", "c.svg").exit == 0
    assert "2025年度（決定額 30,000 円）" in (tmp_path / "c.svg").read_text(encoding="utf-8")


def test_the_public_list_says_what_stands_and_what_came_to_nothing(unpaid: Office) -> None:
    found = {row["authority"]: row for row in told(unpaid, "adopted")}
    kept, gone = found[HIROSHIMA], found[SAPPORO]
    assert (kept["stage"], kept["amount_yen"], kept["taken_yen"], kept["standing_yen"]) == (
        *("approved", 10_000, 0, 10_000),
    )
    assert (gone["stage"], gone["amount_yen"], gone["taken_yen"], gone["standing_yen"]) == (
        *("revoked", 20_000, 20_000, 0),
    )


def test_what_is_adopted_only_stands_as_it_was_adopted(unpaid: Office) -> None:
    grant = unpaid.decidable(new(YOKOHAMA, soft=7_000))
    unpaid.do("adopt", grant=grant)
    (row,) = told(unpaid, "adopted", authority=YOKOHAMA)
    assert (row["stage"], row["amount_yen"], row["standing_yen"]) == ("adopted", 7_000, 7_000)


def test_an_abolished_grant_stands_in_the_public_list_with_what_is_left_of_it(unpaid: Office) -> None:
    grant = f"{HIROSHIMA}-2025-01/2025"
    unpaid.do("disburse", grant=grant, amount_yen=4_000, payment="advance")
    unpaid.do("abolish", grant=grant, reason="用地が得られない")
    (row,) = told(unpaid, "adopted", authority=HIROSHIMA)
    (decided,) = told(unpaid, "decisions", authority=HIROSHIMA)
    assert row["stage"] == "abolished"
    assert row["standing_yen"] == decided["standing_yen"] < row["amount_yen"]


@pytest.mark.parametrize("upto", [*range(40, 191, 30), len(golden())])
def test_the_public_list_of_what_was_decided_ties_out_with_the_money_by_authority(
    office: Office, upto: int
) -> None:
    listed = [row for row in told(office, "adopted", as_of_event=upto) if row["stage"] != "adopted"]
    left_out = [
        row
        for row in told(office, "decisions", as_of_event=upto)
        if row["status"] == "withdrawn" and row["decided_on"]
    ]
    standing_yen = sum(row["standing_yen"] for row in told(office, "by_authority", as_of_event=upto))
    assert sum(row["standing_yen"] for row in [*listed, *left_out]) == standing_yen


def test_windows_that_hold_the_same_money_are_added_up_apart(office: Office) -> None:
    found = office.tell("report", name="cap_use", as_of_event=len(golden()))
    notes = {note["ja"]: note["text"] for note in found["footing"]["notes"]}
    assert found["footing"]["totals"] == {}
    for period, heading in {"fiscal_year": "年度の枠", "plan": "計画期間の枠", "project": "事業の枠"}.items():
        used_yen = sum(row["used_yen"] for row in found["rows"] if row["period"] == period)
        assert used_yen > 0
        assert notes[f"{heading}の合計・使用済"] == f"{used_yen:,}"


def test_the_windows_of_the_years_hold_what_stands_of_their_grants(office: Office) -> None:
    found = office.tell("report", name="cap_use", authority=HIROSHIMA)
    (used,) = [note["text"] for note in found["footing"]["notes"] if note["ja"] == "年度の枠の合計・使用済"]
    standing_yen = sum(row["standing_yen"] for row in told(office, "decisions", authority=HIROSHIMA))
    assert int(used.replace(",", "")) == standing_yen


def test_an_authority_without_windows_has_no_sums_of_them(unpaid: Office) -> None:
    assert unpaid.tell("report", name="cap_use", authority=YOKOHAMA)["footing"]["notes"] == []
