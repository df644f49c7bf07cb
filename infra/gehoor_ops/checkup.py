"""Looking at all that gehoor depends on. Each look stands for itself: one that fails stops none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from importlib.util import find_spec
from typing import TYPE_CHECKING

from gehoor import networks, webhooks
from gehoor.config import pace_of, secret_names
from gehoor.desk_rules import routing
from gehoor.domain.finding import Finding, State
from gehoor.domain.health import Health, ends_soon, health_of
from gehoor.domain.pace import Why, next_turn
from gehoor.errors import GehoorError, NotAllowed, Transient
from gehoor.helpdesks import _zendesk_check, zendesk
from gehoor_ops.aws_checkup import aws_looks
from gehoor_ops.capability_words import in_private, in_public, longest
from gehoor_ops.connections import connect_network, helpdesk_access, network_wiring
from gehoor_ops.failures import failure_of
from gehoor_ops.output import about, ago
from gehoor_ops.stack import clock

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gehoor.config import AppConfig
    from gehoor.domain.source import SourceState
    from gehoor.settings import SourceSettings
    from gehoor_ops.stack import Stack

Look = Callable[[str], list[Finding]]
"""Looks at the subject of that name."""

SEE = 'see docs/operations.md, "{}"'
_OF_HEALTH = {
    Health.AUTH_EXPIRED: (State.FAILURE, SEE.format("Expired tokens")),
    Health.FROZEN: (State.FAILURE, SEE.format("Failing sources")),
    Health.FAILING: (State.FAILURE, SEE.format("Failing sources")),
    Health.STALE: (State.FAILURE, SEE.format("Stale sources")),
    Health.OUT_OF_QUOTA: (State.WARNING, SEE.format("Spent quotas")),
    Health.SILENT: (State.WARNING, SEE.format("Silent sources")),
    Health.NEW: (State.OK, ""),
    Health.FRESH: (State.OK, ""),
}

_OF_PACE = {
    Why.USUAL: "",
    Why.BUSY: ", as it is new or busy",
    Why.QUIET: ", as nothing new came for long",
    Why.PUSHED: ", as pushes bring what is new",
}


def checkup(stack: Stack) -> list[Finding]:
    """Everything that was looked at, in the order in which it depends on each other."""
    try:
        version, config = stack.config_store().current()
    except GehoorError as error:
        return [_failed("configuration", error)]
    named = f"version {version}: {len(config.sources)} sources, helpdesk {config.helpdesk.kind}"
    found = [Finding("configuration", State.OK, named)]
    for subject, look in _looks(stack, config):
        found += _looked_at(subject, look)
    return found


def _looks(stack: Stack, config: AppConfig) -> Iterator[tuple[str, Look]]:
    yield from aws_looks(stack, config)
    for name in secret_names(config):
        yield f"secret {name}", partial(_secret, stack, name)
    for network in sorted({source.network for source in config.sources}):
        yield f"push from {network}", partial(_push, stack, network)
    for source in config.sources:
        yield f"source {source.id}", partial(_source, stack, source)
        yield f"answers on {source.id}", partial(_answers, stack, config, source)
        if networks.has_compliance_jobs(source.network):
            yield f"deletions on {source.id}", partial(_deletions, stack, config, source)
    yield "helpdesk", partial(_helpdesk, stack, config)


def _looked_at(subject: str, look: Look) -> list[Finding]:
    try:
        return look(subject)
    except GehoorError as error:
        return [_failed(subject, error)]


def _failed(subject: str, error: GehoorError) -> Finding:
    """What cannot be looked at now, or by this operator, may be well all the same."""
    failure = failure_of(error)
    state = State.WARNING if isinstance(error, Transient | NotAllowed) else State.FAILURE
    return Finding(subject, state, failure.cause, failure.next_step)


def _secret(stack: Stack, name: str, subject: str) -> list[Finding]:
    stack.account.secrets().get(name)
    return [Finding(subject, State.OK, "set and readable")]


def _push(stack: Stack, network: str, subject: str) -> list[Finding]:
    """Nothing for networks that do not push."""
    if find_spec(f"gehoor.webhooks.{network}") is None:
        return []
    if not stack.account.secrets().exists(webhooks.SECRETS + network):
        return [
            Finding(subject, State.OK, "not set up: polls alone bring posts", SEE.format("Push"))
        ]
    address = f"{stack.output('ApiUrl')}/hooks/{network}"
    return [Finding(subject, State.OK, f"taken at {address}")]


def _source(stack: Stack, settings: SourceSettings, subject: str) -> list[Finding]:
    state = stack.sources().get(settings.id)
    if state is None:
        detail = "it was never pushed to the table, so nobody polls it"
        return [Finding(subject, State.FAILURE, detail, "gehoor config push gehoor.yaml")]
    health = health_of(state, settings.every, settings.silence, clock())
    how, next_step = _OF_HEALTH[health]
    pace = _how_often(settings, state)
    detail = f"{health}: {state.error}" if state.error else f"{health}; {pace}"
    return [Finding(subject, how, detail, next_step), *_credential(subject, state)]


def _how_often(settings: SourceSettings, state: SourceState) -> str:
    now = clock()
    turn = next_turn(pace_of(settings), state, now)
    pushed = f"; the last one {ago(state.pushed_at, now)}" if turn.why is Why.PUSHED else ""
    return f"polled every {about(turn.interval)}{_OF_PACE[turn.why]}{pushed}"


def _credential(subject: str, state: SourceState) -> list[Finding]:
    """Nothing where nobody can tell when it ends."""
    subject = f"{subject}: credential"
    if state.credential_ends_at is None:
        return []
    detail = f"it ends on {state.credential_ends_at:%Y-%m-%d, %H:%M} UTC"
    if ends_soon(state, clock()):
        return [Finding(subject, State.WARNING, detail, SEE.format("Ending credentials"))]
    return [Finding(subject, State.OK, detail)]


def _answers(
    stack: Stack, config: AppConfig, settings: SourceSettings, subject: str
) -> list[Finding]:
    """What the source's own connection can do."""
    can = connect_network(stack, config, settings).capabilities()
    detail = f"in public {in_public(can)}; in private {in_private(can)}"
    most = f"; longest post {longest(can)}" if can.reply else ""
    return [Finding(subject, State.OK, detail + most)]


def _deletions(
    stack: Stack, config: AppConfig, settings: SourceSettings, subject: str
) -> list[Finding]:
    """AuthExpired when the network cannot be asked with the secret what was deleted."""
    networks.compliance_jobs(settings, network_wiring(stack, config, settings))
    return [Finding(subject, State.OK, "the network is asked twice a day what was deleted")]


def _helpdesk(stack: Stack, config: AppConfig, subject: str) -> list[Finding]:
    settings = config.helpdesk
    if not isinstance(settings, zendesk.Settings):
        detail = (
            f"events go to {settings.base_url}; answers come in at "
            f"{stack.output('ApiUrl')}/hooks/{settings.kind}, and it sends those again that are "
            "not taken, because it cannot be asked"
        )
        return [Finding(subject, State.OK, detail)]
    groups = routing(config.desk.routing).groups
    found, _ = _zendesk_check.check(settings, helpdesk_access(stack, config), groups)
    return [replace(finding, subject=f"{subject}: {finding.subject}") for finding in found]
