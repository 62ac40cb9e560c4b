"""After the fourth score the shell names the step that is really next: the plan's certificate, or the decision."""

from __future__ import annotations

CRITERIA = ("vision", "kpi", "self_reliance", "participation")
PROJECT = "340006-2025-01"
GRANT = f"{PROJECT}/2025"


def submitted(office) -> None:
    office.ok("submit", "application.toml", "--by", "kato", "--on", "2025-05-01")


def certified(office) -> None:
    office.ok("certify-plan", PROJECT, "--certificate-no", "第76回-1", "--by", "suzuki", "--on", "2025-05-10")


def hints(office) -> list[str]:
    """What is next, after each of the four scores."""
    words = ["--score", "4", "--reason", "妥当", "--by", "tanaka", "--on", "2025-05-15"]
    told = [office.ok("score", GRANT, "--criterion", criterion, *words) for criterion in CRITERIA]
    return [answer.out.partition("next: grants ")[2].strip() for answer in told]


def test_where_the_plan_has_no_certificate_that_is_next_and_then_the_decision(office):
    submitted(office)
    *first, last = hints(office)
    assert all(hint.startswith(f"score {GRANT} ") for hint in first)
    assert last == f"certify-plan {PROJECT} --certificate-no NUMBER --by APPROVER"
    certified(office)
    office.ok("approve", GRANT, "--by", "suzuki", "--on", "2025-06-01")


def test_where_it_has_one_the_decision_is_next(office):
    submitted(office)
    certified(office)
    *first, last = hints(office)
    assert all(hint.startswith(f"score {GRANT} ") for hint in first)
    assert last == f"approve {GRANT} --by APPROVER"
    office.ok("approve", GRANT, "--by", "suzuki", "--on", "2025-06-01")
