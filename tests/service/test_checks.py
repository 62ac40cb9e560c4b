"""点検: each named check is silent when all is well, and finds the one fault that is put in its way."""

from __future__ import annotations

from datetime import datetime

import pytest
from store.office import HIROSHIMA, Clock, Office, new

from lifecycle.checks import CHECKS
from lifecycle.checks.duties import DECIDES
from lifecycle.checks.log import UNLIKE
from lifecycle.values import JAPAN

from .tampering import messages, move_to_front, number, on, rewrite
from .telling import refusal_of

P = f"{HIROSHIMA}-2025-01"
G = f"{P}/2025"
SOFT = f"{HIROSHIMA}/soft/fiscal_year/2025"


# ---------------------------------------------------------------------- all is well


def hands(office):
    """What `check duties` says of hands, without what it says of roles."""
    return [message for message in messages(office, "duties") if "who held" not in message]


def test_these_are_the_checks_in_the_order_in_which_they_run():
    assert list(CHECKS) == [
        *("chain", "duties", "caps", "reconcile", "double_funding", "sub_grants", "deadlines"),
        *("publication", "input_tax", "participation", "assets", "combination"),
    ]


@pytest.mark.parametrize("name", CHECKS)
def test_a_check_is_silent_when_all_is_well_also_years_later(well, name):
    office = Office(well, Clock(datetime(2040, 1, 1, tzinfo=JAPAN)))
    assert messages(office, name) == messages(office, name, strict=True) == []
    office.close()


@pytest.mark.parametrize("name", CHECKS)
def test_a_check_is_silent_in_an_office_where_nothing_has_happened(office, name):
    assert messages(office, name, strict=True) == []


def test_a_check_that_nobody_knows_is_refused_with_the_names_of_those_there_are(office):
    refused = refusal_of(office.tell, "check", names=["chain", "everything"])
    assert refused.code == "bad_input"
    assert "no check everything" in refused.message
    assert ", ".join(CHECKS) in refused.message


# ---------------------------------------------------------------------- chain


def test_chain_finds_the_gap_that_a_deleted_event_leaves(tampered):
    found = []
    office = tampered(
        lambda db: (
            found.append(number(db, "grant.settled"))
            or db.execute("DELETE FROM events WHERE type = 'grant.settled'")
        )
    )
    n = found[0]
    assert messages(office, "chain")[0] == f"event {n + 1}: number {n} is missing before it"
    assert f"event {n + 1}: {G} has version 13 after 11" in messages(office, "chain")


def test_chain_finds_two_events_that_were_recorded_in_no_order(tampered):
    def work(db):
        sql = "UPDATE events SET recorded_at = (SELECT recorded_at FROM events WHERE n = 4) WHERE n = 5"
        db.execute(sql)

    told = messages(tampered(work), "chain")
    at = list(tampered(work).tell("log"))[3]["recorded_at"]
    assert f"event 5: recorded at {at}, not after {at}" in told


@pytest.mark.parametrize(
    ("column", "value"),
    [("effective_on", "2025-03-31"), ("type", "grant.rejected"), ("stream", f"{HIROSHIMA}-2025-02/2025")],
)
def test_chain_finds_a_column_that_says_another_thing_than_its_entry(tampered, column, value):
    found = []

    def work(db):
        found.append(number(db, "grant.approved"))
        db.execute(f"UPDATE events SET {column} = ? WHERE n = ?", (value, found[0]))

    told = [line for line in messages(tampered(work), "chain") if "its columns say" in line]
    assert len(told) == 1
    assert told[0].startswith(f"event {found[0]}: its columns say ")
    assert value in told[0].partition(", its entry ")[0]


def test_chain_finds_an_entry_that_can_no_longer_be_read(tampered):
    office = tampered(lambda db: db.execute("UPDATE events SET entry = x'7b' WHERE n = 5"))
    (told,) = messages(office, "chain")
    assert told.startswith("event 5: a stored entry can't be read")


def set_share(of, amount, yen):
    """Rewrites an amount of an event's first line."""
    return lambda entry: entry["data"][of][0].update({amount: yen})


def set_fact(name, value):
    """Rewrites a fact of an event."""
    return lambda entry: entry["data"].update({name: value})


REPEATED = [
    ("grant.submitted", set_share("components", "requested_yen", 1_000), "requested_yen"),
    ("grant.decision_imported", set_share("components", "requested_yen", 1_000), "committed_yen"),
    ("grant.adopted", set_share("shares", "reserved_yen", 1_000), "reserved_yen"),
    ("grant.approved", set_share("shares", "committed_yen", 1_000), "committed_yen"),
    ("grant.change_approved", set_share("after", "committed_yen", 1_000), "committed_yen"),
    ("grant.disbursed", set_fact("amount_yen", 1_000), "amount_yen"),
    ("grant.disbursed", set_fact("payment", "other"), "payment"),
    (
        "grant.completion_reported",
        lambda entry: entry["data"]["actuals_yen"].update(soft=1),
        "actual_cost_yen",
    ),
    ("grant.settled", set_share("shares", "settled_yen", 1_000), "settled_yen"),
    ("grant.revoked", set_fact("amount_yen", 1_000), "revoked_yen"),
    ("grant.abolished", set_share("after", "committed_yen", 1_000), "committed_yen"),
    ("grant.input_tax_reported", set_share("after", "settled_yen", 1_000), "settled_yen"),
    ("grant.carry_over_requested", set_fact("amount_yen", 1_000), "amount_yen"),
    ("grant.return_ordered", set_fact("order", f"{G}/r9"), "order"),
    ("grant.return_recorded", set_fact("principal_left_yen", 1), "principal_left_yen"),
    ("grant.charges_exempted", set_fact("addon_yen", 1), "exempted_addon_yen"),
    ("grant.payment_held", set_fact("amount_yen", 1_000), "held_yen"),
    ("grant.payment_set_off", set_fact("amount_yen", 1_000), "set_off_yen"),
    ("donation.recorded", set_fact("corporate_credit_yen", 1), "corporate_credit_yen"),
    ("project_year.measured", set_fact("actual", "1"), "actual"),
    ("officer.roles_changed", set_fact("roles", ["admin"]), "roles"),
]


@pytest.mark.parametrize(("event_type", "change", "name"), REPEATED)
def test_chain_finds_an_event_that_tells_another_thing_than_its_commands_answer(
    tampered, lived, event_type, change, name
):
    """Whoever edits an entry and forgets the answer beside it, or the other way round, has left two stories."""
    told = messages(tampered(lambda db: rewrite(db, event_type, change), lived), "chain")
    found = [line for line in told if f": {event_type} holds {name} " in line]
    assert len(found) == 1
    assert ", its answer says " in found[0]


@pytest.mark.parametrize(
    ("was", "now"),
    [(b'"amount_yen":10000', b'"amount_yen":20000'), (b'"grant.disbursed"', b'"grant.suspended"')],
)
def test_chain_finds_an_answer_that_tells_another_thing_than_its_events(tampered, was, now):
    def work(db):
        n = number(db, "grant.disbursed")
        (result,) = db.execute("SELECT result FROM events WHERE n = ?", (n,)).fetchone()
        assert was in result
        db.execute("UPDATE events SET result = ? WHERE n = ?", (result.replace(was, now), n))

    unlike, told = messages(tampered(work), "chain")
    assert UNLIKE in unlike
    assert told.startswith("command ")


def test_chain_finds_an_answer_that_is_about_another_grant(tampered):
    def work(db):
        sql = "UPDATE events SET result = CAST(replace(CAST(result AS TEXT), ?, ?) AS BLOB) WHERE n = ?"
        db.execute(sql, (f'"grant":"{G}"', '"grant":"340006-2025-07/2025"', number(db, "grant.disbursed")))

    unlike, told = messages(tampered(work), "chain")
    assert UNLIKE in unlike
    assert told.endswith(f"its events are of {G}, its answer is about 340006-2025-07/2025")


# ---------------------------------------------------------------------- duties


HANDS = [
    ("grant.adopted", "head", ["prepared"]),
    ("grant.approved", "head", ["prepared"]),
    ("grant.rejected", "head", ["prepared"]),
    ("grant.not_adopted", "head", ["prepared"]),
    ("grant.change_approved", "head", ["requested"]),
    ("grant.change_refused", "head", ["requested"]),
    ("grant.disbursed", "approver", ["decided"]),
    ("grant.compliance_ordered", "officer", ["prepared", "declared an interest in"]),
    ("grant.suspended", "head", ["prepared"]),
    ("grant.resumed", "head", ["prepared"]),
    ("grant.abolished", "head", ["prepared"]),
    ("grant.carry_over_approved", "head", ["carried"]),
    ("grant.correction_ordered", "head", ["prepared", "reported"]),
    ("grant.settled", "officer", ["prepared"]),
    ("grant.settled", "head", ["prepared", "reported"]),
    ("grant.revoked", "head", ["prepared", "reported"]),
    ("grant.return_ordered", "officer", ["prepared"]),
    ("grant.return_extended", "head", ["prepared"]),
    ("grant.charges_exempted", "receiver", ["assessed"]),
    ("grant.disposal_approved", "head", ["prepared"]),
    ("grant.objection_answered", "approver", ["decided"]),
    ("project.plan_certified", "head", ["planned"]),
    ("project.plan_amended", "head", ["planned"]),
    ("project.target_revised", "head", ["planned"]),
    ("project_year.effect_verified", "preparer", ["measured"]),
    ("project_year.closed", "head", ["measured"]),
]
"""An event, a hand it may not come from, and what that hand did before it."""


def test_duties_is_tried_with_every_event_that_decides():
    assert {event_type for event_type, _, _ in HANDS} | {"grant.scored"} == {
        *DECIDES,
        *("grant.change_approved", "grant.change_refused"),
    }


@pytest.mark.parametrize(("event_type", "by", "duties"), HANDS)
def test_duties_finds_a_decision_by_the_hand_that_prepared_it(tampered, lived, event_type, by, duties):
    numbers = []
    office = tampered(
        lambda db: numbers.append(rewrite(db, event_type, lambda entry: entry.update(by=by))), lived
    )
    n = numbers[0]
    stream = list(office.tell("log"))[n - 1]["stream"]
    found = hands(office)
    assert found[: len(duties)] == [
        f"event {n}: {event_type} of {stream} by {by}, who {duty} it" for duty in duties
    ]


def test_duties_finds_a_score_by_whoever_had_declared_an_interest(tampered, lived):
    office = tampered(lambda db: move_to_front(db, number(db, "grant.conflict_declared")), lived)
    told = hands(office)
    assert len(told) == 4
    assert all(" grant.scored of " in line for line in told)
    assert all(line.endswith(" by officer, who declared an interest in it") for line in told)


def test_duties_counts_whoever_corrected_a_value_as_one_who_measured_it(tampered, lived):
    def of_a_value(entry):
        entry["data"]["event_type"] = "project_year.measured"
        entry["by"] = "verifier"

    def work(db):
        move_to_front(db, rewrite(db, "project_year.corrected", of_a_value))

    (told,) = hands(tampered(work, lived))
    assert told.endswith(f"project_year.effect_verified of {P}/effect-2025 by verifier, who measured it")


# ---------------------------------------------------------------------- caps


LOG = "the log adds up to requested 0, reserved 0, used 9,000 yen"


def test_caps_finds_a_row_that_says_another_thing_than_the_log(tampered):
    office = tampered(lambda db: db.execute("UPDATE cap_usage SET used_yen = used_yen + 1"))
    assert messages(office, "caps") == [
        f"at the end of the log the stored row of {SOFT} holds requested 0, reserved 0, used 9,001 yen; {LOG}"
    ]


def test_caps_finds_a_row_that_was_deleted(tampered):
    office = tampered(lambda db: db.execute("DELETE FROM cap_usage"))
    assert messages(office, "caps") == [
        f"at the end of the log the stored row of {SOFT} holds nothing; {LOG}"
    ]


def test_caps_finds_more_in_a_window_than_its_hard_limit(tampered):
    found = []

    def lower(entry):
        entry["data"]["windows"][0]["limit_yen"] = 9_999

    office = tampered(lambda db: found.append(rewrite(db, "grant.approved", lower)))
    findings = [line for line in office.tell("check", names=["caps"]) if line["rule"] == "soft_fy_prefecture"]
    assert [(line["message"], line["limit"], line["used"], line["excess"]) for line in findings] == [
        (f"event {found[0]}: {SOFT} holds 10,000 yen over its hard limit", 9_999, 10_000, 1)
    ]


def test_caps_finds_a_number_missing_in_the_sequence_of_a_window(tampered):
    found = []

    def skip(entry):
        entry["caps"][SOFT] += 1

    office = tampered(lambda db: found.append(rewrite(db, "grant.approved", skip)))
    assert f"event {found[0]}: {SOFT} has sequence 3 after 1" in messages(office, "caps")


# ---------------------------------------------------------------------- strict or not


@pytest.fixture
def unchecked(office: Office) -> Office:
    """A decision without the check of double funding, and nobody took part: due and missing, not wrong."""
    office.approved(new(soft=10_000))
    return office


def test_all_checks_together_tell_what_is_wrong_and_only_strictly_what_is_missing(unchecked):
    assert messages(unchecked) == []
    strict = list(unchecked.tell("check", strict=True))
    assert {finding["rule"] for finding in strict} == {"double_funding", "participation"}
    assert {finding["strength"] for finding in strict} == {"warning"}


@pytest.mark.parametrize("name", ["double_funding", "participation"])
def test_a_check_that_is_named_tells_what_is_missing_too(unchecked, name):
    assert messages(unchecked, name) == messages(unchecked, name, strict=True) != []


def test_what_is_wrong_is_told_strictly_or_not(tampered):
    office = tampered(lambda db: db.execute("DELETE FROM cap_usage"))
    assert messages(office) == messages(office, strict=True) == messages(office, "caps")


@pytest.mark.parametrize("name", [name for name in CHECKS if name not in ("assets", "combination")])
def test_every_finding_says_where_its_rule_is_written_and_what_to_do(tampered, name):
    """Everything is wrong at once: no one took part, nothing was paid or published, and rows are changed."""

    def spoil(db):
        for gone in (
            "grant.sub_grant_paid",
            "grant.double_funding_checked",
            "project.participation_recorded",
        ):
            db.execute("DELETE FROM events WHERE type = ?", (gone,))
        for gone in (
            "grant.input_tax_reported",
            "project_year.published",
            "grant.closed",
            "project_year.closed",
        ):
            db.execute("DELETE FROM events WHERE type = ?", (gone,))
        db.execute("UPDATE cap_usage SET used_yen = used_yen + 1")
        rewrite(db, "grant.approved", lambda entry: entry.update(by="head"))
        rewrite(db, "grant.return_ordered", lambda entry: entry["data"].update(amount_yen=500))

    office = tampered(spoil)
    on(office, 2040, 1, 1)
    found = list(office.tell("check", names=[name]))
    assert found
    assert all(finding["source"] and finding["remedy"] and finding["message"] for finding in found)


def test_duties_finds_an_event_of_an_officer_who_had_not_the_role(tampered, lived):
    office = tampered(
        lambda db: rewrite(db, "grant.disbursed", lambda entry: entry.update(by="verifier")), lived
    )
    told = [message for message in messages(office, "duties") if "who held" in message]
    assert len(told) == 1
    assert told[0].endswith("by verifier, who held verifier and not disbursing_officer")
