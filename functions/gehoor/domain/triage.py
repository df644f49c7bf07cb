"""Judge a mention by rules an agent can check: what it is, how urgent, which risk, and why.

The rules are word lists for Dutch and English (`cues`). Words of risk favour recall: a false alarm
costs a glance, a missed one may cost a life. A post nobody can place is handled as a complaint.
"""

import re
from collections.abc import Iterator
from functools import cache

from gehoor.domain.concern import CONCERN_OF_CUE, PRESSING, concern
from gehoor.domain.cues import MEANING, Cue, order_book, phrase_book, second_language
from gehoor.domain.desk_words import (
    EVERY_DESK,
    DeskWords,
    competitors_in,
    speaks_to_the_desk,
    topic_in,
)
from gehoor.domain.evidence import (
    MILD_TROUBLE,
    TROUBLE,
    Evidence,
    evidence_in,
    has_none,
    without_orders,
)
from gehoor.domain.intents import LANGUAGES_WITH_LISTS, RISKY, intent_of
from gehoor.domain.judgement import Intent, Judgement, Urgency
from gehoor.domain.learned import Weights
from gehoor.domain.personal_data import kinds_in
from gehoor.domain.phrases import PhraseBook, Word, words_of

LONGEST_READ = 10_000
"""Characters read, to bound the cost: more than any network's post, less than some articles."""

_MOST_REASONS = 6
_WITHOUT_TICKET = (Intent.NEWS, Intent.COMPETITOR)
_COPIED = re.compile(r"(?<!\w)cc:? *@[\w.-]+", re.IGNORECASE)
_CUES_OF_INTENT = {
    Intent.COMPLAINT: (*TROUBLE, *MILD_TROUBLE, Cue.IRONY),
    Intent.UNSURE: (*TROUBLE, Cue.IRONY, Cue.QUOTED, Cue.WHY, Cue.PRAISE, Cue.THANKS),
    Intent.QUESTION: (Cue.QUESTION, Cue.OUTAGE, Cue.REFUND, Cue.LEAVING, Cue.OFFTOPIC),
    Intent.LEAD: (Cue.LEAD,),
    Intent.PRAISE: (Cue.PRAISE, Cue.THANKS, Cue.RESOLVED),
    Intent.NEWS: (Cue.NEWS,),
    Intent.SPAM: (Cue.PHISHING, Cue.SPAM, Cue.LINK),
    Intent.COMPETITOR: (),
    Intent.OTHER: (Cue.OFFTOPIC, Cue.ACKNOWLEDGEMENT),
}


def judge(
    text: str,
    language: str,
    desk: DeskWords = EVERY_DESK,
    learned: Weights | None = None,
) -> Judgement:
    """Return what the text says of itself; never raises.

    `language` is an ISO 639-1 code or `und`. What was `learned` decides on the intent where there
    is no risk and nothing presses, and takes back neither risk nor urgency that the rules found.
    Only the first `LONGEST_READ` characters are read, and the reasons say so where there was more.
    """
    read = text[:LONGEST_READ]
    all_words = words_of(read)
    words = without_orders(all_words, _order_book())
    evidence = evidence_in(read, words, _book(_listed_language(words, language)))
    competitors = competitors_in(read, desk)
    ruled = intent_of(read, words, evidence, language)
    if competitors and _is_about_others(read, words, evidence, desk):
        ruled = Intent.COMPETITOR
    found = concern(evidence, ruled)
    presses = found.risk or found.urgency is Urgency.HIGH
    intent = ruled if presses else _learned_intent(words, ruled, learned)
    found = found.joined(concern(evidence, intent))
    topic, topic_word = topic_in(read, words, desk)
    reasons = (
        *_reasons(evidence, ruled, found.urgency),
        *_further_reasons(text, topic, topic_word, competitors),
        *([] if intent is ruled else [f"this desk's own corrections make it {intent}"]),
    )
    holds_orders = len(words) < len(all_words)
    return Judgement(
        language,
        intent,
        found.urgency,
        found.risk,
        reasons,
        topic,
        kinds_in(text),
        injection=holds_orders,
    )


def words_judged(text: str) -> str:
    """The words of a text that are learned from, folded, without orders to machines."""
    words = words_of(text[:LONGEST_READ])
    return _joined(without_orders(words, _order_book()))


def _joined(words: list[Word]) -> str:
    return " ".join(word.folded for word in words)


def _learned_intent(words: list[Word], ruled: Intent, learned: Weights | None) -> Intent:
    """What was learned, where that is clear; of what is about others a desk has seen nothing.

    It makes no complaint a thing that gets no ticket.
    """
    if learned is None or ruled is Intent.COMPETITOR:
        return ruled
    told = learned.intent_of(_joined(words)) or ruled
    return ruled if ruled is Intent.COMPLAINT and told in _WITHOUT_TICKET else told


def _is_about_others(text: str, words: list[Word], evidence: Evidence, desk: DeskWords) -> bool:
    """Whether a text that names a competitor is nothing to the company."""
    return has_none(evidence, RISKY) and not speaks_to_the_desk(text, words, desk)


def _listed_language(words: list[Word], language: str) -> str:
    """The language whose lists to read; both for a post in two languages, or in neither."""
    if language not in LANGUAGES_WITH_LISTS or second_language(words, language):
        return "und"
    return language


@cache
def _order_book() -> PhraseBook:
    return order_book()


@cache
def _book(language: str) -> PhraseBook:
    return phrase_book(language)


def _reasons(evidence: Evidence, intent: Intent, urgency: Urgency) -> tuple[str, ...]:
    cues = [cue for cue in _telling_cues(intent, urgency) if cue in evidence]
    reasons = [f'says "{evidence[cue][0]}": {MEANING[cue]}' for cue in cues][:_MOST_REASONS]
    if intent is Intent.COMPLAINT and Cue.PRAISE in evidence:
        reasons.append("praise beside a failure: read as irony")
    if intent is Intent.UNSURE:
        reasons.append("the words do not say what it is: handled as a complaint")
    if intent is Intent.COMPETITOR:
        reasons.append("does not speak to the company")
    return tuple(reasons or ["has a question mark"])


def _further_reasons(
    text: str, topic: str, topic_word: str, competitors: tuple[str, ...]
) -> Iterator[str]:
    if topic:
        yield f'says "{topic_word}": about {topic}'
    if competitors:
        yield f"names {', '.join(competitors)}"
    copied = _COPIED.search(text[:LONGEST_READ])
    if copied and "@" in text[: copied.start()]:
        yield f'says "{copied[0]}": in copy, it may speak to somebody else'
    if len(text) > LONGEST_READ:
        yield f"only the first {LONGEST_READ:,} of {len(text):,} characters were read"


def _telling_cues(intent: Intent, urgency: Urgency) -> tuple[Cue, ...]:
    pressing = PRESSING if urgency is Urgency.HIGH else ()
    return (*CONCERN_OF_CUE, *_CUES_OF_INTENT[intent], *pressing)
