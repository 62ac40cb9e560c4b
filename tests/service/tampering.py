"""A store in which all is well, a copy of it that somebody has been at, and what the checks say to it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from store.office import HIROSHIMA, Office, new, office_at

from lifecycle.store import sqlite
from lifecycle.values import JAPAN

P = f"{HIROSHIMA}-2025-01"
G = f"{P}/2025"
SECTORS = ("industry", "government", "academia", "finance", "labour", "media")
STAGES = ("consideration", "implementation", "verification")


def run_well(path: Path) -> None:
    """An office that does everything in time, and closes its one year."""
    office = office_at(path)
    grant = office.decidable(new(soft=10_000))
    for stage in STAGES:
        for sector in SECTORS:
            told = {"stage": stage, "sector": sector, "body": f"{stage} {sector}"}
            office.do("record_participation", project=P, **told)
    sums = {"own_grant_yen": 5_000, "passed_down_yen": 5_000, "eligible_cost_yen": 20_000}
    office.do("check_double_funding", grant=grant, **sums)
    office.do("approve", grant=grant)
    office.do("commit_sub_grant", grant=grant, sub_grant="g1", payee="西条酒造", amount_yen=3_000)
    office.do("pay_sub_grant", grant=grant, sub_grant="g1", evidence="領収書")
    office.do("disburse", grant=grant, amount_yen=10_000, payment="advance")
    office.settled(grant, {"soft": 18_000})
    office.do("order_return", grant=grant, basis="overpayment", amount_yen=1_000, due_on="2025-05-01")
    office.do("record_return", order=f"{G}/r1", amount_yen=1_000)
    office.do("assess_return", order=f"{G}/r1")
    office.do("report_input_tax", grant=grant, deductible_tax_yen=0)
    office.published(P, 2025)
    office.do("close_year", project=P, fiscal_year=2025)
    office.close()


def tamper(well: Path, path: Path, work: Callable[[Any], object]) -> Office:
    """The office of a copy of a store that somebody has been at, with the triggers out of the way."""
    shutil.copyfile(well, path)
    connection = sqlite.connect(path)
    names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
    for (name,) in names:
        connection.execute(f"DROP TRIGGER {name}")
    work(connection)
    connection.close()
    return Office(path)


def number(connection: Any, event_type: str) -> int:
    """The number of the first event of this type."""
    sql = "SELECT min(n) FROM events WHERE type = ?"
    return int(connection.execute(sql, (event_type,)).fetchone()[0])


def rewrite(connection: Any, event_type: str, change: Callable[[Any], object]) -> int:
    """Change the entry of the first event of this type; returns its number."""
    n = number(connection, event_type)
    entry = json.loads(connection.execute("SELECT entry FROM events WHERE n = ?", (n,)).fetchone()[0])
    change(entry)
    told = json.dumps(entry, ensure_ascii=False).encode()
    connection.execute("UPDATE events SET entry = ? WHERE n = ?", (told, n))
    return n


def move_to_front(connection: Any, n: int) -> None:
    """Let an event change its number with the very first one, so that everything else comes after it."""
    for before, after in ((1, 0), (n, 1), (0, n)):
        connection.execute("UPDATE events SET n = ? WHERE n = ?", (after, before))


def messages(office: Office, *names: str, **fields: Any) -> list[str]:
    """What these checks say."""
    return [finding["message"] for finding in office.tell("check", names=list(names), **fields)]


def last(office: Office, stream: str) -> int:
    """The number of the last event of a stream."""
    return max(line["n"] for line in list(office.tell("log", target=stream)) if line["stream"] == stream)


def on(office: Office, *day: int) -> None:
    """It is noon of this day in Japan."""
    office.clock.at = datetime(*day, 12, tzinfo=JAPAN)
