"""Every case of this milestone is told by a test of its name."""

from __future__ import annotations

import csv
import re
from pathlib import Path

CASES = Path(__file__).parents[1] / "data" / "cases.csv"
MILESTONE = [
    *("C01", "C02", "C04", "C07", "C09", "C10"),  # caps
    *("C12", "C13", "C15", "C16", "C18", "C19", "C20", "C21"),  # applications
    *("C22", "C23", "C24", "C38", "C41", "C48"),  # decisions
    "C26",  # money
    *("C46", "C50", "C51", "C52"),  # effect
    *("C49", "C65"),  # programmes
]
"""Cases that what is built so far can tell."""

TEST = re.compile(r"^def test_(c[0-9]{2})_", re.MULTILINE)


def case_ids() -> list[str]:
    with CASES.open(encoding="utf-8", newline="") as file:
        return [row["id"] for row in csv.DictReader(file)]


def told_ids() -> set[str]:
    files = Path(__file__).parent.glob("test_*.py")
    return {case.upper() for file in files for case in TEST.findall(file.read_text(encoding="utf-8"))}


def test_every_case_of_the_milestone_stands_in_the_list_of_cases() -> None:
    assert set(MILESTONE) <= set(case_ids())


def test_every_case_of_the_milestone_has_a_test_of_its_name() -> None:
    assert [case for case in MILESTONE if case not in told_ids()] == []


def test_no_test_tells_a_case_that_is_not_in_the_list() -> None:
    assert told_ids() <= set(case_ids())


def test_a_case_is_listed_once() -> None:
    assert len(set(case_ids())) == len(case_ids())
