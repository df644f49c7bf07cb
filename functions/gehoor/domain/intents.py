"""What the author of a text wants, by the cues in it."""

import re

from gehoor.domain.concern import CONCERN_OF_CUE
from gehoor.domain.cues import Cue, is_person
from gehoor.domain.evidence import MILD_TROUBLE, TROUBLE, Evidence, has_none
from gehoor.domain.judgement import Intent
from gehoor.domain.phrases import Word

LANGUAGES_WITH_LISTS = ("nl", "en")

RISKY = tuple(cue for cue in CONCERN_OF_CUE if cue is not Cue.PRESS)
_MOST_WORDS_UNPLACED = 8
_MOST_WORDS_ACKNOWLEDGING = 14
_MOST_WORDS_ACKNOWLEDGING_BARELY = 4
_MOST_WORDS_THANKING = 8
_MOST_WORDS_ASKING = 20
_HANDLE = re.compile(r"@[\w.-]+(?!['\u2019\w.-])")
_OF_CUSTOMERS_TOO = frozenset(
    (
        *("volgens", "meldt", "melden", "opent", "filialen", "directeur"),
        *("according to", "reports", "reported", "opens", "warehouse"),
    )
)
"""Wording of news that customers use as well."""

_OWN = frozenset(("my", "mijn", "mn", "our", "onze", "ons"))
_OWN_SHOP_WINDOW = frozenset(("bio", "profile", "page", "link", "website", "profiel", "pagina"))


def intent_of(text: str, words: list[Word], evidence: Evidence, language: str) -> Intent:
    """What the text says that its author wants; what nobody can place is unsure."""
    if _is_spam(words, evidence):
        return Intent.SPAM
    if not _is_addressed(text, words) and _is_news(words, evidence):
        return Intent.NEWS
    if _comes_to_us(evidence):
        return Intent.LEAD
    if not has_none(evidence, (*TROUBLE, *MILD_TROUBLE)):
        return _intent_of_trouble(evidence)
    if not _can_be_placed(words, language) or _may_mock(text, evidence):
        return Intent.UNSURE
    return _intent_without_trouble(text, words, evidence, language)


def _is_spam(words: list[Word], evidence: Evidence) -> bool:
    weights = {Cue.SPAM: 1, Cue.LINK: 1, Cue.PHISHING: 2}
    signs = sum(weight * len(evidence.get(cue, ())) for cue, weight in weights.items())
    troubles = (Cue.REPETITION, Cue.WAITING, Cue.DISPLEASURE, Cue.QUESTION)
    needed = 2 if has_none(evidence, (Cue.FAILURE,)) else 3
    if _tells_own_story(words) or not has_none(evidence, troubles):
        needed = 5
    return signs >= needed and Cue.DANGER not in evidence


def _tells_own_story(words: list[Word]) -> bool:
    following = (word.folded for word in words[1:])
    return any(
        word.folded in _OWN and after not in _OWN_SHOP_WINDOW
        for word, after in zip(words, following, strict=False)
    )


def _is_addressed(text: str, words: list[Word]) -> bool:
    """Whether it names somebody before it says anything; "@shop's" speaks of one, and not to it."""
    before = text[: words[0].start] if words else text
    return _HANDLE.search(before) is not None


def _is_news(words: list[Word], evidence: Evidence) -> bool:
    if Cue.NEWS not in evidence or any(is_person(word.folded) for word in words):
        return False
    spoken = (Cue.IRONY, Cue.DEMAND, Cue.WAITING, Cue.REPETITION, Cue.QUESTION)
    signs = [sign.casefold() for sign in evidence[Cue.NEWS]]
    is_doubtful = any(cue in evidence for cue in (Cue.FAILURE, Cue.DISPLEASURE))
    needed = 2 if is_doubtful or _OF_CUSTOMERS_TOO.issuperset(signs) else 1
    return has_none(evidence, spoken) and len(signs) >= needed


def _comes_to_us(evidence: Evidence) -> bool:
    """Whether somebody who leaves says where to: "switching to you" names both."""
    leaves = Cue.LEAVING in evidence and Cue.LEAD in evidence
    return leaves and has_none(evidence, (*TROUBLE, Cue.OUTAGE, Cue.REFUND, *RISKY))


def _intent_of_trouble(evidence: Evidence) -> Intent:
    if has_none(evidence, TROUBLE):
        return Intent.QUESTION if Cue.QUESTION in evidence else Intent.COMPLAINT
    thankful = Cue.PRAISE in evidence or Cue.THANKS in evidence
    if Cue.RESOLVED in evidence and thankful and Cue.IRONY not in evidence:
        still_angry = (Cue.REPETITION, Cue.DISPLEASURE, Cue.DEMAND)
        return Intent.PRAISE if has_none(evidence, still_angry) else Intent.UNSURE
    return Intent.COMPLAINT


def _can_be_placed(words: list[Word], language: str) -> bool:
    if language == "und":
        return len(words) <= _MOST_WORDS_UNPLACED
    return language in LANGUAGES_WITH_LISTS


def _may_mock(text: str, evidence: Evidence) -> bool:
    exasperated = any(marks in text for marks in ("??", "?!", "!?"))
    return exasperated or Cue.IRONY in evidence or Cue.QUOTED in evidence


def _intent_without_trouble(
    text: str, words: list[Word], evidence: Evidence, language: str
) -> Intent:
    at_risk = not has_none(evidence, RISKY)
    if Cue.WHY in evidence or (at_risk and "?" in text):
        return Intent.UNSURE
    if at_risk and Cue.PRAISE not in evidence:
        return Intent.COMPLAINT
    if Cue.LEAD in evidence:
        return Intent.LEAD
    if Cue.QUESTION in evidence or _asks_without_opening(text, words, language):
        return Intent.QUESTION
    return _intent_of_kind_words(words, evidence)


def _asks_without_opening(text: str, words: list[Word], language: str) -> bool:
    return "?" in text and language != "und" and len(words) <= _MOST_WORDS_ASKING


def _intent_of_kind_words(words: list[Word], evidence: Evidence) -> Intent:
    kind = Cue.PRAISE in evidence or Cue.THANKS in evidence
    longest = _MOST_WORDS_ACKNOWLEDGING if kind else _MOST_WORDS_ACKNOWLEDGING_BARELY
    acknowledges = Cue.ACKNOWLEDGEMENT in evidence and len(words) <= longest
    if Cue.OFFTOPIC in evidence or acknowledges:
        return Intent.OTHER
    thanks = kind and (len(words) <= _MOST_WORDS_THANKING or Cue.RESOLVED in evidence)
    return Intent.PRAISE if thanks or Cue.PRAISE in evidence else Intent.UNSURE
