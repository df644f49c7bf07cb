"""What the notes about an answer tell its agent."""

import pytest

from factories import NOW
from gehoor.domain.answer_notes import (
    ASKED_FOR_PRIVATE,
    DELAYED,
    MOVED_TO_PRIVATE,
    NOT_POSTED,
    PRIVATE,
    delayed_note,
    halved_note,
    posted_note,
    returned_note,
)
from gehoor.domain.mention import Visibility
from gehoor.domain.network import Posted
from gehoor.domain.ticket import CommentDraft

PUBLIC, DIRECT = Visibility.PUBLIC, Visibility.DIRECT
FIRST = Posted("17", "https://x.y/17", PUBLIC)
SECOND = Posted("18", "https://x.y/18", PUBLIC)
ALONE = Posted("19", "https://x.y/19", DIRECT)
NOTES = {
    "posted:9": posted_note("9", "town", [FIRST], PUBLIC, NOW),
    "returned:9": returned_note("9", "town", PUBLIC, "it has 512 characters", "Shorten it."),
    "delayed:9": delayed_note("9", "town", PUBLIC, "the token is dead"),
}
HALVED = halved_note("9", "town", PUBLIC, "it is refused", [FIRST, SECOND], 3, "the rest")


@pytest.mark.parametrize("note", [*NOTES.values(), HALVED])
def test_a_note_is_internal_by_gehoor_and_names_network_and_readers(note: CommentDraft) -> None:
    assert (note.public, note.author_id) == (False, None)
    assert "Town" in note.html
    assert "everyone" in note.html


def test_each_note_is_marked_with_its_comment() -> None:
    assert {marker: note.marker for marker, note in NOTES.items()} == {n: n for n in NOTES}
    assert HALVED.marker == "returned:9"


def test_a_note_that_something_is_not_out_reopens_the_ticket_and_tags_it() -> None:
    notes = (NOTES["returned:9"], NOTES["delayed:9"], HALVED)
    assert [(n.reopens, n.tags) for n in notes] == [
        (True, (NOT_POSTED,)),
        (True, (DELAYED,)),
        (True, (NOT_POSTED,)),
    ]
    assert not NOTES["posted:9"].reopens


def test_the_notes_say_what_to_do() -> None:
    assert "https://x.y/17" in NOTES["posted:9"].html
    assert "NOT posted on Town: it has 512 characters" in NOTES["returned:9"].html
    assert "Shorten it." in NOTES["returned:9"].html
    assert "do not post it by hand as well" in NOTES["delayed:9"].html


@pytest.mark.parametrize(
    ("visibility", "audience"),
    [
        (Visibility.PUBLIC, "everyone."),
        (Visibility.UNLISTED, "everyone, outside public timelines"),
        (Visibility.FOLLOWERS, "only the author (they wrote to their followers)"),
        (Visibility.DIRECT, "only the author (it is a private message)"),
    ],
)
def test_a_posted_note_says_who_can_read_it(visibility: Visibility, audience: str) -> None:
    silent = posted_note("1", "town", [Posted("17", "")], visibility, NOW)
    telling = posted_note("1", "town", [Posted("17", "", visibility)], PUBLIC, NOW)
    assert audience in silent.html
    assert audience in telling.html


def test_an_answer_in_parts_links_the_first_and_counts_them() -> None:
    html = posted_note("9", "town", [FIRST, SECOND], PUBLIC, NOW).html
    assert "10:00 UTC in 2 parts, the first at the link" in html
    assert "https://x.y/17" in html
    assert "https://x.y/18" not in html


def test_parts_for_different_readers_are_told_apart() -> None:
    html = posted_note("9", "town", [FIRST, SECOND, ALONE], DIRECT, NOW).html
    assert "from part 1 on everyone; from part 3 on only the author" in html


def test_only_an_answer_that_was_asked_to_be_private_takes_the_tag_off() -> None:
    asked, moved = (
        posted_note("9", "town", [ALONE], DIRECT, NOW, why_private=why)
        for why in (ASKED_FOR_PRIVATE, MOVED_TO_PRIVATE)
    )
    assert (asked.drops_tags, moved.drops_tags) == ((PRIVATE,), ())
    assert "is off the ticket again" in asked.html
    assert "was moved to private messages before" in moved.html


def test_half_an_answer_is_told_with_what_is_out_and_what_is_not() -> None:
    assert "Only 2 of the 3 parts of your answer are on Town" in HALVED.html
    assert "the rest was NOT posted: it is refused" in HALVED.html
    for link in (FIRST.permalink, SECOND.permalink):
        assert link in HALVED.html
    assert "Write what is missing as a new answer" in HALVED.html
    assert "<p>the rest</p>" in HALVED.html


def test_a_delay_in_the_middle_tells_what_is_out() -> None:
    html = delayed_note("9", "town", PUBLIC, "the token is dead", [FIRST]).html
    assert "Its first part is:" in html
    assert FIRST.permalink in html


@pytest.mark.parametrize(
    "text", ["{" * 70_000, "http://a " * 8_000, "a\n\n" * 20_000, "👍" * 9_000]
)
def test_what_is_given_back_fits_into_a_note(text: str) -> None:
    note = returned_note("9", "town", PUBLIC, "no", "Wait.", text)
    assert len(note.html.encode()) <= 65_000


@pytest.mark.parametrize(("count", "what"), [(1, "attachment was"), (2, "2 attachments were")])
def test_attachments_are_said_to_be_missing(count: int, what: str) -> None:
    html = posted_note("9", "town", [FIRST], PUBLIC, NOW, attachments=count).html
    assert f"Its {what} NOT sent" in html
