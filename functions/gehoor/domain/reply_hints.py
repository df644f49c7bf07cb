"""What an answer could do better, told after it is out: a hint never stops anything.

A checker proves that words are there, not that they are meant. So hints name what is missing and
give no grade, and at most MOST_HINTS of them, the weightiest first.

Sources: Lewicki, Polin and Lount (2016) for the parts of an apology and their order; Halperin, Ho,
List and Muir (2022), who found apologies that are repeated, or promise to do better, worse than
none.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import field
from datetime import datetime

from gehoor.domain.coach_signs import CoachRules, Sign
from gehoor.domain.coach_words import LONGEST_READ, Signs, signs_in
from gehoor.domain.frozen import frozen
from gehoor.domain.judgement import Intent, Judgement, Risk, Urgency
from gehoor.domain.near_copy import ALIKE, Likeness, imprint
from gehoor.domain.phrases import words_of
from gehoor.domain.promise_cues import TIME_AHEAD
from gehoor.domain.promises import promises_in
from gehoor.domain.reply_memory import APOLOGIES_WITHIN, COPIES_WITHIN, Apology, EarlierReply

MOST_HINTS = 3
APOLOGIES_IN_A_THREAD = 3

_WHOLE_REFERRAL = 30
"""Words up to which an answer that refers to customer service does nothing else."""

_SHOUTED = re.compile(r"(?<![\w@#/])[^\W\d_a-z]{4,}(?:[ ,!]+[^\W\d_a-z]{2,})+(?!\w)")
_EMOJI = re.compile("[\u2639-\u263b\u2764\u2665\U0001f300-\U0001faff]|(?<!\\S)[:;]-?[)DP]")
_VAGUE = re.compile(
    r"\b(?:as soon as|asap|shortly|soon|zo snel mogelijk|zo spoedig mogelijk|z\.?s\.?m|spoedig"
    r"|binnenkort)\b",
    re.IGNORECASE,
)
_NOT_OURS_TO_ADMIT = frozenset({Risk.LEGAL, Risk.SAFETY})


@frozen
class Reply:
    """An answer and what it answers. `person` names the customer, by a digest.

    `heard` and `judgement` are of the post that opened the case, None where it is not known;
    `risks` are also the ticket's. `earlier` are other answers of the brand, `apologies` those to
    this author.
    """

    text: str
    at: datetime
    person: str
    case_id: str
    is_public: bool
    heard: str = ""
    judgement: Judgement | None = None
    risks: frozenset[Risk] = frozenset()
    earlier: Sequence[EarlierReply] = ()
    apologies: Sequence[Apology] = ()
    rules: CoachRules = field(default_factory=CoachRules)

    @property
    def language(self) -> str:
        """The language of the post, `und` where it is not known."""
        return self.judgement.language if self.judgement else "und"


def apologises(text: str, language: str, rules: CoachRules) -> bool:
    """Whether an answer has a word of regret."""
    return Sign.REGRET in signs_in(text, language, rules.words)


def hints_for(reply: Reply, likeness: Likeness) -> tuple[str, ...]:
    """What to do better, in words for the agent, MOST_HINTS at most; never raises."""
    signs = signs_in(reply.text, reply.language, reply.rules.words)
    found = [
        *_copied(reply, likeness),
        *_repeated_apology(reply, signs),
        *_blame(signs),
        *_informal(reply, signs),
        *_only_referred(reply, signs),
        *_non_apology(signs),
        *_vague_promise(reply.text[:LONGEST_READ]),
        *_promised_betterment(signs),
        *_missing_parts(reply, signs),
        *_shouted(reply.text[:LONGEST_READ]),
    ]
    return tuple(found[:MOST_HINTS])


def _copied(reply: Reply, likeness: Likeness) -> Iterator[str]:
    own = imprint(reply.text)
    others = [
        earlier
        for earlier in reply.earlier
        if earlier.person != reply.person and reply.at - earlier.at <= COPIES_WITHIN
    ]
    if not (own and others and reply.is_public):
        return
    nearest = max(others, key=lambda earlier: likeness(own, earlier.imprint))
    if likeness(own, nearest.imprint) >= ALIKE:
        yield (
            f"It is nearly the same as the answer in #{nearest.ticket_id} to somebody else, within"
            " 24 hours: readers see both, and say so."
        )


def _repeated_apology(reply: Reply, signs: Signs) -> Iterator[str]:
    if Sign.REGRET not in signs:
        return
    recent = [made for made in reply.apologies if reply.at - made.at <= APOLOGIES_WITHIN]
    here = sum(made.case_id == reply.case_id for made in recent)
    if here >= APOLOGIES_IN_A_THREAD - 1:
        yield f"It is apology number {here + 1} in this conversation: say what is done instead."
    elif recent and not here:
        last = max(made.at for made in recent)
        yield (
            f"This customer had an apology on {last:%d %b %Y} already: a second one within"
            " 30 days weighs less than what you do now."
        )


def _blame(signs: Signs) -> Iterator[str]:
    if Sign.BLAME in signs:
        yield f"“{signs[Sign.BLAME][0]}” can be read as blame."


def _informal(reply: Reply, signs: Signs) -> Iterator[str]:
    """Emoji and interjections where the matter is grave."""
    critical = reply.judgement is not None and reply.judgement.urgency is Urgency.CRITICAL
    emoji = _EMOJI.search(reply.text)
    marks = [emoji.group()] if emoji else [*signs.get(Sign.INFORMAL, ())]
    if marks and (critical or reply.risks):
        yield f"“{marks[0]}” is light where the matter is grave (risk or urgency is set)."


def _only_referred(reply: Reply, signs: Signs) -> Iterator[str]:
    only_refers = Sign.REFERRAL in signs and Sign.ACT not in signs
    if only_refers and len(words_of(reply.text[:LONGEST_READ])) <= _WHOLE_REFERRAL:
        yield "It only sends the customer on: say what you can do, or who does it."


def _non_apology(signs: Signs) -> Iterator[str]:
    if Sign.NON_APOLOGY in signs:
        yield f"“{signs[Sign.NON_APOLOGY][0]}” reads as no apology: name what went wrong."


def _vague_promise(text: str) -> Iterator[str]:
    for promise in promises_in(text):
        if _VAGUE.search(promise) or not TIME_AHEAD.search(promise):
            yield f"“{promise}” promises without a time: say by when."
            return


def _promised_betterment(signs: Signs) -> Iterator[str]:
    if Sign.BETTERMENT in signs and Sign.ACT not in signs:
        yield (
            f"“{signs[Sign.BETTERMENT][0]}” promises to do better without an act: say what you do."
        )


def _missing_parts(reply: Reply, signs: Signs) -> Iterator[str]:
    """Parts of an apology where one is due: in the first answer to a complaint that tells a fault.

    Hardly any answer has all parts, so nothing is said of one that has regret and an act. An
    apology that does nothing at all is told wherever it stands.
    """
    parts = {
        "what you do about it, and by when": _does_something(reply.text[:LONGEST_READ], signs),
        "whose mistake it is, if it is yours": Sign.RESPONSIBILITY in signs,
        "regret": Sign.REGRET in signs,
        "why it happened": Sign.EXPLANATION in signs,
    }
    has_act, _, has_regret, _ = parts.values()
    if reply.risks & _NOT_OURS_TO_ADMIT or (has_act and has_regret):
        return
    if has_regret or _is_due(reply):
        missing = "; ".join(part for part, is_there in parts.items() if not is_there)
        due = ", which seems due here," if _is_due(reply) else ""
        yield f"Of an apology{due} it leaves out: {missing}."


def _does_something(text: str, signs: Signs) -> bool:
    """Whether it acts, offers, asks or names a time."""
    is_open = "?" in text or Sign.OFFER in signs or Sign.INVITATION in signs or "://" in text
    return Sign.ACT in signs or is_open or TIME_AHEAD.search(text) is not None


def _is_due(reply: Reply) -> bool:
    judgement = reply.judgement
    if judgement is None or judgement.intent is not Intent.COMPLAINT:
        return False
    if any(earlier.case_id == reply.case_id for earlier in reply.earlier):
        return False
    return Sign.FAULT in signs_in(reply.heard, reply.language, reply.rules.words)


def _shouted(text: str) -> Iterator[str]:
    loud = (found.group() for found in _SHOUTED.finditer(text) if found.group().isupper())
    shouted = next(loud, "")
    if shouted:
        yield f"“{shouted[:40]}” is in capitals, which reads as shouting."
