"""The zip package of a workbook: measured before anything is unpacked, then read part by part.

The workbook's reader gets a package that is packed anew from the parts read here. So it never unpacks
anything that was not counted, whatever the original says about its own sizes.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from io import BytesIO
from xml.parsers import expat

from lifecycle.errors import BadInput
from lifecycle.sheets.table import Cell, Unfit

MOST_UNPACKED = 100_000_000
"""Bytes of all parts that are read, unpacked."""

MOST_PARTS = 1000
MOST_CELLS = 2_000_000
"""Cells between A1 and the last cell; a lone cell at the far corner would ask for 17 thousand million."""

READ = re.compile(r"\[Content_Types\]\.xml|_rels/.*|xl/[^/]+\.xml|xl/_rels/.*|xl/worksheets/.*\.xml")
"""Parts that hold values, their forms and their places; pictures, macros and links stay packed."""

REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    expat.ExpatError,
    RuntimeError,  # zipfile's, of a method it does not know or a package that is locked
    OSError,
    EOFError,
    ValueError,
    KeyError,
)
"""What unpacking and reading a broken or locked package may raise."""

Attributes = dict[str, str]
Corner = tuple[int, int]


@dataclass(slots=True)
class Part:
    """One sheet: its name, and which of its cells nobody typed or nobody sees."""

    name: str
    is_hidden: bool
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    formulas: set[Corner] = field(default_factory=set)
    spilled: list[tuple[Corner, Corner]] = field(default_factory=list)
    last_row: int = 0
    last_column: int = 0

    @property
    def has_cells(self) -> bool:
        """True when there is anything in it."""
        return self.last_row > 0

    def judged(self, row: int, column: int, cell: Cell) -> Cell:
        """The cell, or what is wrong with taking it in."""
        if cell == "" and (row, column) not in self.formulas:
            return cell
        if (row, column) in self.formulas or any(_within(row, column, area) for area in self.spilled):
            return Unfit(_shown(cell), "a formula; paste it as a value")
        if any(first <= column <= last for first, last in self.hidden_columns):
            return Unfit(_shown(cell), "in a hidden column; show the column or delete it")
        return cell


@dataclass(frozen=True, slots=True)
class Package:
    """A workbook's sheets, and its parts packed anew."""

    parts: list[Part]
    repacked: bytes


def open_package(data: bytes, name: str) -> Package:
    """Measure and read a workbook.

    Raises:
        BadInput: another kind of package, too large once unpacked, damaged.
    """
    try:
        with zipfile.ZipFile(BytesIO(data)) as packed:
            parts = {member.filename: packed.read(member) for member in _measured(packed, name)}
        return Package(_sheets(parts, name), _packed(parts))
    except DAMAGE as error:
        raise BadInput(f"{name} is a damaged workbook: {error}") from None


def _measured(packed: zipfile.ZipFile, name: str) -> list[zipfile.ZipInfo]:
    """The parts to read, once it is sure that they are few and small enough, and that no two share a name."""
    members = packed.infolist()
    names = [member.filename for member in members]
    if "xl/workbook.xml" not in names:
        raise BadInput(f"{name} is {_kind_of(names)}; CSV or xlsx is wanted")
    read = [member for member in members if READ.fullmatch(member.filename)]
    size = sum(member.file_size for member in read)
    if len(members) > MOST_PARTS or size > MOST_UNPACKED:
        raise BadInput(
            f"{name} unpacks to {size:,} bytes in {len(members):,} parts; at most {MOST_UNPACKED:,} bytes in "
            f"{MOST_PARTS:,} parts are read"
        )
    if len({member.filename.lower() for member in read}) < len(read):
        raise BadInput(f"{name} is a damaged workbook: two parts have the same name")
    return read


def _kind_of(names: list[str]) -> str:
    if "xl/workbook.bin" in names:
        return "a binary workbook (.xlsb)"
    if "content.xml" in names:
        return "an OpenDocument file"
    if any(name.startswith(("word/", "ppt/")) for name in names):
        return "a text or slide document"
    return "a zip archive and no workbook"


def _packed(parts: dict[str, bytes]) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as packed:
        for name, content in parts.items():
            packed.writestr(name, content)
    return out.getvalue()


# ---------------------------------------------------------------------- the parts


def _sheets(parts: dict[str, bytes], name: str) -> list[Part]:
    listed: list[Attributes] = []
    targets: dict[str, str] = {}
    _scan(parts["xl/workbook.xml"], {"sheet": listed.append})
    links = parts.get("xl/_rels/workbook.xml.rels", b"<none/>")
    _scan(links, {"Relationship": lambda link: targets.update({link.get("Id", ""): link.get("Target", "")})})
    found = []
    for sheet in listed:
        link = next((value for key, value in sheet.items() if key.endswith(" id")), "")
        content = parts.get(_path(targets.get(link, "")))
        if content is not None:  # a sheet that is a chart has no cells
            found.append(_part(sheet, content, name))
    return found


def _path(target: str) -> str:
    return target[1:] if target.startswith("/") else f"xl/{target}"


def _part(sheet: Attributes, content: bytes, name: str) -> Part:
    part = Part(sheet.get("name", ""), sheet.get("state", "visible") != "visible")
    _Cells(part).scan(content)
    if part.last_row * part.last_column > MOST_CELLS:
        raise BadInput(
            f"{name}: sheet {part.name} reaches to row {part.last_row:,}, column {part.last_column:,}; clear "
            "what lies beyond the list"
        )
    return part


class _Cells:
    """Walks through a sheet and notes where its cells, formulas and hidden rows and columns are."""

    def __init__(self, part: Part) -> None:
        self._part = part
        self._row = self._column = self._count = 0

    def scan(self, content: bytes) -> None:
        """Note everything of one sheet."""
        _scan(
            content, {"row": self._on_row, "c": self._on_cell, "f": self._on_formula, "col": self._on_column}
        )

    def _on_row(self, row: Attributes) -> None:
        self._row = int(row.get("r", self._row + 1))
        self._column = 0
        if _is_on(row.get("hidden")):
            self._part.hidden_rows.add(self._row)

    def _on_cell(self, cell: Attributes) -> None:
        self._count += 1
        if self._count > MOST_CELLS:
            raise ValueError(f"more than {MOST_CELLS:,} cells")
        self._row, self._column = _corner(cell["r"]) if "r" in cell else (self._row, self._column + 1)
        self._part.last_row = max(self._part.last_row, self._row)
        self._part.last_column = max(self._part.last_column, self._column)

    def _on_formula(self, formula: Attributes) -> None:
        self._part.formulas.add((self._row, self._column))
        if "ref" in formula and formula.get("t") in ("array", "dataTable"):
            first, _, last = formula["ref"].partition(":")
            self._part.spilled.append((_corner(first), _corner(last or first)))

    def _on_column(self, column: Attributes) -> None:
        if _is_on(column.get("hidden")):
            self._part.hidden_columns.append((int(column["min"]), int(column["max"])))


def _scan(content: bytes, handlers: dict[str, Callable[[Attributes], None]]) -> None:
    """Call a handler for each element of its name. A document type has no place in a workbook: it can explode."""

    def begin(element: str, attributes: Attributes) -> None:
        handler = handlers.get(element.rpartition(" ")[2])
        if handler:
            handler(attributes)

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = begin
    parser.StartDoctypeDeclHandler = _refuse_document_type
    parser.Parse(content, True)  # noqa: FBT003 - the C function knows no keyword


def _refuse_document_type(*_: object) -> None:
    raise ValueError("a part declares a document type")


def _is_on(flag: str | None) -> bool:
    return flag in ("1", "true")


def _corner(reference: str) -> Corner:
    """`B7` as row 7, column 2."""
    found = REFERENCE.fullmatch(reference)
    if found is None:
        raise ValueError(f"{reference!r} is no cell")
    column = 0
    for letter in found.group(1):
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(found.group(2)), column


def _within(row: int, column: int, area: tuple[Corner, Corner]) -> bool:
    (first_row, first_column), (last_row, last_column) = area
    return first_row <= row <= last_row and first_column <= column <= last_column


def _shown(cell: Cell) -> str:
    return cell.shown if isinstance(cell, Unfit) else str(cell)
