"""What must not stand in an answer that strangers can read, or in any: it goes back to the agent.

A stop is never the last word: rules see words and not what is meant, so an agent can overrule it.
Where nobody can be sure, as with the language of a short text, there is no stop.
"""

import re
from collections.abc import Iterator
from dataclasses import field
from enum import StrEnum

from gehoor.domain.coach_signs import CoachRules, Sign
from gehoor.domain.coach_words import LONGEST_READ, Signs, signs_in
from gehoor.domain.cues import says_something_in
from gehoor.domain.frozen import frozen
from gehoor.domain.judgement import Risk
from gehoor.domain.personal_data import personal_data_in
from gehoor.domain.personal_data_kinds import HARMFUL_IN_PUBLIC, SHOWN, PersonalData
from gehoor.domain.phrases import words_of


class Stop(StrEnum):
    """Why an answer is held back. The names stand in the ledger: never rename one."""

    PERSONAL_DATA = "personal_data"
    ASKED_IN_PUBLIC = "asked_in_public"
    PLACEHOLDER = "placeholder"
    NOT_THEIRS = "not_theirs"
    LINK = "link"
    LANGUAGE = "language"
    LIABILITY = "liability"


WHY: dict[Stop, str] = {
    Stop.PERSONAL_DATA: "everybody could read personal data in it",
    Stop.ASKED_IN_PUBLIC: "it asks for personal data where everybody can read the answer",
    Stop.PLACEHOLDER: "a placeholder in it was not filled in",
    Stop.NOT_THEIRS: "it names what this customer did not, and may be another customer's",
    Stop.LINK: "it links to a domain that is not on the company's list",
    Stop.LANGUAGE: "it seems to be in another language than the customer's",
    Stop.LIABILITY: "it may admit liability where the risk is legal or safety",
}
"""In words without anything of the answer, as they may be logged."""


@frozen
class Held:
    """One stop, with what of the answer it is about, for the agent alone."""

    stop: Stop
    what: str = ""

    @property
    def reason(self) -> str:
        """Why, with the words."""
        return f"{WHY[self.stop]}: {self.what}" if self.what else WHY[self.stop]


@frozen
class Said:
    """What an answer is judged by.

    `heard` is what this customer wrote, as far as it is known, None where it is not; `languages`
    are those the customer may be answered in, none where nobody can tell; `language` is the
    answer's own, "" where that is not sure. `handles` are those that may be named, without @.
    """

    text: str
    is_public: bool
    heard: str | None = None
    language: str = ""
    languages: frozenset[str] = frozenset()
    handles: frozenset[str] = frozenset()
    risks: frozenset[Risk] = frozenset()
    rules: CoachRules = field(default_factory=CoachRules)


_FILLED_IN = (
    r"na+me?|nummer|number|\bn[or]\b|datum|\bdate|tijd|\btime|\bdag|\bday|bedrag|amount|adres|address"
    r"|mail|\blink|\burl|klant|customer|\border|bestel|product|artikel|agent|medewerker|collega"
    r"|invul|\bfill|insert|\byour|\bjouw|\buw\b|\bhier\b|\bhere\b|postcode|plaats|reden|reason"
    r"|aanhef|greeting|winkel|store|filiaal|telefoon|phone|\bxx"
)
"""What stands in a bracket that is to be filled in; other brackets name keys, buttons and parts."""

_OF_WINDOWS = "(?:local)?appdata|te?mp|userprofile|programfiles|programdata|windir|systemroot|path"
_PLACEHOLDER = re.compile(
    r"\{\{[^{}\n]{0,60}\}\}|\{[A-Za-z_][\w .-]{0,40}\}|\$\{[^{}\n]{1,40}\}"
    rf"|%(?!(?i:{_OF_WINDOWS})%)[A-Za-z_]{{2,30}}%|\[ ?\](?!\()"
    rf"|[\[<](?=[\w '/-]{{0,40}}(?i:{_FILLED_IN}))[^\W\d][\w '/-]{{0,38}}[\]>](?!\()"
    r"|(?<![^\W_])X{3,}(?![^\W_])|_{4,}"
)
_WEB = re.compile(
    r"(?<![\w@.])(?:https?://(?:[^\s/?#@]*@)?(?P<host>[^\s/?#:@]+)"
    r"|www\.(?P<bare>[\w-]+(?:\.[\w-]+)+))",
    re.IGNORECASE,
)
_HANDLE = re.compile(r"(?<![\w@./])@([\w-]+(?:\.[\w-]+)*(?:@[\w-]+(?:\.[\w-]+)+)?)")
_AFTER_A_HOST = ".,;!…)]}>\"'*_\u2019\u201d\u00bb"
_CLAUSE = re.compile(r"[^.!?,;\n]+")
_DENIED = re.compile(r"\b(?:niet|nooit|geen|not|never|no need|\w+n['\u2019]t)\b", re.IGNORECASE)
_OF_OURS = (
    r"\b(?:ik|we|wij|i|(?:we|i)['\u2019]ll) (?:[\w'\u2019]+ ){{0,2}}{0}\b|\b{0} (?:ik|we|wij)\b"
)
_NEAR = 120
_PUBLIC_PLACE = re.compile(
    r"(?:winkel|filiaal|filialen|vestiging|servicepunt|afhaalpunt|pakketpunt|balie|kantoor|showroom"
    r"|depot|retouradres|ons adres|halte|station|werkzaamheden|afslag|locatie|store|shop|branch"
    r"|office|pick-?up point|our address|bus stop|roadworks|location)(?:s|en)?\b[^.!?\n]{0,90}$",
    re.IGNORECASE,
)
_ROLES = frozenset(
    (
        *("info", "service", "services", "support", "help", "helpdesk", "contact"),
        *("webcare", "care", "customercare", "customerservice", "klantenservice"),
        *("klantcontact", "sales"),
        *("verkoop", "orders", "bestellingen", "facturen", "invoices", "billing", "press"),
        *("pers", "media", "privacy", "team", "office", "hello", "hallo"),
        *("vragen", "klachten", "complaints", "security", "abuse", "returns", "retour"),
        *("retouren", "social"),
    )
)
"""Whose addresses are the company's and no person's."""

_RISKS = (Risk.LEGAL, Risk.SAFETY)
_NUMBERS = (PersonalData.ORDER_NUMBER, PersonalData.CUSTOMER_NUMBER)
_NEVER_WRITTEN = frozenset((PersonalData.BSN, PersonalData.CARD))
_OWN_DIGITS = 9
"""So many from the end are one phone number, however its country is written."""


def stops_in(said: Said) -> tuple[Held, ...]:
    """Every stop in an answer, each once; never raises."""
    text = said.text[:LONGEST_READ]
    signs = signs_in(text, said.language or _only(said.languages), said.rules.words)
    found = [
        *_placeholders(text),
        *_personal_data(text, said),
        *_asked_in_public(text, signs, said),
        *_not_theirs(text, said),
        *_links(text, said.rules.links),
        *_language(text, said),
        *_liability(signs, said.risks),
    ]
    return tuple({held.stop: held for held in reversed(found)}.values())[::-1]


def foreign_handles(text: str, known: frozenset[str]) -> tuple[str, ...]:
    """Handles in a text that are not among those known, as they are written there.

    A handle without its server is known by its first part.
    """
    short = {handle.partition("@")[0] for handle in known}
    return tuple(
        found.group()
        for found in _HANDLE.finditer(text[:LONGEST_READ])
        if (name := found[1].casefold().rstrip(".")) not in known
        and ("@" in name or name not in short)
    )


def handles_in(text: str) -> frozenset[str]:
    """The handles that a text names, without @."""
    return frozenset(
        found[1].casefold().rstrip(".") for found in _HANDLE.finditer(text[:LONGEST_READ])
    )


def foreign_numbers(text: str, heard: str) -> tuple[str, ...]:
    """Order and customer numbers in a text that the customer did not write."""
    known = _plain(heard)
    return tuple(
        value
        for found in personal_data_in(text[:LONGEST_READ])
        if found.kind in _NUMBERS and _plain(value := text[found.start : found.end]) not in known
    )


def _only(languages: frozenset[str]) -> str:
    return next(iter(languages)) if len(languages) == 1 else ""


def _placeholders(text: str) -> Iterator[Held]:
    found = _PLACEHOLDER.search(text)
    if found:
        yield Held(Stop.PLACEHOLDER, found.group())


def _personal_data(text: str, said: Said) -> Iterator[Held]:
    """What is not the company's own; in private only what is never to be written at all."""
    harmful = HARMFUL_IN_PUBLIC if said.is_public else _NEVER_WRITTEN
    kinds = [
        SHOWN[found.kind]
        for found in personal_data_in(text)
        if found.kind in harmful
        and not _is_own(text[found.start : found.end], said.rules)
        and not (found.kind is PersonalData.ADDRESS and _is_public_place(text[: found.end]))
    ]
    if kinds:
        yield Held(Stop.PERSONAL_DATA, ", ".join(dict.fromkeys(kinds)))


def _is_own(value: str, rules: CoachRules) -> bool:
    name, at, domain = value.casefold().partition("@")
    if at and (name in _ROLES or _is_listed(domain, rules.links)):
        return True
    return any(_same(own, value) for own in rules.own)


def _is_public_place(text: str) -> bool:
    """Whether an address, at the end of a text, is where everybody is told to go."""
    return _PUBLIC_PLACE.search(text[-_NEAR:]) is not None


def _same(own: str, value: str) -> bool:
    own, value = _plain(own), _plain(value)
    if own.isdigit() and value.isdigit():
        return own[-_OWN_DIGITS:] == value[-_OWN_DIGITS:]
    return own == value


def _asked_in_public(text: str, signs: Signs, said: Said) -> Iterator[Held]:
    """Words that ask to be given a personal fact, in an answer that names no private way at all."""
    if said.is_public and Sign.PERSONAL_FACT in signs and Sign.IN_PRIVATE not in signs:
        asked = (_fact_asked(clause, signs) for clause in _CLAUSE.findall(text))
        fact = next(filter(None, asked), "")
        if fact:
            yield Held(Stop.ASKED_IN_PUBLIC, f"“{fact}”")


def _fact_asked(clause: str, signs: Signs) -> str:
    """The fact that a clause asks for, "" where it only speaks of one, or warns of giving it."""
    places = [clause.find(ask) for ask in signs.get(Sign.ASKS_FOR, ()) if not _is_ours(ask, clause)]
    asked_at = min((place for place in places if place >= 0), default=None)
    if asked_at is None or _DENIED.search(clause):
        return ""
    return next((fact for fact in signs[Sign.PERSONAL_FACT] if fact in clause[asked_at:]), "")


def _is_ours(ask: str, clause: str) -> bool:
    """Whether it is the company that sends or shares: "ik stuur het naar je e-mailadres"."""
    pattern = _OF_OURS.format(re.escape(ask))
    return " " not in ask and re.search(pattern, clause, re.IGNORECASE) is not None


def _not_theirs(text: str, said: Said) -> Iterator[Held]:
    if not said.is_public:
        return
    handles = foreign_handles(text, said.handles)
    numbers = () if said.heard is None else foreign_numbers(text, said.heard)
    if handles or numbers:
        yield Held(Stop.NOT_THEIRS, ", ".join([*handles, *numbers]))


def _links(text: str, allowed: frozenset[str]) -> Iterator[Held]:
    found = (host["host"] or host["bare"] for host in _WEB.finditer(text))
    hosts = [host.casefold().rstrip(_AFTER_A_HOST) for host in found]
    strange = [host for host in hosts if not _is_listed(host, allowed)]
    if allowed and strange:
        yield Held(Stop.LINK, ", ".join(dict.fromkeys(strange)))


def _is_listed(host: str, domains: frozenset[str]) -> bool:
    return any(host == domain or host.endswith(f".{domain}") for domain in domains)


def _language(text: str, said: Said) -> Iterator[Held]:
    """Another language than the customer's; menus and titles in one do not make it the answer's."""
    if not said.language or not said.languages or said.language in said.languages:
        return
    words = words_of(text)
    if not any(says_something_in(language, words) for language in said.languages):
        wanted = " or ".join(sorted(said.languages))
        yield Held(Stop.LANGUAGE, f"{said.language} and not {wanted}")


def _liability(signs: Signs, risks: frozenset[Risk]) -> Iterator[Held]:
    risk = next((risk for risk in _RISKS if risk in risks), None)
    words = (*signs.get(Sign.LIABILITY, ()), *signs.get(Sign.RESPONSIBILITY, ()))
    if risk and words:
        yield Held(Stop.LIABILITY, f"“{words[0]}” (risk: {risk})")


def _plain(value: str) -> str:
    return "".join(character for character in value.casefold() if character.isalnum())
