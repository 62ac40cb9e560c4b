"""`grants seal`: give committed events their numbers in the log, once or for as long as it runs."""

from __future__ import annotations

import click

from cli.helptext import LedgerCommand, SectionOption
from cli.plain import visible
from cli.say import put, put_json
from cli.session import Session
from cli.stopping import Stop, until_stopped
from cli.switches import with_switches
from lifecycle.errors import BadInput, Refusal
from lifecycle.store import is_server

PAUSE_MS = 50
"""Between two looks: how far the log's numbers are behind, at most, while this runs."""

STANDBY_MS = 1000
"""Between two tries to take over from another sealer, or to reach a server that is gone or not there yet."""


@with_switches
@click.command("seal", cls=LedgerCommand)
@click.option(
    "--follow", is_flag=True, cls=SectionOption, help="go on until stopped; commands leave sealing to it"
)
@click.option(
    "--lost",
    is_flag=True,
    cls=SectionOption,
    help="look at every event first, for one that waits for no seal and has none",
)
@click.pass_obj
def seal(session: Session, follow: bool, lost: bool) -> int:  # noqa: FBT001 - click's call
    """Give committed events their numbers in the log (封).

    On a server every command does this by itself once it has committed; with many commands at once, one process
    that follows takes it off them. Several may run: one works, the others stand by. In a file there is nothing
    to do: an event has its number as it is written. Where `grants check` found recorded events outside the log,
    `--lost` numbers these, too.

    Example:
        grants seal
        grants seal --lost
        grants seal --follow
    """
    session.begin("seal")
    if follow and is_server(session.store):
        with until_stopped() as stop:
            _follow(session, stop, lost=lost)
        return 0
    back = session.ledger.put_back() if lost else None
    _tell(session, session.ledger.seal(), back)
    return 0


def _follow(session: Session, stop: Stop, *, lost: bool) -> None:
    """Seal until it is to end; what can't be done now is tried again, and told of once."""
    is_ours, is_first, waits = False, True, None
    while not stop.asked:
        try:
            if is_first:
                back = session.ledger.put_back() if lost else None
                _tell(session, session.ledger.seal(), back)
                is_first = False
            is_ours = session.ledger.holds_seal()
            if sealed := session.ledger.seal():
                _tell(session, sealed)
            waits = None
        except BadInput:
            raise
        except Refusal as refusal:
            session.close()
            is_ours = False
            waits = _waits(waits, refusal)
        stop.pause(PAUSE_MS if is_ours else STANDBY_MS)


def _waits(told: str | None, refusal: Refusal) -> str:
    if told is None or told != refusal.code:
        put([f"seal waits, and tries again: {refusal.code} — {visible(refusal.message)}"], err=True)
    return refusal.code


def _tell(session: Session, sealed: int, back: int | None = None) -> None:
    size = session.ledger.log_size()
    found = {} if back is None else {"put_back": back}
    if session.json:
        put_json({"sealed": sealed, "events": size, **found})
        return
    if back is not None:
        put([f"put back {back:,} recorded events that stood neither in the log nor before their seal"])
    put([f"sealed {sealed:,}; the log holds {size:,} events"])
