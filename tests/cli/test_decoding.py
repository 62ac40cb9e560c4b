"""Decoding: one door for the shell and batch lines; whatever does not fit is told by its path, in words."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import inspect

from cli.decode import decode, dotted
from cli.forms import PATTERNS, Inexact
from cli.options import option_path
from cli.parse import parse_json
from lifecycle.commands import ALL
from lifecycle.errors import BadInput

GRANT = "340006-2025-01/2025"
KPI = {"id": "k1", "name": "修了者数", "baseline": "60", "targets": {"2025": "80"}}
MEASURED = {"project": "340006-2025-01", "fiscal_year": 2025, "kpi": "k1"}
COMPONENT = {
    "id": "s1",
    "kind": "soft",
    "title": "人材の育成",
    "years": [{"fiscal_year": 2025, "eligible_cost_yen": 24_000_000}],
}
APPLICATION = {
    "kind": "new",
    "round": "2025-1",
    "authority": "340006",
    "title": "観光",
    "first_year": 2025,
    "last_year": 2027,
    "components": [COMPONENT],
    "kpis": [KPI],
}


def refused(do: str, mapping: dict[str, Any], **how: Any) -> str:
    with pytest.raises(BadInput) as caught:
        decode(do, mapping, **how)
    return caught.value.message


def with_component(**changes: Any) -> dict[str, Any]:
    return {"application": {**APPLICATION, "components": [{**COMPONENT, **changes}]}}


def with_kpi(**changes: Any) -> dict[str, Any]:
    return {"application": {**APPLICATION, "kpis": [{**KPI, **changes}]}}


def test_a_whole_application_decodes():
    command = decode("submit", {"application": APPLICATION, "by": "kato", "on": "2025-05-01"})
    assert command.application.components[0].years[0].eligible_cost_yen == 24_000_000


@pytest.mark.parametrize(
    ("do", "mapping", "message"),
    [
        ("aprove", {}, 'do: "aprove" is no command; did you mean approve?'),
        ("approve", {}, "grant: missing; grant id PROJECT/FISCALYEAR (年度ごとの交付)"),
        ("measure", {"project": "x"}, "fiscal_year: missing; also missing: kpi and actual"),
        ("approve", {"grant": GRANT, "amount": {}}, "amount: unknown field; did you mean amounts?"),
        ("approve", {"grant": "x"}, 'grant: "x" given, PROJECT/FISCALYEAR wanted'),
        ("approve", {"grant": 5}, "grant: 5 given, text wanted"),
        ("approve", {"grant": None}, "grant: null given, text wanted"),
        ("approve", {"grant": GRANT, "dry_run": "yes"}, 'dry_run: "yes" given, true or false wanted'),
        ("approve", {"grant": GRANT, "dry_run": 1}, "dry_run: 1 given, true or false wanted"),
        ("approve", {"grant": GRANT, "amounts": []}, "amounts: a list given, an object wanted"),
        (
            "approve",
            {"grant": GRANT, "amounts": {"s1": True}},
            "amounts.s1: true given, a whole number wanted",
        ),
        ("approve", {"grant": GRANT, "amounts": {"s1": "5"}}, 'amounts.s1: "5" given, a whole number wanted'),
        (
            "approve",
            {"grant": GRANT, "amounts": {"s1": -1}},
            "amounts.s1: -1 given, 0 to 10,000,000,000,000 wanted",
        ),
        (
            "approve",
            {"grant": GRANT, "amounts": {"s 1": 1}},
            'amounts: "s 1" given, 1 to 64 characters without',
        ),
        ("approve", {"grant": GRANT, "amounts": {"s1": 10**30}}, "amounts.s1: too large a number"),
        ("approve", {"grant": GRANT, "amounts": {"s1": Inexact.of("1e6")}}, "amounts.s1: 1e6 given, a whole"),
        ("approve", {"grant": GRANT, "conditions": "one"}, 'conditions: "one" given, a list wanted'),
        ("approve", {"grant": GRANT, "conditions": ["a", ""]}, "conditions[1]: empty"),
        (
            "approve",
            {"grant": GRANT, "reason": "x" * 4001},
            "reason: 4,001 characters given, at most 4,000 wanted",
        ),
        ("approve", {"grant": GRANT, "justifications": {"": "x"}}, "justifications: empty"),
        ("approve", {"grant": GRANT, "on": "2025-02-30"}, 'on: "2025-02-30" given, but there is no such day'),
        (
            "approve",
            {"grant": GRANT, "on": "２０２５-04-01"},
            'on: "２０２５-04-01" given, a date YYYY-MM-DD wanted',
        ),
        ("approve", {"grant": GRANT, "on": 20250401}, "on: 20250401 given, a date YYYY-MM-DD wanted"),
        (
            "approve",
            {"grant": GRANT, "by": "a b"},
            'by: "a b" given, 1 to 64 characters without spaces or / wanted',
        ),
        ("register_officer", {"officer": "a", "name": "b", "roles": []}, "roles: empty; at least one wanted"),
        ("import_decision", {"amounts": {"sofd": 1}}, "amounts: "),
        (
            "score",
            {"grant": GRANT, "criterion": "vison", "score": 4},
            'criterion: "vison" given, kpi, participation',
        ),
        ("score", {"grant": GRANT, "criterion": "vision", "score": 6}, "score: 6 given, 1 to 5 wanted"),
        (
            "revoke",
            {"grant": GRANT, "fault": "recipient", "amount_yen": "5"},
            'amount_yen: "5" given, a whole number, or "all" wanted',
        ),
        ("revoke", {"grant": GRANT, "fault": "recipient", "amount_yen": 0}, "amount_yen: 0 given, 1 to 10,"),
        ("revoke", {"grant": GRANT, "fault": "recipient", "amount_yen": True}, "amount_yen: true given, a"),
        ("measure", {**MEASURED, "actual": "1,5"}, 'actual: "1,5" given, a decimal such as 12.5 wanted'),
        (
            "measure",
            {**MEASURED, "actual": None},
            "actual: null given, a whole number, or a decimal in quotes",
        ),
        ("show", {"target": "x", "as_of_event": -1}, "as_of_event: -1 given, 0 or more wanted"),
        ("submit", {"application": "a.toml"}, 'application: "a.toml" given, an object wanted'),
        ("submit", {"application": {}}, "application.kind: missing; new or continuing wanted"),
        ("submit", {"application": {"kind": 5}}, "application.kind: 5 given, new or continuing wanted"),
        (
            "submit",
            {"application": {"kind": "nwe"}},
            'application.kind: "nwe" given, new or continuing wanted',
        ),
        (
            "submit",
            {"application": {**APPLICATION, "componets": []}},
            "application.componets: unknown field; did",
        ),
        ("submit", with_component(years=[]), "application.components[0].years: empty; at least one wanted"),
        (
            "submit",
            with_component(kind="hard"),
            'application.components[0].kind: "hard" given, facility, infra',
        ),
        (
            "submit",
            with_component(rate="0.5"),
            'application.components[0].rate: "0.5" given, a fraction such as',
        ),
        (
            "submit",
            with_component(years=[{"fiscal_year": 2025, "eligible_cost_yen": Inexact.of("1.5")}]),
            "application.components[0].years[0].eligible_cost_yen: 1.5 given, a whole number wanted",
        ),
        (
            "submit",
            with_component(years=[{"fiscal_year": 2025}]),
            "application.components[0].years[0].eligible_cost_yen: missing; whole yen, may be 0 (円)",
        ),
        (
            "submit",
            with_kpi(baseline=Inexact.of("0.5")),
            'application.kpis[0].baseline: 0.5 given, a whole number, or a decimal in quotes such as "12.5" wanted',
        ),
        (
            "submit",
            with_kpi(baseline="1,5"),
            'application.kpis[0].baseline: "1,5" given, a decimal such as 12.5',
        ),
        (
            "submit",
            with_kpi(targets={"R7": "1"}),
            'application.kpis[0].targets: "R7" given, a year of four digits',
        ),
        (
            "submit",
            with_kpi(name="a\x1bb"),
            "application.kpis[0].name: contains the control character U+001B",
        ),
    ],
)
def test_what_does_not_fit_is_told_by_its_path(do, mapping, message):
    if do == "import_decision":
        mapping = decision(**mapping)
    assert refused(do, mapping).startswith(message)


def decision(**changes: Any) -> dict[str, Any]:
    """A decision from elsewhere, changed."""
    told = {"title": "x", "fiscal_year": 2026, "programme": "R8-mirai-suishin", "source": "x.pdf"}
    return {"authority": "341002", "decided_on": "2026-04-01", **told, **changes}


@pytest.mark.parametrize(
    "character", ["\0", "\r", "\x1b", "\x7f", "\x85", "\u202e", "\u2066", "\u200f", "\u2028", "\ud800"]
)
def test_text_that_is_no_text_is_refused(character):
    text = f"a{character}b"
    assert refused("approve", {"grant": GRANT, "reason": text}).startswith("reason: contains ")
    assert refused("approve", {"grant": GRANT, "conditions": ["a", text]}).startswith(
        "conditions[1]: contains "
    )
    assert refused("approve", {"grant": GRANT, "justifications": {text: "x"}}).startswith(
        "justifications: a key "
    )
    assert refused("approve", {"grant": text}).startswith("grant: contains ")


@pytest.mark.parametrize("text", ["一行目\n二行目\t続き", "葛󠄀城市", "👩‍👩‍👧", "ﾊﾝｶｸ", "が", "か\u3099"])
def test_text_is_kept_as_it_is_written(text):
    assert decode("reject", {"grant": GRANT, "reason": text}).reason == text


def test_nesting_has_an_end():
    deep: Any = "x"
    for _ in range(400):
        deep = [deep]
    assert refused("show", {"target": deep}) == "target[0][0]: nested too deeply"


def test_the_shell_names_options():
    assert refused("measure", {"project": "x"}, spell=option_path).startswith(
        "--fiscal-year: missing; also missing: --kpi"
    )
    assert option_path(("amounts", "s1")) == "--amounts s1"
    assert option_path(("application", "kpis", 0, "a b")) == 'application.kpis[0]["a b"]'
    assert dotted(()) == option_path(()) == ""


def test_every_pattern_of_the_commands_is_told_in_words():
    patterns = set(filter(None, map(pattern_of, forms())))
    assert patterns - set(PATTERNS) == set()
    assert set(PATTERNS) - patterns == set()


def pattern_of(form: Any) -> str | None:
    return form.pattern if isinstance(form, inspect.StrType) else None


def forms() -> list[Any]:
    """Every form within the commands."""
    found, waiting = [], [inspect.type_info(form) for form in ALL.values()]
    while waiting:
        form = waiting.pop()
        found.append(form)
        waiting += [field.type for field in getattr(form, "fields", ())]
        waiting += [*getattr(form, "types", ())]
        waiting += [
            getattr(form, name)
            for name in ("type", "item_type", "key_type", "value_type")
            if hasattr(form, name)
        ]
    return found


anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text()
    | st.sampled_from([GRANT, "2025-05-01", "new", "s1"]),
    lambda parts: st.lists(parts, max_size=3) | st.dictionaries(st.text(max_size=9), parts, max_size=3),
    max_leaves=8,
)


@given(do=st.sampled_from(sorted(ALL)), data=st.data())
@settings(max_examples=300, deadline=None)
def test_any_values_decode_or_are_refused_in_one_line(do, data):
    names = [field.encode_name for field in inspect.type_info(ALL[do]).fields]
    mapping = data.draw(st.dictionaries(st.sampled_from(names), anything, max_size=6))
    message = told(decode, do, mapping)
    assert "\n" not in message
    assert message.encode("utf-8") is not None
    assert not re.search(r"Expected `|\$\.", message), "msgspec's own words"


@given(
    text=st.text(max_size=60)
    | st.binary(max_size=60).map(lambda data: data.decode("utf-8", "surrogateescape"))
)
@settings(max_examples=300, deadline=None)
def test_any_line_parses_or_is_refused(text):
    assert told(parse_json, text, "line")[:6] in ("", "line: ")


def told(call: Callable[..., Any], *arguments: Any) -> str:
    """What a call is refused with, or nothing."""
    try:
        call(*arguments)
    except BadInput as refusal:
        return refusal.message
    return ""
