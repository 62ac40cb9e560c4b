"""A published programme version (交付金制度の年度版) as frozen values: figures, strengths, sources, dates.

Nothing here reads a file or a clock. `load.py` builds these from the dated TOML files beside it.
"""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, Annotated, Literal, NamedTuple, TypeVar

import msgspec

from lifecycle.errors import Strength
from lifecycle.values import Kind, Tier

if TYPE_CHECKING:
    from collections.abc import Sequence

Text = Annotated[str, msgspec.Meta(min_length=1)]
Count = Annotated[int, msgspec.Meta(gt=0)]
Period = Literal["fiscal_year", "plan", "project"]
Status = Literal["authoritative", "undetermined", "closed"]
Nature = Literal["hard", "guideline", "warning", "definition", "information"]
Mark = Literal["seed", "S", "A"]

PERIOD_WORDS: dict[Period, str] = {"fiscal_year": "fy", "plan": "plan", "project": "project"}
"""How a period is spelt inside a cap's rule id: `soft_fy_prefecture`."""


class Entry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What every line of rule data carries: the date from which it holds (適用日)."""

    in_force_from: date


class Named(Entry, frozen=True, kw_only=True):
    """An entry with a rule id (or term) of its own and one place where it is written (出典)."""

    id: Text
    source: Text


class Cap(Named, frozen=True, kw_only=True):
    """交付上限額（国費）: the most national money for one kind, tier and period.

    `limit_yen` is whole yen of the NATIONAL share (seed G02), never of the project's cost. `strength`
    "hard" refuses; "guideline" (目安) passes with a written justification. `in_force_until` is the last
    day, None when open. Source: seed G10-G12, G20-G24, G30-G35.
    """

    kind: Kind
    tier: Tier
    period: Period
    limit_yen: Count
    strength: Strength
    in_force_until: date | None = None

    def holds_on(self, on: date) -> bool:
        """True when the cap is in force on that date."""
        return _within(on, self.in_force_from, self.in_force_until)


class PlanLength(Entry, frozen=True, kw_only=True):
    """事業計画期間: how many fiscal years a plan may span, in principle (原則) and at most (最長).

    Beyond `principle_years` a justification is asked; beyond `max_years` the plan is refused.
    Source: seed G14 G15, G26 G27, G37 G38.
    """

    kind: Kind
    principle_years: Count
    max_years: Count
    principle_strength: Strength
    max_strength: Strength
    principle_source: Text
    max_source: Text


class Rate(Entry, frozen=True, kw_only=True):
    """補助率: the national share of eligible cost, an exact fraction.

    `ministry_may_set`: 各省庁の交付要綱に従う, the line ministry's own guidelines may give another rate
    (infrastructure). Source: seed G13, G25, G36.
    """

    kind: Kind
    rate: Fraction
    ministry_may_set: bool
    strength: Strength
    source: Text


class Limit(Named, frozen=True, kw_only=True):
    """件数の上限: a count that is no money, e.g. 新規事業の申請上限件数 (seed G40, G41). `unit` names it."""

    value: Count
    unit: Text
    strength: Strength


class Rule(Named, frozen=True, kw_only=True):
    """要件・義務: a condition or duty without a figure of its own; figures it needs are settings.

    `statement` says in one sentence what is asked. Source: seed G42-G53 and the Act, as each row says.
    """

    name_ja: Text
    strength: Strength
    statement: Text


class Definition(Named, frozen=True, kw_only=True):
    """定義: what a term of the programme means, or a fact that binds nobody (seed G01-G03, G44, G45)."""

    name_ja: Text
    strength: Nature
    statement: Text


class Member(Named, frozen=True, kw_only=True):
    """列挙の一項目: one word of a closed list, e.g. 産 of the six sectors (seed G47-G49, G51-G53)."""

    list: Text
    name_ja: Text
    strength: Nature


class Setting(Entry, frozen=True, kw_only=True):
    """設定値: a figure or choice the published text leaves open, named so that it can be replaced.

    `value` is an integer, a fraction written "n/d", true/false, or one word; `unit` says of what.
    `mark`: "seed" = Cabinet Office text, "S" = another public text, "A" = assumption or customary practice.
    """

    name: Text
    value: Annotated[int, msgspec.Meta(ge=0)] | bool | Text
    unit: Text
    mark: Mark
    source: Text
    strength: Strength | None = None


class Alias(Entry, frozen=True, kw_only=True):
    """別名: a name and type under which public lists print this version. Source: as each row says."""

    programme_ja: Text
    type_ja: str
    source: Text


class Figure(NamedTuple):
    """数値: a rule's figure with how strictly it binds and where it is written. Years or a count."""

    value: int
    strength: Strength
    source: str


class Head(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """制度の見出し: identity and dates of one version, the part of its file above the first table.

    `in_force_from`..`in_force_until` (inclusive) is the time for which the version is the default for NEW
    applications; plans decided under it stay under it (lifecycle.md section 5).
    """

    id: Text
    name: Text
    name_ja: Text
    series: Text
    status: Status
    in_force_from: date
    in_force_until: date | None = None
    inherits: Text | None = None
    source: Text

    def covers(self, on: date) -> bool:
        """True when new applications of that date fall under this version."""
        return _within(on, self.in_force_from, self.in_force_until)


class ProgrammeVersion(msgspec.Struct, frozen=True, kw_only=True):
    """交付金制度の年度版: everything one published version says, immutable once loaded.

    `sha256` is the hex digest of its file, `inherited_sha256` that of the file it inherits ("" if none),
    so an event that pins both can be checked against the files for ever. The look-ups raise KeyError for
    what the version does not state: a version without a figure (R6) never answers with a default.
    Source: the file of the same id.
    """

    id: str
    name: str
    name_ja: str
    series: str
    status: Status
    in_force_from: date
    in_force_until: date | None
    inherits: str | None
    source: str
    aliases: tuple[Alias, ...]
    caps: tuple[Cap, ...]
    plan_lengths: tuple[PlanLength, ...]
    rates: tuple[Rate, ...]
    limits: tuple[Limit, ...]
    rules: tuple[Rule, ...]
    definitions: tuple[Definition, ...]
    member_list: tuple[Member, ...]
    settings: tuple[Setting, ...]
    sha256: str
    inherited_sha256: str

    @property
    def needs_confirmation(self) -> bool:
        """未確定: its figures count only after a named person's confirmation (lifecycle.md section 5)."""
        return self.status == "undetermined"

    @property
    def is_closed(self) -> bool:
        """廃止: read-only history, no new application (seed X01)."""
        return self.status == "closed"

    def covers(self, on: date) -> bool:
        """True when new applications of that date fall under this version by default."""
        return _within(on, self.in_force_from, self.in_force_until)

    def caps_for(self, kind: Kind, tier: Tier, on: date) -> tuple[Cap, ...]:
        """交付上限額: every cap of that kind and tier in force on the decision date, in file order.

        Empty when the version states none (R6) or the date lies before them: no cap is NOT "no limit".
        """
        return tuple(cap for cap in self.caps if cap.kind == kind and cap.tier == tier and cap.holds_on(on))

    def plan_length(self, kind: Kind) -> PlanLength:
        """事業計画期間 of that kind, in fiscal years. KeyError when the version states none."""
        return _only(self.plan_lengths, "kind", kind, self.id)

    def rate(self, kind: Kind) -> Rate:
        """補助率 of that kind. KeyError when the version states none."""
        return _only(self.rates, "kind", kind, self.id)

    def rule(self, rule_id: str) -> Rule:
        """要件・義務 by rule id. KeyError when the version states none."""
        return _only(self.rules, "id", rule_id, self.id)

    def definition(self, term: str) -> Definition:
        """定義 by id. KeyError when the version states none."""
        return _only(self.definitions, "id", term, self.id)

    def members(self, list_name: str) -> tuple[Member, ...]:
        """列挙: the members of a closed list such as `sectors`, in order. KeyError when unknown."""
        found = tuple(member for member in self.member_list if member.list == list_name)
        if not found:
            raise KeyError(f"{self.id} has no list {list_name}")
        return found

    def setting(self, name: str) -> Setting:
        """設定値 with its unit, mark and source. KeyError when the version states none."""
        return _only(self.settings, "name", name, self.id)

    def setting_int(self, name: str) -> int:
        """A whole-number setting, in its `unit`. KeyError when unknown, TypeError when of another type."""
        value = self.setting(name).value
        if isinstance(value, bool) or not isinstance(value, int):
            raise TypeError(f"{self.id}: setting {name} is {value!r}, not a whole number")
        return value

    def setting_bool(self, name: str) -> bool:
        """A true/false setting. KeyError when unknown, TypeError when it is neither."""
        value = self.setting(name).value
        if not isinstance(value, bool):
            raise TypeError(f"{self.id}: setting {name} is {value!r}, not true or false")
        return value

    def setting_fraction(self, name: str) -> Fraction:
        """An exact fraction such as 3/10000. KeyError when unknown, TypeError when it is none."""
        value = self.setting(name).value
        if not isinstance(value, str) or "/" not in value:
            raise TypeError(f"{self.id}: setting {name} is {value!r}, not a fraction")
        return Fraction(value)

    def setting_word(self, name: str) -> str:
        """A one-word choice such as "refuse". KeyError when unknown, TypeError when it is no word."""
        value = self.setting(name).value
        if not isinstance(value, str) or "/" in value:
            raise TypeError(f"{self.id}: setting {name} is {value!r}, not a word")
        return value

    def setting_source(self, name: str) -> str:
        """Where the setting is written. KeyError when unknown."""
        return self.setting(name).source

    def figure(self, rule_id: str) -> Figure:
        """The figure of a count or of a plan length (`new_applications`, `soft_years_max`).

        Unit: applications or fiscal years. KeyError for any other id; caps are asked by `caps_for`,
        because theirs depends on the date.
        """
        for limit in self.limits:
            if limit.id == rule_id:
                return Figure(limit.value, limit.strength, limit.source)
        for length in self.plan_lengths:
            if rule_id == f"{length.kind}_years_principle":
                return Figure(length.principle_years, length.principle_strength, length.principle_source)
            if rule_id == f"{length.kind}_years_max":
                return Figure(length.max_years, length.max_strength, length.max_source)
        raise KeyError(f"{self.id} has no figure {rule_id}")

    def source_of(self, rule_id: str) -> str:
        """出典: where a rule id (contract, section 6) is written. KeyError when unknown."""
        named: tuple[Named, ...] = (*self.rules, *self.caps, *self.definitions)
        for entry in named:
            if entry.id == rule_id:
                return entry.source
        return self.figure(rule_id).source

    def goes_by(self, programme_ja: str, type_ja: str = "") -> bool:
        """True when a public list means this version by that name and type (for import)."""
        return any(alias.programme_ja == programme_ja and alias.type_ja == type_ja for alias in self.aliases)


def _within(on: date, first: date, last: date | None) -> bool:
    return first <= on and (last is None or on <= last)


_Found = TypeVar("_Found", bound=Entry)


def _only(entries: Sequence[_Found], field: str, wanted: str, version_id: str) -> _Found:
    for entry in entries:
        if getattr(entry, field) == wanted:
            return entry
    raise KeyError(f"{version_id} has no {field} {wanted}")
