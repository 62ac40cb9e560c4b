"""紛らわしい識別子: ids that differ by case or by letters of another script that are drawn like Latin ones."""

from __future__ import annotations

import unicodedata

import pytest

from lifecycle.rules.look_alikes import LATIN, look_alike_findings, looks_like

A, BE, EN, SMALL_EN, ALPHA, OMICRON = "\u0430", "\u0412", "\u041d", "\u043d", "\u0391", "\u03bf"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("g-001", "G-001"),
        ("suzuki", "SuzuKI"),
        (f"t{A}n{A}k{A}", "tanaka"),
        (f"T{A}NAK{A}", "tanaka"),  # a letter of another script, and case
        (f"{BE}-1", "b-1"),
        (f"{EN}-1", "h-1"),
        (f"{EN}-1", f"{SMALL_EN}-1"),
        (ALPHA, "\u0410"),
        (f"{OMICRON}no", "ono"),
        ("straße", "STRASSE"),
        ("\uff27-1", "g-1"),  # an older id in full-width letters
    ],
)
def test_ids_that_differ_by_nothing_that_is_easily_seen_look_alike(one, other):
    assert looks_like(one, other)
    assert looks_like(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("g-001", "g-002"),
        ("g-001", "g-0010"),
        ("ono", "0no"),
        ("ito", "lto"),
        ("鈴木", "鈴本"),
        ("カトウ", "かとう"),
        (f"{SMALL_EN}-1", "h-1"),  # only its capital is drawn so
        ("\u0431", "b"),
    ],
)
def test_ids_that_differ_in_what_is_seen_do_not(one, other):
    assert not looks_like(one, other)
    assert not looks_like(other, one)


def test_the_letters_are_greek_and_cyrillic_and_drawn_like_one_latin_letter():
    assert {unicodedata.name(chr(letter)).split()[0] for letter in LATIN} == {"GREEK", "CYRILLIC"}
    assert {unicodedata.category(chr(letter)) for letter in LATIN} == {"Lu", "Ll"}
    assert all(latin.isascii() and latin.isalpha() for latin in LATIN.values())


def test_the_warning_names_the_one_that_is_there_and_the_letters_that_are_not_what_they_look_like():
    (found,) = look_alike_findings("officer", f"t{A}naka", ["suzuki", "tanaka", "Tanaka"])
    assert (found.rule, found.strength) == ("look_alike", "warning")
    assert found.message == "officer t<U+0430>naka is easily taken for tanaka, which is there already"
    assert "tanaka" in found.remedy


def test_an_id_is_never_taken_for_itself():
    assert look_alike_findings("officer", "tanaka", ["tanaka", "suzuki"]) == []
