"""Taking mentions in, polled or pushed: judged, stored, and sent on their way."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from gehoor.domain.brand import Brand
from gehoor.domain.judgement import Urgency
from gehoor.domain.mention import Mention
from gehoor.domain.network import Broken
from gehoor.domain.text import shorten
from gehoor.ports import Clock, Delivery, MentionStore, Metrics, Queues, Triage

TEXT_LIMIT = 20_000
"""Longest text that is kept; the ticket links to the whole. A table item holds 400 KB."""

URGENT = frozenset({Urgency.HIGH, Urgency.CRITICAL})


@dataclass(frozen=True, slots=True)
class IntakePorts:
    """What taking in needs."""

    mentions: MentionStore
    queues: Queues
    triage: Triage
    clock: Clock
    metrics: Metrics


def take_in(mentions: Iterable[Mention], brand: Brand, ports: IntakePorts) -> int:
    """Store what is new and send it on; returns how many were new.

    A death between storing and sending loses nothing: what is stored is pending, and the sweep
    sends it again.
    """
    deliveries = [
        delivery
        for mention in mentions
        if not brand.wrote(mention.author)
        for delivery in _store(mention, brand, ports)
    ]
    if deliveries:
        ports.queues.send_deliveries(deliveries)
        ports.metrics.count("MentionsSeen", len(deliveries))
    return len(deliveries)


def put_aside(broken: Iterable[Broken], source_id: str, ports: IntakePorts) -> int:
    """Keep what could not be read, with its reason; returns how many were new."""
    count = sum(ports.mentions.put_broken(item, source_id, ports.clock()) for item in broken)
    if count:
        ports.metrics.count("MentionsAside", count)
    return count


def _store(mention: Mention, brand: Brand, ports: IntakePorts) -> list[Delivery]:
    kept = replace(mention, text=shorten(mention.text, TEXT_LIMIT))
    judgement = ports.triage(kept.text, kept.language_hint, brand.languages)
    if not ports.mentions.put_new(kept, judgement, ports.clock()):
        return []
    return [Delivery(kept.mention_id, judgement.urgency in URGENT, kept.author.identity)]
