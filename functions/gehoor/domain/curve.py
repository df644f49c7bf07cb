"""How many complained, hour by hour, as a picture: SVG without script, font or address."""

from collections.abc import Sequence
from datetime import datetime
from html import escape

from gehoor.domain.frozen import frozen

BAR, GAP, HEIGHT, EDGE = 12, 3, 160, 40
_INK, _USUAL, _SPIKE, _PAPER = "#17324d", "#7d93a8", "#c0392b", "#ffffff"


@frozen
class Hour:
    """How many complained in an hour, and how many are normal then."""

    begins: datetime
    count: int
    normal: float


def curve_svg(title: str, hours: Sequence[Hour]) -> str:
    """Bars of the hours, oldest first, with a line of what is normal; a title for who cannot see.

    Nothing of it is anybody's markup, so that it is safe wherever it is shown.
    """
    width = 2 * EDGE + len(hours) * (BAR + GAP)
    most = max([1.0, *(float(hour.count) for hour in hours), *(hour.normal for hour in hours)])
    name = escape(title)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{HEIGHT + 2 * EDGE}" '
        f'role="img" aria-label="{name}" font-family="sans-serif" font-size="11">',
        f"<title>{name}</title>",
        f'<rect width="100%" height="100%" fill="{_PAPER}"/>',
        f'<text x="{EDGE}" y="20" fill="{_INK}">{name}</text>',
        *(_bar(place, hour, most) for place, hour in enumerate(hours)),
        _line(hours, most),
        _label(EDGE - 6, EDGE + 4, f"{most:.0f}", "end"),
        *_days(hours),
        "</svg>",
    ]
    return "".join(parts)


def _bar(place: int, hour: Hour, most: float) -> str:
    height = round(HEIGHT * hour.count / most, 1)
    colour = _SPIKE if hour.count > 2.5 * hour.normal and hour.count >= 3 else _INK
    told = f"{hour.begins:%d %b %H:%M} UTC: {hour.count}, normal {hour.normal:.1f}"
    return (
        f'<rect x="{_x(place)}" y="{round(EDGE + HEIGHT - height, 1)}" width="{BAR}" '
        f'height="{height}" fill="{colour}"><title>{told}</title></rect>'
    )


def _line(hours: Sequence[Hour], most: float) -> str:
    points = " ".join(
        f"{_x(place) + BAR / 2},{round(EDGE + HEIGHT * (1 - hour.normal / most), 1)}"
        for place, hour in enumerate(hours)
    )
    return f'<polyline points="{points}" fill="none" stroke="{_USUAL}" stroke-width="2"/>'


def _days(hours: Sequence[Hour]) -> list[str]:
    """The first hour's time, and each day where it begins."""
    below = EDGE + HEIGHT + 16
    first = [_label(_x(0), below, f"{hour.begins:%d %b %H:%M}") for hour in hours[:1]]
    begun = [place for place, hour in enumerate(hours) if hour.begins.hour == 0 and place >= 8]
    return first + [_label(_x(place), below, f"{hours[place].begins:%d %b}") for place in begun]


def _label(x: float, y: float, text: str, anchor: str = "start") -> str:
    return f'<text x="{x}" y="{y}" text-anchor="{anchor}" fill="{_INK}">{text}</text>'


def _x(place: int) -> int:
    return EDGE + place * (BAR + GAP)
