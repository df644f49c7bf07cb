"""Where a mention belongs: its thread, its author and its case, after what comes before it.

The case is noted with the identity before the helpdesk is told anything, so that every attempt
comes to the same one.
"""

from datetime import datetime, timedelta
from itertools import islice

from gehoor.domain.case import case_id_of
from gehoor.domain.crm import CrmAnswer, contact_in
from gehoor.domain.customer import HeardThread, Identity
from gehoor.domain.frozen import frozen
from gehoor.domain.judgement import Judgement
from gehoor.domain.mention import Mention, mention_id_of
from gehoor.domain.network import Thread
from gehoor.domain.record import MentionRecord, MentionState
from gehoor.errors import (
    AuthExpired,
    ContractBroken,
    NotAllowed,
    Permanent,
    QuotaSpent,
    RateLimited,
    Unavailable,
)
from gehoor.usecases.crm_look import look_in_crm
from gehoor.usecases.customers import new_identity, profile_of
from gehoor.usecases.deliver_ports import DeliverPorts

PATIENCE = timedelta(minutes=2)
TIME_TO_MEND = timedelta(hours=1)
LOOK_AGAIN = timedelta(minutes=10)
"""Seldom enough that the queue's attempts last for TIME_TO_MEND."""

SHORTEST_WAIT = timedelta(seconds=5)
LOOKED_BACK = 10
MOST_RACES = 5
PRECISION = timedelta(hours=1)
"""How exactly the identity knows when its author was last heard: each note is a write."""


Met = dict[str, Identity | None]
"""Identities as they were read just now, None for each nobody heard of. Whoever uses one takes it
out: it is old by then."""


@frozen
class Placing:
    """A mention on its way into a ticket. `thread_case_id` is the case its thread would open.

    `crm` is what the CRM told where it was asked already, because nobody knew the author. `edit` is
    when the words that come to the ticket were written, None for those of the post as it was first,
    and where an earlier attempt may have brought older ones.
    """

    record_id: str
    mention: Mention
    judgement: Judgement
    thread: Thread
    identity: Identity
    thread_case_id: str
    case_id: str
    seen_at: datetime
    crm: CrmAnswer = None
    edit: datetime | None = None

    @property
    def is_reply(self) -> bool:
        """Whether the case may be there already."""
        return self.mention.in_reply_to is not None or self.case_id != self.thread_case_id


def place(
    record: MentionRecord,
    mention: Mention,
    judgement: Judgement,
    ports: DeliverPorts,
    met: Met,
) -> Placing:
    """Where the mention belongs, noted with its author's identity.

    Unavailable while the mention that this one follows is on its way, or while the network may
    still tell the thread.
    """
    thread = thread_of(mention, record.seen_at, ports)
    thread_case_id = _thread_case_id(record, mention, thread, ports)
    wait_for_earlier(mention, thread, ports)
    crm: CrmAnswer = None
    name = mention.author.identity
    for _ in range(MOST_RACES):
        identity = met.pop(name) if name in met else ports.identities.get(name)
        if identity is None:
            crm = look_in_crm(profile_of(mention, judgement), ports.crm, ports.metrics)
            identity = new_identity(mention, judgement, ports.helpdesk, contact_in(crm))
        case_id = _choose_case(identity, thread_case_id, mention, ports)
        heard = having_heard(identity, thread_case_id, case_id, mention)
        is_noted = heard is identity and identity.revision
        noted = identity if is_noted else ports.identities.put(heard)
        if noted is not None:
            return Placing(
                record.mention_id,
                mention,
                judgement,
                thread,
                noted,
                thread_case_id,
                case_id,
                record.seen_at,
                crm,
            )
    message = f"identity of mention {mention.mention_id} is being stored by other workers"
    raise Unavailable(message)


def moved_on(placing: Placing, case_id: str, ports: DeliverPorts) -> None:
    """Note that the thread goes on in another case, because its ticket takes no more."""
    for _ in range(MOST_RACES):
        identity = ports.identities.get(placing.identity.name) or placing.identity
        heard = having_heard(identity, placing.thread_case_id, case_id, placing.mention)
        if heard is identity or ports.identities.put(heard):
            return
    message = f"identity of mention {placing.mention.mention_id} is being stored by other workers"
    raise Unavailable(message)


def thread_of(mention: Mention, seen_at: datetime, ports: DeliverPorts) -> Thread:
    """The thread; when it cannot be read for good, the mention starts one of its own.

    A ticket that stands apart from its thread is better than a complaint nobody sees. But the two
    never come together again, so a credential, and a quota or the money, has TIME_TO_MEND:
    Unavailable until then. So is a network whose limit is spent: RateLimited is the helpdesk's
    alone, for which a batch waits.
    """
    if mention.in_reply_to is None:
        return Thread(mention.uri)
    try:
        return ports.networks(mention.source_id).thread(mention)
    except (AuthExpired, NotAllowed, QuotaSpent) as error:
        now = ports.clock()
        if now - seen_at < TIME_TO_MEND:
            retry_at = min(now + LOOK_AGAIN, seen_at + TIME_TO_MEND)
            message = f"its thread cannot be read yet: {error}"
            raise Unavailable(message, retry_at) from error
    except RateLimited as error:
        message = f"its thread cannot be read yet: {error}"
        raise Unavailable(message, error.retry_at) from error
    except (Permanent, ContractBroken):
        pass
    return Thread(mention.uri)


def _thread_case_id(
    record: MentionRecord, mention: Mention, thread: Thread, ports: DeliverPorts
) -> str:
    """The case of the mention's own thread, the same at every attempt.

    It is noted, because a network that tells another root the next time would give a mention two
    tickets. A mention that answers nothing has its root in itself.
    """
    if mention.in_reply_to is None:
        return case_id_of(mention, mention.uri)
    chosen = case_id_of(mention, thread.root)
    return record.case_id or ports.mentions.place(record.mention_id, chosen)


def _choose_case(
    identity: Identity, thread_case_id: str, mention: Mention, ports: DeliverPorts
) -> str:
    """The case noted for the thread, else the author's open one, else a case of its own."""
    noted = identity.case_of(thread_case_id)
    if noted is not None:
        return noted
    since = mention.posted_at - ports.join_within
    recent = identity.recent_thread(mention.brand, mention.visibility, since)
    if recent is None or not ports.join_within:
        return thread_case_id
    case = ports.cases.get(recent.case_id)
    return recent.case_id if case is None or case.is_open else thread_case_id


def having_heard(
    identity: Identity, thread_case_id: str, case_id: str, mention: Mention
) -> Identity:
    """The author, once heard in the mention's thread, which is brought into that case."""
    thread = HeardThread(
        thread_case_id, case_id, mention.brand, mention.posted_at, mention.visibility
    )
    return identity.having_heard(thread, PRECISION)


def wait_for_earlier(mention: Mention, thread: Thread, ports: DeliverPorts) -> None:
    """Unavailable while the mention that this one follows is on its way, for PATIENCE at most.

    Else the follow-up's words would open the ticket. The waits get longer, so that they do not use
    up the attempts a queue grants.
    """
    before = _mention_before(mention, thread, ports)
    if before is None or before.state is not MentionState.PENDING:
        return
    now = ports.clock()
    age = now - before.seen_at
    if age < PATIENCE:
        message = f"mention {before.mention_id}, which comes first, is on its way"
        raise Unavailable(message, now + max(SHORTEST_WAIT, age / 2))


def _mention_before(mention: Mention, thread: Thread, ports: DeliverPorts) -> MentionRecord | None:
    """The newest earlier mention of the same author in the thread."""
    own = (
        post
        for post in reversed(thread.earlier)
        if post.uri and post.author_id == mention.author.native_id
    )
    records = (
        ports.mentions.get(mention_id_of(mention.brand, mention.network, post.uri))
        for post in islice(own, LOOKED_BACK)
    )
    return next((record for record in records if record is not None), None)
