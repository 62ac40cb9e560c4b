"""The program from outside: how fast it starts, and what it does when the world around it fails."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys
from pathlib import Path

import places
import pytest

from cli.plain import width
from lifecycle.service import Grants

GRANTS = str(Path(sys.executable).parent / "grants")
HEAVY = (
    "sqlalchemy",
    "alembic",
    "eventsourcing",
    "structlog",
    "rich",
    "pysqlite3",
    "psycopg",
    "lifecycle.store",
)


def run(*words: str, **settings) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([GRANTS, *words], capture_output=True, check=False, **settings)


@pytest.mark.parametrize(
    "words", [["--help"], ["approve", "--help"], ["aprove"], ["schema", "approve"], ["approve"]]
)
def test_help_and_usage_import_nothing_heavy(words):
    program = (
        "import sys; from cli.main import main; main(sys.argv[1:]); sys.stderr.write(' '.join(sys.modules))"
    )
    ran = subprocess.run([sys.executable, "-c", program, *words], capture_output=True, text=True, check=True)
    assert [name for name in HEAVY if name in ran.stderr.splitlines()[-1].split()] == []


@pytest.mark.embedded
def test_a_store_in_a_file_takes_nothing_of_a_servers(opened_store):
    program = (
        "import sys; from cli.main import main; main(sys.argv[1:]); sys.stderr.write(' '.join(sys.modules))"
    )
    words = ["--store", places.store_url(opened_store), "show", "tanaka"]
    ran = subprocess.run([sys.executable, "-c", program, *words], capture_output=True, text=True, check=True)
    assert "lifecycle.store.embedded" in ran.stderr.split()
    assert {"psycopg", "lifecycle.store.server", "sqlalchemy"} & set(ran.stderr.split()) == set()


@pytest.mark.parametrize("words", [["--help"], ["approve", "--help"]])
def test_help_loads_few_modules(words):
    """Each takes half a millisecond: benchmarks/startup.py prints what they take together."""
    program = (
        "import sys; from cli.main import main; main(sys.argv[1:]); print(*sys.modules, file=sys.stderr)"
    )
    ran = subprocess.run([sys.executable, "-c", program, *words], capture_output=True, text=True, check=True)
    assert len(ran.stderr.split()) < 200


def test_a_closed_pipe_ends_quietly(opened_store, tmp_path):
    lines = tmp_path / "lines.jsonl"
    lines.write_text('{"do": "log"}\n' * 200)
    batch = f"{GRANTS} --store '{places.store_url(opened_store)}' batch {lines}"
    command = f"{batch} | head -1 >/dev/null; echo ${{PIPESTATUS[0]}}"
    ran = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=True)
    assert (ran.stdout, ran.stderr) == ("141\n", "")


def test_output_that_cannot_be_written_is_no_defect(opened_store):
    with Path("/dev/full").open("wb") as full:
        ran = subprocess.run(
            [GRANTS, "--store", places.store_url(opened_store), "log"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert (ran.returncode, ran.stderr) == (
        74,
        "refused: system — reading or writing failed: No space left on device\n",
    )


def test_a_lost_result_says_how_to_learn_the_outcome(shell, opened_store, tmp_path):
    store = tmp_path / "grants.db"
    places.copied(opened_store, store)
    words = [
        "open-round",
        "2025-2",
        "--programme",
        "R7-dai2sedai",
        "--opens-on",
        "2025-09-01",
        "--closes-on",
        "2025-09-30",
    ]
    words += ["--by", "tanaka", "--on", "2025-08-01", "--id", "r-1", "--store", places.store_url(store)]
    with Path("/dev/full").open("wb") as full:
        ran = subprocess.run([GRANTS, *words], stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert ran.returncode == 8
    assert "grants outcome r-1 tells which" in ran.stderr
    assert shell.ok("outcome", "r-1").out.startswith("took effect: open_round")


def heard_again() -> None:
    """A shell lets its background jobs ignore the key, and what they start too."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def test_control_c_is_one_line():
    with subprocess.Popen(
        [GRANTS, "batch", "-"],
        preexec_fn=heard_again,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as batch:
        batch.stdin.write("\n")
        batch.stdin.flush()
        assert batch.stdout.readline()
        batch.send_signal(signal.SIGINT)
        _, err = batch.communicate()
    assert (batch.returncode, err) == (130, "refused: interrupted — stopped from the keyboard\n")


def test_a_defect_is_one_line_and_with_verbose_a_traceback(shell, monkeypatch):
    def fail(self, command):
        raise RuntimeError("first\nsecond")

    monkeypatch.setattr(Grants, "show", fail)
    answer = shell("show", "x")
    line, hint = answer.err.splitlines()
    assert answer.exit == 70
    assert line == "refused: defect — this is a defect in the program: RuntimeError: first second"
    assert "--verbose" in hint
    assert "Traceback" in shell("show", "x", "--verbose").err
    assert shell("show", "x", "--json").json["code"] == "defect"


def test_a_defect_after_the_commit_does_not_say_that_nothing_was_written(office, monkeypatch):
    def fail(*arguments):
        raise RuntimeError("no words")

    monkeypatch.setattr("cli.say.done", fail)
    answer = office("submit", "application.toml", "--by", "kato", "--on", "2025-05-01", "--id", "s-1")
    assert answer.exit == 70
    assert "nothing was written" not in answer.err
    assert "grants outcome s-1 tells which" in answer.err


def test_a_check_is_silent_or_exits_6_with_its_findings(office, monkeypatch):
    assert office("check") == (0, "", "")
    finding = {"rule": "log", "strength": "hard", "source": "event 5", "message": "m", "remedy": "r"}
    monkeypatch.setattr(Grants, "check", lambda self, command: iter([finding]))
    answer = office("check")
    assert (answer.exit, answer.err) == (6, "1 finding\n")
    assert answer.out.startswith("finding: m\n  rule    log, hard\n  source  event 5\n  remedy  r\n")
    assert office("check", "--json").json == [finding]


def test_verbose_logs_each_command_as_a_json_line(office):
    import json

    answer = office(
        "batch",
        "-",
        "--verbose",
        stdin=b'{"do": "settle", "grant": "340006-2025-09/2025", "by": "suzuki", "id": "x"}',
    )
    logged = [json.loads(line) for line in answer.err.splitlines()]
    assert [line["do"] for line in logged] == ["settle", "batch"]
    first = {name: logged[0][name] for name in ("id", "do", "grant", "officer", "exit")}
    assert first == {
        "id": "x",
        "do": "settle",
        "grant": "340006-2025-09/2025",
        "officer": "suzuki",
        "exit": 3,
    }
    assert logged[0]["milliseconds"] >= 0


@pytest.mark.parametrize(
    "settings", [{"LC_ALL": "C"}, {"PYTHONIOENCODING": "ascii"}, {"LC_ALL": "C", "PYTHONUTF8": "0"}]
)
def test_any_locale_gets_an_answer(settings, opened_store):
    environment = {**os.environ, **settings, "GRANTS_STORE": places.store_url(opened_store)}
    shown = run("show", "tanaka", env=environment)
    assert (shown.returncode, shown.stderr) == (0, b"")
    assert '"田中"' in run("show", "tanaka", "--json", env=environment).stdout.decode()
    assert run("--help", env=environment).returncode == 0


def test_words_that_are_no_text_are_refused(opened_store):
    for words in (
        [b"\xff"],
        [b"show", b"\xff"],
        [b"approve", b"\xff"],
        [b"approve", b"a", b"\xff"],
        [b"--store", b"\xff", b"list"],
    ):
        for more in ([], [b"--json"]):
            ran = subprocess.run([GRANTS.encode(), *words, *more], capture_output=True, check=False)
            assert ran.returncode == 2, words
            assert b"Traceback" not in ran.stderr


@pytest.mark.parametrize(
    ("settings", "coloured"), [({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)]
)
def test_colour_is_for_terminals(settings, coloured, opened_store):
    environment = {**os.environ, "TERM": "xterm", "GRANTS_STORE": places.store_url(opened_store), **settings}
    environment.pop("NO_COLOR", None) if not settings.get("NO_COLOR") else None
    assert (b"\x1b[" in on_terminal("show", "tanaka", env=environment)) is coloured
    assert b"\x1b[" not in run("show", "tanaka", env=environment).stdout


@pytest.mark.parametrize("columns", [80, 100])
@pytest.mark.parametrize(
    "words",
    [
        ["show", "340006-2025-01/2025"],
        ["show", "340006-2025-01"],
        ["list"],
        ["log"],
        ["caps", "340006", "--fiscal-year", "2025"],
        ["caps", "340006", "--fiscal-year", "2026"],
        ["todo", "--as-of", "2026-12-01"],
        ["schemes", "--as-of", "2025-07-01"],
    ],
    ids=" ".join,
)
def test_what_reads_print_fits_the_terminal(words, columns, granted_store):
    settings = {"TERM": "dumb", "COLUMNS": str(columns), "GRANTS_STORE": places.store_url(granted_store)}
    printed = on_terminal(*words, env={**os.environ, **settings}).decode()
    assert printed
    assert [line for line in printed.splitlines() if width(line) > columns] == []


def on_terminal(*words: str, env: dict[str, str]) -> bytes:
    """What is printed on a terminal."""
    ours, theirs = pty.openpty()
    subprocess.run([GRANTS, *words], stdout=theirs, env=env, check=True)
    os.close(theirs)
    printed = b""
    try:
        while chunk := os.read(ours, 4096):
            printed += chunk
    except OSError:  # the other end is closed: all is read
        pass
    os.close(ours)
    return printed


def test_the_version_is_that_of_the_package(shell):
    from importlib.metadata import version

    assert shell.ok("--version").out == f"grants {version('grant-ledger')}\n"
