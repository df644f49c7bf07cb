"""Where a mention belongs: its thread, its case, and whether an earlier one comes first."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from gehoor.domain.case import case_id_of
from gehoor.domain.judgement import Judgement
from gehoor.domain.mention import Mention, mention_id_of
from gehoor.domain.network import Thread
from gehoor.domain.record import MentionRecord, MentionState
from gehoor.errors import AuthExpired, ContractBroken, NotAllowed, Permanent, Unavailable
from gehoor.ports import (
    CaseStore,
    Clock,
    Crm,
    Helpdesk,
    IdentityStore,
    Ledger,
    MentionStore,
    Metrics,
    Networks,
)

PATIENCE = timedelta(minutes=2)
TIME_TO_MEND = timedelta(hours=1)
LOOK_AGAIN = timedelta(minutes=10)
"""Seldom enough that the queue's attempts last for TIME_TO_MEND."""

SHORTEST_WAIT = timedelta(seconds=5)
LOOKED_BACK = 10


@dataclass(frozen=True, slots=True)
class DeliverPorts:
    """What delivering needs; no CRM where the company has none."""

    mentions: MentionStore
    identities: IdentityStore
    cases: CaseStore
    ledger: Ledger
    helpdesk: Helpdesk
    networks: Networks
    clock: Clock
    metrics: Metrics
    crm: Crm | None


@dataclass(frozen=True, slots=True)
class Placing:
    """A mention on its way into a ticket."""

    mention: Mention
    judgement: Judgement
    thread: Thread


def thread_of(mention: Mention, seen_at: datetime, ports: DeliverPorts) -> Thread:
    """The thread; when it cannot be read for good, the mention starts one of its own.

    A ticket that stands apart from its thread is better than a complaint nobody sees. But the two
    never come together again, so a credential has TIME_TO_MEND: Unavailable until then.
    """
    if mention.in_reply_to is None:
        return Thread(mention.uri)
    try:
        return ports.networks(mention.source_id).thread(mention)
    except (AuthExpired, NotAllowed) as error:
        now = ports.clock()
        if now - seen_at < TIME_TO_MEND:
            retry_at = min(now + LOOK_AGAIN, seen_at + TIME_TO_MEND)
            message = f"its thread cannot be read yet: {error}"
            raise Unavailable(message, retry_at) from error
    except (Permanent, ContractBroken):
        pass
    return Thread(mention.uri)


def choose_case(record: MentionRecord, placing: Placing, ports: DeliverPorts) -> str:
    """The id of the mention's case, the same at every attempt.

    It is noted before anything is done, because a network that tells another root the next time
    would give a mention two tickets. A mention that answers nothing has its root in itself.
    """
    mention = placing.mention
    if mention.in_reply_to is None:
        return case_id_of(mention, mention.uri)
    chosen = case_id_of(mention, placing.thread.root)
    return record.case_id or ports.mentions.place(record.mention_id, chosen)


def wait_for_earlier(placing: Placing, ports: DeliverPorts) -> None:
    """Unavailable while the mention that this one follows is on its way, for PATIENCE at most.

    Else the follow-up's words would open the ticket. The waits get longer, so that they do not use
    up the attempts a queue grants.
    """
    before = _mention_before(placing, ports)
    if before is None or before.state is not MentionState.PENDING:
        return
    now = ports.clock()
    age = now - before.seen_at
    if age < PATIENCE:
        message = f"mention {before.mention_id}, which comes first, is on its way"
        raise Unavailable(message, now + max(SHORTEST_WAIT, age / 2))


def _mention_before(placing: Placing, ports: DeliverPorts) -> MentionRecord | None:
    """The newest earlier mention of the same author in the thread."""
    mention = placing.mention
    own = (
        post
        for post in reversed(placing.thread.earlier)
        if post.uri and post.author_id == mention.author.native_id
    )
    records = (
        ports.mentions.get(mention_id_of(mention.brand, mention.network, post.uri))
        for post in islice(own, LOOKED_BACK)
    )
    return next((record for record in records if record is not None), None)
