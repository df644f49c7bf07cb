"""What agents read about a case's clocks: an answer that is waited for, a promise that is due."""

from collections.abc import Iterator

from gehoor.domain.case import Case
from gehoor.domain.desk import Desk
from gehoor.domain.due_promise import PROMISE_DUE, PROMISE_KEPT, GivenPromise
from gehoor.domain.first_answer import TAGS, FirstAnswer, Stage
from gehoor.domain.naming import network_name
from gehoor.domain.priority import Priority
from gehoor.domain.text import ticket_html
from gehoor.domain.ticket import CommentDraft

_OVER = {
    Stage.HALF: "Half of the time for a first answer is over",
    Stage.SOON: "Four fifths of the time for a first answer are over",
    Stage.OVERDUE: "The first answer is overdue",
}


def waiting_note(case: Case, clock: FirstAnswer, stage: Stage, desk: Desk) -> CommentDraft:
    """The internal note that a first answer is still waited for."""
    is_or_was = "was" if stage is Stage.OVERDUE else "is"
    text = (
        f"{_OVER[stage]}: it {is_or_was} due {desk.in_words(clock.due_at)}. Nothing is on "
        f"{network_name(case.network)} yet; an answer counts from when it is there."
    )
    others = tuple(tag for other, tag in TAGS.items() if other is not stage)
    return CommentDraft(
        ticket_html(text),
        public=False,
        marker=f"{TAGS[stage]}:{case.case_id}:{clock.started_at:%Y%m%dT%H%M%SZ}",
        tags=(TAGS[stage],),
        drops_tags=others,
    )


def promise_note(
    case: Case, promise: GivenPromise, desk: Desk, *, tells_tags: bool
) -> CommentDraft:
    """The internal note that brings a ticket back for a promise, solved or not."""
    kept = (
        f" If it is kept already, nothing is to be done; next time the tag {PROMISE_KEPT} says so."
    )
    text = (
        f"A promise to this customer is due {desk.in_words(promise.due_at)}: “{promise.quote}”\n\n"
        "Keep it, or tell the customer before then that it takes longer."
        f"{kept if tells_tags else ''}"
    )
    return CommentDraft(
        ticket_html(text),
        public=False,
        marker=f"{PROMISE_DUE}:{case.case_id}:{promise.comment_id}",
        reopens=True,
        tags=(PROMISE_DUE,),
        at_least=Priority.HIGH,
    )


def promise_lines(case: Case, comment_id: str, desk: Desk, *, tells_tags: bool) -> Iterator[str]:
    """What the note about an answer says of promises: of those it keeps, of the one it gives."""
    for promise in case.promises:
        if promise.kept_by == comment_id:
            yield (
                f"gehoor takes this answer for the one that was promised: “{promise.quote}” (due "
                f"{desk.in_words(promise.due_at)}). If it is not, say by when it comes."
            )
        elif promise.comment_id == comment_id:
            unless = (
                f", unless you set the tag {PROMISE_KEPT} or answer before" if tells_tags else ""
            )
            yield (
                f"You promised something for {desk.in_words(promise.due_at)}: “{promise.quote}” "
                f"This ticket comes back on {desk.in_words(promise.notice_at)}{unless}."
            )


def outdated_tags(case: Case, comment_id: str) -> tuple[str, ...]:
    """The tags that an answer takes off its ticket, because what they say is over."""
    told = TAGS.values() if case.clock and case.clock.told else ()
    kept = [PROMISE_DUE for promise in case.promises if promise.kept_by == comment_id]
    given = [PROMISE_KEPT for promise in case.promises if promise.comment_id == comment_id]
    return tuple(dict.fromkeys([*told, *kept, *given]))
