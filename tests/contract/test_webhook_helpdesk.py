"""The webhook helpdesk against a receiver that packages of others judge for it."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from factories import comment_draft, profile, ticket_draft
from fakes.stores import FakeInbox
from fakes.wiring import wiring
from gehoor.domain.contact import VerifiedContact
from gehoor.domain.priority import Priority
from gehoor.domain.ticket import Comment
from gehoor.errors import (
    AuthExpired,
    GehoorError,
    Gone,
    NotAllowed,
    RateLimited,
    Rejected,
    Transient,
    Unavailable,
    UnknownOutcome,
)
from gehoor.helpdesks.webhook import Settings, WebhookHelpdesk, connect
from gehoor.http import Http
from gehoor.webhooks import webhook as answers_sent_in
from gehoor_ops.workspace import PROJECT
from loopback import Answer, Asked, serving
from webhook_receiver import LOST, SECRET, Receiver, receiving, refusal

OTHER_SECRET = "whsec_YW5vdGhlciBrZXkgb2YgdGhpcnR5LXR3byBieXRlcyE="
OWN = "gehoor:0a1b"


def helpdesk(
    url: str,
    secret: str = SECRET,
    *,
    company: str = "Noordlicht",
    inbox: FakeInbox | None = None,
    allowed: frozenset[str] = frozenset({"127.0.0.1"}),
) -> WebhookHelpdesk:
    settings = Settings(kind="webhook", base_url=url, secret="/gehoor/hook")
    http = Http(lambda: datetime.now(UTC), allowed, timeout=(2, 5))
    made = wiring(secret, http, company=company, inbox=inbox or FakeInbox())
    return connect(settings, made)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving(Receiver()) as running:
        yield running


def opened(receiver: Receiver) -> str:
    """A ticket on the receiver, by its id."""
    desk = helpdesk(receiver.url)
    customer_id = desk.upsert_customer(profile()).customer_id
    return desk.open_ticket(ticket_draft(customer_id, external_id=OWN)).ticket_id


def last_sent(receiver: Receiver) -> dict[str, Any]:
    """The data of the newest event."""
    found: Any = receiver.events[-1].get_data()
    return dict(found)


# What is sent.


def test_a_customer_is_told_as_the_network_names_them(receiver: Receiver) -> None:
    # When a customer is new
    customer_id = helpdesk(receiver.url).upsert_customer(profile("anna")).customer_id
    # Then the receiver can name them by the id that their mentions carry
    [event] = receiver.events
    assert (event.get_type(), event.get_subject()) == ("customer.updated", customer_id)
    assert (event.get_source(), event.get_specversion()) == ("/gehoor/Noordlicht", "1.0")
    assert last_sent(receiver) == {
        "external_id": customer_id,
        "network": "town",
        "handle": "@anna@town.example",
        "name": "Anna",
        "profile_url": "https://town.example/@anna",
        "language": "en",
        "last_contact": "2026-11-22",
    }


def test_a_customer_who_takes_a_name_again_has_it_again(receiver: Receiver) -> None:
    # Given a customer who calls herself Anne for a day
    desk, anna = helpdesk(receiver.url), profile("anna")
    desk.upsert_customer(anna)
    for day, name in enumerate(("Anne", "Anna"), 1):
        # When she writes under another name, and under the former one the day after
        author = replace(anna.author, display_name=name)
        contact = anna.last_contact + timedelta(days=day)
        now = replace(anna, author=author, last_contact=contact)
        desk.update_customer(anna.external_id, now, named=True)
        # Then a receiver that drops what it knows has the name of today
        assert receiver.customers[anna.external_id]["name"] == name


@pytest.mark.parametrize(
    ("contact", "told"),
    [
        (VerifiedContact("anna@shop.example"), {"verified_email": "anna@shop.example"}),
        (VerifiedContact(phone="+31612345678"), {"verified_phone": "+31612345678"}),
    ],
)
def test_what_a_customer_proved_to_be_theirs_is_an_event_of_its_own(
    receiver: Receiver, contact: VerifiedContact, told: dict[str, str]
) -> None:
    # When a customer comes with it, and it is told again
    desk = helpdesk(receiver.url)
    customer_id = desk.upsert_customer(profile("anna"), contact).customer_id
    assert desk.add_contact(customer_id, contact)
    # Then the receiver hears of it once, apart from what the network tells
    assert [event.get_type() for event in receiver.events] == [
        "customer.updated",
        "customer.verified",
    ]
    assert last_sent(receiver) == {"external_id": customer_id, **told}
    assert desk.find_customer(contact) is None


def test_a_mention_that_opens_a_ticket_brings_all_of_it(receiver: Receiver) -> None:
    # Given a customer
    desk = helpdesk(receiver.url)
    customer_id = desk.upsert_customer(profile()).customer_id
    # When a ticket is opened
    draft = ticket_draft(
        customer_id,
        external_id=OWN,
        priority=Priority.URGENT,
        tags=("gehoor", "network_town"),
        fields=(("network", "town"), ("permalink", "https://town.example/@anna/1")),
    )
    first = comment_draft("Zoë &amp; Bob: <b>it</b> broke", author_id=customer_id, reopens=True)
    ticket = desk.open_ticket(replace(draft, first=first))
    # Then the event has its text twice, and everything an agent sorts by
    event = receiver.events[-1]
    assert (event.get_type(), event.get_subject()) == ("mention.created", OWN)
    assert last_sent(receiver) == {
        "external_id": OWN,
        "customer_id": customer_id,
        "comment": {
            "marker": first.marker,
            "html": "<p>Zoë &amp; Bob: <b>it</b> broke</p>",
            "text": "Zoë & Bob: it broke",
            "public": True,
        },
        "reopens": True,
        "tags": [],
        "ticket": {
            "subject": "It is broken",
            "priority": "urgent",
            "tags": ["gehoor", "network_town"],
            "fields": {"network": "town", "permalink": "https://town.example/@anna/1"},
        },
    }
    assert ticket.marker == first.marker


def test_a_mention_that_joins_a_ticket_names_it_by_both_its_ids(receiver: Receiver) -> None:
    # Given a ticket that an agent has solved
    ticket_id = opened(receiver)
    receiver.tickets[OWN].status = "solved"
    # When its customer writes again
    [customer_id] = receiver.customers
    draft = comment_draft("And now?", author_id=customer_id, reopens=True)
    helpdesk(receiver.url).add_comment(ticket_id, draft)
    # Then it is told as the customer's, and opens the ticket
    event, data = receiver.events[-1], last_sent(receiver)
    assert (event.get_type(), event.get_subject()) == ("mention.created", OWN)
    assert (data["external_id"], data["ticket_id"]) == (OWN, receiver.tickets[OWN].ticket_id)
    assert data["customer_id"] == customer_id
    assert "ticket" not in data
    assert receiver.tickets[OWN].status == "open"


def test_a_note_is_told_as_internal_with_its_tags(receiver: Receiver) -> None:
    # When gehoor has something to tell the agent
    note = comment_draft("Not posted", public=False, tags=("gehoor_not_posted",))
    helpdesk(receiver.url).add_comment(opened(receiver), note)
    # Then it is no mention
    data = last_sent(receiver)
    assert receiver.events[-1].get_type() == "case.updated"
    assert (data["comment"]["public"], data["reopens"]) == (False, False)
    assert "customer_id" not in data
    assert receiver.tickets[OWN].tags == {"gehoor", "gehoor_not_posted"}


def test_hostile_names_arrive_as_plain_names(receiver: Receiver) -> None:
    who = profile()
    who = replace(who, author=replace(who.author, display_name="\u202eevil\x00 " * 40))
    helpdesk(receiver.url).upsert_customer(who)
    assert last_sent(receiver)["name"].startswith("evil")
    assert "\u202e" not in last_sent(receiver)["name"]


@pytest.mark.parametrize(
    ("company", "source"),
    [
        ("Noordlicht", "/gehoor/Noordlicht"),
        ("Ålesund & Zn/2", "/gehoor/%C3%85lesund%20%26%20Zn%2F2"),
    ],
)
def test_the_source_names_the_company(receiver: Receiver, company: str, source: str) -> None:
    helpdesk(receiver.url, company=company).upsert_customer(profile())
    assert receiver.events[-1].get_source() == source


# What is sent again.


def test_a_repeat_is_the_same_event_to_the_byte() -> None:
    # Given two gehoors that tell the same, one after a change of the secret
    with serving(lambda _: Answer(status=204)) as served:
        for desk in (helpdesk(served.url), helpdesk(served.url, secret=OTHER_SECRET)):
            desk.upsert_customer(profile())
            desk.open_ticket(ticket_draft("7", external_id=OWN))
            desk.add_comment("0a1b", comment_draft())
        first, second = served.asked[:3], served.asked[3:]
    # Then ids and bodies are the same, and differ for all that was told
    assert [asked.body for asked in first] == [asked.body for asked in second]
    ids = [asked.headers["webhook-id"] for asked in first]
    assert ids == [asked.headers["webhook-id"] for asked in second]
    assert ids == [json.loads(asked.body)["id"] for asked in first]
    assert len(set(ids)) == 3


def test_the_same_words_are_one_event_whether_they_open_a_ticket_or_join_it(
    receiver: Receiver,
) -> None:
    # Given a mention that opened a ticket, while gehoor believes another one did
    ticket_id = opened(receiver)
    [customer_id] = receiver.customers
    # When it comes as a comment too
    helpdesk(receiver.url).add_comment(ticket_id, ticket_draft(customer_id).first)
    # Then it is there once
    assert len(receiver.tickets[OWN].comments) == 1


def test_a_changed_name_is_a_new_event(receiver: Receiver) -> None:
    who = profile()
    helpdesk(receiver.url).upsert_customer(who)
    renamed = replace(who, author=replace(who.author, display_name="Anna de Wit"))
    helpdesk(receiver.url).upsert_customer(renamed)
    assert [customer["name"] for customer in receiver.customers.values()] == ["Anna de Wit"]


def test_what_was_taken_before_its_answer_was_lost_is_there_once(receiver: Receiver) -> None:
    # Given a receiver that takes a mention, and a note, and hangs up both times
    desk = helpdesk(receiver.url)
    draft = ticket_draft(desk.upsert_customer(profile()).customer_id, external_id=OWN)
    receiver.afterwards = [LOST]
    with pytest.raises(UnknownOutcome):
        desk.open_ticket(draft)
    # When gehoor looks, and finds nothing, and tells again
    assert desk.find_ticket(OWN) is None
    ticket_id = desk.open_ticket(draft).ticket_id
    receiver.afterwards = [LOST]
    with pytest.raises(UnknownOutcome):
        desk.add_comment(ticket_id, comment_draft())
    assert desk.find_comment(ticket_id, comment_draft().marker) is None
    assert desk.add_comment(ticket_id, comment_draft())
    # Then the receiver has each of them once
    [ticket] = receiver.tickets.values()
    markers = [comment["marker"] for comment in ticket.comments]
    assert markers == [draft.first.marker, comment_draft().marker]


@pytest.mark.parametrize("theirs", [SECRET, OTHER_SECRET])
def test_while_the_secret_changes_the_old_and_the_new_one_hold(theirs: str) -> None:
    with receiving(Receiver(theirs)) as receiver:
        desk = helpdesk(receiver.url, secret=f"{SECRET} {OTHER_SECRET}\n")
        assert desk.upsert_customer(profile())


def test_the_first_signature_is_the_first_secrets() -> None:
    with serving(lambda _: Answer(status=204)) as served:
        helpdesk(served.url, secret=f"{OTHER_SECRET} {SECRET}").upsert_customer(profile())
    [asked] = served.asked
    first, second = asked.headers["webhook-signature"].split(" ")
    for secret, signature in ((OTHER_SECRET, first), (SECRET, second)):
        headers = {**asked.headers, "webhook-signature": signature}
        assert Webhook(secret).verify(asked.body, headers)


# What the receiver answers.


@pytest.mark.parametrize(
    ("said", "ticket_id"),
    [
        (b'{"ticket_id": "4711"}', "0a1b_4711"),
        (b'{"ticket_id": 4711, "more": []}', "0a1b_4711"),
        (b'{"ticket_id": "CRM-17_b"}', "0a1b_CRM-17_b"),
        (b"", "0a1b"),
        (b"OK", "0a1b"),
        (b"null", "0a1b"),
        (b"[1]", "0a1b"),
        (b"{}", "0a1b"),
        (b'{"ticket_id": ""}', "0a1b"),
        (b'{"ticket_id": null}', "0a1b"),
        (b'{"ticket_id": "a/b"}', "0a1b"),
        (b'{"ticket_id": "%s"}' % (b"9" * 32), "0a1b"),
        (b"[" * 50_000, "0a1b"),
        (b"\xff", "0a1b"),
    ],
)
@pytest.mark.parametrize("status", [200, 201, 409])
def test_a_ticket_has_the_receivers_own_id_when_it_tells_one(
    said: bytes, ticket_id: str, status: int
) -> None:
    with serving(lambda _: Answer(said, status)) as served:
        found = helpdesk(served.url).open_ticket(ticket_draft("7", external_id=OWN))
    assert found.ticket_id == ticket_id


@pytest.mark.parametrize("ticket_id", ["0a1b", "0a1b_4711", "0a1b_CRM-17_b"])
def test_a_tickets_case_is_read_from_its_id_alone(ticket_id: str) -> None:
    # Given a receiver that nobody asks
    inbox = FakeInbox()
    desk = helpdesk("http://127.0.0.1:9", inbox=inbox)
    # Then the ticket's case is known, and what was sent in for it
    assert desk.read_ticket(ticket_id).external_id == OWN
    sent = Comment("11", "Hello", public=True, by_agent=True, created_at=datetime.now(UTC))
    inbox.keep("0a1b", sent, datetime.now(UTC))
    assert desk.read_comment(ticket_id, "11") == sent
    with pytest.raises(Gone):
        desk.read_comment(ticket_id, "12")


@pytest.mark.parametrize(
    ("answer", "error", "advice"),
    [
        (Answer(status=400), Rejected, "no reason given"),
        (Answer(status=401), AuthExpired, "gehoor secret set /gehoor/hook"),
        (Answer(status=403), NotAllowed, "denied access"),
        (Answer(status=404), NotAllowed, "check the helpdesk's base_url"),
        (refusal(404, "not_found"), NotAllowed, "check the helpdesk's base_url"),
        (refusal(404, "ticket_gone"), Gone, "takes no more comments"),
        (Answer(status=408), RateLimited, "try again"),
        (Answer(status=410), NotAllowed, "switch it on"),
        (Answer(status=413), Rejected, "no reason given"),
        (refusal(422, "unknown_customer"), Rejected, "unknown_customer"),
        (Answer(b'{"error": "Anna is unknown"}', 422), Rejected, "no reason given"),
        (Answer(status=425), RateLimited, "try again"),
        (Answer(status=429), RateLimited, "try again"),
        (Answer(status=500), UnknownOutcome, "look before repeating"),
        (Answer(status=501), UnknownOutcome, "look before repeating"),
        (Answer(status=502), Unavailable, "try again"),
        (Answer(status=503), Unavailable, "try again"),
        (Answer(status=504), Unavailable, "try again"),
        (Answer(status=301, headers={"Location": "/there"}), NotAllowed, "are not followed"),
        (Answer(status=304), NotAllowed, "are not followed"),
        (Answer(status=307, headers={"Location": "/there"}), NotAllowed, "are not followed"),
        (Answer(b"x" * 65_537), UnknownOutcome, "over 65536 bytes"),
        (LOST, UnknownOutcome, "the answer was lost"),
    ],
)
def test_each_answer_says_what_to_do(answer: Answer, error: type[GehoorError], advice: str) -> None:
    # Given a receiver that does not take what it is sent
    timed = replace(answer, headers={**answer.headers, "Retry-After": "30"})
    with serving(lambda _: timed) as served:
        for call in _calls(helpdesk(served.url)):
            before = datetime.now(UTC)
            # When it is told something
            with pytest.raises(error, match=advice) as failure:
                call()
            # Then the error's class says what to do and a limit says when
            if isinstance(failure.value, Transient):
                assert failure.value.retry_at is not None
                assert failure.value.retry_at >= before + timedelta(seconds=29)
            # And the message shows no customer's words, no address and no secret
            for hidden in ("broken", "Anna", served.url, SECRET):
                assert hidden not in str(failure.value)
        # And nothing was sent elsewhere
        assert {asked.path for asked in served.asked} == {"/"}


def _calls(desk: WebhookHelpdesk) -> list[Callable[[], object]]:
    return [
        lambda: desk.upsert_customer(profile()),
        lambda: desk.open_ticket(ticket_draft("7", external_id=OWN)),
        lambda: desk.add_comment("0a1b", comment_draft("It is broken")),
    ]


def test_a_receiver_that_is_down_took_nothing(receiver: Receiver) -> None:
    desk = helpdesk("http://127.0.0.1:9")
    for call in _calls(desk):
        with pytest.raises(Unavailable, match="no connection"):
            call()


@pytest.mark.parametrize("way", ["closed", "unknown"])
def test_a_ticket_that_takes_no_more_is_gone(receiver: Receiver, way: str) -> None:
    ticket_id = opened(receiver)
    if way == "closed":
        receiver.tickets[OWN].status = "closed"
    else:
        del receiver.tickets[OWN]
    with pytest.raises(Gone):
        helpdesk(receiver.url).add_comment(ticket_id, comment_draft())


# Whom it is sent to.


@pytest.mark.parametrize(
    ("url", "allowed", "accepted"),
    [
        ("https://crm.example/hook", (), True),
        ("http://crm.example/hook", (), False),
        ("http://crm.example/hook", ("other.example",), False),
        ("http://crm.example/hook", ("crm.example",), True),
        ("http://crm.example:8080/hook", ("crm.example:8080",), True),
        ("http://crm.example:8080/hook", ("crm.example:80",), False),
        ("http://crm.example:what/hook", ("crm.example",), False),
        ("http://CRM.example/hook", ("crm.example",), True),
    ],
)
def test_only_a_listed_host_is_told_without_https(
    url: str, allowed: tuple[str, ...], accepted: bool
) -> None:
    if accepted:
        helpdesk(url, allowed=frozenset(allowed))
        return
    with pytest.raises(NotAllowed, match="allow_private_hosts"):
        helpdesk(url, allowed=frozenset(allowed))


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "0177.0.0.1", "2130706433", "localhost"]
)
def test_a_private_address_is_told_nothing_unless_it_is_listed(host: str) -> None:
    def never(asked: Asked) -> Answer:
        raise AssertionError

    with serving(never) as served:
        desk = helpdesk(f"https://{host}:{served.port}/hook", allowed=frozenset())
        with pytest.raises(NotAllowed, match="not public"):
            desk.upsert_customer(profile())
        assert served.asked == []


@pytest.mark.parametrize(
    "secret",
    [
        "",
        " ",
        "whsec_",
        "whsec_short",
        "planted",
        f"planted {SECRET}",
        f"{SECRET}planted%",
        "whsec_" + "A" * 33,
        "whsec_" + "A" * 100,
        SECRET.removeprefix("whsec_"),
        '{"secret": "planted"}',
    ],
)
def test_a_secret_that_cannot_sign_is_refused_without_showing_it(secret: str) -> None:
    with pytest.raises(AuthExpired, match="gehoor secret set /gehoor/hook") as failure:
        helpdesk("https://crm.example", secret=secret)
    for hidden in ("planted", SECRET.removeprefix("whsec_"), "short"):
        assert hidden not in str(failure.value)


# What the documentation tells a receiver to do.

PAGE = PROJECT / "docs/webhook-helpdesk.md"
MAKE_SECRET, VERIFY, SEND = re.findall(
    r"^```python\n(.*?)^```", PAGE.read_text(), re.MULTILINE | re.DOTALL
)


def run(program: str, **names: Any) -> dict[str, Any]:
    """The names a program of the page leaves behind."""
    exec(compile(program, PAGE, "exec"), names)
    return names


def test_the_documented_secret_signs_and_the_documented_lines_verify_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    # Given a secret made as the page says
    run(MAKE_SECRET)
    secret = capsys.readouterr().out.strip()
    # When gehoor sends with it
    with serving(lambda _: Answer(status=204)) as served:
        helpdesk(served.url, secret=secret).add_comment("0a1b", comment_draft("Hello"))
    [asked] = served.asked
    # Then the page's lines believe it, and no other secret
    event = run(VERIFY, secret=secret, body=asked.body, headers=asked.headers)["event"]
    assert event["data"]["comment"]["text"] == "Hello"
    with pytest.raises(WebhookVerificationError):
        run(VERIFY, secret=SECRET, body=asked.body, headers=asked.headers)


def test_the_documented_answer_is_believed_and_read() -> None:
    made = run(f"{VERIFY.splitlines()[0]}\n{SEND}", secret=SECRET, external_id=OWN)
    body = made["body"].encode()
    answers_sent_in.verify(made["headers"], body, SECRET, datetime.now(UTC))
    found = answers_sent_in.read(body)
    assert found is not None
    assert found.comment is not None
    assert (found.ticket_id, found.comment_id) == ("0a1b", "90125")
    assert (found.comment.public, found.comment.by_agent) == (True, True)
