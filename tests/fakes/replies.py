"""What is kept of answers, in memory."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from gehoor.domain.reply_memory import RECENT_AT_MOST, Apology, EarlierReply


class FakeReplyMemory:
    """Fits `ports.ReplyMemory`; it forgets nothing."""

    def __init__(self) -> None:
        self.replies: dict[str, dict[str, EarlierReply]] = {}
        self.apologies: dict[str, dict[str, Apology]] = {}

    def recent(self, brand: str, since: datetime) -> Mapping[str, EarlierReply]:
        kept = self.replies.get(brand, {}).items()
        found = [(key, reply) for key, reply in kept if reply.at >= since]
        newest = sorted(found, key=lambda item: (item[1].at, item[0]), reverse=True)
        return dict(newest[:RECENT_AT_MOST])

    def keep(self, brand: str, key: str, reply: EarlierReply) -> None:
        self.replies.setdefault(brand, {})[key] = reply

    def apologise(self, identity: str, key: str, apology: Apology) -> Sequence[Apology]:
        made = self.apologies.setdefault(identity, {})
        before = [one for name, one in made.items() if name != key]
        made[key] = apology
        return sorted(before, key=lambda one: one.at)
