"""What agents read: tickets, comments and notes."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from factories import JUDGEMENT, NOW, author, judgement, mention
from gehoor.domain.capabilities import Capabilities
from gehoor.domain.compose import (
    COMMENT_LIMIT,
    SHOWN_POSTS,
    SHOWN_TICKETS,
    history_note,
    mention_comment,
    tags_of,
    ticket_draft,
)
from gehoor.domain.judgement import Risk, Urgency
from gehoor.domain.mention import Visibility
from gehoor.domain.network import Post
from gehoor.domain.text import ticket_html
from gehoor.domain.ticket import History, PastTicket, Priority

ANSWERED = Capabilities(reply=True, message=True, text_limit=500)
NEW = History(None, ())


@pytest.mark.parametrize(
    ("urgency", "priority"),
    [
        (Urgency.CRITICAL, Priority.URGENT),
        (Urgency.HIGH, Priority.HIGH),
        (Urgency.NORMAL, Priority.NORMAL),
        (Urgency.LOW, Priority.LOW),
    ],
)
def test_priority_follows_urgency(urgency: Urgency, priority: Priority) -> None:
    draft = ticket_draft(mention(), judgement(urgency=urgency), "case", "7")
    assert draft.priority is priority


def test_a_ticket_is_the_customers_with_all_a_view_can_filter_on() -> None:
    draft = ticket_draft(mention(), judgement(risk=Risk.SAFETY), "case", "7")
    assert (draft.external_id, draft.requester_id) == ("gehoor:case", "7")
    assert set(draft.tags) == {
        "gehoor",
        "brand_noordlicht",
        "network_town",
        "language_en",
        "intent_complaint",
        "urgency_normal",
        "risk_safety",
    }
    assert dict(draft.fields) == {
        "network": "town",
        "permalink": mention().permalink,
        "handle": "@anna@town.example",
        "language": "en",
        "intent": "complaint",
    }
    assert draft.first == mention_comment(mention(), "7")


def test_a_harmless_mention_has_no_risk_tag() -> None:
    assert not any(tag.startswith("risk") for tag in tags_of(mention(), JUDGEMENT))


def test_a_title_is_a_better_subject_than_the_text() -> None:
    titled = mention(title="Noordlicht down again", text="Long story")
    assert ticket_draft(titled, JUDGEMENT, "case", "7").subject == "Noordlicht down again"


def test_a_comment_shows_words_author_time_and_link() -> None:
    comment = mention_comment(mention(text="It\n\nbroke <b>"), "7")
    assert comment.html.startswith("<p>It</p><p>broke &lt;b&gt;</p>")
    assert "@anna@town.example on Town, 22 Nov 2026, 09:59 UTC" in comment.html
    assert f'href="{mention().permalink}"' in comment.html
    assert (comment.public, comment.author_id, comment.marker) == (True, "7", mention().mention_id)


def test_a_post_without_text_says_so() -> None:
    assert mention_comment(mention(text="\u202e \x00"), "7").html.startswith("<p>(no text)</p>")


@settings(max_examples=40, deadline=None)
@given(
    piece=st.sampled_from(["x", "😀", "{", '"', "\n\n", "\n", "&", "https://a.example/ ", " é"]),
    times=st.integers(1, 20_000),
)
def test_a_comment_always_fits_and_keeps_its_link(piece: str, times: int) -> None:
    # Given a post of any length that is taken in, with the longest address
    posted = mention(text=(piece * times)[:20_000], permalink="https://a.example/" + "&" * 1_900)
    html = mention_comment(posted, "7").html
    # Then the comment is one the helpdesk takes
    assert len(html.encode()) <= COMMENT_LIMIT
    assert "https://a.example/&amp;" in html
    # And nothing is missing without a word about it
    missing = len(ticket_html(posted.text)) > html.index("<p>@anna")
    assert ("the whole post is at the link" in html) == missing


def test_the_note_of_a_new_customer() -> None:
    note = history_note("case", mention(), JUDGEMENT, NEW, (), ANSWERED)
    assert (note.public, note.marker, note.author_id) == (False, "history:case", None)
    assert "Anna (@anna@town.example)" in note.html
    assert "Customer record" not in note.html
    assert "None: this is the first one." in note.html
    assert "Said in this thread before" not in note.html
    assert "says &quot;broken&quot;: a failure" in note.html


def test_the_note_of_a_known_customer_tells_their_last_tickets() -> None:
    # Given a customer with many tickets
    opened = datetime(2024, 5, 1, tzinfo=UTC)
    tickets = [
        PastTicket(str(n), f"Thing {{{n}}}", "open" if n < 2 else "solved", opened)
        for n in range(SHOWN_TICKETS + 3)
    ]
    note = history_note("case", mention(), JUDGEMENT, History(opened, tuple(tickets)), (), ANSWERED)
    # Then the newest are shown, and all are counted
    assert "Customer record since 01 May 2024" in note.html
    assert "8 in all, 2 still open" in note.html
    assert "#4 solved, 01 May 2024: Thing &#123;4&#125;" in note.html
    assert "#5" not in note.html


def test_the_note_shows_the_end_of_the_thread() -> None:
    # Given a long thread with an answer of the brand
    posts = [
        Post("@bob", f"post {n} " + "x" * 500, NOW + timedelta(minutes=n), n == SHOWN_POSTS)
        for n in range(SHOWN_POSTS + 1)
    ]
    note = history_note("case", mention(), JUDGEMENT, NEW, posts, ANSWERED)
    # Then the last ones are shown, each shortened, and the brand's own as ours
    assert "post 0 " not in note.html
    assert "post 1 " in note.html
    assert "@bob (us): post 10" in note.html
    assert len(note.html) < 10_000


@pytest.mark.parametrize(
    ("visibility", "audience"),
    [
        (Visibility.PUBLIC, "everyone."),
        (Visibility.UNLISTED, "everyone, outside public timelines"),
        (Visibility.FOLLOWERS, "only the author (they wrote to their followers)"),
        (Visibility.DIRECT, "only the author (it is a private message)"),
    ],
)
def test_the_note_says_who_can_read_an_answer(visibility: Visibility, audience: str) -> None:
    said = mention(visibility=visibility)
    assert audience in history_note("case", said, JUDGEMENT, NEW, (), ANSWERED).html


def test_the_note_says_what_to_do_where_gehoor_cannot_answer() -> None:
    reads = Capabilities(reply=False, message=False, text_limit=None, instead="Answer below it.")
    note = history_note("case", mention(), JUDGEMENT, NEW, (), reads)
    assert "gehoor cannot answer here. Answer below it." in note.html
    assert "A public comment" not in note.html


def test_the_note_names_no_limit_where_there_is_none() -> None:
    note = history_note("case", mention(), JUDGEMENT, NEW, (), replace(ANSWERED, text_limit=None))
    assert "is posted on Town. Who" in note.html


def test_the_note_claims_nothing_that_could_not_be_asked() -> None:
    note = history_note("case", mention(), JUDGEMENT, None, (), None)
    assert "The helpdesk could not be asked" in note.html
    assert "Town could not be asked what is possible" in note.html


def test_hostile_names_stay_text() -> None:
    evil = author(display_name="{{x}}<script>\u202e", handle="@<img>")
    html = history_note("case", mention(author=evil), JUDGEMENT, NEW, (), ANSWERED).html
    assert "<script" not in html
    assert "<img" not in html
    assert "{{" not in html
    assert "\u202e" not in html
