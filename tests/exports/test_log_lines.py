"""台帳の写し: the log goes out as the exact bytes it is, and comes back as a store with the same digest."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from nightly.logs import golden
from reports.shell import Shell
from store.office import HIROSHIMA, Office

LAST = len(golden())


def exported(shell: Shell, folder: Path, name: str = "log.jsonl", *words: str) -> bytes:
    """The log as a file."""
    done = shell("export", "log", "-o", name, *words)
    assert done.exit == 0, done.err
    return (folder / name).read_bytes()


def test_each_line_is_the_stored_bytes_of_one_event_in_their_order(shell: Shell, tmp_path: Path) -> None:
    assert exported(shell, tmp_path) == b"".join(entry + b"\n" for entry in golden())


def test_the_digest_of_the_file_is_the_digest_of_the_log(shell: Shell, tmp_path: Path) -> None:
    digest = hashlib.sha256(exported(shell, tmp_path)).hexdigest()
    told = json.loads(shell("export", "log", "-o", "again.jsonl", "--json").out)
    trail = json.loads(shell("report", "audit_trail", "--json").out)
    assert told["sha256"] == trail["heading"]["digest"] == digest


def test_without_a_file_it_goes_to_standard_output(shell: Shell, tmp_path: Path) -> None:
    assert shell("export", "log").out.encode() == exported(shell, tmp_path)


@pytest.mark.parametrize(
    ("words", "count"), [(("--as-of-event", "50"), 50), (("--as-of", "2025-04-30"), None)]
)
def test_up_to_a_point_it_is_the_beginning_of_the_whole(
    shell: Shell, tmp_path: Path, words: tuple[str, ...], count: int | None
) -> None:
    whole, part = exported(shell, tmp_path), exported(shell, tmp_path, "part.jsonl", *words)
    assert whole.startswith(part)
    assert 0 < part.count(b"\n") < LAST
    assert count in (None, part.count(b"\n"))


# ---------------------------------------------------------------------- and back


def restored(shell: Shell, folder: Path) -> Shell:
    """The program on a store that was restored from the exported log."""
    exported(shell, folder)
    done = shell("import", "log", "log.jsonl", "--store", "sqlite:///back.db")
    assert done.exit == 0, done.err
    return Shell(folder / "back.db", folder)


def test_a_restored_store_has_the_same_log_to_the_byte(shell: Shell, tmp_path: Path) -> None:
    back = restored(shell, tmp_path)
    assert exported(back, tmp_path, "back.jsonl") == exported(shell, tmp_path)
    assert back("doctor").exit == 0
    assert back("check", "chain", "caps", "reconcile").exit == 0
    duties = back("check", "duties").out
    assert duties == shell("check", "duties").out
    assert [line for line in duties.splitlines() if "same_officer" in line] == [
        line for line in duties.splitlines() if line.startswith("  rule")
    ], "one officer waives and decides in this life, and nothing else is told of it"


@pytest.mark.parametrize(
    "what", [("list",), ("caps", HIROSHIMA), ("log",), ("todo",), ("report", "decisions")]
)
def test_a_restored_store_answers_as_the_first_one_did(
    shell: Shell, tmp_path: Path, what: tuple[str, ...]
) -> None:
    back = restored(shell, tmp_path)
    words = (*what, "--json", "--as-of-event", str(LAST))
    assert back(*words).out == shell(*words).out


def test_a_night_in_the_restored_store_gives_the_same_digest(shell: Shell, tmp_path: Path) -> None:
    back = restored(shell, tmp_path)
    digests = [json.loads(each("nightly", "--json").out)["digest"] for each in (shell, back)]
    assert digests[0] == digests[1]


def test_a_command_that_took_effect_is_not_done_again_in_the_restored_store(
    shell: Shell, tmp_path: Path
) -> None:
    restored(shell, tmp_path)
    office = Office(tmp_path / "back.db")
    known = json.loads(golden()[-1])
    told = office.tell("outcome", command_id=known["command"])
    assert known["type"] in told["events"]
    before = office.events()
    again = Shell(tmp_path / "back.db", tmp_path)(
        *("open-round", "x", "--programme", "R7-dai2sedai", "--opens-on", "2025-04-01"),
        *("--closes-on", "2025-05-01", "--by", "officer", "--id", known["command"]),
    )
    assert (again.exit, office.events()) == (4, before)
    assert "command_id_reused" in again.err
    office.close()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda lines: [*lines[:9], b"{}", *lines[10:]], "line 10"),
        (
            lambda lines: [*lines[:9], lines[9].replace(b'","', b'", "', 1), *lines[10:]],
            "line 10: not the exact",
        ),
        (
            lambda lines: [*lines[:9], lines[9].replace(b'"type":"', b'"type":"x', 1), *lines[10:]],
            "unknown event",
        ),
        (lambda lines: [*lines[:14], *lines[15:]], "does not hold"),
        (lambda lines: [lines[1], lines[0], *lines[2:]], "does not hold"),
        (lambda lines: [*lines, lines[-1]], "does not hold"),
    ],
    ids=["no event", "other bytes", "unknown", "one left out", "two swapped", "one twice"],
)
def test_a_log_that_is_not_whole_and_exact_makes_no_store(
    shell: Shell, tmp_path: Path, change: object, said: str
) -> None:
    lines = exported(shell, tmp_path).splitlines()
    (tmp_path / "bad.jsonl").write_bytes(b"".join(line + b"\n" for line in change(lines)))
    done = shell("import", "log", "bad.jsonl", "--store", "sqlite:///bad.db")
    assert done.exit in (2, 5)
    assert said in done.err
    assert not [path for path in tmp_path.iterdir() if path.name.startswith("bad.db")]


def test_a_log_is_never_restored_over_a_store(shell: Shell, tmp_path: Path, folded: Path) -> None:
    exported(shell, tmp_path)
    before = folded.read_bytes()
    done = shell("import", "log", "log.jsonl")
    assert done.exit == 1
    assert "already_recorded" in done.err
    assert folded.read_bytes() == before


def test_an_end_that_is_missing_is_told_by_the_digest_kept_elsewhere(shell: Shell, tmp_path: Path) -> None:
    whole = exported(shell, tmp_path)
    digest = hashlib.sha256(whole).hexdigest()
    (tmp_path / "short.jsonl").write_bytes(b"".join(whole.splitlines(keepends=True)[:-3]))
    words = ("--store", "sqlite:///back.db", "--sha256", digest)
    done = shell("import", "log", "short.jsonl", *words)
    assert (done.exit, (tmp_path / "back.db").exists()) == (5, False)
    assert digest in done.err
    assert shell("import", "log", "log.jsonl", *words).exit == 0


def test_a_log_whose_cap_windows_have_gaps_is_an_extract_and_makes_no_store(
    shell: Shell, tmp_path: Path
) -> None:
    """An extract on the effective clock leaves events out, and no stream need show it."""
    lines = exported(shell, tmp_path).splitlines(keepends=True)
    users: dict[str, list[str]] = {}
    for line in lines:
        event = json.loads(line)
        for window in event.get("caps", {}):
            users.setdefault(window, []).append(event["stream"])
    left_out = next(streams[0] for streams in users.values() if streams[-1] != streams[0])
    rest = [line for line in lines if json.loads(line)["stream"] != left_out]
    (tmp_path / "bad.jsonl").write_bytes(b"".join(rest))
    done = shell("import", "log", "bad.jsonl", "--store", "sqlite:///bad.db")
    assert done.exit == 5
    assert "cap window" in done.err
    assert "events are missing or out of order" in done.err
    assert not list(tmp_path.glob("bad.db*"))


def test_a_file_without_an_event_makes_no_store(shell: Shell, tmp_path: Path) -> None:
    (tmp_path / "empty.jsonl").write_bytes(b"")
    done = shell("import", "log", "empty.jsonl", "--store", "sqlite:///empty.db")
    assert (done.exit, "there is no event in it" in done.err) == (2, True)
    assert not list(tmp_path.glob("empty.db*"))


def test_a_dry_run_proves_a_log_and_makes_no_store(shell: Shell, tmp_path: Path) -> None:
    exported(shell, tmp_path)
    words = ("import", "log", "log.jsonl", "--store", "sqlite:///dry.db", "--dry-run")
    told = shell(*words)
    assert (told.exit, told.out) == (
        0,
        f"dry.db: would be a new store with {LAST} events; nothing was written\n",
    )
    assert json.loads(shell(*words, "--json").out)["dry_run"] is True
    assert list(tmp_path.glob("dry.db*")) == []
    assert shell(*words[:-1]).exit == 0
    assert (tmp_path / "dry.db").exists()


@pytest.mark.parametrize("line", [b"{}", b""], ids=["no event", "no line"])
def test_a_dry_run_refuses_what_would_make_no_store(shell: Shell, tmp_path: Path, line: bytes) -> None:
    (tmp_path / "bad.jsonl").write_bytes(line)
    assert shell("import", "log", "bad.jsonl", "--store", "sqlite:///dry.db", "--dry-run").exit == 2


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("log", "log.jsonl", "--kind", "soft"), "--kind is of an import of decisions"),
        (("log", "log.jsonl", "--programme", "R7-dai2sedai"), "--programme is of an import of decisions"),
        (("log", "log.jsonl", "--decided-on", "2025-04-01"), "--decided-on is of an import of decisions"),
        (("log", "log.jsonl", "--source", "x"), "--source is of an import of decisions"),
        (("log", "log.jsonl", "--sheet", "x"), "--sheet is of an import of decisions"),
        (
            ("decisions", "log.jsonl", "--sha256", "00", "--by", "officer"),
            "--sha256 is of an import of a log",
        ),
    ],
)
def test_an_option_of_the_other_kind_is_refused_and_not_passed_over(
    shell: Shell, tmp_path: Path, words: tuple[str, ...], told: str
) -> None:
    exported(shell, tmp_path)
    done = shell("import", *words, "--store", "sqlite:///other.db")
    assert (done.exit, told in done.err) == (2, True)
    assert not (tmp_path / "other.db").exists()
