"""Who acts, and on which day, where a test says nothing."""

from __future__ import annotations

from typing import Any

OFFICERS = {
    "head": "head",
    "preparer": "preparer",
    "officer": "officer",
    "approver": "approver",
    "payer": "disbursing_officer",
    "receiver": "revenue_officer",
    "verifier": "verifier",
}
"""One officer for each role of the cases, known by it."""

USUAL = {
    "submit": ("head", "04-10"),
    "score": ("officer", "04-20"),
    "certify_plan": ("approver", "04-20"),
    "import_decision": ("officer", "04-25"),
    "check_double_funding": ("officer", "04-26"),
    "adopt": ("approver", "04-28"),
    "not_adopt": ("approver", "04-28"),
    "approve": ("approver", "05-01"),
    "withdraw": ("head", "05-07"),
    "record_contract": ("preparer", "05-20"),
    "request_change": ("head", "06-01"),
    "notify_minor_change": ("preparer", "06-01"),
    "commit_sub_grant": ("preparer", "06-01"),
    "approve_change": ("approver", "06-10"),
    "suspend": ("approver", "08-01"),
    "resume": ("approver", "08-20"),
    "abolish": ("approver", "09-01"),
    "register_asset": ("preparer", "11-20"),
    "request_advance": ("head", "12-10"),
    "disburse": ("payer", "12-15"),
    "request_carry_over": ("head", "03-01 after"),
    "pay_sub_grant": ("preparer", "03-10 after"),
    "approve_carry_over": ("approver", "03-20 after"),
    "report_completion": ("head", "03-25 after"),
    "settle": ("approver", "05-10 after"),
    "order_return": ("approver", "05-20 after"),
    "record_return": ("receiver", "06-10 after"),
    "revoke": ("approver", "05-12 after"),
    "report_input_tax": ("head", "05-15 after"),
    "report_revenue": ("head", "05-15 after"),
    "extend_return": ("approver", "05-25 after"),
    "assess_return": ("receiver", "12-25 after"),
    "exempt": ("approver", "12-26 after"),
    "hold_payment": ("approver", "06-20 after"),
    "set_off": ("approver", "06-25 after"),
    "collect_as_tax": ("receiver", "06-26 after"),
    "approve_disposal": ("approver", "06-01 after"),
    "dispose_asset": ("preparer", "06-10 after"),
    "measure": ("preparer", "05-20 after"),
    "verify_effect": ("verifier", "08-20 after"),
    "evaluate": ("head", "09-01 after"),
    "plan_improvement": ("head", "09-10 after"),
    "publish": ("head", "09-20 after"),
    "close_year": ("approver", "10-01 after"),
    "end_project": ("approver", "03-31 after"),
    "dispose_evidence": ("officer", "03-31 after"),
    "file_objection": ("head", "06-01"),
    "waive": ("approver", "04-05"),
    "submit_talent_case": ("preparer", "05-01"),
    "record_donation": ("officer", "02-01 after"),
    "register_officer": ("root", "04-01"),
    "open_round": ("officer", "04-01"),
    "confirm_programme": ("approver", "04-02"),
}
"""Who acts, and on which day of the fiscal year; `after`: in the calendar year after the one it begins in."""


def usual(do: str, fields: dict[str, Any]) -> dict[str, Any]:
    """Who acts and when, where the test says nothing; reads need neither."""
    if do not in USUAL:
        return {}
    officer, day = USUAL[do]
    day, _, after = day.partition(" ")
    return {"by": officer, "on": f"{fiscal_year_of(fields) + bool(after)}-{day}"}


def fiscal_year_of(fields: dict[str, Any]) -> int:
    """The fiscal year a command is about; 2025 where it is about none."""
    about = fields.get("application", fields)
    if "fiscal_year" in about or "first_year" in about:
        return int(about.get("fiscal_year") or about["first_year"])
    names = (str(about[name]) for name in ("grant", "change", "order", "project") if name in about)
    return next((int(name.split("/")[1] if "/" in name else name.split("-")[1]) for name in names), 2025)
