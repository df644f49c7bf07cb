"""What following events of the helpdesk, and of networks that push, is built of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gehoor import bootstrap, connections
from gehoor.domain.budget import Lane

if TYPE_CHECKING:
    from gehoor.usecases.apply import EventPorts


def event_ports() -> EventPorts:
    """What applying events needs."""
    from gehoor.aws.cases import Cases
    from gehoor.aws.identities import Identities
    from gehoor.aws.incidents import DynamoIncidents
    from gehoor.aws.ledger import DynamoLedger
    from gehoor.aws.mentions import Mentions
    from gehoor.aws.outbox import DynamoAnswers
    from gehoor.aws.reply_memory import DynamoReplyMemory
    from gehoor.usecases.answering import AnswerPorts, CoachPorts
    from gehoor.usecases.apply import EventPorts
    from gehoor.usecases.follow import FollowPorts
    from gehoor.usecases.pushed import PushPorts

    coach = CoachPorts(
        replies=DynamoReplyMemory(*bootstrap.core()),
        detect=detect_language,
        rules=bootstrap.config().coach_rules(),
        likeness=likeness_of,
    )
    answering = AnswerPorts(
        answers=DynamoAnswers(*bootstrap.core()),
        cases=Cases(*bootstrap.core(), bootstrap.retention()),
        mentions=Mentions(*bootstrap.core(), bootstrap.retention()),
        incidents=DynamoIncidents(*bootstrap.core()),
        ledger=DynamoLedger(*bootstrap.core()),
        helpdesk=connections.helpdesk(Lane.URGENT),
        networks=connections.network,
        quota=connections.quota(),
        budget=connections.budget(),
        queues=bootstrap.queues(),
        clock=bootstrap.clock,
        metrics=bootstrap.EmfMetrics(),
        desk=bootstrap.config().desk.in_domain(),
        coach=coach,
    )
    following = FollowPorts(
        answering.cases,
        Identities(*bootstrap.core(), bootstrap.retention()),
        answering.helpdesk,
        answering.mentions,
        answering.ledger,
        bootstrap.clock,
        answering.metrics,
    )
    networks = {source.id: source.network for source in bootstrap.config().sources}
    return EventPorts(
        answering,
        following,
        PushPorts(networks, bootstrap.sources(), bootstrap.queues(), bootstrap.clock),
    )


def likeness_of(one: str, other: str) -> float:
    """How alike two answers are; what measures it is loaded with the first two."""
    from gehoor.likeness import likeness

    return likeness(one, other)


def detect_language(text: str, allowed: tuple[str, ...]) -> str:
    """The language of a text; the model is loaded with the first one."""
    from gehoor import language

    return language.detect(text, allowed)
