"""訂正: a word put right by a later event, by another officer; the event stays, and so does what was read of it."""

from __future__ import annotations

import shlex

import pytest
from store.office import HIROSHIMA, PARTS, SAPPORO, YOKOHAMA, Office, continuing, elsewhere, new

from lifecycle.aggregates.corrections import CORRECTABLE

from .telling import refused

P = f"{HIROSHIMA}-2025-01"
G = f"{P}/2025"
S, Y = f"{SAPPORO}-2025-01", f"{YOKOHAMA}-2025-01"
EFFECT = f"{P}/effect-2025"
YEAR = {"project": P, "fiscal_year": 2025}


@pytest.fixture
def told(office):
    """A project that was decided and published, another that was sent back, and a decision from elsewhere."""
    office.approved(new(soft=1_000), decision_no="府地創第12号")
    office.do("import_decision", **elsewhere(SAPPORO, 2025, soft=1_000))
    office.published(P, 2025)
    office.submitted(new(YOKOHAMA, soft=1_000))
    office.do("return_for_correction", grant=f"{Y}/2025", message="積算")
    office.do("resubmit", grant=f"{Y}/2025", application=new(YOKOHAMA, soft=2_000))
    office.do("certify_plan", project=Y, certificate_no="第76回-2")
    office.do("amend_plan", project=Y, certificate_no="第77回-2", content="区域の拡大")
    return office


def stream_of(event_type: str) -> str:
    """Where in that office the words of an event of this type still stand."""
    if event_type in ("grant.resubmitted", "grant.decision_imported"):
        return f"{Y}/2025" if event_type == "grant.resubmitted" else f"{S}/2025"
    if event_type in ("project.plan_revised", "project.plan_amended", "project.imported"):
        return S if event_type == "project.imported" else Y
    head = event_type.partition(".")[0]
    return {"grant": G, "project": P, "project_year": EFFECT}.get(head, "")


def number(office: Office, event_type: str) -> int:
    """The number in the log of the last event of this type (of the stream above, where it has one)."""
    stream = stream_of(event_type)
    lines = [line for line in office.tell("log") if line["type"] == event_type]
    return int([line["n"] for line in lines if stream in ("", line["stream"])][-1])


def correct(office: Office, event_type: str, **replacement: str):
    """The last event of this type, put right by an officer who recorded nothing of it."""
    if not office.rows("SELECT 1 FROM events WHERE stream = ?", "officer/reviser"):
        office.do("register_officer", officer="reviser", name="訂正者", roles=["approver"])
    event = number(office, event_type)
    return office.do("correct", event=event, replacement=replacement, reason="誤記", by="reviser")


def whole(shown):
    return shown


def verification(year):
    return year["verifications"][0]


def improvement(year):
    return year["improvement"]


def measures(year):
    return next(page for page in year["published"] if page["part"] == "measures")


SHOWN = {
    ("grant.submitted", "title"): whole,
    ("grant.resubmitted", "title"): whole,
    ("grant.decision_imported", "title"): whole,
    ("grant.approved", "decision_no"): whole,
    ("project.planned", "title"): whole,
    ("project.planned", "strategy"): whole,
    ("project.plan_revised", "title"): whole,
    ("project.plan_revised", "strategy"): whole,
    ("project.imported", "title"): whole,
    ("project.plan_certified", "certificate_no"): whole,
    ("project.plan_amended", "certificate_no"): whole,
    ("project_year.effect_verified", "meeting"): verification,
    ("project_year.effect_verified", "opinion"): verification,
    ("project_year.evaluated", "cause"): whole,
    ("project_year.improvement_planned", "measures"): improvement,
    ("project_year.improvement_planned", "owner"): improvement,
    ("project_year.published", "url"): measures,
    ("project_year.published", "digest"): measures,
}
"""Where a corrected word is read; a KPI's value is corrected before it is verified, below."""


def test_every_word_that_may_be_corrected_is_tried_here():
    words = {(event, field) for event, (_, fields) in CORRECTABLE.items() for field in fields}
    assert set(SHOWN) | {("project_year.measured", "actual")} == words


@pytest.mark.parametrize(("event_type", "field"), SHOWN)
def test_a_word_is_read_as_it_was_put_right_and_before_it_as_it_was_told(told, event_type, field):
    target, within = stream_of(event_type), SHOWN[event_type, field]
    event, events = number(told, event_type), told.events()
    was = within(told.show(target))[field]
    answer = correct(told, event_type, **{field: "正しい語"})
    assert answer["result"] == {"was": {field: was}, "replacement": {field: "正しい語"}}
    assert within(told.show(target))[field] == "正しい語"
    assert within(told.show(target, as_of_event=events))[field] == was
    assert list(told.tell("log"))[event - 1]["data"][field] == was


def test_the_correction_follows_with_who_and_why(told):
    correct(told, "grant.approved", decision_no="府地創第13号")
    line = list(told.tell("log"))[-1]
    assert (line["type"], line["stream"], line["by"], line["reason"]) == (
        "grant.corrected",
        *(G, "reviser", "誤記"),
    )
    assert line["data"]["event"] == number(told, "grant.approved")


def test_a_kpi_value_is_put_right_until_it_is_verified(office):
    office.approved(new(soft=1_000))
    office.do("measure", **YEAR, kpi="k1", actual="78")
    correct(office, "project_year.measured", actual="87.5")
    assert office.show(EFFECT)["kpis"][0]["actual"] == "87.5"
    office.do("verify_effect", **YEAR, body="external", meeting="会議", held_on="2025-04-01", opinion="順調")
    event = number(office, "project_year.measured")
    wrong = {"event": event, "replacement": {"actual": "88"}, "reason": "誤記"}
    refused(office, "wrong_status", "correct", **wrong)


@pytest.mark.parametrize("value", ["many", "1e3", "78.", "七十八", " 78"])
def test_a_kpi_value_is_put_right_by_a_decimal(office, value):
    office.approved(new(soft=1_000))
    office.do("measure", **YEAR, kpi="k1", actual="78")
    event = number(office, "project_year.measured")
    wrong = {"event": event, "replacement": {"actual": value}, "reason": "誤記"}
    refused(office, "bad_input", "correct", **wrong)


def test_whoever_put_a_kpi_value_right_does_not_verify_it(office):
    office.approved(new(soft=1_000))
    office.do("measure", **YEAR, kpi="k1", actual="78")
    event = number(office, "project_year.measured")
    office.do("correct", event=event, replacement={"actual": "79"}, reason="誤記", by="both")
    told = {**YEAR, "body": "external", "meeting": "会議", "held_on": "2025-04-01", "opinion": "順調"}
    assert refused(office, "same_officer", "verify_effect", **told, by="both").exit == 7
    office.do("verify_effect", **told)


def test_each_part_of_a_publication_is_put_right_alone(told):
    correct(told, "project_year.published", url="https://www.example.lg.jp/new.html")
    published = told.show(EFFECT)["published"]
    assert [page["part"] for page in published] == list(PARTS)
    assert [page["url"].rpartition("/")[2] for page in published] == [
        *("verification.html", "evaluation.html", "new.html"),
    ]


# ---------------------------------------------------------------------- a title stands in two places

PAIRS = [
    ("project.planned", "grant.submitted"),
    ("project.plan_revised", "grant.resubmitted"),
    ("project.imported", "grant.decision_imported"),
]


REASON_AND_BY = ("--reason", "誤記", "--by", "reviser")


@pytest.mark.parametrize(("one", "other"), [*PAIRS, *((other, one) for one, other in PAIRS)])
def test_a_title_put_right_names_the_other_event_that_still_says_the_old_one(told, one, other):
    was = told.show(stream_of(one))["title"]
    (warning,) = correct(told, one, title="正しい 題")["warnings"]
    n = number(told, other)
    assert (warning["rule"], warning["strength"]) == ("told_elsewhere", "warning")
    assert warning["message"] == f"event {n} ({other}) of {stream_of(other)} still says title {was}"
    way_out, _, command = warning["remedy"].partition(": ")
    assert (way_out, shlex.split(command)) == (
        "if it is wrong there too",
        [*f"grants correct --event {n} --replacement".split(), "title=正しい 題", *REASON_AND_BY],
    )
    assert told.show(stream_of(other))["title"] == was
    assert correct(told, other, title="正しい 題")["warnings"] == []
    assert told.show(stream_of(other))["title"] == "正しい 題"


def test_a_title_put_right_names_the_grant_of_every_year_that_still_says_the_old_one(office):
    office.approved(new(soft=1_000, last=2026))
    office.submitted(continuing(P, 2026))
    named = [warning["message"] for warning in correct(office, "project.planned", title="新")["warnings"]]
    assert [line.partition(" of ")[2].split()[0] for line in named] == [G, f"{P}/2026"]


def test_an_event_that_was_put_right_otherwise_is_not_named(told):
    correct(told, "grant.submitted", title="別の題")
    assert correct(told, "project.planned", title="新")["warnings"] == []
    assert correct(told, "grant.submitted", title="新")["warnings"] == []


def test_a_title_put_right_again_still_names_the_other_event(told):
    event = number(told, "grant.submitted")
    for title in ("新", "もっと新"):
        (warning,) = correct(told, "project.planned", title=title)["warnings"]
        assert f"--event {event} --replacement title={title}" in warning["remedy"].replace("'", "")
    back = list(told.tell("log"))[event - 1]["data"]["title"]
    assert correct(told, "project.planned", title=back)["warnings"] == []


def test_what_stands_in_one_event_alone_names_no_other(told):
    assert correct(told, "project.planned", strategy="新")["warnings"] == []
    assert correct(told, "grant.approved", decision_no="新")["warnings"] == []


def test_who_recorded_the_other_event_is_not_told_to_correct_it_alone(office):
    office.approved(new(soft=1_000, last=2026))
    office.submitted(continuing(P, 2026), by="both")
    wrong = {"event": number(office, "project.planned"), "replacement": {"title": "新"}, "reason": "誤記"}
    first, second = office.do("correct", **wrong, by="both")["warnings"]
    assert first["remedy"].endswith(" --by both")
    assert second["remedy"].endswith(" --by OFFICER")


# ---------------------------------------------------------------------- what is not put right so


def _wrong(office, event_type, field, **more):
    wrong = {"event": number(office, event_type), "replacement": {field: "1"}, "reason": "誤記"}
    return {**wrong, "by": "both", **more}


@pytest.mark.parametrize(
    ("event_type", "field", "named"),
    [
        ("grant.submitted", "components", "title"),
        ("grant.submitted", "fiscal_year", "title"),
        ("grant.approved", "shares", "decision_no"),
        ("grant.scored", "score", "nothing"),
        ("project.planned", "last_year", "title, strategy"),
        ("project_year.effect_verified", "body", "meeting, opinion"),
        ("project_year.evaluated", "classes", "cause"),
        ("officer.registered", "name", "nothing"),
        ("round.opened", "closes_on", "nothing"),
    ],
)
def test_money_status_and_dates_are_not_put_right_so_and_what_can_be_is_named(told, event_type, field, named):
    refusal = refused(told, "bad_input", "correct", **_wrong(told, event_type, field))
    assert f"what can: {named}" in refusal.message


def test_one_word_that_may_not_be_corrected_refuses_the_others_with_it(told):
    both = {"title": "新", "tier": "core_hub"}
    wrong = {"event": number(told, "grant.submitted"), "replacement": both, "reason": "誤記"}
    assert "tier of event" in refused(told, "bad_input", "correct", **wrong).message


def test_an_event_that_the_log_has_not_is_not_found(told):
    wrong = {"event": told.events() + 1, "replacement": {"title": "新"}, "reason": "誤記"}
    refused(told, "not_found", "correct", **wrong)


def test_a_correction_needs_a_reason(told):
    refused(told, "reason_missing", "correct", **_wrong(told, "grant.submitted", "title", reason=" "))


def test_whoever_recorded_an_event_does_not_correct_it_alone(told):
    wrong = _wrong(told, "grant.approved", "decision_no", by="approver")
    assert refused(told, "same_officer", "correct", **wrong).exit == 7
    told.do("correct", **{**wrong, "by": "both"})


def test_a_correction_takes_no_effect_before_what_it_corrects(told):
    told.do("register_officer", officer="reviser", name="訂正者", roles=["approver"])
    wrong = _wrong(told, "grant.approved", "decision_no", by="reviser")
    refused(told, "too_early", "correct", **wrong, on="2025-03-31")
    told.do("correct", **wrong, on="2025-04-01")


# ---------------------------------------------------------------------- what was said anew


def test_a_value_measured_again_is_put_right_where_it_was_measured_last(office):
    office.approved(new(soft=1_000))
    first = office.do("measure", **YEAR, kpi="k1", actual="78")["events"]
    event = office.events()
    assert first[-1] == "project_year.measured"
    office.do("measure", **YEAR, kpi="k1", actual="80")
    wrong = {"replacement": {"actual": "79"}, "reason": "誤記"}
    refused(office, "wrong_status", "correct", event=event, **wrong)
    assert office.show(EFFECT)["kpis"][0]["actual"] == "80"
    office.do("correct", event=event + 1, **wrong)
    assert office.show(EFFECT)["kpis"][0]["actual"] == "79"


def test_a_value_of_another_kpi_takes_no_ones_place(office):
    kpis = [{"id": name, "name": name, "baseline": "60", "targets": {"2025": "100"}} for name in ("k1", "k2")]
    office.approved(new(soft=1_000, kpis=kpis))
    office.do("measure", **YEAR, kpi="k1", actual="78")
    event = office.events()
    office.do("measure", **YEAR, kpi="k2", actual="80")
    office.do("correct", event=event, replacement={"actual": "79"}, reason="誤記")
    assert [kpi["actual"] for kpi in office.show(EFFECT)["kpis"]] == ["79", "80"]


@pytest.mark.parametrize(
    ("event_type", "field"),
    [
        ("grant.submitted", "title"),
        ("project.planned", "strategy"),
        ("project.plan_certified", "certificate_no"),
    ],
)
def test_a_word_that_was_replaced_is_not_put_right_in_its_old_place(told, event_type, field):
    stream = Y if event_type.startswith("project") else f"{Y}/2025"
    lines = told.tell("log", target=stream)
    event, *_ = [line["n"] for line in lines if line["type"] == event_type]
    wrong = {"event": event, "replacement": {field: "古い語"}, "reason": "誤記", "by": "both"}
    refused(told, "wrong_status", "correct", **wrong)


def test_an_event_may_be_corrected_again(told):
    correct(told, "grant.approved", decision_no="府地創第13号")
    correct_again = _wrong(told, "grant.approved", "decision_no")
    told.do("correct", **correct_again)
    assert told.show(G)["decision_no"] == "1"
