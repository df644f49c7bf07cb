"""What bringing mentions into the helpdesk, and looking at older ones, is built of."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from gehoor import bootstrap, connections
from gehoor.domain.budget import Lane

if TYPE_CHECKING:
    from gehoor.usecases.deliver_ports import DeliverPorts
    from gehoor.usecases.recheck import RecheckPorts


def deliver_ports(lane: Lane) -> DeliverPorts:
    """What delivering needs; `lane` is whose calls the helpdesk is to count them as."""
    from gehoor.aws.alerts import DynamoAlerts
    from gehoor.aws.bulks import Bulks, Notes
    from gehoor.aws.cases import Cases
    from gehoor.aws.identities import Identities
    from gehoor.aws.ledger import DynamoLedger
    from gehoor.aws.mentions import Mentions
    from gehoor.desk_rules import rules
    from gehoor.images import read_image
    from gehoor.usecases.deliver_ports import DeliverPorts

    return DeliverPorts(
        mentions=Mentions(*bootstrap.core(), bootstrap.retention()),
        identities=Identities(*bootstrap.core(), bootstrap.retention()),
        cases=Cases(*bootstrap.core(), bootstrap.retention()),
        ledger=DynamoLedger(*bootstrap.core()),
        bulks=Bulks(*bootstrap.core()),
        notes=Notes(*bootstrap.core()),
        queues=bootstrap.queues(),
        helpdesk=connections.helpdesk(lane),
        networks=connections.network,
        images=partial(read_image, connections.http()),
        clock=bootstrap.clock,
        wait=bootstrap.wait,
        metrics=bootstrap.EmfMetrics(),
        join_within=bootstrap.config().desk.join_within,
        crm=connections.crm(),
        rules=rules(bootstrap.config()),
        alerts=DynamoAlerts(*bootstrap.core(), bootstrap.retention()),
        desk=bootstrap.config().desk.in_domain(),
        notices=connections.notices(),
        calling=bootstrap.config().desk.calling(),
    )


def spare_deliver_ports() -> DeliverPorts:
    """What delivering needs for calls that can wait."""
    return deliver_ports(Lane.SPARE)


def recheck_ports() -> RecheckPorts:
    """What looking at older posts needs; it can wait for everything else."""
    from gehoor.bootstrap_intake import intake_ports, watched
    from gehoor.usecases.recheck import RecheckPorts

    return RecheckPorts(
        deliver=spare_deliver_ports(),
        intake=intake_ports(),
        brands=lambda source_id: watched(source_id).brand,
        refresh_within=connections.refresh_within(),
    )
