"""Dated TOML files into frozen `ProgrammeVersion` values, refusing whatever is not exactly as it should be.

A figure that is silently wrong pays out wrong money, so nothing is coerced and nothing is skipped: every
fault of a file is collected and reported with file, key and line. Checks inside one file: `checks.py`.
"""

from __future__ import annotations

import re
import tomllib
from hashlib import sha256
from itertools import combinations
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeVar

import msgspec

from lifecycle.errors import Refusal
from lifecycle.programme.checks import Content, Placed, Trouble, read_content
from lifecycle.programme.model import Entry, Head, PlanLength, ProgrammeVersion
from lifecycle.programme.toml_lines import key_at, key_lines, line_of
from lifecycle.values import Kind, Tier

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_AT_LINE = re.compile(r"\(at line (\d+), column \d+\)$")
_FIRST_TABLE = re.compile(r"^[ \t]*\[", re.MULTILINE)
_Dated = TypeVar("_Dated", bound=Entry)


class Fault(msgspec.Struct, frozen=True, order=True):
    """誤り: one thing wrong in one programme file, with the place to look (line from 1)."""

    file: str
    line: int
    key: str
    message: str

    def __str__(self) -> str:
        return f"{self.file}, line {self.line}, {self.key or 'file'}: {self.message}"


class ProgrammeDataError(Refusal):
    """制度データの誤り: programme files not to be relied on. `faults` has all, by file and line."""

    code = "bad_programme_data"
    exit = 2

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(sorted(set(faults)))
        super().__init__("\n".join(str(fault) for fault in self.faults))


class _File(msgspec.Struct, frozen=True):
    """One file without faults of its own."""

    path: Path
    text: str
    head: Head
    content: Content
    sha256: str

    def fault(self, key: str, message: str) -> Fault:
        return Fault(self.path.name, line_of(key_lines(self.text), key), key, message)


def load_version(path: Path) -> ProgrammeVersion:
    """制度年度版: read one file and the file it inherits from, if any.

    Raises ProgrammeDataError with every fault found in either.
    """
    own = _read(path)
    parent = _parent(own)
    version = _assemble(own, parent)
    gaps = [own.fault(key, message) for key, message in _gaps(version)]
    if gaps:
        raise ProgrammeDataError(gaps)
    return version


def load_directory(path: Path) -> Mapping[str, ProgrammeVersion]:
    """制度データ一式: every version of a directory by id, checked one by one and against each other.

    Raises ProgrammeDataError with the faults of all files; also when the directory holds no version at all.
    """
    versions: dict[str, ProgrammeVersion] = {}
    faults: list[Fault] = []
    for file in sorted(path.glob("*.toml")):
        try:
            versions[file.stem] = load_version(file)
        except ProgrammeDataError as refused:
            faults += refused.faults
    faults += _versions_that_overlap(path, versions.values())
    if not versions and not faults:
        faults.append(Fault(path.name, 1, "", "no programme version (*.toml) here"))
    if faults:
        raise ProgrammeDataError(faults)
    return MappingProxyType(versions)


def read_head(path: Path) -> Head:
    """制度の見出し: identity and dates of a version, its tables unread. ProgrammeDataError on faults."""
    try:
        text = path.read_text(encoding="utf-8")
        first = _FIRST_TABLE.search(text)
        head = read_content(tomllib.loads(text[: first.start()] if first else text))[0].head
    except (UnicodeDecodeError, tomllib.TOMLDecodeError):
        head = None  # the whole file, read below, says what is wrong
    return head or _read(path).head


def _read(path: Path) -> _File:
    raw = path.read_bytes()
    text = _decode(path, raw)
    content, troubles = read_content(_parse(path, text))
    if content.head is not None and content.head.id != path.stem:
        troubles.append(Trouble("id", f"{content.head.id} is not the file's name, {path.stem}"))
    if troubles or content.head is None:
        lines = key_lines(text)
        raise ProgrammeDataError(Fault(path.name, line_of(lines, key), key, said) for key, said in troubles)
    return _File(path, text, content.head, content, sha256(raw).hexdigest())


def _decode(path: Path, raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as refused:
        line = raw.count(b"\n", 0, refused.start) + 1
        raise ProgrammeDataError([Fault(path.name, line, "", "not UTF-8 text")]) from None


def _parse(path: Path, text: str) -> dict[str, object]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as refused:
        found = _AT_LINE.search(str(refused))
        line = int(found.group(1)) if found else text.count("\n") + 1
        raise ProgrammeDataError(
            [Fault(path.name, line, key_at(text, line), f"not TOML: {refused}")]
        ) from None


def _parent(own: _File) -> _File | None:
    """継承元. One step only: a chain would let a figure arrive from a file nobody has named."""
    inherits = own.head.inherits
    if inherits is None:
        return None
    path = own.path.parent / f"{inherits}.toml"
    if inherits == own.head.id or Path(inherits).name != inherits or not path.is_file():
        raise ProgrammeDataError([own.fault("inherits", f"unknown version {inherits}")])
    parent = _read(path)
    if parent.head.inherits is not None:
        raise ProgrammeDataError(
            [own.fault("inherits", f"{inherits} inherits itself; name {parent.head.inherits}")]
        )
    return parent


def _assemble(own: _File, parent: _File | None) -> ProgrammeVersion:
    mine = own.content
    base = parent.content if parent else None
    return ProgrammeVersion(
        id=own.head.id,
        name=own.head.name,
        name_ja=own.head.name_ja,
        series=own.head.series,
        status=own.head.status,
        in_force_from=own.head.in_force_from,
        in_force_until=own.head.in_force_until,
        inherits=own.head.inherits,
        source=own.head.source,
        aliases=tuple(alias for _, alias in mine.aliases),
        caps=_merged(own, mine.caps, base and base.caps, "id"),
        plan_lengths=_merged(own, mine.plan_lengths, base and base.plan_lengths, "kind"),
        rates=_merged(own, mine.rates, base and base.rates, "kind"),
        limits=_merged(own, mine.limits, base and base.limits, "id"),
        rules=_merged(own, mine.rules, base and base.rules, "id"),
        definitions=_merged(own, mine.definitions, base and base.definitions, "id"),
        member_list=_merged(own, mine.members, base and base.members, "list"),
        settings=_merged(own, mine.settings, base and base.settings, "name"),
        sha256=own.sha256,
        inherited_sha256=parent.sha256 if parent else "",
    )


def _merged(
    own: _File, mine: Placed[_Dated], inherited: Placed[_Dated] | None, name: str
) -> tuple[_Dated, ...]:
    """Own entries supersede inherited ones of the same name; what is inherited says so in its source."""
    kept = tuple(entry for _, entry in mine)
    taken = {getattr(entry, name) for entry in kept}
    rest = (entry for _, entry in inherited or () if getattr(entry, name) not in taken)
    return kept + tuple(_marked(entry, f" (inherited from {own.head.inherits})") for entry in rest)


def _marked(entry: _Dated, remark: str) -> _Dated:
    fields = ("principle_source", "max_source") if isinstance(entry, PlanLength) else ("source",)
    return msgspec.structs.replace(entry, **{field: getattr(entry, field) + remark for field in fields})


def _gaps(version: ProgrammeVersion) -> Iterator[Trouble]:
    """A figure left out must not read as "no limit": an open version states all, or inherits them."""
    if version.is_closed:
        return
    lengths = {length.kind for length in version.plan_lengths}
    rates = {rate.kind for rate in version.rates}
    capped = {(cap.kind, cap.tier) for cap in version.caps}
    for kind in Kind:
        if kind not in lengths:
            yield Trouble("plan_length", f"no plan length for {kind}")
        if kind not in rates:
            yield Trouble("rate", f"no rate for {kind}")
        for tier in Tier:
            if (kind, tier) not in capped:
                yield Trouble("cap", f"no cap for {kind}, {tier}")


def _versions_that_overlap(directory: Path, versions: Iterable[ProgrammeVersion]) -> Iterator[Fault]:
    """適用期間の重複: on no date may two versions of one series be the default for new applications."""
    by_date = sorted(versions, key=lambda version: version.in_force_from)
    for earlier, later in combinations(by_date, 2):
        if earlier.series == later.series and earlier.covers(later.in_force_from):
            file = _read(directory / f"{later.id}.toml")
            yield file.fault("in_force_from", f"{later.id} begins while {earlier.id} is in force")
