"""`replay` and `diff` for people: each event with the money after it; what changed, and which events did it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from cli.ink import ink
from cli.labels import heading, label
from cli.objects import text_of
from cli.tables import Column, Row, facts, fits, grid, is_narrow
from cli.tables import Fact as Said
from cli.words import in_words

MONEY = ("requested_yen", "reserved_yen", "committed_yen", "settled_yen", "disbursed_yen", "returned_yen")


def replay_rows(found: Iterable[Row]) -> Iterator[str]:
    """One line an event: number, day, officer, what happened; then the money of its grant after it."""
    from cli.views import told

    columns = [
        Column("n", lambda row: str(row["n"]), right=True),
        Column("effective", lambda row: row["effective_on"]),
        Column("by", lambda row: row["by"]),
        Column("event", lambda row: row["type"]),
        *([] if is_narrow() else [Column("stream", lambda row: row["stream"])]),
        *(_money(name) for name in MONEY),
    ]
    last: dict[str, Any] = {}

    def kept() -> Iterator[Row]:
        for row in found:
            last.update(row)
            yield row

    yield from grid(columns, kept(), below=told, between=" ")
    if last:
        yield ""
        yield from facts([_sum(name, amount) for name, amount in last["total"].items() if amount])
        if last["status"]:
            yield from facts([Said(label("status"), in_words("status", last["status"]))])


def _money(name: str) -> Column:
    return Column(heading(name), lambda row: f"{row['money'][name]:,}" if row["money"] else "", right=True)


def _sum(name: str, amount_yen: int) -> Said:
    return Said(label(name), f"{amount_yen:,} yen", is_figure=True)


def diff_lines(found: Row) -> Iterator[str]:
    """Grants with what changed and the events that did it; caps; sums; read tables and reports."""
    start, end = found["from"], found["to"]
    yield ink(
        f"from {start['as_of']} (event {start['event']:,}) to {end['as_of']} (event {end['event']:,}), "
        f"{found['clock']} clock: {found['events']:,} events",
        bold=True,
    )
    for grant in found["grants"]:
        yield from _changes(grant["grant"], grant["changes"], grant["events"])
    for window in found["caps"]:
        yield from _changes(window["window"], window["changes"], [])
    if found["others"]:
        yield ""
        yield ink("also recorded", bold=True)
        yield from (f"  {other['stream']}: {_events(other['events'])}" for other in found["others"])
    yield from _sums(found["totals"])
    yield from _tables(found)


def _changes(name: str, changes: list[Row], events: list[Row]) -> Iterator[str]:
    yield ""
    yield ink(name, bold=True)
    if events:
        yield ink(f"  {_events(events)}", dim=True)
    if fits(CHANGED, changes, 2):
        yield from grid(CHANGED, changes, indent="  ")
        return
    yield from facts([_reworded(row) for row in changes if not _is_amount(row)])
    if amounts := [row for row in changes if _is_amount(row)]:
        yield from grid(CHANGED, amounts, indent="  ")


def _is_amount(row: Row) -> bool:
    return str(row["field"]).endswith("_yen")


def _reworded(row: Row) -> Said:
    """What is no amount, where it has no room beside what it was before."""
    before, after = (text_of(row["field"], row[when]) for when in ("before", "after"))
    return Said(label(row["field"]), f"{after or 'none'}; before: {before}" if before else after)


def _events(events: list[Row]) -> str:
    return ", ".join(f"{event['n']} {event['type']}" for event in events)


def _difference(row: Row) -> str:
    before, after = row["before"], row["after"]
    if not _is_amount(row) or after is None:
        return ""
    return f"{after - (before or 0):+,}"


CHANGED = [
    Column("field", lambda row: label(row["field"])),
    Column("before", lambda row: text_of(row["field"], row["before"]), right=True),
    Column("after", lambda row: text_of(row["field"], row["after"]), right=True),
    Column("difference", _difference, right=True),
]


def _sums(totals: list[Row]) -> Iterator[str]:
    moved = [total for total in totals if total["difference_yen"]]
    if not moved:
        return
    yield ""
    yield ink("these grants together", bold=True)
    yield from grid(
        [
            Column("field", lambda row: label(row["field"])),
            Column("before", lambda row: f"{row['before_yen']:,}", right=True),
            Column("after", lambda row: f"{row['after_yen']:,}", right=True),
            Column("difference", lambda row: f"{row['difference_yen']:+,}", right=True),
        ],
        moved,
        indent="  ",
    )


def _tables(found: Row) -> Iterator[str]:
    changed = [table for table in found["tables"] if table["added"] or table["removed"] or table["changed"]]
    if not changed:
        return
    yield ""
    yield ink("read tables", bold=True)
    yield from grid(
        [
            Column("table", lambda row: row["table"]),
            *(_count(name) for name in ("added", "removed", "changed")),
        ],
        changed,
        indent="  ",
    )
    yield f"  reports that differ: {', '.join(found['reports'])}"


def _count(name: str) -> Column:
    return Column(name, lambda row: str(row[name]), right=True)
