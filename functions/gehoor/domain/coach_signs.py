"""What the coach looks for in an agent's answer, and what a company may say about it.

The words stand in `coach_nl` and `coach_en`; they are loaded with the first answer that is read.
"""

from enum import StrEnum

from gehoor.domain.frozen import frozen


class Sign(StrEnum):
    """What a phrase of an answer, or of a customer's post, is a sign of."""

    REGRET = "regret"
    RESPONSIBILITY = "responsibility"
    EXPLANATION = "explanation"
    ACT = "act"
    OFFER = "offer"
    NON_APOLOGY = "non_apology"
    BETTERMENT = "betterment"
    LIABILITY = "liability"
    ACKNOWLEDGEMENT = "acknowledgement"
    EMPATHY = "empathy"
    INVITATION = "invitation"
    WELL_WISHING = "well_wishing"
    BLAME = "blame"
    REFERRAL = "referral"
    INFORMAL = "informal"
    ASKS_FOR = "asks_for"
    PERSONAL_FACT = "personal_fact"
    IN_PRIVATE = "in_private"
    FAULT = "fault"
    WISH = "wish"
    CALL = "call"


Words = tuple[tuple[str, Sign, tuple[str, ...]], ...]
"""Phrases of a company's own: their language (`nl` or `en`), the sign, the phrases."""


@frozen
class CoachRules:
    """What a company says about its answers.

    `links` are the domains that an answer may link to, any where none is named. `own` are the
    addresses, phone numbers and handles that may stand in an answer; `words` adds to the lists.
    """

    links: frozenset[str] = frozenset()
    own: frozenset[str] = frozenset()
    words: Words = ()


@frozen
class Calling:
    """Where customers can call, and when, as agents are to tell them."""

    phone: str
    hours: str = ""
