"""One row of a list of decisions: what it says by field, what is assumed for it, what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, NamedTuple

from lifecycle.errors import Refusal
from lifecycle.programme import called, in_force, known
from lifecycle.programme.authorities import Authority, check_code
from lifecycle.sheets import forms
from lifecycle.sheets.forms import Malformed, Read, shown
from lifecycle.sheets.headings import BY_KIND, KIND_OF, Columns, plain
from lifecycle.sheets.table import Cell, Fault, Row

SOFT = "soft"
"""The kind assumed where neither the file nor an option says one."""


class Given(NamedTuple):
    """What is said for rows that do not say it themselves; `today` is the business date unless `on` is given."""

    today: date
    file: str
    on: date | None = None
    programme: str | None = None
    kind: str | None = None
    decided_on: date | None = None
    source: str | None = None

    @property
    def business_date(self) -> date:
        """The day on which the import takes effect."""
        return self.on or self.today


class Assumption(NamedTuple):
    """仮定: a field the file leaves open, what was taken for it, and which option says otherwise."""

    field: str
    value: str
    option: str


class OneRow:
    """A row being read."""

    def __init__(self, columns: Columns, width: int, row: Row, given: Given) -> None:
        self._columns, self._width, self._row, self._given = columns, width, row, given
        self._said: dict[str, Any] = {}
        self.faults: list[Fault] = []
        self.warnings: list[Fault] = []
        self.assumed: list[Assumption] = []
        self.read_as: list[str] = []
        self.authority_name = ""

    @property
    def number(self) -> int:
        """The number beside the row."""
        return self._row.number

    def identity(self) -> dict[str, Any]:
        """What makes the row this decision and no other: what it says, not what is assumed for it.

        `via` is left out: a list copied by another hand is the same list.
        """
        return {name: value for name, value in self._said.items() if value not in (None, "")}

    def fields(self) -> dict[str, Any] | None:
        """The fields of `import_decision`; None when there is a fault in the row."""
        if not self._is_whole():
            return None
        authority, title = self._read("authority", forms.code), self._read("title", forms.words)
        fiscal_year = self._read("fiscal_year", forms.year)
        amounts = self._amounts()
        programme = self._programme(fiscal_year)
        decided_on = self._decided_on(fiscal_year)
        source, row = self._source()
        if authority and decided_on:
            self._check_authority(authority, decided_on)
        if self.faults or decided_on is None:
            return None
        fields = {"authority": authority, "title": title, "fiscal_year": fiscal_year, "programme": programme}
        fields |= {"amounts": amounts, "decided_on": decided_on.isoformat(), "source": source, "row": row}
        return fields | self._on(decided_on)

    # ------------------------------------------------------------------ cells

    def _cell(self, name: str) -> Cell:
        place = self._columns[name][0] if name in self._columns else len(self._row.cells)
        return self._row.cells[place] if place < len(self._row.cells) else ""

    def _is_empty(self, name: str) -> bool:
        cell = self._cell(name)
        return isinstance(cell, str) and not cell.strip()

    def _text(self, name: str) -> str:
        """What stands in a field that may be empty."""
        try:
            return forms.text_of(self._cell(name))
        except Malformed as error:
            self._fault(name, str(error))
            return ""

    def _read(self, name: str, form: Callable[[Cell], Read]) -> Any:
        """The value of a field; it counts as said by the file."""
        try:
            read = form(self._cell(name))
        except Malformed as error:
            self._fault(name, str(error))
            return None
        if read.note:
            self.read_as.append(f"{self._heading(name)} {read.note}")
        self._said[name] = read.value.isoformat() if isinstance(read.value, date) else read.value
        return read.value

    def _heading(self, name: str) -> str:
        return self._columns[name][1] if name in self._columns else name

    def _fault(self, name: str, text: str) -> None:
        self.faults.append(Fault(self.number, self._heading(name), text))

    def warn(self, name: str, text: str) -> None:
        """Note what a person should look at."""
        self.warnings.append(Fault(self.number, self._heading(name), text))

    def _assume(self, name: str, value: str, option: str) -> None:
        self.assumed.append(Assumption(name, value, option))

    def _is_whole(self) -> bool:
        """False, with its fault, for a row nobody sees or whose cells do not stand below the headings."""
        if self._row.is_hidden:
            self._fault("", "the row is hidden; show it or delete it")
        elif any(str(cell).strip() for cell in self._row.cells[self._width :]):
            self._fault("", f"{len(self._row.cells)} cells, where there are {self._width} headings")
        return not self.faults

    # ------------------------------------------------------------------ fields

    def _amounts(self) -> dict[str, int]:
        if "amount_yen" in self._columns:
            amount_yen, kind = self._read("amount_yen", forms.money), self._kind()
            return {kind: amount_yen} if kind and amount_yen else {}
        amounts_yen = {kind: self._share(name) for kind, name in BY_KIND.items() if name in self._columns}
        granted_yen = {kind: amount_yen for kind, amount_yen in amounts_yen.items() if amount_yen}
        if not granted_yen and not self.faults:
            names = ", ".join(self._heading(name) for name in BY_KIND.values() if name in self._columns)
            self._fault("", f"no amount stands in {names}")
        return granted_yen

    def _share(self, name: str) -> int:
        if self._is_empty(name):
            return 0
        amount_yen: int | None = self._read(name, lambda cell: forms.money(cell, may_be_none=True))
        if not amount_yen:
            self._said.pop(name, None)  # "none of this kind" is the same whether written 0 or left empty
        return amount_yen or 0

    def _kind(self) -> str | None:
        text = self._text("kind")
        if not text:
            if self._given.kind is None:
                self._assume("kind", SOFT, "--kind")
            return self._given.kind or SOFT
        kind = KIND_OF.get(plain(text))
        if kind is None:
            self._fault(
                "kind",
                f"{shown(text)} is no kind: soft (ソフト), facility (拠点整備), infrastructure (インフラ整備)",
            )
            return None
        self._said[BY_KIND[kind]] = self._said.pop(
            "amount_yen", None
        )  # said in two cells, or in one: the same
        return kind

    def _programme(self, fiscal_year: int | None) -> str | None:
        name, type_ = self._text("programme"), self._text("type")
        if not name:
            return self._given.programme or self._programme_in_force(fiscal_year)
        version = None if name in known() else called(name, type_)
        if name not in known() and version is None:
            known_names = ", ".join(known())
            self._fault(
                "programme",
                f"{shown(f'{name} {type_}'.strip())} names no programme version; known: {known_names}",
            )
            return None
        if version:
            self.read_as.append(
                f"{self._heading('programme')} {shown(f'{name} {type_}'.strip())} is {version.id}"
            )
        self._said["programme"] = version.id if version else name
        return version.id if version else name

    def _programme_in_force(self, fiscal_year: int | None) -> str | None:
        if fiscal_year is None:
            return None
        version = in_force(_begins(fiscal_year))
        if version is None:
            self._fault(
                "fiscal_year", f"no programme version was in force in {fiscal_year}; --programme names one"
            )
            return None
        self._assume("programme", f"{version.id}, in force on {_begins(fiscal_year)}", "--programme")
        return version.id

    def _decided_on(self, fiscal_year: int | None) -> date | None:
        if not self._is_empty("decided_on"):
            decided_on: date | None = self._read("decided_on", forms.day)
            if decided_on and decided_on > self._given.business_date:
                self._fault(
                    "decided_on", f"{decided_on} lies after the business date {self._given.business_date}"
                )
            return decided_on
        if self._given.decided_on or fiscal_year is None:
            return self._given.decided_on
        if self._given.on and _begins(fiscal_year) > self._given.on:
            self._fault(
                "fiscal_year",
                f"{fiscal_year} begins after the business date {self._given.on}; --decided-on says when it was decided",
            )
            return None
        self._assume(
            "decided_on",
            f"{_begins(fiscal_year)}, the first day of fiscal year {fiscal_year}",
            "--decided-on",
        )
        return _begins(fiscal_year)

    def _on(self, decided_on: date) -> dict[str, str]:
        """The business date. A day left out is the day of the run, but never one before the decision."""
        if self._given.on:
            return {"on": self._given.on.isoformat()}
        if decided_on <= self._given.today:
            return {}
        self._assume(
            "on", f"{decided_on}, the day of the decision: today, {self._given.today}, lies before it", "--on"
        )
        return {"on": decided_on.isoformat()}

    def _source(self) -> tuple[str, int | str]:
        source, via, row, page = (self._text(name) for name in ("source", "via", "row", "page"))
        self._said |= {"source": source, "row": row, "page": page}
        said = row or (f"p. {page}" if page else "")
        if source:
            return source + (f" (via {via})" if via else ""), said
        if self._given.source is None:
            self._assume("source", f"{self._given.file}, this file", "--source")
        return self._given.source or self._given.file, said or self.number

    def _check_authority(self, code: str, on: date) -> None:
        try:
            authority = check_code(code, on)
        except Refusal as refusal:
            self._fault("authority", refusal.message)
            return
        self.authority_name = authority.name_ja
        self._compare("name", {authority.name_ja, authority.prefecture + authority.name_ja}, authority)
        self._compare("prefecture", {authority.prefecture}, authority)

    def _compare(self, name: str, names: set[str], authority: Authority) -> None:
        text = self._text(name)
        if text and text not in names:
            self.warn(
                name,
                f"{shown(text)} stands beside {authority.code}, which is {authority.prefecture} {authority.name_ja}",
            )


def _begins(fiscal_year: int) -> date:
    return date(fiscal_year, 4, 1)
