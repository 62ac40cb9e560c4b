"""Layout: wide characters, narrow terminals, and words for everything a command may answer."""

from __future__ import annotations

import re
import string
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import inspect

from cli import words
from cli.forms import unwrapped
from cli.labels import LABELS
from cli.objects import object_lines, table_of
from cli.plain import UNSAFE, cut, pad, visible, width, wrap
from cli.say import Told, finding_lines, next_lines, refused_lines
from cli.sentences import NEXT, SENTENCES
from cli.shown import shown_lines
from cli.tables import Column, Fact, facts, grid
from cli.views import brief
from cli.windows import caps_lines
from lifecycle.aggregates.grant import Status
from lifecycle.checks import agenda
from lifecycle.commands import WRITES
from lifecycle.commands.reading import Caps
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


TITLED = [Column("id", lambda row: row["id"]), Column("title", lambda row: row["title"], gives=True)]
BUS = [{"id": "340006-2025-01/2025", "title": "瀬戸内の観光を支える人材の育成（三原市）"}]


@pytest.mark.parametrize(
    ("columns", "lines"),
    [
        (
            45,
            [
                "id                   title",
                "340006-2025-01/2025  瀬戸内の観光を支える人材",
                "                     の育成（三原市）",
            ],
        ),
        (
            40,
            [
                "id",
                "    title",
                "340006-2025-01/2025",
                "    瀬戸内の観光を支える人材の育成（三原",
                "    市）",
            ],
        ),
    ],
)
def test_free_text_is_broken_over_lines_on_a_narrow_terminal_and_nothing_is_cut(columns, lines, monkeypatch):
    monkeypatch.setattr("cli.tables.room", lambda: columns)
    assert list(grid(TITLED, BUS)) == lines


@pytest.mark.parametrize(
    ("text", "columns", "lines"),
    [
        ("産業化プロジェクト", 12, ["産業化プロ", "ジェクト"]),
        ("拠点の整備（福山市）", 12, ["拠点の整備", "（福山市）"]),
        ("毎年、測る。港は、", 10, ["毎年、測", "る。港は、"]),
        ("seed G21: 新しい地方経済・生活環境", 20, ["seed G21: 新しい地方", "経済・生活環境"]),
        ("see https://www.example.lg.jp/koka", 20, ["see", "https://www.example.", "lg.jp/koka"]),
    ],
)
def test_japanese_lines_begin_and_end_as_they_should(text, columns, lines):
    assert wrap(text, columns) == lines


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


ASSET = {"id": "a1", "name": "自動運転バス", "unit_cost_yen": 8_000_000, "acquired_on": "2025-11-01"}


@pytest.mark.parametrize(
    ("columns", "lines"),
    [
        (55, ["  id  name          unit cost  acquired on", "  a1  自動運転バス  8,000,000  2025-11-01"]),
        (
            39,
            [
                "  a1",
                "    name (名称)          自動運転バス",
                "    unit cost (取得単価) 8,000,000 yen",
                "    acquired on (取得日) 2025-11-01",
            ],
        ),
    ],
)
def test_rows_too_wide_for_the_terminal_stand_one_after_the_other(columns, lines, monkeypatch):
    monkeypatch.setattr("cli.tables.room", lambda: columns)
    found = [" ".join(line.split()) for line in object_lines({"assets": [ASSET]})]
    assert found[2:] == [" ".join(line.split()) for line in lines]


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
    assert set(WRITES) - set(SENTENCES) == set()
    assert set(SENTENCES) - set(WRITES) == set()
    assert set(NEXT) - set(WRITES) == set()
    assert {status.value: status.name_ja for status in Status}.items() <= words.STATUSES.items()
    assert {kind.value: kind.name_ja for kind in Kind} == words.KINDS
    assert {tier.value: tier.name_ja for tier in Tier} == words.TIERS


GIVEN = ("store", "record", "donation")
"""Ids that a result gives and no command takes."""


def fields() -> set[str]:
    """Every field of a command that writes, and the ids its result gives."""
    return {*GIVEN, *(field for form in WRITES.values() for field in form.__struct_fields__)}


def named_in(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_sentences_name_fields_that_there_are():
    assert set().union(*map(named_in, SENTENCES.values())) - fields() == set()


def test_what_is_next_is_a_command_with_options_that_it_has():
    for do, ways in NEXT.items():
        for command in ways.values():
            program, name, *rest = command.split()
            form = WRITES.get(name.replace("-", "_")) or Caps
            given = {word[2:].replace("-", "_") for word in rest if word.startswith("--")}
            assert program == "grants", do
            assert given - set(form.__struct_fields__) == set(), (do, command)


@pytest.mark.parametrize(
    ("result", "command"),
    [
        (
            {"principal_left_yen": 7, "addon_due_yen": 0, "late_due_yen": 0},
            "record-return x/r1 --amount-yen 7 ",
        ),
        ({"principal_left_yen": 0, "addon_due_yen": 0, "late_due_yen": 0}, "assess-return x/r1 "),
        (
            {"principal_left_yen": 0, "addon_due_yen": 0, "late_due_yen": 5},
            "record-return x/r1 --amount-yen YEN ",
        ),
    ],
)
def test_after_a_payment_back_comes_what_is_left_of_it(result, command):
    done = {"do": "record_return", "events": ["grant.return_recorded"], "result": result}
    (line,) = next_lines(done, Told({**result, "order": "x/r1"}))
    assert line.startswith(f"next: grants {command}")


def test_nothing_comes_after_the_last_charge_is_paid():
    result = {"principal_left_yen": 0, "addon_due_yen": 0, "late_due_yen": 0}
    done = {"do": "record_return", "events": ["grant.charge_paid"], "result": result}
    assert list(next_lines(done, Told(result))) == []


def test_every_closed_word_of_the_commands_has_its_term_where_its_field_has_terms():
    for form in WRITES.values():
        for field in inspect.type_info(form).fields:
            choice = unwrapped(field.type)
            choice = unwrapped(choice.item_type) if isinstance(choice, inspect.ListType) else choice
            if isinstance(choice, inspect.LiteralType) and field.name in words.TERMS:
                assert set(choice.values) <= set(words.TERMS[field.name]), field.name


def test_every_wait_of_the_agenda_has_its_term():
    source = Path(agenda.__file__).read_text(encoding="utf-8")
    waits = re.findall(r'(?:_wait\(grant, |Wait\(|wait\()f?"([^"{]+)', source)
    assert len(waits) > 15
    assert [what for what in waits if not words.wait_term(what)] == []


def test_a_label_has_its_term():
    assert [label for label in LABELS.values() if not re.fullmatch(r"[^()]+ \([^()]+\)", label)] == []
    assert pad("広", 4) + "|" == "広  |"


# ---------------------------------------------------------------------- what is told of a change

TOLD = {"rule": "same_officer", "message": "by its own\x1b waiver", "remedy": "another approver decides"}


def _change(number, **told):
    return {"change": f"340006-2025-01/2025/c{number}", "status": "approved", "last_year": 2030, **told}


def test_what_is_told_of_a_change_stands_below_it_in_sentences():
    lines = list(shown_lines(_change(1, warnings=[TOLD])))
    assert lines[-3:] == ["warnings", "  by its own<U+001B> waiver", "    another approver decides"]


def test_what_is_told_of_one_of_many_changes_stands_below_their_table():
    changes = [_change(1), _change(2, warnings=[TOLD])]
    lines = list(shown_lines({"grant": "340006-2025-01/2025", "status": "approved", "changes": changes}))
    assert lines[-2:] == ["  by its own<U+001B> waiver", "    another approver decides"]
    assert sum("340006-2025-01/2025/c" in line for line in lines) == 2
    assert "same_officer" not in "".join(lines)
