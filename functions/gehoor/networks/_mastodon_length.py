"""How Mastodon counts the length of a post.

Characters as a reader sees them; a web address counts as a fixed number however long it is; of
`@user@host` only `@user` counts.
Source: https://docs.joinmastodon.org/user/posting/#text
"""

import re
import unicodedata
from itertools import pairwise

_ADDRESS = re.compile(r"https?://[^\s<>\"]*[^\s<>\".,;:!?)\]']", re.IGNORECASE)
_REMOTE_MENTION = re.compile(r"(?<![\w/])(@\w+(?:[\w.-]*\w)?)@[\w.-]+\w(?::\d+)?")


def length(text: str, per_address: int) -> int:
    """The length of `text`; `per_address` is what the server counts for a web address."""
    return characters(without_mention_hosts(_ADDRESS.sub("x" * per_address, text)))


def without_mention_hosts(text: str) -> str:
    """The text with `@user` for every `@user@host`, as Mastodon shows it."""
    return _REMOTE_MENTION.sub(r"\1", text)


def characters(text: str) -> int:
    """Extended grapheme clusters, near enough: never fewer than letters with their marks joined."""
    flags = 0
    joined = 0
    for before, after in pairwise(text):
        flags = flags + 1 if _is_flag_letter(before) else 0
        if _joins(before, after) or (flags % 2 == 1 and _is_flag_letter(after)):
            joined += 1
    return len(text) - joined


def _joins(before: str, after: str) -> bool:
    """Whether two code points show as one character (UAX 29, without its rarer rules)."""
    return (
        unicodedata.category(after) in ("Mn", "Me", "Mc")
        or after in "\u200d\u200c"
        or (before == "\u200d" and unicodedata.category(after) == "So")
        or "\U0001f3fb" <= after <= "\U0001f3ff"
        or "\U000e0020" <= after <= "\U000e007f"
        or "\u1160" <= after <= "\u11ff"
        or before + after == "\r\n"
    )


def _is_flag_letter(letter: str) -> bool:
    return "\U0001f1e6" <= letter <= "\U0001f1ff"
