"""The append: everything a command writes on a server, in one statement that is prepared once.

The statement has the parts that the command needs: most move no slot and open no row, and what is empty costs as much
as what is not.

It locks the cap rows and slots it moves, in sorted order; finds out whether they, and everything else the command
read, still are as it read them; and writes rows, entries and the command's id if so, nothing if not. No lock is wider
than those rows.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, NamedTuple

import msgspec

from lifecycle.projections.application_slots import Slots
from lifecycle.projections.cap_usage import CapRow
from lifecycle.store import inline
from lifecycle.store.entries import entry_bytes
from lifecycle.store.transaction import Draft

PROJECT = re.compile(r"([0-9]{6}-[0-9]{4}-[0-9]{2,})(/|\Z)")


class Part(NamedTuple):
    """What a command that has any of these values asks for: what it locks and reads, must find, and writes."""

    reads: str = ""
    stands: str = ""
    writes: str = ""


PARTS = {
    "windows": Part(
        reads="""moves AS MATERIALIZED (
    SELECT * FROM json_to_recordset(%(moves)s::json) AS m (
        "window" text, seq_before integer, bound_yen bigint, rule text, strength text, limit_yen bigint,
        source text, first_year integer, last_year integer,
        requested_yen bigint, reserved_yen bigint, used_yen bigint,
        own_requested_yen bigint, own_reserved_yen bigint, own_used_yen bigint, seq integer, freed_on text)
), held AS MATERIALIZED (
    SELECT "window", seq, used_yen + reserved_yen AS taken_yen FROM cap_usage
    WHERE "window" = ANY (%(windows)s::text[]) ORDER BY "window" FOR UPDATE
)""",
        stands="""(SELECT count(*) FROM moves) = (
        SELECT count(*) FROM moves JOIN held USING ("window") WHERE held.seq = seq_before
            AND (bound_yen IS NULL OR taken_yen + moves.reserved_yen + moves.used_yen <= bound_yen)
    )""",
        writes="""moved AS (
    UPDATE cap_usage AS c SET rule = m.rule, strength = m.strength, limit_yen = m.limit_yen, source = m.source,
        first_year = m.first_year, last_year = m.last_year,
        requested_yen = c.requested_yen + m.requested_yen, reserved_yen = c.reserved_yen + m.reserved_yen,
        used_yen = c.used_yen + m.used_yen, own_requested_yen = c.own_requested_yen + m.own_requested_yen,
        own_reserved_yen = c.own_reserved_yen + m.own_reserved_yen, own_used_yen = c.own_used_yen + m.own_used_yen,
        seq = m.seq, freed_on = m.freed_on
    FROM moves AS m, fresh
    WHERE is_fresh AND c."window" = m."window" AND c."window" = ANY (%(windows)s::text[])
)""",
    ),
    "slot_moves": Part(
        reads="""slot_moves AS MATERIALIZED (
    SELECT * FROM json_to_recordset(%(slot_moves)s::json) AS m (
        authority text, round text, ordinary integer, outside integer,
        ordinary_limit integer, outside_limit integer, ordinary_before integer, outside_before integer)
), slots_held AS MATERIALIZED (
    SELECT authority, round, ordinary, outside FROM application_slots
    WHERE (authority, round) IN (SELECT authority, round FROM slot_moves) ORDER BY authority, round FOR UPDATE
)""",
        stands="""(SELECT count(*) FROM slot_moves) = (
        SELECT count(*) FROM slot_moves AS m JOIN slots_held AS h USING (authority, round)
        WHERE h.ordinary = ordinary_before AND h.outside = outside_before
    )""",
        writes="""slots_moved AS (
    UPDATE application_slots AS s SET ordinary = m.ordinary, outside = m.outside,
        ordinary_limit = m.ordinary_limit, outside_limit = m.outside_limit
    FROM slot_moves AS m, fresh WHERE is_fresh AND s.authority = m.authority AND s.round = m.round
)""",
    ),
    "seen": Part(
        stands="""NOT EXISTS (
        SELECT 1 FROM json_to_recordset(%(seen)s::json) AS seen (scope text, turn bigint)
        JOIN turns USING (scope) WHERE turns.turn > seen.turn
    )""",
    ),
    "rows": Part(
        writes="""opened AS (
    INSERT INTO cap_usage
    SELECT r.* FROM json_populate_recordset(null::cap_usage, %(rows)s::json) AS r, fresh
    WHERE is_fresh ORDER BY r."window"
)""",
    ),
    "slot_rows": Part(
        writes="""slots_opened AS (
    INSERT INTO application_slots
    SELECT r.* FROM json_populate_recordset(null::application_slots, %(slot_rows)s::json) AS r, fresh
    WHERE is_fresh
)""",
    ),
    "turns": Part(
        writes="""turned AS (
    INSERT INTO turns (scope, turn)
    SELECT t.scope, t.turn FROM json_to_recordset(%(turns)s::json) AS t (scope text, turn bigint), fresh
    WHERE is_fresh ORDER BY t.scope
)""",
    ),
}
"""By the values they need, in the order in which they lock."""

ALWAYS = """written AS (
    INSERT INTO events (stream, version, type, recorded_at, effective_on, entry)
    SELECT stream, version, type, recorded_at, effective_on, entry
    FROM ROWS FROM (
        json_to_recordset(%(events)s::json)
            AS (stream text, version integer, type text, recorded_at text, effective_on text),
        unnest(%(entries)b::bytea[])
    ) WITH ORDINALITY AS e (stream, version, type, recorded_at, effective_on, entry, place), fresh
    WHERE is_fresh ORDER BY place
    RETURNING pos, stream, version, recorded_at
), unsealed_now AS (
    INSERT INTO unsealed (pos, stream, version, recorded_at)
    SELECT pos, stream, version, recorded_at FROM written
), done AS (
    INSERT INTO commands (command_id, body_sha256, result)
    SELECT %(command_id)s, %(body_sha256)s, %(result)b::bytea FROM fresh WHERE is_fresh
)
SELECT is_fresh FROM fresh
"""

NOTHING = "[]"

NAMES = tuple(name.strip(' "') for name in inline.CAP_COLUMNS.split(","))

Json = dict[str, Any]


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


def values(draft: Draft, turns: Mapping[str, int], command: tuple[str, str, bytes]) -> Json:
    """The values of the append; `turns` are the scopes' last ones that the command saw."""
    command_id, body_sha256, result = command
    moved = {name: row for name, row in draft.caps_after.items() if name in draft.caps_before}
    rows = [_cap(row) for name, row in draft.caps_after.items() if name not in draft.caps_before]
    slots = [_slots(draft.slots_before[key], after) for key, after in draft.slots_after.items()]
    return {
        "moves": _json(_cap_move(draft.caps_before[name], row) for name, row in moved.items()),
        "windows": sorted(moved),
        "rows": _json(rows),
        "slot_moves": _json(slot for slot in slots if slot["is_stored"]),
        "slot_rows": _json(slot for slot in slots if not slot["is_stored"]),
        "seen": _json({"scope": scope, "turn": turn} for scope, turn in turns.items()),
        "turns": _json({"scope": scope, "turn": turns.get(scope, 0) + 1} for scope in scopes(draft)),
        "events": _json(
            {
                "stream": entry.stream,
                "version": entry.version,
                "type": entry.type,
                "recorded_at": entry.recorded_at,
                "effective_on": entry.effective_on.isoformat(),
            }
            for entry in draft.entries
        ),
        "entries": [entry_bytes(entry) for entry in draft.entries],
        "command_id": command_id,
        "body_sha256": body_sha256,
        "result": result,
    }


def statement(values: Json) -> str:
    """The append of such values: one statement for every set of parts that commands need."""
    return _statement(tuple(name for name in PARTS if values[name] and values[name] != NOTHING))


@cache
def _statement(names: tuple[str, ...]) -> str:
    parts = [PARTS[name] for name in names]
    stands = " AND ".join(part.stands for part in parts if part.stands)
    fresh = f"fresh AS MATERIALIZED (SELECT {stands or 'TRUE'} AS is_fresh)"
    reads, writes = [part.reads for part in parts], [part.writes for part in parts]
    whole = "WITH " + ", ".join(filter(None, [*reads, fresh, *writes, ALWAYS]))
    return " ".join(whole.split())  # the driver reads a statement of more than 4,096 letters anew each time


def scopes(draft: Draft) -> set[str]:
    """The scopes a draft writes in."""
    found = {scope for entry in draft.entries if (scope := scope_of(entry.stream))}
    return found | {
        plans_of(row.authority) for row in draft.caps_after.values() if row.window.period == "plan"
    }


def _cap(row: CapRow) -> Json:
    return dict(zip(NAMES, inline.columns(row), strict=True)) | {"authority": row.authority}


def _cap_move(before: CapRow, after: CapRow) -> Json:
    amounts = {"total": after.total - before.total, "own": after.own - before.own}
    changes = {
        f"{'own_' if whose == 'own' else ''}{name}": yen
        for whose, moved in amounts.items()
        for name, yen in msgspec.structs.asdict(moved).items()
    }
    bound_yen = inline.bound_yen(before, after)
    return _cap(after) | changes | {"seq_before": before.seq, "bound_yen": bound_yen}


def _slots(before: Slots, after: Slots) -> Json:
    return {
        "authority": after.authority,
        "round": after.round,
        "ordinary": after.ordinary,
        "outside": after.outside,
        "ordinary_limit": after.ordinary_limit,
        "outside_limit": after.outside_limit,
        "ordinary_before": before.ordinary,
        "outside_before": before.outside,
        "is_stored": bool(before.ordinary_limit or before.outside_limit),
    }


def _json(rows: Iterable[Json]) -> str:
    return msgspec.json.encode(list(rows)).decode()
