"""Batch: every line is answered, in order and at once; a bad one never takes another with it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import places
import pytest

from cli.parse import MOST_BYTES
from lifecycle.service import Grants

GRANTS = [str(Path(sys.executable).parent / "grants")]
GRANT = "340006-2025-01/2025"

BAD_LINES = {
    "empty": (b"", "line: empty; a JSON object is wanted"),
    "blank": (b"  \t", "line: empty; a JSON object is wanted"),
    "no json": (b"approve", "line: no JSON at column 1: expecting value"),
    "cut short": (b'{"do": "list"', "line: no JSON at column 14: expecting ',' delimiter"),
    "two values": (b'{"do": "list"} {}', "line: no JSON at column 16: extra data"),
    "a list": (b"[]", "line: a list given, an object wanted"),
    "a number": (b"5", "line: 5 given, an object wanted"),
    "not utf-8": (b'{"do": "\xff"}', "line is not UTF-8 (line 1, byte 9)"),
    "nan": (b'{"do": NaN}', "line: NaN is no number that JSON knows"),
    "infinity": (b'{"do": -Infinity}', "line: -Infinity is no number that JSON knows"),
    "huge number": (b'{"do": ' + b"9" * 100_000 + b"}", "line: a number of 100,000 digits is too large"),
    "deep": (b"[" * 100_000, "line: nested too deeply"),
    "deep but closed": (
        b'{"do": "show", "target": ' + b"[" * 500 + b"]" * 500 + b"}",
        "target[0][0]: nested too deeply",
    ),
    "key twice": (b'{"do": "list", "do": "log"}', 'line: the key "do" stands twice'),
    "too long": (b'{"do": "' + b"x" * MOST_BYTES + b'"}', "line: longer than 4 MiB"),
    "no do": (b"{}", "do: missing"),
    "do is a list": (b'{"do": ["list"]}', "do: a list is no command"),
    "unknown do": (b'{"do": "aprove"}', 'do: "aprove" is no command; did you mean approve?'),
    "a shell name": (b'{"do": "open-round"}', 'do: "open-round" is no command; did you mean open_round?'),
    "surrogate in do": (b'{"do": "\\ud800"}', 'do: "<U+D800>" is no command'),
    "surrogate in id": (b'{"do": "list", "id": "\\ud800"}', "id: contains U+D800, which is no text"),
    "number as id": (b'{"do": "list", "id": 5}', "id: unknown field"),
    "fraction": (b'{"do": "approve", "grant": "x", "amounts": {"s1": 1e3}}', 'grant: "x" given'),
    "missing": (b'{"do": "settle"}', "grant: missing"),
}


def lines_of(answer) -> list[dict]:
    return [json.loads(line) for line in answer.out.splitlines()]


@pytest.mark.parametrize("case", BAD_LINES)
def test_a_bad_line_answers_with_its_fault_and_the_next_one_runs(case, office):
    line, message = BAD_LINES[case]
    answer = office("batch", "-", stdin=line + b'\n{"do": "show", "target": "tanaka"}\n')
    bad, good = lines_of(answer)
    assert (answer.exit, answer.err) == (2, "")
    assert (bad["ok"], bad["exit"], bad["code"], bad["findings"]) == (False, 2, "bad_input", [])
    assert bad["message"].startswith(message)
    assert good == {"ok": True, "do": "show", "id": None, "result": good["result"]}


def test_the_exit_is_the_largest_of_the_lines(office):
    lines = [b'{"do": "list"}', b'{"do": "show", "target": "nobody"}', b"{}"]
    assert office("batch", "-", stdin=b"\n".join(lines)).exit == 3
    assert office("batch", "-", stdin=lines[0]).exit == 0


def test_a_defect_in_one_line_is_told_in_its_place(office, monkeypatch):
    def fail(self, command):
        raise RuntimeError("lost")

    monkeypatch.setattr(Grants, "show", fail)
    answer = office("batch", "-", stdin=b'{"do": "show", "target": "x"}\n{"do": "list"}\n')
    broken, good = lines_of(answer)
    assert (answer.exit, broken["exit"], broken["code"]) == (70, 70, "defect")
    assert "RuntimeError: lost" in broken["message"]
    assert good["ok"]


def test_a_file_and_its_default_officer(office, tmp_path):
    line = {"do": "submit", "on": "2025-05-01", "application": {"kind": "continuing", "round": "2025-1"}}
    (tmp_path / "lines.jsonl").write_text(json.dumps(line) + "\n")
    (answer,) = lines_of(office("batch", "lines.jsonl", "--by", "kato"))
    assert answer["message"] == "application.project: missing; also missing: application.fiscal_year"
    submit = {"do": "withdraw", "grant": GRANT}
    (tmp_path / "lines.jsonl").write_text(json.dumps(submit) + "\n")
    (answer,) = lines_of(office("batch", "lines.jsonl", "--by", "tanaka"))
    assert "tanaka (田中) holds officer" in answer["message"]


def test_each_line_is_answered_before_the_next_is_read(opened_store):
    """Whoever drives a batch may decide on its next line by the last answer."""
    environment = {**os.environ, "GRANTS_STORE": places.store_url(opened_store)}
    with subprocess.Popen(
        [*GRANTS, "batch", "-"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment
    ) as batch:
        for _ in range(3):
            batch.stdin.write(b'{"do": "list"}\n')
            batch.stdin.flush()
            assert json.loads(batch.stdout.readline())["ok"]
        batch.stdin.close()
    assert batch.returncode == 0


def test_ten_thousand_lines_take_no_more_memory_than_ten(opened_store, tmp_path):
    few, many = (peak_memory_kib(opened_store, tmp_path / f"{count}.jsonl", count) for count in (10, 10_000))
    assert many - few < 4096


def peak_memory_kib(store: Path, file: Path, count: int) -> int:
    """Peak resident memory of a batch of so many lines, some bad, some refused, some reads."""
    bad, refused = '{"do": "x"}\n', '{"do": "settle", "grant": "340006-2025-09/2025", "by": "suzuki"}\n'
    read = '{"do": "show", "target": "tanaka"}\n'
    file.write_text((bad * 4 + refused * 4 + read * 2) * (count // 10))
    child = (
        "import resource, subprocess, sys; subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL);"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )
    words = [*GRANTS, "--store", places.store_url(store), "batch", str(file)]
    ran = subprocess.run([sys.executable, "-c", child, *words], capture_output=True, text=True, check=True)
    return int(ran.stdout)
