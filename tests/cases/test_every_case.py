"""Every acceptance case is told by a test of its name."""

from __future__ import annotations

import csv
import re
from pathlib import Path

CASES = Path(__file__).parents[1] / "data" / "cases.csv"
TEST = re.compile(r"^def test_(c[0-9]{2})_", re.MULTILINE)


def case_ids() -> list[str]:
    with CASES.open(encoding="utf-8", newline="") as file:
        return [row["id"] for row in csv.DictReader(file)]


def told_ids() -> set[str]:
    files = Path(__file__).parent.glob("test_*.py")
    return {case.upper() for file in files for case in TEST.findall(file.read_text(encoding="utf-8"))}


def test_every_case_has_a_test_of_its_name() -> None:
    assert [case for case in case_ids() if case not in told_ids()] == []


def test_no_test_tells_a_case_that_is_not_in_the_list() -> None:
    assert told_ids() <= set(case_ids())


def test_the_cases_are_listed_once_each_and_all_49_of_them() -> None:
    assert len(set(case_ids())) == len(case_ids()) == 49
