"""What agents read: tickets, comments and notes."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from factories import JUDGEMENT, judgement, mention
from gehoor.domain.compose import (
    COMMENT_LIMIT,
    edited_note,
    gone_note,
    mention_comment,
    tags_of,
    ticket_draft,
)
from gehoor.domain.judgement import Risk, Urgency
from gehoor.domain.mention import Visibility
from gehoor.domain.naming import network_name
from gehoor.domain.personal_data import kinds_in
from gehoor.domain.priority import Priority
from gehoor.domain.text import ticket_html


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
    due = "2026-11-22 11:00 (UTC)"
    draft = ticket_draft(mention(), judgement(risk=Risk.SAFETY), "case", "7", due=due)
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
        "urgency": "normal",
        "first_answer_due": due,
    }
    assert draft.first == mention_comment(mention(), judgement(risk=Risk.SAFETY), "7")


def test_a_harmless_mention_has_no_risk_tag() -> None:
    assert not any(tag.startswith("risk") for tag in tags_of(mention(), JUDGEMENT))


def test_a_topic_is_a_field_and_a_tag() -> None:
    draft = ticket_draft(mention(), judgement(topic="billing"), "case", "7")
    assert dict(draft.fields)["topic"] == "billing"
    assert "topic_billing" in draft.tags


GIVEN_AWAY = "Bel 06-12345678 of mail anna@shop.example"


@pytest.mark.parametrize("visibility", [each for each in Visibility if each != Visibility.DIRECT])
def test_what_strangers_can_use_is_hidden_in_the_ticket_of_a_public_post(
    visibility: Visibility,
) -> None:
    # Given a post in which the author shows others a phone number and an address
    said = mention(text=GIVEN_AWAY, visibility=visibility)
    told = judgement(personal_data=kinds_in(GIVEN_AWAY))

    # When it becomes a ticket
    draft = ticket_draft(said, told, "case", "7")

    # Then subject and comment say what was there, and a tag finds the ticket
    assert draft.subject == "Bel [phone number hidden] of mail [e-mail address hidden]"
    assert "<p>Bel [phone number hidden] of mail [e-mail address hidden]</p>" in draft.first.html
    assert "12345678" not in f"{draft}{edited_note(said)}"
    assert "personal_data" in draft.tags
    assert "personal_data" in draft.first.tags


def test_a_private_message_keeps_what_the_customer_gave() -> None:
    said = mention(text=GIVEN_AWAY, visibility=Visibility.DIRECT)
    draft = ticket_draft(said, judgement(personal_data=kinds_in(GIVEN_AWAY)), "case", "7")
    assert "06-12345678" in draft.first.html
    assert "personal_data" not in (*draft.tags, *draft.first.tags)


def test_what_only_the_company_can_use_stays_readable() -> None:
    said = mention(text="Order 40012345 is late, 3512 JE")
    assert "Order 40012345 is late, 3512 JE" in mention_comment(said, JUDGEMENT, "7").html


def test_an_order_to_a_machine_is_a_tag() -> None:
    assert "prompt_injection" in tags_of(mention(), judgement(injection=True))
    assert "prompt_injection" not in tags_of(mention(), JUDGEMENT)


def test_a_title_is_a_better_subject_than_the_text() -> None:
    titled = mention(title="Noordlicht down again", text="Long story")
    assert ticket_draft(titled, JUDGEMENT, "case", "7").subject == "Noordlicht down again"


def test_a_comment_shows_words_author_time_and_link() -> None:
    comment = mention_comment(mention(text="It\n\nbroke <b>"), JUDGEMENT, "7")
    assert comment.html.startswith("<p>It</p><p>broke &lt;b&gt;</p>")
    assert "@anna@town.example on Town, 22 Nov 2026, 09:59 UTC" in comment.html
    assert f'href="{mention().permalink}"' in comment.html
    assert (comment.public, comment.author_id, comment.marker) == (True, "7", mention().mention_id)


def test_a_comment_shows_what_is_remarked_of_a_post() -> None:
    remark = "Nobody sees it yet."
    assert ticket_html(remark) in mention_comment(mention(remark=remark), JUDGEMENT, "7").html
    assert remark not in mention_comment(mention(), JUDGEMENT, "7").html


def test_a_post_without_text_says_so() -> None:
    assert mention_comment(mention(text="\u202e \x00"), JUDGEMENT, "7").html.startswith(
        "<p>(no text)</p>"
    )


@settings(max_examples=40, deadline=None)
@given(
    piece=st.sampled_from(["x", "😀", "{", '"', "\n\n", "\n", "&", "https://a.example/ ", " é"]),
    times=st.integers(1, 20_000),
)
def test_a_comment_always_fits_and_keeps_its_link(piece: str, times: int) -> None:
    # Given a post of any length that is taken in, with the longest address
    posted = mention(text=(piece * times)[:20_000], permalink="https://a.example/" + "&" * 1_900)
    html = mention_comment(posted, JUDGEMENT, "7").html
    # Then the comment is one the helpdesk takes
    assert len(html.encode()) <= COMMENT_LIMIT
    assert "https://a.example/&amp;" in html
    # And nothing is missing without a word about it
    missing = len(ticket_html(posted.text)) > html.index("<p>@anna")
    assert ("the whole post is at the link" in html) == missing


def test_the_note_of_a_post_that_is_gone_says_what_to_do_and_quotes_nothing() -> None:
    gone = mention(network="mastodon", text="Zwaluwstraat 1", title="Zwaluwstraat")
    note = gone_note(gone, gone.posted_at)
    assert not note.public
    assert note.marker == f"gone:{gone.mention_id}"
    for part in ("no longer on Mastodon", "22 Nov 2026, 09:59 UTC", gone.permalink, "redact"):
        assert part in note.html
    assert "Zwaluwstraat" not in note.html


@pytest.mark.parametrize(("network", "spelt"), [("mastodon", "Mastodon"), ("youtube", "YouTube")])
def test_a_network_is_spelt_as_it_spells_itself(network: str, spelt: str) -> None:
    assert network_name(network) == spelt
