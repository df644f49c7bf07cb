"""Who belongs to an incident, and what the ledger calls what is done for them."""

from collections.abc import Iterable, Sequence
from itertools import islice

from gehoor.domain.incident import Joined
from gehoor.domain.record import MentionRecord
from gehoor.ports.mentions import MentionStore

AT_ONCE = 100


def records_of(mention_ids: Iterable[str], mentions: MentionStore) -> list[MentionRecord]:
    """Those mentions that can be read, in order."""
    found, names = [], iter(mention_ids)
    while batch := list(islice(names, AT_ONCE)):
        records = mentions.get_many(batch)
        found += [record for name in batch if (record := records.get(name)) is not None]
    return found


def members_of(joined: Sequence[Joined]) -> tuple[str, ...]:
    """All mentions of an incident by their ids, each once."""
    return tuple(dict.fromkeys(name for part in joined for name in part.mention_ids))


def broadcast_end(comment_id: str, case_id: str) -> str:
    """What the ledger calls the end of a broadcast for one case."""
    return f"broadcast-end:{comment_id}:{case_id}"
