"""The 1,788 local governments, their check digits and the tier their caps follow."""

from __future__ import annotations

import csv
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from lifecycle.errors import BadCheckDigit, UnknownAuthority
from lifecycle.programme import authorities
from lifecycle.programme.authorities import all_authorities, check_code, find
from lifecycle.values import Tier

ALL = tuple(all_authorities())
TODAY = date(2025, 4, 1)
NOT_CORE_HUB = {
    "111007": "さいたま市",
    "121002": "千葉市",
    "141003": "横浜市",
    "141305": "川崎市",
    "141500": "相模原市",
}


def digit_by_formula(first_five: str) -> int:
    """総務省: weights 6 5 4 3 2; eleven less the remainder by eleven, its last digit."""
    total = sum(int(digit) * weight for digit, weight in zip(first_five, (6, 5, 4, 3, 2), strict=True))
    return (11 - total % 11) % 10


def test_there_are_1788_local_governments():
    assert len(ALL) == 1_788
    assert len({authority.code for authority in ALL}) == 1_788


def test_they_are_of_these_kinds():
    assert Counter(authority.kind for authority in ALL) == {
        "prefecture": 47,
        "designated_city": 20,
        "city": 772,
        "special_ward": 23,
        "town": 743,
        "village": 183,
    }


def test_every_check_digit_follows_from_the_first_five():
    for authority in ALL:
        assert int(authority.code[5]) == digit_by_formula(authority.code[:5]), authority


def test_every_code_is_found_and_passes():
    for authority in ALL:
        assert find(authority.code) == authority
        assert check_code(authority.code, TODAY) == authority


def test_the_tier_follows_from_kind_and_core_hub_flag():
    for authority in ALL:
        if authority.kind == "prefecture":
            assert authority.tier is Tier.PREFECTURE
        else:
            assert authority.tier is (Tier.CORE_HUB if authority.core_hub else Tier.MUNICIPALITY)


def test_the_tiers_are_counted():
    assert Counter(authority.tier for authority in ALL) == {
        Tier.PREFECTURE: 47,
        Tier.CORE_HUB: 82,
        Tier.MUNICIPALITY: 1_659,
    }


def test_five_designated_cities_are_not_core_hub():
    designated = [authority for authority in ALL if authority.kind == "designated_city"]
    outside = {authority.code: authority.name_ja for authority in designated if not authority.core_hub}
    assert outside == NOT_CORE_HUB
    assert {find(code).tier for code in outside} == {Tier.MUNICIPALITY}


def test_the_wards_of_tokyo_are_municipalities():
    wards = [authority for authority in ALL if authority.kind == "special_ward"]
    assert {ward.tier for ward in wards} == {Tier.MUNICIPALITY}
    assert {ward.prefecture for ward in wards} == {"東京都"}


def test_every_core_hub_says_on_what_basis_and_how_certain():
    certain = Counter(authority.core_hub_certainty for authority in ALL if authority.core_hub)
    assert certain == {"documented": 10, "derived": 61, "derived_borderline": 11}
    assert all(authority.core_hub_basis for authority in ALL if authority.core_hub)


def test_a_candidate_left_out_by_its_ratio_is_no_core_hub():
    left_out = [authority for authority in ALL if authority.core_hub_certainty == "excluded_by_ratio"]
    assert len(left_out) == 8
    assert not any(authority.core_hub for authority in left_out)


def test_the_table_says_where_it_comes_from():
    text = Path(authorities.__file__).with_name("local_governments.csv").read_text(encoding="utf-8")
    head = [line for line in text.splitlines() if line.startswith("#")]
    assert any("Source" in line for line in head)
    rows = list(csv.DictReader(line for line in text.splitlines() if not line.startswith("#")))
    assert [row["code"] for row in rows] == [authority.code for authority in ALL]
    assert [row["name_ja"] for row in rows] == [authority.name_ja for authority in ALL]


@pytest.mark.parametrize(
    ("code", "name", "tier"),
    [
        ("340006", "広島県", Tier.PREFECTURE),
        ("011002", "札幌市", Tier.CORE_HUB),
        ("141003", "横浜市", Tier.MUNICIPALITY),
        ("010006", "北海道", Tier.PREFECTURE),
    ],
)
def test_an_authority_is_found_by_its_code(code, name, tier):
    found = find(code)
    assert (found.code, found.name_ja, found.tier) == (code, name, tier)


@pytest.mark.parametrize(
    "code", ["999997", "340005", "34000", "3400066", "", "code", "３４０００６", "\n34000", "34000,"]
)
def test_what_is_no_code_of_anybody_is_not_found(code):
    assert find(code) is None


def test_a_wrong_check_digit_names_the_right_one_and_who_was_meant():
    with pytest.raises(BadCheckDigit) as refused:
        check_code("340005", TODAY)
    assert refused.value.message == "340005: check digit is wrong; 34000 takes 6: 340006 広島県"
    assert (refused.value.code, refused.value.exit) == ("bad_check_digit", 2)


def test_a_wrong_check_digit_of_nobody_names_the_digit_alone():
    with pytest.raises(BadCheckDigit) as refused:
        check_code("999990", TODAY)
    assert refused.value.message == "999990: check digit is wrong; 99999 takes 7"


def test_a_right_code_of_nobody_is_unknown():
    with pytest.raises(UnknownAuthority) as refused:
        check_code("999997", TODAY)
    assert refused.value.message == "999997: no local government has this code"
    assert (refused.value.code, refused.value.exit) == ("unknown_authority", 2)


@pytest.mark.parametrize(
    "code", ["３４０００６", "34000", "3400066", "34000a", "", " 340006", "340006\n", "٣٤٠٠٠٦"]
)
def test_a_code_that_is_not_six_ascii_digits_is_refused(code):
    with pytest.raises(UnknownAuthority, match="six ASCII digits") as refused:
        check_code(code, TODAY)
    assert "\n" not in refused.value.message


# ---- rows with dates: a town that joined a city, a city that became a core hub

DATED = """# test
code,name_ja,name_kana,name_en,prefecture,kind,core_hub,tier,core_hub_basis,core_hub_certainty,valid_from,valid_until
340006,広島県,ひろしまけん,Hiroshima,広島県,prefecture,0,prefecture,,,,
341002,広島市,ひろしまし,Hiroshima City,広島県,city,0,municipality,,,,2025-09-30
341002,広島市,ひろしまし,Hiroshima City,広島県,city,1,core_hub,test,documented,2025-10-01,
343021,府中町,ふちゅうちょう,Fuchu Town,広島県,town,0,municipality,,,,2026-03-31
"""


@pytest.fixture
def dated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(authorities, "_table", lambda: DATED.encode())


@pytest.mark.parametrize(
    ("on", "tier"),
    [(date(2025, 9, 30), Tier.MUNICIPALITY), (date(2025, 10, 1), Tier.CORE_HUB), (None, Tier.CORE_HUB)],
)
def test_the_tier_is_that_of_the_date_asked_for(dated, on, tier):
    assert find("341002", on).tier is tier


def test_an_authority_that_is_gone_is_unknown_after_its_last_day(dated):
    assert check_code("343021", date(2026, 3, 31)).name_ja == "府中町"
    with pytest.raises(UnknownAuthority) as refused:
        check_code("343021", date(2026, 4, 1))
    assert refused.value.message == (
        "343021: no local government has this code on 2026-04-01; 府中町 held it at another time"
    )


def test_an_authority_without_dates_exists_on_every_date(dated):
    assert find("340006", date(1900, 1, 1)) == find("340006", date(2100, 1, 1))
