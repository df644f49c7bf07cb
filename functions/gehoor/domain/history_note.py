"""The internal note of a new case, which an agent reads in ten seconds.

What could embarrass comes first: a promise, and a ticket that waits elsewhere. Whatever is known,
the note stays within the bounds of `note_layout`; what is left out is the end.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from gehoor.domain.action_lines import action_lines
from gehoor.domain.capabilities import Capabilities
from gehoor.domain.coach_signs import Calling
from gehoor.domain.compose import LAST_RESORT, exposed
from gehoor.domain.contact_kind import RECENT, contact_of, says_last_resort
from gehoor.domain.contact_note import contact_lines, warnings
from gehoor.domain.crm import CrmAnswer, CrmSilence
from gehoor.domain.customer import Doubt
from gehoor.domain.earlier_tickets import asked_elsewhere, ticket_lines, tickets_elsewhere
from gehoor.domain.faces import resemblance
from gehoor.domain.frozen import frozen
from gehoor.domain.given_details import given_details
from gehoor.domain.judgement import Judgement
from gehoor.domain.mention import Author, Mention
from gehoor.domain.naming import AUDIENCES, network_name
from gehoor.domain.network import Post
from gehoor.domain.note_layout import Line, flat, line, note_html
from gehoor.domain.personal_data import masked
from gehoor.domain.personal_data_kinds import NEVER_STORED, SHOWN
from gehoor.domain.priority import Priority
from gehoor.domain.promises import Promise, Said, last_promise
from gehoor.domain.routing import knowing_agent
from gehoor.domain.rules import NO_RULES, Rules
from gehoor.domain.service import service_case, service_for
from gehoor.domain.ticket import Agent, CommentDraft, Customer, History, PastTicket

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


@frozen
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
    elsewhere = tickets_elsewhere(mention, known.history, contact)
    first = _first_lines(mention, known, warnings(contact, face, known.not_routed), elsewhere)
    actions = action_lines(mention, known.capabilities, known.room, known.tells_tags)
    sections = [
        ("Look at first", [*first, *_privacy_lines(mention, judgement)]),
        ("Customer", [*_customer_lines(mention, known), *contact_lines(contact, agent)]),
        ("Earlier tickets", ticket_lines(known.history, elsewhere)),
        ("Said in this thread before", [_post_line(p) for p in known.earlier[-SHOWN_POSTS:]]),
        ("What you can do here", list(actions)),
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


def _raised(mention: Mention, judgement: Judgement) -> Priority:
    return service_for(mention, judgement, is_last_resort=True).priority


def _knowing_agent(mention: Mention, judgement: Judgement, known: Background) -> Agent | None:
    tickets = known.history.tickets if known.history else ()
    case = service_case(mention, judgement)
    return knowing_agent(case, tickets, mention.posted_at, known.rules.routing)


def _first_lines(
    mention: Mention,
    known: Background,
    warned: Sequence[Line],
    elsewhere: Sequence[PastTicket],
) -> list[Line]:
    promise = last_promise(_said_to(mention, known))
    asked = map(asked_elsewhere, elsewhere)
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
        return f", customer since {since:%d %b %Y}"
    tickets = known.history.tickets if known.history else ()
    if tickets:
        return f", customer since {min(t.created_at for t in tickets):%d %b %Y} or earlier"
    return ""


def _post_line(post: Post) -> Line:
    handle = flat(post.handle, 50)
    who = f"{handle} (us)" if post.by_brand else handle
    return line(f"{post.posted_at:%d %b %H:%M} {who}: {flat(masked(post.text), 90)}")


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
