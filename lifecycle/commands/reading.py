"""Reads: they write nothing, need no officer, and answer as of any point on either clock."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, field

from lifecycle.commands.fields import (
    Authority,
    CommandId,
    FiscalYear,
    Officer,
    Reading,
    Round,
    StatusName,
    Text,
)


class Show(Reading, tag="show", tag_field="do", kw_only=True):
    """Show a record: a grant, project, change, return order, officer, programme version, waiver and so on (照会).

    Example:
        grants show 340006-2025-01/2025
        grants show 340006-2025-01/2025 --as-of 2025-12-31 --clock effective
    """

    target: Annotated[Text, Meta(description="id, or an unambiguous beginning of one")]


class List(Reading, tag="list", tag_field="do", kw_only=True):
    """List grants, one a line (一覧).

    Example:
        grants list --authority 340006 --status approved
    """

    authority: Authority | None = None
    status: Annotated[StatusName | None, Meta(description="status, as `show` gives it (状態)")] = None
    fiscal_year: FiscalYear | None = None


class Log(Reading, tag="log", tag_field="do", kw_only=True):
    """Print the log: every event, or those of one grant, project or other record (履歴).

    Example:
        grants log 340006-2025-01/2025
        grants log --since 100 --by suzuki
        grants log --follow
    """

    target: Annotated[Text | None, Meta(description="id, or an unambiguous beginning of one")] = None
    since: Annotated[
        str | None, Meta(description="event number to start after, or recorded date YYYY-MM-DD")
    ] = None
    by: Annotated[Officer | None, Meta(description="only events of this officer")] = None
    follow: Annotated[bool, Meta(description="go on with each event that comes in, until stopped")] = False


class Caps(Reading, tag="caps", tag_field="do", kw_only=True):
    """Show an authority's caps: limit, used, reserved, room (交付上限額と残額).

    Example:
        grants caps 340006 --fiscal-year 2025
    """

    authority: Authority
    fiscal_year: FiscalYear | None = None


class Todo(Reading, tag="todo", tag_field="do", kw_only=True):
    """Show what waits for whom and until when, overdue first (予定と期限).

    Example:
        grants todo
        grants todo --by kato
    """

    by: Annotated[Officer | None, Meta(description="only what this officer may do")] = None
    authority: Authority | None = None


class Schemes(Reading, tag="schemes", tag_field="do", kw_only=True):
    """Show which scheme serves which aim, with each scheme's figures and sources (施策×狙い).

    Example:
        grants schemes
    """


class Outcome(Reading, tag="outcome", tag_field="do", kw_only=True):
    """Tell what became of a command, by its id (処理結果の照会).

    Example:
        grants outcome 7d0c4c1e
    """

    command_id: CommandId


class Check(Reading, tag="check", tag_field="do", kw_only=True):
    """Run named checks over the log; silent when all is well, exit 6 with findings (点検).

    Example:
        grants check
        grants check caps
    """

    names: Annotated[list[Text], Meta(description="checks to run; default all")] = []
    strict: Annotated[bool, Meta(description="count warnings as findings")] = False


class Replay(Reading, tag="replay", tag_field="do", kw_only=True):
    """Tell a story event by event, with the money after each; without an id that of the whole ledger (再現).

    Example:
        grants replay 340006-2025-01/2025
        grants replay 340006-2025-01 --as-of 2025-12-31
    """

    target: Annotated[Text | None, Meta(description="id, or an unambiguous beginning of one")] = None


class Diff(Reading, tag="diff", tag_field="do", kw_only=True):
    """Say what changed between two points, and the events that did it: grants, caps, reports (差分).

    A point is an event number, a date YYYY-MM-DD or an instant; a date is read on the clock that --clock names.

    Example:
        grants diff --from 2025-06-30 --to 2025-07-31
        grants diff --from 120 --to 129
    """

    from_: Annotated[Text, Meta(description="event number, date or instant to start after")] = field(
        name="from"
    )
    to: Annotated[Text, Meta(description="event number, date or instant to end with")]
    authority: Authority | None = None


class Report(Reading, tag="report", tag_field="do", kw_only=True):
    """Print a report: from the last nightly run, or folded for the point that --as-of names (帳票).

    Without --as-of it says what the last `grants nightly` left, and where that stands; before the first nightly
    run it is folded from the log as it is.

    Example:
        grants report decisions --fiscal-year 2025
        grants report cap_use --as-of 2025-12-31 --authority 340006
    """

    name: Annotated[Text, Meta(description="name of the report; `grants report list` lists them")]
    authority: Authority | None = None
    fiscal_year: FiscalYear | None = None
    round: Annotated[Round | None, Meta(description="only applications of this round")] = None
    grant: Annotated[Text | None, Meta(description="only this grant or project")] = None
