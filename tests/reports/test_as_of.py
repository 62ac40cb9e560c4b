"""時点: a report of a point that is passed is the same for ever, and the same as the one served at that point (I20)."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from nightly.logs import Growing, golden
from service.telling import refusal_of
from store.office import HIROSHIMA, Clock, Office, command, elsewhere, new, office_at

from lifecycle.errors import Busy, IntegrityFailure
from lifecycle.nightly import nightly
from lifecycle.reports import REPORTS
from lifecycle.values import JAPAN

from .shell import Shell

NAMES = [name for name in REPORTS if name != "own_agenda"]
G = f"{HIROSHIMA}-2025-01/2025"


def bytes_of(office: Office, name: str, **fields: Any) -> bytes:
    """A report as JSON."""
    if name == "own_agenda":
        fields["authority"] = HIROSHIMA
    return json.dumps(office.tell("report", name=name, **fields), default=str).encode()


@pytest.mark.parametrize("name", REPORTS)
def test_what_a_report_says_of_a_passed_point_never_changes(tmp_path: Path, name: str) -> None:
    log = golden()
    growing = Growing(tmp_path / "g.db", log)
    office = Office(tmp_path / "g.db")
    told = {}
    for upto in range(20, len(log), 34):
        growing.grow(upto)
        told[upto] = bytes_of(office, name, as_of_event=upto)
    growing.grow(len(log))
    growing.nightly()
    assert {upto: bytes_of(office, name, as_of_event=upto) for upto in told} == told
    office.close()


@pytest.mark.parametrize("name", NAMES)
def test_what_is_served_is_what_is_folded_for_the_same_number(folded: Path, name: str) -> None:
    last = datetime(2030, 1, 1, 12, tzinfo=JAPAN)
    office = Office(folded, Clock(last))
    served = office.tell("report", name=name)
    apart = office.tell("report", name=name, as_of_event=len(golden()))
    assert served["heading"]["digest"] == apart["heading"]["digest"]
    assert served["heading"]["event"] == apart["heading"]["event"] == len(golden())
    assert served["footing"]["totals"] == apart["footing"]["totals"]
    if name not in ("returns", "assets", "cap_use"):  # these tell days, as of the day they are told on
        assert served["rows"] == apart["rows"]
    office.close()


@pytest.fixture
def told_late(tmp_path: Path):
    """Paid on 1 July and told on 20 July."""
    office = office_at(tmp_path / "late.db")

    def at(month: int, day: int) -> None:
        office.clock.at = datetime(2025, month, day, 12, tzinfo=JAPAN)

    at(5, 1)
    office.approved(new(soft=10_000))
    at(7, 20)
    office.do("disburse", grant=G, amount_yen=4_000, payment="advance", on="2025-07-01")
    yield office
    office.close()


def advanced(office: Office, **point: Any) -> int:
    """Yen paid in advance by the report of a point."""
    return int(office.tell("report", name="decisions", **point)["footing"]["totals"]["advanced_yen"])


def test_a_report_reads_both_clocks(told_late: Office) -> None:
    assert advanced(told_late, as_of="2025-07-10") == 0
    assert advanced(told_late, as_of="2025-07-10", clock="effective") == 4_000
    assert advanced(told_late, as_of="2025-06-30", clock="effective") == 0
    assert advanced(told_late, as_of="2025-07-20") == 4_000


def test_a_later_event_that_is_dated_back_moves_no_passed_point_of_the_recorded_clock(told_late: Office):
    before = bytes_of(told_late, "decisions", as_of="2025-07-25")
    told_late.clock.at = datetime(2025, 8, 1, 12, tzinfo=JAPAN)
    told_late.do("disburse", grant=G, amount_yen=1_000, payment="advance", on="2025-07-02")
    assert bytes_of(told_late, "decisions", as_of="2025-07-25") == before
    assert advanced(told_late, as_of="2025-07-25", clock="effective") == 5_000


def test_before_the_first_night_a_report_is_folded_from_the_log_as_it_is(told_late: Office) -> None:
    assert advanced(told_late) == 4_000


def test_after_a_night_a_report_says_what_that_night_left_and_where_it_stands(told_late: Office) -> None:
    nightly(told_late.grants.store, told_late.clock)
    told_late.do("import_decision", **elsewhere("011002", 2025, soft=7))
    found = told_late.tell("report", name="decisions")
    assert found["heading"]["event"] == told_late.events() - 2
    assert found["heading"]["as_of"] == "the last nightly run"
    assert [row["authority"] for row in found["rows"]] == [HIROSHIMA]


def test_a_table_that_was_changed_from_outside_is_not_printed(told_late: Office) -> None:
    nightly(told_late.grants.store, told_late.clock)
    told_late.connection.execute("UPDATE read_rows SET cells = replace(cells, '4000', '4001')")
    with pytest.raises(IntegrityFailure, match="grant_register was changed from outside"):
        told_late.tell("report", name="decisions")
    assert advanced(told_late, as_of_event=told_late.events()) == 4_000


def test_an_unpaid_order_is_told_in_days_up_to_the_day_of_the_point(told_late: Office) -> None:
    told_late.clock.at = datetime(2026, 4, 1, 12, tzinfo=JAPAN)
    told_late.do("report_completion", grant=G, actuals={"soft": 2_000}, on="2026-04-01")
    told_late.do("settle", grant=G, on="2026-04-02")
    told_late.do(
        "order_return", grant=G, basis="overpayment", amount_yen=3_000, due_on="2026-04-22", on="2026-04-02"
    )
    days = {
        day: told_late.tell("report", name="returns", as_of=day)["rows"][0]["unpaid_days"]
        for day in ("2026-04-22", "2026-04-23", "2026-05-22")
    }
    assert days == {"2026-04-22": 0, "2026-04-23": 1, "2026-05-22": 30}


def test_a_return_that_is_due_on_a_closed_day_is_unpaid_from_the_day_that_bears_late_money(
    told_late: Office,
) -> None:
    told_late.clock.at = datetime(2025, 12, 1, 12, tzinfo=JAPAN)
    told_late.do("revoke", grant=G, amount_yen="all", fault="recipient", reason="目的外使用", on="2025-11-01")
    order = told_late.do(
        "order_return", grant=G, basis="revocation", amount_yen=4_000, due_on="2025-11-22", on="2025-11-01"
    )["order"]
    days = {
        day: told_late.tell("report", name="returns", as_of=f"2025-11-{day}", clock="effective")["rows"][0][
            "unpaid_days"
        ]
        for day in (22, 24, 25, 26, 27)
    }
    assert days == {22: 0, 24: 0, 25: 0, 26: 1, 27: 2}
    told_late.do("record_return", order=order, amount_yen=4_000, on="2025-11-27")
    told_late.do("assess_return", order=order, on="2025-11-28")
    (row,) = told_late.tell("report", name="returns")["rows"]
    assert row["late_yen"] == 4_000 * days[27] * 3 // 10_000


def test_a_report_nobody_knows_is_refused_with_the_names_of_those_there_are(office: Office) -> None:
    refused = refusal_of(office.tell, "report", name="everything")
    assert refused.code == "bad_input"
    assert "decisions, cap_use" in refused.message


def test_the_agenda_of_an_authority_needs_the_authority(office: Office) -> None:
    assert "--authority" in refusal_of(office.tell, "report", name="own_agenda").message


def reading(office: Office, nights: int) -> list[Any]:
    """A report of which the first row is read, then these nights pass, then the rest is read."""
    with office.grants.open_report(command("report", name="decisions")) as sheet:
        rows = sheet.rows()
        first = next(rows)
        for number in range(nights):
            office.do("import_decision", **elsewhere("011002", 2025 + number, soft=7))
            nightly(office.grants.store, office.clock)
        return [first, *rows]


def test_a_night_that_passes_while_a_report_is_read_does_not_reach_it(told_late: Office) -> None:
    nightly(told_late.grants.store, told_late.clock)
    assert [row["authority"] for row in reading(told_late, nights=1)] == [HIROSHIMA]


def test_two_nights_in_one_reading_are_noticed_before_anybody_relies_on_it(told_late: Office) -> None:
    nightly(told_late.grants.store, told_late.clock)
    with pytest.raises(Busy, match="built anew while it was read"):
        reading(told_late, nights=2)


def test_a_report_that_is_behind_the_log_says_so_beside_its_answer(told_late: Office, tmp_path: Path) -> None:
    shell = Shell(told_late.path, tmp_path)
    nightly(told_late.grants.store, told_late.clock)
    assert shell("report", "decisions", "--json").err == ""
    told_late.do("import_decision", **elsewhere("011002", 2025, soft=7))
    behind = shell("report", "decisions", "--json")
    assert "2 were recorded since: grants nightly" in behind.err
    assert shell("report", "decisions", "--json", "--as-of-event", "12").err == ""
    assert json.loads(behind.out)["footing"]["rows"] == 1
