"""公開データ: each form fits its published schema, or has what that standard asks for; and adds up to the reports."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pyarrow.dataset
import pytest
from common_grants_sdk.schemas.pydantic.models.award import AwardBase
from common_grants_sdk.schemas.pydantic.models.opp_base import OpportunityBase
from nightly.logs import golden
from reports.shell import Shell
from store.office import new, office_at

POINT = ("--as-of-event", str(len(golden())))
DATE = re.compile(r"^[0-9]{4}-(0[1-9]|1[012])-(0[1-9]|[12][0-9]|3[01])$")


def exported(shell: Shell, kind: str, *words: str) -> str:
    """An export on standard output."""
    done = shell("export", kind, *POINT, *words)
    assert done.exit == 0, done.err
    return done.out


@pytest.fixture
def decided(shell: Shell) -> list[dict[str, Any]]:
    """Lines of the report of all decisions that stand."""
    rows = json.loads(shell("report", "decisions", *POINT, "--json").out)["rows"]
    return [row for row in rows if row["decided_on"] and row["status"] not in ("withdrawn", "rejected")]


def awarded(rows: list[dict[str, Any]]) -> int:
    """What was decided with its changes, less what was revoked."""
    gone = ("cancelled_yen", "void_yen")
    return sum(r["decided_yen"] + r["changed_yen"] - sum(r[name] for name in gone) for r in rows)


# ---------------------------------------------------------------------- 360Giving

ASKED = {
    "id": str,
    "title": str,
    "description": str,
    "currency": str,
    "amountAwarded": int,
    "awardDate": str,
    "recipientOrganization": list,
    "fundingOrganization": list,
}
"""What the 360Giving schema asks of every grant."""


def test_360giving_has_all_that_the_standard_asks(shell: Shell, decided: list[dict[str, Any]]) -> None:
    grants = json.loads(exported(shell, "360giving", "--publisher", "360G-test"))["grants"]
    assert len(grants) == len({row["grant"] for row in decided})
    for grant in grants:
        assert {name: type(grant[name]) for name in ASKED} == ASKED
        assert all(grant[name] for name in ("id", "title", "description"))
        assert grant["id"].startswith("360G-test-")
        assert DATE.match(grant["awardDate"])
        assert grant["currency"] == "JPY"
        for role in ("recipientOrganization", "fundingOrganization"):
            assert all(organization["id"] and organization["name"] for organization in grant[role])
    assert len({grant["id"] for grant in grants}) == len(grants)


def test_360giving_adds_up_to_the_report(shell: Shell, decided: list[dict[str, Any]]) -> None:
    grants = json.loads(exported(shell, "360giving"))["grants"]
    assert sum(grant["amountAwarded"] for grant in grants) == awarded(decided)
    paid = sum(row["disbursed_yen"] - row["returned_yen"] for row in decided)
    assert sum(grant["amountDisbursed"] for grant in grants) == paid


# ---------------------------------------------------------------------- IATI

ORDER = (
    *("iati-identifier", "reporting-org", "title", "description", "participating-org", "activity-status"),
    *("activity-date", "recipient-country", "sector", "transaction"),
)
"""Elements of an activity in the order of the 2.03 schema; all of them but transactions have to be there."""

WITHIN = ("transaction-type", "transaction-date", "value", "description")


def test_iati_has_all_elements_in_the_order_of_the_schema(shell: Shell) -> None:
    root = ElementTree.fromstring(exported(shell, "iati", "--publisher", "JP-test"))  # noqa: S314 - our own
    assert (root.tag, root.attrib["version"]) == ("iati-activities", "2.03")
    assert len(root) > 3
    for activity in root:
        tags = [child.tag for child in activity]
        assert tags == sorted(tags, key=ORDER.index)
        assert set(tags) >= set(ORDER) - {"transaction"}
        assert activity.findtext("iati-identifier", "").startswith("JP-test-")
        assert activity.attrib["default-currency"] == "JPY"
        for tag in ("reporting-org", "title", "description", "participating-org"):
            assert all(element.findtext("narrative") for element in activity.iter(tag))
        types = {date.attrib["type"]: date.attrib["iso-date"] for date in activity.iter("activity-date")}
        assert types["1"] < types["3"]
        assert all(DATE.match(day) for day in types.values())
        for transaction in activity.iter("transaction"):
            assert tuple(child.tag for child in transaction) == WITHIN
            value = transaction.find("value")
            assert value is not None
            assert value.attrib["currency"] == "JPY"
            assert DATE.match(value.attrib["value-date"])
            assert int(value.text or "") == Decimal(value.text or "")
    identifiers = [activity.findtext("iati-identifier") for activity in root]
    assert len(set(identifiers)) == len(identifiers)


def test_iati_transactions_add_up_to_the_report(shell: Shell, decided: list[dict[str, Any]]) -> None:
    root = ElementTree.fromstring(exported(shell, "iati"))  # noqa: S314 - our own
    sums: dict[str, int] = {}
    for transaction in root.iter("transaction"):
        code = transaction.find("transaction-type").attrib["code"]
        sums[code] = sums.get(code, 0) + int(transaction.findtext("value"))
    paid = sum(row["disbursed_yen"] - row["returned_yen"] for row in decided)
    assert sums == {"2": awarded(decided), "3": paid}


# ---------------------------------------------------------------------- CommonGrants


def test_commongrants_fits_the_models_of_its_own_package(shell: Shell, decided: list[dict[str, Any]]) -> None:
    document = json.loads(exported(shell, "commongrants"))
    opportunities = [OpportunityBase.model_validate(each) for each in document["opportunities"]]
    found = [AwardBase.model_validate(each) for each in document["awards"]]
    assert len(opportunities) >= 1
    assert len(found) == len({row["grant"] for row in decided})
    assert sum(int(award.funding.awarded_amount.amount) for award in found) == awarded(decided)
    known = {opportunity.id for opportunity in opportunities}
    assert {award.opportunity.id for award in found if award.opportunity} <= known


def test_the_same_record_has_the_same_id_in_every_export(shell: Shell) -> None:
    first, again = (json.loads(exported(shell, "commongrants")) for _ in range(2))
    assert first == again


# ---------------------------------------------------------------------- Parquet


def test_parquet_in_folders_holds_every_row_of_every_table(shell: Shell, tmp_path: Path) -> None:
    done = shell("export", "parquet", "-o", "pq", *POINT)
    assert done.exit == 0, done.err
    table = pyarrow.dataset.dataset(
        tmp_path / "pq" / "grant_register", partitioning="hive", format="parquet"
    ).to_table()
    told = json.loads(shell("report", "decisions", *POINT, "--json").out)
    for name in ("requested_yen", "decided_yen", "settled_yen", "returned_yen"):
        assert sum(table.column(name).to_pylist()) == told["footing"]["totals"][name]
    assert sorted(table.column("grant").to_pylist()) == sorted(row["grant"] for row in told["rows"])
    assert (tmp_path / "pq" / "grant_register" / "authority=340006" / "fiscal_year=2025").is_dir()


def test_parquet_holds_the_events_to_the_byte(shell: Shell, tmp_path: Path) -> None:
    assert shell("export", "parquet", "-o", "pq", *POINT).exit == 0
    table = pyarrow.dataset.dataset(
        tmp_path / "pq" / "events", partitioning="hive", format="parquet"
    ).to_table()
    by_number = dict(zip(table.column("n").to_pylist(), table.column("entry").to_pylist(), strict=True))
    assert [by_number[n].encode() for n in sorted(by_number)] == list(golden())


def test_parquet_never_writes_into_a_folder_that_is_there(shell: Shell, tmp_path: Path) -> None:
    (tmp_path / "pq").mkdir()
    done = shell("export", "parquet", "-o", "pq")
    assert (done.exit, list((tmp_path / "pq").iterdir())) == (2, [])
    assert "exists" in done.err


# ---------------------------------------------------------------------- all of them


@pytest.mark.parametrize("kind", ["360giving", "iati", "commongrants"])
def test_an_empty_ledger_is_an_empty_document(tmp_path: Path, kind: str) -> None:
    office_at(tmp_path / "grants.db").close()
    done = Shell(tmp_path / "grants.db", tmp_path)("export", kind)
    assert done.exit == 0
    if kind == "iati":
        assert list(ElementTree.fromstring(done.out)) == []  # noqa: S314 - our own
    else:
        assert not json.loads(done.out).get("grants")
        assert not json.loads(done.out).get("awards")


def test_words_that_are_markup_are_only_words(tmp_path: Path) -> None:
    office = office_at(tmp_path / "grants.db")
    office.approved(new(soft=1_000, title="<b>&\"'</b>"))
    office.close()
    shell = Shell(tmp_path / "grants.db", tmp_path)
    root = ElementTree.fromstring(shell("export", "iati", "--publisher", '"<&>').out)  # noqa: S314 - our own
    assert root.findtext("iati-activity/title/narrative") == "<b>&\"'</b>"
    assert root.find("iati-activity/reporting-org").attrib["ref"] == '"<&>'


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("everything",), "no export everything"),
        (("parquet",), "-o FOLDER"),
        (("log", "--as-of-event", "x"), "no event number"),
        (("log", "--clock", "wall"), "recorded, effective"),
        (("log", "-o", "nowhere/log.jsonl"), "can't be written"),
    ],
)
def test_what_cannot_be_exported_is_refused(shell: Shell, words: tuple[str, ...], said: str) -> None:
    done = shell("export", *words)
    assert (done.exit, done.out) == (2, "")
    assert said in done.err
