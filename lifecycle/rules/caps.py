"""上限額と目安: which windows cover a request, and whether it fits. Facts in, findings out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from lifecycle.aggregates.facts import Window
from lifecycle.errors import Finding, Strength
from lifecycle.programme import Cap, ProgrammeVersion
from lifecycle.values import Kind, Tier, yen


@dataclass(frozen=True, slots=True)
class Place:
    """Where money is asked for: authority, tier, fiscal year, and the project with its plan."""

    authority: str
    tier: Tier
    fiscal_year: int
    project: str
    first_year: int
    last_year: int


@dataclass(frozen=True, slots=True)
class Filled:
    """A window and what stands in it without the request that is judged.

    `freed_on` is given where the window stood fuller on the business date than it stands now: room came back then.
    """

    window: Window
    used_yen: int = 0
    reserved_yen: int = 0
    requested_yen: int = 0
    freed_on: date | None = None

    @property
    def taken_yen(self) -> int:
        """Yen used and reserved."""
        return self.used_yen + self.reserved_yen


def windows_for(
    version: ProgrammeVersion, place: Place, kinds: Iterable[str], on: date, *, confirmed: bool
) -> list[Window]:
    """Every window that money of these kinds falls into, with its limit as the version states it.

    An undetermined version that nobody has confirmed states no limit (lifecycle.md section 5, alternative b).
    """
    known = confirmed or not version.needs_confirmation
    on = max(on, version.in_force_from)
    return [
        _window(cap, place, known=known)
        for kind in sorted(set(kinds))
        for cap in version.caps_for(Kind(kind), place.tier, on)
    ]


def _window(cap: Cap, place: Place, *, known: bool) -> Window:
    in_year, in_project = cap.period == "fiscal_year", cap.period in ("project", "plan")
    mark = str(place.fiscal_year) if in_year else place.project
    return Window(
        window=f"{place.authority}/{cap.kind}/{cap.period}/{mark}",
        rule=cap.id,
        kind=cap.kind,
        period=cap.period,
        strength="guideline" if cap.strength == "guideline" else "hard",
        limit_yen=cap.limit_yen if known else None,
        source=cap.source,
        fiscal_year=place.fiscal_year if in_year else None,
        project=place.project if in_project else None,
        first_year=place.first_year if in_project else None,
        last_year=place.last_year if in_project else None,
    )


def asked_for(filled: Iterable[Filled], asked_yen: Mapping[str, int]) -> list[Filled]:
    """Windows of the kinds of which something is asked: asking nothing exceeds nothing, however full they are."""
    return [place for place in filled if asked_yen.get(place.window.kind)]


def decision_findings(filled: Iterable[Filled], asked_yen: Mapping[str, int]) -> list[Finding]:
    """Used + reserved + asked against every limit, hard and guideline, for adoption, approval and change."""
    return [
        _exceeded(place, place.taken_yen, asked_yen.get(place.window.kind, 0))
        for place in filled
        if _exceeds(place, place.taken_yen + asked_yen.get(place.window.kind, 0))
    ]


def request_findings(filled: Iterable[Filled], asked_yen: Mapping[str, int]) -> list[Finding]:
    """Used + everything else the authority asks for + asked against the hard limits alone, for submission."""
    return [
        _exceeded(place, place.used_yen + place.requested_yen, asked_yen.get(place.window.kind, 0))
        for place in filled
        if place.window.strength == "hard"
        and _exceeds(place, place.used_yen + place.requested_yen + asked_yen.get(place.window.kind, 0))
    ]


def published_limit_yen(versions: Iterable[ProgrammeVersion], rule: str) -> int:
    """The least limit that any of these versions states for a cap: a waiver below it lifts nothing. 0 for none."""
    return min((cap.limit_yen for version in versions for cap in version.caps if cap.id == rule), default=0)


def lifted_rules(
    filled: Iterable[Filled], asked_yen: Mapping[str, int], version: ProgrammeVersion
) -> set[str]:
    """Caps that what is asked fits under only because their limit is another than the version's own."""
    return {
        place.window.rule
        for place in filled
        if published_limit_yen([version], place.window.rule)
        < place.taken_yen + asked_yen.get(place.window.kind, 0)
        <= (place.window.limit_yen or 0)
    }


def undetermined_findings(
    filled: Iterable[Filled], programme: str, *, strength: Strength = "hard"
) -> list[Finding]:
    """One finding when a window has no limit because nobody confirmed the programme version's caps."""
    unknown = [place.window.rule for place in filled if place.window.limit_yen is None]
    if not unknown:
        return []
    return [
        Finding(
            rule="programme_undetermined",
            strength=strength,
            source="lifecycle.md section 5",
            message=f"the caps of {programme} are not confirmed, so these answer undetermined: "
            + ", ".join(unknown),
            remedy=f"an approver confirms them: grants confirm-programme {programme} --basis BASIS --document DOCUMENT",
        )
    ]


def _exceeds(place: Filled, total_yen: int) -> bool:
    return place.window.limit_yen is not None and total_yen > place.window.limit_yen


def _exceeded(place: Filled, used_yen: int, asked_yen: int) -> Finding:
    window, limit_yen = place.window, place.window.limit_yen or 0
    room_yen = max(0, limit_yen - used_yen)
    if window.strength == "hard" and place.freed_on:
        remedy = f"room came back on {place.freed_on}: decide on that business date or later"
    elif window.strength == "hard":
        remedy = f"ask for at most {yen(room_yen)}; room comes back when a grant in this window is reduced"
    else:
        remedy = (
            f"give a written reason: --justifications {window.rule}=TEXT; or ask for at most {yen(room_yen)}"
        )
    return Finding(
        rule=window.rule,
        strength=window.strength,
        source=window.source,
        message=(
            f"{yen(used_yen + asked_yen)} exceed the {_called(window)} of {yen(limit_yen)} "
            f"by {yen(used_yen + asked_yen - limit_yen)}"
        ),
        remedy=remedy,
        limit=limit_yen,
        used=used_yen,
        asked=asked_yen,
        excess=used_yen + asked_yen - limit_yen,
        room=room_yen,
    )


def _called(window: Window) -> str:
    kind = f"{Kind(window.kind).name_ja} ({window.kind})"
    strength = "cap" if window.strength == "hard" else "guideline"
    if window.period == "fiscal_year":
        return f"{kind} {strength} for fiscal year {window.fiscal_year}"
    if window.period == "project":
        return f"{kind} {strength} of project {window.project}"
    return f"{kind} {strength} over the plan {window.first_year}-{window.last_year}"
