"""The outside world as delivering needs it."""

from dataclasses import dataclass
from datetime import timedelta

from gehoor.ports import (
    BulkStore,
    CaseStore,
    Clock,
    Crm,
    Helpdesk,
    IdentityStore,
    Images,
    Ledger,
    MentionStore,
    Metrics,
    Networks,
    NoteStore,
    Queues,
    Wait,
)


@dataclass(frozen=True, slots=True)
class DeliverPorts:
    """What delivering needs; `join_within` is how long a new post joins the author's open case.

    There is no `crm` where the company has none.
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
