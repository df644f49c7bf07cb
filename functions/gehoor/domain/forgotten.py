"""What is left of a person who was forgotten: a digest, and since when."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from gehoor.domain.mention import Mention, digest

NEW_CONTACT = timedelta(minutes=5)
"""What somebody posts from so long before they were forgotten on counts as a new contact, unless it
was stored by then. So nobody has to be looked up for a post that is heard at once."""


def person_of(identity: str) -> str:
    """The digest of an identity's name (network and native id)."""
    return digest("person", identity)


def is_late(mention: Mention, now: datetime) -> bool:
    """Whether the post is old enough to be from before its author was forgotten."""
    return now - mention.posted_at > NEW_CONTACT


def is_forgotten(mention: Mention, forgotten: Mapping[str, datetime]) -> bool:
    """Whether the post is from before its author, by the name of the identity, was forgotten."""
    since = forgotten.get(mention.author.identity)
    return since is not None and mention.posted_at < since
