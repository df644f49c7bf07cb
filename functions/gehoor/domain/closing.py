"""A last word in public, for who read the beginning: offered where the customer agreed to it."""

from gehoor.domain.mention import Mention, Visibility
from gehoor.domain.naming import network_name
from gehoor.domain.text import ticket_html
from gehoor.domain.ticket import CommentDraft

CLOSING_AGREED = "closing_agreed"
"""The tag that an agent's macro sets once the customer agreed to a last word in public."""

ASK_FIRST = (
    "Once it is solved, readers of the beginning do not know. Ask the customer whether you may say"
    f" so in public; if they agree, set the tag {CLOSING_AGREED} (a macro does) and then solve the"
    " ticket: a note will offer it."
)
"""What an agent is told when a conversation leaves the public."""


def began_in_public(mention: Mention) -> bool:
    """Whether strangers could read how it began."""
    return mention.visibility in (Visibility.PUBLIC, Visibility.UNLISTED)


def closing_marker(case_id: str) -> str:
    """The marker of a case's offer: one a case, however often it is solved."""
    return f"closing:{case_id}"


def closing_note(case_id: str, opened_by: Mention) -> CommentDraft:
    """The internal note that offers an agent to write a last word in public, by hand.

    A comment in this ticket goes to the customer alone, and stays so: nobody could tell which part
    of a conversation that left the public an answer in public takes up.
    """
    paragraphs = (
        "This began in public and was solved in private, and the customer agreed to a last word in"
        " public. Write it in your own words: that it is solved, and thanks. Nothing of what was"
        " said in private belongs there.",
        f"Write it on {network_name(opened_by.network)} below the first post, by hand; a comment"
        f" in this ticket still goes to the customer alone: {opened_by.permalink}",
    )
    html = ticket_html("\n\n".join(paragraphs))
    return CommentDraft(html, public=False, marker=closing_marker(case_id))
