"""What was stored is readable for ever: every event type and version, byte for byte."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace
from stateful.audit import torn
from store.office import new, office_at, project_of

from lifecycle.aggregates import AGGREGATES, EVENTS, Grant, Project
from lifecycle.aggregates.project import PlanCertified
from lifecycle.errors import IntegrityFailure
from lifecycle.projections import application_slots, cap_usage
from lifecycle.projections.application_slots import SlotRows
from lifecycle.projections.cap_usage import Amounts, Rows
from lifecycle.store import entries
from lifecycle.store.entries import read_entry, to_entry, to_event
from lifecycle.store.transaction import fold

from .chronicle import Chronicle
from .life import DECODED, ENTRIES, LIFE, live, lived, name_of, readable

GOLDEN = sorted(ENTRIES.glob("*.json"))
CERTIFIED = (ENTRIES / "project.plan_certified.v1.json").read_bytes()
LIFE_ENTRIES = LIFE.read_bytes().splitlines()


def again(entry: bytes) -> bytes:
    """The entry that is stored for the event in an entry."""
    stored = read_entry(entry)
    return to_entry(to_event(entry), stored.recorded_at, stored.caps)


def of_stream(stream: str) -> Any:
    """The aggregate of a stream of the life, at its end."""
    return fold(to_event(entry) for entry in LIFE_ENTRIES if read_entry(entry).stream == stream)


def test_every_event_type_has_its_golden_entry_in_every_version() -> None:
    expected = {
        f"{name}.v{version}" for name, (_, event) in EVENTS.items() for version in range(1, event.VERSION + 1)
    }
    assert {path.stem for path in GOLDEN} == expected


def test_every_golden_entry_has_its_readable_lines_and_stands_in_the_life() -> None:
    assert {path.stem for path in DECODED.glob("*.txt")} == {path.stem for path in GOLDEN}
    assert {path.read_bytes() for path in GOLDEN} <= set(LIFE_ENTRIES)


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_a_golden_entry_decodes_to_the_event_it_was(path: Path) -> None:
    entry = path.read_bytes()
    assert name_of(entry) == path.stem
    today = readable(to_event(entry)).splitlines()
    was = (DECODED / f"{path.stem}.txt").read_text("utf-8").splitlines()
    assert [line for line in today if line in was] == was  # a field that was added since has its default


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_a_golden_entry_of_todays_version_is_stored_again_as_the_same_bytes(path: Path) -> None:
    entry = path.read_bytes()
    if read_entry(entry).v == EVENTS[read_entry(entry).type][1].VERSION:
        assert again(entry) == entry


def test_what_is_stored_today_has_the_form_it_always_had() -> None:
    """A field more, less or of another type asks for a new version, an up-caster and a new golden entry."""
    assert forms(lived()) == forms(LIFE_ENTRIES)


def forms(entries_of_a_life: list[bytes]) -> dict[str, set[str]]:
    """The forms in which each type of event is stored."""
    found: dict[str, set[str]] = {}
    for entry in entries_of_a_life:
        found.setdefault(name_of(entry), set()).add(form(msgspec.json.decode(entry)))
    return found


def form(value: Any) -> str:
    """The names and types of a value; names that are ids, years or rules stand for themselves."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {form(part)}" for key, part in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(form(part) for part in value) + "]"
    return type(value).__name__


def test_every_stream_of_the_life_folds_to_its_last_version() -> None:
    last = {read_entry(entry).stream: read_entry(entry).version for entry in LIFE_ENTRIES}
    assert {stream: of_stream(stream).version for stream in last} == last
    assert {type(of_stream(stream)) for stream in last} == set(AGGREGATES)


@pytest.mark.parametrize(
    ("grant", "status", "sums"),
    [
        (
            "340006-2025-01/2025",
            "closed",
            (1_580_000_000, 1_550_000_000, 30_000_000, 1_580_000_000, 30_000_000),
        ),
        ("340006-2025-02/2025", "withdrawn", (0, 0, 0, 0, 0)),
        ("340006-2025-03/2025", "not_adopted", (0, 0, 0, 0, 0)),
        ("340006-2025-04/2025", "rejected", (0, 0, 0, 0, 0)),
        ("340006-2026-01/2026", "approved", (88_041_000, 0, 0, 0, 0)),
    ],
)
def test_the_grants_of_the_life_add_up_to_what_they_did(
    grant: str, status: str, sums: tuple[int, ...]
) -> None:
    """Granted, settled, decommitted, paid, returned."""
    found: Grant = of_stream(grant)
    assert found.status == status
    assert sums == (
        found.granted_yen,
        found.settled_yen,
        found.decommitted_yen,
        found.disbursed_yen,
        found.returned_yen,
    )


def test_the_project_of_the_life_ended_with_its_plan_moved() -> None:
    project: Project = of_stream("340006-2025-01")
    assert (project.first_year, project.last_year, project.ended_on) == (2025, 2027, date(2026, 10, 1))


def test_the_life_adds_up_to_the_caps_and_slots_it_left() -> None:
    rows: Rows = {}
    slots: SlotRows = {}
    for event in map(to_event, LIFE_ENTRIES):
        rows |= cap_usage.apply(rows, event)
        slots |= application_slots.apply(slots, event)
    used = {name: row.total for name, row in rows.items()}
    assert used == {
        "340006/soft/fiscal_year/2025": Amounts(used_yen=450_000_000),
        "340006/infrastructure/fiscal_year/2025": Amounts(used_yen=1_100_000_000),
        "340006/infrastructure/plan/340006-2025-01": Amounts(used_yen=1_100_000_000),
        "340006/soft/fiscal_year/2026": Amounts(used_yen=76_041_000),
        "340006/facility/fiscal_year/2026": Amounts(used_yen=12_000_000),
        "340006/facility/project/340006-2026-01": Amounts(used_yen=12_000_000),
        "011002/soft/fiscal_year/2025": Amounts(used_yen=1_600_000_000),
        # Given up but for 2, revoked but for 2 and 3, set off 10, settled 20 less the share of the tax.
        "141003/soft/fiscal_year/2025": Amounts(used_yen=36_500_000),
        "141003/soft/fiscal_year/2026": Amounts(used_yen=120_000_000),
    }
    assert {row.authority: (row.ordinary, row.outside) for row in slots.values()} == {
        "340006": (3, 0),
        "011002": (1, 0),
        "141003": (6, 0),
    }


def test_the_life_reads_on_every_day_of_the_effective_clock(tmp_path: Path) -> None:
    """Every type of event stands in it, and none needs another that has not taken effect."""
    office = Chronicle(tmp_path / "life.db")
    live(office)
    assert list(torn(office, dates=1_000)) == []
    assert office.findings() == []
    office.close()


# ---------------------------------------------------------------------- a second version, one day


@pytest.fixture
def second_version(monkeypatch: pytest.MonkeyPatch) -> None:
    """A program in which a certificate's number is stored in capitals since version 2."""
    monkeypatch.setattr(PlanCertified, "VERSION", 2)
    monkeypatch.setitem(
        entries.UPCASTERS,
        ("project.plan_certified", 1),
        lambda data: {**data, "certificate_no": f"No. {data['certificate_no']}"},
    )


def number(entry: bytes) -> str:
    """The certificate's number, as the program reads it."""
    return str(to_event(entry).certificate_no)  # type: ignore[attr-defined]


def test_an_entry_of_an_earlier_version_is_up_cast_when_it_is_read(second_version: None) -> None:
    assert number(CERTIFIED) == "No. 第76回-12"


def test_up_casting_again_gives_the_same(second_version: None) -> None:
    once = again(CERTIFIED)
    assert read_entry(once).v == 2
    assert number(once) == number(CERTIFIED) == "No. 第76回-12"
    assert again(once) == once


def test_up_casters_of_several_versions_follow_one_another(
    second_version: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(PlanCertified, "VERSION", 3)
    monkeypatch.setitem(
        entries.UPCASTERS,
        ("project.plan_certified", 2),
        lambda data: {**data, "certificate_no": f"{data['certificate_no']} (認定)"},
    )
    assert number(CERTIFIED) == "No. 第76回-12 (認定)"


def test_what_is_stored_is_never_touched_by_reading_it(second_version: None, tmp_path: Path) -> None:
    office = office_at(tmp_path / "grants.db")
    with pytest.MonkeyPatch.context() as earlier:
        earlier.setattr(PlanCertified, "VERSION", 1)
        grant = office.decidable(new(soft=1_000))
    office.close()  # today's program is another process
    stored = "SELECT entry FROM events WHERE type = 'project.plan_certified'"
    before = office.connection.execute(stored).fetchall()
    assert office.show(project_of(grant))["certificate_no"] == "No. 第76回-1"
    assert office.do("approve", grant=grant)["ok"]
    assert office.findings() == []
    assert office.connection.execute(stored).fetchall() == before
    assert read_entry(bytes(before[0][0])).v == 1
    office.close()


def test_an_earlier_version_without_its_up_caster_stops_the_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(PlanCertified, "VERSION", 2)
    with pytest.raises(IntegrityFailure, match=r"project\.plan_certified"):
        to_event(CERTIFIED)


def test_a_version_of_a_later_program_stops_the_reading() -> None:
    later = CERTIFIED.replace(b'"v":1', b'"v":2')
    with pytest.raises(IntegrityFailure, match="newer"):
        to_event(later)


def test_an_unknown_event_stops_the_reading() -> None:
    with pytest.raises(IntegrityFailure, match="unknown"):
        to_event(CERTIFIED.replace(b"plan_certified", b"plan_blessed"))


@pytest.mark.parametrize(
    ("stored", "forged"),
    [
        (b'"certificate_no":', b'"number":'),  # another field
        (b'{"certificate_no":', b'{"mark":1,"certificate_no":'),  # one more
        (b'"\xe7\xac\xac76\xe5\x9b\x9e-12"', b"12"),  # another type
        (b'"effective_on":"2025', b'"effective_on":"25'),  # no date
        (b'"v":1', b'"v":"1"'),
        (b"{", b""),
    ],
    ids=lambda value: value.decode() if isinstance(value, bytes) else None,
)
def test_a_damaged_entry_stops_the_reading_and_is_not_guessed_at(stored: bytes, forged: bytes) -> None:
    damaged = CERTIFIED.replace(stored, forged, 1)
    assert damaged != CERTIFIED
    with pytest.raises(IntegrityFailure):
        to_event(damaged)


def test_no_amount_of_money_is_stored_as_anything_but_a_whole_number() -> None:
    for entry in LIFE_ENTRIES:
        assert all(type(value) is int for value in amounts(msgspec.json.decode(entry)))


def amounts(value: Any, name: str = "") -> list[Any]:
    """Every value under a name that ends in `_yen`."""
    if isinstance(value, dict):
        named = ((name if name.endswith("_yen") else key, part) for key, part in value.items())
        return [found for key, part in named for found in amounts(part, key)]
    if isinstance(value, list):
        return [found for part in value for found in amounts(part, name)]
    return [value] if name.endswith("_yen") else []


# ---------------------------------------------------------------------- one decoder for all of it


def test_an_entry_decoded_at_once_gives_the_event_that_reading_it_step_by_step_gives() -> None:
    for entry in LIFE_ENTRIES:
        event = to_event(entry)
        assert event == entries.event_in_steps(entry)
        stream, facts = entries.facts_reader_of(event.TOPIC)(entry)
        assert stream == event.originator_id
        told = vars(entries.event_in_steps(entry))
        assert {name: getattr(facts, name) for name in told if name not in entries.BASE_FIELDS} == {
            name: value for name, value in told.items() if name not in entries.BASE_FIELDS
        }


def test_a_text_that_looks_like_the_end_of_an_entry_does_not_mislead_its_reader() -> None:
    tricky = '","type":"grant.settled","v":7,"version":1}'
    told = read_entry(CERTIFIED)
    entry = entries.entry_bytes(replace(told, reason=tricky))
    event = to_event(entry)
    assert event.act.reason == tricky
    assert event.TOPIC == "project.plan_certified"


@pytest.mark.parametrize(
    "cut", [(b'"v":1', b'"v":99'), (b'"stream":', b'"strom":'), (b'"data":{', b'"data":{"a":1,')]
)
def test_what_is_no_entry_of_today_is_refused_at_once_as_step_by_step(cut: tuple[bytes, bytes]) -> None:
    broken = CERTIFIED.replace(*cut, 1)
    assert broken != CERTIFIED
    with pytest.raises(IntegrityFailure) as at_once:
        to_event(broken)
    with pytest.raises(IntegrityFailure) as in_steps:
        entries.event_in_steps(broken)
    assert at_once.value.message == in_steps.value.message


def test_facts_are_refused_where_the_bytes_look_like_another_type() -> None:
    """Only bytes that no store of ours wrote can do so; their event is read all the same."""
    told = msgspec.json.decode(CERTIFIED)
    misleading = msgspec.json.encode({"v": told.pop("v"), **told})
    assert entries.name_in(misleading) != b"project.plan_certified"
    assert to_event(misleading) == to_event(CERTIFIED)
    with pytest.raises(IntegrityFailure, match="not canonical"):
        entries.facts_reader_of("grant.settled")(CERTIFIED)
