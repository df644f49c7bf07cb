"""How Zendesk tells that tickets were merged: a tag, and comments in both that name each other.

A ticket's API says of a merge that it was one, by the tag, and not where the ticket went on; the
agent who merges writes both comments, or takes the words Zendesk offers in the agent's language.
"""

import re

MERGED = "closed_by_merge"
_NUMBER = re.compile(r"#(\d{1,18})\b")
"""Of a ticket: what has more digits, such as a parcel's number, may not fit into an id."""

_OFFERED = re.compile(
    r"This request was closed and merged into request #\d"
    r"|Requests? #\d.{0,1000}? (was|were) closed and merged into this request",
    re.DOTALL,
)


def named_tickets(text: str) -> tuple[str, ...]:
    """The ids of the tickets that a comment names, in their order."""
    return tuple(dict.fromkeys(_NUMBER.findall(text)))


def is_offered_text(text: str) -> bool:
    """Whether it begins as the English words that Zendesk offers for a merge."""
    return _OFFERED.match(text.strip()) is not None
