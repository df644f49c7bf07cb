"""The whole way on fakes: people, a network, gehoor's functions on their queues, a helpdesk.

The functions run as on Lambda: a message that fails comes back later, one whose worker died comes
back when its visibility ends, and after a hundred receipts it is a dead letter.
"""

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from itertools import count
from typing import TypeGuard

from factories import BRAND, judge
from fakes.budget import FakeBudget
from fakes.clock import FakeClock, FakeMetrics
from fakes.compliance import FakeComplianceJobs
from fakes.crm import FakeCrm
from fakes.helpdesk import FakeHelpdesk
from fakes.incidents import FakeBrandWatches, FakeIncidents
from fakes.notices import FakeNotices
from fakes.queues import FakeQueues, Message
from fakes.quota import FakeQuota
from fakes.replies import FakeReplyMemory
from fakes.stores import (
    FakeAlerts,
    FakeAnswers,
    FakeArrivals,
    FakeBookmarks,
    FakeBulks,
    FakeCases,
    FakeComplianceRounds,
    FakeForgotten,
    FakeIdentities,
    FakeInbox,
    FakeLedger,
    FakeMentions,
    FakeNotes,
    FakeOutbox,
    FakeReplays,
    FakeSources,
)
from fakes.tap import Death, Tap
from fakes.town import Answer, FakeTown
from gehoor.config import RECHECK_AFTER
from gehoor.domain.coach_signs import Calling, CoachRules
from gehoor.domain.desk import Desk
from gehoor.domain.event import CommentAdded, Event, event_from, message_of
from gehoor.domain.history_note import history_marker
from gehoor.domain.mention import Image, Mention
from gehoor.domain.network import Broken, ImageFile
from gehoor.domain.pace import Pace
from gehoor.domain.reach import ReachThresholds
from gehoor.domain.record import MentionState
from gehoor.domain.rules import NO_RULES
from gehoor.errors import GehoorError, Gone, Transient
from gehoor.likeness import alike, likeness
from gehoor.ports.network import Network
from gehoor.usecases.alerting import WatchPorts
from gehoor.usecases.answering import AnswerPorts, CoachPorts
from gehoor.usecases.apply import EventPorts, apply_event
from gehoor.usecases.catch_up import CatchUpPorts
from gehoor.usecases.clocks import wake_case
from gehoor.usecases.compliance import CompliancePorts
from gehoor.usecases.deliver_many import deliver_mentions
from gehoor.usecases.deliver_ports import DeliverPorts
from gehoor.usecases.deliver_waiting import deliver_waiting
from gehoor.usecases.dispatch import dispatch_polls
from gehoor.usecases.due_rechecks import DueRecheckPorts
from gehoor.usecases.follow import FollowPorts
from gehoor.usecases.intake import REFERENCE_LIMIT, IntakePorts
from gehoor.usecases.known_entries import TakenIn
from gehoor.usecases.noting import write_pending_note
from gehoor.usecases.poll import PollPorts, Watched, look_at_post, poll_source
from gehoor.usecases.pushed import PushPorts
from gehoor.usecases.receive import receive
from gehoor.usecases.recheck import RecheckPorts, recheck_posts
from gehoor.usecases.storms import StormPorts
from gehoor.usecases.sweep import Expected, SweepPorts, sweep
from gehoor.usecases.telling_alerts import tell_alert

EVERY = timedelta(minutes=1)
PACE = Pace(EVERY, EVERY, EVERY)
BACKFILL = timedelta(hours=24)
SILENCE = timedelta(days=7)
VISIBILITY = timedelta(minutes=6)
MOST_RECEIPTS = 100
SWEEPS = timedelta(minutes=5)
RUN = timedelta(seconds=30)
SOURCE = "masto"
UNDETERMINED = "und"


@dataclass
class Waiting:
    """A message on a queue."""

    work: Callable[[Message], None]
    body: Message
    visible_at: datetime
    receipts: int = 0


class Knock:
    """A webhook whose sender is always believed: its body is the message, its name a header."""

    def verify(self, headers: Mapping[str, str], body: bytes, secret: str, now: datetime) -> None:
        return

    def names(self, headers: Mapping[str, str], body: bytes) -> Sequence[str]:
        return [headers["name"]]

    def read(self, body: bytes) -> Event | None:
        return event_from(json.loads(body))


NO_HURRY = Desk(target=timedelta(days=30))
"""For stories in which nothing is to come due meanwhile: what is due has tests of its own."""


class World:
    """People, network, gehoor and helpdesk; `tap` sits on every call of gehoor's functions."""

    def __init__(self) -> None:
        self.tap = Tap()
        self.clock = FakeClock()
        self.metrics = FakeMetrics()
        self.taken_in = TakenIn()
        self.queues = FakeQueues()
        self.mentions = FakeMentions()
        self.forgotten = FakeForgotten()
        self.identities = FakeIdentities()
        self.cases = FakeCases()
        self.ledger = FakeLedger()
        self.sources = FakeSources()
        self.answers = FakeAnswers()
        self.bulks = FakeBulks()
        self.notes = FakeNotes()
        self.alerts = FakeAlerts()
        self.thresholds = ReachThresholds()
        self.quota = FakeQuota()
        self.budget = FakeBudget(self.clock)
        self.watches = FakeBrandWatches()
        self.incidents = FakeIncidents()
        self.outbox = FakeOutbox(
            self.mentions, self.answers, self.bulks, self.notes, self.cases, self.alerts
        )
        self.helpdesk = FakeHelpdesk(self.clock)
        self.crm = FakeCrm()
        self.notices = FakeNotices()
        self.desk = Desk()
        self.replies = FakeReplyMemory()
        self.coach_rules = CoachRules()
        self.calling: Calling | None = None
        self.spoken = UNDETERMINED
        self.town = FakeTown(clock=self.clock)
        self.agent = self.helpdesk.hire_agent()
        self.waiting: list[Waiting] = []
        self.dead_letters: list[Message] = []
        self.sent: list[tuple[Callable[[Message], None], Message]] = []
        self.comments: dict[tuple[str, str], str] = {}
        self.errors: list[str] = []
        self.replays = FakeReplays()
        self.bookmarks = FakeBookmarks()
        self.unheard: list[tuple[str, Event]] = []
        self.to_lose = 0
        self._calls = count()
        self.is_configured = True
        self.join_within = timedelta(0)
        self.rules = NO_RULES
        self.in_batches = False
        self.recheck_after = RECHECK_AFTER
        self.refresh_within: dict[str, timedelta] = {}
        self.rounds = FakeComplianceRounds()
        self.jobs = FakeComplianceJobs(self.town, self.clock)
        self.asked_in_jobs: tuple[str, ...] = ()
        self._last_swept = self.clock()
        self.sources.add(SOURCE, self.clock())

    # gehoor's functions.

    def dispatch(self) -> None:
        queues = self.tap.wrap("queues", self.queues)
        dispatch_polls({SOURCE: EVERY}, self.tap.wrap("sources", self.sources), queues, self.clock)

    def sweep(self) -> None:
        wrap = self.tap.wrap
        ports = SweepPorts(
            outbox=wrap("outbox", self.outbox),
            mentions=wrap("mentions", self.mentions),
            sources=wrap("sources", self.sources),
            queues=wrap("queues", self.queues),
            clock=self.clock,
            metrics=self.metrics,
            catch_up=self.catch_up_ports(),
            rechecks=self.due_recheck_ports(),
            compliance=self.compliance_ports(),
            storms=self.storm_ports(),
        )
        sweep({SOURCE: Expected(EVERY, SILENCE)}, ports, self.clock() + RUN)

    def poll(self, message: Message) -> None:
        networks, intake = self.network, self.intake_ports()
        ports = PollPorts(
            self.tap.wrap("sources", self.sources), networks, intake, lambda: 0.0, self.taken_in
        )
        owner = f"owner-{len(self.tap.names)}-{self.clock():%H%M%S}"
        watched = Watched(message["source_id"], BRAND, PACE, BACKFILL)
        if "post_id" in message:
            look_at_post(watched, message["post_id"], ports)
        else:
            poll_source(watched, ports, owner, self.clock() + RUN)

    def deliver(self, message: Message) -> None:
        if "recheck_id" in message:
            names = [message["recheck_id"]]
            for failure in recheck_posts(names, self.recheck_ports(), self.clock() + RUN).values():
                raise failure
        elif "bulk_id" in message:
            for failure in self.deliver_together([message]).values():
                raise failure
        elif "clock_id" in message:
            wake_case(message["clock_id"], self.deliver_ports())
        elif "alert_id" in message:
            tell_alert(message["alert_id"], self.deliver_ports())
        elif "case_id" in message:
            write_pending_note(message["case_id"], self.deliver_ports())
        else:
            deliver_one(message["mention_id"], self.deliver_ports())

    def deliver_together(self, messages: Sequence[Message]) -> Mapping[str, Exception]:
        ports, deadline = self.deliver_ports(), self.clock() + RUN
        return deliver_waiting(messages, ports, self.deliver_ports, self.recheck_ports, deadline)

    def answer(self, message: Message) -> None:
        ports = EventPorts(self.answer_ports(), self.follow_ports(), self.push_ports())
        apply_event(message, ports)

    def push_ports(self) -> PushPorts:
        wrap = self.tap.wrap
        queues = wrap("queues", self.queues)
        return PushPorts({SOURCE: "town"}, wrap("sources", self.sources), queues, self.clock)

    def intake_ports(self) -> IntakePorts:
        wrap = self.tap.wrap
        mentions, queues = wrap("mentions", self.mentions), wrap("queues", self.queues)
        watching = WatchPorts(self.rules.company, self.thresholds, wrap("alerts", self.alerts))
        return IntakePorts(
            mentions, self.forgotten, queues, judge, self.clock, self.metrics, watching
        )

    def due_recheck_ports(self) -> DueRecheckPorts:
        wrap = self.tap.wrap
        return DueRecheckPorts(
            ages=self.recheck_after,
            refresh_within=self.refresh_within,
            arrivals=wrap("arrivals", FakeArrivals(self.mentions)),
            mentions=wrap("mentions", self.mentions),
            bookmarks=wrap("bookmarks", self.bookmarks),
            queues=wrap("queues", self.queues),
            clock=self.clock,
            owner=f"owner-{next(self._calls)}",
        )

    def compliance_ports(self) -> CompliancePorts:
        wrap = self.tap.wrap
        return CompliancePorts(
            sources=self.asked_in_jobs,
            jobs=lambda _source: wrap("jobs", self.jobs),
            rounds=wrap("rounds", self.rounds),
            arrivals=wrap("arrivals", FakeArrivals(self.mentions)),
            mentions=wrap("mentions", self.mentions),
            queues=wrap("queues", self.queues),
            clock=self.clock,
            metrics=self.metrics,
            owner=f"owner-{next(self._calls)}",
        )

    def storm_ports(self) -> StormPorts:
        wrap = self.tap.wrap
        return StormPorts(
            arrivals=wrap("arrivals", FakeArrivals(self.mentions)),
            mentions=wrap("mentions", self.mentions),
            bookmarks=wrap("bookmarks", self.bookmarks),
            watches=wrap("watches", self.watches),
            incidents=wrap("incidents", self.incidents),
            alike=alike,
            helpdesk=lambda: wrap("helpdesk", self.helpdesk),
            ledger=wrap("ledger", self.ledger),
            queues=wrap("queues", self.queues),
            notices=[wrap("notices", self.notices)],
            clock=self.clock,
            metrics=self.metrics,
            owner=f"owner-{next(self._calls)}",
        )

    def recheck_ports(self) -> RecheckPorts:
        deliver, intake = self.deliver_ports(), self.intake_ports()
        return RecheckPorts(deliver, intake, lambda _source: BRAND, self.refresh_within)

    def follow_ports(self) -> FollowPorts:
        wrap = self.tap.wrap
        return FollowPorts(
            wrap("cases", self.cases),
            wrap("identities", self.identities),
            wrap("helpdesk", self.helpdesk),
            wrap("mentions", self.mentions),
            wrap("ledger", self.ledger),
            self.clock,
            self.metrics,
        )

    def catch_up_ports(self) -> CatchUpPorts:
        wrap = self.tap.wrap
        return CatchUpPorts(
            bookmarks=wrap("bookmarks", self.bookmarks),
            answers=wrap("answers", self.answers),
            cases=wrap("cases", self.cases),
            helpdesk=lambda: wrap("helpdesk", self.helpdesk),
            queues=wrap("queues", self.queues),
            clock=self.clock,
            metrics=self.metrics,
            owner=f"owner-{next(self._calls)}",
        )

    def deliver_ports(self) -> DeliverPorts:
        wrap = self.tap.wrap
        return DeliverPorts(
            mentions=wrap("mentions", self.mentions),
            identities=wrap("identities", self.identities),
            cases=wrap("cases", self.cases),
            ledger=wrap("ledger", self.ledger),
            bulks=wrap("bulks", self.bulks),
            notes=wrap("notes", self.notes),
            queues=wrap("queues", self.queues),
            helpdesk=wrap("helpdesk", self.helpdesk),
            networks=self.network,
            images=self.pictures,
            clock=self.clock,
            wait=self.clock.wait,
            metrics=self.metrics,
            join_within=self.join_within,
            crm=wrap("crm", self.crm),
            rules=self.rules,
            alerts=wrap("alerts", self.alerts),
            desk=self.desk,
            notices=[wrap("notices", self.notices)],
            calling=self.calling,
        )

    def answer_ports(self) -> AnswerPorts:
        wrap = self.tap.wrap
        return AnswerPorts(
            answers=wrap("answers", self.answers),
            cases=wrap("cases", self.cases),
            mentions=wrap("mentions", self.mentions),
            incidents=wrap("incidents", self.incidents),
            ledger=wrap("ledger", self.ledger),
            helpdesk=wrap("helpdesk", self.helpdesk),
            networks=self.network,
            quota=wrap("quota", self.quota),
            budget=wrap("budget", self.budget),
            queues=wrap("queues", self.queues),
            clock=self.clock,
            metrics=self.metrics,
            desk=self.desk,
            coach=self.coach_ports(),
        )

    def coach_ports(self) -> CoachPorts:
        wrap = self.tap.wrap
        return CoachPorts(
            replies=wrap("replies", self.replies),
            detect=lambda _text, _allowed: self.spoken,
            rules=self.coach_rules,
            likeness=likeness,
        )

    def network(self, source_id: str) -> Network:
        if not self.is_configured:
            message = f"source {source_id} is not in the configuration any more"
            raise Gone(message)
        tapped: Network = self.tap.wrap("network", self.town)
        return tapped

    def pictures(self, image: Image) -> ImageFile:
        """What is kept at a picture's address: nothing, where a test took it away."""
        if image.url in self.town.deleted:
            message = "the picture is gone"
            raise Gone(message)
        return ImageFile("picture.png", "image/png", image.url.encode())

    # What people and the helpdesk do.

    def comment(self, ticket_id: str, text: str, public: bool = True, tag: str = "") -> str:
        """An agent writes, and the helpdesk tells gehoor, again and again until it listens."""
        comment_id = self.helpdesk.write(ticket_id, self.agent, text, public, tag=tag)
        if public:
            self.comments[ticket_id, comment_id] = text
        self.tell(CommentAdded(ticket_id, comment_id))
        return comment_id

    def tell(self, event: Event) -> None:
        """The helpdesk's webhook calls, unless the call is lost."""
        if self.to_lose:
            self.to_lose -= 1
        else:
            self.ring(f"call-{next(self._calls)}", event)

    def ring(self, name: str, event: Event) -> None:
        """One call of the helpdesk's webhook; what is not taken is repeated later."""
        wrap = self.tap.wrap
        queues, replays = wrap("queues", self.queues), wrap("replays", self.replays)
        body, headers = json.dumps(message_of(event)).encode(), {"name": name}
        try:
            status, _ = receive(
                Knock(),
                headers,
                body,
                lambda _max_age: "",
                FakeInbox,
                queues,
                lambda: replays,
                self.clock,
                self.metrics,
            )
        except Death:
            self.tap.revive()
            status = 504
        if status != 200:
            self.unheard.append((name, event))

    # Time.

    def settle(self, longest: timedelta = timedelta(hours=3)) -> None:
        """Let time pass until nothing is left to do, for at most `longest`."""
        end = self.clock() + longest
        self.wake(self.dispatch)
        while self.clock() < end:
            self.work()
            if self.is_quiet():
                return
            self.clock.now = self._next_moment()
            self.wake(self.dispatch)
            if self.clock() - self._last_swept >= SWEEPS:
                self._last_swept = self.clock()
                self.wake(self.sweep)

    def _next_moment(self) -> datetime:
        """When something is to be done: a message, a turn of the source, or a sweep; never back."""
        turn = max(self.sources.states[SOURCE].next_due_at, self.clock() + timedelta(minutes=1))
        messages = (item.visible_at for item in self.waiting)
        return max(self.clock(), min([self._last_swept + SWEEPS, turn, *messages]))

    def end(self) -> None:
        """Let the leases of dead workers run out, then read all once more without faults."""
        self.tap.faults.clear()
        self.tap.before.clear()
        self.clock.advance(minutes=3)
        self.settle()

    def work(self) -> None:
        """Take every message that is visible now."""
        unheard, self.unheard = self.unheard, []
        for name, event in unheard:
            self.ring(name, event)
        told, self.helpdesk.told = self.helpdesk.told, []
        for event in told:
            self.ring(f"call-{next(self._calls)}", event)
        self._receive()
        visible = [item for item in self.waiting if item.visible_at <= self.clock()]
        self.waiting = [item for item in self.waiting if item not in visible]
        together = [item for item in visible if self.in_batches and item.work == self.deliver]
        if together:
            self._attempt_together(together)
        for waiting in visible:
            if waiting not in together:
                self._attempt(waiting)
        self._receive()

    def is_quiet(self) -> bool:
        pending = (
            self.waiting,
            self.unheard,
            self.helpdesk.told,
            self.mentions.pending,
            self.answers.pending,
            self.bulks.bulks,
            self.notes.wanted,
            self.alerts.pending,
        )
        idle = not any(pending)
        return idle and self.town.is_read(self.sources.states[SOURCE].cursor)

    def everything_again(self) -> None:
        """Another worker takes every message that was ever sent, as if it came twice."""
        self._receive()
        for work, body in list(self.sent):
            try:
                work(dict(body))
            except GehoorError:
                continue

    def _receive(self) -> None:
        queues = self.queues
        for work, queue in (
            (self.deliver, queues.urgent),
            (self.deliver, queues.deliveries),
            (self.answer, queues.events),
            (self.poll, queues.polls),
        ):
            while queue:
                body = queue.pop(0)
                self.sent.append((work, body))
                self.waiting.append(Waiting(work, body, self.clock()))

    def _attempt(self, waiting: Waiting) -> None:
        waiting.receipts += 1
        try:
            waiting.work(dict(waiting.body))
        except GehoorError as error:
            self._fail(waiting, error)
        except Death:
            self.tap.revive()
            self._return(waiting, self.clock() + VISIBILITY)

    def _attempt_together(self, batch: list[Waiting]) -> None:
        """As a queue hands over a batch: what fails comes again, the rest is done."""
        for item in batch:
            item.receipts += 1
        try:
            failures = self.deliver_together([dict(item.body) for item in batch])
        except Death:
            self.tap.revive()
            for item in batch:
                self._return(item, self.clock() + VISIBILITY)
            return
        for item in batch:
            for name in item.body.values():
                if name in failures:
                    self._fail(item, failures[name])

    def _fail(self, waiting: Waiting, error: Exception) -> None:
        if not isinstance(error, GehoorError):
            raise error
        self.errors.append(str(error))
        retry_at = error.retry_at if isinstance(error, Transient) else None
        back_off = timedelta(seconds=15 * 2 ** min(waiting.receipts, 5))
        self._return(waiting, retry_at or self.clock() + back_off)

    def _return(self, waiting: Waiting, visible_at: datetime) -> None:
        waiting.visible_at = visible_at
        kept = self.waiting if waiting.receipts < MOST_RECEIPTS else None
        if kept is None:
            self.dead_letters.append(waiting.body)
        else:
            kept.append(waiting)

    def wake(self, function: Callable[[], None]) -> None:
        """A scheduled function: it is not repeated, the next turn mends what this one left."""
        try:
            function()
        except GehoorError:
            return
        except Death:
            self.tap.revive()


def _said(thread: list[Answer]) -> str:
    """What an answer's posts say together, without space and without the right numbers."""
    texts = [answer.text for answer in thread]
    if len(texts) > 1:
        ends = [f" ({number}/{len(texts)})" for number in range(1, len(texts) + 1)]
        assert all(text.endswith(end) for text, end in zip(texts, ends, strict=True))
        texts = [text.removesuffix(end) for text, end in zip(texts, ends, strict=True)]
    return "".join("".join(texts).split())


def assert_all_well(world: World) -> None:
    """What must hold at the end, whatever went wrong on the way."""
    posted = [item for item in world.town.items if isinstance(item, Mention)]
    heard = [
        mention
        for mention in posted
        if not BRAND.wrote(mention.author) and not _is_unstorable(mention)
    ]
    _assert_nothing_lost(world, heard)
    _assert_each_shown_once(world, heard)
    _assert_told_once_what_is_gone(world, heard)
    _assert_answered_once(world)
    next_turn = world.clock() + timedelta(minutes=1)
    assert all(until < next_turn for _, until in world.sources.leases.values())
    assert world.town.is_read(world.sources.states[SOURCE].cursor)


def _assert_nothing_lost(world: World, heard: list[Mention]) -> None:
    """What could be read is delivered, what could not is aside, each once, and nothing else is."""
    records = world.mentions.records
    states = {records[mention.mention_id].state for mention in heard}
    assert states <= {MentionState.DELIVERED}
    broken = {item.native_id for item in world.town.items if not isinstance(item, Mention)}
    unstorable = {item.uri for item in world.town.items if _is_unstorable(item)}
    aside = [record for record in records.values() if record.state is MentionState.ASIDE]
    assert len(aside) == len(broken) + len(unstorable)
    assert all(record.reason for record in aside)
    assert len(records) == len({mention.uri for mention in heard}) + len(aside)


def _is_unstorable(item: Mention | Broken) -> TypeGuard[Mention]:
    return isinstance(item, Mention) and len(item.permalink) > REFERENCE_LIMIT


def _assert_each_shown_once(world: World, heard: list[Mention]) -> None:
    tickets = world.helpdesk.tickets.values()
    markers = Counter(
        marker
        for ticket in tickets
        for comment in ticket.comments
        for marker in comment.marker.split()
    )
    assert {mention.mention_id: markers[mention.mention_id] for mention in heard} == {
        mention.mention_id: 1 for mention in heard
    }
    case_ids = {record.case_id for record in world.mentions.records.values()} - {""}
    external_ids = Counter(ticket.draft.external_id for ticket in tickets)
    assert external_ids == Counter(f"gehoor:{case_id}" for case_id in case_ids)
    notes = {case_id: markers[history_marker(case_id)] for case_id in case_ids}
    assert set(notes.values()) <= {1}


def _assert_told_once_what_is_gone(world: World, heard: list[Mention]) -> None:
    """What was noticed is told once and kept by nobody; what was never deleted is never told."""
    comments = [c for ticket in world.helpdesk.tickets.values() for c in ticket.comments]
    told = Counter(c.marker for c in comments if c.marker.startswith("gone:"))
    records = [world.mentions.records[mention.mention_id] for mention in heard]
    noticed = [record for record in records if record.deleted_at is not None]
    assert told == {f"gone:{record.mention_id}": 1 for record in noticed}
    kept = [record.mention for record in noticed if record.mention is not None]
    assert {mention.native_id for mention in kept} <= world.town.deleted
    assert not any(mention.text for mention in kept)


def _assert_answered_once(world: World) -> None:
    """Each public comment is out, all of it, in order, once; so is an invitation for each case."""
    invitation = world.town.can.invitation
    threads = world.town.threads()
    invited = [thread[0].address.native_id for thread in threads if thread[0].text == invitation]
    assert len(invited) == len(set(invited))
    said = [_said(thread) for thread in threads if thread[0].text != invitation]
    assert sorted(said) == sorted("".join(text.split()) for text in world.comments.values())
    for ticket_id, comment_id in world.comments:
        check = partial(world.helpdesk.find_comment, ticket_id)
        assert check(f"posted:{comment_id}")
        comments = world.helpdesk.tickets[ticket_id].comments
        notes = [c for c in comments if c.marker == f"posted:{comment_id}"]
        assert len(notes) == 1
        assert not notes[0].public


def deliver_one(mention_id: str, ports: DeliverPorts) -> None:
    """Bring a mention that comes alone into the helpdesk; raises why it must come again."""
    for failure in deliver_mentions([mention_id], ports, ports.clock() + RUN).values():
        raise failure
