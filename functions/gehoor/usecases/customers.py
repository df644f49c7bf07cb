"""Who an author is to the helpdesk: made when new, kept up to date, followed when merged."""

from dataclasses import replace
from typing import Any

from gehoor.domain.contact import NO_CONTACT, VerifiedContact
from gehoor.domain.customer import Doubt, Identity
from gehoor.domain.judgement import Judgement
from gehoor.domain.mention import Mention
from gehoor.domain.ticket import CustomerProfile
from gehoor.errors import GehoorError, Gone, NotAllowed, Rejected
from gehoor.ports.helpdesk import Helpdesk
from gehoor.ports.stores import CaseStore
from gehoor.usecases.deliver_ports import DeliverPorts

MOST_RACES = 5


def profile_of(
    mention: Mention, judgement: Judgement, identity: Identity | None = None
) -> CustomerProfile:
    """What the mention tells about its author; the last contact never goes back in time."""
    heard = [thread.heard_at for thread in identity.threads] if identity else []
    last_contact = max([mention.posted_at, *heard]).date()
    known_handle = identity.handle if identity else ""
    return CustomerProfile(mention.author, judgement.language, last_contact, known_handle)


def new_identity(
    mention: Mention,
    judgement: Judgement,
    helpdesk: Helpdesk,
    contact: VerifiedContact = NO_CONTACT,
) -> Identity:
    """The identity of an author nobody linked yet: of the customer with the verified contact.

    Without one it is a customer found by the identity's own id, or made. What somebody of the
    company has, or more than one customer, links nobody.
    """
    try:
        known = helpdesk.find_customer(contact) if contact else None
    except (Rejected, NotAllowed):
        made = _made_identity(mention, judgement, helpdesk, NO_CONTACT)
        return replace(made, contact=contact.fingerprint, doubts=(*made.doubts, Doubt.UNLINKED))
    if known is None:
        return _made_identity(mention, judgement, helpdesk, contact)
    return Identity(
        mention.author.identity,
        known.customer_id,
        known.since,
        confirmed=True,
        contact=contact.fingerprint,
    )


def _made_identity(
    mention: Mention, judgement: Judgement, helpdesk: Helpdesk, contact: VerifiedContact
) -> Identity:
    """The identity of its own customer, who may turn out to be another one of the helpdesk."""
    profile = profile_of(mention, judgement)
    customer = helpdesk.upsert_customer(profile, contact)
    return Identity(
        mention.author.identity,
        customer.customer_id,
        customer.since,
        profile.fingerprint,
        handle=mention.author.handle,
        contact=contact.fingerprint if contact else "",
        doubts=(Doubt.DUPLICATE,) if customer.may_be_another else (),
    )


def given_contact(identity: Identity, contact: VerifiedContact, ports: DeliverPorts) -> Identity:
    """The identity once its customer has the verified contact, or a doubt where another one has it.

    A customer whom an agent chose is left as the company has them. It never stands in a note's way:
    what fails is done at the next note.
    """
    if not contact or identity.confirmed or identity.contact == contact.fingerprint:
        return identity
    try:
        is_given = ports.helpdesk.add_contact(identity.customer_id, contact)
    except GehoorError:
        ports.metrics.count("ProfilesNotTold")
        return identity
    doubts = () if is_given else (Doubt.DUPLICATE,)
    return _noted(identity, ports, contact=contact.fingerprint, doubts=doubts)


def renewed_identity(
    identity: Identity, mention: Mention, judgement: Judgement, ports: DeliverPorts
) -> Identity | None:
    """The identity with a living customer; None when its customer lives, or others renew it too.

    A customer who was merged lives on in whom the helpdesk moved the tickets to, whether or not
    its webhook told so; a customer who was removed is made anew.
    """
    try:
        ports.helpdesk.history(identity.customer_id)
    except Gone:
        heir = heir_of(identity, ports.cases, ports.helpdesk)
        if heir is not None:
            renewed = identity.linked_to(heir)
        else:
            made = new_identity(mention, judgement, ports.helpdesk)
            renewed = replace(made, threads=identity.threads, revision=identity.revision)
        return ports.identities.put(renewed)
    return None


def tell_profile(
    identity: Identity, mention: Mention, judgement: Judgement, ports: DeliverPorts
) -> None:
    """Bring name, handle, profile link, language and last contact up to date, once for each change.

    It never stands in a mention's way: what fails, and an author without names, is told at the next
    contact.
    """
    profile = profile_of(mention, judgement, identity)
    if not mention.author.named or identity.told == profile.fingerprint:
        return
    try:
        named = not identity.confirmed
        ports.helpdesk.update_customer(identity.customer_id, profile, named)
        _noted(identity, ports, told=profile.fingerprint, handle=mention.author.handle)
    except GehoorError:
        ports.metrics.count("ProfilesNotTold")


def _noted(identity: Identity, ports: DeliverPorts, **changes: Any) -> Identity:
    """The identity with what was done for its customer, noted unless it has another one by now."""
    current: Identity | None = identity
    for _ in range(MOST_RACES):
        if not (current and current.revision and current.customer_id == identity.customer_id):
            break
        changed = replace(current, **changes)
        stored = ports.identities.put(changed)
        if stored is not None:
            return stored
        current = ports.identities.get(identity.name)
    return replace(identity, **changes)


def heir_of(identity: Identity, cases: CaseStore, helpdesk: Helpdesk) -> str | None:
    """Who has the newest ticket of the identity now, None when that is still the same customer."""
    for thread in identity.threads:
        case = cases.get(thread.case_id)
        if case is None:
            continue
        try:
            requester_id = helpdesk.read_ticket(case.own_ticket_id).requester_id
        except Gone:
            continue
        return requester_id if requester_id != identity.customer_id else None
    return None
