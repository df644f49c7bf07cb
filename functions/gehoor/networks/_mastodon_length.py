"""How Mastodon counts the length of a post.

Characters as a reader sees them; a web address counts as a fixed number however long it is; of
`@user@host` only `@user` counts.
Source: https://docs.joinmastodon.org/user/posting/#text
"""

import re

from gehoor.graphemes import characters

_ADDRESS = re.compile(r"https?://[^\s<>\"]*[^\s<>\".,;:!?)\]']", re.IGNORECASE)
_REMOTE_MENTION = re.compile(r"(?<![\w/])(@\w+(?:[\w.-]*\w)?)@[\w.-]+\w(?::\d+)?")


def length(text: str, per_address: int) -> int:
    """The length of `text`; `per_address` is what the server counts for a web address."""
    return characters(without_mention_hosts(_ADDRESS.sub("x" * per_address, text)))


def without_mention_hosts(text: str) -> str:
    """The text with `@user` for every `@user@host`, as Mastodon shows it."""
    return _REMOTE_MENTION.sub(r"\1", text)
