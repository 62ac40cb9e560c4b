"""`caps`: each window on two lines, its figures and the rule behind it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from cli.ink import ink
from cli.labels import heading
from cli.objects import text_of
from cli.tables import Column, Row, grid, paragraph
from cli.words import CAP_STRENGTHS, KINDS

FIGURES = ("limit_yen", "used_yen", "reserved_yen", "room_yen")
UNDETERMINED = "undetermined (未確定): an approver has to confirm the caps of the programme version first"

SLOTS = [
    Column("round", lambda row: row["round"]),
    Column("used", lambda row: str(row["ordinary"]), right=True),
    Column("of", lambda row: str(row["ordinary_limit"]), right=True),
    Column("outside the limit", lambda row: str(row["outside"]), right=True),
    Column("of", lambda row: str(row["outside_limit"]), right=True),
]


def caps_lines(found: Row) -> Iterator[str]:
    """An authority, its windows, and the new applications it has made."""
    tier = text_of("tier", found.get("tier"))
    yield ink(f"caps of {found.get('name', '')} {found['authority']}, {tier}", bold=True)
    if found.get("as_of") is not None:
        point = found["as_of"]
        yield f"as of event {point}" if isinstance(point, int) else f"as of {point}"
    yield ""
    columns = [
        Column("window (枠)", _window),
        *(Column(heading(name), _figure(name), right=True) for name in FIGURES),
    ]
    yield from grid(columns, found["windows"], below=_rule)
    if any(window["limit_yen"] is None for window in found["windows"]):
        yield ""
        yield from paragraph(UNDETERMINED)
    if found.get("slots"):
        yield from ("", ink("new applications (新規申請の件数)", bold=True))
        yield from grid(SLOTS, found["slots"], indent="  ")


def _rule(window: Row) -> str:
    """The Japanese word for the kind, the plan that a window is about, and the rule; the widest goes below."""
    about = KINDS.get(window["kind"], "")
    if window.get("project"):
        years = f" ({window['first_year']}-{window['last_year']})" if window["period"] == "plan" else ""
        about += f", {window['project']}{years}"
    return f"{about}; {window['rule']}: {CAP_STRENGTHS[window['strength']]}, {window['source']}"


def _figure(name: str) -> Callable[[Row], str]:
    return lambda window: "undetermined" if window[name] is None else f"{window[name]:,}"


def _window(window: Row) -> str:
    where = f"FY{window['fiscal_year']}" if "fiscal_year" in window else window["period"]
    return f"{window['kind']}, {where}"
