"""A chart as PNG: its SVG, painted by resvg with one Japanese font; without such a font it is not painted at all.

A painter that finds no glyph leaves the place empty and says nothing, so the font is looked for first: the one
that the extra brings, which makes the same chart the same picture everywhere; else one that the system has.
"""

from __future__ import annotations

from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from lifecycle.errors import BadInput

ZOOM = 2
"""Pixels for each unit of the SVG: sharp on paper too."""

PACKAGE = "noto_cjk_sans_jp_regular"
"""The font that the extra brings: Noto Sans CJK JP, under the SIL Open Font License."""

FAMILIES = {
    "NotoSansCJKjp-Regular.otf": "Noto Sans CJK JP",
    "NotoSansCJK-Regular.ttc": "Noto Sans CJK JP",
    "NotoSansJP-Regular.otf": "Noto Sans JP",
    "NotoSansJP-Regular.ttf": "Noto Sans JP",
    "ipaexg.ttf": "IPAexGothic",
    "ipag.ttf": "IPAGothic",
    "ヒラギノ角ゴシック W3.ttc": "Hiragino Sans",
    "YuGothR.ttc": "Yu Gothic",
    "meiryo.ttc": "Meiryo",
}
"""Files of fonts that have every character of the ledger, and the name each font has; the first found is taken."""

FOLDERS = (
    Path("/usr/share/fonts"),
    Path("/usr/local/share/fonts"),
    Path("/Library/Fonts"),
    Path("/System/Library/Fonts"),
    Path("C:/Windows/Fonts"),
)
"""Where systems keep them."""

SAMPLE = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="20" height="20">'
    '<text y="16" font-size="16" font-family="sans-serif">{}</text></svg>'
)
"""One character. A font that draws two of them alike has neither."""

REMEDY = "pip install noto-cjk-sans-jp-regular, or apt install fonts-noto-cjk; SVG needs none"


def png_of(lines: Iterable[str]) -> bytes:
    """The picture of an SVG.

    Raises:
        BadInput: the extra is not installed, or there is no Japanese font.
    """
    painter, chosen = _painter(), font()
    if _paint(painter, SAMPLE.format("県"), chosen) == _paint(painter, SAMPLE.format("市"), chosen):
        raise BadInput(f"{chosen} draws no Japanese; {REMEDY}")
    return _paint(painter, "\n".join(lines), chosen)


def _painter() -> Any:
    try:
        import resvg_py
    except ImportError:
        raise BadInput(
            "a chart as PNG needs an extra: pip install 'grant-ledger[png]'; SVG needs none"
        ) from None
    return resvg_py


def _paint(painter: Any, svg: str, chosen: Path) -> bytes:
    family = FAMILIES[chosen.name]
    return bytes(
        painter.svg_to_bytes(
            svg_string=svg,
            zoom=ZOOM,
            skip_system_fonts=True,
            font_files=[str(chosen)],
            sans_serif_family=family,
        )
    )


def font() -> Path:
    """A font that has every character of a chart.

    Raises:
        BadInput: there is none.
    """
    found = find_spec(PACKAGE)
    folders = [Path(place) for place in found.submodule_search_locations or ()] if found else []
    there = {path.name: path for folder in (*FOLDERS, *folders) for path in folder.rglob("*.[ot]t[fc]")}
    for name in FAMILIES:
        if name in there:
            return there[name]
    raise BadInput(f"no Japanese font is installed, and without one a chart would lose its words: {REMEDY}")
