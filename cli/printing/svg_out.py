"""A chart as plain SVG: no package, no script; every mark says its value, so that it can be read and tested."""

from __future__ import annotations

from collections.abc import Iterator
from xml.sax.saxutils import escape, quoteattr

from cli.plain import width
from cli.printing.charts import Bar, Chart, Series

FONT = "'Noto Sans CJK JP','Noto Sans JP','Hiragino Sans','Yu Gothic UI',Meiryo,sans-serif"
COLOURS = ("#1f5f99", "#8db8de", "#c9ced6")
LINES = ("#1f5f99", "#c05a1e", "#2f7d4f", "#7a4fa3", "#a8324a", "#5b6470")
OVER = "#b3261e"
INK, FAINT, GRID = "#1c2733", "#5b6470", "#dfe4ea"

WIDE = 1120
LEFT, RIGHT = 360, 330
TOP, ROW, THICK = 96, 30, 18
PLOT = WIDE - LEFT - RIGHT
LABEL_COLUMNS = 46
"""Columns of a label that fit at the left, a Japanese character counting for two."""

HIGH = 380
MONTH_ROOM = 32
"""What the name of a month takes."""
MILLION = 1_000_000


def svg_lines(chart: Chart) -> Iterator[str]:
    """The lines of the file."""
    body = list(_bars(chart) if chart.bars else _months(chart) if chart.lines else _nothing())
    high = _height(chart)
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDE} {high}" width="{WIDE}" height="{high}" '
        f'role="img" aria-labelledby="title about" font-family="{FONT}" font-size="13">'
    )
    yield f'<title id="title">{escape(chart.title)}</title><desc id="about">{escape(chart.about)}</desc>'
    yield f'<rect width="{WIDE}" height="{high}" fill="#ffffff"/>'
    yield _text(24, 34, chart.title, size=20, weight="bold")
    yield _text(24, 56, chart.about, fill=FAINT, size=12)
    yield from body
    if chart.left_out:
        yield _text(24, high - 14, f"ほか {chart.left_out:,} 件は図に示していない", fill=FAINT, size=12)
    yield "</svg>"


def _height(chart: Chart) -> int:
    plot = ROW * len(chart.bars) if chart.bars else HIGH if chart.lines else ROW
    return TOP + plot + 72


def _nothing() -> Iterator[str]:
    yield _text(24, TOP + 20, "該当なし", fill=FAINT)


# ---------------------------------------------------------------------- bars


def _bars(chart: Chart) -> Iterator[str]:
    """Bars held against their whole: the line at 100 % is where the limit lies."""
    most = max((scaled(bar, sum(part.value for part in bar.parts)) for bar in chart.bars), default=PLOT)
    full = PLOT * PLOT // max(most, PLOT)  # where 100 % lies when a bar goes beyond it
    bottom = TOP + ROW * len(chart.bars)
    for share in range(0, 101, 25):
        x = LEFT + full * share // 100
        yield f'<line x1="{x}" y1="{TOP - 6}" x2="{x}" y2="{bottom}" stroke="{FAINT if share == 100 else GRID}"/>'
        yield _text(x, TOP - 12, f"{share}％", anchor="middle", fill=FAINT, size=11)
    for place, bar in enumerate(chart.bars):
        yield from _bar(bar, TOP + ROW * place, full)
    names = [part.name for part in chart.bars[0].parts]
    legend = [(name, COLOURS[at]) for at, name in enumerate(names)]
    beyond = any(bar.whole and sum(part.value for part in bar.parts) > bar.whole for bar in chart.bars)
    yield from _legend([*legend, *([("超過", OVER)] if beyond else [])], bottom + 24)


def scaled(bar: Bar, value: int, full: int = PLOT) -> int:
    """How long a value is drawn, of `full` for the bar's whole; a bar without a whole has no length."""
    return value * full // bar.whole if bar.whole else 0


def _bar(bar: Bar, y: int, full: int) -> Iterator[str]:
    label = bar.label if width(bar.label) <= LABEL_COLUMNS else _short(bar.label)
    yield _text(LEFT - 12, y + 15, label, anchor="end", title=bar.label)
    reached = 0
    for at, part in enumerate(bar.parts):
        end = scaled(bar, sum(p.value for p in bar.parts[: at + 1]), full)
        if end > reached:
            yield _rect(
                LEFT + reached, y + 2, end - reached, COLOURS[at], f"{part.name} {part.value:,}", part.value
            )
        reached = end
    if bar.whole and sum(part.value for part in bar.parts) > bar.whole:
        over = f"上限を {sum(part.value for part in bar.parts) - bar.whole:,} 超過"
        yield _rect(LEFT + full, y + 2, reached - full, OVER, over, None)
    yield _text(LEFT + PLOT + 14, y + 15, bar.beside, fill=FAINT, size=12)


def _short(label: str) -> str:
    """A label cut in its middle, so that both who and when stay."""
    head, tail = label, label[-8:]
    while width(head) + width(tail) + 2 > LABEL_COLUMNS:
        head = head[:-1]
    return f"{head}…{tail}"


def _rect(x: int, y: int, wide: int, fill: str, title: str, value: int | None) -> str:
    told = f' data-value="{value}"' if value is not None else ' class="over"'
    return (
        f'<rect x="{x}" y="{y}" width="{wide}" height="{THICK}" fill="{fill}"{told}>'
        f"<title>{escape(title)}</title></rect>"
    )


# ---------------------------------------------------------------------- lines over months


def _months(chart: Chart) -> Iterator[str]:
    """Steps of what was executed so far, and a dashed line at what was decided."""
    left, wide = 110, WIDE - 110 - 40
    most = max(12, *(month for line in chart.lines for month, _ in line.points))
    top_yen = _round_up(max(1, *(value for line in chart.lines for value in (line.whole, *_values(line)))))
    bottom = TOP + HIGH - 30
    for share in range(5):
        y = bottom - (HIGH - 40) * share // 4
        yield f'<line x1="{left}" y1="{y}" x2="{left + wide}" y2="{y}" stroke="{GRID}"/>'
        told = f"{top_yen * share // 4 // MILLION:,}"
        yield _text(left - 10, y + 4, told, anchor="end", fill=FAINT, size=11)
    yield _text(left - 10, TOP - 14, "百万円", anchor="end", fill=FAINT, size=11)
    named = _months_between(wide // most)
    for month in range(1, most + 1):
        x = left + wide * month // most
        if (month - 1) % named == 0:
            calendar = f"{(month + 2) % 12 + 1}月"
            yield _text(x - wide // most // 2, bottom + 18, calendar, anchor="middle", fill=FAINT, size=11)
        if month == 12 and most > 12:
            yield f'<line x1="{x}" y1="{TOP}" x2="{x}" y2="{bottom}" stroke="{FAINT}" stroke-dasharray="2 4"/>'
            yield _text(x + 6, TOP + 10, "年度末", fill=FAINT, size=11)
    for at, line in enumerate(chart.lines):
        yield from _line(line, LINES[at % len(LINES)], (left, wide, bottom, most, top_yen))
    legend = [(f"{line.label}（決定額 {line.whole:,} 円）", LINES[at]) for at, line in enumerate(chart.lines)]
    yield from _legend(legend, bottom + 46)


def _months_between(wide: int) -> int:
    """Every how many months one is named, of so wide months, so that the names do not run into each other."""
    return next((months for months in (1, 2, 3, 6) if months * wide >= MONTH_ROOM), 12)


def _values(line: Series) -> list[int]:
    return [value for _, value in line.points]


def height_of(value: int, top_yen: int) -> int:
    """How high a value is drawn."""
    return (HIGH - 40) * value // top_yen


def _line(line: Series, colour: str, frame: tuple[int, int, int, int, int]) -> Iterator[str]:
    left, wide, bottom, most, top_yen = frame
    y_whole = bottom - height_of(line.whole, top_yen)
    yield (
        f'<line x1="{left}" y1="{y_whole}" x2="{left + wide}" y2="{y_whole}" stroke="{colour}" '
        f'stroke-dasharray="6 5" data-value="{line.whole}">'
        f"<title>{escape(line.label)} 決定額 {line.whole:,} 円</title></line>"
    )
    path = f"M{left} {bottom}"
    for month, value in line.points:
        path += f"H{left + wide * (month - 1) // most}V{bottom - height_of(value, top_yen)}"
    path += f"H{left + wide * line.points[-1][0] // most}"
    yield f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="2.5"/>'
    before = 0
    for month, value in line.points:
        if value != before:
            x = left + wide * (month - 1) // most
            y = bottom - height_of(value, top_yen)
            yield (
                f'<circle cx="{x}" cy="{y}" r="3.5" fill="{colour}" data-month="{month}" data-value="{value}">'
                f"<title>{escape(line.label)} {month}か月目 {value:,} 円</title></circle>"
            )
        before = value


def _round_up(value: int) -> int:
    """The next figure of one or two digits and zeros, so that a quarter of it is a plain figure too."""
    unit = max(4, 10 ** (len(str(value)) - 1) * 4 // 10)
    return -(-value // unit) * unit


# ---------------------------------------------------------------------- texts


def _legend(entries: list[tuple[str, str]], y: int) -> Iterator[str]:
    x = 24
    for name, colour in entries:
        yield f'<rect x="{x}" y="{y - 10}" width="12" height="12" fill="{colour}"/>'
        yield _text(x + 18, y, name, size=12)
        x += 40 + width(name) * 7


def _text(
    x: int,
    y: int,
    text: str,
    *,
    anchor: str = "start",
    fill: str = INK,
    size: int = 13,
    weight: str = "normal",
    title: str = "",
) -> str:
    told = f"<title>{escape(title)}</title>" if title else ""
    return (
        f'<text x="{x}" y="{y}" text-anchor="{anchor}" fill={quoteattr(fill)} font-size="{size}" '
        f'font-weight="{weight}">{told}{escape(text)}</text>'
    )
