"""Prism judges what gehoor asks of YouTube, and what the stand-in answers.

Against Google's own description of the interface, cut to what gehoor calls.
"""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests

from fakes.wiring import network_wiring
from gehoor.domain.case import address_of
from gehoor.domain.listing import Ask, Floor, Memory, Position
from gehoor.domain.mention import Mention
from gehoor.http import Http
from gehoor.networks import youtube
from gehoor.networks.youtube import YouTube
from prism import prism
from scripted_youtube import (
    API,
    CONSENT,
    OWN,
    RECORDED,
    START,
    TOKEN_PATH,
    ScriptedYouTube,
    scripted_youtube,
)

NOW = START + timedelta(hours=2)
FLOOR = Floor(datetime(2026, 1, 1, tzinfo=UTC))
SPEC = RECORDED / "youtube-v3.swagger2.json"
TIMEOUT = (2, 30)

pytestmark = [pytest.mark.prism, pytest.mark.timeout(400)]


@pytest.fixture(scope="module")
def server() -> Iterator[ScriptedYouTube]:
    with scripted_youtube(page_size=3) as script:
        yield script


@pytest.fixture(scope="module")
def judged(server: ScriptedYouTube, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    log = tmp_path_factory.mktemp("prism") / "prism.log"
    with prism(SPEC, log, server.url) as url:
        yield url


def connected(server: ScriptedYouTube, url: str, **fields: Any) -> YouTube:
    known = {"id": "s", "network": "youtube", "brand": "b", "channel": OWN, "secret": "/gehoor/s"}
    urls = {"base_url": f"{url}{API}", "token_url": f"{server.url}{TOKEN_PATH}", "every": "30m"}
    settings = youtube.Settings.model_validate(known | urls | fields)
    http = Http(lambda: NOW, frozenset({"127.0.0.1"}), timeout=(2.0, 20.0), call_seconds=30.0)
    return youtube.connect(settings, network_wiring(http, json.dumps(CONSENT)))


def walked(network: YouTube, name: str) -> list[Mention]:
    """Every page of a list."""
    found: list[Mention] = []
    position: Position | None = None
    memory: Memory = {}
    while True:
        (full_name,) = [one for one in network.lists() if one.startswith(name)]
        listing = network.read(Ask(full_name, FLOOR, position, memory), NOW)
        found += [one.content for one in listing.entries if isinstance(one.content, Mention)]
        position, memory = listing.older, listing.memory or memory
        if position is None:
            return found


def test_the_judge_refuses_what_is_wrong_on_either_side(
    server: ScriptedYouTube, judged: str
) -> None:
    bearer = {"Authorization": "Bearer x"}

    unknown = f"{judged}{API}/commentThreads?part=snippet&order=newest"
    assert requests.get(unknown, headers=bearer, timeout=TIMEOUT).status_code == 422
    unsigned = f"{judged}{API}/commentThreads?part=snippet"
    assert requests.get(unsigned, timeout=TIMEOUT).status_code == 401

    comment = server.comment("likes are numbers")
    comment["snippet"]["likeCount"] = "many"
    server.tokens.append("x")
    asked = f"{judged}{API}/comments?part=snippet&id={comment['id']}"
    answer = requests.get(asked, headers=bearer, timeout=TIMEOUT)
    assert answer.status_code == 500
    assert "likeCount" in answer.text
    server.remove(comment["id"])


def test_every_list_is_asked_for_and_answered_as_described(
    server: ScriptedYouTube, judged: str
) -> None:
    # Given comments with replies, held ones, and videos, on several pages
    for number in range(7):
        comment = server.comment(f"number {number}", START, moderationStatus="published")
        server.comment(f"held {number}", START, moderationStatus="heldForReview")
        for reply in range(number):
            server.reply(comment["id"], f"reply {reply} to {number}", START)
        server.video(f"Noordlicht {number}", START)
    network = connected(server, judged, moderation=["heldForReview"])

    # When every list is read to its end, through the judge
    comments = walked(network, "comments")
    held = walked(network, "heldForReview")
    videos = walked(connected(server, judged, query="Noordlicht"), "videos")

    # Then nothing was refused
    assert {one.text for one in comments if one.in_reply_to is None} == {
        f"number {number}" for number in range(7)
    }
    assert (len(held), len(videos)) == (7, 7)


def test_threads_answers_and_looks_back_are_as_described(
    server: ScriptedYouTube, judged: str
) -> None:
    # Given a reply in a long thread, and a video
    top = server.comment("late", START)
    for number in range(9):
        server.reply(top["id"], f"reply {number}", START + timedelta(minutes=number))
    server.video("Reviewed once", START)
    network = connected(server, judged)
    *_, last = walked(network, "comments")
    (video,) = walked(connected(server, judged, query="Reviewed once"), "videos")
    reply = next(network.parse(json.dumps(one), NOW) for one in reversed(server.replies[top["id"]]))

    # When its thread is read, both are answered, and looked at again
    assert len(network.thread(reply).earlier) == 9
    for mention in (reply, video):
        posted = network.reply(address_of(mention), "We look into it.", "key")
        assert network.find_replies(address_of(mention), "We look into it.", "key") == (posted,)
    found = network.recheck([last.native_id, reply.native_id, video.native_id])

    # Then nothing was refused
    assert all(found.values())
