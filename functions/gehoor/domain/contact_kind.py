"""How somebody comes to write here, from evidence alone: what they say, and what went before.

It says nothing of a person's worth or temper, and it is text that an agent can check.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from gehoor.domain.contact_cues import ASKED_ELSEWHERE_EN, ASKED_ELSEWHERE_NL
from gehoor.domain.frozen import frozen
from gehoor.domain.judgement import Intent, Judgement
from gehoor.domain.phrases import PhraseBook, words_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gehoor.domain.mention import Mention
    from gehoor.domain.ticket import History, PastTicket

RECENT = timedelta(days=30)
"""How long a closed ticket may still be about this problem."""

JUST_SOLVED = timedelta(days=7)
"""How soon after a ticket was solved a complaint makes it one that failed."""

LONGEST_READ = 10_000
MOST_QUOTES = 2
_LONGEST_QUOTE = 60
_ANSWERED = frozenset({"pending", "solved", "closed"})


class ContactKind(StrEnum):
    """Why they write here."""

    LAST_RESORT = "last_resort"
    """They asked through another channel, and are still waiting, or it failed."""

    AT_HOME = "at_home"
    """They were answered here before."""

    TRYING_OUT = "trying_out"
    """It is their first contact by this channel."""


@frozen
class Contact:
    """The kind of contact, None where nothing shows one, and what shows it.

    `quotes` are the author's words, `elsewhere` the tickets that came another way and are open, or
    failed lately; `answered` is a ticket of theirs that was answered here.
    """

    kind: ContactKind | None = None
    quotes: tuple[str, ...] = ()
    elsewhere: tuple[PastTicket, ...] = ()
    answered: PastTicket | None = None

    @property
    def is_last_resort(self) -> bool:
        """Whether they tried to be heard before they wrote here."""
        return self.kind is ContactKind.LAST_RESORT


@lru_cache(maxsize=16)
def asked_elsewhere(text: str) -> tuple[str, ...]:
    """The words in which an author says that they asked elsewhere already, in vain."""
    text = text[:LONGEST_READ]
    words = words_of(text)
    quotes = (
        " ".join(text[words[found.first].start : words[found.after - 1].end].split())
        for found in _book().find(words)
    )
    return tuple(dict.fromkeys(quote[:_LONGEST_QUOTE] for quote in quotes))[:MOST_QUOTES]


def wants_help(judgement: Judgement) -> bool:
    """Whether the author waits for something: who only praises is not at their last resort."""
    return judgement.treat_as_complaint or judgement.intent is Intent.QUESTION


def says_last_resort(mention: Mention, judgement: Judgement) -> bool:
    """Whether the post itself says it, which is known before anything is asked of a helpdesk."""
    return wants_help(judgement) and bool(asked_elsewhere(mention.text))


def contact_of(
    mention: Mention,
    judgement: Judgement,
    history: History | None,
    heard_before: Sequence[datetime] = (),
) -> Contact:
    """The kind of contact.

    `history` is None where the helpdesk could not be asked. `heard_before` is when the author wrote
    on this network in other threads.
    """
    quotes = asked_elsewhere(mention.text) if wants_help(judgement) else ()
    failed = failed_elsewhere(mention, judgement, history)
    if quotes or failed:
        return Contact(ContactKind.LAST_RESORT, quotes, failed)
    if history is None:
        return Contact()
    if not heard_before and not any(_came_here(ticket) for ticket in history.tickets):
        return Contact(ContactKind.TRYING_OUT)
    answered = next((ticket for ticket in history.tickets if _was_answered_here(ticket)), None)
    if heard_before and answered:
        return Contact(ContactKind.AT_HOME, answered=answered)
    return Contact()


def failed_elsewhere(
    mention: Mention, judgement: Judgement, history: History | None
) -> tuple[PastTicket, ...]:
    """Tickets that came another way and left the author waiting, open ones first."""
    if history is None or not wants_help(judgement):
        return ()
    found = [ticket for ticket in history.tickets if _has_failed(ticket, mention, judgement)]
    return tuple(sorted(found, key=lambda ticket: not ticket.is_open))


def _has_failed(ticket: PastTicket, mention: Mention, judgement: Judgement) -> bool:
    if _came_here(ticket):
        return False
    if ticket.is_open:
        return True
    ended_ago = mention.posted_at - ticket.updated_at
    is_complaint = judgement.intent is Intent.COMPLAINT
    return (ticket.satisfied is False and ended_ago <= RECENT) or (
        is_complaint and ended_ago <= JUST_SOLVED
    )


def _came_here(ticket: PastTicket) -> bool:
    """Whether a program made the ticket, as gehoor does."""
    return not ticket.channel


def _was_answered_here(ticket: PastTicket) -> bool:
    return _came_here(ticket) and ticket.status in _ANSWERED


@cache
def _book() -> PhraseBook:
    return PhraseBook({"nl": ASKED_ELSEWHERE_NL, "en": ASKED_ELSEWHERE_EN})
