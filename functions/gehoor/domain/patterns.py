"""Regular expressions that are compiled when they are first looked for.

Compiling takes Python half a millisecond for a long one, and gehoor has dozens, of which a function
loads more than its first message needs.
"""

import re
from collections.abc import Iterator
from functools import cached_property


class Pattern:
    """A long regular expression, with those methods of `re.Pattern` that are used."""

    def __init__(self, text: str, flags: re.RegexFlag = re.NOFLAG) -> None:
        self._text = text
        self._flags = flags

    @cached_property
    def compiled(self) -> re.Pattern[str]:
        """The same as `re` knows it."""
        return re.compile(self._text, self._flags)

    def search(self, text: str, start: int = 0) -> re.Match[str] | None:
        """Where it fits first, from `start` on."""
        return self.compiled.search(text, start)

    def match(self, text: str) -> re.Match[str] | None:
        """How it fits at the beginning."""
        return self.compiled.match(text)

    def fullmatch(self, text: str) -> re.Match[str] | None:
        """How it fits the whole text."""
        return self.compiled.fullmatch(text)

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        """Wherever it fits."""
        return self.compiled.finditer(text)

    def sub(self, by: str, text: str) -> str:
        """The text with `by` for all that fits."""
        return self.compiled.sub(by, text)

    def split(self, text: str) -> list[str]:
        """The parts of the text between what fits; it has no groups."""
        return self.compiled.split(text)
