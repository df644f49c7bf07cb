"""The internal note of a new case: what an agent reads in ten seconds."""

import re
from dataclasses import replace
from datetime import datetime, timedelta
from html import unescape
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from factories import JUDGEMENT, NOW, author, judgement, mention
from gehoor.domain.capabilities import Capabilities, Summons
from gehoor.domain.compose import COMMENT_LIMIT
from gehoor.domain.contact_kind import RECENT
from gehoor.domain.crm import CrmFact, CrmFacts, CrmSilence
from gehoor.domain.customer import Doubt
from gehoor.domain.history_note import (
    SHOWN_FACTS,
    SHOWN_POSTS,
    Background,
    history_note,
)
from gehoor.domain.judgement import Risk
from gehoor.domain.mention import Mention, Visibility
from gehoor.domain.network import Post
from gehoor.domain.note_layout import MOST_CHARACTERS, MOST_LINES
from gehoor.domain.personal_data_kinds import PersonalData
from gehoor.domain.ticket import AgentAnswer, Customer, History, PastTicket

ANSWERED = Capabilities(reply=True, message=True, text_limit=500)
UNKNOWN = Background(
    customer=Customer("7"),
    history=History(()),
    earlier=(),
    capabilities=ANSWERED,
    room=480,
    crm=None,
)
HOSTILE = "{{ticket.id}} <script>alert(1)</script> <img src=x onerror=y> \u202e\x00 https://e.vil"


def ago(**units: float) -> datetime:
    return mention().posted_at - timedelta(**units)


def ticket(number: int = 1, status: str = "solved", **changes: Any) -> PastTicket:
    made = PastTicket(str(number), f"Thing {number}", status, ago(days=400), ago(days=390))
    return replace(made, **changes)


def known(*tickets: PastTicket, **changes: Any) -> Background:
    return replace(UNKNOWN, history=History(tickets), **changes)


def html(background: Background = UNKNOWN, of: Mention | None = None) -> str:
    return history_note("case", of or mention(), JUDGEMENT, background).html


def lines(background: Background = UNKNOWN, of: Mention | None = None) -> list[str]:
    """The note as an agent sees it."""
    broken = re.sub(r"<br>|</p>", "\n", html(background, of))
    return [unescape(line) for line in re.sub(r"<[^>]*>", "", broken).splitlines()]


def answered(text: str, **changes: Any) -> AgentAnswer:
    return replace(AgentAnswer("1", text, ago(days=2)), **changes)


def test_the_note_of_somebody_new_is_short_and_internal() -> None:
    note = history_note("case", mention(), JUDGEMENT, UNKNOWN)
    assert (note.public, note.marker, note.author_id) == (False, "history:case", None)
    assert lines() == [
        "Customer",
        "Anna (@anna@town.example) profile",
        "On Town, for everyone: the post",
        "First contact by this channel: say in the answer what happens next, and when.",
        "Earlier tickets",
        "None: this is the first one.",
        "What you can do here",
        "A public comment in this ticket is posted on Town, at most 480 characters."
        " Who can read it: everyone. An internal note stays here.",
        "For a private answer, ask the customer for a direct message:"
        " what you answer to that stays private.",
        "How to answer",
        'What happened: says "broken": a failure',
        "First in public: show that you read what went wrong, and say what you do now, by when.",
        "In private: whatever shows who they are, and what is theirs"
        " (order, address, account, amounts, health).",
        "Why it was sorted this way",
        'complaint, urgency normal, language en; says "broken": a failure',
    ]


@pytest.mark.parametrize(
    ("can", "told"),
    [
        ({"message": True}, "it goes to the customer alone."),
        (
            {"message": False, "invitation": "Write to us"},
            "gehoor asks the customer in public to write a private message first.",
        ),
    ],
)
def test_a_private_answer_is_a_tag_where_the_helpdesk_tells_tags(
    can: dict[str, Any], told: str
) -> None:
    capabilities = replace(ANSWERED, **can)
    found = lines(replace(UNKNOWN, capabilities=capabilities, tells_tags=True))
    how = "For a private answer, set the tag gehoor_private with it (a macro does): "
    assert f"{how}{told}" in found


def test_author_and_post_are_linked() -> None:
    assert f'<a href="{mention().permalink}" rel="noreferrer nofollow">the post</a>' in html()
    assert f'<a href="{author().profile_url}" rel="noreferrer nofollow">profile</a>' in html()


def test_what_could_embarrass_comes_first() -> None:
    # Given a promise, an open ticket that came by e-mail, and one by phone that was solved
    by_mail = ticket(1, "open", channel="e-mail", created_at=ago(days=2), updated_at=ago(days=1))
    by_phone = ticket(2, channel="phone", created_at=ago(days=9), updated_at=ago(days=8))
    promised = answered("Hi Anna,\n\nSorry. We'll get back to you by Friday.\n\nSam")
    # When the note is written
    found = lines(
        replace(known(by_phone, by_mail), history=History((by_phone, by_mail), (promised,)))
    )
    # Then they are its first lines, the promise in its own words, the open ticket before the other
    assert found[:5] == [
        "Look at first",
        "Promised on 20 Nov 2026, 09:59 UTC in #1: “We'll get back to you by Friday.”",
        "Asked elsewhere first, so one step more urgent: see below",
        "Also asked by e-mail on 20 Nov 2026: #1, still open: Thing 1",
        "Also asked by phone on 13 Nov 2026: #2, solved (14 Nov 2026): Thing 2",
    ]
    # And they are not told twice
    assert [line for line in found if "Thing 1" in line] == [found[3]]
    assert "1 over, the last #2, see above" in found


def test_a_closed_ticket_of_long_ago_and_one_of_a_program_are_not_this_problem() -> None:
    long_ago = ticket(1, channel="phone", updated_at=ago(days=31))
    own = ticket(2, "open", channel="")
    assert lines(known(long_ago, own))[0] == "Customer"


@pytest.mark.parametrize(
    ("status", "made", "is_shown"),
    [
        ("solved", timedelta(days=2), True),
        ("closed", RECENT, True),
        ("closed", RECENT + timedelta(days=1), False),
        ("pending", RECENT * 3, True),
    ],
)
def test_a_promise_is_shown_while_somebody_may_wait_for_it(
    status: str, made: timedelta, is_shown: bool
) -> None:
    promised = answered("We bellen u morgen.", created_at=mention().posted_at - made)
    history = History((ticket(1, status),), (promised,))
    assert ("Look at first" in lines(replace(UNKNOWN, history=history))) == is_shown


def test_a_promise_in_the_thread_counts_when_it_was_made_to_the_author() -> None:
    # Given promises of the brand to the author and, later, to somebody else
    to_anna = Post("@noordlicht", "@anna We'll send it tomorrow.", ago(hours=2), True)
    to_bob = Post("@noordlicht", "@bob We'll call you.", ago(hours=1), True)
    by_anna = Post("@anna", "@anna You'll hear from me today.", ago(minutes=1), False)
    # Then the author's own is shown
    found = lines(replace(UNKNOWN, earlier=(to_anna, to_bob, by_anna)))
    assert found[1].startswith("Promised on 22 Nov 2026, 07:59 UTC in this thread: “")
    assert "We'll send it tomorrow." in found[1]
    assert lines(replace(UNKNOWN, earlier=(to_bob, by_anna)))[0] == "Customer"


@pytest.mark.parametrize(
    ("since", "oldest", "shown"),
    [
        (ago(days=900), 400, "customer since 05 Jun 2024"),
        (None, 400, "customer since 18 Oct 2025 or earlier"),
        (ago(minutes=1), 400, "customer since 18 Oct 2025 or earlier"),
        (ago(minutes=1), None, ""),
        (None, None, ""),
    ],
)
def test_the_note_tells_how_long_they_are_a_customer(
    since: datetime | None, oldest: int | None, shown: str
) -> None:
    tickets = [ticket(created_at=ago(days=oldest))] if oldest else []
    who = lines(known(*tickets, customer=Customer("7", since)))[1]
    assert who == f"Anna (@anna@town.example){', ' * bool(shown)}{shown} profile"


def test_earlier_tickets_are_counted_and_the_old_ones_summed_up() -> None:
    # Given many tickets, in every state, some rated
    waiting = [ticket(n, "pending" if n else "new", created_at=ago(days=9)) for n in range(4)]
    over = [ticket(9 + n, satisfied=bool(n), updated_at=ago(days=50 + n)) for n in range(3)]
    # Then they are counted, the newest waiting ones named, the rest in one line
    found = lines(known(*waiting, *over))
    start = found.index("Earlier tickets") + 1
    assert found[start : start + 4] == [
        "7 in all, 4 still open; rated 2 good, 1 bad",
        "#0 not taken up yet, 13 Nov 2026: Thing 0",
        "#1 waits for the customer, 13 Nov 2026: Thing 1",
        "3 over, the last #9, rated bad, solved (03 Oct 2026): Thing 9",
    ]


def test_the_note_shows_the_end_of_the_thread() -> None:
    # Given a long thread with an answer of the brand
    posts = [
        Post("@bob", f"post {n} " + "x" * 500, NOW + timedelta(minutes=n), n == SHOWN_POSTS)
        for n in range(SHOWN_POSTS + 1)
    ]
    found = lines(replace(UNKNOWN, earlier=posts))
    # Then the last ones are shown, each shortened, and the brand's own as ours
    start = found.index("Said in this thread before") + 1
    shown = found[start : start + SHOWN_POSTS]
    assert [line[:24] for line in shown[:1]] == ["22 Nov 10:01 @bob: post "]
    assert shown[-1].startswith(f"22 Nov 10:03 @bob (us): post {SHOWN_POSTS}")
    assert all(line.endswith("…") and len(line) < 160 for line in shown)
    assert found[start + SHOWN_POSTS] == "What you can do here"


@pytest.mark.parametrize(
    ("visibility", "audience", "is_public"),
    [
        (Visibility.PUBLIC, "everyone.", True),
        (Visibility.UNLISTED, "everyone, outside public timelines", True),
        (Visibility.FOLLOWERS, "only the author (they wrote to their followers)", False),
        (Visibility.DIRECT, "only the author (it is a private message)", False),
    ],
)
def test_the_note_says_who_can_read_an_answer(
    visibility: Visibility, audience: str, is_public: bool
) -> None:
    found = html(of=mention(visibility=visibility))
    assert audience in found
    assert ("For a private answer" in found) == is_public


def test_the_note_says_what_to_do_where_gehoor_cannot_answer() -> None:
    reads = Capabilities(reply=False, message=False, text_limit=None, instead="Answer below it.")
    found = html(replace(UNKNOWN, capabilities=reads, room=None))
    assert "gehoor cannot answer here. Answer below it." in found
    assert "A public comment" not in found


def test_the_note_says_why_there_is_no_private_message_and_what_instead() -> None:
    public = Capabilities(reply=True, message=False, text_limit=None, instead="Give them a form.")
    found = html(replace(UNKNOWN, capabilities=public))
    assert "No private messages on Town through gehoor. Give them a form." in found


def test_the_note_says_that_the_author_can_be_invited_to_write_privately() -> None:
    invites = Capabilities(reply=True, message=False, text_limit=None, invitation="Write to us.")
    found = html(replace(UNKNOWN, capabilities=invites))
    assert "For a private answer" in found
    assert "No private messages" not in found


def test_the_note_sends_the_agent_to_where_a_post_is_answered_by_hand() -> None:
    # Given a network that takes answers only below posts that name the brand
    summons = Summons(
        "@brand", "https://town.example/brand/", "https://town.example/to/{native_id}"
    )
    summoned = replace(UNKNOWN, capabilities=replace(ANSWERED, summons=summons))
    # When a post names it, and another does not
    named, unnamed = (mention(text=text) for text in ("Late, @brand!", "The brand is late"))
    # Then the first is answered from the ticket, and the second at the link
    assert "A public comment in this ticket is posted" in html(summoned, named)
    found = html(summoned, unnamed)
    assert "gehoor may not answer here" in found
    assert f'href="https://town.example/to/{unnamed.native_id}"' in found
    assert "A public comment" not in found


def test_the_note_warns_of_what_an_answer_may_cost() -> None:
    caution = "Town charges 0.20 USD for an answer with a web address in it."
    assert caution in html(replace(UNKNOWN, capabilities=replace(ANSWERED, caution=caution)))


def test_the_note_names_no_limit_where_there_is_none() -> None:
    assert "is posted on Town. Who" in html(replace(UNKNOWN, room=None))


def test_the_note_claims_nothing_that_could_not_be_asked() -> None:
    found = html(replace(UNKNOWN, history=None, capabilities=None, room=None))
    assert "The helpdesk could not be asked" in found
    assert "Town could not be asked what is possible" in found
    assert "first one" not in found


def test_the_note_shows_what_the_crm_tells_with_a_link() -> None:
    # Given more facts than are shown
    facts = tuple(CrmFact(f"Fact {n}", str(n)) for n in range(SHOWN_FACTS + 1))
    crm = CrmFacts(facts, "https://backoffice.example/c/7?a=1&b=2")
    found = lines(replace(UNKNOWN, crm=crm))
    # Then the first are there, and the rest is at the link
    start = found.index("In the CRM") + 1
    assert found[start : start + SHOWN_FACTS] == [f"Fact {n}: {n}" for n in range(SHOWN_FACTS)]
    assert found[start + SHOWN_FACTS] == "The whole record: open the CRM"
    assert 'href="https://backoffice.example/c/7?a=1&amp;b=2"' in html(replace(UNKNOWN, crm=crm))


@pytest.mark.parametrize(
    ("crm", "line"),
    [
        (CrmSilence("It did not answer."), "It did not answer."),
        (CrmFacts(()), "The CRM tells nothing about this customer."),
    ],
)
def test_a_crm_that_tells_nothing_is_one_line(crm: CrmFacts | CrmSilence, line: str) -> None:
    found = lines(replace(UNKNOWN, crm=crm))
    assert found[found.index("In the CRM") + 1 :][:2] == [line, "Why it was sorted this way"]


def test_who_gives_themselves_away_in_public_is_to_be_told_in_private() -> None:
    told = judgement(personal_data=(PersonalData.PHONE, PersonalData.ORDER_NUMBER))
    hint = "Others can read in the post: phone number. Hidden here. Ask the author, in a private"
    assert hint in unescape(history_note("case", mention(), told, UNKNOWN).html)
    private = mention(visibility=Visibility.DIRECT)
    assert hint not in history_note("case", private, told, UNKNOWN).html


@pytest.mark.parametrize("visibility", [Visibility.PUBLIC, Visibility.DIRECT])
def test_the_note_says_what_gehoor_may_not_keep(visibility: Visibility) -> None:
    told = judgement(personal_data=(PersonalData.BSN,))
    note = history_note("case", mention(visibility=visibility), told, UNKNOWN).html
    assert "gehoor keeps no citizen service number: do not ask for it" in note


def test_what_others_gave_away_in_the_thread_is_hidden() -> None:
    post = Post(mention().author.handle, "bel 06-12345678", NOW, by_brand=False)
    shown = html(replace(UNKNOWN, earlier=(post,)))
    assert "bel [phone number hidden]" in shown


def test_an_order_to_a_machine_is_told_to_have_changed_nothing() -> None:
    note = history_note("case", mention(), judgement(injection=True), UNKNOWN).html
    assert "holds an order to a machine, which changed nothing" in note


def test_a_risk_is_named() -> None:
    note = history_note("case", mention(), judgement(risk=Risk.SAFETY), UNKNOWN)
    assert "risk: safety" in note.html


@pytest.mark.parametrize("address", ["javascript:alert(1)", "//e.vil", "", 'https://e.vil/"x', " "])
def test_what_is_no_web_address_is_not_linked(address: str) -> None:
    evil = author(profile_url=address)
    found = html(
        replace(UNKNOWN, crm=CrmFacts((), address)), mention(author=evil, permalink=address)
    )
    assert "<a " not in found


def test_what_an_author_wrote_to_be_known_by_is_one_line_to_look_up() -> None:
    # Given somebody who gives an address and a number, in private or in public
    for visibility in (Visibility.DIRECT, Visibility.PUBLIC):
        said = mention(text="anna@shop.example, order 12345678", visibility=visibility)
        found = lines(of=said)
        # Then the agent is told what to do with it, and how gehoor comes to know
        assert found[found.index("Customer") + 3] == (
            "Wrote, unchecked: e-mail a…@shop.example, order number 12345678. Once you know"
            " whose it is, set that customer as the requester: gehoor then remembers."
        )
        # And the address is not copied once more
        assert "anna@shop.example" not in html(of=said)


@pytest.mark.parametrize(
    ("doubt", "told"),
    [
        (Doubt.DUPLICATE, "Another customer here has this author's handle"),
        (Doubt.UNLINKED, "belongs to a colleague here or to several customers"),
    ],
)
def test_a_doubt_about_who_it_is_is_one_line_for_an_agent_to_settle(
    doubt: Doubt, told: str
) -> None:
    [line] = [line for line in lines(replace(UNKNOWN, doubts=(doubt,))) if told in line]
    assert line.endswith("set that customer as the requester: gehoor then remembers.")


def everywhere(text: str) -> tuple[Background, Mention]:
    """A background in which everything that comes from outside is `text`."""
    past = ticket(1, "open", subject=text, channel=text, updated_at=ago(days=1))
    odd = ticket(2, text, subject=text, updated_at=ago(days=1))
    promised = answered(f"{text} We will call you tomorrow {text}")
    background = Background(
        customer=Customer(text),
        history=History((past, odd), (promised,)),
        earlier=[Post(text, text, NOW, True), Post(text, text, NOW, False)] * 5,
        capabilities=Capabilities(reply=True, message=False, text_limit=None, instead=text),
        room=500,
        crm=CrmFacts((CrmFact(text, text),) * 9, text),
        doubts=tuple(Doubt),
    )
    who = author(display_name=text, handle=text, profile_url=text)
    given = "".join(f" order {n}{'9' * 20}, a@{'b' * 60}{n}.example" for n in range(9))
    return background, mention(author=who, permalink=text, text=f"{text}{given}")


def test_hostile_text_stays_text_wherever_it_comes_from() -> None:
    found = html(*everywhere(HOSTILE))
    for bad in ("<script", "<img", "{{", "\u202e", "\x00", "<a "):
        assert bad not in found
    assert "&lt;script&gt;" in found


@settings(max_examples=60, deadline=None)
@given(
    text=st.text(max_size=300)
    | st.sampled_from(["😀", "<&\"'", "a\u0301", "{", " ", "https://a/"]),
    times=st.integers(1, 3_000),
)
def test_the_note_is_read_in_ten_seconds_whatever_is_known(text: str, times: int) -> None:
    # Given that there is much of everything
    background, said = everywhere((text * times)[:20_000])
    # Then what is seen stays within its bounds, and the helpdesk takes it
    found = lines(background, said)
    assert len(found) <= MOST_LINES
    assert sum(map(len, found)) <= MOST_CHARACTERS
    assert len(html(background, said).encode()) <= COMMENT_LIMIT


def test_a_note_that_is_full_leaves_out_its_end_and_says_so() -> None:
    # Given more than fits
    background, said = everywhere("w" * 500)
    found = lines(background, said)
    # Then the first things are there, and the end is not
    assert found[0] == "Look at first"
    assert "What you can do here" in found
    assert found[-1] == "(more than fits here)"
