"""The service's own upkeep: numbers for the log, and the roles of its database."""

from __future__ import annotations

from lifecycle.errors import BadInput, Busy
from lifecycle.service.asking import read
from lifecycle.service.desk import Office
from lifecycle.store import is_server
from lifecycle.store.log import last_number


class ServingRoom(Office):
    """運用."""

    def seal(self) -> int:
        """封: give committed events their numbers; how many got one. In a file they have theirs at once.

        Raises:
            Busy: events wait, and somebody holds the lock of whoever seals without sealing.
        """
        sealed = self.store.seal()
        if not sealed and (kept := self.store.kept_from_sealing()):
            raise Busy(kept)
        return sealed

    def put_back(self) -> int:
        """Events that are recorded, and stand neither in the log nor before their seal, are sealed next; how many.

        Looks at every event. In a file there are none.
        """
        return self.store.put_back()

    @read
    def log_size(self) -> int:
        """How many events the log holds, each that is committed by now among them."""
        return last_number(self.store)

    def holds_seal(self) -> bool:
        """Take on sealing for as long as the store is open: commands leave it to this process meanwhile.

        False when another process has taken it on.
        """
        return self.store.holds_seal()

    def roles(self, *, apply: bool) -> list[str]:
        """The statements that make the database's roles; run, if asked to.

        Raises:
            BadInput: the store is a file, whose owner is whoever the file system says.
            DatabaseRole: this login may not.
        """
        if not is_server(self.store.url):
            raise BadInput("a file has no roles: who may read and write it, the file system says (chmod)")
        return self.store.roles(apply=apply)
