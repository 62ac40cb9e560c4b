"""What is wrong in a programme file is refused with file, key and line, and all of it at once."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from lifecycle import programme
from lifecycle.programme import ProgrammeDataError, load_directory
from lifecycle.programme.load import read_head
from lifecycle.values import Kind, Tier

FILES = Path(programme.__file__).parent
R6, R7, R8 = "R6-digiden.toml", "R7-dai2sedai.toml", "R8-mirai-suishin.toml"
SECOND_CAP = """
[[cap]]
id = "soft_fy_prefecture"
kind = "soft"
tier = "prefecture"
period = "fiscal_year"
limit_yen = 1_600_000_000
strength = "hard"
source = "test"
in_force_from = 2025-10-01
"""


@dataclass
class Rules:
    """A copy of the published files, to be spoilt."""

    path: Path

    def text(self, file: str) -> str:
        return (self.path / file).read_text(encoding="utf-8")

    def change(self, file: str, old: str, new: str) -> int:
        """Replace the first `old`; the line number (from 1) where it stood."""
        before, found, after = self.text(file).partition(old)
        assert found, f"{old!r} is not in {file}"
        (self.path / file).write_text(before + new + after, encoding="utf-8")
        return before.count("\n") + 1

    def add(self, file: str, text: str) -> int:
        """Append; the line number of the first line that is not empty."""
        before = self.text(file)
        (self.path / file).write_text(before + text, encoding="utf-8")
        return before.count("\n") + 1 + (len(text) - len(text.lstrip("\n")))

    def faults(self) -> list[tuple[str, str, int]]:
        with pytest.raises(ProgrammeDataError) as refused:
            load_directory(self.path)
        return [(fault.file, fault.key, fault.line) for fault in refused.value.faults]

    def message(self) -> str:
        with pytest.raises(ProgrammeDataError) as refused:
            load_directory(self.path)
        return refused.value.message


@pytest.fixture
def rules(tmp_path: Path) -> Rules:
    for file in FILES.glob("*.toml"):
        shutil.copy(file, tmp_path)
    return Rules(tmp_path)


def from_r7(line: int, key: str) -> list[tuple[str, str, int]]:
    return [(R7, key, line)]


def test_the_published_files_load(rules):
    assert list(load_directory(rules.path)) == ["R6-digiden", "R7-dai2sedai", "R8-mirai-suishin"]


def test_the_refusal_has_code_exit_and_one_clear_line_a_fault(rules):
    line = rules.change(R7, "1_500_000_000", '"15億"')
    with pytest.raises(ProgrammeDataError) as refused:
        load_directory(rules.path)
    assert (refused.value.code, refused.value.exit) == ("bad_programme_data", 2)
    assert refused.value.message == f"{R7}, line {line}, cap[0].limit_yen: Expected `int`, got `str` ('15億')"


@pytest.mark.parametrize(
    "figure", ['"1_500_000_000"', "1.5e9", "1_500_000_000.0", "-1", "0", "true", "2025-04-01", "[1]"]
)
def test_a_figure_that_is_no_positive_whole_number_is_refused(rules, figure):
    line = rules.change(R7, "1_500_000_000", figure)
    assert rules.faults() == from_r7(line, "cap[0].limit_yen")


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ('kind = "facility"', 'kind = "building"', "cap[3].kind"),
        ('tier = "municipality"', 'tier = "village"', "cap[2].tier"),
        ('period = "project"', 'period = "decade"', "cap[6].period"),
        ('strength = "guideline"', 'strength = "soft"', "cap[3].strength"),
        ('max_strength = "hard"', 'max_strength = "iron"', "plan_length.soft.max_strength"),
        ('status = "authoritative"', 'status = "draft"', "status"),
    ],
)
def test_an_unknown_word_is_refused(rules, old, new, key):
    line = rules.change(R7, old, new)
    assert rules.faults() == from_r7(line, key)


def test_an_unknown_kind_in_a_table_header_is_refused(rules):
    line = rules.change(R7, "[plan_length.infrastructure]", "[plan_length.road]")
    assert rules.faults() == [(R7, "plan_length.road", line)]


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ('series = "regional"\n', 'series = "regional"\nbudget_yen = 1\n', "budget_yen"),
        ("limit_yen = 1_500_000_000", "note = 1\nlimit_yen = 1_500_000_000", "cap[0].note"),
        ("principle_years = 5", "min_years = 1\nprinciple_years = 5", "plan_length.infrastructure.min_years"),
        ('name_ja = "一本の申請"', 'id = "x"\nname_ja = "一本の申請"', "rule.single_application.id"),
    ],
)
def test_an_unknown_key_is_refused_at_every_level(rules, old, new, key):
    line = rules.change(R7, old, new)
    offset = new.splitlines().index(next(row for row in new.splitlines() if row not in old))
    assert rules.faults() == from_r7(line + offset, key)


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        (
            "withdrawal_days = { value = 15,",
            "withdrawal_days = { vlaue = 1, value = 15,",
            "setting.withdrawal_days.vlaue",
        ),
        ("media = { name_ja", 'media = { colour = "red", name_ja', "member.sectors.media.colour"),
        ('soft = { rate = "1/2"', 'soft = { floor = 1, rate = "1/2"', "rate.soft.floor"),
    ],
)
def test_an_unknown_key_inside_one_line_is_refused(rules, old, new, key):
    line = rules.change(R7, old, new)
    assert rules.faults() == from_r7(line, key)


def test_an_unknown_table_is_refused(rules):
    line = rules.add(R7, "\n[bonus]\nx = 1\n")
    assert rules.faults() == from_r7(line, "bonus")


@pytest.mark.parametrize("key", ["source", "strength", "in_force_from", "limit_yen", "kind", "id"])
def test_a_missing_key_is_reported_at_its_table(rules, key):
    text = rules.text(R7)
    start = text.index("[[cap]]")
    row = next(row for row in text[start:].splitlines() if row.startswith(f"{key} = "))
    before, block = text[:start], text[start:].replace(row + "\n", "", 1)
    (rules.path / R7).write_text(before + block, encoding="utf-8")
    assert rules.faults() == from_r7(before.count("\n") + 1, f"cap[0].{key}")


def test_a_missing_key_of_the_version_is_reported_at_the_top(rules):
    rules.change(R7, 'series = "regional"\n', "")
    assert rules.faults() == from_r7(1, "series")


def test_an_empty_source_is_refused(rules):
    line = rules.change(R7, 'max_source = "seed G15', 'max_source = "" #')
    assert rules.faults() == from_r7(line, "plan_length.soft.max_source")


def test_a_date_written_as_text_is_refused(rules):
    line = rules.change(R7, "in_force_from = 2025-04-01  #", 'in_force_from = "2025-04-01"  #')
    assert rules.faults() == from_r7(line, "in_force_from")


def test_a_date_with_a_time_is_refused(rules):
    line = rules.change(R7, "in_force_until = 2026-03-31", "in_force_until = 2026-03-31T00:00:00")
    assert rules.faults() == from_r7(line, "in_force_until")


def test_a_version_that_ends_before_it_begins_is_refused(rules):
    line = rules.change(R7, "in_force_until = 2026-03-31", "in_force_until = 2025-03-31")
    assert rules.faults() == from_r7(line, "in_force_until")


def test_a_cap_that_ends_before_it_begins_is_refused(rules):
    line = rules.add(R7, SECOND_CAP + "in_force_until = 2025-09-30\n")
    assert (R7, "cap[15].in_force_until", line + 9) in rules.faults()


def test_two_caps_of_one_id_that_overlap_are_refused(rules):
    line = rules.add(R7, SECOND_CAP)
    assert rules.faults() == from_r7(line + 8, "cap[15].in_force_from")


def test_a_cap_may_change_on_a_date(rules):
    rules.change(R7, 'source = "seed G10', 'in_force_until = 2025-09-30\nsource = "seed G10')
    rules.add(R7, SECOND_CAP)
    r7 = load_directory(rules.path)["R7-dai2sedai"]
    limits = {
        on: [cap.limit_yen for cap in r7.caps_for(Kind.SOFT, Tier.PREFECTURE, on)]
        for on in (date(2025, 9, 30), date(2025, 10, 1))
    }
    assert limits == {date(2025, 9, 30): [1_500_000_000], date(2025, 10, 1): [1_600_000_000]}


def test_a_cap_whose_id_says_another_tier_is_refused(rules):
    line = rules.change(R7, 'id = "soft_fy_core_hub"', 'id = "soft_fy_municipality"')
    assert (R7, "cap[1].id", line) in rules.faults()


def test_a_duplicate_id_in_two_tables_is_refused(rules):
    table = '\n[rule.new_applications]\nname_ja = "x"\nstrength = "hard"\nstatement = "x"\n'
    line = rules.add(R7, table + 'source = "x"\nin_force_from = 2025-04-01\n')
    assert rules.faults() == from_r7(line, "rule.new_applications")
    assert "duplicate id new_applications: it stands at limit.new_applications already" in rules.message()


def test_a_duplicate_id_in_one_table_is_refused(rules):
    line = rules.add(R7, "\n[rule.retention]\n")
    assert rules.faults() == from_r7(line, "rule.retention")


def test_a_duplicate_alias_is_refused(rules):
    alias = '\n[[alias]]\nprogramme_ja = "地域未来交付金"\ntype_ja = "地域未来推進型"\n'
    line = rules.add(R8, alias + 'source = "x"\nin_force_from = 2026-04-01\n')
    assert rules.faults() == [(R8, "alias[1]", line)]


def test_a_principle_longer_than_the_maximum_is_refused(rules):
    line = rules.change(R7, "principle_years = 3", "principle_years = 6")
    assert rules.faults() == from_r7(line, "plan_length.soft.principle_years")


@pytest.mark.parametrize("rate", ['"0.5"', "0.5", '"1/0"', '"3/2"', '"0/2"', '"-1/2"', '"１/２"', "1"])
def test_a_rate_that_is_no_exact_share_is_refused(rules, rate):
    line = rules.change(R7, 'soft = { rate = "1/2"', f"soft = {{ rate = {rate}")
    assert rules.faults() == from_r7(line, "rate.soft.rate")


@pytest.mark.parametrize("value", ['"15"', '"1_000"', '"15 days"', '""', "1.5", "-15", "2025-04-01", "[15]"])
def test_a_setting_that_is_neither_number_fraction_nor_word_is_refused(rules, value):
    line = rules.change(R7, "withdrawal_days = { value = 15", f"withdrawal_days = {{ value = {value}")
    assert rules.faults() == from_r7(line, "setting.withdrawal_days.value")


def test_an_unknown_mark_is_refused(rules):
    line = rules.change(R7, 'mark = "S"', 'mark = "B"')
    assert rules.faults() == from_r7(line, "setting.double_funding_share.mark")


def test_a_setting_without_its_table_is_refused(rules):
    line = rules.add(R7, "surprise = 3\n")
    assert rules.faults() == from_r7(line, "setting.surprise")


def test_caps_that_are_no_list_are_refused(rules):
    line = rules.add(R8, "\n[cap]\nlimit_yen = 1\n")
    assert rules.faults() == [(R8, "cap", line)]


def test_text_that_is_not_toml_is_refused(rules):
    line = rules.change(R7, "limit_yen = 400_000_000", "limit_yen = 400,000,000")
    assert rules.faults() == from_r7(line, "limit_yen")


def test_a_file_that_breaks_off_is_refused_at_its_end(rules):
    rules.add(R6, 'note = """')
    assert [(file, line) for file, _, line in rules.faults()] == [(R6, rules.text(R6).count("\n") + 1)]


def test_bytes_that_are_not_utf_8_are_refused_with_their_line(rules):
    raw = (rules.path / R6).read_bytes()
    (rules.path / R6).write_bytes(raw + "年度".encode("shift_jis"))
    assert rules.faults() == [(R6, "", raw.count(b"\n") + 1)]


def test_a_file_under_another_name_is_refused(rules):
    shutil.move(rules.path / R6, rules.path / "R5-digiden.toml")
    line = rules.text("R5-digiden.toml").split("\nid = ")[0].count("\n") + 2
    assert rules.faults() == [("R5-digiden.toml", "id", line)]


def test_inheriting_from_an_unknown_version_is_refused(rules):
    line = rules.change(R8, 'inherits = "R7-dai2sedai"', 'inherits = "R7-other"')
    assert rules.faults() == [(R8, "inherits", line)]


@pytest.mark.parametrize("name", ["R8-mirai-suishin", "../R7-dai2sedai"])
def test_inheriting_from_itself_or_from_a_path_is_refused(rules, name):
    line = rules.change(R8, 'inherits = "R7-dai2sedai"', f'inherits = "{name}"')
    assert rules.faults() == [(R8, "inherits", line)]


def test_inheriting_in_a_chain_is_refused(rules):
    chain = rules.text(R8).replace("R8-mirai-suishin", "R9").replace("R7-dai2sedai", "R8-mirai-suishin")
    (rules.path / "R9.toml").write_text(chain.replace('"regional"', '"other"'), encoding="utf-8")
    line = chain.split("\ninherits")[0].count("\n") + 2
    assert rules.faults() == [("R9.toml", "inherits", line)]


def test_two_versions_of_a_series_in_force_at_once_are_refused(rules):
    line = rules.change(R8, "in_force_from = 2026-04-01", "in_force_from = 2026-03-31")
    assert rules.faults() == [(R8, "in_force_from", line)]


def test_versions_of_two_series_may_be_in_force_at_once(rules):
    rules.change(R8, "in_force_from = 2026-04-01", "in_force_from = 2026-03-31")
    rules.change(R8, 'series = "regional"', 'series = "other"')
    assert len(load_directory(rules.path)) == 3


def test_an_open_version_that_leaves_figures_out_is_refused(rules):
    rules.change(R8, 'inherits = "R7-dai2sedai"\n', "")
    assert [key for _, key, _ in rules.faults()] == ["cap"] * 9 + ["plan_length"] * 3 + ["rate"] * 3


def test_an_own_figure_supersedes_the_inherited_one(rules):
    rules.add(R8, SECOND_CAP.replace("2025-10-01", "2026-04-01"))
    r8 = load_directory(rules.path)["R8-mirai-suishin"]
    (cap,) = r8.caps_for(Kind.SOFT, Tier.PREFECTURE, date(2026, 4, 1))
    assert (cap.limit_yen, cap.source) == (1_600_000_000, "test")
    assert len(r8.caps) == 15


def test_all_faults_of_all_files_are_listed_in_order(rules):
    first = rules.change(R7, 'status = "authoritative"', 'status = "draft"')
    second = rules.change(R7, "limit_yen = 400_000_000", "limit_yen = 0.4\nlimit = 5")
    other = rules.change(R6, "in_force_until = 2025-03-31", "in_force_until = 2022-03-31")
    assert rules.faults() == [
        (R6, "in_force_until", other),
        (R7, "status", first),
        (R7, "cap[13].limit_yen", second),
        (R7, "cap[13].limit", second + 1),
    ]


def test_a_directory_without_versions_is_refused(tmp_path):
    with pytest.raises(ProgrammeDataError, match="no programme version"):
        load_directory(tmp_path)


@pytest.mark.parametrize("file", [R6, R7, R8])
def test_the_dates_read_cheaply_are_those_of_the_whole_file(file):
    head = read_head(FILES / file)
    whole = programme.version(head.id)
    assert (head.in_force_from, head.in_force_until) == (whole.in_force_from, whole.in_force_until)
    assert (head.series, head.status, head.inherits) == (whole.series, whole.status, whole.inherits)


@pytest.mark.parametrize("spoil", ["in_force_from = 2025-04-01  #", 'name = "Grant'])
def test_a_faulty_head_is_refused_when_read_cheaply(rules, spoil):
    line = rules.change(R7, spoil, f"== {spoil}")
    with pytest.raises(ProgrammeDataError) as refused:
        read_head(rules.path / R7)
    assert [(fault.file, fault.line) for fault in refused.value.faults] == from_line(line)


def from_line(line: int) -> list[tuple[str, int]]:
    return [(R7, line)]
