"""Everything else that reads what others wrote: webhooks, configuration, stored items, texts."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import yaml

from factories import JUDGEMENT, NOW, case, mention, profile
from fuzz.mutations import changed, changed_bytes, changed_json_bytes, changed_text
from fuzz.networks import answering, noisy
from gehoor.aws.cases import Cases
from gehoor.aws.config_store import ConfigStore
from gehoor.aws.identities import Identities
from gehoor.aws.inbox import DynamoInbox
from gehoor.aws.items import dump
from gehoor.aws.mentions import Mentions
from gehoor.aws.sources import Sources
from gehoor.config import parse, to_json
from gehoor.crm.http import Settings, connect
from gehoor.domain.compose import ticket_draft
from gehoor.domain.customer import Identity
from gehoor.domain.given_details import given_details
from gehoor.domain.text import clean, plain_text, shorten, subject_line, ticket_html
from gehoor.domain.ticket import Comment
from gehoor.errors import GehoorError
from gehoor.graphemes import characters
from gehoor.http import Http
from gehoor.language import triage
from gehoor.webhooks import webhook, x, zendesk
from gehoor_ops.yaml_document import Unusable, read_document
from loopback import Answer
from senders import SENDERS

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    from mypy_boto3_dynamodb import DynamoDBClient

CONFIG_FILE = Path(__file__).parents[2] / "docs" / "gehoor.yaml"
WEBHOOKS = {"zendesk": zendesk, "webhook": webhook, "x": x}
AT = datetime(2026, 11, 22, 10, tzinfo=UTC)
POST = """<p>Hé @noordlicht, my parcel <a href="https://a.example/?a=1&amp;b=2">a.example</a>
is lost<br>since 12-3-2026! Mail anna@shop.example or call +31 6 1234 5678, order NL-2026-0042
\u2764\ufe0f</p>"""
ANSWER = {
    "name": "Anna",
    "orders": [{"id": 7, "total": 12.5}],
    "link": "https://crm.example/7",
    "verified_email": "anna@shop.example",
    "verified_phone": "+31612345678",
}


def sender(name: str) -> Callable[[Random], None]:
    """One sender's webhooks, forged and, as somebody who knows the secret, signed."""
    one, module = SENDERS[name], cast("Any", WEBHOOKS[name])

    def run(random: Random) -> None:
        body = changed_json_bytes(json.dumps(one.event("17")).encode(), random)
        headers = one.signed(body, AT)
        forged = {name: changed_text(value, random) for name, value in headers.items()}
        with suppress(GehoorError):
            module.verify(forged, body, one.secret, AT)
        module.verify(headers, body, one.secret, AT)
        with suppress(GehoorError):
            if module.read(body) is not None:
                assert module.names(headers, body)

    return run


def handshake(random: Random) -> None:
    """X asks whether gehoor knows the secret."""
    query = {x.CRC_TOKEN: changed_text("abc123+/=", random)}
    with suppress(GehoorError):
        x.challenge_response(query, "secret")


def configuration(random: Random) -> None:
    """A configuration whose parts are changed."""
    document = changed(yaml.safe_load(CONFIG_FILE.read_text()), random)
    with suppress(GehoorError):
        to_json(parse(document))


def configuration_file(random: Random) -> None:
    """A configuration file whose bytes are changed."""
    with suppress(Unusable, GehoorError):
        document = read_document(changed_bytes(CONFIG_FILE.read_bytes(), random), 20_000)
        parse(document.content)


SOURCE: Any = {
    "entity": {"S": "source#s"},
    "next_due_at": {"S": NOW.isoformat()},
    "last_new_at": {"S": NOW.isoformat()},
    "pushed_at": {"S": NOW.isoformat()},
    "failures": {"N": "1"},
    "cursor": {"S": json.dumps({"lists": {"posts": {"seen": ["a"]}}})},
    "gaps": {
        "S": json.dumps(
            [
                {
                    "list_name": "posts",
                    **dict.fromkeys(("since", "until", "found_at"), NOW.isoformat()),
                }
            ]
        )
    },
}
IDENTITY: Any = {"entity": {"S": "identity#a"}, "identity": {"S": dump(Identity("a", "7"))}}


class Shelf:
    """A table that keeps the last item and gives it back damaged, of the types it was kept with."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._item: dict[str, dict[str, Any]] = {}

    def put_item(self, Item: dict[str, dict[str, Any]], **_: Any) -> None:  # noqa: N803  boto3's
        self._item = Item

    def transact_write_items(self, TransactItems: list[Any], **_: Any) -> None:  # noqa: N803
        self._item = {
            name: kept for one in TransactItems for name, kept in one["Put"]["Item"].items()
        }

    def get_item(self, **_: Any) -> dict[str, Any]:
        item = dict(self._item)
        for name in self._random.sample(sorted(item), min(len(item), self._random.randint(0, 2))):
            item[name] = self._damaged(item[name])
        return {"Item": item}

    def _damaged(self, attribute: dict[str, Any]) -> dict[str, Any]:
        [(kind, value)] = attribute.items()
        if kind == "N":
            return {"N": self._random.choice(("0", "-1", "1.5", "1E+30", "9" * 38))}
        if kind == "S":
            text = changed_json_bytes(value.encode("utf-8", "surrogatepass"), self._random)
            return {"S": self._random.choice(("", "soon", text.decode("utf-8", "replace")))}
        return {kind: changed_bytes(value, self._random) if kind == "B" else value}


def items(random: Random) -> None:
    """What the tables hold, damaged or written by another version."""
    shelf = cast("DynamoDBClient", Shelf(random))
    new = mention(
        text=changed_text("My parcel is lost", random).encode("utf-8", "replace").decode()
    )
    stores: list[tuple[Callable[[], Any], Callable[[], Any]]] = [
        (
            lambda: Mentions(shelf, "t").put_new(new, JUDGEMENT, NOW),
            lambda: Mentions(shelf, "t").get(new.mention_id),
        ),
        (lambda: Cases(shelf, "t").put(case()), lambda: Cases(shelf, "t").get("c")),
        (lambda: shelf.put_item(TableName="t", Item=SOURCE), lambda: Sources(shelf, "t").get("s")),
        (
            lambda: shelf.put_item(TableName="t", Item=IDENTITY),
            lambda: Identities(shelf, "t").get("a"),
        ),
        (
            lambda: DynamoInbox(shelf, "t").keep("1", Comment("1", "x", True, True, NOW), NOW),
            lambda: DynamoInbox(shelf, "t").read("1", "1"),
        ),
        (
            lambda: ConfigStore(shelf, "t").push(CONFIGURED, NOW),
            lambda: ConfigStore(shelf, "t").current(),
        ),
    ]
    put, get = random.choice(stores)
    with suppress(GehoorError):
        put()
        get()


CONFIGURED = parse(yaml.safe_load(CONFIG_FILE.read_text()))


def texts(random: Random) -> None:
    """What people wrote, on its whole way into a ticket."""
    markup = changed_text(POST, random)
    text = plain_text(markup)
    assert clean(text) == text
    text.encode()
    assert len(shorten(text, 80)) <= 80
    assert "\n" not in subject_line(text)
    assert "<script" not in ticket_html(text).lower()
    assert characters(text) <= len(text)
    for detail in given_details(text):
        assert detail.shown
    said = mention(text=text)
    ticket_draft(said, triage(text, random.choice((None, "nl", "xx-YY")), ("nl", "en")), "c", "7")


def crm(random: Random) -> None:
    """A back office that answers anything."""
    show = [{"label": "Name", "value": "/name"}, {"label": "Total", "value": "/orders/0/total"}]
    address = "https://crm.example/?id={external_id}&h={handle}"
    known = {"kind": "http", "url": address, "secret": "/gehoor/crm", "link": "/link", "show": show}
    settings = Settings.model_validate(known)
    made = connect(settings, "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", Http(lambda: NOW))
    answer = noisy(lambda _: Answer(json.dumps(ANSWER).encode()), random)
    who = profile()
    handle = changed_text(who.author.handle, random)
    with answering(answer), suppress(GehoorError):
        made.about(replace(who, author=replace(who.author, handle=handle)))
