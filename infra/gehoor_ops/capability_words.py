"""What can be done on a network, in words for operators."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gehoor.domain.capabilities import Capabilities


def in_public(can: Capabilities) -> str:
    """How a post is answered where everybody reads it."""
    if not can.reply:
        return by_hand(can)
    if can.summons:
        return "by gehoor below posts that name or quote the account, else by hand at a link"
    return "by gehoor, in several posts if need be" if can.threads else "by gehoor, in one post"


def in_private(can: Capabilities) -> str:
    """How an author is answered alone."""
    if can.message:
        return "by gehoor"
    if can.invitation:
        return "by gehoor, once the author has written; an answer in public invites them to"
    return by_hand(can) if can.reply else "no"


def longest(can: Capabilities) -> str:
    """The most that one post takes, as the network counts."""
    return f"{can.text_limit:,}" if can.text_limit else "no limit"


def by_hand(can: Capabilities) -> str:
    """What is left to people."""
    return f"by hand: {can.instead.rstrip(':')}" if can.instead else "not at all"
