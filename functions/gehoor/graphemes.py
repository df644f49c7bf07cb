"""Characters as a reader sees them, which is how networks count the length of a post.

Source: https://unicode.org/reports/tr29/ (extended grapheme clusters)
"""

import regex

_CHARACTER = regex.compile(r"\X")


def characters(text: str) -> int:
    """The number of extended grapheme clusters.

    One too few for an Indic virama that follows no consonant, which no word has.
    """
    return len(_CHARACTER.findall(text))
