"""Who wrote what a queue hands over at once: asked for, made known and listed together."""

from collections.abc import Sequence
from contextlib import suppress
from functools import partial

from gehoor.domain.customer import Identity
from gehoor.domain.judgement import Judgement
from gehoor.domain.mention import Mention
from gehoor.domain.record import MentionRecord
from gehoor.domain.ticket import Customer
from gehoor.errors import GehoorError
from gehoor.ports.helpdesk import Bulk
from gehoor.usecases.batch import Batch
from gehoor.usecases.customers import new_identity, profile_of
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


def made_known(records: Sequence[MentionRecord], met: Met, batch: Batch) -> Met:
    """The identities of new authors, customers by now, and listed in one call instead of one each.

    Not with a CRM, whose answer belongs to each placing. Whose thread is to be read first waits for
    that, for it may fail. What fails here fails again where its mention is placed, for that alone.
    """
    made = {name: one for name, one in met.items() if one is not None and not one.revision}
    strangers = _strangers(records, met) if batch.ports.crm is None else {}
    with suppress(Exception):
        for name, said in strangers.items() if len(strangers) > 1 else ():
            made[name] = batch.patiently(partial(new_identity, *said, batch.ports.helpdesk))
    with suppress(GehoorError):
        listed = batch.ports.identities.list_many(list(made.values())) if made else ()
        return {identity.name: identity for identity in listed}
    return dict(made)


def _strangers(records: Sequence[MentionRecord], met: Met) -> dict[str, tuple[Mention, Judgement]]:
    """What authors nobody heard of say first, in threads of their own."""
    found: dict[str, tuple[Mention, Judgement]] = {}
    for record in records:
        mention, judgement = record.mention, record.judgement
        if mention is None or judgement is None or mention.in_reply_to is not None:
            continue
        name = mention.author.identity
        if name in met and met[name] is None:
            found.setdefault(name, (mention, judgement))
    return found
