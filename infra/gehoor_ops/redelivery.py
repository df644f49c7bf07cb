"""Bringing mentions back into the flow, those too that could not be read at first."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from gehoor.desk_rules import registry
from gehoor.domain.record import MentionState
from gehoor.domain.service import service_for
from gehoor.errors import Gone, Rejected
from gehoor.ports.queues import Delivery
from gehoor.usecases.intake import as_kept, judged
from gehoor_ops.stack import clock

if TYPE_CHECKING:
    from collections.abc import Callable

    from gehoor.aws.mentions import Mentions
    from gehoor.aws.queues import SqsQueues
    from gehoor.config import AppConfig
    from gehoor.domain.judgement import Judgement
    from gehoor.domain.mention import Mention
    from gehoor.domain.record import MentionRecord
    from gehoor.ports.network import Network
    from gehoor.settings import SourceSettings


@dataclass(frozen=True, slots=True)
class Redelivery:
    """What sending mentions again needs."""

    mentions: Mentions
    queues: SqsQueues
    config: AppConfig
    connect: Callable[[SourceSettings], Network]

    def send(self, record: MentionRecord) -> None:
        """Make a mention pending and send it on.

        Rejected when it is delivered already, deleted by its author, or the brand's own;
        ContractBroken when it still cannot be read; Gone when its source left the configuration.
        """
        if record.state is MentionState.DELIVERED:
            message = f"it is in ticket {record.ticket_id} already"
            raise Rejected(message)
        if record.deleted_at is not None:
            message = "its author deleted it"
            raise Rejected(message)
        mention, judgement = record.mention, record.judgement
        if mention is None or judgement is None:
            mention, judgement = self._read_again(record)
            self.mentions.repair(record.mention_id, mention, judgement)
        self.mentions.make_pending(record.mention_id, clock())
        ahead = service_for(mention, judgement).goes_ahead
        delivery = Delivery(record.mention_id, ahead, mention.author.identity)
        self.queues.send_deliveries([delivery])

    def _read_again(self, record: MentionRecord) -> tuple[Mention, Judgement]:
        from gehoor.language import triage_mention  # loads a language model

        settings = self._settings(record.source_id)
        mention = self.connect(settings).parse(record.raw, clock())
        named = next(brand for brand in self.config.brands if brand.id == settings.brand)
        brand = named.in_domain()
        if registry(self.config).wrote(mention.author):
            message = "the company or somebody of its staff wrote it"
            raise Rejected(message)
        triage = partial(triage_mention, desk=self.config.desk_words(brand))
        kept = as_kept(mention)
        return kept, judged(mention, kept, brand, triage)

    def _settings(self, source_id: str) -> SourceSettings:
        for settings in self.config.sources:
            if settings.id == source_id:
                return settings
        message = f"its source {source_id} is not in the configuration any more"
        raise Gone(message)
