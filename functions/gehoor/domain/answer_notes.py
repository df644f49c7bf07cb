"""Internal notes about an agent's answer: where it is, why it is not, and what to do."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import accumulate, groupby

from gehoor.domain.closing import ASK_FIRST
from gehoor.domain.mention import Visibility
from gehoor.domain.naming import AUDIENCES, network_name
from gehoor.domain.network import Posted
from gehoor.domain.text import shorten, ticket_html
from gehoor.domain.ticket import CommentDraft

NOT_POSTED = "gehoor_not_posted"
DELAYED = "gehoor_delayed"
"""Tags of tickets whose answer is not on the network: a view of them is what agents still owe."""

PRIVATE = "gehoor_private"
"""The tag that an agent's macro sets, together with an answer that is for the author alone."""

POST_ANYWAY = "gehoor_post_anyway"
"""The tag that an agent's macro sets, together with an answer that is to go out as it is."""

ASKED_FOR_PRIVATE = (
    f"It went to the author alone because of the tag {PRIVATE}, which is off the ticket again. "
    "From now on every answer in this conversation stays private."
)
MOVED_TO_PRIVATE = (
    "This conversation was moved to private messages before, so every answer in it stays private."
)
QUOTED = 8_000
"""Characters of an answer that a note gives back: as HTML they stay below a comment's limit."""


def posted_note(
    comment_id: str,
    network: str,
    sent: Sequence[Posted],
    audience: Visibility,
    at: datetime,
    *,
    why_private: str = "",
    attachments: int = 0,
    promises: Iterable[str] = (),
    outdated: tuple[str, ...] = (),
    overruled: Sequence[str] = (),
    hints: Sequence[str] = (),
) -> CommentDraft:
    """The note that shows an answer is on the network, and who can read it there.

    `sent` are its posts in order, `audience` counts where the network does not say who reads one.
    `overruled` is why it would have been held back, `hints` what to do better next time. `promises`
    is what there is to say of promises, `outdated` are tags that come off the ticket.
    """
    parts = f" in {len(sent)} parts, the first at the link" if len(sent) > 1 else ""
    paragraphs = [
        f"Your answer is on {network_name(network)} since {at:%d %b %Y, %H:%M} UTC{parts}. "
        f"Who can read it: {_readers(sent, audience)}.",
        why_private,
        ASK_FIRST if why_private == ASKED_FOR_PRIVATE else "",
        _without(attachments),
        *promises,
        _in_spite_of(overruled),
        _listed("For next time:", hints),
    ]
    html = f"{ticket_html(_text(paragraphs))}{ticket_html(sent[0].permalink)}"
    used = {PRIVATE: why_private == ASKED_FOR_PRIVATE, POST_ANYWAY: overruled}
    drops = (*(tag for tag, is_used in used.items() if is_used), *outdated)
    return CommentDraft(html, public=False, marker=f"posted:{comment_id}", drops_tags=drops)


def returned_note(
    comment_id: str,
    network: str,
    audience: Visibility,
    cause: str,
    next_step: str,
    unsent: str = "",
) -> CommentDraft:
    """The note that gives an answer back to the agent: why, and what to do.

    `unsent` is the text to have at hand for that.
    """
    paragraphs = [
        f"Your answer was NOT posted on {network_name(network)}: {cause}",
        next_step,
        f"It was meant for: {AUDIENCES[audience]}.",
    ]
    return _returned(comment_id, paragraphs, unsent)


def forgotten_note(comment_id: str) -> CommentDraft:
    """The note that gives an answer back because gehoor does not know the author any more."""
    paragraphs = [
        "Your answer was NOT posted: gehoor does not know any more where it goes, because its "
        "author asked to be forgotten, or the ticket was solved too long ago.",
        "Reach them another way, if you still may.",
    ]
    return _returned(comment_id, paragraphs, "")


def halved_note(
    comment_id: str,
    network: str,
    audience: Visibility,
    cause: str,
    sent: Sequence[Posted],
    count: int,
    unsent: str,
) -> CommentDraft:
    """The note about an answer of `count` parts that got stuck: what is out, and what is not."""
    where = network_name(network)
    links = "\n".join(f"Part {place}: {post.permalink}" for place, post in enumerate(sent, 1))
    paragraphs = [
        f"Only {len(sent)} of the {count} parts of your answer are on {where}; "
        f"the rest was NOT posted: {cause}",
        f"Who can read what is there: {_readers(sent, audience)}.\n{links}",
        f"Write what is missing as a new answer, or delete on {where} what stands there.",
    ]
    return _returned(comment_id, paragraphs, unsent)


def delayed_note(
    comment_id: str, network: str, audience: Visibility, cause: str, sent: Sequence[Posted] = ()
) -> CommentDraft:
    """The note that says an answer waits, so that nobody sends it by hand as well."""
    where = network_name(network)
    out = f" Its first part is: {sent[0].permalink}" if sent else ""
    paragraphs = [
        f"Your answer is not posted yet on {where}: {cause}",
        "It goes out by itself once that is mended; do not post it by hand as well. "
        f"Who will be able to read it: {AUDIENCES[audience]}.{out}",
    ]
    html = ticket_html(_text(paragraphs))
    marker = f"delayed:{comment_id}"
    return CommentDraft(html, public=False, marker=marker, reopens=True, tags=(DELAYED,))


def _returned(comment_id: str, paragraphs: list[str], unsent: str) -> CommentDraft:
    """It reopens the ticket, because agents often answer and solve in one."""
    missing = f"What is not posted:\n\n{shorten(unsent, QUOTED)}" if unsent else ""
    marker = f"returned:{comment_id}"
    html = ticket_html(_text([*paragraphs, missing]))
    return CommentDraft(html, public=False, marker=marker, reopens=True, tags=(NOT_POSTED,))


def _readers(sent: Sequence[Posted], audience: Visibility) -> str:
    """Who can read the posts; several audiences when the case became private between two parts."""
    each = [AUDIENCES[post.visibility or audience] for post in sent]
    runs = [(who, len(list(run))) for who, run in groupby(each)]
    if len(runs) == 1:
        return each[0]
    starts = accumulate((count for _, count in runs), initial=1)
    return "; ".join(
        f"from part {start} on {who}" for start, (who, _) in zip(starts, runs, strict=False)
    )


def _without(attachments: int) -> str:
    if not attachments:
        return ""
    what = "attachment was" if attachments == 1 else f"{attachments} attachments were"
    return f"Its {what} NOT sent: gehoor posts text only. Answer with a link to what matters."


def _in_spite_of(overruled: Sequence[str]) -> str:
    if not overruled:
        return ""
    why = f"It went out because of the tag {POST_ANYWAY}, which is off the ticket again, though:"
    return _listed(why, overruled)


def _listed(title: str, lines: Sequence[str]) -> str:
    return "\n".join([title, *(f"- {line}" for line in lines)]) if lines else ""


def _text(paragraphs: Sequence[str]) -> str:
    return "\n\n".join(paragraph for paragraph in paragraphs if paragraph)
