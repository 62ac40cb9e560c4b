"""効果検証・公表: KPIs, classes, publication, and what waits for it (C46, C48, C50, C51, C52)."""

from __future__ import annotations

import pytest

from .world import PARTS, Json, Office, continuing, kpi, new, project_of, soft

# ---------------------------------------------------------------------- C46


@pytest.fixture
def project(office: Office, town: str) -> str:
    """A project of FY2025 to FY2027, decided for its first two years and evaluated for the first."""
    project = project_of(office.decided(new(town, soft(10_000_000, 2025, 2026, 2027))))
    office.decided(continuing(project, 2026))
    office.evaluated(project, 2025)
    return project


@pytest.mark.parametrize("missing", PARTS)
def test_c46_a_year_with_one_part_unpublished_can_not_be_closed(
    office: Office, project: str, missing: str
) -> None:
    year = {"project": project, "fiscal_year": 2025}
    for part in PARTS:
        if part != missing:
            office.publish(project, 2025, part).done()

    office.do("close_year", **year).refused("publication_missing")
    office.publish(project, 2025, missing).done()
    assert office.do("close_year", **year).done().result["closed_on"] == "2026-10-01"


@pytest.mark.parametrize("missing", PARTS)
def test_c46_a_continuing_application_is_refused_while_a_part_of_an_earlier_year_is_unpublished(
    office: Office, project: str, missing: str
) -> None:
    for part in PARTS:
        if part != missing:
            office.publish(project, 2025, part).done()

    refusal = office.do("submit", application=continuing(project, 2027)).refused("earlier_year_unpublished")
    assert refusal.figures("earlier_year_published") == {"limit": 3, "used": 2}
    assert missing in refusal.finding("earlier_year_published")["message"]
    office.publish(project, 2025, missing).done()
    office.do("submit", application=continuing(project, 2027)).done()


def test_c46_what_is_published_keeps_its_date_address_and_digest(office: Office, project: str) -> None:
    for part in PARTS:
        office.publish(project, 2025, part, on="2026-09-20").done()
    [year] = office.show(project)["years"]
    assert year["unpublished"] == []
    assert year["published"] == [
        {
            "part": part,
            "on": "2026-09-20",
            "url": f"https://www.example.lg.jp/2025/{part}.html",
            "digest": f"sha256:{part}",
        }
        for part in PARTS
    ]


@pytest.mark.parametrize("field", ["url", "digest"])
def test_c46_a_publication_without_address_or_digest_is_no_publication(
    office: Office, project: str, field: str
) -> None:
    page = {"url": "https://www.example.lg.jp/", "digest": "sha256:0", field: ""}
    publication = {"project": project, "fiscal_year": 2025, "part": "measures", **page}
    office.do("publish", **publication).refused("bad_input")


def test_c46_the_year_just_past_is_verified_later_and_does_not_hold_up_the_next_one(
    office: Office, town: str
) -> None:
    project = project_of(office.decided(new(town, soft(10_000_000, 2025, 2026, 2027))))
    office.decided(continuing(project, 2026))
    refusal = office.do("submit", application=continuing(project, 2027)).refused("earlier_year_unpublished")
    assert refusal.figures("earlier_year_published") == {"limit": 3, "used": 0}


def test_c46_the_three_parts_of_the_very_year_are_asked_when_it_is_closed(
    office: Office, project: str
) -> None:
    for part in PARTS:
        office.publish(project, 2025, part).done()
    office.do("close_year", project=project, fiscal_year=2026).refused("publication_missing")


# ---------------------------------------------------------------------- C48


def measured(office: Office, town: str, by: str) -> str:
    """A project whose KPI value of FY2025 this officer reported."""
    project = project_of(office.decided(new(town, soft(10_000_000))))
    office.do("measure", project=project, fiscal_year=2025, kpi="k1", actual="80", by=by).done()
    return project


def test_c48_who_reported_a_kpi_value_may_not_verify_it(
    office: Office, town: str, of_all_trades: str
) -> None:
    project = measured(office, town, by=of_all_trades)
    office.verify(project, 2025, by=of_all_trades).refused("same_officer")
    office.verify(project, 2025).done()


def test_c48_who_reported_a_kpi_value_may_not_close_the_year(
    office: Office, town: str, of_all_trades: str
) -> None:
    project = measured(office, town, by=of_all_trades)
    office.published(project, 2025)
    year = {"project": project, "fiscal_year": 2025}
    office.do("close_year", **year, by=of_all_trades).refused("same_officer")
    office.do("close_year", **year).done()


# ---------------------------------------------------------------------- C50


def verified(office: Office, town: str, actual: str) -> Json:
    """A year whose KPI, from 60 to 100, came to `actual`, and was verified by an outside body."""
    project = project_of(office.decided(new(town, soft(10_000_000), kpis=[kpi(2025, 2025)])))
    year = {"project": project, "fiscal_year": 2025}
    office.do("measure", **year, kpi="k1", actual=actual).done()
    office.verify(project, 2025).done()
    return year


@pytest.mark.parametrize(
    ("actual", "effect"),
    [
        ("105", 1),  # 非常に効果的であった
        ("100", 1),
        ("99.9", 2),
        ("78", 2),  # 相当程度効果があった
        ("70", 2),
        ("69.9", 3),
        ("65", 3),  # 効果があった
        ("60.1", 3),
        ("59.9", 4),
        ("55", 4),  # 効果がなかった
    ],
)
def test_c50_the_class_of_a_kpi_follows_from_target_start_and_actual_value(
    office: Office, town: str, actual: str, effect: int
) -> None:
    year = verified(office, town, actual)
    evaluated = office.do("evaluate", **year, cause="周知が届いた").done()
    assert evaluated.result["classes"] == evaluated.result["by_rule"] == {"k1": effect}


def test_c50_equal_to_the_start_the_rule_gives_no_class_and_a_person_chooses(
    office: Office, town: str
) -> None:
    year = verified(office, town, "60")
    office.do("evaluate", **year, cause="横ばい").refused("class_undecided")
    evaluated = office.do("evaluate", **year, cause="横ばい", classes={"k1": 3}).done()
    assert evaluated.result["classes"] == {"k1": 3}
    assert evaluated.result["by_rule"] == {"k1": 0}


# ---------------------------------------------------------------------- C51


def test_c51_a_fifth_kpi_is_warned_of(office: Office, town: str) -> None:
    kpis = [kpi(2025, 2025, number) for number in range(1, 6)]
    done = office.do("submit", application=new(town, soft(1_000_000), kpis=kpis)).done()
    assert done.warnings == ["kpi_count"]
    assert done.finding("kpi_count")["strength"] == "warning"
    assert done.figures("kpi_count") == {"limit": 4, "asked": 5, "excess": 1}


def test_c51_an_application_without_a_kpi_is_refused(office: Office, town: str) -> None:
    refusal = office.do("submit", application=new(town, soft(1_000_000), kpis=[]))
    assert refusal.refused("kpi_missing").figures("kpi_count") == {"limit": 1, "asked": 0}


# ---------------------------------------------------------------------- C52


def test_c52_a_target_for_the_last_year_alone_is_not_enough(office: Office, town: str) -> None:
    application = new(town, soft(1_000_000, 2025, 2026, 2027), kpis=[kpi(2027, 2027)])
    refusal = office.do("submit", application=application).refused("kpi_target_missing")
    assert refusal.figures("kpi_target_each_year") == {"limit": 3, "asked": 1}
    assert "2025, 2026" in refusal.finding("kpi_target_each_year")["message"]


def test_c52_a_target_for_every_year_of_the_plan_is_accepted(office: Office, town: str) -> None:
    application = new(town, soft(1_000_000, 2025, 2026, 2027), kpis=[kpi(2025, 2027)])
    assert office.do("submit", application=application).done().warnings == []
