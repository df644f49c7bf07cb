"""Characters as a reader sees them, which is how networks count the length of a post.

Source: https://unicode.org/reports/tr29/ (extended grapheme clusters)
"""

from functools import cache
from typing import Any


def characters(text: str) -> int:
    """The number of extended grapheme clusters.

    One too few for an Indic virama that follows no consonant, which no word has.
    """
    return len(_character().findall(text))


@cache
def _character() -> Any:
    """Imports the library only here: whoever reads posts, and answers none, needs none of it."""
    import regex

    return regex.compile(r"\X")
