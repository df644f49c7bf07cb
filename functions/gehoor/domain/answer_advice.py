"""The part of a new case's note that says how to go about it: facts and a first step, no text.

What is ready to be pasted is pasted, and strangers see the same answer twice. So this names what
the customer wants, what is there to answer with, what may be said in public and what not.
"""

import re
from collections.abc import Iterator, Mapping

from gehoor.domain.coach_signs import Calling, Sign
from gehoor.domain.coach_words import shows
from gehoor.domain.judgement import Intent, Judgement, Risk
from gehoor.domain.mention import Mention, Visibility
from gehoor.domain.network import Post
from gehoor.domain.note_layout import Line, flat, line
from gehoor.domain.personal_data import masked
from gehoor.domain.personal_data_kinds import PersonalData
from gehoor.domain.ticket import History

LONG_THREAD = 6
"""Posts in a thread from which on writing has not solved it."""

LONGEST_WISH = 120
SHOWN_REASONS = 2
_LONGEST_READ = 2_000
_SENTENCE = re.compile(r"[^.!?\n]+[.!?]*")
_OLD = re.compile(
    r"\b(?:ik ben|mijn (?:moeder|vader|oma|opa|man|vrouw|ouders)(?: is| van| zijn)?"
    r"|i am|i'm|my (?:mother|father|mum|mom|dad|gran\w*|parents?)(?: is| are)?)"
    r" (?:al |van |already |now )?(?:7[0-9]|8[0-9]|9[0-9])\b(?! ?(?:%|euro|eur|km|min|times|keer))",
    re.IGNORECASE,
)
_PUBLIC: Mapping[Intent, str] = {
    Intent.COMPLAINT: "show that you read what went wrong, and say what you do now, by when",
    Intent.UNSURE: "ask what they mean, or show how you read it",
    Intent.QUESTION: "answer it there: others read along with the same question",
    Intent.PRAISE: "thank them in your own words, briefly",
    Intent.LEAD: "answer it there; an offer to one person belongs in private",
    Intent.COMPETITOR: "nothing: they speak of another company",
    Intent.NEWS: "often nothing: answer only where they address the company",
    Intent.SPAM: "nothing",
    Intent.OTHER: "answer only where they address the company",
}
_RISKY: Mapping[Risk, str] = {
    Risk.SAFETY: "their safety before anything else; no word on whose fault it is",
    Risk.LEGAL: "that it was read and who takes it up; nothing is admitted, denied or argued",
    Risk.SELF_HARM: "nothing but that you want to speak with them, now and in private",
    Risk.PRESS: "that a colleague who speaks with the press will answer, and nothing else",
    Risk.THREAT: "nothing before a colleague who handles threats has seen it",
}

_NOT_SERVICE = (Risk.SELF_HARM, Risk.THREAT)
_NOTHING_PRIVATE = (Intent.SPAM, Intent.NEWS, Intent.PRAISE, Intent.COMPETITOR)


def advice_lines(
    mention: Mention,
    judgement: Judgement,
    earlier: tuple[Post, ...],
    history: History | None,
    calling: Calling | None,
) -> list[Line]:
    """Up to five lines: what happened, what they ask, the first step, what stays private, a call.

    What is known beside that stands in the other parts of the note.
    """
    return [
        line(text)
        for text in (
            _happened(judgement),
            _wish(mention, judgement),
            _first_step(mention, judgement),
            _kept_private(mention, judgement),
            _call(mention, judgement, earlier, history, calling),
        )
        if text
    ]


def _happened(judgement: Judgement) -> str:
    told = "; ".join(judgement.reasons[:SHOWN_REASONS])
    return f"What happened: {told}" if told and judgement.treat_as_complaint else ""


def _wish(mention: Mention, judgement: Judgement) -> str:
    """The sentence that asks, in their words; "" where none does, or a life is at stake."""
    if judgement.risk in _NOT_SERVICE:
        return ""
    text = mention.text[:_LONGEST_READ]
    wish = next(_asking(text, judgement.language), "")
    hidden = masked(wish, frozenset(PersonalData))
    return f"They ask: “{flat(hidden, LONGEST_WISH)}”" if wish else ""


def _asking(text: str, language: str) -> Iterator[str]:
    """Sentences that ask, questions first."""
    sentences = [found.strip() for found in _SENTENCE.findall(text)]
    yield from (each for each in sentences if each.endswith("?"))
    yield from (each for each in sentences if shows(Sign.WISH, each, language))


def _first_step(mention: Mention, judgement: Judgement) -> str:
    step = _RISKY[judgement.risk] if judgement.risk else _PUBLIC[judgement.intent]
    where = "in public" if _is_public(mention) else "here"
    return f"First {where}: {step}."


def _kept_private(mention: Mention, judgement: Judgement) -> str:
    is_service = judgement.intent not in _NOTHING_PRIVATE and judgement.risk not in _NOT_SERVICE
    if not _is_public(mention) or not is_service:
        return ""
    return (
        "In private: whatever shows who they are, and what is theirs (order, address, account,"
        " amounts, health)."
    )


def _is_public(mention: Mention) -> bool:
    return mention.visibility in (Visibility.PUBLIC, Visibility.UNLISTED)


def _call(
    mention: Mention,
    judgement: Judgement,
    earlier: tuple[Post, ...],
    history: History | None,
    calling: Calling | None,
) -> str:
    """Why a call may be the better answer, and the number to give; "" where none is known."""
    if calling is None or judgement.risk is Risk.THREAT:
        return ""
    why = next(_reasons_to_call(mention, judgement, earlier, history), "")
    hours = f" ({flat(calling.hours, 60)})" if calling.hours else ""
    return f"A call may be better: {why}. {flat(calling.phone, 40)}{hours}" if why else ""


def _reasons_to_call(
    mention: Mention, judgement: Judgement, earlier: tuple[Post, ...], history: History | None
) -> Iterator[str]:
    if judgement.risk is Risk.SELF_HARM:
        yield "somebody may be in danger"
    if judgement.risk is Risk.SAFETY:
        yield "it is about safety"
    tickets = history.tickets if history else ()
    if judgement.treat_as_complaint and any(t.channel and t.is_open for t in tickets):
        yield "another way has not helped them yet"
    if judgement.treat_as_complaint and len(earlier) >= LONG_THREAD:
        yield f"the thread has {len(earlier)} posts already"
    text = mention.text[:_LONGEST_READ]
    if _OLD.search(text) or shows(Sign.CALL, text, judgement.language):
        yield "they may find it easier to speak than to write"
