"""Reads: what stands in the log, now or as of any point on either clock."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import msgspec

from lifecycle.aggregates import (
    Aggregate,
    Grant,
    Officer,
    ProgrammeVersion,
    Project,
    ProjectYear,
    Round,
)
from lifecycle.commands.fields import Reading
from lifecycle.commands.reading import Caps, Check, List, Log, Outcome, Schemes, Show, Todo
from lifecycle.errors import BadInput, Finding, NotFound
from lifecycle.nearest import near
from lifecycle.programme import known
from lifecycle.programme.authorities import check_code
from lifecycle.schemes import schemes
from lifecycle.service import views
from lifecycle.service.asking import read
from lifecycle.service.capping import caps_view
from lifecycle.service.desk import APPLICANT_ROLES, Office
from lifecycle.service.numbering import CHANGE, EFFECT_YEAR, GRANT, ORDER, PROJECT
from lifecycle.service.unfound import what_there_is
from lifecycle.service.views import Json, plain
from lifecycle.store.entries import read_entry
from lifecycle.store.log import AsOf, as_of, last_number, open_log
from lifecycle.store.transaction import Transaction, fold
from lifecycle.values import business_date, has_code_form

OFFICES = {"officer": Officer, "round": Round, "programme": ProgrammeVersion}


class ReadingRoom(Office):
    """照会."""

    def point(self, command: Reading) -> AsOf:
        """The point in the log that a read is about.

        Raises:
            BadInput: no point in the log.
            NotFound: the log has not come so far.
        """
        return self.reached(as_of(command.as_of, command.as_of_event, command.clock))

    def reached(self, point: AsOf) -> AsOf:
        """The same point; one beyond the log's end is refused, because its answer would change with the next event.

        Raises:
            NotFound: the log has not come so far.
        """
        if point.n and point.n > (last := last_number(self.store)):
            raise NotFound(
                f"there is no event {point.n} yet: the log ends with event {last}; "
                "without --as-of-event the answer is what stands now"
            )
        return point

    @read
    def show(self, command: Show) -> Json:
        """One grant, project, effect-year, change, return order, officer, round, programme version or other record.

        Raises:
            NotFound: nothing of this id, at that point.
            BadInput: an ambiguous beginning, or no point in the log.
        """
        point = self.point(command)
        target = self.resolve(command.target)
        return dict(plain(self._shown(target, point)))

    def _shown(self, target: str, point: AsOf) -> Json:
        if GRANT.match(target):
            grant = self._one(Grant, target, point)
            return views.grant_view(grant, self._own_lengths(grant))
        if CHANGE.match(target):
            return self._change(target, point)
        if ORDER.match(target):
            return views.order_view(self._part(target, point, "orders")[1])
        if PROJECT.match(target):
            return self._project(target, point)
        if EFFECT_YEAR.match(target):
            year = self._one(ProjectYear, target, point)
            return {"project": year.project, **views.year_view(year)}
        if target.partition("/")[0] in OFFICES:
            return views.office_view(self._one(OFFICES[target.partition("/")[0]], target, point))
        return views.programme_view(target) if target in known() else self._record(target, point)

    def _change(self, target: str, point: AsOf) -> Json:
        grant, change = self._part(target, point, "changes")
        return views.change_view(change, self._own_lengths(grant).get(target))

    def _own_lengths(self, grant: Grant) -> dict[str, list[Finding]]:
        """By change; the log is opened for a grant alone whose changes have moved its plan's last year."""
        if all(c.last_year is None or c.status != "approved" for c in grant.changes.values()):
            return {}
        from lifecycle.checks.own_lengths import own_lengths_of

        with open_log(self.store) as log:
            return own_lengths_of(log, grant)

    def _part(self, target: str, point: AsOf, attribute: str) -> tuple[Grant, Any]:
        grant = self._one(Grant, target.rpartition("/")[0], point)
        found = getattr(grant, attribute).get(target)
        if found is None:
            raise self._unfound(target, point)
        return grant, found

    def _record(self, target: str, point: AsOf) -> Json:
        """A waiver, donation, talent hub, consultation or entry of the telework registry."""
        with open_log(self.store) as log:
            found = fold(log.events(point, stream=target))
        if found is None:
            raise self._unfound(target, point)
        return views.record_view(found)

    def _project(self, target: str, point: AsOf) -> Json:
        parts: dict[str, list[Any]] = {}
        for stream, event in self._folded(point, f"{target}/"):
            parts.setdefault(event.TOPIC, []).append((stream, event))
        grants = [grant for _, grant in parts.get(Grant.TOPIC, [])]
        years = [year for _, year in parts.get(ProjectYear.TOPIC, [])]
        return views.project_view(self._one(Project, target, point), grants, years)

    def _one(self, aggregate_class: Any, stream: str, point: AsOf) -> Any:
        if point.is_now:
            with self.store.reading() as connection:
                found = Transaction(connection, self.now).find(aggregate_class, stream)
        else:
            with open_log(self.store) as log:
                found = fold(log.events(point, stream=stream))
        if found is None:
            raise self._unfound(stream, point)
        return found

    def _folded(self, point: AsOf, beginning: str) -> Iterator[tuple[str, Aggregate]]:
        events: dict[str, list[Any]] = {}
        with open_log(self.store) as log:
            for event in log.events(point, beginning=beginning):
                events.setdefault(event.originator_id, []).append(event)
        for stream in sorted(events):
            aggregate = fold(events[stream])
            if aggregate is not None:
                yield stream, aggregate

    @read
    def list(self, command: List) -> Iterator[Json]:
        """Grants, by id.

        Raises:
            UnknownAuthority, BadCheckDigit, BadInput.
        """
        point = self.point(command)
        if command.authority:
            check_code(command.authority)
        for _, aggregate in self._folded(point, f"{command.authority or ''}"):
            if not isinstance(aggregate, Grant):
                continue
            if command.status not in (None, aggregate.status.value):
                continue
            if command.fiscal_year in (None, aggregate.fiscal_year):
                yield plain(views.grant_line(aggregate))

    @read
    def log(self, command: Log) -> Iterator[Json]:
        """Events in log order.

        Raises:
            NotFound: nothing of this id, no such officer, or the log has not come so far.
            BadInput: no point in the log, or `follow`: an answer ends, so the shell asks again and again.
        """
        if command.follow:
            raise BadInput("follow: only `grants log --follow` in a shell follows; ask again with since")
        point = self.point(command)
        stream = self._stream(command.target) if command.target else None
        after, recorded_from = _since(command.since)
        if after > (last := last_number(self.store) if after else 0):
            raise NotFound(f"since {after}: the log ends with event {last}; a date is written YYYY-MM-DD")
        if command.by:
            self._one(Officer, f"officer/{command.by}", AsOf())
        with open_log(self.store) as log:
            where = {"family" if PROJECT.match(stream or "") else "stream": stream}
            entries = log.entries(point, **where, after=after, recorded_from=recorded_from)
            for n, entry in entries:
                event = read_entry(entry)
                if command.by in (None, event.by):
                    yield _logged(n, entry)

    def _stream(self, target: str) -> str:
        found = self.resolve(target)
        return found.rpartition("/")[0] if CHANGE.match(found) or ORDER.match(found) else found

    @read
    def caps(self, command: Caps) -> Json:
        """An authority's windows: limit, used, reserved, room.

        Raises:
            UnknownAuthority, BadCheckDigit, BadInput.
        """
        point = self.point(command)
        on = self._day(point)
        authority = check_code(command.authority, on)
        view = caps_view(self.store, self.now, authority, point, command.fiscal_year, on)
        view["as_of"] = command.as_of if command.as_of else command.as_of_event
        return dict(plain(view))

    @read
    def todo(self, command: Todo) -> Iterator[Json]:
        """What waits, as of a day: overdue first.

        Raises:
            NotFound: no such officer.
            UnknownAuthority, BadCheckDigit, BadInput.
        """
        from lifecycle.checks.agenda import agenda

        point = self.point(command)
        on = self._day(point)
        officer = self._one(Officer, f"officer/{command.by}", point) if command.by else None
        authority = check_code(command.authority, on).code if command.authority else None
        with open_log(self.store) as log:
            for wait in agenda(log, point, on):
                if authority not in (None, wait.authority):
                    continue
                if officer and not _may(officer, wait.role, wait.authority):
                    continue
                yield plain({**msgspec.to_builtins(wait), "overdue": wait.overdue(on)})

    @read
    def schemes(self, command: Schemes) -> Iterator[Json]:
        """施策×狙い: every scheme that had begun by a day, with its aims and the figures in force.

        Raises:
            NotFound: no store.
            BadInput: no point in the log.
        """
        with open_log(self.store):  # like every read, it answers for a store that can be read
            on = self._day(self.point(command))
        for scheme in schemes():
            view = views.scheme_view(scheme, on)
            if view["figures"]:
                yield plain(view)

    def _day(self, point: AsOf) -> date:
        """The day in Japan of a point in the log, so that what was told of it is told for ever."""
        if point.is_now:
            return self.today()
        if point.effective_on:
            return date.fromisoformat(point.effective_on)
        if point.recorded_before:
            return business_date(datetime.fromisoformat(point.recorded_before) - timedelta(microseconds=1))
        with open_log(self.store) as log:
            recorded_at = log.recorded_at(point.n or 0)
        return business_date(datetime.fromisoformat(recorded_at)) if recorded_at else self.today()

    @read
    def outcome(self, command: Outcome) -> Json:
        """What became of a command; as of a point, whether it had taken effect by then.

        Raises:
            NotFound: no command of this id took effect; nothing was written by it.
            BadInput: no point in the log.
        """
        point = self.point(command)
        known_command = self.store.find_command(command.command_id)
        if known_command is None:
            raise NotFound(f"no command {command.command_id} took effect; nothing was written by it")
        if not point.is_now and not self._had_effect(command.command_id, point):
            raise NotFound(
                f"command {command.command_id} had recorded nothing at that point; it took effect later"
            )
        found: Json = msgspec.json.decode(known_command[1])
        return found

    def _had_effect(self, command_id: str, point: AsOf) -> bool:
        with open_log(self.store) as log:
            return any(read_entry(entry).command == command_id for _, entry in log.entries(point))

    @read
    def check(self, command: Check) -> Iterator[Json]:
        """Run checks over the log; yields findings, nothing when all is well.

        All checks together tell what is wrong; one that is named, or `strict`, tells what is only due too. As of a
        point: what they would have told of the log then; what is stored beside the log is looked at as of now alone.

        Raises:
            BadInput: no check of this name, or no point in the log.
            NotFound: the log has not come so far.
        """
        from lifecycle.checks import CHECKS

        names = command.names or list(CHECKS)
        if unknown := [name for name in names if name not in CHECKS]:
            meant = near(unknown[0], CHECKS)
            raise BadInput(f"no check {', '.join(unknown)}; checks: {', '.join(CHECKS)}{meant}")
        point = self.point(command)
        on = self._day(point)
        for name in names:
            for finding in CHECKS[name](self.store, on, point):
                if command.strict or command.names or finding.strength != "warning":
                    yield plain(finding)

    @read
    def resolve(self, text: str, wanted: str = "target") -> str:
        """An id from an unambiguous beginning of it; `wanted` is what the field takes: grant, project or anything.

        Raises:
            NotFound: nothing begins so.
            BadInput: more than one thing does; the candidates are named.
        """
        if CHANGE.match(text) or ORDER.match(text) or text in known():
            return f"programme/{text}" if text in known() and self._exists(f"programme/{text}") else text
        with self.store.reading() as connection:
            streams = Transaction(connection, self.now).streams(text)
            offices = [] if streams else _offices(Transaction(connection, self.now), text)
        if text in streams and wanted == "target":
            return text
        projects = [stream for stream in streams if PROJECT.match(stream)]
        grants = [stream for stream in streams if GRANT.match(stream)]
        if wanted == "grant":
            candidates = grants
        elif wanted == "project" or ("/" not in text and len(projects) == 1):
            candidates = projects
        else:
            candidates = [*streams, *offices]
        if len(candidates) == 1:
            return candidates[0]
        if not candidates:
            raise self._unfound(text, AsOf())
        shown = ", ".join(candidates[:8]) + (" …" if len(candidates) > 8 else "")
        whole = (
            f"; give it whole; all of them: grants list --authority {text}"
            if has_code_form(text)
            else "; give it whole"
        )
        raise BadInput(f"{text} may mean {len(candidates)} things: {shown}{whole}")

    def _unfound(self, text: str, point: AsOf) -> NotFound:
        with self.store.reading() as connection:
            near_by = what_there_is(text, Transaction(connection, self.now).streams)
        return NotFound(f"nothing is recorded of {text}{_when(point)}{near_by}")

    def _exists(self, stream: str) -> bool:
        with self.store.reading() as connection:
            return stream in Transaction(connection, self.now).streams(stream)

    def doctor(self) -> Json:
        """Health of store and program; see `lifecycle.checks.doctor`."""
        from lifecycle.checks.doctor import doctor

        return doctor(self.store)


def _may(officer: Officer, role: str, authority: str) -> bool:
    if role not in officer.roles:
        return False
    return role not in APPLICANT_ROLES or officer.authority in (None, authority)


def _offices(transaction: Transaction, text: str) -> list[str]:
    return [stream for office in OFFICES for stream in transaction.streams(f"{office}/{text}")]


def _when(point: AsOf) -> str:
    return "" if point.is_now else " at that point"


def _since(text: str | None) -> tuple[int, str | None]:
    if text is None:
        return 0, None
    if text.isascii() and text.isdigit():
        return int(text), None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise BadInput(f"since {text!r} is neither an event number nor a date YYYY-MM-DD") from None
    return 0, as_of((day - timedelta(days=1)).isoformat(), None, "recorded").recorded_before


def _logged(n: int, entry: bytes) -> Json:
    event = read_entry(entry)
    return {
        "n": n,
        "stream": event.stream,
        "version": event.version,
        "type": event.type,
        "recorded_at": event.recorded_at,
        "effective_on": event.effective_on.isoformat(),
        "by": event.by,
        "reason": event.reason,
        "command": event.command,
        "data": msgspec.json.decode(event.data),
    }
