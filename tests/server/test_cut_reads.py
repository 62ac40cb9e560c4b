"""The link is cut while something is read: it is asked once more on a new one, and tells nothing twice."""

from __future__ import annotations

import gc
import json
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import psycopg
import pytest
from store.office import YOKOHAMA, Office, elsewhere, new, project_of

from cli.main import main
from lifecycle.commands.reading import Show
from lifecycle.errors import Refusal
from lifecycle.service import Grants
from lifecycle.service.asking import told_once
from lifecycle.store import log as logs
from lifecycle.store.unanswered import LinkCut, Unreachable

from .proxy import Proxy
from .test_cut_links import CUT_OTHERS

pytestmark = pytest.mark.filterwarnings("ignore:.*was deleted while still open:ResourceWarning")
"""A cursor whose link was cut before it was closed never is; its driver says so when it is collected."""

READS = {
    "log": lambda office, grant: list(office.tell("log")),
    "show": lambda office, grant: office.show(grant),
    "show a project": lambda office, grant: office.show(project_of(grant)),
    "list": lambda office, grant: list(office.tell("list")),
    "caps": lambda office, grant: office.tell("caps", authority=YOKOHAMA),
    "outcome": lambda office, grant: office.tell("outcome", command_id="known"),
    "check": lambda office, grant: list(office.tell("check", strict=True)),
    "todo": lambda office, grant: list(office.tell("todo")),
    "schemes": lambda office, grant: list(office.tell("schemes", as_of_event=3)),
    "resolve": lambda office, grant: office.grants.resolve(grant[:8]),
    "replay": lambda office, grant: list(office.tell("replay")),
    "diff": lambda office, grant: office.tell("diff", **{"from": "1", "to": "12"}),
    "report": lambda office, grant: office.tell("report", name="decisions"),
    "doctor": lambda office, grant: office.grants.doctor()["problems"],
    "how many": lambda office, grant: office.grants.log_size(),
    "as of": lambda office, grant: office.show(grant, as_of_event=office.grants.log_size()),
    "export": lambda office, grant: exported(office),
}


PLACES = 10
"""Where a read of many questions is cut, at most."""


def exported(office: Office) -> bytes:
    """The log as it is handed over."""
    from cli.exporting import Point

    with office.grants.open_export("log", Point(), "") as pieces:
        return b"".join(pieces)


@pytest.fixture
def proxy(office: Office) -> Iterator[Proxy]:
    proxy = Proxy(office.path)
    yield proxy
    proxy.close()
    gc.collect()


@pytest.fixture
def far(office: Office, proxy: Proxy) -> Iterator[Office]:
    """The same office, at the other end of a link that can be cut."""
    far = Office(proxy.url, office.clock)
    yield far
    far.close()


@pytest.fixture
def grant(office: Office) -> str:
    """A grant, and a command whose outcome is known."""
    office.do("import_decision", **elsewhere(YOKOHAMA, 2025, soft=1), id="known")
    return office.submitted(new(soft=1_000))


@pytest.mark.parametrize("name", READS)
def test_a_read_that_finds_its_link_cut_is_asked_again_on_a_new_one(
    office: Office, far: Office, grant: str, name: str
) -> None:
    before = READS[name](far, grant)
    office.connection.execute(CUT_OTHERS)
    assert READS[name](far, grant) == before


@pytest.mark.parametrize("name", READS)
def test_a_read_that_is_cut_at_any_of_its_questions_answers_all_the_same(
    far: Office, proxy: Proxy, grant: str, name: str
) -> None:
    began = proxy.questions
    before = READS[name](far, grant)
    places = places_in(proxy.questions - began)
    for place in places:
        proxy.left = place  # a link that has prepared its statements has fewer, and may not come so far
        assert READS[name](far, grant) == before, place
        proxy.left = None
    assert proxy.cuts > len(places) // 2


def places_in(questions: int) -> list[int]:
    """Some of so many questions, from the first to the last."""
    assert questions > 1
    return sorted({round(place * (questions - 1) / (PLACES - 1)) for place in range(PLACES)})


@pytest.fixture
def paged(monkeypatch: pytest.MonkeyPatch) -> None:
    """The log comes two events at a time."""
    monkeypatch.setattr(logs, "PAGE", 2)


def cut(office: Office) -> None:
    """End every link but the test's own."""
    with psycopg.connect(office.path, autocommit=True) as connection:
        connection.execute(CUT_OTHERS)


@pytest.mark.parametrize("told", [1, 2, 3, 12])
def test_what_was_told_before_the_link_was_cut_is_not_told_again(
    office: Office, grant: str, paged: None, told: int
) -> None:
    before = list(office.tell("log"))
    lines = office.tell("log")
    first = list(islice(lines, told))
    cut(office)
    office.do("withdraw", grant=grant)
    assert first + list(lines) == list(office.tell("log"))
    assert len(before) < office.events()


def test_a_read_that_is_cut_again_is_refused_and_logs_nothing_of_its_own(
    office: Office, grant: str, paged: None, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = office.tell("log")
    for _ in range(2):
        list(islice(lines, 3))
        cut(office)
    with pytest.raises(Refusal) as refused:
        list(lines)
    assert (refused.value.code, refused.value.exit) == ("unreachable", 4)
    assert "\n" not in refused.value.message
    assert capsys.readouterr().err == ""
    assert list(office.tell("log"))


@pytest.mark.parametrize("second", [[1, 2], [1, 5, 3, 4], [], [5]], ids=str)
def test_an_answer_that_has_changed_since_it_was_begun_is_not_gone_on_with(
    office: Office, second: list[int]
) -> None:
    answers = iter(([1, 2, 3], second))

    def rows() -> Any:
        yield from (found := next(answers))
        if found == [1, 2, 3]:
            raise LinkCut("cut")

    told = told_once(office.grants.store, rows)
    assert list(islice(told, 3)) == [1, 2, 3]
    with pytest.raises(LinkCut):
        list(told)


def test_a_server_that_can_not_be_reached_is_not_asked_twice(
    office: Office, far: Office, proxy: Proxy, grant: str
) -> None:
    """Its silence may be long each time."""
    far.close()
    proxy.is_open = False
    with pytest.raises(Unreachable):
        far.show(grant)
    assert proxy.refused == 1


def test_a_question_that_its_asker_words_anew_meanwhile_is_asked_again_as_it_was(
    office: Office, monkeypatch: pytest.MonkeyPatch, grant: str
) -> None:
    asked: list[str] = []
    shown, command = Grants._shown, Show(target=grant)

    def broken(grants: Grants, target: str, point: Any) -> Any:
        asked.append(target)
        command.target = "round/2025-1"
        if len(asked) == 1:
            raise LinkCut("cut")
        return shown(grants, target, point)

    monkeypatch.setattr(Grants, "_shown", broken)
    assert office.grants.show(command)["grant"] == grant
    assert asked == [grant, grant]


REPORT = ["report", "decisions", "--format"]


@pytest.mark.parametrize("form", ["table", "csv", "json"])
@pytest.mark.parametrize("output", ["", "there"], ids=["on the screen", "in a file"])
def test_a_report_that_is_cut_before_anything_of_it_was_printed_is_printed_all_the_same(
    office: Office,
    proxy: Proxy,
    grant: str,
    tmp_path: Path,
    capfdbinary: pytest.CaptureFixture[bytes],
    form: str,
    output: str,
) -> None:
    words = [*REPORT, form, *(["-o", str(tmp_path / output)] if output else [])]

    def printed(url: str) -> tuple[int, bytes]:
        code = main(["--store", url, *words])
        told = capfdbinary.readouterr().out
        return code, (tmp_path / output).read_bytes() if output else told

    whole = printed(office.path)
    began = proxy.questions
    assert printed(proxy.url) == whole
    assert not whole[0]
    for place in places_in(proxy.questions - began):
        proxy.left = place
        assert printed(proxy.url) == whole, place


@pytest.fixture
def broken_off(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """A report's link is cut after its first piece, as often as the list's first number says; its second counts."""
    from cli import reporting

    pieces, cuts = reporting._pieces, [1, 0]

    def broken(*told: Any) -> Iterator[bytes]:
        cuts[1] += 1
        rest = iter(pieces(*told))
        yield next(rest)
        if cuts[1] <= cuts[0]:
            raise LinkCut("cut")
        yield from rest

    monkeypatch.setattr(reporting, "_pieces", broken)
    return cuts


@pytest.mark.parametrize("form", ["table", "csv", "json"])
def test_a_report_that_was_begun_goes_on_after_what_was_printed(
    office: Office, grant: str, broken_off: list[int], capfdbinary: pytest.CaptureFixture[bytes], form: str
) -> None:
    told = []
    for broken_off[0] in (0, 1):
        broken_off[1] = 0
        assert main(["--store", office.path, *REPORT, form]) == 0
        told.append(capfdbinary.readouterr())
    assert told[1] == told[0]
    assert told[0].out.count(b"\n") > 1
    assert broken_off[1] == 2


def test_a_report_that_is_cut_twice_is_refused_and_printed_once(
    office: Office, grant: str, broken_off: list[int], capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    broken_off[0] = 2
    assert main(["--store", office.path, "--json", *REPORT, "table"]) == 4
    *printed, last = capfdbinary.readouterr().out.splitlines()
    assert json.loads(last)["code"] == "unreachable"
    assert len(printed) == 1


def test_a_report_that_has_changed_since_it_was_begun_is_not_gone_on_with(
    office: Office,
    grant: str,
    monkeypatch: pytest.MonkeyPatch,
    capfdbinary: pytest.CaptureFixture[bytes],
) -> None:
    from cli import reporting

    answers = iter(["first", "other"])

    def changing(*_: Any) -> Iterator[bytes]:
        yield f"{next(answers)}\n".encode()
        raise LinkCut("cut")

    monkeypatch.setattr(reporting, "_pieces", changing)
    assert main(["--store", office.path, "--json", *REPORT, "csv"]) == 4
    assert capfdbinary.readouterr().out.startswith(b'first\n{"ok":false')


def test_a_parquet_export_that_is_cut_is_written_all_the_same(
    office: Office, proxy: Proxy, grant: str, tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    def written(url: str, name: str) -> tuple[int, dict[str, bytes]]:
        folder = tmp_path / name
        code = main(["--store", url, "export", "parquet", "-o", str(folder)])
        files = {
            str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()
        }
        return code, files

    code, whole = written(office.path, "whole")
    assert not code
    assert "manifest.json" in whole
    began = proxy.questions
    assert written(proxy.url, "far") == (0, whole)
    for place in places_in(proxy.questions - began):
        proxy.left = place
        assert written(proxy.url, f"cut at {place}") == (0, whole)
    assert proxy.cuts
    assert not list(tmp_path.glob(".*"))
