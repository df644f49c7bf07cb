"""What the queues of deliveries hand over at once, the most urgent first."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from gehoor.errors import RateLimited, TicketLimited
from gehoor.usecases.batch import Batch
from gehoor.usecases.bulk import follow_bulk
from gehoor.usecases.clocks import wake_case
from gehoor.usecases.deliver_many import deliver_mentions
from gehoor.usecases.notes_together import Wanted, write_wanted_notes
from gehoor.usecases.noting import write_pending_note
from gehoor.usecases.telling_alerts import tell_alert

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import datetime

    from gehoor.usecases.deliver_ports import DeliverPorts
    from gehoor.usecases.recheck import RecheckPorts


def deliver_waiting(
    messages: Sequence[Mapping[str, str]],
    ports: DeliverPorts,
    spare: Callable[[], DeliverPorts],
    recheck: Callable[[], RecheckPorts],
    deadline: datetime,
) -> Mapping[str, Exception]:
    """Do what the messages ask for: looks at bulks, mentions, what is due of cases, warnings,
    history notes, looks at older posts.

    Notes are written through `spare`, whose calls are counted as those that can wait. Returns, by
    id, what must come again and why.
    """
    batch = Batch(ports, deadline)
    wanted = _followed(_named("bulk_id", messages), batch)
    batch.failures.update(deliver_mentions(_named("mention_id", messages), ports, deadline))
    _each(_named("clock_id", messages), wake_case, batch)
    _each(_named("alert_id", messages), tell_alert, batch)
    case_ids = _named("case_id", messages)
    if case_ids or wanted:
        with batch.asking(*case_ids, *(one.work.key for one in wanted)):
            _write_notes(case_ids, wanted, replace(batch, ports=spare()))
        _ask_again(wanted, messages, batch)
    rechecked = _named("recheck_id", messages)
    if rechecked:
        # Few messages are about older posts: the others do not wait for this to be loaded.
        from gehoor.usecases.recheck import recheck_posts

        batch.failures.update(recheck_posts(rechecked, recheck(), deadline))
    return batch.failures


def _followed(keys: Sequence[str], batch: Batch) -> list[Wanted]:
    """Account for the bulks; returns what notes are wanted, which wait for what comes first."""
    wanted: list[Wanted] = []
    for key in keys:
        with batch.asking(key):
            found = batch.patiently(partial(follow_bulk, key, batch.ports))
            wanted += [found] if found else []
    return wanted


def _each(names: Sequence[str], work: Callable[[str, DeliverPorts], None], batch: Batch) -> None:
    for name in names:
        with batch.asking(name):
            batch.check_time()
            work(name, batch.ports)


def _ask_again(
    wanted: Sequence[Wanted], messages: Sequence[Mapping[str, str]], batch: Batch
) -> None:
    """Send a message for each list of notes that failed and has none, as it came up just now."""
    for key in (one.work.key for one in wanted):
        if key in batch.failures and key not in _named("bulk_id", messages):
            with batch.keeping(key):
                batch.ports.queues.send_wanted_notes(key)


def _write_notes(case_ids: Sequence[str], wanted: Sequence[Wanted], batch: Batch) -> None:
    """Once the helpdesk's limit is spent the notes left wait for it unread, as they cost calls."""
    refused: RateLimited | None = None
    for name, write in _notes(case_ids, wanted, batch):
        with batch.asking(name):
            batch.check_time()
            if refused is not None and _is_spent(refused, batch.ports.clock()):
                raise refused
            try:
                write()
            except RateLimited as error:
                refused = None if isinstance(error, TicketLimited) else error
                raise


def _notes(
    case_ids: Sequence[str], wanted: Sequence[Wanted], batch: Batch
) -> Iterator[tuple[str, Callable[[], None]]]:
    """What writes the notes, by what their messages name."""
    bulk = batch.ports.helpdesk.bulk
    if bulk is not None:
        for one in wanted:
            yield one.work.key, partial(write_wanted_notes, one, bulk, batch)
    for case_id in case_ids:
        yield case_id, partial(write_pending_note, case_id, batch.ports)


def _is_spent(refused: RateLimited, now: datetime) -> bool:
    return refused.retry_at is None or now < refused.retry_at


def _named(name: str, messages: Sequence[Mapping[str, str]]) -> list[str]:
    return list(dict.fromkeys(m[name] for m in messages if name in m))
