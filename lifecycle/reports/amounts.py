"""決定額・取消等・現在額: what stands under the same heading in every report, from a row of the register."""

from __future__ import annotations

from lifecycle.projections.shape import Row

DECIDED = ("decided_yen", "taken_yen", "standing_yen")
TAKEN = ("cancelled_yen", "void_yen", "decommitted_yen", "input_tax_yen")


def decided_amounts(row: Row) -> dict[str, int]:
    """決定額（変更後）, what was taken of it since (取消・取下げ・不用・消費税減額), and 現在額, in yen."""
    return {
        "decided_yen": row["decided_yen"] + row["changed_yen"],
        "taken_yen": sum(row[name] for name in TAKEN),
        "standing_yen": row["standing_yen"],
    }
