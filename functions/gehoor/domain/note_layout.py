"""A note as titles with short lines, within bounds that an agent reads in ten seconds."""

from collections.abc import Iterable, Iterator, Sequence

from gehoor.domain.frozen import frozen
from gehoor.domain.text import clean, line_html, link_html, shorten

MOST_LINES = 24
MOST_CHARACTERS = 2_000
"""Bounds of the whole note as it is seen, titles included; a usual one has about a third."""

_LONGEST_LINE = 260
_LEFT_OUT = "(more than fits here)"
_KEPT_LINES, _KEPT_CHARACTERS = 2, 60
"""Room for one more title and for saying that something is left out."""


@frozen
class Line:
    """A line as it is seen: text, then a link under a label. Made by `line`."""

    text: str
    link: str = ""
    label: str = ""

    @property
    def shown(self) -> str:
        """What an agent sees."""
        return f"{self.text} {self.label}" if self.link else self.text

    @property
    def html(self) -> str:
        """The line as safe HTML."""
        text = line_html(self.text)
        return f"{text} {link_html(self.link, self.label)}" if self.link else text


Section = tuple[str, Sequence[Line]]
"""A title and its lines; without lines it is left out."""


def flat(text: str, limit: int = _LONGEST_LINE) -> str:
    """Text from outside, cleaned, in one line of at most `limit` characters."""
    return shorten(" ".join(clean(text).split()), limit)


def line(text: str, link: str = "", label: str = "") -> Line:
    """A line of a text from wherever it comes."""
    return Line(flat(text), link, label)


def note_html(sections: Iterable[Section]) -> str:
    """As much of a note as fits, from its beginning, as safe HTML."""
    return "".join(
        f"<p><b>{line_html(title)}</b><br>{'<br>'.join(each.html for each in lines)}</p>"
        for title, lines in _fitting(sections)
    )


def _fitting(sections: Iterable[Section]) -> Iterator[Section]:
    """What fits, with a word about it where something does not."""
    lines_left = MOST_LINES - _KEPT_LINES
    characters_left = MOST_CHARACTERS - _KEPT_CHARACTERS
    for title, lines in filter(lambda section: section[1], sections):
        lines_left, characters_left = lines_left - 1, characters_left - len(title)
        taken: list[Line] = []
        for each in lines:
            lines_left, characters_left = lines_left - 1, characters_left - len(each.shown)
            if lines_left < 0 or characters_left < 0:
                yield title, [*taken, Line(_LEFT_OUT)]
                return
            taken.append(each)
        yield title, taken
