"""図 as PNG: the picture of the SVG, each mark where it stands there and in its colour, every word drawn."""

from __future__ import annotations

import importlib.util
import shutil
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
from nightly.logs import golden
from PIL import Image

from cli.printing import charts, png_out
from cli.printing.png_out import ZOOM
from cli.printing.svg_out import WIDE

from .shell import Shell

SVG = "{http://www.w3.org/2000/svg}"
POINT = ("--as-of-event", str(len(golden())))
Colour = tuple[int, ...]
WHITE: Colour = (255, 255, 255)


@pytest.fixture
def shell(folded: Path, tmp_path: Path) -> Shell:
    """The program, on the store with the golden life."""
    return Shell(folded, tmp_path)


def drawn(shell: Shell, folder: Path, name: str) -> tuple[Image.Image, ElementTree.Element]:
    """A report's chart as PNG, and as SVG."""
    for place in ("c.png", "c.svg"):
        done = shell("report", name, *POINT, "--chart", place)
        assert (done.exit, done.out) == (0, ""), done.err
    with Image.open(folder / "c.png") as picture:
        assert picture.format == "PNG"
        svg = ElementTree.parse(folder / "c.svg").getroot()  # noqa: S314 - written by this program
        return picture.convert("RGB"), svg


def at(picture: Image.Image, x: int, y: int) -> Colour:
    """The colour at a place of the SVG."""
    found = picture.getpixel((x * ZOOM, y * ZOOM))
    assert isinstance(found, tuple)
    return found


def colour(told: str) -> Colour:
    """`#1f5f99` as red, green, blue."""
    return tuple(bytes.fromhex(told[1:]))


@pytest.mark.parametrize("name", charts.CHARTS)
def test_the_picture_is_twice_as_large_as_the_svg_and_has_a_white_ground(
    shell: Shell, tmp_path: Path, name: str
) -> None:
    picture, svg = drawn(shell, tmp_path, name)
    assert picture.size == (WIDE * ZOOM, int(svg.attrib["height"]) * ZOOM)
    corners = [(0, 0), (WIDE - 1, 0), (0, int(svg.attrib["height"]) - 1)]
    assert [at(picture, *corner) for corner in corners] == [WHITE] * 3


@pytest.mark.parametrize("name", ["cap_use", "kpi_board"])
def test_every_bar_begins_and_ends_where_it_does_in_the_svg(shell: Shell, tmp_path: Path, name: str) -> None:
    picture, svg = drawn(shell, tmp_path, name)
    bars = [
        (*(int(rect.attrib[key]) for key in ("x", "y", "width", "height")), colour(rect.attrib["fill"]))
        for rect in svg.iter(f"{SVG}rect")
        if "data-value" in rect.attrib or "class" in rect.attrib
    ]
    assert bars
    fills = {fill for *_, fill in bars}
    for x, y, wide, high, _ in bars:
        for left in (x - 1, x, x + wide - 1, x + wide):
            for down in (y - 1, y, y + high - 1, y + high):
                covering = [
                    fill for x0, y0, w0, h0, fill in bars if x0 <= left < x0 + w0 and y0 <= down < y0 + h0
                ]
                found = at(picture, left, down)
                assert found == covering[-1] if covering else found not in fills


def test_every_point_of_the_execution_is_where_it_is_in_the_svg(shell: Shell, tmp_path: Path) -> None:
    picture, svg = drawn(shell, tmp_path, "execution")
    points = list(svg.iter(f"{SVG}circle"))
    assert len(points) == 5
    for point in points:
        x, y = int(point.attrib["cx"]), int(point.attrib["cy"])
        assert at(picture, x, y) == colour(point.attrib["fill"])
        assert at(picture, x, y + 30) != colour(point.attrib["fill"]) or point is points[0]


@pytest.mark.parametrize("name", charts.CHARTS)
def test_every_word_is_drawn(shell: Shell, tmp_path: Path, name: str) -> None:
    picture, svg = drawn(shell, tmp_path, name)
    for text in svg.iter(f"{SVG}text"):
        x, y, size = (int(text.attrib[key]) for key in ("x", "y", "font-size"))
        left = {"start": x, "middle": x - size // 2, "end": x - size}[text.attrib["text-anchor"]]
        box = picture.crop((left * ZOOM, (y - size) * ZOOM, (left + size) * ZOOM, (y + 2) * ZOOM))
        told = "".join(text.itertext())
        assert len(box.getcolors(maxcolors=100_000) or ()) > 3, told  # the edges of letters are in between


def test_characters_that_differ_look_different(shell: Shell, tmp_path: Path) -> None:
    """A font without Japanese draws the same box, or nothing, for each of them."""
    picture, svg = drawn(shell, tmp_path, "cap_use")
    title = next(text for text in svg.iter(f"{SVG}text") if text.attrib["font-size"] == "20")
    told = "".join(title.itertext())
    x, y = int(title.attrib["x"]), int(title.attrib["y"])
    letters = {
        picture.crop(
            ((x + 20 * n) * ZOOM, (y - 20) * ZOOM, (x + 20 * n + 20) * ZOOM, (y + 4) * ZOOM)
        ).tobytes(): told[n]
        for n in range(5)
    }
    assert sorted(letters.values()) == sorted(told[:5])
    assert len(set(told[:5])) == 5


def test_the_same_chart_is_the_same_picture(shell: Shell, tmp_path: Path) -> None:
    for place in ("a.png", "b.png"):
        assert shell("report", "cap_use", *POINT, "--chart", place).exit == 0
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()


# ---------------------------------------------------------------------- what is missing


def without_package(monkeypatch: pytest.MonkeyPatch, *folders: Path) -> None:
    """Only these folders have fonts."""
    monkeypatch.setattr(png_out, "FOLDERS", folders)
    monkeypatch.setattr(png_out, "find_spec", lambda name: None)


def test_a_font_of_the_system_is_taken_where_the_extra_brought_none(
    shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = png_out.font()
    (tmp_path / "fonts" / "noto").mkdir(parents=True)
    shutil.copy(own, tmp_path / "fonts" / "noto" / own.name)
    assert shell("report", "cap_use", *POINT, "--chart", "a.png").exit == 0
    without_package(monkeypatch, tmp_path / "nowhere", tmp_path / "fonts")
    assert shell("report", "cap_use", *POINT, "--chart", "b.png").exit == 0
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()


def test_without_a_japanese_font_nothing_is_drawn_and_what_to_install_is_named(
    shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_package(monkeypatch)
    done = shell("report", "cap_use", *POINT, "--chart", "c.png")
    assert (done.exit, done.out) == (2, "")
    assert "no Japanese font is installed" in done.err
    assert "pip install noto-cjk-sans-jp-regular, or apt install fonts-noto-cjk" in done.err
    assert not (tmp_path / "c.png").exists()
    assert shell("report", "cap_use", *POINT, "--chart", "c.svg").exit == 0


def test_a_font_that_has_no_japanese_under_its_name_is_found_out(
    shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file of the right name that holds another font, or none, would leave every word out."""
    (tmp_path / "fonts").mkdir()
    (tmp_path / "fonts" / "ipag.ttf").write_bytes(b"no font")
    without_package(monkeypatch, tmp_path / "fonts")
    done = shell("report", "cap_use", *POINT, "--chart", "c.png")
    assert done.exit == 2
    assert "ipag.ttf draws no Japanese; pip install" in done.err
    assert not (tmp_path / "c.png").exists()


def test_without_the_extra_the_refusal_names_it(
    shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "resvg_py", None)
    done = shell("report", "cap_use", *POINT, "--chart", "c.png")
    assert (done.exit, done.out) == (2, "")
    assert "pip install 'grant-ledger[png]'" in done.err
    assert list(tmp_path.iterdir()) == []


def test_the_extra_brings_the_font() -> None:
    assert importlib.util.find_spec(png_out.PACKAGE)
    assert png_out.font().parent.name == png_out.PACKAGE
