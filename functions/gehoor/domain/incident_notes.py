"""What agents read about an incident: on its problem ticket, and on each that belongs to it."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from gehoor.domain.frozen import frozen
from gehoor.domain.incident import (
    BROADCAST,
    BROADCAST_GO,
    NO_BROADCAST,
    Incident,
    external_id_of_incident,
)
from gehoor.domain.mention import Mention, Visibility
from gehoor.domain.naming import network_name
from gehoor.domain.network import Posted
from gehoor.domain.note_layout import Line, flat, line, note_html
from gehoor.domain.personal_data import masked
from gehoor.domain.text import shorten, ticket_html
from gehoor.domain.ticket import CommentDraft, ProblemDraft

SHOWN_EXAMPLES = 5
SHOWN_PREVIEWS = 3
ANSWERED_TOGETHER = "gehoor_broadcast"
"""The tag of a ticket whose customer got a broadcast."""

QUOTED = 4_000
OPEN_TO_ALL = (Visibility.PUBLIC, Visibility.UNLISTED)


@frozen
class Preview:
    """An answer as it would go out: how long it is as its network counts, and how long it may be.

    `limit` is None where the network sets none.
    """

    case_id: str
    ticket_id: str
    network: str
    text: str
    length: int
    limit: int | None

    @property
    def is_too_long(self) -> bool:
        """Whether it needs more than one post."""
        return self.limit is not None and self.length > self.limit


@frozen
class Previews:
    """What a broadcast would say: `left_out` tells how many get nothing, by why.

    `unseen` are so many whose answer was not looked at.
    """

    answers: Sequence[Preview]
    left_out: Mapping[str, int]
    unseen: int = 0


def problem_draft(
    incident: Incident, members: int, examples: Sequence[Mention], uploads: tuple[str, ...] = ()
) -> ProblemDraft:
    """The problem ticket: what happens, in whose words, and what an agent can do about it."""
    sections = [
        ("What happens", _happening(incident, members)),
        ("Said in public", [_example(mention) for mention in _quotable(examples)]),
        ("What you can do here", _actions()),
    ]
    return ProblemDraft(
        external_id=external_id_of_incident(incident.incident_id),
        subject=incident.subject,
        html=note_html(sections),
        tags=("gehoor", "gehoor_incident", f"brand_{incident.brand}"),
        uploads=uploads,
    )


def preview_note(comment_id: str, previews: Previews, against: Sequence[str] = ()) -> CommentDraft:
    """What a broadcast would say to whom; nothing is sent before the tag that says go.

    `against` is why it should not go out as it is.
    """
    answers, unseen = previews.answers, previews.unseen
    count = len(answers)
    longest = sum(preview.is_too_long for preview in answers)
    looked_at = f" {unseen} more are not in this preview; each is looked at before it is sent."
    head = [
        line(
            f"{count} waiting {_people(count)} would get it, once each. Nothing is sent yet."
            + (looked_at if unseen else "")
        ),
        *([line(f"{longest} of these answers need several posts: shorten it.")] if longest else []),
        *(
            line(f"{number} get nothing: {why}.")
            for why, number in sorted(previews.left_out.items())
        ),
    ]
    sections = [
        ("Think twice before you send it", [line(reason) for reason in against]),
        ("Preview of your broadcast", head),
        ("For example", [_preview_line(preview) for preview in answers[:SHOWN_PREVIEWS]]),
        (
            "To send it",
            [
                line(f"Set the tag {BROADCAST_GO} on this ticket. It begins within five minutes."),
                line("To say something else, write a new public comment with the tag again."),
                line("To stop it on its way, make your comment internal."),
                line(
                    "Leave this ticket open until a note says that it is over: solving it stops it."
                ),
            ],
        ),
    ]
    return CommentDraft(
        note_html(sections),
        public=False,
        marker=f"preview:{comment_id}",
        drops_tags=(BROADCAST, BROADCAST_GO),
    )


def ended_note(comment_id: str, outcomes: Mapping[str, int], stopped: str = "") -> CommentDraft:
    """How a broadcast ended: how many got it, and why the others did not."""
    told = [line(f"{number} {what}.") for what, number in sorted(outcomes.items())]
    head = line(f"It was stopped: {stopped}") if stopped else line("It is over.")
    return CommentDraft(
        note_html([("Your broadcast", [head, *told])]),
        public=False,
        marker=f"broadcast-ended:{comment_id}",
        drops_tags=(BROADCAST_GO,),
    )


def waiting_note(comment_id: str, cause: str) -> CommentDraft:
    """Why a broadcast that is on its way waits for somebody, and that nothing is lost of it."""
    lines = [line(f"Some answers of it wait: {cause}"), line("They go out once that is mended.")]
    html = note_html([("Your broadcast", lines)])
    return CommentDraft(html, public=False, marker=f"broadcast-waits:{comment_id}")


def answered_note(
    comment_id: str, problem_id: str, network: str, text: str, sent: Sequence[Posted], at: datetime
) -> CommentDraft:
    """The note on a customer's ticket that a broadcast answered them, in these words."""
    where = network_name(network)
    intro = (
        f"The broadcast of problem ticket #{problem_id} answered this customer on {where} on "
        f"{at:%d %b %Y, %H:%M} UTC. Your own answers go out as usual."
    )
    html = "".join(map(ticket_html, (intro, text, sent[0].permalink)))
    return CommentDraft(
        html, public=False, marker=f"broadcast:{comment_id}", tags=(ANSWERED_TOGETHER,)
    )


def word_note(comment_id: str, incident: Incident, word: str) -> CommentDraft:
    """The note on a later ticket of the incident: what the others were told, to use or not."""
    intro = (
        f"This is about what many complain of: problem ticket #{incident.ticket_id}. Those who "
        "came earlier were told the following; nothing of it went to this customer."
    )
    html = "".join(map(ticket_html, (intro, shorten(word, QUOTED))))
    return CommentDraft(html, public=False, marker=f"word:{comment_id}")


def _happening(incident: Incident, members: int) -> list[Line]:
    usual = f"{incident.normal:.1f}".removesuffix(".0")
    known = f"{members} posts belong to it so far; later ones join by themselves."
    vague = "They complain about different things: no tickets were tied to this one."
    return [
        line(
            f"{incident.count} different people complained about {incident.brand} within "
            f"{incident.period} before {incident.opened_at:%d %b %Y, %H:%M} UTC; {usual} are "
            "normal then."
        ),
        line(known if incident.seeds else vague),
        *(line(f"They share the words: {flat(phrase, 80)}") for phrase in incident.phrases),
    ]


def _quotable(examples: Sequence[Mention]) -> list[Mention]:
    return [each for each in examples if each.visibility in OPEN_TO_ALL][:SHOWN_EXAMPLES]


def _example(mention: Mention) -> Line:
    where = network_name(mention.network)
    return line(flat(masked(mention.text), 120), mention.permalink, f"on {where}")


def _actions() -> list[Line]:
    return [
        line(
            f"Answer all who wait: write a public comment with the tag {BROADCAST}. You get a "
            f"preview; nothing is sent before the tag {BROADCAST_GO}."
        ),
        line("Each customer then gets it once, greeted by name."),
        line(f"The tag {NO_BROADCAST} on a customer's ticket leaves them out."),
        line("Solve this ticket when it is over: later posts then get tickets that stand alone."),
    ]


def _preview_line(preview: Preview) -> Line:
    most = f" of {preview.limit}" if preview.limit is not None else ""
    size = f"({preview.length}{most} characters on {network_name(preview.network)})"
    return line(f"{flat(preview.text, 180)} {size}")


def _people(count: int) -> str:
    return "person" if count == 1 else "people"
