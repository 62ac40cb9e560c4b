"""審査表: every application with its four scores, who gave them and why, declared interests, and what was decided."""

from __future__ import annotations

from collections.abc import Iterator

from lifecycle.aggregates import Grant
from lifecycle.aggregates.grant import decision
from lifecycle.projections.shape import History, Row, count, day, money, text

NAME = "review_sheet"
VERSION = 2
CRITERIA = {
    "vision": "将来像・課題",
    "kpi": "KPI設定",
    "self_reliance": "自立性",
    "participation": "多様な主体",
}
DECISIONS: dict[type[object], str] = {
    decision.Adopted: "adopted",
    decision.NotAdopted: "not_adopted",
    decision.Approved: "approved",
    decision.Rejected: "rejected",
}
COLUMNS = (
    text("grant", "交付", "grant"),
    text("authority", "団体コード", "authority"),
    text("title", "事業名", "title"),
    text("programme", "制度", "programme"),
    text("round", "募集回", "round"),
    count("fiscal_year", "年度", "fiscal year"),
    text("application", "申請区分", "application"),
    money("requested_yen", "申請額", "requested"),
    *(
        column
        for name, ja in CRITERIA.items()
        for column in (
            count(f"{name}_score", f"{ja}（点）", f"{name} score"),
            text(f"{name}_reason", f"{ja}（理由）", f"{name} reason"),
            text(f"{name}_by", f"{ja}（審査者）", f"{name} by"),
        )
    ),
    count("scored", "審査済項目", "criteria scored"),
    count("total", "合計点", "total"),
    text("conflicts", "利益相反", "declared interests"),
    text("decision", "審査結果", "decision"),
    day("decided_on", "決定日", "decided on"),
    text("decided_by", "決裁者", "decided by"),
    text("reason", "理由", "reason"),
    money("reserved_yen", "採択額", "adopted"),
    money("granted_yen", "交付決定額", "granted"),
)


def rows(history: History) -> Iterator[Row]:
    """One row for each application that was made here."""
    grant = history.aggregate
    if not isinstance(grant, Grant) or grant.application not in ("new", "continuing"):
        return
    row = {
        "grant": grant.id,
        "authority": grant.authority,
        "title": grant.title,
        "programme": grant.programme,
        "round": grant.round,
        "fiscal_year": grant.fiscal_year,
        "application": grant.application,
        "requested_yen": grant.asked_yen,
        "scored": sum(name in grant.scores for name in CRITERIA),
        "total": sum(grant.scores[name].score for name in CRITERIA if name in grant.scores),
        "conflicts": "; ".join(f"{who}: {interest}" for who, interest in grant.sheets.conflicts.items()),
        "reserved_yen": _adopted_yen(history),
        "granted_yen": grant.granted_yen,
    }
    for name in CRITERIA:
        score = grant.scores.get(name)
        row[f"{name}_score"] = score.score if score else None
        row[f"{name}_reason"] = score.reason if score else ""
        row[f"{name}_by"] = score.by if score else ""
    yield {**row, **_decision(history)}


def _decision(history: History) -> Row:
    """The last decision on the application; blank while it waits."""
    for told in reversed(history.told):
        if type(told.event) in DECISIONS:
            act = told.event.act
            what = DECISIONS[type(told.event)]
            return {"decision": what, "decided_on": act.on, "decided_by": act.by, "reason": act.reason}
    return {"decision": "", "decided_on": None, "decided_by": "", "reason": ""}


def _adopted_yen(history: History) -> int:
    adopted = [told.event for told in history.told if isinstance(told.event, decision.Adopted)]
    return sum(share.reserved_yen for share in adopted[-1].shares) if adopted else 0
