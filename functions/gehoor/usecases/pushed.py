"""Following what a network pushes: it only hurries what a poll would bring, so it comes once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gehoor.domain.frozen import frozen

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gehoor.domain.event import Pushed
    from gehoor.domain.source import SourceState
    from gehoor.ports.queues import Queues
    from gehoor.ports.sources import SourceStore
    from gehoor.ports.surroundings import Clock


@frozen
class PushPorts:
    """What following needs; `networks` are those of all configured sources."""

    networks: Mapping[str, str]
    sources: SourceStore
    queues: Queues
    clock: Clock


def follow_push(push: Pushed, ports: PushPorts) -> str:
    """Ask for a look at the post, or for polls of the sources; returns what came of it.

    A post is looked at for its own source alone: whether it concerns the network's other sources,
    their lists must tell. So all of them are polled when the source is not known. What the network
    limits are lists: a post is looked at while they rest, unless the source fails.
    """
    is_known = push.source_id is not None and ports.networks.get(push.source_id) == push.network
    if is_known and push.source_id and push.post_id and not _fails(push.source_id, ports):
        ports.queues.send_post(push.source_id, push.post_id)
        return f"a look at a post of source {push.source_id}"
    wanted = [
        source_id
        for source_id, network in ports.networks.items()
        if network == push.network and (source_id == push.source_id or not is_known)
    ]
    awake = [source_id for source_id in wanted if not _rests(ports.sources.get(source_id), ports)]
    ports.queues.send_polls(awake)
    return f"polls of {len(awake)} sources; {len(wanted) - len(awake)} more rest"


def _fails(source_id: str, ports: PushPorts) -> bool:
    state = ports.sources.get(source_id)
    return state is not None and bool(state.error) and _rests(state, ports)


def _rests(state: SourceState | None, ports: PushPorts) -> bool:
    """Whether a push is no reason to read the source."""
    until = state.rests_until if state else None
    return until is not None and until > ports.clock()
