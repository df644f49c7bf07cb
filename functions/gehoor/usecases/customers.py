"""Who an author is to the helpdesk: made when new, kept up to date, followed when merged."""

from dataclasses import replace

from gehoor.domain.customer import Identity
from gehoor.domain.judgement import Judgement
from gehoor.domain.mention import Mention
from gehoor.domain.ticket import CustomerProfile
from gehoor.errors import GehoorError, Gone
from gehoor.ports import CaseStore, Helpdesk
from gehoor.usecases.deliver_ports import DeliverPorts


def profile_of(
    mention: Mention, judgement: Judgement, identity: Identity | None = None
) -> CustomerProfile:
    """What the mention tells about its author; the last contact never goes back in time."""
    heard = [thread.heard_at for thread in identity.threads] if identity else []
    last_contact = max([mention.posted_at, *heard]).date()
    return CustomerProfile(mention.author, judgement.language, last_contact)


def new_identity(mention: Mention, judgement: Judgement, helpdesk: Helpdesk) -> Identity:
    """The identity of an author nobody linked yet: a customer found by its id, or made."""
    profile = profile_of(mention, judgement)
    customer = helpdesk.upsert_customer(profile)
    name = mention.author.identity
    return Identity(name, customer.customer_id, customer.since, profile.fingerprint)


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
        if ports.identities.put(renewed):
            return replace(renewed, revision=renewed.revision + 1)
    return None


def tell_profile(
    identity: Identity, mention: Mention, judgement: Judgement, ports: DeliverPorts
) -> None:
    """Bring name, handle, profile link, language and last contact up to date, once for each change.

    It never stands in a mention's way: what fails is told at the next contact.
    """
    profile = profile_of(mention, judgement, identity)
    if identity.told == profile.fingerprint:
        return
    try:
        named = not identity.confirmed
        ports.helpdesk.update_customer(identity.customer_id, profile, named)
        ports.identities.put(replace(identity, told=profile.fingerprint))
    except GehoorError:
        ports.metrics.count("ProfilesNotTold")


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
