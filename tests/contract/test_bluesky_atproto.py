"""The package atproto, whose models are made from Bluesky's lexicons, judges both sides.

What gehoor asks is what the lexicons take, and what the scripted server answers is what they give.
A client of that package reads the server, and what gehoor wrote there.
"""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from atproto import Client, models
from atproto_client.exceptions import ModelError
from atproto_client.models.utils import get_or_create

from bluesky_connection import connected, mentions_of
from bluesky_exchanges import TEXT, Exchange, exchanges
from gehoor.domain.case import address_of
from scripted_bluesky import IDENTIFIER, PASSWORD, did_of
from scripted_bluesky_chat import ScriptedChat, scripted_chat

ADAPTER = Path(__file__).parents[2] / "functions" / "gehoor" / "networks"
EXCHANGES = exchanges()
CALLS = sorted({exchange.call for exchange in EXCHANGES})


def model(call: str, *names: str) -> Any:
    """The model of a part of a call, None when the call has no such part."""
    module = getattr(models, "".join(part[:1].upper() + part[1:] for part in call.split(".")))
    return next((getattr(module, name) for name in names if hasattr(module, name)), None)


def judged(value: Any, kind: Any) -> Any:
    """The value as a model, with every name and time in the form that the lexicons ask for."""
    return get_or_create(value, kind, strict_string_format=True)


def asked_with(exchange: Exchange) -> Any:
    """What a call was asked with: its parameters, as the types that the lexicon gives them."""
    if exchange.asked.method == "POST":
        return json.loads(exchange.asked.body or b"null")
    fields = model(exchange.call, "Params").model_fields if exchange.asked.query else {}
    names = {field.alias or name: field for name, field in fields.items()}
    assert set(exchange.asked.query) <= set(names), "no parameter that the lexicon does not know"
    return {
        name: values if "List" in str(names[name].annotation) else _typed(values, names[name])
        for name, values in exchange.asked.query.items()
    }


def _typed(values: list[str], field: Any) -> Any:
    (value,) = values
    return int(value) if "int" in str(field.annotation) else value


def exchanges_of(call: str) -> list[Exchange]:
    return [exchange for exchange in EXCHANGES if exchange.call == call]


def test_every_call_that_the_adapter_knows_is_judged() -> None:
    names = r'"((?:app|chat|com)\.(?:bsky|atproto)\.\w+\.\w+)"'
    source = "".join(path.read_text() for path in ADAPTER.glob("*bluesky*.py"))
    by_name = {call for call in re.findall(names, source) if not call.endswith((".post", ".facet"))}
    assert by_name <= set(CALLS)
    assert {call.rpartition(".")[2] for call in CALLS} >= {"createSession", "refreshSession"}


@pytest.mark.parametrize("call", CALLS)
def test_what_gehoor_asks_is_what_the_lexicon_takes(call: str) -> None:
    kind = model(call, "Params", "Data")
    for exchange in exchanges_of(call):
        asked = asked_with(exchange)
        assert (asked or None) is None or judged(asked, kind)


@pytest.mark.parametrize("call", CALLS)
def test_what_the_server_answers_is_what_the_lexicon_gives(call: str) -> None:
    kinds = {"chat.bsky.convo.sendMessage": models.ChatBskyConvoDefs.MessageView}
    kind = kinds.get(call) or model(call, "Response")
    answers = [one.answer for one in exchanges_of(call) if one.answer.status == 200]
    assert answers
    for answer in answers:
        judged(json.loads(answer.body), kind)


def record() -> dict[str, Any]:
    """An answer as gehoor wrote it."""
    (written, *_) = exchanges_of("com.atproto.repo.createRecord")
    found: dict[str, Any] = json.loads(written.asked.body)["record"]
    return found


def test_an_answer_is_a_post_by_its_lexicon() -> None:
    post = judged(record(), models.AppBskyFeedPost.Record)

    assert post.text == TEXT
    kinds = [facet.features[0].py_type.partition("#")[2] for facet in post.facets]
    assert kinds == ["mention", "mention", "link", "tag"]


@pytest.mark.parametrize(
    "spoiled",
    [
        {"createdAt": "yesterday"},
        {"text": 5},
        {"text": "x" * 3001},
        {"reply": {"root": {"uri": "at://x", "cid": "y"}}},
        {"facets": [{"index": {"byteStart": -1, "byteEnd": 2}, "features": []}]},
    ],
)
def test_the_judge_refuses_what_is_no_post(spoiled: dict[str, Any]) -> None:
    with pytest.raises(ModelError):
        judged({**record(), **spoiled}, models.AppBskyFeedPost.Record)


# ---- a client that others wrote


@pytest.fixture
def server() -> Iterator[ScriptedChat]:
    with scripted_chat(now=datetime.now(UTC)) as script:
        yield script


@pytest.fixture
def client(server: ScriptedChat) -> Iterator[Client]:
    """The account's own client, as people use one beside gehoor."""
    found = Client(f"{server.url}/xrpc")
    found.login(IDENTIFIER, PASSWORD, fetch_bsky_profile=False)
    yield found
    found.request.close()


def test_a_client_reads_what_gehoor_wrote(server: ScriptedChat, client: Client) -> None:
    # Given an answer of gehoor
    post = server.mention("My parcel is late", server.now)
    network = connected(server, messages=True)
    (mention,) = mentions_of(network, server.now)
    posted = network.reply(address_of(mention), TEXT, "key")
    # When the account's own client looks at it
    server.access = client.export_session_string().split(":::")[2]
    thread = client.get_post_thread(posted.native_id, depth=0, parent_height=10).thread
    # Then it hangs below the post, and every marked word is what it says
    assert isinstance(thread, models.AppBskyFeedDefs.ThreadViewPost)
    assert isinstance(thread.parent, models.AppBskyFeedDefs.ThreadViewPost)
    assert thread.parent.post.uri == post["uri"]
    written = thread.post.record
    marked = [
        written.text.encode()[facet.index.byte_start : facet.index.byte_end].decode()
        for facet in written.facets
    ]
    assert marked == ["@alice.test", "https://noordlicht.example/é", "#pech"]


def test_a_client_sees_the_message_that_gehoor_sent(server: ScriptedChat, client: Client) -> None:
    server.say("Hello", server.now - timedelta(minutes=1))
    network = connected(server, messages=True)
    (mention,) = mentions_of(network, server.now, "messages")
    network.reply(address_of(mention), "Hi!", "key")
    server.access = client.export_session_string().split(":::")[2]

    chat = client.with_bsky_chat_proxy()
    conversation = mention.native_id.partition("/")[0]
    messages = chat.chat.bsky.convo.get_messages({"convo_id": conversation}).messages
    chat.request.close()

    assert [getattr(message, "text", "") for message in messages] == ["Hi!", "Hello"]
    assert [message.sender.did for message in messages] == [server.own_did, did_of("alice")]


def test_gehoor_reads_what_a_client_wrote(server: ScriptedChat, client: Client) -> None:
    # Given a post that the package's own text builder put together
    from atproto import client_utils

    builder = client_utils.TextBuilder().text("é, zie ")
    builder.link("deze bladzijde", "https://noordlicht.example/a").text(" voor ")
    builder.mention("@noordlicht.test", server.own_did)
    facets = [json.loads(facet.model_dump_json(by_alias=True)) for facet in builder.build_facets()]
    server.mention(builder.build_text(), server.now, facets=facets)

    (mention,) = mentions_of(connected(server), server.now)

    assert mention.text == (
        "é, zie deze bladzijde (https://noordlicht.example/a) voor @noordlicht.test"
    )
