"""The store on a PostgreSQL server: many operators at once, and none of them waits for another one's matter.

A command reads without a lock, decides, and writes by one statement that finds out whether what it read still
stands (`append.py`). If it does not, the whole command is decided again on what stands now: a refusal is always
that of a fresh row. What the last commands of this process read and wrote is not read again (`server_memory.py`): the
same statement finds out whether that still stands. Then the events are sealed (`sealing.py`).
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from time import monotonic, sleep
from typing import Any

import psycopg

from lifecycle.errors import Busy, Refusal
from lifecycle.store import (
    FIND_COMMAND,
    Decide,
    append,
    find_command,
    held,
    postgres,
    same_body,
    seal_keepers,
    sealing,
)
from lifecycle.store.held import Cut
from lifecycle.store.link import Answer, Asked, Connection
from lifecycle.store.reads import Missed, ReadAgain, Reads
from lifecycle.store.server_database import ServerDatabase
from lifecycle.store.server_memory import Recollections
from lifecycle.store.server_recorder import CAPS, TurnsRecorder, bounds, caps_of, holding
from lifecycle.store.transaction import Draft, Transaction
from lifecycle.store.unanswered import OutcomeUnknown, Unreachable

TRIES = 8
PAUSE_MS = 2
"""Before the second try, on average; doubled before each further one."""

RECONNECT_SECONDS = 20
"""How long a server that was lost during a commit is asked for the outcome."""

RECONNECT_PAUSE_MS = 100


class Stale(Exception):
    """What the command read has moved since: decide again."""


class Guessed(Exception):
    """The command's id is there already, or a stream that it begins, or something it remembered has moved."""


class ServerStore(ServerDatabase):
    """A store on a server."""

    def __init__(self, url: str, now: Callable[[], datetime]) -> None:
        super().__init__(url, now)
        self._random = random.Random()  # noqa: S311 - pauses, no secrets
        self._wanted: set[str] = set()
        self._seals = sealing.OwnSeals()
        self._repeats = False
        self._holder: Connection | None = None
        self._is_sent = False

    # ------------------------------------------------------------------ a command

    def run(self, command_id: str, body_sha256: str, decide: Decide, *, dry_run: bool = False) -> bytes:
        """See `Store.run`."""
        self._wanted = set()
        looks, may_follow = dry_run or self._repeats, False
        for attempt in range(TRIES):
            try:
                return self._attempt(command_id, body_sha256, decide, looks=looks, dry_run=dry_run)
            except Stale:
                self._remember()
                self._pause(attempt)
            except Cut as cut:
                may_follow |= self._is_sent and cut.backend is None
                self._reconnect(command_id, cut.backend)
            except Refusal:
                if may_follow:
                    raise self._left_behind(command_id) from None
                raise
            except Guessed:
                self.decided_again += 1
            looks = True
        if known := self._outcome(command_id):
            return same_body(command_id, known, body_sha256)
        if may_follow:
            raise self._left_behind(command_id)
        raise Busy(
            f"{self.place}: what this command needs changed {TRIES} times while it was judged; "
            "nothing was written, try again"
        )

    def _outcome(self, command_id: str) -> tuple[str, bytes] | None:
        """What became of the tries: the last one may have been cut.

        Raises:
            OutcomeUnknown: the server can't be asked.
        """
        try:
            return self.find_command(command_id)
        except Unreachable:
            raise self._lost(command_id) from None

    def _attempt(
        self, command_id: str, body_sha256: str, decide: Decide, *, looks: bool, dry_run: bool
    ) -> bytes:
        """One try; it `looks` whether the id, or a new stream, is there, or leaves the append to find out."""
        connection: Connection = self.connection
        backend, reads, self._is_sent = connection.backend, Reads(connection), False
        connection.memory.begin(guesses=not looks)
        try:
            if looks and (known := self._known(connection, command_id, body_sha256)):
                connection.execute(*postgres.ON_DISK)
                return known
            if self._wanted:
                connection.together(*holding(self._wanted))
                connection.memory.held = self._wanted
            result, draft, transaction = self._drafted(reads, decide)
            if dry_run:
                return result
            self._is_sent = True
            self._write(connection, transaction, draft, (command_id, body_sha256, result))
        except psycopg.Error as error:
            raise self._failed(error, connection, backend) from None
        except Refusal:
            self._roll_back()
            return self._refused(command_id, body_sha256, decide, reads)
        finally:
            if connection.in_transaction:
                self._roll_back()
        if self._seals.are_due(len(draft.entries)):
            self._seal_quietly(connection)
        return result

    def _known(self, database: Any, command_id: str, body_sha256: str) -> bytes | None:
        """The first result of a command that took effect already; whoever repeats one may repeat the next."""
        known = find_command(database, command_id)
        self._repeats = known is not None
        return same_body(command_id, known, body_sha256) if known else None

    def _drafted(self, reads: Reads, decide: Decide) -> tuple[bytes, Draft, Transaction]:
        """The command's result, and the draft of what it writes."""
        recorder = TurnsRecorder(reads)
        recorder.look_around()
        transaction = Transaction(reads, self._now, recorder, Recollections(reads.memory, recorder))
        make = decide(transaction)
        draft = transaction.draft()
        return make(draft.recorded), draft, transaction

    def _write(
        self,
        connection: Connection,
        transaction: Transaction,
        draft: Draft,
        command: tuple[str, str, bytes],
    ) -> None:
        memory, turns = connection.memory, draft.recorder.turns
        values = append.values(draft, turns, command, draft.recorder.known_caps)
        self._wanted = set(draft.caps_after)
        wrote = self._sent(connection, values, memory.wants_caps_of(transaction.written_for))
        if not wrote.rowcount:
            if draft.recorder.known_caps:
                memory.fight_over(self._wanted)
            raise Guessed if memory.recalled else Stale
        taken: dict[str, int] = dict(values.get("turns", ()))
        turns |= taken
        memory.advance(taken)
        transaction.keep()
        if draft.entries:
            memory.written = draft.entries[-1]
            memory.hear(memory.written.recorded_at)

    def _sent(self, connection: Connection, values: append.Values, authority: str | None) -> Answer:
        """Send the append, and let the caps of an authority come along that the next command will ask for."""
        asked, guard = append.statement(values), self._guard(connection, values)
        caps = [(CAPS, bounds(authority))] if authority else []
        try:
            if connection.in_transaction:
                return held.write(connection, asked, guard)
            if not (along := [*guard, *caps]):
                return connection.execute(*asked)
            wrote, *found = connection.together(asked, *along)
        except psycopg.errors.DivisionByZero:  # what `append.guard` found
            raise Guessed if connection.memory.recalled else Stale from None
        if authority and (rows := found[-1].fetchall()):
            turn, known = caps_of(rows)
            connection.memory.bring(authority, known, turn)
        return wrote

    def _guard(self, connection: Connection, values: append.Values) -> list[Asked]:
        """What finds out whether anything moved during a wait; nothing for a command that has nothing to wait for."""
        holds_all = "slot_moves" not in values and self._wanted <= connection.memory.held
        return [] if holds_all else append.guard(values)

    def _failed(self, error: psycopg.Error, connection: Connection, backend: int | None) -> Exception:
        """What a driver's error makes of this attempt."""
        if connection.is_lost:
            return Cut(backend)
        if error.sqlstate == postgres.UNIQUE_VIOLATION:
            memory, name = connection.memory, error.diag.constraint_name
            is_guessed = memory.recalled or (memory.guesses and name in postgres.GUESSED)
            return Guessed() if is_guessed else Stale()
        if error.sqlstate in postgres.TRY_AGAIN:
            return Stale()
        return postgres.translated(error, self.place)

    def _refused(self, command_id: str, body_sha256: str, decide: Decide, reads: Reads) -> bytes:
        """Decide once more on one unchanging state: what was read before may never have stood side by side.

        Raises:
            Refusal: that state refuses too.
            Stale: it does not.
        """
        was_recalled = reads.memory.recalled
        again = self._read_again(reads, command_id)
        try:
            known, draft = self._judged(again, command_id, body_sha256, decide)
        except Missed:
            with self._unchanging() as connection:
                known, draft = self._judged(connection, command_id, body_sha256, decide)
        if known is not None:
            self._see_to_disk()
            return known
        self._wanted = set(draft.caps_after) if draft else set()
        raise Guessed if was_recalled else Stale

    def _judged(
        self, database: Any, command_id: str, body_sha256: str, decide: Decide
    ) -> tuple[bytes | None, Draft | None]:
        if known := self._known(database, command_id, body_sha256):
            return known, None
        transaction = Transaction(database, self._now)
        decide(transaction)
        return None, transaction.draft()

    def _read_again(self, reads: Reads, command_id: str) -> ReadAgain:
        reads.asked[FIND_COMMAND, (command_id,)] = None
        try:
            return self._asked(reads.again)
        except psycopg.Error as error:
            raise postgres.translated(error, self.place) from None
        finally:
            self._roll_back()

    def _remember(self) -> None:
        """The caps this command moves are fought over: the next try, and the next commands, hold them first."""
        self.decided_again += 1
        self.connection.memory.fight_over(self._wanted)

    def _pause(self, attempt: int) -> None:
        sleep(self._random.uniform(0, PAUSE_MS * 2 ** (attempt + 1)) / 1000)

    # ------------------------------------------------------------------ after the link was cut

    def _reconnect(self, command_id: str, backend: int | None) -> None:
        """Connect again, and wait until the server's process that had the command is gone.

        Only then does an id that is not there mean that the command did not take effect. Behind a pooler nobody knows
        which one had it: another try takes effect instead of the first or finds it done; a refusal tells nothing.

        Raises:
            OutcomeUnknown: the server can't be asked.
        """
        until = monotonic() + RECONNECT_SECONDS
        while True:
            self.close()
            try:
                if self._is_gone(backend):
                    return
            except (Unreachable, Busy, psycopg.Error):
                pass
            if monotonic() >= until:
                raise self._lost(command_id)
            sleep(self._random.uniform(0, RECONNECT_PAUSE_MS) / 1000)

    def _lost(self, command_id: str) -> OutcomeUnknown:
        return OutcomeUnknown(
            f"{self.place} was lost while it wrote, and can't be asked what became of the command; "
            f"`grants outcome {command_id}` tells once it answers again"
        )

    def _left_behind(self, command_id: str) -> OutcomeUnknown:
        return OutcomeUnknown(
            f"{self.place}: the link was cut while a pooler had the command, which may take effect yet; "
            f"`grants outcome {command_id}` tells whether it did"
        )

    def _is_gone(self, backend: int | None) -> bool:
        sql = "SELECT 1 FROM pg_stat_activity WHERE pid = ? AND pid <> pg_backend_pid()"
        return self.connection.execute(sql, (backend,)).fetchone() is None

    # ------------------------------------------------------------------ reading

    def find_command(self, command_id: str) -> tuple[str, bytes] | None:
        """Body digest and result of a command that took effect."""
        try:
            known = self._asked(lambda connection: find_command(connection, command_id))
        except psycopg.Error as error:
            raise postgres.translated(error, self.place) from None
        if known:
            self._see_to_disk()
        return known

    @contextmanager
    def reading(self) -> Iterator[Any]:
        """A connection that sees one unchanging state of the store, all of it on the disk before it is told."""
        with super().reading() as connection:
            yield connection
            (waits,) = connection.execute(postgres.WAITS_FOR_DISK).fetchone()
        if waits:
            self._see_to_disk()

    def _see_to_disk(self) -> None:
        """What is told as having taken effect is on the disk, whoever wrote it."""
        try:
            self._asked(lambda connection: connection.execute(*postgres.ON_DISK))
        except psycopg.Error as error:
            if error.sqlstate not in (postgres.INSUFFICIENT_PRIVILEGE, postgres.READ_ONLY):
                raise postgres.translated(error, self.place) from None

    def seal(self) -> int:
        """Number what is committed and has no number; 0 when there is none, or another sealer is at it."""
        try:
            return self._asked(sealing.seal) or 0
        except psycopg.Error as error:
            if error.sqlstate in (postgres.INSUFFICIENT_PRIVILEGE, postgres.READ_ONLY):
                return 0
            raise postgres.translated(error, self.place) from None

    def put_back(self) -> int:
        """Put events that stand neither in the log nor before their seal back there; how many there were."""
        try:
            return sealing.put_back(self._alive())
        except psycopg.Error as error:
            raise postgres.translated(error, self.place) from None
        finally:
            self._roll_back()

    def holds_seal(self) -> bool:
        """Take on sealing while this store is open; False when somebody else has. A cut link gives it up.

        A pooler would keep the lock when this program is gone: through one everybody seals, none of them twice.
        """
        connection = self._alive()
        if connection is self._holder or connection.backend is None:
            return True
        try:
            row = connection.execute(sealing.HOLD, (sealing.SEALER,)).fetchone()
        except psycopg.Error as error:
            raise postgres.translated(error, self.place) from None
        self._holder = connection if row and row[0] else None
        return self._holder is not None

    def kept_from_sealing(self) -> str | None:
        """Who keeps events from being sealed; waits a moment whether whoever has the lock seals them."""
        if self._holder is not None and self._holder is self._connection:
            return None
        try:
            found = self._asked(seal_keepers.kept)
        except psycopg.Error as error:
            raise postgres.translated(error, self.place) from None
        return found and str(found)

    def _seal_quietly(self, connection: Connection) -> None:
        """The command has taken effect; whoever comes next seals what this fails to."""
        with suppress(psycopg.Error):
            self._seals.seal(connection)

    def close(self) -> None:
        """Close the connection, if it was opened; what was left for other sealers is sealed before."""
        connection = self._connection
        if connection is not None and not connection.is_lost and not connection.in_transaction:
            with suppress(psycopg.Error):
                self._seals.at_the_end(connection)
        super().close()
