"""Who wrote what a queue hands over at once, asked for together."""

from collections.abc import Sequence
from contextlib import suppress

from gehoor.domain.customer import Identity
from gehoor.domain.record import MentionRecord
from gehoor.domain.ticket import Customer
from gehoor.errors import GehoorError
from gehoor.ports.helpdesk import Bulk
from gehoor.usecases.customers import profile_of
from gehoor.usecases.deliver_ports import DeliverPorts
from gehoor.usecases.placing import Met

WORTH_A_BULK = 10
"""From so many on a bulk saves calls; below, single calls are sooner done."""


def met_before(records: Sequence[MentionRecord], ports: DeliverPorts) -> Met:
    """The authors' identities from one call; without it each is read by itself."""
    names = {record.mention.author.identity for record in records if record.mention}
    with suppress(GehoorError):
        return dict(ports.identities.get_many(sorted(names)))
    return {}


def recognised(strangers: Sequence[MentionRecord], bulk: Bulk) -> dict[str, Identity]:
    """Identities of authors the helpdesk knows though gehoor does not, asked for in one call."""
    if len(strangers) < WORTH_A_BULK:
        return {}
    profiles = [
        profile_of(record.mention, record.judgement)
        for record in strangers
        if record.mention is not None and record.judgement is not None
    ]
    known = bulk.known_customers([profile.external_id for profile in profiles])
    return {
        profile.author.identity: _identity(profile.author.identity, known[profile.external_id])
        for profile in profiles
        if profile.external_id in known
    }


def _identity(name: str, customer: Customer) -> Identity:
    return Identity(name, customer.customer_id, customer.since)
