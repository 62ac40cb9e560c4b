"""Which programme version holds on which date, what it answers, and what it inherits."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from datetime import date
from fractions import Fraction
from pathlib import Path

import msgspec
import pytest

from lifecycle import programme
from lifecycle.values import Kind, Tier

FILES = Path(programme.__file__).parent
R6, R7, R8 = "R6-digiden", "R7-dai2sedai", "R8-mirai-suishin"
RULES_OF_THE_CONTRACT = [
    *(f"{cap}_{tier}" for tier in Tier for cap in ("soft_fy", "facility_fy", "facility_project")),
    *(f"{cap}_{tier}" for tier in Tier for cap in ("infrastructure_fy", "infrastructure_plan")),
    *(f"{kind}_years_{word}" for kind in Kind for word in ("principle", "max")),
    *("new_applications", "new_applications_outside", "infrastructure_combination", "strategy_reference"),
    *("certified_plan", "four_criteria", "kpi_count", "kpi_target_each_year", "double_funding"),
    *("sub_grants_paid", "publication", "earlier_year_published", "participation_sectors"),
    *("minor_change_share", "retention"),
]


def test_three_versions_are_known():
    assert programme.known() == (R6, R7, R8)


def test_an_unknown_version_is_a_key_error():
    with pytest.raises(KeyError, match="R9"):
        programme.version("R9")


def test_a_path_is_not_a_version():
    with pytest.raises(KeyError):
        programme.version(f"../programme/{R7}")


def test_a_version_is_parsed_once():
    assert programme.version(R7) is programme.version(R7)


def test_all_published_files_are_valid():
    assert tuple(programme.validate()) == programme.known()


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        (date(2022, 11, 30), None),
        (date(2022, 12, 1), R6),
        (date(2025, 3, 31), R6),
        (date(2025, 4, 1), R7),
        (date(2026, 3, 31), R7),
        (date(2026, 4, 1), R8),
        (date(2040, 1, 1), R8),
    ],
)
def test_the_version_in_force_changes_on_the_first_of_april(on, expected):
    found = programme.in_force(on)
    assert (found.id if found else None) == expected
    assert expected is None or found.covers(on)


def test_no_version_of_an_unknown_series_is_in_force():
    assert programme.in_force(date(2025, 4, 1), series="telework") is None


def test_importing_the_package_reads_no_file():
    program = (
        "import builtins, io, pathlib, tomllib\n"
        "def refuse(*a, **k): raise AssertionError('read')\n"
        "import lifecycle.values, lifecycle.errors, msgspec, hashlib, fractions, itertools\n"
        "tomllib.loads = pathlib.Path.read_text = pathlib.Path.read_bytes = refuse\n"
        "import lifecycle.programme, lifecycle.programme.authorities\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


# ---- R6: history -------------------------------------------------------------------------------------


def test_r6_is_closed_and_abolished():
    r6 = programme.version(R6)
    assert r6.is_closed
    assert r6.status == "closed"
    assert "X01" in r6.source
    assert r6.rule("abolished").name_ja == "廃止"


def test_r6_states_no_cap_and_no_rate():
    r6 = programme.version(R6)
    assert r6.caps == ()
    assert r6.caps_for(Kind.SOFT, Tier.PREFECTURE, date(2024, 4, 1)) == ()
    with pytest.raises(KeyError, match="R6-digiden has no kind soft"):
        r6.rate(Kind.SOFT)


# ---- R7: the authority ---------------------------------------------------------------------------------


def test_r7_is_authoritative():
    r7 = programme.version(R7)
    assert r7.status == "authoritative"
    assert not r7.needs_confirmation
    assert not r7.is_closed
    assert r7.inherits is None
    assert r7.inherited_sha256 == ""


@pytest.mark.parametrize(
    ("on", "count"), [(date(2025, 3, 31), 0), (date(2025, 4, 1), 1), (date(2031, 3, 31), 1)]
)
def test_the_caps_of_r7_go_on_for_plans_decided_under_it(on, count):
    assert len(programme.version(R7).caps_for(Kind.SOFT, Tier.MUNICIPALITY, on)) == count


@pytest.mark.parametrize("rule", RULES_OF_THE_CONTRACT)
@pytest.mark.parametrize("version", [R7, R8])
def test_every_rule_of_the_contract_has_a_source(version, rule):
    assert programme.version(version).source_of(rule)


def test_the_contract_names_thirty_six_rules():
    assert len(set(RULES_OF_THE_CONTRACT)) == 36


def test_an_unknown_rule_has_no_source():
    with pytest.raises(KeyError, match="no_such_rule"):
        programme.version(R7).source_of("no_such_rule")


@pytest.mark.parametrize(
    "ask", ["rule", "definition", "members", "setting", "figure", "rate", "setting_source"]
)
def test_what_a_version_does_not_state_is_a_key_error(ask):
    with pytest.raises(KeyError, match=r"R7-dai2sedai has no .*no_such"):
        getattr(programme.version(R7), ask)("no_such")


def test_a_definition_quotes_the_term():
    assert programme.version(R7).definition("national_share").name_ja == "国費"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("rounding_unit_decision_yen", 1_000),
        ("rounding_unit_settlement_yen", 1),
        ("withdrawal_days", 15),
        ("return_due_days", 20),
        ("objection_days", 30),
        ("kpi_fewest", 1),
        ("kpi_most", 4),
        ("prior_years_unpublished_gap", 2),
        ("retention_years", 5),
        ("asset_threshold_yen", 500_000),
    ],
)
def test_a_whole_number_setting(name, value):
    assert programme.version(R7).setting_int(name) == value


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("class_cut", Fraction(7, 10)),
        ("minor_change_share", Fraction(1, 5)),
        ("double_funding_share", Fraction(1, 2)),
        ("addon_daily_rate", Fraction(3, 10_000)),
        ("late_daily_rate", Fraction(3, 10_000)),
    ],
)
def test_a_fraction_setting_is_exact(name, value):
    assert programme.version(R7).setting_fraction(name) == value


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("guideline_without_justification", "refuse"),
        ("kpi_target_each_year", "refuse"),
        ("participation_gap", "warn"),
        ("carry_over_charges", "budget_year"),
    ],
)
def test_a_word_setting(name, value):
    assert programme.version(R7).setting_word(name) == value


def test_a_yes_or_no_setting():
    assert programme.version(R7).setting_bool("penal_hold") is False
    assert programme.version(R7).setting_bool("count_receipt_day") is True


@pytest.mark.parametrize(
    ("ask", "name"),
    [
        ("setting_int", "penal_hold"),
        ("setting_int", "class_cut"),
        ("setting_fraction", "withdrawal_days"),
        ("setting_fraction", "participation_gap"),
        ("setting_word", "class_cut"),
        ("setting_word", "withdrawal_days"),
        ("setting_bool", "withdrawal_days"),
    ],
)
def test_a_setting_asked_for_as_another_type_is_a_type_error(ask, name):
    with pytest.raises(TypeError, match=name):
        getattr(programme.version(R7), ask)(name)


def test_every_setting_says_whose_it_is_and_where_it_is_written():
    r7 = programme.version(R7)
    for setting in r7.settings:
        assert setting.mark in {"A", "S"}
        assert r7.setting_source(setting.name) == setting.source


def test_an_assumption_names_the_report_or_the_row_it_comes_from():
    for setting in programme.version(R7).settings:
        assert "lifecycle.md" in setting.source or "seed G" in setting.source or "art." in setting.source


def test_the_digest_is_that_of_the_file():
    assert programme.version(R7).sha256 == hashlib.sha256((FILES / f"{R7}.toml").read_bytes()).hexdigest()


def test_a_version_cannot_be_changed():
    with pytest.raises(AttributeError):
        programme.version(R7).status = "closed"
    with pytest.raises(AttributeError):
        programme.version(R7).caps[0].limit_yen = 1


# ---- R8: undetermined ----------------------------------------------------------------------------------


def test_r8_is_undetermined_until_a_person_confirms_it():
    r8 = programme.version(R8)
    assert r8.status == "undetermined"
    assert r8.needs_confirmation
    assert r8.inherits == R7


def test_r8_inherits_every_figure_of_r7_and_says_so():
    r7, r8 = programme.version(R7), programme.version(R8)
    remark = " (inherited from R7-dai2sedai)"
    assert r8.caps == tuple(msgspec.structs.replace(cap, source=cap.source + remark) for cap in r7.caps)
    assert [setting.value for setting in r8.settings] == [setting.value for setting in r7.settings]
    assert r8.rate(Kind.SOFT).rate == Fraction(1, 2)
    assert r8.figure("infrastructure_years_max") == (
        7,
        "hard",
        r7.source_of("infrastructure_years_max") + remark,
    )
    assert r8.members("sectors")[0].source.endswith(remark)


def test_r8_pins_both_files():
    r7, r8 = programme.version(R7), programme.version(R8)
    assert r8.sha256 == hashlib.sha256((FILES / f"{R8}.toml").read_bytes()).hexdigest()
    assert r8.inherited_sha256 == r7.sha256


@pytest.mark.parametrize(
    ("programme_ja", "type_ja", "expected"),
    [
        ("地域未来交付金", "地域未来推進型", R8),
        ("新しい地方経済・生活環境創生交付金", "第２世代交付金", R7),
        ("デジタル田園都市国家構想交付金", "デジタル実装タイプ 地方創生テレワーク型", R6),
        ("地域未来交付金", "", None),  # the name alone covers another type too
        ("地域未来交付金", "デジタル実装型", None),
    ],
)
def test_a_public_name_and_type_lead_to_a_version(programme_ja, type_ja, expected):
    found = programme.called(programme_ja, type_ja)
    assert (found.id if found else None) == expected
