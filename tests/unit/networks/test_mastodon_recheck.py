"""Mastodon: what became of posts, and what says nothing about it."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fakes.wiring import network_wiring
from gehoor.domain.reach import Reach
from gehoor.errors import AuthExpired, GehoorError, Unavailable
from gehoor.http import Http
from gehoor.networks import mastodon
from gehoor.networks.mastodon import Mastodon
from gehoor.ports.network import RECHECKED_AT_ONCE
from loopback import Answer
from scripted_mastodon import TOKEN, ScriptedMastodon, json_answer, scripted_mastodon

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOSTS = frozenset({"127.0.0.1"})


@pytest.fixture
def server() -> Iterator[ScriptedMastodon]:
    with scripted_mastodon() as script:
        yield script


def connected(server: ScriptedMastodon) -> Mastodon:
    known = {"id": "masto", "network": "mastodon", "brand": "noordlicht", "secret": "/gehoor/m"}
    found = mastodon.Settings.model_validate(known | {"base_url": server.url})
    http = Http(lambda: NOW, HOSTS, timeout=(1.0, 1.0))
    return mastodon.connect(found, network_wiring(http, TOKEN))


def test_posts_that_are_there_are_told_of_in_one_call(server: ScriptedMastodon) -> None:
    # Given as many posts as one call takes
    ids = [server.mention(f"{n}", NOW)["status"]["id"] for n in range(RECHECKED_AT_ONCE)]
    singly: list[str] = []
    for id_ in ids:
        server.answers[f"/api/v1/statuses/{id_}"] = lambda asked: singly.append(asked.path)
    # When they are looked at
    told = connected(server).recheck(ids)
    # Then each is as it is now, and none was asked for by itself
    assert [found and found.mention.native_id for found in told.values()] == ids
    assert singly == []


@pytest.mark.parametrize("lists_statuses", [True, False])
def test_how_far_a_post_goes_comes_with_it(server: ScriptedMastodon, lists_statuses: bool) -> None:
    # Given a server, new or old, and a post that was boosted since it was heard
    server.lists_statuses = lists_statuses
    status = server.mention("hello", NOW)["status"]
    status |= {"favourites_count": 3, "reblogs_count": 40, "replies_count": 5}
    status["account"]["followers_count"] = 600
    # Then a look tells its counts beside the mention
    found = connected(server).recheck([status["id"]])[status["id"]]
    assert found is not None
    assert found.reach == Reach(followers=600, likes=3, reposts=40, replies=5)


@pytest.mark.parametrize(
    "fields", [{"account": None}, {"account": {"id": "x", "acct": "x", "suspended": True}}]
)
def test_a_post_whose_author_is_gone_is_gone(
    server: ScriptedMastodon, fields: dict[str, Any]
) -> None:
    status = server.mention("hello", NOW)["status"]
    status |= fields
    assert connected(server).recheck([status["id"]]) == {status["id"]: None}


def test_a_post_that_cannot_be_read_is_left_out(server: ScriptedMastodon) -> None:
    garbled, whole = (server.mention(text, NOW)["status"] for text in ("one", "two"))
    garbled["visibility"] = None
    assert set(connected(server).recheck([garbled["id"], whole["id"]])) == {whole["id"]}


def test_a_missing_post_is_believed_only_with_a_good_token(server: ScriptedMastodon) -> None:
    # Given a server that takes whoever has a bad token for a stranger, to whom it shows nothing
    network = connected(server)
    assert network.recheck(["gone"]) == {"gone": None}
    server.answers["/api/v1/accounts/verify_credentials"] = lambda _: json_answer({}, 401)
    # Then what is missing says nothing
    with pytest.raises(AuthExpired):
        network.recheck(["gone"])


def test_a_server_that_fails_half_way_tells_what_it_told(server: ScriptedMastodon) -> None:
    # Given an older server that fails at the second of three posts
    server.lists_statuses = False
    ids = [server.mention(f"{n}", NOW)["status"]["id"] for n in range(3)]
    server.answers[f"/api/v1/statuses/{ids[1]}"] = lambda _: json_answer({}, 503)
    assert list(connected(server).recheck(ids)) == ids[:1]
    # And it says so when it tells nothing
    with pytest.raises(Unavailable):
        connected(server).recheck(ids[1:])


NOT_FOUND = (404, 410)
statuses = st.sampled_from([200, 201, 204, 301, 400, 401, 403, 404, 405, 408, 410, 422])
bodies = st.sampled_from([b"", b"null", b"[]", b"{}", b"[null]", b"[{}]", b"<html>", b'"gone"'])
replies = st.builds(
    Answer, bodies, statuses | st.integers(400, 599), st.just({"Content-Type": "application/json"})
)


@settings(max_examples=150, deadline=None)
@given(
    listed=replies, singly=replies.filter(lambda reply: reply.status not in NOT_FOUND), own=replies
)
def test_nothing_but_not_found_is_ever_taken_for_a_deletion(
    listed: Answer, singly: Answer, own: Answer
) -> None:
    # Given a server that answers anything at all but "not found" for the post itself
    with scripted_mastodon() as server:
        status = server.mention("stays", NOW)["status"]
        server.answers["/api/v1/statuses"] = lambda _: listed
        server.answers[f"/api/v1/statuses/{status['id']}"] = lambda _: singly
        server.answers["/api/v1/accounts/verify_credentials"] = lambda _: own
        # Then the post is not said to be gone
        with suppress(GehoorError):
            assert None not in connected(server).recheck([status["id"]]).values()
