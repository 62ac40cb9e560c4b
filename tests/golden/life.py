"""One whole life with a fixed clock and fixed ids: every type of event stands in its log.

`python -m golden.life` (from the folder of the tests) writes the golden files that are not there yet: the
stored bytes of one event of each type, what they decode to in readable lines, and the life itself. A file that
is there stays as it is: a new version of an event gets a new file.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
from store.office import (
    CRITERIA,
    HIROSHIMA,
    PARTS,
    R8,
    elsewhere,
    new,
    open_office,
    project_of,
)

from lifecycle.aggregates import EVENTS, Event
from lifecycle.store.entries import BASE_FIELDS, read_entry, to_event

from .chronicle import Chronicle
from .other_lives import live_otherwise

FOLDER = Path(__file__).parent
ENTRIES, DECODED, LIFE = FOLDER / "events", FOLDER / "decoded", FOLDER / "life.v1.jsonl"


def live(office: Chronicle) -> None:
    """From the opening of the store to the end of a project."""
    open_office(office)
    office.do(
        "register_officer", officer="both", name="兼務", roles=["head", "preparer"], authority=HIROSHIMA
    )
    grant = applied(office)
    decided(office, grant)
    changed(office, grant)
    paid(office, grant)
    published(office, project_of(grant))
    came_to_nothing(office)
    came_from_elsewhere(office)
    live_otherwise(office)


def applied(office: Chronicle) -> str:
    """Submitted, sent back, submitted again, and looked at."""
    office.on = "2025-04-10"
    item = {"id": "i1", "name": "システム構築", "fiscal_year": 2025, "cost_yen": 40_000_000}
    reasons = {"infrastructure_fy_prefecture": "用地取得の時期"}
    application = new(soft=600_000_000, infrastructure=1_100_000_000, last=2026, justifications=reasons)
    application["components"][0]["items"] = [item]
    application["components"][1] |= {"rate": "11/20", "ministry": "国土交通省"}
    grant = office.submitted(application)
    office.on = "2025-04-14"
    office.do("return_for_correction", grant=grant, message="積算の内訳が不足している")
    office.on = "2025-04-18"
    office.do("resubmit", grant=grant, application={**application, "title": "観光周遊の仕組みづくり（修正）"})
    office.on = "2025-04-21"
    project = project_of(grant)
    office.do("record_participation", project=project, stage="consideration", sector="academia", body="大学")
    for criterion in CRITERIA:
        office.do("score", grant=grant, criterion=criterion, score=4, reason="課題が明確である")
    office.do("certify_plan", project=project, certificate_no="第76回-12")
    return grant


def decided(office: Chronicle, grant: str) -> None:
    """Adopted, and approved for less."""
    office.on = "2025-04-25"
    office.do("adopt", grant=grant)
    office.on = "2025-05-01"
    office.do(
        "approve",
        grant=grant,
        amounts={"soft": 500_000_000},
        conditions=["帳簿を5年間保存すること"],
        decision_no="府地創第123号",
        reason="四つの評価基準を満たす",
    )


def changed(office: Chronicle, grant: str) -> None:
    """A change that is approved, and one that is not."""
    office.on = "2025-09-01"
    fields = {"deltas": {"soft": -20_000_000}, "last_year": 2027, "content": "工程の見直し"}
    change = office.do("request_change", grant=grant, **fields)["change"]
    office.on = "2025-09-10"
    office.do("approve_change", change=change)
    office.on = "2025-10-01"
    change = office.do("request_change", grant=grant, deltas={"soft": 5_000_000})["change"]
    office.on = "2025-10-08"
    office.do("refuse_change", change=change, reason="増額の必要が認められない")


def paid(office: Chronicle, grant: str) -> None:
    """Paid in advance, reported, settled at less, and the rest paid back."""
    office.on = "2025-12-15"
    office.do("disburse", grant=grant, amount_yen=1_580_000_000, payment="advance")
    office.on = "2026-04-06"
    actuals = {"soft": 900_000_000, "infrastructure": 2_000_000_000}
    office.do("report_completion", grant=grant, actuals=actuals, evidence=["支払調書", "完成検査調書"])
    office.on = "2026-05-11"
    office.do("settle", grant=grant)
    office.on = "2026-05-20"
    wish = {"basis": "overpayment", "amount_yen": 30_000_000, "due_on": "2026-06-09"}
    order = office.do("order_return", grant=grant, **wish)["order"]
    office.on = "2026-06-05"
    office.do("record_return", order=order, amount_yen=30_000_000)


def published(office: Chronicle, project: str) -> None:
    """The effect of the year, its publication, and the end."""
    year = {"project": project, "fiscal_year": 2025}
    office.on = "2026-06-20"
    office.do("measure", **year, kpi="k1", actual="78.5")
    office.on = "2026-08-20"
    meeting = {"body": "external", "meeting": "総合戦略会議", "held_on": "2026-08-18"}
    sectors = ["industry", "academia", "labour"]
    office.do("verify_effect", **year, **meeting, sectors=sectors, opinion="おおむね順調である")
    office.on = "2026-09-01"
    office.do("evaluate", **year, cause="広域での周知が届いた")
    office.do(
        "plan_improvement",
        **year,
        measures="周知の強化",
        owner="企画課",
        due_on="2027-03-31",
        future="continue",
    )
    office.on = "2026-09-20"
    for part in PARTS:
        office.publish(project, 2025, part)
    office.on = "2026-10-01"
    office.do("close_year", **year)
    office.do("end_project", project=project)


def came_to_nothing(office: Chronicle) -> None:
    """Withdrawn after the decision, not adopted, rejected."""
    office.on = "2026-10-05"
    office.do("withdraw", grant=office.approved(new(soft=1_000_000)), reason="事業計画の見直し")
    office.do("not_adopt", grant=office.submitted(new(soft=1_000_000)), reason="自立性が認められない")
    office.do("reject", grant=office.submitted(new(soft=1_000_000)), reason="補助対象外の経費である")


def came_from_elsewhere(office: Chronicle) -> None:
    """The successor's caps confirmed, and a decision taken over."""
    office.do("confirm_programme", programme=R8, basis="document", document="事務連絡 2026-04-10")
    fields = elsewhere(HIROSHIMA, 2026, R8, soft=76_041_000, facility=12_000_000)
    office.do("import_decision", **{**fields, "decided_on": "2026-04-01"})


# ---------------------------------------------------------------------- the files


def lived() -> list[bytes]:
    """The entries of the life, in log order."""
    with tempfile.TemporaryDirectory() as folder:
        office = Chronicle(Path(folder) / "life.db")
        live(office)
        entries = [bytes(row[0]) for row in office.connection.execute("SELECT entry FROM events ORDER BY n")]
        office.close()
    return entries


def name_of(entry: bytes) -> str:
    """The name of the file an entry is kept in."""
    stored = read_entry(entry)
    return f"{stored.type}.v{stored.v}"


def readable(event: Event) -> str:
    """An event as lines `field = value`, types and all."""
    stored = [f"version {event.originator_version} of {event.originator_id}: {type(event).__name__}"]
    names = [name for name in event.__annotations__ if name not in BASE_FIELDS]
    lines = [line for name in ("act", *names) for line in told(name, getattr(event, name))]
    return "\n".join([*stored, *lines]) + "\n"


def told(name: str, value: Any) -> Iterator[str]:
    """A value as lines, whatever it is made of."""
    if isinstance(value, msgspec.Struct):
        yield f"{name}: {type(value).__name__}"
        for part in value.__struct_fields__:
            yield from told(f"{name}.{part}", getattr(value, part))
    elif isinstance(value, list) and value:
        for index, part in enumerate(value):
            yield from told(f"{name}[{index}]", part)
    elif isinstance(value, dict) and value:
        for key, part in value.items():
            yield from told(f"{name}[{key!r}]", part)
    else:
        yield f"{name} = {'date ' + value.isoformat() if isinstance(value, date) else repr(value)}"


def write_what_is_missing() -> None:
    """Write golden files for events that have none."""
    entries = lived()
    fullest = {name_of(entry): entry for entry in sorted(entries, key=len)}
    assert {name.rpartition(".")[0] for name in fullest} == set(EVENTS)
    for folder in (ENTRIES, DECODED):
        folder.mkdir(exist_ok=True)
    for name, entry in fullest.items():
        keep(ENTRIES / f"{name}.json", entry)
        keep(DECODED / f"{name}.txt", readable(to_event(entry)).encode())
    lengthen(LIFE, entries)


def lengthen(path: Path, entries: list[bytes]) -> None:
    """Add the entries with which a life went on since it was kept; what is kept stays byte for byte."""
    kept = path.read_bytes().splitlines() if path.exists() else []
    with path.open("ab") as file:
        file.writelines(entry + b"\n" for entry in entries[len(kept) :])


def keep(path: Path, content: bytes) -> None:
    """Write a file that is not there."""
    if not path.exists():
        path.write_bytes(content)


if __name__ == "__main__":
    write_what_is_missing()
