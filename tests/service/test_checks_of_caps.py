"""`grants check caps`: every column of a cap row is held to the log, which is added up twice in two ways."""

from __future__ import annotations

from contextlib import contextmanager

import pytest
from store.office import HIROSHIMA, YOKOHAMA, Office, continuing, new, project_of

from lifecycle.checks.cap_rows import COLUMNS
from lifecycle.projections import cap_usage
from lifecycle.service import new_application

from .tampering import messages
from .telling import OKU

SOFT = f"{HIROSHIMA}/soft/fiscal_year/2025"
STORED = f"at the end of the log the stored row of {SOFT}"

FORGED = {
    "authority": ("'011002'", "authority 011002", "authority 340006"),
    "rule": ("'zz'", "rule zz", "rule soft_fy_prefecture"),
    "kind": ("'facility'", "kind facility", "kind soft"),
    "period": ("'plan'", "period plan", "period fiscal_year"),
    "strength": ("'guideline'", "strength guideline", "strength hard"),
    "limit_yen": ("9000000000", "limit_yen 9,000,000,000", "limit_yen 1,500,000,000"),
    "source": ("'forged'", "source forged", "source seed G10"),
    "fiscal_year": ("2031", "fiscal_year 2031", "fiscal_year 2025"),
    "project": ("'340006-2025-01'", "project 340006-2025-01", "project nothing"),
    "first_year": ("2031", "first_year 2031", "first_year nothing"),
    "last_year": ("2000", "last_year 2000", "last_year nothing"),
    "own_requested_yen": ("77", "own_requested_yen 77", "own_requested_yen 0"),
    "own_reserved_yen": ("'much'", "own_reserved_yen 'much'", "own_reserved_yen 0"),
    "own_used_yen": ("0", "own_used_yen 0", "own_used_yen 9,000"),
    "seq": ("999", "seq 999", "seq 4"),
    "freed_on": ("NULL", "freed_on nothing", "freed_on 2025-04-01"),
}
"""A column beside the amounts, what somebody writes into it, and how both are told."""

AMOUNTS = ("requested_yen", "reserved_yen", "used_yen")


# ---------------------------------------------------------------------- rows that were changed


def test_every_column_of_a_cap_row_is_tried():
    assert {*FORGED, *AMOUNTS, "window"} == {*COLUMNS, "authority"}


@pytest.mark.parametrize("column", FORGED)
def test_caps_finds_whatever_a_row_says_that_the_log_does_not(tampered, column):
    value, said, logged = FORGED[column]
    office = tampered(lambda db: db.execute(f"UPDATE cap_usage SET {column} = {value}"))
    (told,) = messages(office, "caps")
    assert told.startswith(f"{STORED} says {said}; the log says {logged}")


@pytest.mark.parametrize("column", AMOUNTS)
def test_caps_finds_an_amount_that_is_no_number(tampered, column):
    def spoil(db):
        db.execute("PRAGMA ignore_check_constraints = 1")
        db.execute(f"UPDATE cap_usage SET {column} = 'much'")

    (told,) = messages(tampered(spoil), "caps")
    assert f"{column.removesuffix('_yen')} 'much'" in told
    assert told.startswith(f"{STORED} holds ")


@pytest.mark.parametrize("window", ["'340006/soft/fiscal_year/2031'", "x'ff00'"])
def test_caps_finds_a_row_of_a_window_that_the_log_does_not_know(tampered, window):
    office = tampered(lambda db: db.execute(f"UPDATE cap_usage SET window = {window}"))
    told = messages(office, "caps")
    assert f"{STORED} holds nothing; the log adds up to requested 0, reserved 0, used 9,000 yen" in told
    assert sum("the log adds up to nothing" in line for line in told) == 1
    assert len(told) == 2


def test_every_row_of_a_long_life_is_held_to_the_log(tampered, lived):
    office = tampered(lambda db: db.execute("UPDATE cap_usage SET seq = seq + 1, source = 'forged'"), lived)
    windows = [row[0] for row in office.rows("SELECT window FROM cap_usage ORDER BY window")]
    assert len(windows) >= 4
    told = messages(office, "caps")
    assert [line.partition(" says ")[0].rpartition(" ")[2] for line in told] == windows
    assert all(" source forged, seq " in line for line in told)


@pytest.mark.parametrize("column", ["ordinary_limit", "outside_limit"])
def test_caps_finds_slots_with_another_limit_than_the_log_says(tampered, column):
    office = tampered(lambda db: db.execute(f"UPDATE application_slots SET {column} = 99"))
    (told,) = messages(office, "caps")
    room = {"ordinary_limit": (99, 2), "outside_limit": (10, 99)}[column]
    assert "has room for {} new applications and {} outside the limit".format(*room) in told
    assert told.endswith("the log says 10 and 2")


def test_caps_and_slots_are_those_of_the_state_whose_log_was_read(office, monkeypatch):
    """Whatever others commit while the sums are compared stands in neither."""
    office.submitted(new(YOKOHAMA, soft=1_000))
    snapshot = office.grants.store.snapshot

    @contextmanager
    def overtaken():
        with snapshot() as database:
            yield database
        beside = Office(office.path, office.clock)
        beside.submitted(new(YOKOHAMA, soft=1_000))
        beside.close()

    with monkeypatch.context() as while_others_write:
        while_others_write.setattr(office.grants.store, "snapshot", overtaken)
        assert messages(office, "caps") == []
    assert len(list(office.tell("list"))) == 2


# ---------------------------------------------------------------------- two ways to the same rows


def test_a_plan_of_which_nothing_is_asked_yet_has_no_window_and_no_finding(office):
    """Its window was missing for ever to the second derivation: it opens with the first yen."""
    office.submitted(new(YOKOHAMA, soft=1_000, infrastructure=6 * OKU))
    application = new(YOKOHAMA, last=2026, soft=1_000, infrastructure=OKU)
    application["components"][1]["years"][0] = {"fiscal_year": 2025, "eligible_cost_yen": 1_998}
    first = office.submitted(application)
    assert messages(office, "caps") == []
    assert plans(office) == {f"{YOKOHAMA}-2025-01": 6 * OKU}
    office.submitted(continuing(project_of(first), 2026))
    assert messages(office, "caps") == []
    assert plans(office) == {f"{YOKOHAMA}-2025-01": 7 * OKU, f"{YOKOHAMA}-2025-02": 7 * OKU}


def test_a_plan_that_asked_for_a_yen_once_keeps_its_window(office):
    office.submitted(new(YOKOHAMA, soft=1_000, infrastructure=6 * OKU))
    office.do("withdraw", grant=office.submitted(new(YOKOHAMA, soft=1_000, infrastructure=1_000)))
    assert messages(office, "caps") == []
    assert plans(office) == {f"{YOKOHAMA}-2025-01": 6 * OKU, f"{YOKOHAMA}-2025-02": 6 * OKU}


def plans(office):
    """What is asked for in each plan window of Yokohama."""
    windows = office.tell("caps", authority=YOKOHAMA)["windows"]
    return {w["project"]: w["requested_yen"] for w in windows if w["period"] == "plan"}


@pytest.fixture
def moved(office):
    """A plan that was lengthened, and whose year was withdrawn then."""
    grant = office.approved(new(soft=1_000, infrastructure=OKU))
    change = office.do("request_change", grant=grant, last_year=2026)["change"]
    office.do("approve_change", change=change)
    office.do("withdraw", grant=grant)
    return office


def keeps_its_years(patch):
    patch.setattr(cap_usage, "_moved", lambda rows, event: {})


def forgets_what_was_freed(patch):
    counted = cap_usage._counted

    def forgetful(before, after, event):
        return counted(before, after, None)

    patch.setattr(cap_usage, "_counted", forgetful)


def redraws_on_release(patch):
    replaced = cap_usage._add

    def redrawing(rows, changes, windows):
        other = [window.__replace__(source="of today") for window in windows]
        return replaced(rows, changes, other)

    patch.setattr(cap_usage, "_add", redrawing)


@pytest.mark.parametrize(
    ("seed", "said", "logged"),
    [
        (keeps_its_years, "last_year 2025", "last_year 2026"),
        (forgets_what_was_freed, "freed_on nothing", "freed_on 2025-04-01"),
        (redraws_on_release, "source of today", "source seed G30"),
    ],
)
def test_a_projection_that_is_wrong_beside_the_amounts_is_told_of(moved, monkeypatch, seed, said, logged):
    assert messages(moved, "caps") == []
    with monkeypatch.context() as patch:
        seed(patch)
        told = messages(moved, "caps")
    (of_plan,) = [line for line in told if f"the projection of {HIROSHIMA}/infrastructure/plan/" in line]
    found, _, expected = of_plan.partition("; the log says ")
    assert (said in found, logged in expected) == (True, True)


# ---------------------------------------------------------------------- a year that its plan leaves out


@pytest.fixture
def left_out(office, monkeypatch):
    """A grant of FY2026 with infrastructure, whose plan was corrected to end in FY2025, as it once could be."""
    first = office.submitted(new(YOKOHAMA, soft=1_000, infrastructure=5_000, last=2026))
    later = office.submitted(continuing(project_of(first), 2026))
    office.do("return_for_correction", grant=first, message="積算")
    monkeypatch.setattr(new_application, "refuse_years_left_out", lambda *_: None)
    office.do("resubmit", grant=first, application=new(YOKOHAMA, soft=1_000))
    return later


def test_caps_finds_a_grant_whose_year_its_plan_leaves_out_until_it_comes_to_nothing(office, left_out):
    found = [message for message in messages(office, "caps") if "its plan ends with" in message]
    assert [message.partition(": ")[2] for message in found] == [
        f"{left_out} has infrastructure, and its plan ends with fiscal year 2025"
    ]
    office.do("withdraw", grant=left_out)
    assert messages(office, "caps") == []
