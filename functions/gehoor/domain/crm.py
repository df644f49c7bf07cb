"""What a CRM tells of a customer, and what may be used to find somebody in it."""

from dataclasses import replace

from gehoor.domain.contact import NO_CONTACT, VerifiedContact
from gehoor.domain.frozen import frozen
from gehoor.domain.ticket import CustomerProfile

CONFIRMED_LINKS_ONLY = frozenset({"x"})
"""Networks on which nobody may be looked up by what they call themselves.

X's developer policy (Off-X matching) allows to link a handle to a customer record only with the
person's consent, or on what they gave directly. The stable id in a CRM is such a confirmed link.
"""


@frozen
class CrmFact:
    """One thing a CRM knows, under the label an agent reads; both short and cleaned."""

    label: str
    value: str


@frozen
class CrmFacts:
    """What a CRM knows of a customer; `link` leads to the record there, "" without one.

    `contact` is what the customer proved there to be theirs, when they linked this very identity to
    their account themselves.
    """

    facts: tuple[CrmFact, ...]
    link: str = ""
    contact: VerifiedContact = NO_CONTACT


@frozen
class CrmSilence:
    """Why a CRM that was asked tells nothing: a sentence for agents."""

    why: str


CrmAnswer = CrmFacts | CrmSilence | None
"""What came of asking a CRM; None where none is configured, or none was asked."""


def contact_in(answer: CrmAnswer) -> VerifiedContact:
    """The verified contact in an answer."""
    return answer.contact if isinstance(answer, CrmFacts) else NO_CONTACT


def for_lookup(profile: CustomerProfile) -> CustomerProfile:
    """The profile without what may not be used to find its author elsewhere."""
    if profile.author.network not in CONFIRMED_LINKS_ONLY:
        return profile
    author = replace(profile.author, handle="", display_name="", profile_url="")
    return replace(profile, author=author)
