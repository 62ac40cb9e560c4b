"""The append: everything a command writes on a server, in one statement that is prepared once.

The statement has the parts that the command needs, and a place for each value: most commands move no slot and open no
row, and what is empty costs as much as what is not.

It locks the cap rows and slots it moves, in sorted order; finds out whether they, and everything else the command
read, still are as it read them; and writes rows, entries and the command's id if so, nothing if not. A command that
moves one cap finds out by the update itself. No lock is wider than those rows.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from itertools import chain
from types import MappingProxyType
from typing import Any

from lifecycle.projections.application_slots import Slots
from lifecycle.projections.cap_usage import Amounts, CapRow
from lifecycle.store import inline
from lifecycle.store.entries import Entry, columns, entry_bytes
from lifecycle.store.transaction import Draft

PROJECT = re.compile(r"([0-9]{6}-[0-9]{4}-[0-9]{2,})(/|\Z)")

NAMES = tuple(name.strip(' "') for name in inline.CAP_COLUMNS.split(","))
TOTALS = ("requested_yen", "reserved_yen", "used_yen")
AMOUNTS = (*TOTALS, *(f"own_{name}" for name in TOTALS))
FACTS = ("rule", "strength", "limit_yen", "source", "first_year", "last_year")
SLOTS = ("ordinary", "outside", "ordinary_limit", "outside_limit")

COLUMNS = {
    "move": (*AMOUNTS, "seq", "freed_on", "window", "seq_before", "bound_yen", "taken_yen", "bound_yen"),
    "moves": ("window", "seq_before", "bound_yen", *AMOUNTS, "seq", "freed_on", *FACTS),
    "slot_moves": ("authority", "round", *SLOTS, "ordinary_before", "outside_before"),
    "seen": ("scope", "turn"),
    "known_caps": ("beginning", "end", "seqs"),
    "rows": ("authority", *NAMES),
    "slot_rows": ("authority", "round", *SLOTS),
    "turns": ("scope", "turn"),
    "events": ("stream", "version", "type", "recorded_at", "effective_on", "entry"),
    "command": ("command_id", "body_sha256", "result"),
}
"""The parts of an append and what a row of each says, in the order in which their values stand."""

PUT_INTO = {
    "rows": "cap_usage",
    "slot_rows": "application_slots",
    "turns": "turns",
    "events": "events",
    "command": "commands",
}
"""The table that a part's rows are put into as they are."""

INTEGERS = {"seq", "seq_before", "fiscal_year", "first_year", "last_year", "version"}
INTEGERS |= {*SLOTS, "ordinary_before", "outside_before"}
BYTES = {"entry", "result"}

MOVED_ALONE = """
UPDATE cap_usage SET {amounts}, seq = ?::integer, freed_on = ?::text
WHERE "window" = ?::text AND seq = ?::integer
    AND (?::bigint IS NULL OR used_yen + reserved_yen + ?::bigint <= ?::bigint){stand} RETURNING 1
"""
MOVES_HELD = """
held AS MATERIALIZED (
    SELECT "window", seq, used_yen + reserved_yen AS taken_yen FROM cap_usage
    WHERE "window" = ANY (ARRAY(SELECT "window" FROM moves)) ORDER BY "window" FOR UPDATE
)
"""
MOVES_STAND = """
(SELECT count(*) FROM moves) = (
    SELECT count(*) FROM moves JOIN held USING ("window") WHERE held.seq = seq_before
        AND (bound_yen IS NULL OR taken_yen + moves.reserved_yen + moves.used_yen <= bound_yen)
)
"""
MOVED = """
moved AS (UPDATE cap_usage AS c SET {changes} FROM moves AS m, fresh WHERE c."window" = m."window")
"""
SLOTS_HELD = """
slots_held AS MATERIALIZED (
    SELECT authority, round, ordinary, outside FROM application_slots
    WHERE (authority, round) IN (SELECT authority, round FROM slot_moves) ORDER BY authority, round FOR UPDATE
)
"""
SLOTS_STAND = """
(SELECT count(*) FROM slot_moves) = (
    SELECT count(*) FROM slot_moves AS m JOIN slots_held AS h USING (authority, round)
    WHERE h.ordinary = ordinary_before AND h.outside = outside_before
)
"""
SLOTS_MOVED = """
slots_moved AS (
    UPDATE application_slots AS s SET {changes} FROM slot_moves AS m, fresh
    WHERE s.authority = m.authority AND s.round = m.round
)
"""
SEEN_STANDS = "(SELECT coalesce(max(turn), 0) FROM turns WHERE scope = ?::text) = ?::bigint"
"""The last turn is the one that was seen: neither has another been taken since, nor have any been taken out."""
STILL_STANDS = "SELECT 1 / CASE WHEN {} THEN 1 ELSE 0 END"
"""An error if a scope has moved since: nothing else that a second statement finds would take the first one back."""

KNOWN_CAPS_STAND = """
(SELECT coalesce(sum(seq), 0) FROM cap_usage WHERE "window" >= ?::text AND "window" < ?::text) = ?::bigint
"""
"""Every change of a cap counts its row's seq up, and a new row begins one: the same sum is the same rows."""

UNSEALED = """
unsealed_put AS (
    INSERT INTO unsealed (pos, stream, version, recorded_at)
    SELECT pos, stream, version, recorded_at FROM events_put
)
"""

RETURNED = {"events": " RETURNING pos, stream, version, recorded_at"}

Rows = list[tuple[Any, ...]]
Values = dict[str, Rows]
"""Rows of values by the part they are for."""


@lru_cache(maxsize=1024)
def scope_of(stream: str) -> str | None:
    """Streams that decisions read together: a project with its grants and years, the officers, the rounds.

    None for a stream that stands alone: its own versions already keep two commands apart.
    """
    if project := PROJECT.match(stream):
        return project.group(1)
    beginning, slash, _ = stream.partition("/")
    return beginning if slash else None


def plans_of(authority: str) -> str:
    """The scope of an authority's plan windows, whose totals are derived from one another."""
    return f"{authority}/plans"


# ---------------------------------------------------------------------- the values


def values(
    draft: Draft,
    turns: Mapping[str, int],
    command: tuple[str, str, bytes],
    known_caps: Mapping[str, int] = MappingProxyType({}),
) -> Values:
    """The values of the append.

    `turns` are the scopes' last ones that the command saw; `known_caps` are authorities whose caps it did not read,
    with the sum of their rows' seqs as it knows them.
    """
    found: Values = {"command": [command]}
    if draft.entries:
        found["events"] = list(map(_event, draft.entries))
    if written := scopes(draft):
        found["turns"] = [(scope, turns.get(scope, 0) + 1) for scope in sorted(written)]
    if turns:
        found["seen"] = list(turns.items())
    if known_caps:
        found["known_caps"] = [(*inline.beginning(authority), seqs) for authority, seqs in known_caps.items()]
    if draft.caps_after:
        found |= _caps(draft)
    if draft.slots_after:
        found |= _slots(draft)
    return {name: found[name] for name in COLUMNS if name in found}


def _event(entry: Entry) -> tuple[Any, ...]:
    return *columns(entry), entry_bytes(entry)


def scopes(draft: Draft) -> set[str]:
    """The scopes a draft writes in."""
    found = set[str]()
    for entry in draft.entries:
        if scope := scope_of(entry.stream):
            found.add(scope)
    for row in draft.caps_after.values():
        if row.window.period == "plan":
            found.add(plans_of(row.authority))
    return found


def _caps(draft: Draft) -> Values:
    """One cap that moves, and nothing else of it, is moved by itself."""
    found: Values = {}
    before, after = draft.caps_before, sorted(draft.caps_after.items())
    pairs = [(before[name], row) for name, row in after if name in before]
    if len(pairs) == 1 and not draft.slots_after and pairs[0][0].window == pairs[0][1].window:
        found["move"] = [_cap_alone(*pairs[0])]
    elif pairs:
        found["moves"] = [_cap_move(*pair) for pair in pairs]
    if len(pairs) < len(after):
        found["rows"] = [(row.authority, *inline.columns(row)) for name, row in after if name not in before]
    return found


def _slots(draft: Draft) -> Values:
    pairs = [(draft.slots_before[key], after) for key, after in sorted(draft.slots_after.items())]
    moved = [_slot_move(*pair) for pair in pairs if _is_stored(pair[0])]
    begun = [_slot_row(after) for before, after in pairs if not _is_stored(before)]
    return {name: rows for name, rows in (("slot_moves", moved), ("slot_rows", begun)) if rows}


def _cap_alone(before: CapRow, after: CapRow) -> tuple[Any, ...]:
    window, total, own = after.window, after.total - before.total, after.own - before.own
    bound_yen = inline.bound_yen(window, total)
    taken_yen = total.reserved_yen + total.used_yen
    return (
        *_amounts(total, own),
        after.seq,
        _freed_on(after),
        window.window,
        before.seq,
        bound_yen,
        taken_yen,
        bound_yen,
    )


def _cap_move(before: CapRow, after: CapRow) -> tuple[Any, ...]:
    window, total, own = after.window, after.total - before.total, after.own - before.own
    moved = (*_amounts(total, own), after.seq, _freed_on(after))
    facts = (
        window.rule,
        window.strength,
        window.limit_yen,
        window.source,
        window.first_year,
        window.last_year,
    )
    return (window.window, before.seq, inline.bound_yen(window, total), *moved, *facts)


def _amounts(total: Amounts, own: Amounts) -> tuple[int, ...]:
    return (
        total.requested_yen,
        total.reserved_yen,
        total.used_yen,
        own.requested_yen,
        own.reserved_yen,
        own.used_yen,
    )


def _freed_on(row: CapRow) -> str | None:
    return row.freed_on.isoformat() if row.freed_on else None


def _is_stored(slots: Slots) -> bool:
    return bool(slots.ordinary_limit or slots.outside_limit)


def _slot_row(slots: Slots) -> tuple[Any, ...]:
    counts = (slots.ordinary, slots.outside, slots.ordinary_limit, slots.outside_limit)
    return (slots.authority, slots.round, *counts)


def _slot_move(before: Slots, after: Slots) -> tuple[Any, ...]:
    return (*_slot_row(after), before.ordinary, before.outside)


# ---------------------------------------------------------------------- the statement


def statement(values: Values) -> tuple[str, list[Any]]:
    """The append of such values, and the values in its order. It puts one row into `commands`, or none at all."""
    told = list(chain.from_iterable(chain.from_iterable(values.values())))
    return whole((*values, *map(len, values.values()))), told


def guard(values: Values) -> list[tuple[str, Sequence[Any]]]:
    """What is sent along with an append that may have to wait for caps or slots: the scopes that it only read, again.

    A statement sees the state of its beginning. If whoever held the caps lets them go unmoved, it goes on after the
    wait, for an officer whose role was taken away meanwhile, or by a waiver that was taken back.
    """
    taken = {scope for scope, _ in values.get("turns", ())}
    read = [row for row in values.get("seen", ()) if row[0] not in taken]
    if not read or not values.keys() & {"move", "moves", "slot_moves"}:
        return []
    return [
        (STILL_STANDS.format(" AND ".join([SEEN_STANDS] * len(read))), [one for row in read for one in row])
    ]


@cache
def whole(shape: tuple[Any, ...]) -> str:
    """One statement for every set of parts that commands need: their names, and then how many rows each has."""
    half = len(shape) // 2
    counts: dict[str, int] = dict(zip(shape[:half], shape[half:], strict=True))
    held, stand = _reads(counts)
    is_guarded = bool(held or stand)
    if is_guarded and "move" not in counts:
        held.append(f"fresh AS MATERIALIZED (SELECT 1 WHERE {' AND '.join(stand)})")
    if "moves" in counts:
        held.append(MOVED.format(changes=_changes(*AMOUNTS)))
    if "slot_moves" in counts:
        held.append(SLOTS_MOVED.format(changes=", ".join(f"{name} = m.{name}" for name in SLOTS)))
    puts = {name: _put(name, count, guarded=is_guarded) for name, count in counts.items() if name in PUT_INTO}
    last = puts.pop("command")
    parts = [*held, *(f"{name}_put AS ({put}{RETURNED.get(name, '')})" for name, put in puts.items())]
    if "events" in puts:
        parts.append(UNSEALED)
    return " ".join(f"{'WITH' if parts else ''} {', '.join(parts)} {last}".split())


def _reads(counts: Mapping[str, int]) -> tuple[list[str], list[str]]:
    """What is locked and looked at, and what must be found; their values stand before all that is put."""
    seen = [SEEN_STANDS] * counts.get("seen", 0) + [KNOWN_CAPS_STAND] * counts.get("known_caps", 0)
    if "move" in counts:
        amounts = ", ".join(f"{name} = {name} + ?::bigint" for name in AMOUNTS)
        rest = "".join(f" AND {one}" for one in seen)
        return [f"fresh AS ({MOVED_ALONE.format(amounts=amounts, stand=rest)})"], seen
    read, stand = list[str](), list[str]()
    for name, locks, found in (("moves", MOVES_HELD, MOVES_STAND), ("slot_moves", SLOTS_HELD, SLOTS_STAND)):
        if count := counts.get(name):
            read += [f"{name} ({_names(name)}) AS MATERIALIZED (VALUES {_places(name, count)})", locks]
            stand.append(found)
    return read, stand + seen


def _changes(*amounts: str) -> str:
    moved = [f"{name} = c.{name} + m.{name}" for name in amounts]
    return ", ".join([*moved, *(f"{name} = m.{name}" for name in ("seq", "freed_on", *FACTS))])


def _put(name: str, count: int, *, guarded: bool) -> str:
    into = f"INSERT INTO {PUT_INTO[name]} ({_names(name)})"
    if not guarded:
        return f"{into} VALUES {_places(name, count)}"
    if count == 1:
        return f"{into} SELECT {_places(name, 1)[1:-1]} FROM fresh"
    return (
        f"{into} SELECT {_names(name)} FROM fresh, (VALUES {_places(name, count, numbered=True)}) "
        f"AS v (place, {_names(name)}) ORDER BY place"
    )


def _names(name: str) -> str:
    return ", ".join(f'"{column}"' for column in COLUMNS[name])


def _places(name: str, count: int, *, numbered: bool = False) -> str:
    row = ", ".join(f"?::{_type(column)}" for column in COLUMNS[name])
    return ", ".join(f"({f'{place}, ' if numbered else ''}{row})" for place in range(count))


def _type(column: str) -> str:
    if column in BYTES:
        return "bytea"
    if column in INTEGERS:
        return "integer"
    return "bigint" if column in ("turn", "seqs") or column.endswith("_yen") else "text"
