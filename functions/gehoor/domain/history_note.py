"""The internal note of a new case, which an agent reads in ten seconds.

What could embarrass comes first: a promise, and a ticket that waits elsewhere. Whatever is known,
the note stays within the bounds of `note_layout`; what is left out is the end.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from gehoor.domain.answer_notes import PRIVATE
from gehoor.domain.capabilities import Capabilities, Summons
from gehoor.domain.coach_signs import Calling
from gehoor.domain.compose import AUDIENCES, LAST_RESORT, exposed, network_name
from gehoor.domain.contact_kind import RECENT, Contact, contact_of, says_last_resort
from gehoor.domain.contact_note import contact_lines, warnings
from gehoor.domain.crm import CrmAnswer, CrmSilence
from gehoor.domain.customer import Doubt
from gehoor.domain.faces import resemblance
from gehoor.domain.given_details import given_details
from gehoor.domain.judgement import Judgement
from gehoor.domain.mention import Author, Mention, Visibility
from gehoor.domain.network import Post
from gehoor.domain.note_layout import Line, flat, line, note_html
from gehoor.domain.personal_data import masked
from gehoor.domain.personal_data_kinds import NEVER_STORED, SHOWN
from gehoor.domain.promises import Promise, Said, last_promise
from gehoor.domain.routing import knowing_agent
from gehoor.domain.rules import NO_RULES, Rules
from gehoor.domain.service import service_case, service_for
from gehoor.domain.ticket import Agent, CommentDraft, Customer, History, PastTicket, Priority

SHOWN_ELSEWHERE = 2
SHOWN_TICKETS = 2
SHOWN_POSTS = 3
SHOWN_FACTS = 5
_THEN_REMEMBERED = "set that customer as the requester: gehoor then remembers."
_DOUBTS = {
    Doubt.DUPLICATE: (
        "Another customer here has this author's handle, or the address they proved to the CRM."
        f" If they are one person, {_THEN_REMEMBERED}"
    ),
    Doubt.UNLINKED: (
        "The address they proved to the CRM belongs to a colleague here or to several customers."
        f" If you know who this is, {_THEN_REMEMBERED}"
    ),
}

_STATES = {
    "new": "not taken up yet",
    "open": "still open",
    "pending": "waits for the customer",
    "hold": "on hold",
}


@dataclass(frozen=True, slots=True)
class Background:
    """What is known when a case opens.

    `history`, `capabilities` and `room`, the length left for an answer, are None where helpdesk
    and network could not be asked; `crm` is None where none is configured. `tells_tags` says that a
    tag on the ticket can make an answer private; `answer_due` says when the first answer is due.
    `heard_before` is when the author wrote on this network in other threads; `not_routed` says why
    the ticket was opened without its group; `calling` is where the company can be called.
    """

    customer: Customer
    history: History | None
    earlier: Sequence[Post]
    capabilities: Capabilities | None
    room: int | None
    crm: CrmAnswer
    doubts: tuple[Doubt, ...] = ()
    tells_tags: bool = False
    heard_before: tuple[datetime, ...] = ()
    rules: Rules = NO_RULES
    not_routed: str = ""
    answer_due: str = ""
    calling: Calling | None = None


def history_note(
    case_id: str, mention: Mention, judgement: Judgement, known: Background
) -> CommentDraft:
    """The internal note of a new case: who this is, what went before, what the agent can do.

    With it the ticket goes to the agent who knows the customer, and its priority goes up where
    what went before shows a last resort that the words, which counted at its opening, do not tell.
    """
    contact = contact_of(mention, judgement, known.history, known.heard_before)
    face = resemblance(mention.author, known.rules.company)
    agent = _knowing_agent(mention, judgement, known)
    elsewhere = _elsewhere(mention, known.history, contact)
    first = _first_lines(mention, known, warnings(contact, face, known.not_routed), elsewhere)
    sections = [
        ("Look at first", [*first, *_privacy_lines(mention, judgement)]),
        ("Customer", [*_customer_lines(mention, known), *contact_lines(contact, agent)]),
        ("Earlier tickets", _ticket_lines(known.history, elsewhere)),
        ("Said in this thread before", [_post_line(p) for p in known.earlier[-SHOWN_POSTS:]]),
        ("What you can do here", list(_action_lines(mention, known))),
        ("How to answer", _advice_lines(mention, judgement, known)),
        ("In the CRM", _crm_lines(known.crm)),
        ("Why it was sorted this way", [_judgement_line(judgement)]),
    ]
    rises = contact.is_last_resort and not says_last_resort(mention, judgement)
    return CommentDraft(
        html=note_html(sections),
        public=False,
        marker=history_marker(case_id),
        tags=(LAST_RESORT,) if rises else (),
        at_least=_raised(mention, judgement) if rises else Priority.LOW,
        agent=agent,
    )


def _advice_lines(mention: Mention, judgement: Judgement, known: Background) -> list[Line]:
    """Loaded with the first note, because most of what is delivered goes on in an open case."""
    from gehoor.domain.answer_advice import advice_lines

    return advice_lines(mention, judgement, tuple(known.earlier), known.history, known.calling)


def history_marker(case_id: str) -> str:
    """The marker of a case's history note."""
    return f"history:{case_id}"


def _day(moment: datetime) -> str:
    return f"{moment:%d %b %Y}"


def _raised(mention: Mention, judgement: Judgement) -> Priority:
    return service_for(mention, judgement, is_last_resort=True).priority


def _knowing_agent(mention: Mention, judgement: Judgement, known: Background) -> Agent | None:
    tickets = known.history.tickets if known.history else ()
    case = service_case(mention, judgement)
    return knowing_agent(case, tickets, mention.posted_at, known.rules.routing)


def _elsewhere(mention: Mention, history: History | None, contact: Contact) -> list[PastTicket]:
    """Tickets that came another way and may be about this problem, those that failed first."""
    tickets = history.tickets if history else ()
    recent = mention.posted_at - RECENT
    found = [t for t in tickets if t.channel and (t.is_open or t.updated_at >= recent)]
    found.sort(key=lambda t: (t not in contact.elsewhere, not t.is_open))
    return found[:SHOWN_ELSEWHERE]


def _first_lines(
    mention: Mention,
    known: Background,
    warned: Sequence[Line],
    elsewhere: Sequence[PastTicket],
) -> list[Line]:
    promise = last_promise(_said_to(mention, known))
    asked = [
        line(
            f"Also asked by {flat(ticket.channel, 30)} on {_day(ticket.created_at)}:"
            f" #{ticket.ticket_id}, {_state(ticket)}: {flat(ticket.subject, 60)}"
        )
        for ticket in elsewhere
    ]
    promised = [_promise_line(promise)] if promise else []
    due = [line(f"First answer due {known.answer_due}")] if known.answer_due else []
    return [*due, *promised, *warned, *asked]


def _privacy_lines(mention: Mention, judgement: Judgement) -> list[Line]:
    """What the author gave away, and what to do about it."""
    never_stored = NEVER_STORED.intersection(judgement.personal_data)
    kept = ", ".join(SHOWN[kind] for kind in judgement.personal_data if kind in never_stored)
    told = ", ".join(SHOWN[kind] for kind in exposed(mention, judgement))
    lines = []
    if told:
        lines.append(
            f"Others can read in the post: {told}. Hidden here. Ask the author, in a private"
            " message, to take it out."
        )
    if kept:
        lines.append(f"gehoor keeps no {kept}: do not ask for it, and do not write it down.")
    return [line(each) for each in lines]


def _promise_line(promise: Promise) -> Line:
    when = f"{promise.at:%d %b %Y, %H:%M} UTC"
    return line(f"Promised on {when} in {promise.where}: “{promise.quote}”")


def _said_to(mention: Mention, known: Background) -> Iterator[Said]:
    """What the company told the author and is still waited for, in tickets and in the thread."""
    recent = mention.posted_at - RECENT
    history = known.history or History(())
    still_open = {ticket.ticket_id for ticket in history.tickets if ticket.is_open}
    for answer in history.answers:
        if answer.ticket_id in still_open or answer.created_at >= recent:
            yield Said(answer.text, answer.created_at, f"#{answer.ticket_id}")
    for post in known.earlier:
        if post.by_brand and post.posted_at >= recent and _names(post, mention.author):
            yield Said(post.text, post.posted_at, "this thread")


def _names(post: Post, author: Author) -> bool:
    """Whether a post is addressed to the author: a thread may have several people in it."""
    name = author.handle.lstrip("@").partition("@")[0].casefold()
    return bool(name) and f"@{name}" in post.text.casefold()


def _customer_lines(mention: Mention, known: Background) -> list[Line]:
    author = mention.author
    name = flat(author.display_name, 60)
    who = f"{name} ({flat(author.handle, 80)})"
    where = f"On {network_name(mention.network)}, for {AUDIENCES[mention.visibility]}:"
    return [
        line(f"{who}{_since(mention, known)}", author.profile_url, "profile"),
        line(where, mention.permalink, "the post"),
        *(line(_DOUBTS[doubt]) for doubt in known.doubts),
        *_given_lines(mention),
    ]


def _given_lines(mention: Mention) -> list[Line]:
    """What the author wrote to be known by: a suggestion, in private too, for nobody checked it."""
    given = ", ".join(f"{detail.kind} {detail.shown}" for detail in given_details(mention.text))
    if not given:
        return []
    return [line(f"Wrote, unchecked: {given}. Once you know whose it is, {_THEN_REMEMBERED}")]


def _since(mention: Mention, known: Background) -> str:
    """How long they have been a customer, "" for somebody who is new or of whom nothing is known.

    gehoor itself made the record of whoever is new, a moment ago.
    """
    since = known.customer.since
    if since is not None and since < mention.posted_at - timedelta(days=1):
        return f", customer since {_day(since)}"
    tickets = known.history.tickets if known.history else ()
    if tickets:
        return f", customer since {_day(min(t.created_at for t in tickets))} or earlier"
    return ""


def _ticket_lines(history: History | None, elsewhere: Sequence[PastTicket]) -> list[Line]:
    if history is None:
        return [line("The helpdesk could not be asked; look at the customer's record.")]
    if not history.tickets:
        return [line("None: this is the first one.")]
    waiting = [ticket for ticket in history.tickets if ticket.is_open]
    shown = [ticket for ticket in waiting if ticket not in elsewhere][:SHOWN_TICKETS]
    count = f"{len(history.tickets)} in all, {len(waiting)} still open{_satisfaction(history)}"
    return [line(count), *map(_ticket_line, shown), *_ended_lines(history, elsewhere)]


def _satisfaction(history: History) -> str:
    ratings = [t.satisfied for t in history.tickets if t.satisfied is not None]
    good = sum(ratings)
    return f"; rated {good} good, {len(ratings) - good} bad" if ratings else ""


def _ticket_line(ticket: PastTicket) -> Line:
    return line(
        f"#{ticket.ticket_id} {_state(ticket)}, {_day(ticket.created_at)}:"
        f" {flat(ticket.subject, 60)}"
    )


def _ended_lines(history: History, elsewhere: Sequence[PastTicket]) -> list[Line]:
    """What is over, in one line: how many, and how the last one ended."""
    over = [ticket for ticket in history.tickets if not ticket.is_open]
    if not over:
        return []
    last = max(over, key=lambda ticket: ticket.updated_at)
    rated = {True: ", rated good", False: ", rated bad", None: ""}[last.satisfied]
    told = "see above" if last in elsewhere else f"{_state(last)}: {flat(last.subject, 60)}"
    return [line(f"{len(over)} over, the last #{last.ticket_id}{rated}, {told}")]


def _state(ticket: PastTicket) -> str:
    """How a ticket stands, and since when at the latest for one that is over."""
    status = flat(ticket.status, 20)
    return _STATES.get(status, f"{status} ({_day(ticket.updated_at)})")


def _post_line(post: Post) -> Line:
    handle = flat(post.handle, 50)
    who = f"{handle} (us)" if post.by_brand else handle
    return line(f"{post.posted_at:%d %b %H:%M} {who}: {flat(masked(post.text), 90)}")


def _action_lines(mention: Mention, known: Background) -> Iterator[Line]:
    where, capabilities = network_name(mention.network), known.capabilities
    if capabilities is None:
        yield line(
            f"{where} could not be asked what is possible. A public comment in this ticket is"
            " posted there when it can be; a note here will tell."
        )
    elif not capabilities.reply:
        yield line(f"gehoor cannot answer here. {capabilities.instead}".strip())
    elif capabilities.summons and not capabilities.summons.allows(mention):
        yield _by_hand(capabilities.summons, mention, where)
    else:
        limit = f", at most {known.room} characters" if known.room is not None else ""
        yield line(
            f"A public comment in this ticket is posted on {where}{limit}. "
            f"Who can read it: {AUDIENCES[mention.visibility]}. An internal note stays here."
        )
        if mention.visibility in (Visibility.PUBLIC, Visibility.UNLISTED):
            yield line(_in_private(capabilities, where, known.tells_tags))
        if capabilities.caution:
            yield line(capabilities.caution)


def _by_hand(summons: Summons, mention: Mention, where: str) -> Line:
    return line(
        f"gehoor may not answer here: {where} takes answers from programs only to posts that name"
        f" or quote {summons.handle}. Answer by hand:",
        summons.link(mention.native_id),
        "answer",
    )


def _in_private(capabilities: Capabilities, where: str, tells_tags: bool) -> str:
    """How a conversation in public goes on in private."""
    if not capabilities.message and not capabilities.invitation:
        return f"No private messages on {where} through gehoor. {capabilities.instead}".strip()
    if tells_tags:
        then = (
            "it goes to the customer alone."
            if capabilities.message
            else "gehoor asks the customer in public to write a private message first."
        )
        return f"For a private answer, set the tag {PRIVATE} with it (a macro does): {then}"
    return (
        "For a private answer, ask the customer for a direct message:"
        " what you answer to that stays private."
    )


def _crm_lines(crm: CrmAnswer) -> list[Line]:
    if crm is None:
        return []
    if isinstance(crm, CrmSilence):
        return [line(crm.why)]
    facts = [
        line(f"{flat(fact.label, 40)}: {flat(fact.value, 80)}") for fact in crm.facts[:SHOWN_FACTS]
    ]
    link = [line("The whole record:", crm.link, "open the CRM")] if crm.link else []
    return [*facts, *link] or [line("The CRM tells nothing about this customer.")]


def _judgement_line(judgement: Judgement) -> Line:
    risk = f", risk: {judgement.risk}" if judgement.risk else ""
    head = f"{judgement.intent}, urgency {judgement.urgency}, language {judgement.language}{risk}"
    order = ["holds an order to a machine, which changed nothing"] if judgement.injection else []
    return line("; ".join([head, *order, *judgement.reasons]))
