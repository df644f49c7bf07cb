"""The outside world as delivering needs it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gehoor.domain.frozen import frozen

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import timedelta

    from gehoor.domain.coach_signs import Calling
    from gehoor.domain.desk import Desk
    from gehoor.domain.rules import Rules
    from gehoor.ports.alerts import Alerts
    from gehoor.ports.helpdesk import Crm, Helpdesk
    from gehoor.ports.ledger import Ledger
    from gehoor.ports.mentions import MentionStore
    from gehoor.ports.network import Images, Networks
    from gehoor.ports.notices import Notices
    from gehoor.ports.queues import Queues
    from gehoor.ports.stores import BulkStore, CaseStore, IdentityStore, NoteStore
    from gehoor.ports.surroundings import Clock, Metrics, Wait


@frozen
class DeliverPorts:
    """What delivering needs; `join_within` is how long a new post joins the author's open case.

    There is no `crm` where the company has none, and no `calling` where it names no number.
    `notices` are all ways to tell somebody outside the helpdesk that something is due.
    """

    mentions: MentionStore
    identities: IdentityStore
    cases: CaseStore
    ledger: Ledger
    bulks: BulkStore
    notes: NoteStore
    queues: Queues
    helpdesk: Helpdesk
    networks: Networks
    images: Images
    clock: Clock
    wait: Wait
    metrics: Metrics
    crm: Crm | None
    join_within: timedelta
    desk: Desk
    notices: Sequence[Notices]
    rules: Rules
    alerts: Alerts
    calling: Calling | None = None
