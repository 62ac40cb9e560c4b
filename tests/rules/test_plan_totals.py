"""What stands in overlapping plans, by span of years and plan by plan: the same to the yen (lifecycle.md 2.1)."""

from __future__ import annotations

from datetime import UTC, date, datetime

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from lifecycle.aggregates import Act
from lifecycle.aggregates.facts import Window
from lifecycle.aggregates.project_events import ProjectPeriodChanged
from lifecycle.projections import cap_usage
from lifecycle.projections.cap_usage import Amounts, CapRow, overlapping, overlaps

YEN = st.integers(-5, 5)
AMOUNTS = st.builds(Amounts, YEN, YEN, YEN)


def plan(number, authority, kind, first_year, years, period="plan"):
    project = f"{authority}-2025-{number:02}"
    return Window(
        window=f"{authority}/{kind}/{period}/{project}",
        rule="infrastructure_plan_municipality",
        kind=kind,
        period=period,
        strength="hard",
        limit_yen=1_000_000_000,
        source="seed G32",
        project=project,
        first_year=first_year,
        last_year=None if first_year is None else first_year + years - 1,
    )


@st.composite
def cap_rows(draw):
    """Rows of a few authorities, most of them plans; spans of no year and totals that are behind among them."""
    rows = {}
    for number in range(draw(st.integers(0, 25))):
        window = plan(
            number,
            draw(st.sampled_from(["340006", "340006", "341002"])),
            draw(st.sampled_from(["infrastructure", "infrastructure", "facility"])),
            draw(st.sampled_from([2023, 2025, 2026, 2027, 2030, None])),
            draw(st.integers(0, 7)),
            draw(st.sampled_from(["plan", "plan", "plan", "project"])),
        )
        rows[window.window] = CapRow(window, draw(AMOUNTS), draw(AMOUNTS), draw(st.integers(1, 9)))
    return rows


def plan_by_plan(plans, window):
    """Naive: every plan is held against the window."""
    return sum((row.own for row in plans if overlaps(row.window, window)), Amounts())


def period_changed(project, last_year):
    return ProjectPeriodChanged(
        originator_id=project,
        originator_version=2,
        timestamp=datetime(2026, 4, 1, tzinfo=UTC),
        act=Act("suzuki", date(2026, 4, 1), "", "c1"),
        change=f"{project}/2025/c1",
        first_year=2025,
        last_year=last_year,
    )


def moved_and_settled(rows, project, last_year):
    """Naive: the project's rows get their new last year; then every plan's total is added up plan by plan."""
    changed = {
        name: replace(row, window=replace(row.window, last_year=last_year))
        for name, row in rows.items()
        if row.window.project == project
    }
    if all(row.window.period != "plan" for row in changed.values()):
        return changed
    plans = {n: row for n, row in {**rows, **changed}.items() if row.window.period == "plan"}
    for name, row in plans.items():
        total = plan_by_plan(plans.values(), row.window)
        if total != row.total:
            changed[name] = replace(row, total=total)
    return changed


@settings(max_examples=200, deadline=None)
@given(cap_rows())
def test_what_stands_in_overlapping_plans_is_what_each_of_them_adds(rows):
    total_of = overlapping(rows.values())
    for row in rows.values():
        assert total_of(row.window) == plan_by_plan(rows.values(), row.window)


@settings(max_examples=200, deadline=None)
@given(cap_rows(), st.data())
def test_a_plan_that_moves_leaves_every_row_as_plan_by_plan(rows, data):
    projects = sorted({row.window.project for row in rows.values()}) or ["340006-2025-01"]
    project, last_year = data.draw(st.sampled_from(projects)), data.draw(st.integers(2023, 2033))
    left = cap_usage.apply(rows, period_changed(project, last_year))
    told = {name: (row.window, row.total, row.own) for name, row in left.items()}
    naive = moved_and_settled(rows, project, last_year)
    assert told == {name: (row.window, row.total, row.own) for name, row in naive.items()}
    assert {name: row.seq for name, row in left.items()} == {name: rows[name].seq + 1 for name in naive}


def test_plans_on_one_span_are_held_against_others_once(monkeypatch):
    held = []
    meet = cap_usage._meet
    monkeypatch.setattr(cap_usage, "_meet", lambda one, other: bool(held.append(one)) or meet(one, other))
    rows = [CapRow(plan(n, "340006", "infrastructure", 2025 + n % 3, 5), own=Amounts(1)) for n in range(300)]
    total_of = overlapping(rows)
    assert {total_of(row.window) for row in rows} == {Amounts(300)}
    assert len(held) == 9  # three spans against three, however many plans lie on them
