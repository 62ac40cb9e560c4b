"""Every row G02-G53 of the rule list stands in R7 with its figure, strength, source and date."""

from __future__ import annotations

import csv
import re
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from lifecycle import programme
from lifecycle.programme.model import Cap, Entry, PlanLength
from lifecycle.values import Kind, Tier

SEED = Path(__file__).parents[1] / "data" / "seed_rules.csv"
TITLE = "新しい地方経済・生活環境創生交付金（第２世代交付金）の概要"
BEGIN = date(2025, 4, 1)

with SEED.open(encoding="utf-8", newline="") as file:
    ROWS = {row["id"]: row for row in csv.DictReader(file) if "G02" <= row["id"] <= "G53"}

TIERS = {
    "prefecture": Tier.PREFECTURE,
    "core hub": Tier.CORE_HUB,
    "municipality": Tier.MUNICIPALITY,
}
CAP_ROWS = [row for row in ROWS.values() if " yen" in row["figure"]]
LENGTH_ROWS = [row for row in ROWS.values() if row["figure"].startswith("<=")]
RATE_ROWS = [row for row in ROWS.values() if row["figure"].startswith("1/2")]
COUNT_ROWS = {"G40": "new_applications", "G41": "new_applications_outside"}
OTHER_ROWS = {
    "G02": ("definition", "national_share"),
    "G03": ("definition", "tiers"),
    "G42": ("rule", "infrastructure_combination"),
    "G43": ("rule", "single_application"),
    "G44": ("definition", "integrated_support"),
    "G45": ("definition", "state_support"),
    "G46": ("rule", "strategy_reference"),
    "G47": ("rule", "four_criteria"),
    "G48": ("rule", "participation_stages"),
    "G49": ("rule", "participation_sectors"),
    "G50": ("rule", "measurement"),
    "G51": ("rule", "publication"),
    "G52": ("rule", "publication"),
    "G53": ("rule", "publication"),
}


@pytest.fixture(scope="module")
def r7() -> programme.ProgrammeVersion:
    return programme.version("R7-dai2sedai")


def yen_of(row: dict[str, str]) -> int:
    return int(re.match(r"([\d,]+) yen", row["figure"]).group(1).replace(",", ""))


def strength_of(row: dict[str, str]) -> str:
    return "hard" if row["kind"].startswith("hard") else "guideline"


def period_of(row: dict[str, str]) -> str:
    if row["scope"].startswith("per project"):
        return "project"
    return "plan" if row["scope"].endswith("plan period") else "fiscal_year"


def tiers_of(row: dict[str, str]) -> list[Tier]:
    return [tier for word, tier in TIERS.items() if word in row["term_en"]]


def caps_of(version: programme.ProgrammeVersion, row: dict[str, str]) -> list[Cap]:
    return [cap for cap in version.caps if cap.source.startswith(f"seed {row['id']}:")]


def test_the_rule_list_has_the_rows_it_had():
    assert len(ROWS) == 39
    assert len(CAP_ROWS) + len(LENGTH_ROWS) + len(RATE_ROWS) + len(COUNT_ROWS) + len(OTHER_ROWS) == 39


@pytest.mark.parametrize("row", CAP_ROWS, ids=lambda row: row["id"])
def test_a_cap_row_gives_figure_strength_kind_tier_and_period(r7, row):
    caps = caps_of(r7, row)
    assert [cap.tier for cap in caps] == tiers_of(row)
    for cap in caps:
        assert cap.limit_yen == yen_of(row)
        assert cap.strength == strength_of(row)
        assert cap.kind == row["scheme"]
        assert cap.period == period_of(row)
        assert cap.in_force_from == BEGIN
        assert cap.in_force_until is None


@pytest.mark.parametrize("row", CAP_ROWS, ids=lambda row: row["id"])
def test_the_figure_in_oku_agrees_with_the_figure_in_yen(row):
    oku = re.search(r"([\d]+)億円", row["figure"])
    if oku:
        assert int(oku.group(1)) * 100_000_000 == yen_of(row)


@pytest.mark.parametrize("row", LENGTH_ROWS, ids=lambda row: row["id"])
def test_a_plan_length_row_gives_years_and_strength(r7, row):
    word = "max" if row["kind"] == "hard cap" else "principle"
    value, strength, source = r7.figure(f"{row['scheme']}_years_{word}")
    assert value == int(re.match(r"<=(\d)", row["figure"]).group(1))
    assert strength == strength_of(row)
    assert source == f"seed {row['id']}: {TITLE}"


@pytest.mark.parametrize("row", RATE_ROWS, ids=lambda row: row["id"])
def test_a_rate_row_gives_an_exact_half(r7, row):
    rate = r7.rate(Kind(row["scheme"]))
    assert rate.rate == Fraction(1, 2)
    assert rate.ministry_may_set is ("ministry" in row["figure"])
    assert rate.source == f"seed {row['id']}: {TITLE}"


@pytest.mark.parametrize(("row_id", "rule"), COUNT_ROWS.items())
def test_a_count_row_gives_the_number_of_new_applications(r7, row_id, rule):
    value, strength, source = r7.figure(rule)
    assert value == int(re.match(r"\+?(\d+)", ROWS[row_id]["figure"]).group(1))
    assert strength == "hard"
    assert source == f"seed {row_id}: {TITLE}（注3）"


@pytest.mark.parametrize(("row_id", "place"), OTHER_ROWS.items())
def test_a_row_without_a_figure_stands_as_rule_or_definition(r7, row_id, place):
    section, name = place
    entry = r7.rule(name) if section == "rule" else r7.definition(name)
    assert row_id in entry.source
    assert TITLE in entry.source
    assert entry.strength
    assert entry.in_force_from == BEGIN
    if row_id not in {"G51", "G52", "G53"}:  # one rule for three parts
        assert entry.name_ja.removesuffix("４") in ROWS[row_id]["term_ja"]


@pytest.mark.parametrize("row_id", sorted(ROWS))
def test_every_row_is_cited_by_some_entry(r7, row_id):
    assert any(row_id in source for source in sources(r7))


def sources(version: programme.ProgrammeVersion) -> list[str]:
    found: list[str] = []
    for entry in entries(version):
        if isinstance(entry, PlanLength):
            found += [entry.principle_source, entry.max_source]
        else:
            found.append(entry.source)
    return found


def entries(version: programme.ProgrammeVersion) -> tuple[Entry, ...]:
    lists = (version.caps, version.plan_lengths, version.rates, version.limits, version.rules)
    words = (version.definitions, version.member_list, version.settings)
    return tuple(entry for group in (*lists, *words) for entry in group)


def test_no_entry_is_without_source_or_date(r7):
    assert all(sources(r7))
    assert {entry.in_force_from for entry in entries(r7)} == {BEGIN}


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("tier", Tier)
def test_every_kind_and_tier_has_its_caps(r7, kind, tier):
    words = {"soft": ["fy"], "facility": ["fy", "project"], "infrastructure": ["plan", "fy"]}[kind]
    assert [cap.id for cap in r7.caps_for(kind, tier, BEGIN)] == [f"{kind}_{word}_{tier}" for word in words]


@pytest.mark.parametrize(
    ("cap_id", "strength"),
    [
        ("soft_fy", "hard"),
        ("infrastructure_plan", "hard"),
        ("facility_fy", "guideline"),
        ("facility_project", "guideline"),
        ("infrastructure_fy", "guideline"),
    ],
)
@pytest.mark.parametrize("tier", Tier)
def test_a_cap_binds_as_strictly_as_the_contract_says(r7, cap_id, strength, tier):
    (cap,) = [cap for cap in r7.caps if cap.id == f"{cap_id}_{tier}"]
    assert cap.strength == strength


def test_fifty_oku_is_five_billion_yen(r7):
    (cap,) = [cap for cap in r7.caps if cap.id == "infrastructure_plan_prefecture"]
    assert cap.limit_yen == 5_000_000_000


@pytest.mark.parametrize(
    ("list_name", "words", "characters"),
    [
        ("four_criteria", "vision kpi self_reliance participation", ""),
        ("stages", "consideration implementation verification", "検討 実施 検証"),
        ("sectors", "industry government academia finance labour media", "産 官 学 金 労 言"),
        ("publication_parts", "verification evaluation measures", "効果検証 評価結果 改善方策"),
        ("tiers", "prefecture core_hub municipality", ""),
        ("integrated_support", "integrated_soft_hard cross_field", ""),
    ],
)
def test_a_closed_list_has_its_members_in_order(r7, list_name, words, characters):
    members = r7.members(list_name)
    assert [member.id for member in members] == words.split()
    if characters:
        assert [member.name_ja for member in members] == characters.split()


@pytest.mark.parametrize(
    ("row_id", "list_name"),
    [("G47", "four_criteria"), ("G48", "stages"), ("G49", "sectors")],
)
def test_the_list_quotes_the_words_of_its_row(r7, row_id, list_name):
    for member in r7.members(list_name):
        assert member.name_ja in ROWS[row_id]["term_ja"]
        assert member.source == f"seed {row_id}: {TITLE}"


@pytest.mark.parametrize(
    ("part", "row_id"), [("verification", "G51"), ("evaluation", "G52"), ("measures", "G53")]
)
def test_each_part_to_publish_quotes_its_own_row(r7, part, row_id):
    (member,) = [member for member in r7.members("publication_parts") if member.id == part]
    assert member.name_ja in ROWS[row_id]["term_ja"]
    assert member.strength == "hard"
    assert member.source == f"seed {row_id}: {TITLE}"
