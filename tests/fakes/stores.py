"""The stores in memory. Values go in and out as they are: all of them are frozen."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from gehoor.domain.alert import Alert, AlertKind, AlertRecord
from gehoor.domain.bulk import BulkWork
from gehoor.domain.case import Case
from gehoor.domain.compliance import ComplianceRound, first_round
from gehoor.domain.correction import Correction
from gehoor.domain.customer import Identity
from gehoor.domain.judgement import Judgement
from gehoor.domain.mention import Mention, Visibility, digest
from gehoor.domain.network import Broken
from gehoor.domain.place import Cursor, Gap
from gehoor.domain.record import Delivered, MentionRecord, MentionState
from gehoor.domain.source import SourceState
from gehoor.domain.ticket import Comment
from gehoor.errors import Gone, Rejected
from gehoor.ports.ledger import Begin, Promise
from gehoor.ports.queues import Overdue
from gehoor.ports.sources import PollOutcome


class FakeMentions:
    """Fits `ports.MentionStore`; `pending` is what the outbox sees."""

    def __init__(self) -> None:
        self.records: dict[str, MentionRecord] = {}
        self.forgotten: set[str] = set()
        self.pending: dict[str, datetime] = {}
        self.resend_at: dict[str, datetime] = {}

    def put_new(self, mention: Mention, judgement: Judgement, now: datetime) -> bool:
        name = mention.mention_id
        if name in self.records or name in self.forgotten:
            return False
        state = MentionState.PENDING
        self.records[name] = MentionRecord(name, mention.source_id, state, now, mention, judgement)
        self.pending[name] = now
        return True

    def put_many(
        self, judged: Sequence[tuple[Mention, Judgement]], now: datetime
    ) -> Sequence[bool | None]:
        outcomes: list[bool | None] = []
        for mention, judgement in judged:
            try:
                outcomes.append(self.put_new(mention, judgement, now))
            except Rejected:
                outcomes.append(None)
        return outcomes

    def put_insight(self, mention: Mention, judgement: Judgement, now: datetime) -> bool:
        is_new = self.put_new(mention, judgement, now)
        if is_new:
            self._change(mention.mention_id, state=MentionState.INSIGHT)
            del self.pending[mention.mention_id]
        return is_new

    def edit_insight(self, mention: Mention, judgement: Judgement, now: datetime) -> bool:
        stored = self.records.get(mention.mention_id)
        if stored is None or stored.state is not MentionState.INSIGHT or stored.mention is None:
            return False
        before, edit = stored.mention.edited_at, mention.edited_at
        if edit is None or stored.deleted_at or (before is not None and before >= edit):
            return False
        self._change(mention.mention_id, mention=mention, judgement=judgement, refreshed_at=now)
        return True

    def note_edit(self, mention: Mention, judgement: Judgement, now: datetime) -> bool:
        if mention.mention_id in self.forgotten:
            return False
        stored = self._stored(mention.mention_id)
        before = stored.mention.edited_at if stored.mention else None
        if stored.state is MentionState.ASIDE or mention.edited_at is None or stored.deleted_at:
            return False
        if before is not None and before >= mention.edited_at:
            return False
        self._change(
            mention.mention_id,
            mention=mention,
            judgement=judgement,
            refreshed_at=now,
            state=MentionState.PENDING,
        )
        self.pending[mention.mention_id] = now
        return True

    def put_broken(self, broken: Broken, source_id: str, now: datetime) -> bool:
        name = digest(source_id, broken.native_id)
        if name in self.records:
            return False
        self.records[name] = MentionRecord(
            name, source_id, MentionState.ASIDE, now, None, None, broken.reason, broken.raw
        )
        return True

    def known(self, mention_ids: Sequence[str]) -> frozenset[str]:
        return frozenset(mention_ids) & (self.records.keys() | self.forgotten)

    def get(self, mention_id: str) -> MentionRecord | None:
        return self.records.get(mention_id)

    def get_many(self, mention_ids: Sequence[str]) -> Mapping[str, MentionRecord | None]:
        assert len(mention_ids) <= 100
        return {mention_id: self.records.get(mention_id) for mention_id in mention_ids}

    def forget(self, mention_id: str, _now: datetime) -> None:
        """What an operator's erasure does."""
        self.records.pop(mention_id, None)
        self.pending.pop(mention_id, None)
        self.forgotten.add(mention_id)

    def note_missing(self, mention_id: str, now: datetime) -> datetime:
        since = self._stored(mention_id).missing_since or now
        self._change(mention_id, missing_since=since)
        return since

    def note_present(self, mention_id: str) -> None:
        self._change(mention_id, missing_since=None)

    def note_gone(
        self, mention_id: str, mention: Mention, judgement: Judgement, now: datetime
    ) -> bool:
        if self._stored(mention_id).deleted_at is not None:
            return False
        self._change(mention_id, mention=mention, judgement=judgement, raw="", deleted_at=now)
        return True

    def renew(self, mention_id: str, mention: Mention, judgement: Judgement, now: datetime) -> None:
        stored = self._stored(mention_id)
        before = stored.mention.edited_at if stored.mention else None
        is_older = before and (mention.edited_at is None or mention.edited_at < before)
        if stored.deleted_at is None and not is_older:
            self._change(mention_id, mention=mention, judgement=judgement, refreshed_at=now)

    def repair(self, mention_id: str, mention: Mention, judgement: Judgement) -> None:
        self._change(mention_id, mention=mention, judgement=judgement, raw="")

    def correct(self, mention_id: str, corrections: Sequence[Correction]) -> None:
        if mention_id in self.records:
            self._change(mention_id, corrections=tuple(corrections))

    def place(self, mention_id: str, case_id: str) -> str:
        chosen = self._stored(mention_id).case_id or case_id
        self._change(mention_id, case_id=chosen)
        return chosen

    def delivered(
        self,
        mention_id: str,
        case_id: str,
        ticket_id: str,
        now: datetime,
        edited_at: datetime | None = None,
    ) -> None:
        if mention_id in self.forgotten:
            return
        self._change(mention_id, case_id=case_id, ticket_id=ticket_id, reason="")
        mention = self._stored(mention_id).mention
        edit = mention.edited_at if mention else None
        if edit is None or (edited_at is not None and edit <= edited_at):
            self._change(mention_id, state=MentionState.DELIVERED)
            self.pending.pop(mention_id, None)

    def delivered_many(self, delivered: Sequence[Delivered], now: datetime) -> None:
        for one in delivered:
            self.delivered(one.mention_id, one.case_id, one.ticket_id, now, one.edited_at)

    def set_aside(self, mention_id: str, reason: str, now: datetime) -> None:
        if self._stored(mention_id).state is not MentionState.DELIVERED:
            self._change(mention_id, state=MentionState.ASIDE, reason=reason)
            self.pending.pop(mention_id, None)

    def make_pending(self, mention_id: str, now: datetime) -> None:
        if self._stored(mention_id).state is not MentionState.DELIVERED:
            self._change(mention_id, state=MentionState.PENDING, attempts=0)
            self.pending[mention_id] = now
            self.resend_at.pop(mention_id, None)

    def count_attempt(self, mention_id: str, until: datetime) -> bool:
        """What the outbox does to a mention that it sends again."""
        if mention_id not in self.pending:
            return False
        self._change(mention_id, attempts=self.records[mention_id].attempts + 1)
        self.resend_at[mention_id] = until
        return True

    def _stored(self, mention_id: str) -> MentionRecord:
        if mention_id not in self.records:
            message = f"mention {mention_id} is not stored"
            raise Gone(message)
        return self.records[mention_id]

    def _change(self, mention_id: str, **changes: Any) -> None:
        self.records[mention_id] = replace(self._stored(mention_id), **changes)


class FakeForgotten:
    """Fits `ports.Forgotten`; `people` are identities' names."""

    def __init__(self) -> None:
        self.people: dict[str, datetime] = {}
        self.looks = 0

    def since(self, identities: Iterable[str]) -> Mapping[str, datetime]:
        self.looks += 1
        return {name: self.people[name] for name in identities if name in self.people}


class FakeArrivals:
    """Fits `ports.Arrivals` on what the store of mentions holds."""

    def __init__(self, mentions: FakeMentions) -> None:
        self._mentions = mentions

    def between(self, since: datetime, until: datetime) -> Iterator[tuple[datetime, str]]:
        seen = ((record.seen_at, name) for name, record in self._mentions.records.items())
        yield from sorted((at, name) for at, name in seen if since <= at < until)


class FakeIdentities:
    """Fits `ports.IdentityStore`."""

    def __init__(self) -> None:
        self.known: dict[str, Identity] = {}

    def get(self, name: str) -> Identity | None:
        return self.known.get(name)

    def get_many(self, names: Sequence[str]) -> Mapping[str, Identity | None]:
        assert len(names) <= 100
        return {name: self.known.get(name) for name in names}

    def put(self, identity: Identity) -> Identity | None:
        stored = self.known.get(identity.name)
        if (stored.revision if stored else 0) != identity.revision:
            return None
        is_listed = identity.revision or identity.confirmed
        listed = replace(identity, listed_under=identity.customer_id) if is_listed else identity
        self.known[identity.name] = replace(listed, revision=identity.revision + 1)
        return self.known[identity.name]

    def put_many(self, identities: Sequence[Identity]) -> Sequence[Identity | None]:
        return [
            None if identity.revision or identity.confirmed else self.put(identity)
            for identity in identities
        ]

    def of_customer(self, customer_id: str) -> Sequence[Identity]:
        return [
            found
            for found in self.known.values()
            if found.customer_id == found.listed_under == customer_id
        ]


class FakeCases:
    """Fits `ports.CaseStore`."""

    def __init__(self) -> None:
        self.cases: dict[str, Case] = {}
        self.merged: dict[str, dict[str, datetime]] = {}
        self.left_of: dict[str, Visibility] = {}
        self.resend_at: dict[str, datetime] = {}

    def postpone(self, case_id: str, until: datetime) -> bool:
        """What the outbox does to a case of which agents are to be told something."""
        if case_id not in self.cases or self.cases[case_id].wakes_at is None:
            return False
        self.resend_at[case_id] = until
        return True

    def forget(self, case_id: str, _now: datetime) -> None:
        """What an operator's erasure leaves."""
        case = self.cases.pop(case_id, None)
        if case is not None:
            self.left_of[case_id] = case.address.visibility

    def audience_left(self, case_id: str) -> Visibility | None:
        return self.left_of.get(case_id)

    def get(self, case_id: str) -> Case | None:
        return self.cases.get(case_id)

    def get_many(self, case_ids: Sequence[str]) -> Sequence[Case]:
        assert len(case_ids) <= 100
        return [self.cases[name] for name in case_ids if name in self.cases]

    def put(self, case: Case) -> bool:
        stored = self.cases.get(case.case_id)
        if (stored.revision if stored else 0) != case.revision:
            return False
        self.cases[case.case_id] = replace(case, revision=case.revision + 1)
        self.resend_at.pop(case.case_id, None)
        return True

    def open_many(self, cases: Sequence[Case]) -> None:
        for case in cases:
            self.put(case)

    def in_ticket(self, ticket_id: str) -> Mapping[str, datetime]:
        return dict(self.merged.get(ticket_id, {}))

    def merge(self, case_ids: Iterable[str], ticket_id: str, at: datetime) -> None:
        there = self.merged.setdefault(ticket_id, {})
        for case_id in case_ids:
            there.setdefault(case_id, at)


@dataclass(frozen=True)
class _Promised:
    lease_until: datetime | None
    result: dict[str, str] | None = None


class FakeLedger:
    """Fits `ports.Ledger`."""

    def __init__(self) -> None:
        self.promises: dict[str, _Promised] = {}
        self.owners: dict[str, str] = {}
        self.choices: dict[str, dict[str, str]] = {}

    def begin(self, key: str, now: datetime, lease: timedelta) -> Promise:
        known = self.promises.get(key)
        if known is not None and known.result is not None:
            return Promise(Begin.DONE, known.result, None)
        if known is not None and known.lease_until is not None and known.lease_until > now:
            return Promise(Begin.BUSY, {}, known.lease_until)
        self.promises[key] = _Promised(now + lease)
        return Promise(Begin.NEW if known is None else Begin.UNKNOWN, {}, None)

    def begin_new(self, keys: Sequence[str], now: datetime, lease: timedelta) -> Sequence[str]:
        new = [key for key in keys if key not in self.promises]
        return [key for key in new if self.begin(key, now, lease).begin is Begin.NEW]

    def has_begun(self, key: str) -> bool:
        return key in self.promises

    def finish(self, key: str, result: dict[str, str], now: datetime) -> None:
        self.promises[key] = _Promised(None, result)

    def release(self, key: str) -> None:
        self.promises[key] = replace(self.promises[key], lease_until=None)

    def withdraw(self, key: str) -> None:
        self.promises.pop(key, None)

    def claim(self, key: str, owner: str, now: datetime) -> bool:
        return self.owners.setdefault(key, owner) == owner

    def owner(self, key: str) -> str | None:
        return self.owners.get(key)

    def decide(self, key: str, choice: dict[str, str], now: datetime) -> dict[str, str]:
        return self.choices.setdefault(key, choice)

    def decided(self, key: str) -> dict[str, str] | None:
        return self.choices.get(key)

    def decided_many(self, keys: Sequence[str]) -> dict[str, dict[str, str]]:
        return {key: self.choices[key] for key in keys if key in self.choices}


class FakeSources:
    """Fits `ports.SourceStore`."""

    def __init__(self) -> None:
        self.states: dict[str, SourceState] = {}
        self.leases: dict[str, tuple[str, datetime]] = {}

    def add(self, source_id: str, now: datetime) -> None:
        """A source that came into the configuration."""
        self.states[source_id] = SourceState(source_id, {}, now, watched_since=now)

    def due(self, now: datetime, limit: int) -> Sequence[str]:
        waiting = sorted(self.states.values(), key=lambda state: state.next_due_at)
        return [state.source_id for state in waiting if state.next_due_at <= now][:limit]

    def claim_turn(self, source_id: str, now: datetime, next_due_at: datetime) -> bool:
        if self.states[source_id].next_due_at > now:
            return False
        self._change(source_id, next_due_at=next_due_at)
        return True

    def get(self, source_id: str) -> SourceState | None:
        return self.states.get(source_id)

    def acquire(
        self, source_id: str, owner: str, now: datetime, until: datetime
    ) -> SourceState | None:
        held = self.leases.get(source_id)
        if source_id not in self.states or (held is not None and held[1] >= now):
            return None
        self.leases[source_id] = (owner, until)
        return self.states[source_id]

    def leased_until(self, source_id: str) -> datetime | None:
        held = self.leases.get(source_id)
        return held[1] if held else None

    def save_cursor(
        self, source_id: str, owner: str, cursor: Cursor, gaps: Sequence[Gap] = ()
    ) -> bool:
        if not self._is_held_by(source_id, owner):
            return False
        self._move(source_id, cursor, gaps)
        return True

    def release(self, source_id: str, owner: str, outcome: PollOutcome) -> None:
        if not self._is_held_by(source_id, owner):
            return
        del self.leases[source_id]
        if outcome.cursor is not None:
            self._move(source_id, outcome.cursor, outcome.gaps)
        state = self.states[source_id]
        self._change(
            source_id,
            error=outcome.error,
            failures=state.failures + 1 if outcome.error else 0,
            last_success_at=state.last_success_at if outcome.error else outcome.at,
            last_new_at=outcome.at if outcome.new_items else state.last_new_at,
            next_due_at=outcome.not_before or state.next_due_at,
            quiet_until=outcome.not_before,
            credential_ends_at=state.credential_ends_at
            if outcome.error
            else outcome.credential_ends_at,
            rests_until=outcome.rests_until,
            pushed_at=None if outcome.new_items else state.pushed_at,
        )

    def note_pushed(self, source_id: str, at: datetime) -> None:
        if source_id in self.states:
            self._change(source_id, last_new_at=at, pushed_at=at)

    def _move(self, source_id: str, cursor: Cursor, gaps: Sequence[Gap]) -> None:
        kept = self.states[source_id].gaps
        self._change(source_id, cursor=json.loads(json.dumps(cursor)), gaps=tuple(gaps) or kept)

    def _is_held_by(self, source_id: str, owner: str) -> bool:
        held = self.leases.get(source_id)
        return held is not None and held[0] == owner

    def _change(self, source_id: str, **changes: Any) -> None:
        self.states[source_id] = replace(self.states[source_id], **changes)


class FakeInbox:
    """Fits `ports.Inbox`."""

    def __init__(self) -> None:
        self.comments: dict[tuple[str, str], Comment] = {}

    def keep(self, ticket_id: str, comment: Comment, now: datetime) -> None:
        name = (ticket_id, comment.comment_id)
        if name not in self.comments or self.comments[name].public:
            self.comments[name] = comment

    def read(self, ticket_id: str, comment_id: str) -> Comment | None:
        return self.comments.get((ticket_id, comment_id))


class FakeAnswers:
    """Fits `ports.Answers`."""

    def __init__(self) -> None:
        self.pending: dict[str, datetime] = {}
        self.outcomes: dict[str, str] = {}
        self.resend_at: dict[str, datetime] = {}
        self.attempts: dict[str, int] = {}

    def open(self, ticket_id: str, comment_id: str, now: datetime) -> bool:
        name = f"{ticket_id}/{comment_id}"
        if name in self.outcomes:
            return False
        self.pending.setdefault(name, now)
        return True

    def close(self, ticket_id: str, comment_id: str, outcome: str, now: datetime) -> None:
        name = f"{ticket_id}/{comment_id}"
        if self.pending.pop(name, None) is not None:
            self.outcomes[name] = outcome

    def drop(self, ticket_id: str, comment_id: str) -> None:
        self.pending.pop(f"{ticket_id}/{comment_id}", None)

    def knows(self, ticket_id: str, comment_id: str) -> bool:
        name = f"{ticket_id}/{comment_id}"
        return name in self.pending or name in self.outcomes


class FakeBulks:
    """Fits `ports.BulkStore`."""

    MOST = 20
    MOST_BESIDE_NOTES = 10

    def __init__(self) -> None:
        self.bulks: dict[str, BulkWork] = {}
        self.resends: dict[str, datetime] = {}

    def prepare(self, bulk: BulkWork) -> bool:
        if self._counted() >= (self.MOST_BESIDE_NOTES if bulk.notes else self.MOST):
            return False
        self.bulks[bulk.key] = bulk
        return True

    def notes_have_room(self) -> bool:
        return self._counted() < self.MOST_BESIDE_NOTES

    def _counted(self) -> int:
        return sum(not bulk.wanted for bulk in self.bulks.values())

    def want(self, bulk: BulkWork) -> None:
        self.bulks.setdefault(bulk.key, bulk)

    def keep_wanted(self, bulk: BulkWork) -> None:
        if bulk.key in self.bulks:
            self.bulks[bulk.key] = bulk

    def started(self, key: str, job_id: str) -> None:
        self.bulks[key] = replace(self.bulks[key], job_id=job_id)

    def get(self, key: str) -> BulkWork | None:
        return self.bulks.get(key)

    def close(self, key: str) -> None:
        self.bulks.pop(key, None)

    @property
    def pending(self) -> dict[str, datetime]:
        return {key: bulk.begun_at for key, bulk in self.bulks.items()}


class FakeNotes:
    """Fits `ports.NoteStore`."""

    def __init__(self) -> None:
        self.wanted: dict[str, str] = {}
        self.pending: dict[str, datetime] = {}
        self.resends: dict[str, datetime] = {}

    def open(self, case_id: str, mention_id: str, now: datetime) -> None:
        self.wanted.setdefault(case_id, mention_id)
        self.pending.setdefault(case_id, now)

    def open_many(self, opened_by: Mapping[str, str], now: datetime) -> None:
        for case_id, mention_id in opened_by.items():
            self.open(case_id, mention_id, now)

    def get(self, case_id: str) -> str | None:
        return self.wanted.get(case_id)

    def close(self, case_id: str) -> None:
        self.wanted.pop(case_id, None)
        self.pending.pop(case_id, None)


class FakeOutbox:
    """Fits `ports.Outbox` on what the other stores hold as pending."""

    def __init__(
        self,
        mentions: FakeMentions,
        answers: FakeAnswers,
        bulks: FakeBulks,
        notes: FakeNotes,
        cases: FakeCases | None = None,
        alerts: "FakeAlerts | None" = None,
    ) -> None:
        self._cases = cases or FakeCases()
        self._mentions = mentions
        self._answers = answers
        self._others: dict[str, FakeBulks | FakeNotes | FakeAlerts] = {
            "bulk": bulks,
            "note": notes,
            "alert": alerts or FakeAlerts(),
        }

    def overdue(self, before: datetime, now: datetime, limit: int) -> Sequence[Overdue]:
        mentions, answers = self._mentions, self._answers
        waiting = [
            Overdue("mention", name, mentions.records[name].attempts, since, _is_due(found, now))
            for name, since in mentions.pending.items()
            for found in [mentions.resend_at.get(name)]
        ]
        waiting += [
            Overdue("answer", name, answers.attempts.get(name, 0), since, _is_due(found, now))
            for name, since in answers.pending.items()
            for found in [answers.resend_at.get(name)]
        ]
        waiting += [
            Overdue(kind, name, 0, since, _is_due(store.resends.get(name), now))
            for kind, store in self._others.items()
            for name, since in store.pending.items()
        ]
        return _oldest((item for item in waiting if item.since < before), limit)

    def waking(self, now: datetime, limit: int) -> Sequence[Overdue]:
        stored = self._cases
        found = [
            Overdue("case", name, 0, case.wakes_at, _is_due(stored.resend_at.get(name), now))
            for name, case in stored.cases.items()
            if case.wakes_at is not None and case.wakes_at < now
        ]
        return _oldest(found, limit)

    def postpone(self, item: Overdue, until: datetime) -> bool:
        if item.kind == "mention":
            return self._mentions.count_attempt(item.name, until)
        if item.kind == "case":
            return self._cases.postpone(item.name, until)
        if item.kind in self._others:
            store = self._others[item.kind]
            store.resends[item.name] = until
            return item.name in store.pending
        if item.name not in self._answers.pending:
            return False
        self._answers.attempts[item.name] = item.attempts + 1
        self._answers.resend_at[item.name] = until
        return True


def _oldest(items: Iterable[Overdue], limit: int) -> Sequence[Overdue]:
    """In order, until so many of them are due."""
    found = sorted(items, key=lambda item: item.since)
    ends = [place for place, item in enumerate(found, 1) if item.due]
    return found[: ends[limit - 1]] if len(ends) >= limit else found


def _is_due(resend_at: datetime | None, now: datetime) -> bool:
    return resend_at is None or resend_at <= now


class FakeReplays:
    """Fits `ports.Replays`."""

    def __init__(self) -> None:
        self.names: set[str] = set()

    def seen(self, names: Sequence[str]) -> bool:
        return not self.names.isdisjoint(names)

    def remember(self, names: Sequence[str], now: datetime) -> None:
        self.names.update(names)


class FakeComplianceRounds:
    """Fits `ports.ComplianceRounds`."""

    def __init__(self) -> None:
        self.rounds: dict[str, ComplianceRound] = {}
        self.leases: dict[str, tuple[str, datetime]] = {}

    def take(
        self, source_id: str, owner: str, now: datetime, until: datetime
    ) -> ComplianceRound | None:
        held = self.leases.get(source_id)
        if held is not None and held[1] >= now:
            return None
        self.leases[source_id] = (owner, until)
        return self.rounds.setdefault(source_id, first_round(now))

    def save(self, source_id: str, owner: str, progress: ComplianceRound) -> bool:
        if self.leases.get(source_id, ("",))[0] != owner:
            return False
        self.rounds[source_id] = progress
        del self.leases[source_id]
        return True


class FakeBookmarks:
    """Fits `ports.Bookmarks`."""

    def __init__(self) -> None:
        self.places: dict[str, datetime] = {}
        self.leases: dict[str, tuple[str, datetime]] = {}

    def take(self, name: str, owner: str, now: datetime, until: datetime) -> datetime | None:
        held = self.leases.get(name)
        if held is not None and held[1] >= now:
            return None
        self.leases[name] = (owner, until)
        return self.places.setdefault(name, now)

    def move(self, name: str, owner: str, place: datetime) -> bool:
        if not self._is_held_by(name, owner):
            return False
        self.places[name] = place
        return True

    def release(self, name: str, owner: str) -> None:
        if self._is_held_by(name, owner):
            del self.leases[name]

    def _is_held_by(self, name: str, owner: str) -> bool:
        return self.leases.get(name, ("",))[0] == owner


class FakeAlerts:
    """Fits `ports.Alerts`; `pending` is what the outbox sees."""

    def __init__(self) -> None:
        self.records: dict[str, AlertRecord] = {}
        self.pending: dict[str, datetime] = {}
        self.resends: dict[str, datetime] = {}

    def put_new(self, alert: Alert, now: datetime) -> bool:
        if alert.name in self.records:
            return False
        self.records[alert.name] = AlertRecord(alert, now)
        self.pending[alert.name] = now
        return True

    def get(self, name: str) -> AlertRecord | None:
        return self.records.get(name)

    def told(self, name: str, now: datetime) -> None:
        if name in self.records:
            self.records[name] = replace(self.records[name], told_at=now)
            self.pending.pop(name, None)

    def faces(self) -> Sequence[AlertRecord]:
        is_face = AlertKind.FALSE_FACE
        return [one for one in self.records.values() if one.alert.subject is is_face]
