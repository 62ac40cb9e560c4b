"""担当者・募集回・制度の版: registered, open on its days, confirmed."""

from __future__ import annotations

from datetime import date

import pytest
from spec_projects import given_officer, given_programme_confirmed, given_round

from lifecycle.aggregates import Officer
from lifecycle.errors import RoundClosed


def test_registering_again_replaces_name_roles_and_authority():
    (
        given_officer("suzuki", ("approver",))
        .when("register_officer", name="鈴木", roles=["preparer"], authority="340006", by="sato")
        .then(Officer.RolesChanged, name="鈴木", roles=["preparer"], authority="340006")
        .then_holds(name="鈴木", roles=("preparer",), authority="340006", officer="suzuki")
    )


def test_registering_the_same_again_is_recorded_already():
    given_officer("suzuki", ("approver",)).when(
        "register_officer", name="suzuki", roles=["approver"], authority=None
    ).then_refused("already_recorded")


def test_an_admin_does_not_give_up_admin_by_their_own_hand():
    given_officer("sato", ("admin",)).when("register_officer", roles=["auditor"], by="sato").then_refused(
        "role_missing"
    )


def test_an_admin_may_take_other_roles_and_keep_admin():
    given_officer("sato", ("admin",)).when("register_officer", roles=["admin", "auditor"], by="sato").then(
        Officer.RolesChanged
    )


def test_another_admin_takes_the_role_away():
    given_officer("sato", ("admin",)).when("register_officer", roles=["auditor"], by="ueda").then(
        Officer.RolesChanged
    )


@pytest.mark.parametrize("on", [date(2025, 4, 1), date(2025, 5, 15), date(2025, 6, 30)])
def test_a_round_is_open_on_its_first_and_last_day_and_between(on):
    given_round().aggregate.refuse_unless_open(on)


@pytest.mark.parametrize("on", [date(2025, 3, 31), date(2025, 7, 1)])
def test_a_round_is_closed_on_the_day_before_and_the_day_after(on):
    with pytest.raises(RoundClosed):
        given_round().aggregate.refuse_unless_open(on)


def test_a_confirmed_version_says_who_confirmed_which_figures_on_what_paper():
    given_programme_confirmed().then_holds(
        basis="inherited",
        document="事務連絡 2026-04-10",
        confirmed_by="suzuki",
        confirmed_on=date(2026, 4, 10),
        limits_yen={"soft_fy_prefecture": 1_500_000_000},
    )
