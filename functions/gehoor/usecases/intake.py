"""Taking mentions in, polled or pushed: judged, stored, and sent on their way."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from gehoor.domain.brand import Brand
from gehoor.domain.forgotten import is_forgotten, is_late
from gehoor.domain.frozen import frozen
from gehoor.domain.judgement import Judgement
from gehoor.domain.mention import Mention
from gehoor.domain.network import Broken, Found
from gehoor.domain.personal_data import document_as_kept, kinds_in, without_never_stored
from gehoor.domain.personal_data_kinds import NEVER_STORED, PersonalData
from gehoor.domain.reach import Reach
from gehoor.domain.service import Kind, service_for
from gehoor.domain.text import clean, shorten
from gehoor.errors import Rejected
from gehoor.ports.mentions import Forgotten, MentionStore
from gehoor.ports.queues import Delivery, Queues
from gehoor.ports.surroundings import Clock, Metrics, Triage
from gehoor.usecases.alerting import WatchPorts, watch

TEXT_LIMIT = 20_000
"""Longest text that is kept; the ticket links to the whole. A table item holds 400 KB."""

TITLE_LIMIT = 500
NAME_LIMIT = 200
MOST_IMAGES = 4
UNSEEN: Mapping[str, Reach] = {}
REFERENCE_LIMIT = 2_000
"""Longest id or address: a shortened one would name something else, so longer ones are refused."""


@frozen
class IntakePorts:
    """What taking in needs; `watching` is for those who speak for the company."""

    mentions: MentionStore
    forgotten: Forgotten
    queues: Queues
    triage: Triage
    clock: Clock
    metrics: Metrics
    watching: WatchPorts


def take_in(
    mentions: Iterable[Mention],
    brand: Brand,
    ports: IntakePorts,
    reach: Mapping[str, Reach] = UNSEEN,
) -> int:
    """Store what is new and send it on; returns how many were new.

    A death between storing and sending loses nothing: what is stored is pending, and the sweep
    sends it again. `reach`, by native id, goes past all this to those who watch it.
    """
    is_ours = ports.watching.company.wrote
    others = [m for m in mentions if not brand.wrote(m.author) and not is_ours(m.author)]
    heard = _without_forgotten(others, ports)
    ready = [found for mention in heard for found in _kept_and_judged(mention, brand, ports)]
    for_agents = [found for found in ready if not _is_only_to_learn_from(*found, ports)]
    stored = ports.mentions.put_many(for_agents, ports.clock()) if for_agents else ()
    deliveries = [
        delivery
        for (mention, judgement), is_new in zip(for_agents, stored, strict=True)
        for delivery in _delivery(mention, judgement, is_new, ports)
    ]
    if deliveries:
        ports.queues.send_deliveries(deliveries)
    for mention in heard:
        _watch(mention, reach.get(mention.native_id), ports)
    return len(deliveries)


def take_in_found(found: Found, brand: Brand, ports: IntakePorts) -> int:
    """Take in one post that was looked at by itself."""
    reach = {found.mention.native_id: found.reach} if found.reach else {}
    return take_in([found.mention], brand, ports, reach)


def _without_forgotten(mentions: Sequence[Mention], ports: IntakePorts) -> Sequence[Mention]:
    """Those whose authors were not forgotten since. One look serves all; most news need none."""
    now = ports.clock()
    late = {mention.author.identity for mention in mentions if is_late(mention, now)}
    forgotten = ports.forgotten.since(sorted(late)) if late else {}
    return [mention for mention in mentions if not is_forgotten(mention, forgotten)]


def put_aside(broken: Iterable[Broken], source_id: str, ports: IntakePorts) -> int:
    """Keep what could not be read, with its reason; returns how many were new."""
    kept = (replace(item, raw=document_as_kept(item.raw)) for item in broken)
    count = sum(ports.mentions.put_broken(item, source_id, ports.clock()) for item in kept)
    if count:
        ports.metrics.count("MentionsAside", count)
    return count


def _kept_and_judged(
    mention: Mention, brand: Brand, ports: IntakePorts
) -> Sequence[tuple[Mention, Judgement]]:
    """The mention with what triage says of it; what cannot be stored is set aside."""
    kept = as_kept(mention)
    try:
        _refuse_references(kept)
        return [(kept, judged(mention, kept, brand, ports.triage))]
    except Rejected as error:
        _set_aside(kept, error, ports)
        return []


def _delivery(
    mention: Mention, judgement: Judgement, is_new: bool | None, ports: IntakePorts
) -> Sequence[Delivery]:
    """What is to be sent on for a mention; what no store can hold is set aside."""
    try:
        if not is_new and not _is_news(mention, judgement, is_new, ports):
            return []
    except Rejected as error:
        _set_aside(mention, error, ports)
        return []
    goes_ahead = service_for(mention, judgement).goes_ahead
    return [Delivery(mention.mention_id, goes_ahead, mention.author.identity)]


def _is_only_to_learn_from(mention: Mention, judgement: Judgement, ports: IntakePorts) -> bool:
    """Whether it stays where agents do not see it; what no store can hold is set aside."""
    if service_for(mention, judgement).kind is not Kind.INSIGHT:
        return False
    try:
        return _is_kept_so(mention, judgement, ports)
    except Rejected as error:
        _set_aside(mention, error, ports)
        return True


def _is_kept_so(mention: Mention, judgement: Judgement, ports: IntakePorts) -> bool:
    """Keep what speaks to nobody where agents do not see it; False once it is on its way to them.

    An author may make it so by an edit, and nobody takes back what agents have.
    """
    if ports.mentions.put_insight(mention, judgement, ports.clock()):
        ports.metrics.count("InsightsKept")
        return True
    return mention.edited_at is None or ports.mentions.edit_insight(
        mention, judgement, ports.clock()
    )


def _watch(mention: Mention, reach: Reach | None, ports: IntakePorts) -> None:
    watch(mention, reach, ports.watching, ports.queues, ports.clock, ports.metrics)


def _set_aside(mention: Mention, error: Rejected, ports: IntakePorts) -> None:
    put_aside([Broken(mention.mention_id, str(error), "")], mention.source_id, ports)


def _is_news(
    mention: Mention, judgement: Judgement, is_new: bool | None, ports: IntakePorts
) -> bool:
    """Whether the mention is new though not put with others, or was edited since it was stored."""
    if is_new is None and ports.mentions.put_new(mention, judgement, ports.clock()):
        return True
    if mention.edited_at is None:
        return False
    return ports.mentions.note_edit(mention, judgement, ports.clock())


def judged(said: Mention, kept: Mention, brand: Brand, triage: Triage) -> Judgement:
    """The judgement of a mention by what is kept of it, and of what was taken out before."""
    return triage(kept, brand).also_holding(_taken_out(said, kept))


def _taken_out(said: Mention, kept: Mention) -> Iterable[PersonalData]:
    if (said.text, said.title) == (kept.text, kept.title):
        return ()
    words = clean(" ".join((said.text, said.title or "")))
    return NEVER_STORED.intersection(kinds_in(words))


def as_kept(mention: Mention) -> Mention:
    """The mention with what people read of it cleaned, bounded, and free of what is never stored.

    It is the same for a mention that was kept already.
    """
    author = replace(
        mention.author,
        handle=shorten(clean(mention.author.handle), NAME_LIMIT),
        display_name=shorten(clean(mention.author.display_name), NAME_LIMIT),
    )
    title = mention.title and _kept_text(mention.title, TITLE_LIMIT)
    text = _kept_text(mention.text, TEXT_LIMIT)
    images = tuple(
        replace(image, description=_kept_text(image.description, TITLE_LIMIT))
        for image in mention.images[:MOST_IMAGES]
        if len(image.url) <= REFERENCE_LIMIT and _is_storable(image.url)
    )
    return replace(mention, author=author, title=title, text=text, images=images)


def _kept_text(text: str, limit: int) -> str:
    return shorten(without_never_stored(clean(text)), limit)


def _refuse_references(mention: Mention) -> None:
    references = {
        "native_id": mention.native_id,
        "uri": mention.uri,
        "permalink": mention.permalink,
        "in_reply_to": mention.in_reply_to or "",
        "author.native_id": mention.author.native_id,
        "author.profile_url": mention.author.profile_url,
        "language_hint": mention.language_hint or "",
    }
    for name, value in references.items():
        if len(value) > REFERENCE_LIMIT or not _is_storable(value):
            message = f"its {name} is longer than {REFERENCE_LIMIT:,} characters, or no text"
            raise Rejected(message)


def _is_storable(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True
