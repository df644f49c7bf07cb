"""Looking at what became of posts on their networks: edited, gone, or as they were.

A post is held gone only when its network said so at two looks, SECOND_LOOK apart: servers that are
being restored, or answer from an old copy, say such things for a while. Whatever else a network
answers says nothing about the post. Then gehoor erases its own copy, and the ticket gets a note.
Where a network's terms let nobody keep words that were not read again in time, gehoor erases those
too, and tells nobody: nothing is known of the post.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from gehoor.domain.brand import Brand
from gehoor.domain.frozen import frozen
from gehoor.domain.mention import Mention
from gehoor.domain.network import Found
from gehoor.domain.record import MentionRecord, MentionState
from gehoor.domain.refresh import AHEAD, LAST_MOMENT, time_left
from gehoor.errors import ContractBroken, GehoorError, Gone, Transient, Unavailable
from gehoor.ports.network import RECHECKED_AT_ONCE, Network
from gehoor.usecases.alerting import watch
from gehoor.usecases.batch import Batch
from gehoor.usecases.deliver_ports import DeliverPorts
from gehoor.usecases.gone import tell_gone
from gehoor.usecases.intake import IntakePorts, as_kept, take_in_found

SECOND_LOOK = timedelta(hours=1)
LOOK_AGAIN = timedelta(hours=1)
"""How long a look waits for a network that fails, or a mention that is on its way: a queue's
attempts then last for days."""


@frozen
class RecheckPorts:
    """What looking needs; `brands` tells whose a source is.

    `refresh_within` are networks whose words are to be read again, or erased, within that time.
    """

    deliver: DeliverPorts
    intake: IntakePorts
    brands: Callable[[str], Brand]
    refresh_within: Mapping[str, timedelta]


def recheck_posts(
    mention_ids: Iterable[str], ports: RecheckPorts, deadline: datetime
) -> Mapping[str, Exception]:
    """Look at posts, those of one source together; returns those to look at again, with why.

    What is known to be gone is brought to its end instead.
    """
    batch = Batch(ports.deliver, deadline)
    by_source: dict[str, dict[str, MentionRecord]] = defaultdict(dict)
    for name in mention_ids:
        with batch.asking(name):
            batch.check_time()
            record = _stored(name, ports)
            if record is not None and record.deleted_at is not None:
                _settle(record, ports.deliver)
            elif record is not None and record.mention is not None:
                by_source[record.source_id][record.mention.native_id] = record
    for source_id, records in by_source.items():
        told = _told_of_all(source_id, records, batch)
        for native_id, record in records.items():
            with batch.asking(record.mention_id):
                if native_id in told:
                    _follow(record, told[native_id], ports)
                else:
                    _end_in_time(record, ports, batch)
    return batch.failures


def _stored(mention_id: str, ports: RecheckPorts) -> MentionRecord | None:
    try:
        return ports.deliver.mentions.get(mention_id)
    except ContractBroken:
        return None


def _told_of_all(
    source_id: str, records: Mapping[str, MentionRecord], batch: Batch
) -> Mapping[str, Found | None]:
    """What the network tells of posts by native id; once it fails, it is not asked for the rest."""
    told: dict[str, Found | None] = {}
    left = list(records)
    while left:
        with batch.keeping(*(records[native_id].mention_id for native_id in left)):
            batch.check_time()
            told.update(_told(source_id, left[:RECHECKED_AT_ONCE], batch.ports))
            del left[:RECHECKED_AT_ONCE]
            continue
        break
    return told


def _told(
    source_id: str, native_ids: Sequence[str], ports: DeliverPorts
) -> Mapping[str, Found | None]:
    """What the network tells; nothing when the source left the configuration.

    Unavailable for whatever goes wrong: a dead token says nothing about a post, nor does an answer
    that something else is gone.
    """
    try:
        network = _connection(source_id, ports)
        return network.recheck(native_ids) if network else {}
    except GehoorError as error:
        now = ports.clock()
        retry_at = error.retry_at if isinstance(error, Transient) else None
        message = f"source {source_id} cannot tell what became of posts: {error}"
        raise Unavailable(message, max(retry_at or now, now + LOOK_AGAIN)) from error


def _connection(source_id: str, ports: DeliverPorts) -> Network | None:
    try:
        return ports.networks(source_id)
    except Gone:
        return None


def _follow(record: MentionRecord, found: Found | None, ports: RecheckPorts) -> None:
    """Act on what the network told of one post; its reach goes to those who watch it alone."""
    if found is None:
        _note_missing(record, ports.deliver)
        return
    if record.missing_since is not None:
        ports.deliver.mentions.note_present(record.mention_id)
    mention, is_aside = found.mention, record.state is MentionState.ASIDE
    if record.mention is not None and not is_aside and _is_edit(mention, record.mention):
        take_in_found(found, ports.brands(record.source_id), ports.intake)
    else:
        _refresh(record, mention, ports)
        to = ports.intake
        watch(mention, found.reach, to.watching, to.queues, to.clock, to.metrics)


def _refresh(record: MentionRecord, found: Mention, ports: RecheckPorts) -> None:
    """Store what the network tells now, where its terms ask for that; for agents nothing is new."""
    within, now = ports.refresh_within.get(found.network), ports.deliver.clock()
    if within is None or record.judgement is None or time_left(record, within, now) is None:
        return
    if found.mention_id == record.mention_id:
        ports.deliver.mentions.renew(record.mention_id, as_kept(found), record.judgement, now)


def _end_in_time(record: MentionRecord, ports: RecheckPorts, batch: Batch) -> None:
    """Erase the words of which the network told nothing, once they may be kept no longer.

    Unavailable, for another try, while there is time; the try that failed says when.
    """
    if record.mention is None or record.judgement is None:
        return
    within, now = ports.refresh_within.get(record.mention.network), ports.deliver.clock()
    left = time_left(record, within, now) if within else None
    if left is None or left > AHEAD:
        return
    if left <= LAST_MOMENT:
        mention, judgement = record.mention.without_words(), record.judgement.without_words()
        ports.deliver.mentions.renew(record.mention_id, mention, judgement, now)
        ports.deliver.metrics.count("WordsExpired")
        batch.failures.pop(record.mention_id, None)
    elif record.mention_id not in batch.failures:
        message = f"mention {record.mention_id}: its network does not tell what became of it"
        raise Unavailable(message, now + LOOK_AGAIN)


def _is_edit(found: Mention, stored: Mention) -> bool:
    if found.edited_at is None or found.mention_id != stored.mention_id:
        return False
    return stored.edited_at is None or found.edited_at > stored.edited_at


def _note_missing(record: MentionRecord, ports: DeliverPorts) -> None:
    """Hold the post gone when it is missing for long enough; else Unavailable until then."""
    now = ports.clock()
    since = record.missing_since or ports.mentions.note_missing(record.mention_id, now)
    if now - since < SECOND_LOOK:
        message = (
            f"mention {record.mention_id}: its network shows it no more; to be looked at again"
        )
        raise Unavailable(message, since + SECOND_LOOK)
    _erase(record, now, ports)
    erased = ports.mentions.get(record.mention_id)
    if erased is not None:
        _settle(erased, ports)


def _erase(record: MentionRecord, now: datetime, ports: DeliverPorts) -> None:
    if record.mention is None or record.judgement is None:
        return
    mention, judgement = record.mention.without_words(), record.judgement.without_words()
    if ports.mentions.note_gone(record.mention_id, mention, judgement, now):
        ports.metrics.count("PostsGone")


def _settle(record: MentionRecord, ports: DeliverPorts) -> None:
    """Tell the agent that a post is gone; Unavailable while it is on its way into a ticket.

    A delivery under way may have read the post before it was erased, so this waits for its end.
    """
    if record.ticket_id:
        tell_gone(record, ports)
    elif record.state is MentionState.PENDING:
        message = f"mention {record.mention_id}: it is gone, and on its way into a ticket"
        raise Unavailable(message, ports.clock() + LOOK_AGAIN)
