"""大規模台帳: the night over an export has the digests of the store's night, and its reports are the same bytes."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some
from nightly.logs import golden
from reports.shell import Shell
from store.office import HIROSHIMA, Clock

from lifecycle.large import fold_share, night_over
from lifecycle.large.manifest import Listed, Manifest, read_manifest
from lifecycle.large.night import Means
from lifecycle.large.parts import NIGHT, PARTS, Share, is_ready, parts_of, share_of
from lifecycle.nightly.running import Run
from lifecycle.reports import REPORTS

from .conftest import copied
from .logs import World

ONE, THREE = Means(jobs=1, memory_mb=200), Means(jobs=3, memory_mb=450)
LIMITED = {"own_agenda": ("--authority", HIROSHIMA)}
LIMITS = {
    "decisions": ("--authority", HIROSHIMA, "--fiscal-year", "2025"),
    "audit_trail": ("--grant", f"{HIROSHIMA}-2025-01/2025"),
    "settlement": ("--grant", f"{HIROSHIMA}-2025-01"),
    "scores": ("--round", "2025-1"),
    "cap_use": ("--authority", "141003"),
}
FORMS = ("json", "csv", "xlsx", "parquet", "txt")


@pytest.fixture(scope="module")
def nights(worlds: dict[str, World]) -> dict[str, Run]:
    """A night over each export."""
    return {which: night_over(found.export, Clock(), ONE) for which, found in worlds.items()}


def digests(tables: Any) -> dict[str, tuple[int, str]]:
    """Rows and digest of each read table, of a run or of what the program printed of one."""
    return {one["projection"]: (one["rows"], one["digest"]) for one in tables}


def told(run: Run) -> dict[str, tuple[int, str]]:
    """The same of a run."""
    return {half.projection: (half.rows, half.digest) for half in run.tables}


@pytest.fixture
def at_noon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both programs are asked at the same moment."""
    for place in ("cli.session.now", "cli.large.now"):
        monkeypatch.setattr(place, lambda: datetime(2026, 6, 30, 3, tzinfo=UTC))


@pytest.mark.parametrize("which", ["golden", "longer"])
def test_every_read_table_has_the_digest_that_the_store_gives_it(
    worlds: dict[str, World], nights: dict[str, Run], which: str
) -> None:
    stores = json.loads(worlds[which].shell("nightly", "--json").out)
    assert told(nights[which]) == digests(stores["tables"])
    assert nights[which].digest == stores["digest"]
    assert nights[which].to_n == nights[which].events == len(worlds[which].entries)


def test_the_longer_log_is_of_many_prefectures_and_every_table_but_none_is_empty(
    worlds: dict[str, World], nights: dict[str, Run]
) -> None:
    parts = parts_of(read_manifest(worlds["longer"].export))
    assert len(parts) > 12
    assert sum(part.events for part in parts) == len(worlds["longer"].entries) > 1_000
    assert [name for name, (rows, _) in told(nights["longer"]).items() if rows < 7] == []


@pytest.mark.usefixtures("nights", "at_noon")
@pytest.mark.parametrize("name", REPORTS)
@pytest.mark.parametrize("which", ["golden", "longer"])
def test_a_report_is_the_same_bytes(worlds: dict[str, World], tmp_path: Path, which: str, name: str) -> None:
    limits = LIMITED.get(name, ())
    for form in FORMS if which == "golden" else ("json", "csv"):
        _same(worlds[which], tmp_path, (name, *limits), form)


@pytest.mark.usefixtures("nights", "at_noon")
@pytest.mark.parametrize("name", LIMITS)
def test_a_report_within_limits_is_the_same_bytes(
    worlds: dict[str, World], tmp_path: Path, name: str
) -> None:
    _same(worlds["longer"], tmp_path, (name, *LIMITS[name]), "json")
    assert json.loads((tmp_path / "over.json").read_text())["footing"]["rows"] > 0


@pytest.mark.usefixtures("nights", "at_noon")
@pytest.mark.parametrize("name", ["decisions", "own_agenda", "audit_trail", "returns"])
def test_asked_by_its_number_a_report_is_told_on_the_day_of_that_event(
    worlds: dict[str, World], tmp_path: Path, name: str
) -> None:
    point = ("--as-of-event", str(len(worlds["golden"].entries)))
    _same(worlds["golden"], tmp_path, (name, *LIMITED.get(name, ()), *point), "json")
    assert json.loads((tmp_path / "over.json").read_text())["heading"]["day"] == "2033-05-10"


@pytest.mark.usefixtures("nights", "at_noon")
def test_a_chart_is_the_same_bytes(worlds: dict[str, World], tmp_path: Path) -> None:
    found = worlds["longer"]
    for place, over in (("store.svg", ()), ("over.svg", ("--over", str(found.export)))):
        done = found.shell("report", "cap_use", "--chart", str(tmp_path / place), *over)
        assert done.exit == 0, done.err
    assert (tmp_path / "store.svg").read_bytes() == (tmp_path / "over.svg").read_bytes()


def _same(found: World, folder: Path, words: tuple[str, ...], form: str) -> None:
    for place, over in (("store", ()), ("over", ("--over", str(found.export)))):
        form_of = () if form != "txt" else ("--format", "table")
        done = found.shell("report", *words, *over, *form_of, "-o", str(folder / f"{place}.{form}"))
        assert done.exit == 0, done.err
    assert (folder / f"store.{form}").read_bytes() == (folder / f"over.{form}").read_bytes()


@pytest.mark.usefixtures("nights")
def test_reports_need_no_store(worlds: dict[str, World], tmp_path: Path) -> None:
    nowhere = Shell(tmp_path / "no-store.db", tmp_path)
    done = nowhere("report", "decisions", "--over", str(worlds["golden"].export), "--json")
    assert done.exit == 0, done.err
    assert not (tmp_path / "no-store.db").exists()


# ---------------------------------------------------------------------- however the work is divided


def test_however_many_jobs_there_are_the_bytes_are_the_same(
    longer_export: Path, nights: dict[str, Run]
) -> None:
    assert told(night_over(longer_export, Clock(), THREE)) == told(nights["longer"])


def test_shares_of_several_machines_join_to_the_same_bytes(
    worlds: dict[str, World], nights: dict[str, Run], tmp_path: Path
) -> None:
    machines = [copied(worlds["longer"].export, tmp_path / f"machine-{number}") for number in (1, 2, 3)]
    folded = [fold_share(folder, Share(n, 3), ONE) for n, folder in enumerate(machines, 1)]
    assert sum(one.events for one in folded) == len(worlds["longer"].entries)
    for folder in machines[1:]:
        shutil.copytree(folder / NIGHT / PARTS, machines[0] / NIGHT / PARTS, dirs_exist_ok=True)
    manifest = read_manifest(machines[0])
    assert all(is_ready(machines[0], part, manifest.events) for part in parts_of(manifest))
    run = night_over(machines[0], Clock(), ONE)
    assert (told(run), run.digest) == (told(nights["longer"]), nights["longer"].digest)


def test_a_share_that_is_missing_is_folded_when_the_night_is_joined(
    longer_export: Path, nights: dict[str, Run]
) -> None:
    fold_share(longer_export, Share(2, 3), ONE)
    assert told(night_over(longer_export, Clock(), ONE)) == told(nights["longer"])


@given(counts=some.lists(some.integers(1, 1_000), min_size=1, max_size=48), of=some.integers(1, 60))
def test_every_part_is_in_one_share_and_no_share_is_larger_by_more_than_a_part(
    counts: list[int], of: int
) -> None:
    files = tuple(
        Listed(f"events/authority={place:02}0006/fiscal_year=2025/part-0.parquet", count, "")
        for place, count in enumerate(counts)
    )
    parts = parts_of(Manifest(1, "recorded", sum(counts), "", "", files))
    shares = [share_of(parts, Share(number, of)) for number in range(1, of + 1)]
    assert sorted(part.prefecture for share in shares for part in share) == sorted(
        p.prefecture for p in parts
    )
    loads = [sum(part.events for part in share) for share in shares]
    assert max(loads) - min(loads) <= max(counts)


# ---------------------------------------------------------------------- again, and for an export of less


def test_a_night_that_stands_is_not_made_again(longer_export: Path, nights: dict[str, Run]) -> None:
    first = night_over(longer_export, Clock(), ONE)
    again = night_over(longer_export, Clock(), ONE)
    assert (first.events, again.events) == (first.to_n, 0)
    assert (again.digest, again.tampered) == (nights["longer"].digest, [])
    assert again.run == first.run + 1
    assert sorted(path.suffix for path in (longer_export / NIGHT).iterdir()) == [".db", ".lock"]


def test_an_export_up_to_an_event_has_the_night_of_that_event(
    worlds: dict[str, World], tmp_path: Path
) -> None:
    found = worlds["golden"]
    done = found.shell(
        "export", "parquet", "--only", "events", "-o", str(tmp_path / "half"), "--as-of-event", "90"
    )
    assert done.exit == 0, done.err
    night_over(tmp_path / "half", Clock(), ONE)
    for over in ((), ("--over", str(tmp_path / "half"))):
        place = str(tmp_path / f"{len(over)}.json")
        done = found.shell("report", "decisions", "--as-of-event", "90", *over, "-o", place)
        assert done.exit == 0, done.err
    assert (tmp_path / "0.json").read_bytes() == (tmp_path / "2.json").read_bytes()


def test_the_export_of_every_table_serves_as_well(
    worlds: dict[str, World], nights: dict[str, Run], tmp_path: Path
) -> None:
    assert worlds["golden"].shell("export", "parquet", "-o", str(tmp_path / "all")).exit == 0
    assert night_over(tmp_path / "all", Clock(), ONE).digest == nights["golden"].digest


def test_an_empty_log_has_an_empty_night(tmp_path: Path) -> None:
    from nightly.logs import Growing

    Growing(tmp_path / "grants.db", golden()).close()
    shell = Shell(tmp_path / "grants.db", tmp_path)
    assert shell("export", "parquet", "--only", "events", "-o", "pq").exit == 0
    assert shell("nightly", "--over", "pq").exit == 0
    told = json.loads(shell("report", "decisions", "--over", "pq", "--json").out)
    assert (told["heading"]["event"], told["footing"]["rows"]) == (0, 0)
