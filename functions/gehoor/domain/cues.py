"""The cues triage looks for, what each means, and the phrase books made of them."""

from collections.abc import Iterable, Mapping
from enum import StrEnum

from gehoor.domain.cues_elsewhere import ELSEWHERE
from gehoor.domain.cues_en import EN
from gehoor.domain.cues_nl import NL
from gehoor.domain.phrases import PhraseBook


class Cue(StrEnum):
    """What a phrase is a sign of. `HARMLESS` takes its words away from every other cue."""

    HARMLESS = "harmless"
    FAILURE = "failure"
    OUTAGE = "outage"
    DISPLEASURE = "displeasure"
    REPETITION = "repetition"
    WAITING = "waiting"
    REFUND = "refund"
    DEMAND = "demand"
    LEAVING = "leaving"
    IRONY = "irony"
    RESOLVED = "resolved"
    PRAISE = "praise"
    THANKS = "thanks"
    ACKNOWLEDGEMENT = "acknowledgement"
    QUESTION = "question"
    WHY = "why"
    NEWS = "news"
    SPAM = "spam"
    PHISHING = "phishing"
    DANGER = "danger"
    LEGAL = "legal"
    LEAK = "leak"
    SELF_HARM = "self_harm"
    THREAT = "threat"
    HARDSHIP = "hardship"
    DEADLINE = "deadline"
    OFFTOPIC = "offtopic"


MEANING: Mapping[Cue, str] = {
    Cue.FAILURE: "something failed",
    Cue.OUTAGE: "a service may be down",
    Cue.DISPLEASURE: "displeasure",
    Cue.REPETITION: "repeated problem",
    Cue.WAITING: "waiting",
    Cue.REFUND: "money back",
    Cue.DEMAND: "asks for action",
    Cue.LEAVING: "wants to leave",
    Cue.IRONY: "praise that may be irony",
    Cue.RESOLVED: "was solved",
    Cue.PRAISE: "praise",
    Cue.THANKS: "thanks or a kind word",
    Cue.ACKNOWLEDGEMENT: "agrees or waits",
    Cue.QUESTION: "a question",
    Cue.WHY: "asks why",
    Cue.NEWS: "news wording",
    Cue.SPAM: "wording of spam",
    Cue.PHISHING: "wording of phishing",
    Cue.DANGER: "danger to people",
    Cue.LEGAL: "legal matter",
    Cue.LEAK: "other people's data",
    Cue.SELF_HARM: "the author may be in danger",
    Cue.THREAT: "may be a threat",
    Cue.HARDSHIP: "hits hard",
    Cue.DEADLINE: "cannot wait",
    Cue.OFFTOPIC: "not about service",
}

_PERSONS = """
    ik, mij, me, mijn, mn, m, wij, we, ons, onze, jullie, je, jij, u, uw, jouw,
    i, im, ive, ill, id, my, mine, us, our, ours, you, your, youre, youve, yours, yall"""
_RISKS = (Cue.DANGER, Cue.LEGAL, Cue.LEAK, Cue.SELF_HARM, Cue.THREAT)
_ONLY_DUTCH = frozenset(("brand", "rook", "gif", "klem", "vals*"))
"""Words of risk in Dutch that mean something else in English."""


def phrase_book(language: str) -> PhraseBook:
    """Return the cues for a language: its own, and the words of risk of all languages.

    A language without cues of its own, such as `und`, gets those of all, because a post that
    could not be placed may be in any of them.
    """
    if language == "nl":
        return PhraseBook(_joined(_listed(NL), _risks(EN), _risks(ELSEWHERE)))
    if language == "en":
        return PhraseBook(
            _joined(_listed(EN), _without_dutch(_risks(NL)), _without_dutch(_risks(ELSEWHERE)))
        )
    return PhraseBook(_joined(_listed(NL), _listed(EN), _risks(ELSEWHERE)))


def is_person(folded: str) -> bool:
    """Say whether a folded word speaks of the author or to the company."""
    return folded in _PERSON_WORDS


def _listed(phrases: Mapping[str, str]) -> dict[str, list[str]]:
    return {
        name: [" ".join(phrase.split()) for phrase in listed.split(",")]
        for name, listed in phrases.items()
    }


def _risks(phrases: Mapping[str, str]) -> dict[str, list[str]]:
    return {name: listed for name, listed in _listed(phrases).items() if name in _RISKS}


def _without_dutch(phrases: Mapping[str, list[str]]) -> dict[str, list[str]]:
    return {
        name: [phrase for phrase in listed if phrase not in _ONLY_DUTCH]
        for name, listed in phrases.items()
    }


def _joined(*parts: Mapping[str, list[str]]) -> dict[str, Iterable[str]]:
    names = {name: None for part in parts for name in part}
    return {
        name: {phrase: None for part in parts for phrase in part.get(name, ())} for name in names
    }


_PERSON_WORDS = frozenset(word.strip() for word in _PERSONS.split(","))
