"""Writing tickets, comments and notes for agents, from what is known of a mention."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from gehoor.domain.case import external_id_of
from gehoor.domain.contact_kind import ContactKind, says_last_resort
from gehoor.domain.correction import JudgedField, judged_tag
from gehoor.domain.faces import FALSE_FACE, resemblance
from gehoor.domain.judgement import Judgement
from gehoor.domain.mention import Mention, Visibility
from gehoor.domain.naming import network_name
from gehoor.domain.personal_data import masked
from gehoor.domain.personal_data_kinds import PersonalData
from gehoor.domain.priority import Priority
from gehoor.domain.routing import group_for
from gehoor.domain.rules import NO_RULES, Rules
from gehoor.domain.service import Kind, service_case, service_of
from gehoor.domain.text import shorten, subject_line, ticket_html
from gehoor.domain.ticket import Agent, CommentDraft, TicketDraft

LAST_RESORT = f"contact_{ContactKind.LAST_RESORT}"
"""The tag of a ticket whose customer asked elsewhere first."""
PERSONAL_DATA = "personal_data"
"""The tag of a ticket whose author shows everybody what strangers can use."""

COMMENT_LIMIT = 65_000
"""Bytes of a comment's HTML: Zendesk takes 65,535 characters, and an emoji counts for several."""


def ticket_draft(
    mention: Mention,
    judgement: Judgement,
    case_id: str,
    customer_id: str,
    follows: str | None = None,
    uploads: tuple[str, ...] = (),
    due: str = "",
    rules: Rules = NO_RULES,
    agent: Agent | None = None,
) -> TicketDraft:
    """The ticket of a new case; its first comment is the customer's own words.

    `due` is when its first answer is, for the ticket's field. `agent` is whom a ticket that is
    followed up was with: they have it again, but for a risk.
    """
    case = service_case(mention, judgement)
    knows = agent if agent and agent.on_duty and not case.risk else None
    return TicketDraft(
        external_id=external_id_of(case_id),
        subject=subject_line(shown(mention, mention.title or mention.text)),
        requester_id=customer_id,
        first=mention_comment(mention, judgement, customer_id, uploads),
        priority=service_of(case).priority,
        tags=tags_of(mention, judgement, rules),
        fields=tuple((name, said) for name, said in _fields(mention, judgement, due) if said),
        follows=follows,
        group="" if knows else group_for(case, rules.routing),
        agent=knows,
    )


def _fields(mention: Mention, judgement: Judgement, due: str) -> tuple[tuple[str, str], ...]:
    return (
        ("network", mention.network),
        ("permalink", mention.permalink),
        ("handle", mention.author.handle),
        ("language", judgement.language),
        ("intent", judgement.intent),
        ("urgency", judgement.urgency),
        ("topic", judgement.topic),
        ("first_answer_due", due),
    )


def tags_of(mention: Mention, judgement: Judgement, rules: Rules = NO_RULES) -> tuple[str, ...]:
    """What a view or a trigger can filter on."""
    kind = service_of(service_case(mention, judgement)).kind
    return (
        "gehoor",
        f"brand_{mention.brand}",
        f"network_{mention.network}",
        judged_tag(JudgedField.LANGUAGE, judgement.language),
        judged_tag(JudgedField.INTENT, judgement.intent),
        judged_tag(JudgedField.URGENCY, judgement.urgency),
        *((f"kind_{kind}",) if kind in (Kind.PRAISE, Kind.LEAD) else ()),
        *((FALSE_FACE,) if resemblance(mention.author, rules.company) else ()),
        *((judged_tag(JudgedField.TOPIC, judgement.topic),) if judgement.topic else ()),
        *_warning_tags(mention, judgement),
    )


def _warning_tags(mention: Mention, judgement: Judgement) -> tuple[str, ...]:
    """What an agent must know of any post, the first of its ticket or not."""
    tags = {
        f"risk_{judgement.risk}": judgement.risk is not None,
        PERSONAL_DATA: bool(exposed(mention, judgement)),
        "prompt_injection": judgement.injection,
        LAST_RESORT: says_last_resort(mention, judgement),
    }
    return tuple(tag for tag, holds in tags.items() if holds)


def exposed(mention: Mention, judgement: Judgement) -> tuple[PersonalData, ...]:
    """What of the author's data a post shows to others than the company."""
    is_private = mention.visibility is Visibility.DIRECT
    return () if is_private else judgement.harmful_in_public


def shown(mention: Mention, text: str) -> str:
    """Words of a mention as its ticket shows them: what strangers could use in public is hidden.

    A private message keeps what the customer gave in it.
    """
    return text if mention.visibility is Visibility.DIRECT else masked(text)


def mention_comment(
    mention: Mention, judgement: Judgement, customer_id: str, uploads: tuple[str, ...] = ()
) -> CommentDraft:
    """What the customer said, with the link to where it was said.

    It reopens the ticket, which no helpdesk does by itself when a program writes for the customer,
    and raises its priority where these words are more urgent than those before.
    """
    when = f"{mention.posted_at:%d %b %Y, %H:%M} UTC"
    where = f"{mention.author.handle} on {network_name(mention.network)}, {when}"
    origin = "".join(map(ticket_html, (mention.remark, where, mention.permalink)))
    said = _fitting_html(shown(mention, mention.text), COMMENT_LIMIT - _size(origin))
    return CommentDraft(
        html=f"{said or '<p>(no text)</p>'}{origin}",
        public=True,
        marker=mention.mention_id,
        author_id=customer_id,
        reopens=True,
        tags=_warning_tags(mention, judgement),
        at_least=service_of(service_case(mention, judgement)).priority,
        uploads=uploads,
    )


def edited_note(mention: Mention) -> CommentDraft:
    """The internal note that an author changed a post after it was brought here."""
    edited_at = mention.edited_at or mention.posted_at
    when = f"{edited_at:%d %b %Y, %H:%M} UTC"
    intro = ticket_html(f"The author edited this post on {when}: {mention.permalink}")
    said = _fitting_html(shown(mention, mention.text), COMMENT_LIMIT - _size(intro))
    marker = f"edited:{mention.mention_id}:{edited_at.isoformat()}"
    return CommentDraft(f"{intro}{said or '<p>(no text)</p>'}", False, marker)


def gone_note(mention: Mention, noticed_at: datetime) -> CommentDraft:
    """The internal note that a post which was brought here is no longer on its network."""
    network = network_name(mention.network)
    paragraphs = (
        f"This post is no longer on {network}: its author deleted it, or shows it to this account "
        f"no more. gehoor noticed on {noticed_at:%d %b %Y, %H:%M} UTC: {mention.permalink}",
        "The author took these words back, so gehoor has erased its copy of them. Do not quote "
        "them. Once you no longer need them for this case, redact them in this ticket, "
        f"pictures too: {network} and the author's privacy may ask for that.",
        "An answer below the post cannot be posted any more.",
    )
    marker = f"gone:{mention.mention_id}"
    return CommentDraft(ticket_html("\n\n".join(paragraphs)), public=False, marker=marker)


def together(drafts: Sequence[CommentDraft]) -> CommentDraft | None:
    """One comment that says what several of one author say; None when that is too long for one."""
    first = drafts[0]
    html = "<hr>".join(draft.html for draft in drafts)
    if _size(html) > COMMENT_LIMIT:
        return None
    return replace(
        first,
        html=html,
        marker=" ".join(draft.marker for draft in drafts),
        tags=tuple(dict.fromkeys(tag for draft in drafts for tag in draft.tags)),
        uploads=tuple(token for draft in drafts for token in draft.uploads),
        at_least=max((draft.at_least for draft in drafts), key=list(Priority).index),
    )


def _fitting_html(text: str, limit: int) -> str:
    """The text as HTML of at most `limit` bytes; cut where it is longer, and said so."""
    html = ticket_html(text)
    kept = len(text)
    while _size(html) > limit:
        kept = min(kept * limit // _size(html), kept - 1)
        html = ticket_html(f"{shorten(text, kept)}\n\n(cut: the whole post is at the link)")
    return html


def _size(html: str) -> int:
    return len(html.encode())
