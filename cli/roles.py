"""`grants roles`: the statements that part what may be done in the server's database."""

from __future__ import annotations

import click

from cli.helptext import LedgerCommand, SectionOption
from cli.say import put, put_json
from cli.session import Session
from cli.switches import with_switches


@with_switches
@click.command("roles", cls=LedgerCommand)
@click.option("--apply", "is_applied", is_flag=True, cls=SectionOption, help="run them, in one transaction")
@click.pass_obj
def roles(session: Session, is_applied: bool) -> int:  # noqa: FBT001 - click's call
    """Print the statements that make a server's three roles (権限の分離); or run them.

    grants_owner owns and migrates, grants_app runs commands and can't change what is recorded, grants_read reads.
    None of them logs in: make each login a member of one (GRANT grants_app TO tanaka). Whoever runs the statements
    owns the tables and may create roles; run again, they change nothing.

    Example:
        grants roles
        grants roles | psql grants
        grants roles --apply
    """
    session.begin("roles")
    found = session.ledger.roles(apply=is_applied)
    if session.json:
        put_json({"applied": is_applied, "statements": found})
    elif is_applied:
        put(["the roles are made: grants_owner, grants_app, grants_read (権限の分離)"])
    else:
        put(f"{statement};" for statement in found)
    return 0
