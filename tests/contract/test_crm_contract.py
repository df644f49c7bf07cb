"""What every CRM must do: the one in memory, and a back office over HTTP, cached or not."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Protocol

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from standardwebhooks import Webhook, WebhookVerificationError

from factories import author, profile
from fakes.clock import FakeClock
from fakes.crm import FakeCrm
from gehoor.aws.crm_cache import FAILED, FRESH, CachedCrm
from gehoor.crm._http_pointer import is_pointer, value_at
from gehoor.crm.http import LARGEST_ANSWER, LONGEST_VALUE, HttpCrm, Settings, connect
from gehoor.domain.contact import NO_CONTACT, VerifiedContact
from gehoor.domain.crm import CrmFact, CrmFacts, for_lookup
from gehoor.errors import (
    AuthExpired,
    ContractBroken,
    GehoorError,
    Gone,
    NotAllowed,
    RateLimited,
    Rejected,
    Unavailable,
)
from gehoor.http import Http
from loopback import Answer, Asked, read_request, serving, serving_bytes
from moto_stack import moto_stack

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Iterator

    from gehoor.domain.ticket import CustomerProfile
    from gehoor.ports.helpdesk import Crm

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
SHOW = [
    {"label": "Customer since", "value": "/customer/since"},
    {"label": "Orders", "value": "/customer/orders/0/count"},
]
HTML = {"Content-Type": "text/html"}


def back_office(
    url: str, *, seconds: float = 2.0, secret: str = SECRET, clock: Any = None, **changes: Any
) -> HttpCrm:
    document = {
        "kind": "http",
        "url": url,
        "secret": "/gehoor/crm",
        "show": SHOW,
        "link": "/customer/url",
        **changes,
    }
    http = Http(
        clock or (lambda: datetime.now(UTC)), frozenset({"127.0.0.1"}), call_seconds=seconds
    )
    return connect(Settings.model_validate(document), secret, http)


def record(since: object, orders: object, link: object = None) -> dict[str, Any]:
    return {"customer": {"since": since, "orders": [{"count": orders}], "url": link}}


def as_json(document: object, status: int = 200) -> Answer:
    return Answer(json.dumps(document).encode(), status, {"Content-Type": "application/json"})


class Office(Protocol):
    """A CRM with what the people who keep it do."""

    crm: Crm

    def note(self, customer: CustomerProfile, since: str, orders: str, link: str) -> None: ...
    def verify(self, customer: CustomerProfile, contact: VerifiedContact) -> None: ...


class FakeOffice:
    """The CRM in memory."""

    def __init__(self) -> None:
        self.fake = FakeCrm()
        self.crm: Crm = self.fake

    def note(self, customer: CustomerProfile, since: str, orders: str, link: str) -> None:
        self.fake.note(customer.external_id, link, Customer_since=since, Orders=orders)

    def verify(self, customer: CustomerProfile, contact: VerifiedContact) -> None:
        self.fake.note(customer.external_id, contact=contact)


class HttpOffice:
    """A back office on loopback."""

    def __init__(self, crm: Crm, records: dict[str, Any]) -> None:
        self.crm = crm
        self._records = records

    def note(self, customer: CustomerProfile, since: str, orders: str, link: str) -> None:
        self._records[customer.external_id] = record(since, orders, link)

    def verify(self, customer: CustomerProfile, contact: VerifiedContact) -> None:
        said = {"verified_email": contact.email or None, "verified_phone": contact.phone or None}
        self._records[customer.external_id] = said


@contextmanager
def office_over_http() -> Iterator[HttpOffice]:
    records: dict[str, Any] = {}

    def answer(asked: Asked) -> Answer:
        found = records.get(asked.query["id"][0])
        return as_json(found) if found else as_json({"error": "unknown"}, 404)

    with serving(answer) as served:
        yield HttpOffice(back_office(f"{served.url}/customers?id={{external_id}}"), records)


@pytest.fixture(params=["memory", "http", "cached"])
def office(request: pytest.FixtureRequest) -> Iterator[Office]:
    if request.param == "memory":
        yield FakeOffice()
        return
    with office_over_http() as found:
        if request.param == "cached":
            with moto_stack() as stack:
                inner = found.crm
                found.crm = CachedCrm(stack.dynamodb, stack.state, lambda: inner, FakeClock())
                yield found
        else:
            yield found


def test_a_known_customer_is_told_with_a_link(office: Office) -> None:
    # Given two customers
    link = "https://backoffice.example/c/7"
    office.note(profile("anna"), "2019", "3", link)
    office.note(profile("bob"), "2024", "0", "")
    # When the CRM is asked, more than once
    told = [office.crm.about(profile(who)) for who in ("anna", "bob", "anna")]
    # Then each is told their own
    anna = CrmFacts((CrmFact("Customer since", "2019"), CrmFact("Orders", "3")), link)
    bob = CrmFacts((CrmFact("Customer since", "2024"), CrmFact("Orders", "0")))
    assert told == [anna, bob, anna]


def test_a_customer_nobody_knows_is_gone(office: Office) -> None:
    office.note(profile("anna"), "2019", "3", "")
    for _ in range(2):
        with pytest.raises(Gone):
            office.crm.about(profile("bob"))


@pytest.mark.parametrize(
    "contact",
    [
        VerifiedContact("anna@shop.example"),
        VerifiedContact(phone="+31612345678"),
        VerifiedContact("anna@shop.example", "+31612345678"),
        NO_CONTACT,
    ],
    ids=["mail", "tel", "both", "none"],
)
def test_what_a_customer_proved_to_be_theirs_is_told(
    office: Office, contact: VerifiedContact
) -> None:
    office.verify(profile("anna"), contact)
    told = [office.crm.about(profile("anna")) for _ in range(2)]
    assert told == [CrmFacts((), "", contact)] * 2


# What only a CRM over HTTP can show.


@pytest.mark.parametrize(
    ("document", "contact"),
    [
        ({"verified_email": " Anna@Shop.Example "}, VerifiedContact("anna@shop.example")),
        ({"verified_phone": "+31 (0)6 1234-5678"}, VerifiedContact(phone="+31612345678")),
        ({"verified_email": "no address"}, NO_CONTACT),
        ({"verified_phone": "06 12345678"}, NO_CONTACT),
        ({"verified_email": ["a@b.example"], "verified_phone": 31612345678}, NO_CONTACT),
        ({"verified_email": True, "verified_phone": None}, NO_CONTACT),
        ({"email": "anna@shop.example", "phone": "+31612345678"}, NO_CONTACT),
        ({"customer": {"verified_email": "anna@shop.example"}}, NO_CONTACT),
        ([{"verified_email": "anna@shop.example"}], NO_CONTACT),
    ],
)
def test_only_what_is_called_verified_and_is_an_address_links(
    document: object, contact: VerifiedContact
) -> None:
    assert ask(lambda _: as_json(document)).contact == contact


def ask(answer: Callable[[Asked], Answer], **changes: Any) -> CrmFacts:
    with serving(answer) as served:
        url = f"{served.url}/customers?id={{external_id}}"
        return back_office(url, **changes).about(profile())


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (Answer(b"<html>Maintenance", headers=HTML), ContractBroken),
        (Answer(b"", headers=HTML), ContractBroken),
        (Answer(b"\xff\xfe{", headers=HTML), ContractBroken),
        (Answer(b"[" * 60_000, headers=HTML), ContractBroken),
        (Answer(b'"' + b"x" * LARGEST_ANSWER + b'"'), Rejected),
        (Answer(status=204), Gone),
        (Answer(status=404), Gone),
        (Answer(status=410), Gone),
        (Answer(status=400), Rejected),
        (Answer(status=401), AuthExpired),
        (Answer(status=403), NotAllowed),
        (Answer(status=429), RateLimited),
        (Answer(b"Oops", 500), Unavailable),
        (Answer(b"Oops", 503), Unavailable),
        (Answer(status=302, headers={"Location": "http://169.254.169.254/latest"}), ContractBroken),
        (Answer(status=301, headers={"Location": "/elsewhere"}), ContractBroken),
    ],
    ids=lambda value: str(value.status) + str(len(value.body)) if isinstance(value, Answer) else "",
)
def test_a_bad_answer_says_what_it_means(answer: Answer, error: type[GehoorError]) -> None:
    asked: list[str] = []

    def talk(request: Asked) -> Answer:
        asked.append(request.path)
        return answer

    with pytest.raises(error) as failure:
        ask(talk)
    # It is asked once, follows nowhere, and the message shows no word of the answer or the customer
    assert asked == ["/customers"]
    assert not {"Maintenance", "Oops", "town.example"} & set(str(failure.value).split())


@pytest.mark.parametrize("part", ["silent", "dripping headers", "dripping body"])
def test_a_slow_answer_is_waited_for_no_longer_than_the_limit(part: str) -> None:
    # Given a back office that never ends its answer
    def talk(connection: socket.socket) -> None:
        read_request(connection)
        if part == "dripping body":
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
        while part != "silent":
            connection.sendall(b"x")
        connection.recv(1)

    # Then the call ends by itself
    with serving_bytes(talk) as url, pytest.raises(GehoorError) as failure:
        back_office(f"{url}/?id={{external_id}}", seconds=0.3).about(profile())
    assert isinstance(failure.value, Unavailable | Rejected)


def test_a_private_address_that_is_not_listed_is_not_called() -> None:
    for host in ("169.254.169.254", "10.0.0.1", "localhost", "[::1]"):
        with pytest.raises(NotAllowed, match="not public"):
            back_office(f"http://{host}/?id={{external_id}}").about(profile())


def raw_request(url_end: str, customer: CustomerProfile) -> tuple[str, dict[str, str]]:
    """The target and the headers of a request, byte for byte as they went out."""
    seen: list[str] = []

    def talk(connection: socket.socket) -> None:
        seen.append(read_request(connection).decode("ascii"))
        connection.sendall(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")

    with serving_bytes(talk) as url, pytest.raises(Gone):
        back_office(f"{url}{url_end}").about(customer)
    first, *rest = seen[0].strip().split("\r\n")
    headers = dict(line.lower().split(": ", 1) for line in rest if not line.startswith("webhook"))
    headers |= dict(line.split(": ", 1) for line in rest if line.startswith("webhook"))
    return first.split(" ")[1], headers


HOSTILE_HANDLES = ["@anna", "a&admin=1", "a/../b", "a%2e", "é 😀", "a#b?c", "\ud800", "a\r\nX: y"]


@pytest.mark.parametrize("handle", HOSTILE_HANDLES)
@pytest.mark.parametrize("end", ["/c/{handle}?n={network}", "/c?id={external_id}&h={handle}"])
def test_a_library_for_standard_webhooks_verifies_who_asks_and_for_whom(
    handle: str, end: str
) -> None:
    # Given any customer
    customer = replace(profile(), author=author(handle=handle))
    # When the back office is asked
    target, headers = raw_request(end, customer)
    # Then the judge takes the signature of what was asked, and of nothing else
    Webhook(SECRET).verify(target, headers, json_parse=False)
    for other, key in ((f"{target}x", SECRET), (target, f"whsec_{'A' * 32}")):
        with pytest.raises(WebhookVerificationError):
            Webhook(key).verify(other, headers, json_parse=False)
    # And no value adds a part to the address
    assert target.count("?") == 1
    assert target.count("/") == end.count("/")
    assert target.count("&") == end.count("&")
    assert headers["accept"] == "application/json"


@pytest.mark.parametrize(
    "secret",
    ["", "whsec_", "whsec_!!!", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_c2hvcnQ=", "whsec_é"],
)
def test_a_secret_that_is_no_key_is_refused_without_showing_it(secret: str) -> None:
    with pytest.raises(AuthExpired, match="gehoor secret set /gehoor/crm") as failure:
        back_office("https://b.example/?id={external_id}", secret=secret)
    assert failure.value.__cause__ is None
    assert not secret or secret == "whsec_" or secret not in str(failure.value)


def test_the_secret_may_come_with_white_space_and_without_padding() -> None:
    for secret in (f" {SECRET}\n", f"whsec_{'A' * 34}", f"whsec_{'A' * 34}=="):
        assert back_office("https://b.example/?id={external_id}", secret=secret)


@pytest.mark.parametrize("value", ["", ".", ".."])
def test_nobody_is_asked_about_without_what_names_them(value: str) -> None:
    customer = replace(profile(), author=author(handle=value))
    with serving(lambda _: as_json({})) as served:
        with pytest.raises(Rejected, match=r"\{handle\}.*\{external_id\}"):
            back_office(f"{served.url}/{{handle}}/x").about(customer)
        assert served.asked == []


def test_on_x_nobody_is_looked_up_by_handle() -> None:
    # Given an author on X, and one elsewhere
    on_x = replace(profile(), author=author(network="x", native_id="783214", handle="@anna"))
    # Then a look-up has the stable id, and neither handle nor name
    sought = for_lookup(on_x)
    assert (sought.external_id, sought.author.native_id) == ("gehoor:x:783214", "783214")
    assert (sought.author.handle, sought.author.display_name, sought.author.profile_url) == (
        "",
        "",
        "",
    )
    assert for_lookup(profile()) == profile()
    # And a back office that asks by handle is not asked
    with serving(lambda _: as_json({})) as served:
        with pytest.raises(Rejected, match="which x does not give"):
            back_office(f"{served.url}/?h={{handle}}").about(sought)
        assert served.asked == []


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("2019", "2019"),
        (3, "3"),
        (0, "0"),
        (1.5, "1.5"),
        (True, "yes"),
        (False, "no"),
        ("two\n lines \u202e", "two lines"),
        ("x" * 500, "x" * (LONGEST_VALUE - 1) + "…"),
        (None, None),
        ("", None),
        (" \x00", None),
        ({"a": 1}, None),
        (["a"], None),
    ],
)
def test_only_single_values_are_shown_cleaned_and_shortened(
    value: object, shown: str | None
) -> None:
    facts = ask(lambda _: as_json(record(value, 1))).facts
    assert facts == (
        *([CrmFact("Customer since", shown)] if shown else []),
        CrmFact("Orders", "1"),
    )


@pytest.mark.parametrize(
    ("link", "kept"),
    [
        ("https://b.example/c/7", True),
        ("http://b.example/c/7", True),
        ("javascript:alert(1)", False),
        ("/c/7", False),
        ("https://b.example/c 7", False),
        ("https://b.example/" + "x" * 2_000, False),
        (7, False),
        (None, False),
    ],
)
def test_only_a_web_address_is_a_link(link: object, kept: bool) -> None:
    assert ask(lambda _: as_json(record("2019", 1, link))).link == (link if kept else "")


@pytest.mark.parametrize(
    "document", [{}, [], "x", None, 7, {"customer": []}, {"customer": {"orders": {}}}]
)
def test_a_record_of_another_shape_tells_nothing(document: object) -> None:
    assert ask(lambda _: as_json(document)) == CrmFacts(())


def test_a_link_is_asked_for_or_not() -> None:
    assert ask(lambda _: as_json(record("2019", 1, "https://b.example")), link=None).link == ""


@settings(max_examples=50, deadline=None)
@given(
    st.binary(max_size=200)
    | st.recursive(st.none() | st.floats() | st.text(), st.lists).map(
        lambda document: json.dumps(document).encode()
    )
)
def test_whatever_is_answered_is_facts_or_an_error_of_gehoor(body: bytes) -> None:
    try:
        assert isinstance(ask(lambda _: Answer(body)), CrmFacts)
    except GehoorError as error:
        assert isinstance(error, ContractBroken)  # noqa: PT017 - both ends are fine


RFC_DOCUMENT = {
    "foo": ["bar", "baz"],
    "": 0,
    "a/b": 1,
    "c%d": 2,
    "e^f": 3,
    "g|h": 4,
    "i\\j": 5,
    'k"l': 6,
    " ": 7,
    "m~n": 8,
}


@pytest.mark.parametrize(
    ("pointer", "value"),
    [
        ("/foo", ["bar", "baz"]),
        ("/foo/0", "bar"),
        ("/", 0),
        ("/a~1b", 1),
        ("/c%d", 2),
        ("/e^f", 3),
        ("/g|h", 4),
        ("/i\\j", 5),
        ('/k"l', 6),
        ("/ ", 7),
        ("/m~0n", 8),
        ("/foo/2", None),
        ("/foo/-", None),
        ("/foo/01", None),
        ("/foo/-1", None),
        ("/foo/0/x", None),
        ("/nothing/there", None),
    ],
)
def test_a_pointer_leads_where_rfc_6901_says(pointer: str, value: object) -> None:
    assert is_pointer(pointer)
    assert value_at(RFC_DOCUMENT, pointer) == value


@pytest.mark.parametrize("text", ["", "foo", "$.foo", "/a~", "/a~2b", "#/foo"])
def test_what_is_no_pointer_is_told_from_one(text: str) -> None:
    assert not is_pointer(text)


# The cache.


class Counting:
    """A CRM that counts how often it is asked, and may fail."""

    def __init__(self) -> None:
        self.asked = 0
        self.error: GehoorError | None = None

    def about(self, customer: CustomerProfile) -> CrmFacts:
        self.asked += 1
        if self.error:
            raise self.error
        return CrmFacts((CrmFact("Who", customer.external_id),))


class Cached:
    """A counting CRM behind the cache, on a clock of its own."""

    def __init__(self, stack: Any) -> None:
        self.stack = stack
        self.clock = FakeClock()
        self.inner = Counting()
        self.crm = CachedCrm(stack.dynamodb, stack.state, lambda: self.inner, self.clock)

    def items(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.stack.dynamodb.scan(TableName=self.stack.state)["Items"]
        return found


@pytest.fixture
def cached() -> Iterator[Cached]:
    with moto_stack() as stack:
        yield Cached(stack)


def test_what_was_told_is_fresh_for_a_quarter_of_an_hour(cached: Cached) -> None:
    # Given an answer
    told = cached.crm.about(profile())
    # When it is asked for again, it comes from the cache until it is too old
    cached.clock.now += FRESH - timedelta(seconds=1)
    assert cached.crm.about(profile()) == told
    assert cached.inner.asked == 1
    cached.clock.now += timedelta(seconds=1)
    assert cached.crm.about(profile()) == told
    assert cached.inner.asked == 2


def test_what_is_kept_names_nobody_in_its_key_and_goes_by_itself(cached: Cached) -> None:
    cached.crm.about(profile())
    [item] = cached.items()
    assert item["entity"]["S"].startswith("crm#")
    assert "anna" not in item["entity"]["S"]
    expires_at = datetime.fromtimestamp(int(item["expires_at"]["N"]), UTC)
    assert expires_at == cached.clock() + FRESH


@pytest.mark.parametrize(
    "error",
    [
        Unavailable("down"),
        RateLimited("too many"),
        AuthExpired("the secret is wrong"),
        NotAllowed("no right"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_a_crm_that_fails_for_all_is_asked_once_a_minute(
    cached: Cached, error: GehoorError
) -> None:
    # Given a customer it told of, and then a CRM that fails
    told = cached.crm.about(profile("anna"))
    cached.inner.error = error
    # When many others come, only the first waits for it
    for who in ("bob", "carl", "dora"):
        with pytest.raises(type(error), match=str(error)):
            cached.crm.about(profile(who))
    assert cached.inner.asked == 2
    # And what is known stays known
    assert cached.crm.about(profile("anna")) == told
    # And after a minute it is asked again
    cached.inner.error = None
    cached.clock.now += FAILED
    assert cached.crm.about(profile("bob")).facts
    assert cached.inner.asked == 3


@pytest.mark.parametrize(
    "error",
    [Gone("nobody"), Rejected("too much"), ContractBroken("no JSON")],
    ids=lambda error: type(error).__name__,
)
def test_a_failure_about_one_customer_is_no_others(cached: Cached, error: GehoorError) -> None:
    # Given a CRM that fails for one customer
    cached.inner.error = error
    for _ in range(2):
        with pytest.raises(type(error), match=str(error)):
            cached.crm.about(profile("anna"))
    assert cached.inner.asked == 1
    # Then others are asked about
    cached.inner.error = None
    assert cached.crm.about(profile("bob")).facts
    # And the one again after a minute
    cached.clock.now += FAILED
    assert cached.crm.about(profile("anna")).facts


def test_a_crm_that_cannot_be_connected_fails_for_all(cached: Cached) -> None:
    # Given a CRM whose secret is not set
    def refuse() -> Crm:
        cached.inner.asked += 1
        message = "secret /gehoor/crm is not set"
        raise AuthExpired(message)

    crm = CachedCrm(cached.stack.dynamodb, cached.stack.state, refuse, cached.clock)
    # Then that is found once a minute
    for who in ("anna", "bob"):
        with pytest.raises(AuthExpired, match="not set"):
            crm.about(profile(who))
    assert cached.inner.asked == 1
