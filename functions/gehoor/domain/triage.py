"""Judge a mention by rules an agent can check: what it is, how urgent, which risk, and why.

The rules are word lists for Dutch and English (`cues`). Words of risk favour recall: a false alarm
costs a glance, a missed one may cost a life. A post nobody can place is handled as a complaint.
"""

from collections.abc import Iterable, Mapping
from functools import cache

from gehoor.domain.cues import MEANING, Cue, is_person, order_book, phrase_book
from gehoor.domain.judgement import Intent, Judgement, Risk, Urgency
from gehoor.domain.phrases import COMMA, SENTENCE_END, Found, PhraseBook, Word, words_of

LONGEST_READ = 10_000
"""Characters read, to bound the cost: more than any network's post, less than some articles."""

Evidence = Mapping[Cue, tuple[str, ...]]
"""The words found for each cue, as the author wrote them."""

_LANGUAGES_WITH_LISTS = ("nl", "en")
_MOST_REASONS = 6
_LONGEST_QUOTE = 60
_MOST_WORDS_UNPLACED = 8
_MOST_WORDS_ACKNOWLEDGING = 14
_MOST_WORDS_ACKNOWLEDGING_BARELY = 4
_MOST_WORDS_THANKING = 8
_MOST_WORDS_ASKING = 20
_OWN = frozenset(("my", "mijn", "mn", "our", "onze", "ons"))
_OWN_SHOP_WINDOW = frozenset(("bio", "profile", "page", "link", "website", "profiel", "pagina"))

_COMPLAINT = (Cue.FAILURE, Cue.REPETITION, Cue.WAITING, Cue.DISPLEASURE, Cue.DEMAND)
_MILD_COMPLAINT = (Cue.OUTAGE, Cue.REFUND, Cue.LEAVING)
_RISK_OF_CUE = {
    Cue.SELF_HARM: Risk.SELF_HARM,
    Cue.THREAT: Risk.THREAT,
    Cue.DANGER: Risk.SAFETY,
    Cue.LEAK: Risk.LEGAL,
    Cue.LEGAL: Risk.LEGAL,
}
_CRITICAL = (Cue.SELF_HARM, Cue.THREAT, Cue.DANGER, Cue.LEAK)
_CUES_OF_INTENT = {
    Intent.COMPLAINT: (*_COMPLAINT, *_MILD_COMPLAINT, Cue.IRONY),
    Intent.UNSURE: (*_COMPLAINT, Cue.IRONY, Cue.WHY, Cue.PRAISE, Cue.THANKS),
    Intent.QUESTION: (Cue.QUESTION, Cue.OUTAGE, Cue.REFUND, Cue.LEAVING, Cue.OFFTOPIC),
    Intent.PRAISE: (Cue.PRAISE, Cue.THANKS, Cue.RESOLVED),
    Intent.NEWS: (Cue.NEWS,),
    Intent.SPAM: (Cue.PHISHING, Cue.SPAM, Cue.LINK),
    Intent.OTHER: (Cue.OFFTOPIC, Cue.ACKNOWLEDGEMENT),
}
_NEGATIONS = frozenset(
    (
        *("niet", "geen", "nooit", "zonder", "nauwelijks", "amper", "niks", "niets"),
        *("no", "not", "never", "without", "hardly", "isnt", "wasnt", "arent", "werent", "dont"),
        *("doesnt", "didnt", "cant", "cannot", "couldnt", "wont", "wouldnt", "hasnt", "havent"),
        *("aint", "barely", "nothing", "neither"),
    )
)
_BETWEEN_NEGATION_AND_WORD = frozenset(
    (
        *("meer", "echt", "heel", "erg", "zo", "bepaald", "altijd", "een", "de", "enkel", "enkele"),
        *("very", "really", "at", "all", "been", "any", "a", "an", "the", "so", "too", "exactly"),
        *("that", "get", "got", "be", "feeling", "feel", "even", "te", "to"),
    )
)
_NEGATED = {
    Cue.PRAISE: Cue.DISPLEASURE,
    Cue.THANKS: Cue.DISPLEASURE,
    Cue.RESOLVED: Cue.FAILURE,
}
_DENIABLE_DANGERS = frozenset(
    (
        *("brand", "vuur", "rook", "vlammen", "gevaar", "gewonden"),
        *("fire", "smoke", "flames", "injuries"),
    )
)


def judge(text: str, language: str) -> Judgement:
    """Return what the text says of itself; never raises.

    `language` is an ISO 639-1 code or `und`. Only the first `LONGEST_READ` characters are read,
    and the reasons say so where there was more.
    """
    words = _without_orders(words_of(text[:LONGEST_READ]))
    evidence = _evidence(text, words, _book(_known(language)))
    intent = _intent(text[:LONGEST_READ], words, evidence, language)
    risk = _risk(evidence, intent)
    urgency = _urgency(evidence, intent, risk)
    reasons = _reasons(evidence, intent, urgency)
    if len(text) > LONGEST_READ:
        reasons += (f"only the first {LONGEST_READ:,} of {len(text):,} characters were read",)
    return Judgement(language, intent, urgency, risk, reasons)


def _without_orders(words: list[Word]) -> list[Word]:
    """Leave out orders to a machine that reads along, so that they cannot change the judgement."""
    ordered: set[int] = set()
    for order in _order_book().find(words):
        ends_sentence = order.after < len(words) and words[order.after].folded == SENTENCE_END
        ordered.update(range(order.first, order.after + ends_sentence))
    return [word for index, word in enumerate(words) if index not in ordered]


def _known(language: str) -> str:
    return language if language in _LANGUAGES_WITH_LISTS else "und"


@cache
def _order_book() -> PhraseBook:
    return order_book()


@cache
def _book(language: str) -> PhraseBook:
    return phrase_book(language)


def _evidence(text: str, words: list[Word], book: PhraseBook) -> Evidence:
    found = list(book.find(words))
    harmless = {
        index for hit in found if hit.name == Cue.HARMLESS for index in range(hit.first, hit.after)
    }
    quotes: dict[Cue, dict[str, None]] = {}
    for hit in found:
        if harmless.isdisjoint(range(hit.first, hit.after)):
            cue = _meant(text, words, hit)
            if cue:
                quotes.setdefault(cue, {})[_quote(text, words, hit)] = None
    return {cue: tuple(said) for cue, said in quotes.items()}


def _meant(text: str, words: list[Word], hit: Found) -> Cue | None:
    """Return what the words found are a cue for in their place, or None for nothing."""
    cue = Cue(hit.name)
    if cue in _NEGATED and _is_negated(hit, words):
        return _NEGATED[cue]
    if cue is Cue.QUESTION and not _opens_question(text, words, hit):
        return None
    if cue in (Cue.FAILURE, Cue.OUTAGE, Cue.DISPLEASURE) and _is_negated(hit, words):
        return None
    denied = cue is Cue.DANGER and words[hit.first].folded in _DENIABLE_DANGERS
    return None if denied and _is_negated(hit, words) else cue


def _opens_question(text: str, words: list[Word], hit: Found) -> bool:
    starts = hit.first == 0 or words[hit.first - 1].folded in (COMMA, SENTENCE_END)
    one_word = hit.after - hit.first == 1
    return (starts and "?" in text) if one_word else (starts or "?" in text)


def _is_negated(hit: Found, words: list[Word]) -> bool:
    before = [word.folded for word in words[max(0, hit.first - 2) : hit.first]]
    if not before or before[-1] in (COMMA, SENTENCE_END):
        return False
    if before[-1] in _NEGATIONS:
        return True
    return before[0] in _NEGATIONS and before[-1] in _BETWEEN_NEGATION_AND_WORD


def _quote(text: str, words: list[Word], hit: Found) -> str:
    quote = " ".join(text[words[hit.first].start : words[hit.after - 1].end].split())
    return quote if len(quote) <= _LONGEST_QUOTE else quote[: _LONGEST_QUOTE - 1] + "…"


def _intent(text: str, words: list[Word], evidence: Evidence, language: str) -> Intent:
    if _is_spam(words, evidence):
        return Intent.SPAM
    if _is_news(words, evidence):
        return Intent.NEWS
    if any(cue in evidence for cue in (*_COMPLAINT, *_MILD_COMPLAINT)):
        return _intent_of_trouble(evidence)
    if not _can_be_placed(words, language) or Cue.IRONY in evidence or _is_exasperated(text):
        return Intent.UNSURE
    return _intent_without_trouble(text, words, evidence, language)


def _is_spam(words: list[Word], evidence: Evidence) -> bool:
    weights = {Cue.SPAM: 1, Cue.LINK: 1, Cue.PHISHING: 2}
    signs = sum(weight * len(evidence.get(cue, ())) for cue, weight in weights.items())
    troubles = (Cue.REPETITION, Cue.WAITING, Cue.DISPLEASURE, Cue.QUESTION)
    doubtful = _tells_own_story(words) or not _has_none(evidence, troubles)
    return signs >= (5 if doubtful else 2) and Cue.DANGER not in evidence


def _tells_own_story(words: list[Word]) -> bool:
    following = (word.folded for word in words[1:])
    return any(
        word.folded in _OWN and after not in _OWN_SHOP_WINDOW
        for word, after in zip(words, following, strict=False)
    )


def _is_news(words: list[Word], evidence: Evidence) -> bool:
    if Cue.NEWS not in evidence or any(is_person(word.folded) for word in words):
        return False
    spoken = (Cue.IRONY, Cue.DEMAND, Cue.WAITING, Cue.REPETITION, Cue.QUESTION)
    troubled = Cue.FAILURE in evidence or Cue.DISPLEASURE in evidence
    return _has_none(evidence, spoken) and len(evidence[Cue.NEWS]) >= (2 if troubled else 1)


def _intent_of_trouble(evidence: Evidence) -> Intent:
    if _has_none(evidence, _COMPLAINT):
        return Intent.QUESTION if Cue.QUESTION in evidence else Intent.COMPLAINT
    thankful = Cue.PRAISE in evidence or Cue.THANKS in evidence
    if Cue.RESOLVED in evidence and thankful and Cue.IRONY not in evidence:
        still_angry = (Cue.REPETITION, Cue.DISPLEASURE, Cue.DEMAND)
        return Intent.PRAISE if _has_none(evidence, still_angry) else Intent.UNSURE
    return Intent.COMPLAINT


def _can_be_placed(words: list[Word], language: str) -> bool:
    if language == "und":
        return len(words) <= _MOST_WORDS_UNPLACED
    return language in _LANGUAGES_WITH_LISTS


def _is_exasperated(text: str) -> bool:
    return any(marks in text for marks in ("??", "?!", "!?"))


def _intent_without_trouble(
    text: str, words: list[Word], evidence: Evidence, language: str
) -> Intent:
    at_risk = not _has_none(evidence, _RISK_OF_CUE)
    if Cue.WHY in evidence or (at_risk and "?" in text):
        return Intent.UNSURE
    if at_risk and Cue.PRAISE not in evidence:
        return Intent.COMPLAINT
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


def _has_none(evidence: Evidence, cues: Iterable[Cue]) -> bool:
    return all(cue not in evidence for cue in cues)


def _risk(evidence: Evidence, intent: Intent) -> Risk | None:
    if Cue.PHISHING in evidence and (intent is Intent.SPAM or Cue.LINK in evidence):
        return Risk.LEGAL
    return next((risk for cue, risk in _RISK_OF_CUE.items() if cue in evidence), None)


def _urgency(evidence: Evidence, intent: Intent, risk: Risk | None) -> Urgency:
    if any(cue in evidence for cue in _CRITICAL):
        return Urgency.CRITICAL
    troubled = intent in (Intent.COMPLAINT, Intent.UNSURE)
    if risk or (troubled and (Cue.HARDSHIP in evidence or Cue.DEADLINE in evidence)):
        return Urgency.HIGH
    if troubled or (intent is Intent.QUESTION and Cue.OFFTOPIC not in evidence):
        return Urgency.NORMAL
    return Urgency.LOW


def _reasons(evidence: Evidence, intent: Intent, urgency: Urgency) -> tuple[str, ...]:
    cues = [cue for cue in _telling_cues(intent, urgency) if cue in evidence]
    reasons = [f'says "{evidence[cue][0]}": {MEANING[cue]}' for cue in cues][:_MOST_REASONS]
    if intent is Intent.COMPLAINT and Cue.PRAISE in evidence:
        reasons.append("praise beside a failure: read as irony")
    if intent is Intent.UNSURE:
        reasons.append("the words do not say what it is: handled as a complaint")
    return tuple(reasons or ["has a question mark"])


def _telling_cues(intent: Intent, urgency: Urgency) -> tuple[Cue, ...]:
    pressing = (Cue.HARDSHIP, Cue.DEADLINE) if urgency is Urgency.HIGH else ()
    return (*_RISK_OF_CUE, *_CUES_OF_INTENT[intent], *pressing)
