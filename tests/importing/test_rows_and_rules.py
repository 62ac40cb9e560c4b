"""Row by row: what the rules refuse holds up no other row; what the file leaves open is given or assumed."""

from __future__ import annotations

import pytest
from importing_lists import HEADINGS, a_list

from cli import acts
from lifecycle.errors import Busy

CAP_YEN = 1_000_000_000
"""尾道市 is a municipality: 10億円 a year for soft projects."""


def test_a_row_up_to_the_cap_is_taken_in(office, write):
    answer = office.taken(write(a_list({"amount_yen": str(CAP_YEN)})))
    assert (answer["exit"], answer["imported_yen"]) == (0, CAP_YEN)


def test_a_row_beyond_the_cap_is_refused_and_the_others_are_taken_in(office, write):
    rows = [{"title": "a"}, {"title": "b", "amount_yen": str(CAP_YEN)}, {"title": "c"}]
    answer = office.taken(write(a_list(*rows)))
    assert (answer["ok"], answer["exit"], answer["code"]) == (False, 1, "cap_exceeded")
    assert [row["outcome"] for row in answer["results"]] == ["imported", "refused", "imported"]
    assert (answer["imported_yen"], answer["refused_yen"]) == (24_000_000, CAP_YEN)
    finding = answer["results"][1]["findings"][0]
    assert (finding["rule"], finding["excess"]) == ("soft_fy_municipality", 12_000_000)
    assert office.used_yen("342050") == 24_000_000


def test_a_refused_row_is_told_with_its_place_and_its_way_out(office, write):
    answer = office.take(write(a_list({}, {"title": "b", "amount_yen": str(CAP_YEN)})))
    assert answer.exit == 1
    assert "refused: cap_exceeded — row 3, 342050 尾道市: 1,012,000,000 yen exceed" in answer.err
    assert "remedy: ask for at most 988,000,000 yen" in answer.err
    assert "imported (取込み)" in answer.out


def test_a_refused_row_is_judged_anew_the_next_time(office, write):
    too_much = write(a_list({"amount_yen": str(CAP_YEN + 1)}), "too_much.csv")
    assert office.taken(too_much)["refused"] == 1
    assert office.taken(write(a_list({"amount_yen": str(CAP_YEN)})))["imported"] == 1
    assert office.taken(too_much)["refused"] == 1


def test_a_dry_run_judges_each_row_after_those_before_it(office, write):
    half = str(CAP_YEN // 2 + 1)
    file = write(a_list({"title": "a", "amount_yen": half}, {"title": "b", "amount_yen": half}))
    before = office.events
    rehearsed = office.taken(file, "--dry-run")
    assert [row["outcome"] for row in rehearsed["results"]] == ["imported", "refused"]
    assert (rehearsed["dry_run"], rehearsed["exit"]) == (True, 1)
    assert office.events == before
    assert [row["outcome"] for row in office.taken(file)["results"]] == ["imported", "refused"]


@pytest.fixture
def busy_from(monkeypatch):
    """Let the store be busy from the nth row on."""

    def set_up(first: int) -> None:
        rows = iter(range(1, 100))

        def write(session, command):
            if next(rows) >= first:
                raise Busy("another command holds the store")
            return acts.write(session, command)

        monkeypatch.setattr("cli.import_run.write", write)

    return set_up


def test_a_store_that_becomes_busy_ends_the_import_and_a_second_run_completes_it(
    office, write, busy_from, monkeypatch
):
    file = write(a_list(*({"title": title} for title in "abcd")))
    busy_from(3)
    answer = office.taken(file)
    assert (answer["exit"], answer["code"]) == (4, "busy")
    assert [row["outcome"] for row in answer["results"]] == ["imported", "imported", "refused", "not_tried"]
    monkeypatch.undo()
    assert [row["outcome"] for row in office.taken(file)["results"]] == [
        "known",
        "known",
        "imported",
        "imported",
    ]


def test_whoever_reads_along_is_told_to_import_the_rest_again(office, write, busy_from):
    busy_from(2)
    answer = office.take(write(a_list(*({"title": title} for title in "abc"))))
    assert "import the file again for the rest: rows that are in the ledger are not taken twice" in answer.err
    assert answer.out.count("not tried (未処理)") == 1


def test_a_dry_run_leaves_the_store_free_for_others(office, write):
    office.taken(write(a_list({})), "--dry-run")
    assert office.run("register-officer", "x", "--name", "x", "--roles", "officer", "--by", "sato").exit == 0


def test_an_officer_without_the_role_is_refused_once(office, write):
    before = office.events
    answer = office.run("import", "decisions", write(a_list({}, {"title": "b"})), "--by", "sato", "--json")
    assert (answer.exit, answer.json["code"]) == (7, "role_missing")
    assert office.events == before


def test_a_store_that_is_not_there_is_refused_once(office, write):
    answer = office.run(
        "--store", "sqlite:///none.db", "import", "decisions", write(a_list({})), "--by", "tanaka"
    )
    assert answer.exit == 3
    assert answer.err.startswith("refused: not_found — no store at none.db")


def test_rows_that_say_the_same_are_decisions_of_their_own_with_a_warning(office, write):
    file = write(a_list({}, {}, {"title": "b"}))
    answer = office.taken(file)
    assert (answer["imported"], office.used_yen("342050")) == (3, 36_000_000)
    assert [(w["row"], w["message"]) for w in answer["warnings"]] == [
        (3, "says the same as an earlier row; it is taken in as a decision of its own")
    ]
    assert office.taken(file)["known"] == 3
    assert office.taken(write(a_list({"title": "b"}, {}, {})))["known"] == 3
    assert office.taken(write(a_list({}, {}, {})))["imported"] == 1


@pytest.mark.parametrize(
    "changed", [{"title": "別の事業"}, {"amount_yen": "12000001"}, {"row": "2"}, {"authority": "342033"}]
)
def test_a_row_that_says_something_else_is_another_decision(office, write, changed):
    assert office.taken(write(a_list({})))["imported"] == 1
    assert office.taken(write(a_list({} | changed)))["imported"] == 1


@pytest.mark.parametrize(
    "written",
    [
        {"amount_yen": '"12,000,000"'},
        {"amount_yen": "１２００００００"},
        {"kind": "ソフト"},
        {"fiscal_year": "令和8年度"},
    ],
)
def test_a_row_written_otherwise_is_the_same_decision(office, write, written):
    assert office.taken(write(a_list({})))["imported"] == 1
    assert office.taken(write(a_list({} | written)))["known"] == 1


FULL_WIDTH = {
    "amount_yen": ("１２００００００", "12,000,000 yen"),
    "fiscal_year": ("２０２６", "2026"),
    "decided_on": ("２０２６-０４-０１", "2026-04-01"),
}
"""What a list may hold in full-width digits, and what is read of it."""


@pytest.mark.parametrize("columns", [*((name,) for name in FULL_WIDTH), tuple(FULL_WIDTH)], ids=" ".join)
def test_full_width_digits_are_told_with_what_they_were_read_as_each_of_them(office, write, columns):
    told = {name: FULL_WIDTH[name] for name in columns}
    written = {name: cell for name, (cell, _) in told.items()}
    file = write(a_list({}, written, written | {"title": "別"}))
    screen = office.take(file, "--dry-run").out.partition("read as:")[2].partition("\n\n")[0]
    expected = [f'{name} "{cell}" read as {read}; 2 rows' for name, (cell, read) in told.items()]
    assert sorted(line.strip() for line in screen.strip().splitlines()) == sorted(expected)
    (*noted,) = ((line["text"], line["rows"]) for line in office.taken(file)["read_as"])
    assert sorted(noted) == sorted((line.removesuffix("; 2 rows"), 2) for line in expected)


def test_plain_digits_are_not_told_of(office, write):
    assert "read as" not in office.take(write(a_list({}))).out


def test_an_amount_by_kind_is_the_same_decision_as_an_amount_with_its_kind(office, write):
    assert office.taken(write(a_list({})))["imported"] == 1
    headings = HEADINGS.replace("amount_yen,kind", "soft_yen,facility_yen,infrastructure_yen")
    by_kind = a_list({"soft_yen": "12000000", "facility_yen": "0"}, headings=headings)
    assert office.taken(write(by_kind))["known"] == 1


def test_amounts_by_kind_are_one_decision_of_several_components(office, write):
    headings = HEADINGS.replace("amount_yen,kind", "soft_yen,facility_yen,infrastructure_yen")
    row = {"soft_yen": "1000", "facility_yen": "2000", "infrastructure_yen": "3000"}
    answer = office.taken(write(a_list(row, headings=headings)))
    assert answer["results"][0]["amounts"] == {"soft": 1000, "facility": 2000, "infrastructure": 3000}
    assert [office.used_yen("342050", kind) for kind in row and ("soft", "facility", "infrastructure")] == [
        1000,
        2000,
        3000,
    ]


def test_a_row_of_infrastructure_alone_is_taken_in_and_told_of(office, write):
    headings = HEADINGS.replace("amount_yen,kind", "soft_yen,facility_yen,infrastructure_yen")
    answer = office.taken(write(a_list({"infrastructure_yen": "3000"}, headings=headings)))
    (row,) = answer["results"]
    assert (answer["imported"], [warning["rule"] for warning in row["warnings"]]) == (
        *(1, ["infrastructure_combination"]),
    )


def test_a_row_without_any_amount_by_kind_is_refused(office, write):
    headings = HEADINGS.replace("amount_yen,kind", "soft_yen,facility_yen")
    answer = office.take(write(a_list({"facility_yen": "0"}, headings=headings)))
    assert answer.exit == 2
    assert "row 2: no amount stands in soft_yen, facility_yen" in answer.err


# ---------------------------------------------------------------------- given or assumed

BARE = "authority,title,fiscal_year,amount_yen"


def assumed(answer) -> dict[str, str]:
    """What was assumed, by field."""
    return {assumption["field"]: assumption["value"] for assumption in answer["assumed"]}


def test_what_a_bare_list_leaves_open_is_assumed_and_said(office, write):
    answer = office.taken(write(a_list({}, headings=BARE)))
    assert assumed(answer) == {
        "kind": "soft",
        "programme": "R8-mirai-suishin, in force on 2026-04-01",
        "decided_on": "2026-04-01, the first day of fiscal year 2026",
        "source": "list.csv, this file",
    }
    assert office.run("show", "342050-2026-01/2026", "--json").json["imported_from"] == "list.csv 2"


def test_what_is_given_is_not_assumed(office, write):
    options = [
        "--kind",
        "facility",
        "--decided-on",
        "2026-04-02",
        "--programme",
        "R7-dai2sedai",
        "--source",
        "通知",
    ]
    answer = office.taken(write(a_list({}, headings=BARE)), *options)
    assert assumed(answer) == {}
    row = answer["results"][0]
    assert (row["amounts"], row["decided_on"], row["programme"]) == (
        {"facility": 12_000_000},
        "2026-04-02",
        "R7-dai2sedai",
    )
    assert office.run("show", row["grant"], "--json").json["imported_from"] == "通知 2"


def test_what_the_file_says_comes_before_what_is_given(office, write):
    answer = office.taken(
        write(a_list({})), "--kind", "facility", "--decided-on", "2026-04-02", "--source", "通知"
    )
    assert answer["results"][0]["amounts"] == {"soft": 12_000_000}
    assert answer["results"][0]["decided_on"] == "2026-04-01"


def test_a_file_without_a_source_that_is_renamed_is_the_same_list(office, write):
    assert office.taken(write(a_list({}, headings=BARE)))["imported"] == 1
    assert office.taken(write(a_list({}, headings=BARE), "renamed.csv"))["known"] == 1


def test_without_a_business_date_a_decision_of_the_past_assumes_none(office, write):
    answer = office.run(
        "import", "decisions", write(a_list({}, headings=BARE)), "--by", "tanaka", "--json"
    ).json
    assert (answer["imported"], "on" in assumed(answer)) == (1, False)


def test_a_list_that_came_by_another_hand_is_the_same_list(office, write):
    headings = f"{HEADINGS},via"
    assert office.taken(write(a_list({"via": "github"}, headings=headings)))["imported"] == 1
    assert office.taken(write(a_list({"via": "県の写し"}, headings=headings)))["known"] == 1
    assert (
        office.run("show", "342050-2026-01/2026", "--json").json["imported_from"] == "一覧.pdf (via github) 1"
    )


def test_an_assumed_day_after_the_business_date_that_is_given_is_refused(office, write):
    answer = office.take(write(a_list({"fiscal_year": "2027"}, headings=BARE)))
    assert answer.exit == 2
    assert (
        "2027 begins after the business date 2026-04-02; --decided-on says when it was decided" in answer.err
    )


def test_without_a_business_date_a_list_for_the_coming_year_takes_effect_with_it(office, write):
    headings = f"{BARE},programme"
    file = write(a_list({"fiscal_year": "2027"}, headings=headings))
    answer = office.run("import", "decisions", file, "--by", "tanaka", "--json").json
    assert (answer["imported"], assumed(answer)["on"][:10]) == (1, "2027-04-01")
    assert "today, 2026-06-01, lies before it" in assumed(answer)["on"]


def test_without_a_business_date_a_day_that_was_said_may_not_lie_ahead(office, write):
    file = write(a_list({"decided_on": "2026-06-02"}))
    answer = office.run("import", "decisions", file, "--by", "tanaka")
    assert answer.exit == 2
    assert "2026-06-02 lies after the business date 2026-06-01" in answer.err
    assert office.run("import", "decisions", file, "--by", "tanaka", "--on", "2026-06-02").exit == 0


@pytest.mark.parametrize("name", ["尾道市", "広島県尾道市", ""])
def test_the_name_of_the_authority_agrees_with_or_without_its_prefecture(office, write, name):
    file = write(a_list({"name_ja": name}, headings=f"{HEADINGS},name_ja"))
    assert office.taken(file)["warnings"] == []


@pytest.mark.parametrize(("column", "text"), [("name_ja", "呉市"), ("prefecture", "岡山県")])
def test_a_name_that_is_not_the_authoritys_is_warned_of_with_its_row(office, write, column, text):
    file = write(a_list({column: text}, headings=f"{HEADINGS},{column}"))
    answer = office.take(file)
    assert answer.exit == 0
    warned = f'row 2, column {column}: "{text}" stands beside 342050, which is 広島県 尾道市'
    assert warned in " ".join(answer.out.split())


def test_caps_that_nobody_confirmed_are_warned_of_once(office, write):
    file = write(a_list({"programme": "R8-mirai-suishin"}, {"title": "b"}))
    office.run("--store", "sqlite:///new.db", "init", "--admin", "sato", "--on", "2026-04-01")
    words = [
        "register-officer",
        "tanaka",
        "--name",
        "x",
        "--roles",
        "officer",
        "--by",
        "sato",
        "--on",
        "2026-04-01",
    ]
    office.run("--store", "sqlite:///new.db", *words)
    answer = office.take(file, "--store", "sqlite:///new.db")
    assert answer.exit == 0
    assert answer.out.count("are not confirmed") == 1


def test_columns_that_are_not_read_are_named(office, write):
    answer = office.taken(write(a_list({"備考": "x"}, headings=f"{HEADINGS},備考,amount")))
    assert answer["notes"] == ["columns not read: 備考, amount"]
