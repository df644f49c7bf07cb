"""What a broadcast says to each of those it answers, and what stands against that."""

from collections import Counter
from datetime import datetime

from gehoor.domain.answer_notes import POST_ANYWAY
from gehoor.domain.greeting import greeted
from gehoor.domain.incident import Incident
from gehoor.domain.incident_notes import Preview, Previews
from gehoor.domain.mention import digest
from gehoor.domain.reply_stops import WHY
from gehoor.domain.ticket import Comment
from gehoor.errors import AuthExpired
from gehoor.usecases.answering import Answer, AnswerPorts, NotSent, connection, refusals
from gehoor.usecases.broadcast_recipients import Recipient, latest_of, recipients
from gehoor.usecases.coaching import stops_against


def text_for(recipient: Recipient, comment: Comment) -> str:
    """The agent's words as this person reads them, the same at every attempt."""
    choice = int(digest(recipient.case.case_id, comment.comment_id)[:8], 16)
    return greeted(comment.text.strip(), recipient.mention.author, recipient.language, choice)


def answer_for(recipient: Recipient, incident: Incident, comment: Comment) -> Answer:
    """The broadcast as an answer to one person, with the tags of their ticket."""
    return Answer(
        incident.ticket_id,
        comment,
        recipient.case,
        tags=recipient.tags,
        opening=recipient.record,
    )


def look_through(answer: Answer, ports: AnswerPorts) -> None:
    """NotSent when something stands against this answer, as against one that an agent writes."""
    held = stops_against(answer, ports)
    if not held:
        return
    if POST_ANYWAY not in ports.helpdesk.tags_at(answer.ticket_id, answer.comment.comment_id):
        cause = "; ".join(WHY[stop.stop] for stop in held)
        raise NotSent(cause, f"Change it, or send it again with the tag {POST_ANYWAY}.")


def preview_of(
    recipient: Recipient, incident: Incident, comment: Comment, ports: AnswerPorts
) -> Preview:
    """The answer as it would go out, as its network counts it; NotSent where it cannot be."""
    answer = answer_for(recipient, incident, comment)
    look_through(answer, ports)
    address = recipient.case.address
    text = text_for(recipient, comment)
    with refusals(answer):
        measure = connection(address.source_id, answer, ports).measure(address, text)
    case = recipient.case
    return Preview(case.case_id, case.ticket_id, case.network, text, measure.length, measure.limit)


def previews_of(
    incident: Incident, comment: Comment, ports: AnswerPorts, until: datetime | None = None
) -> Previews:
    """Answers as they would go out, and how many get none, by why; `until` ends the looking."""
    previews: list[Preview] = []
    left_out: Counter[str] = Counter()
    records = latest_of(incident, ports)
    for seen, (recipient, obstacle) in enumerate(recipients(records, comment.comment_id, ports)):
        if until is not None and ports.clock() >= until:
            return Previews(previews, left_out, len(records) - seen)
        if recipient is None:
            left_out[obstacle] += 1
            continue
        try:
            previews.append(preview_of(recipient, incident, comment, ports))
        except (NotSent, AuthExpired) as error:
            left_out[f"cannot be answered: {error}"] += 1
    return Previews(previews, left_out)
