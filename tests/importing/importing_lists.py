"""Lists as text: one good row, and what stands differently in others."""

from __future__ import annotations

HEADINGS = "authority,title,fiscal_year,programme,amount_yen,kind,decided_on,source,row"
ROW = {
    "authority": "342050",
    "title": "移住の推進",
    "fiscal_year": "2026",
    "programme": "R8-mirai-suishin",
    "amount_yen": "12000000",
    "kind": "soft",
    "decided_on": "2026-04-01",
    "source": "一覧.pdf",
    "row": "1",
}


def a_list(*rows: dict[str, str], headings: str = HEADINGS) -> str:
    """A CSV text: each row is ROW with something else in it."""
    lines = [",".join((ROW | row).get(name, "") for name in headings.split(",")) for row in rows]
    return "\n".join([headings, *lines, ""])
