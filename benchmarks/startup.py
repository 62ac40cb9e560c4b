"""How long whole commands take, from the shell's view: start, work, end. Prints; asserts nothing.

python benchmarks/startup.py
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from time import perf_counter

import msgspec

from lifecycle import commands
from lifecycle.service import Grants

RUNS = int(os.environ.get("RUNS", "9"))
PROGRAM = str(Path(sys.executable).parent / "grants")
ON = "2025-05-01"
AUTHORITY = "340006"
AIMS_MS = {"grants --help": 150, "grants approve": 350}
OFFICERS = {"head": "head", "scorer": "officer", "approver": "approver"}
CRITERIA = ("vision", "kpi", "self_reliance", "participation")
MOST_A_ROUND = 10
"""New applications an authority may make in one round."""


def prepare(url: str, wanted: int) -> list[str]:
    """A store in which `wanted` grants wait for their approval; their ids."""
    grants = Grants(url, lambda: datetime.now(UTC), "root")

    def do(what: str, /, **fields: object) -> dict[str, str]:
        command = msgspec.convert({"do": what, "on": ON, **fields}, commands.ALL[what])
        answer: dict[str, str] = msgspec.json.decode(getattr(grants, what)(command))
        return answer

    do("init", admin="root")
    for officer, role in OFFICERS.items():
        do("register_officer", officer=officer, name=officer, roles=[role])
    waiting = []
    for number in range(wanted):
        round_ = f"2025-{number // MOST_A_ROUND}"
        if number % MOST_A_ROUND == 0:
            dates = {"opens_on": "2025-04-01", "closes_on": "2026-03-31"}
            do("open_round", round=round_, programme="R7-dai2sedai", by="scorer", **dates)
        told = do("submit", application=application(round_, number), by="head")
        for criterion in CRITERIA:
            do("score", grant=told["grant"], criterion=criterion, score=4, by="scorer", reason="plain")
        do("certify_plan", project=told["project"], certificate_no=str(number), by="approver")
        waiting.append(told["grant"])
    grants.close()
    return waiting


def application(round_: str, number: int) -> dict[str, object]:
    """A small application of one component over one fiscal year."""
    asked = {"fiscal_year": 2025, "eligible_cost_yen": 2_000_000}
    kpi = {"id": "k1", "name": "visitors", "baseline": "60", "targets": {"2025": "80"}}
    return {
        "kind": "new",
        "round": round_,
        "authority": AUTHORITY,
        "title": f"project {number}",
        "strategy": "s1",
        "first_year": 2025,
        "last_year": 2025,
        "components": [{"id": "s1", "kind": "soft", "title": "work", "years": [asked]}],
        "kpis": [kpi],
    }


def lines(waiting: Iterator[str], shown: str) -> dict[str, list[str]]:
    """The command lines of one round; an approval takes the next grant that waits."""
    return {
        "python -c pass": [sys.executable, "-c", "pass"],
        "grants --help": [PROGRAM, "--help"],
        "grants approve": [PROGRAM, "approve", next(waiting), "--by", "approver", "--on", ON],
        "grants show": [PROGRAM, "show", shown],
        "grants caps": [PROGRAM, "caps", AUTHORITY],
        "grants log": [PROGRAM, "log", shown],
    }


def took_ms(line: list[str], environment: dict[str, str]) -> float:
    """Milliseconds from start to end of one process."""
    began = perf_counter()
    subprocess.run(line, env=environment, check=True, capture_output=True)
    return (perf_counter() - began) * 1000


def main() -> None:
    """Each command once to warm up, then all in turn RUNS times."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/grants.db"
        grants = prepare(url, RUNS + 1)
        # Compiled modules are kept, as in an installed program.
        environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
        environment["GRANTS_STORE"] = url
        waiting = iter(grants)
        times: dict[str, list[float]] = {}
        for turn in range(RUNS + 1):
            for name, line in lines(waiting, grants[0]).items():
                took = took_ms(line, environment)
                if turn:
                    times.setdefault(name, []).append(took)
    bare_ms = median(times["python -c pass"])
    for name, runs in times.items():
        aim = f"  aim {AIMS_MS[name]} ms" if name in AIMS_MS else ""
        middle = median(runs)
        print(
            f"{name:15} {middle:5.0f} ms  ({min(runs):.0f} to {max(runs):.0f})  {middle / bare_ms:4.1f} x python{aim}"
        )


if __name__ == "__main__":
    main()
