"""Words of the command line: numbers as people write them, pairs, lists, and files."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from msgspec import inspect

from cli.decode import form_of
from cli.texts import plain_value, takes_commas, whole
from lifecycle.commands import ALL
from lifecycle.errors import BadInput

YEN = inspect.IntType(ge=1)
DELTA = inspect.IntType(ge=-(10**13))


@pytest.mark.parametrize("text", ["1000000", "1_000_000", "1,000,000", "01000000"])
def test_a_whole_number_may_have_groups_of_three(text):
    assert whole(text, YEN, "--amount-yen") == 1_000_000


@pytest.mark.parametrize(("text", "number"), [("-2000000", -2_000_000), ("+5", 5), ("-1,000", -1000)])
def test_a_sign_stands_where_one_may(text, number):
    assert whole(text, DELTA, "--deltas s1") == number
    with pytest.raises(BadInput):
        whole(text, YEN, "--amount-yen")


@given(st.text(alphabet="0123456789,_.-+e０１百円 ¥−", max_size=14) | st.text(max_size=8))
@example("1,0000")
@example("1_000,000")
@example("_1")
@example("1e6")
@example("１")
def test_no_text_becomes_another_amount(text):
    try:
        number = whole(text, YEN, "--amount-yen")
    except BadInput:
        return
    assert re.fullmatch("[0-9]+([,_][0-9]{3})*", text)
    assert number == int(re.sub("[,_]", "", text))


def test_fixed_words_take_commas_and_free_text_does_not():
    lists = {
        (do, field.name): takes_commas(
            field.type if isinstance(field.type, inspect.ListType) else field.type.type
        )
        for do in ALL
        for field in form_of(do).fields
        if isinstance(getattr(field.type, "type", field.type), inspect.ListType)
    }
    assert lists["register_officer", "roles"] is True
    assert lists["verify_effect", "sectors"] is True
    assert lists["request_change", "drop"] is True
    assert lists["approve", "conditions"] is False
    assert lists["report_completion", "evidence"] is False


@pytest.mark.parametrize(
    ("word", "value"), [("1,000,000", 1_000_000), ("1_000_000", 1_000_000), ("all", "all"), ("al", "al")]
)
def test_a_number_that_may_be_a_word_is_a_number_where_it_looks_like_one(word, value):
    form = next(field.type for field in form_of("revoke").fields if field.name == "amount_yen")
    assert plain_value([word], form, "--amount-yen") == value


def test_a_pair_may_hold_an_equals_sign():
    form = form_of("approve").fields[-3].type
    assert plain_value(["rule=a=b", "other=c"], form, "--justifications") == {"rule": "a=b", "other": "c"}


BAD_FILES = {
    "empty": (b"", "is empty; an application is wanted"),
    "blank": (b" \n\t\n", "is empty; an application is wanted"),
    "not utf-8": (b'kind = "new"\ntitle = "\xff"', "is not UTF-8 (line 2, byte 23)"),
    "utf-16": ("kind = 1".encode("utf-16"), "is not UTF-8 (line 1, byte 1)"),
    "bad toml": (
        b'kind = "new"\nround 2025',
        "no TOML: expected '=' after a key in a key/value pair (at line 2, column 7)",
    ),
    "toml key twice": (
        b'kind = "new"\nkind = "new"\n',
        "no TOML: cannot overwrite a value (at line 2, column 13)",
    ),
    "toml too deep": (b"a = " + b"[" * 5000, "nested too deeply"),
    "bad json": (b'{"kind": "new",\n "round" 1}', "no JSON at line 2, column 10: expecting ':' delimiter"),
    "json key twice": (b'{"kind": "new", "kind": "new"}', 'the key "kind" stands twice'),
    "json nan": (b'{"kind": NaN}', "NaN is no number that JSON knows"),
    "json number": (b'{"kind": ' + b"1" * 5000 + b"}", "a number of 5,000 digits is too large"),
    "json too deep": (b'{"a":' * 3000, "nested too deeply"),
    "json and more": (b'{"kind": "new"} x', "no JSON at column 17: extra data"),
    "no table": (b'{"kind": "new"', "no JSON at column 15: expecting ',' delimiter"),
    "unknown key": (
        b'kind = "new"\ncomponets = []',
        "application.componets: unknown field; did you mean components?",
    ),
    "wrong type": (
        b'kind = "new"\nround = 2025',
        "application.authority: missing; also missing: application.title,",
    ),
    "a date": (
        b'kind = "continuing"\nround = 2025-04-01\nproject = "x"\nfiscal_year = 2025',
        "application.round: 2025-04-01 given",
    ),
    "a fraction": (
        b'kind = "continuing"\nround = "r"\nproject = "x"\nfiscal_year = 2025.0',
        "application.project: ",
    ),
}


@pytest.mark.parametrize("case", BAD_FILES)
@pytest.mark.parametrize("source", ["file", "stdin"])
def test_a_bad_application_is_one_clear_line(case, source, shell, tmp_path):
    """Nothing is opened for it either: there is no store, and nobody says so."""
    content, message = BAD_FILES[case]
    (tmp_path / "bad.toml").write_bytes(content)
    words = ["submit", "bad.toml"] if source == "file" else ["submit", "-"]
    answer = shell(*words, "--by", "kato", stdin=content)
    line, hint = answer.err.splitlines()
    assert (answer.exit, answer.out, hint) == (2, "", "hint: grants submit --help")
    assert line.startswith("refused: bad_input — ")
    assert message in line


def test_a_file_may_be_json_and_may_begin_with_a_mark(office, tmp_path):
    (tmp_path / "a.json").write_text(
        '{"kind": "continuing", "round": "2025-1", "project": "340006-2025-09", "fiscal_year": 2026}'
    )
    assert office("submit", "a.json", "--by", "kato").err.startswith("refused: not_found")
    text = (tmp_path / "application.toml").read_text(encoding="utf-8")
    (tmp_path / "marked.toml").write_text(text, encoding="utf-8-sig")
    office.ok("submit", "marked.toml", "--by", "kato", "--on", "2025-05-01")


@pytest.mark.parametrize(
    ("name", "reason"),
    [("none.toml", "No such file"), (".", "Is a directory"), ("a\0b", "no file has such a name")],
)
def test_a_file_that_cannot_be_read(name, reason, shell):
    answer = shell("submit", name, "--by", "kato")
    assert answer.exit == 2
    assert f"can't be read: {reason}" in answer.err


def test_a_file_without_end_is_not_read_to_its_end(shell):
    answer = shell("submit", "/dev/zero", "--by", "kato")
    assert (answer.exit, answer.err.splitlines()[0]) == (
        2,
        "refused: bad_input — /dev/zero is larger than 4 MiB",
    )


def test_ids_may_be_shortened_where_one_thing_begins_so(office):
    office.ok("submit", "application.toml", "--by", "kato", "--on", "2025-05-01")
    done = office.ok("adopt", "340006-2025-01/2", "--by", "suzuki", "--on", "2025-06-01", "--json")
    assert done.json["grant"] == "340006-2025-01/2025"
    assert office("adopt", "340006-2025-03/2", "--by", "suzuki").exit == 3


def test_the_officer_may_stand_in_the_environment(office, monkeypatch):
    monkeypatch.setenv("GRANTS_BY", "kato")
    office.ok("submit", "application.toml", "--on", "2025-05-01")
    assert "holds officer" in office("submit", "application.toml", "--by", "tanaka").err
    monkeypatch.setenv("GRANTS_BY", "a b")
    assert office("submit", "application.toml").err.startswith('refused: bad_input — --by: "a b" given')


@pytest.mark.embedded
def test_switches_stand_before_or_after_the_command(office, tmp_path):
    assert office("--json", "list").out == office("list", "--json").out == "[]\n"
    (tmp_path / "grants.db").rename(tmp_path / "other.db")
    assert office("list").exit == 3
    assert (
        office("--store", "sqlite:///other.db", "list").exit
        == office("list", "--store", "sqlite:///other.db").exit
        == 0
    )
