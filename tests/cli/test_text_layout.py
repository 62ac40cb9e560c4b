"""Layout: wide characters, narrow terminals, and words for everything a command may answer."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cli import words
from cli.plain import UNSAFE, cut, pad, visible, width, wrap
from cli.say import finding_lines, refused_lines
from cli.tables import Column, Fact, facts, grid
from cli.views import brief, caps_lines, object_lines, table_of
from lifecycle.aggregates.grant import Status
from lifecycle.commands import WRITES
from lifecycle.errors import CapExceeded, Finding
from lifecycle.values import Kind, Tier

KANJI = [{"n": "広島県", "a_yen": 1_000_000}, {"n": "Abc", "a_yen": 5}]


@pytest.mark.parametrize(
    ("text", "columns"), [("abc", 3), ("広島", 4), ("ﾊﾝ", 2), ("か\u3099", 2), ("葛\U000e0100", 2), ("", 0)]
)
def test_width_on_a_terminal(text, columns):
    assert width(text) == columns


@given(st.text(), st.integers(2, 40))
def test_cutting_and_wrapping_never_exceed_the_room(text, columns):
    assert width(cut(text, columns)) <= columns
    assert all(width(line) <= columns for line in wrap(text, columns))
    assert "".join("".join(wrap(text, columns)).split()) == "".join(text.split())


@given(st.text())
def test_what_is_shown_moves_no_cursor(text):
    shown = visible(text)
    assert not UNSAFE.search(shown)
    assert "\n" not in shown


def test_figures_stand_at_one_right_edge():
    lines = list(
        grid(
            [Column("n", lambda row: row["n"]), Column("yen", lambda row: f"{row['a_yen']:,}", right=True)],
            KANJI,
        )
    )
    assert lines == ["n             yen", "広島県  1,000,000", "Abc             5"]
    assert len({width(line) for line in lines}) == 1


def test_free_text_gives_way_on_a_narrow_terminal_and_nothing_else_does(monkeypatch):
    monkeypatch.setattr("cli.tables.room", lambda: 40)
    rows = [{"id": "340006-2025-01/2025", "title": "瀬戸内の観光を支える人材の育成"}]
    columns = [Column("id", lambda row: row["id"]), Column("title", lambda row: row["title"], gives=True)]
    lines = list(grid(columns, rows))
    assert max(map(width, lines)) <= 40
    assert lines[1].startswith("340006-2025-01/2025  瀬戸内")
    assert lines[1].endswith("…")


def test_long_facts_hang_on_a_narrow_terminal(monkeypatch):
    monkeypatch.setattr("cli.tables.room", lambda: 30)
    assert list(facts([Fact("remedy", "ask for at most 5 yen, or wait")])) == [
        "  remedy  ask for at most 5",
        "          yen, or wait",
    ]


def test_a_long_list_is_printed_as_it_is_read():
    def rows():
        yield from ({"n": str(number)} for number in range(1000))
        raise AssertionError("read further than was asked for")

    lines = grid([Column("n", lambda row: row["n"])], rows())
    assert next(lines) == "n"
    assert next(lines) == "0"


def test_rows_within_rows_unfold_and_never_hide_a_figure_of_the_outer_one():
    order = {
        "order": "x/r1",
        "amount_yen": 5,
        "payments": [{"on": "2026-06-18", "amount_yen": 3}, {"on": "2026-06-19", "amount_yen": 2}],
    }
    assert [line.split() for line in table_of([order])] == [
        ["order", "amount", "on", "payment", "amount"],
        ["x/r1", "5", "2026-06-18", "3"],
        ["2026-06-19", "2"],
    ]


def test_what_is_empty_needs_no_line_and_zero_does():
    assert list(object_lines({"a": None, "b": "", "c": [], "d": {}, "e_yen": 0, "f": False})) == [
        "  e  0 yen",
        "  f  no",
    ]


def test_an_undetermined_cap_says_so():
    window = {
        "rule": "soft_fy_core_hub",
        "kind": "soft",
        "period": "fiscal_year",
        "fiscal_year": 2026,
        "limit_yen": None,
    }
    window |= {"strength": "hard", "used_yen": 5, "reserved_yen": 0, "room_yen": None, "source": "seed G11"}
    shown = "\n".join(
        caps_lines({"authority": "341002", "name": "広島市", "tier": "core_hub", "windows": [window]})
    )
    assert "undetermined     5         0  undetermined" in shown
    assert "soft_fy_core_hub: hard (上限), seed G11" in shown
    assert "an approver has to confirm the caps" in shown


def test_a_refusal_is_a_block():
    finding = Finding(
        rule="soft_years_max",
        strength="hard",
        source="G15",
        message="m",
        remedy="r",
        limit=5,
        asked=6,
        excess=1,
    )
    lines = list(refused_lines(CapExceeded("m", finding), "nothing was written"))
    assert lines[0] == "refused: cap_exceeded — m"
    assert "  limit (上限)   5 years" in lines
    assert "  excess (超過)  1 years" in lines
    assert lines[-1] == "nothing was written"


@pytest.mark.parametrize(
    ("rule", "unit"),
    [
        ("soft_fy_prefecture", " yen"),
        ("facility_years_max", " years"),
        ("new_applications", ""),
        ("kpi_count", ""),
    ],
)
def test_figures_have_the_unit_of_their_rule(rule, unit):
    finding = {"rule": rule, "strength": "hard", "source": "x", "message": "m", "remedy": "r", "limit": 1000}
    assert any(line.endswith(f"1,000{unit}") for line in finding_lines(finding))


def test_events_are_told_in_brief():
    shares = [
        {"component": "s1", "committed_yen": 5, "requested_yen": 7},
        {"component": "f1", "committed_yen": 6},
    ]
    data = {
        "project": "p",
        "rules_sha256": "96f0",
        "decision_no": "第1号",
        "shares": shares,
        "windows": [{"limit_yen": 9}],
    }
    assert (
        brief({"data": data, "reason": "急ぎ"})
        == "decision_no=第1号 reason=急ぎ committed_yen=11 requested_yen=7"
    )


def test_every_write_has_a_sentence_and_every_state_a_word():
    assert set(WRITES) - set(words.SENTENCES) == set()
    assert set(words.SENTENCES) - set(WRITES) == set()
    assert set(words.NEXT) - set(WRITES) == set()
    assert {status.value: status.name_ja for status in Status}.items() <= words.STATUSES.items()
    assert {kind.value: kind.name_ja for kind in Kind} == words.KINDS
    assert {tier.value: tier.name_ja for tier in Tier} == words.TIERS


def test_sentences_name_fields_that_there_are():
    fields = {"store", *(field for form in WRITES.values() for field in form.__struct_fields__)}
    named = {
        name for text in words.SENTENCES.values() for _, name, _, _ in string.Formatter().parse(text) if name
    }
    assert named - fields == set()
    assert pad("広", 4) + "|" == "広  |"
