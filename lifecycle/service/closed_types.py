"""廃止された類型: what was decided under them is settled and returned; no money is added or paid out any more."""

from __future__ import annotations

from lifecycle.aggregates import Grant
from lifecycle.errors import ProgrammeClosed
from lifecycle.service.desk import rules_of


def refuse_closed(grant: Grant) -> None:
    """A programme version that is closed takes no new money.

    Raises:
        ProgrammeClosed: the grant's version is closed.
    """
    if rules_of(grant.programme).is_closed:
        raise ProgrammeClosed(
            f"{grant.id} stands under {grant.programme}, which is closed: it is read, and settled"
        )
