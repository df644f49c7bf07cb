"""Authors whom nobody heard of, many at once: few calls note them all with their cases."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial

from gehoor.domain.case import case_id_of
from gehoor.domain.customer import Identity
from gehoor.domain.frozen import frozen
from gehoor.domain.judgement import Judgement
from gehoor.domain.mention import Mention
from gehoor.domain.network import Thread
from gehoor.domain.record import MentionRecord
from gehoor.errors import GehoorError
from gehoor.usecases.batch import Batch
from gehoor.usecases.customers import new_identity
from gehoor.usecases.deliver import all_placed, attempt
from gehoor.usecases.deliver_ports import DeliverPorts
from gehoor.usecases.placing import Met, Placing, having_heard


@frozen
class Newcomer:
    """A post by which its author is heard for the first time."""

    record: MentionRecord
    mention: Mention
    judgement: Judgement


def newcomers_among(records: Iterable[MentionRecord], met: Met) -> Mapping[str, Newcomer]:
    """The first post of each author nobody heard of, by the author's name.

    Only of posts that answer nothing, whose case can be no other than their own thread's. Nor of
    edited ones: what the helpdesk was told of those is known once their author is noted.
    """
    found: dict[str, Newcomer] = {}
    for record in records:
        mention, judgement = record.mention, record.judgement
        if mention is None or judgement is None or mention.in_reply_to is not None:
            continue
        if mention.edited_at is not None:
            continue
        name = mention.author.identity
        if name in met and met[name] is None:
            found.setdefault(name, Newcomer(record, mention, judgement))
    return found


def placed_in_turn(
    records: Sequence[MentionRecord], newcomers: Mapping[str, Newcomer], met: Met, batch: Batch
) -> list[Placing]:
    """Where those mentions belong that do not fail, nor did before.

    Newcomers let the others go first, because each of them costs a call to the helpdesk, whose
    limit may take up all the time. What else they wrote comes last: it joins the case that is noted
    by then.
    """
    first = {newcomer.record.mention_id for newcomer in newcomers.values()}
    rest = [record for record in records if record.mention_id not in first]
    by_others = [record for record in rest if _author_of(record) not in newcomers]
    more = [record for record in rest if _author_of(record) in newcomers]
    return [
        *all_placed(by_others, met, batch),
        *_newcomers_placed(newcomers.values(), met, batch),
        *all_placed(more, met, batch),
    ]


def _author_of(record: MentionRecord) -> str:
    return record.mention.author.identity if record.mention else ""


def _newcomers_placed(newcomers: Iterable[Newcomer], met: Met, batch: Batch) -> list[Placing]:
    """Where those posts belong, once their authors are noted together.

    A post whose author is not noted so is placed by itself: another worker may have noted them
    with a case that this one joins.
    """
    chosen = [one for one in newcomers if one.record.mention_id not in batch.failures]
    unnoted = [placing for one in chosen if (placing := _unnoted(one, met, batch))]
    noted = _noted([placing.identity for placing in unnoted], batch.ports)
    alone: Met = {p.identity.name: p.identity for p in unnoted if p.identity.name not in noted}
    left = [one.record for one in chosen if one.mention.author.identity in alone]
    return [
        *(replace(p, identity=noted[p.identity.name]) for p in unnoted if p.identity.name in noted),
        *all_placed(left, alone, batch),
    ]


def _unnoted(newcomer: Newcomer, met: Met, batch: Batch) -> Placing | None:
    """Where the post belongs, with its author as they are to be noted; None when that failed."""
    known = met.pop(newcomer.mention.author.identity)
    work = partial(_placing, newcomer, known, batch.ports)
    return attempt(newcomer.record.mention_id, work, batch)


def _placing(newcomer: Newcomer, known: Identity | None, ports: DeliverPorts) -> Placing:
    record, mention, judgement = newcomer.record, newcomer.mention, newcomer.judgement
    identity = known or new_identity(mention, judgement, ports.helpdesk)
    case_id = case_id_of(mention, mention.uri)
    return Placing(
        record.mention_id,
        mention,
        judgement,
        Thread(mention.uri),
        having_heard(identity, case_id, case_id, mention),
        case_id,
        case_id,
        record.seen_at,
    )


def _noted(identities: Sequence[Identity], ports: DeliverPorts) -> Mapping[str, Identity]:
    """Those that are stored now, by name."""
    with suppress(GehoorError):
        stored = ports.identities.put_many(identities)
        return {identity.name: identity for identity in stored if identity is not None}
    return {}
