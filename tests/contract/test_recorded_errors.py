"""Every recorded error body of a network's own API, on every list of it and on what is posted."""

import json
from pathlib import Path
from typing import NamedTuple

import pytest

from fakes.clock import FakeClock
from fakes.reader import Reader
from gehoor.domain.case import address_of
from gehoor.errors import (
    AuthExpired,
    ContractBroken,
    GehoorError,
    Gone,
    NotAllowed,
    QuotaSpent,
    RateLimited,
    Rejected,
    Unavailable,
)
from gehoor.networks._youtube_errors import NoSuchItem
from loopback import Answer
from network_stages import NOW, STAGES

FIXTURES = Path(__file__).parents[1] / "fixtures" / "networks"
SAMPLES = Path(__file__).parents[3] / "shared" / "fixtures" / "sources"
"""X's documentation has no licence to be copied, so its samples are read where they are."""


class Meaning(NamedTuple):
    """What a body means when a list is read, and when an answer is posted."""

    read: type[GehoorError]
    posted: type[GehoorError] | None = None
    status: int = 200
    """With which it came, where the recording does not say."""


RECORDED = {
    "mastodon/status_missing.exchange.json": Meaning(ContractBroken, Gone),
    "mastodon/account_lookup_missing.exchange.json": Meaning(ContractBroken, Gone),
    "mastodon/status_empty.exchange.json": Meaning(ContractBroken, Rejected),
    "mastodon/status_media_gone.exchange.json": Meaning(ContractBroken, Rejected),
    "mastodon/error_429.json": Meaning(RateLimited, RateLimited),
    "bluesky/error_expired_token.json": Meaning(AuthExpired, AuthExpired),
    "bluesky/error_rate_limit.json": Meaning(RateLimited, RateLimited),
    "x/error_401.json": Meaning(AuthExpired, AuthExpired),
    "x/error_403_plan_453.json": Meaning(NotAllowed, NotAllowed),
    "x/error_429.json": Meaning(RateLimited, RateLimited),
    "x/error_problem_invalid_request.json": Meaning(Rejected, Rejected, 400),
    "x/lib_streams_delete_error.json": Meaning(Rejected, Rejected, 400),
    "youtube/error_permission.json": Meaning(Unavailable, Unavailable, 403),
    "youtube/error_key.json": Meaning(AuthExpired, AuthExpired, 400),
    "youtube/error_quota.json": Meaning(QuotaSpent, QuotaSpent, 403),
    "youtube/error_comment_not_found.json": Meaning(NoSuchItem, NoSuchItem, 404),
    "feed/nf_notafeed.html": Meaning(ContractBroken),
    "feed/rp_unrecognized.rss": Meaning(ContractBroken),
    "feed/fp_ill_aaa_illformed.xml": Meaning(ContractBroken),
    "feed/fp_ill_rss_empty_document.xml": Meaning(ContractBroken),
    "feed/fp_enc_bozo_invalid-bytes-with-bom.xml": Meaning(ContractBroken),
    "feed/fp_wf_cdf_channel_href_map_link.xml": Meaning(ContractBroken),
}
"""The documents of feeds are those that are none, as test_feed_recorded.py has them."""


def rows(name: str) -> list[str]:
    """The rows of the network whose API said it."""
    network = name.partition("/")[0]
    return [row for row in STAGES if row.partition(",")[0] == network]


READ = [(row, name) for name in RECORDED for row in rows(name)]
POSTED = [(row, name) for row, name in READ if RECORDED[name].posted]


def recorded(name: str) -> Answer:
    """The error as the network sent it."""
    path = FIXTURES / name
    if not path.exists():
        path = SAMPLES / name
    if not path.exists():
        pytest.skip(f"{name} may not be kept in this repository, and ../shared is absent here")
    if path.suffix != ".json":
        return Answer(path.read_bytes(), headers={"Content-Type": "text/html"})
    found = json.loads(path.read_text("utf-8"))
    [exchange] = found.get("exchanges", [{"response": found}])
    told = exchange["response"] if "body" in exchange["response"] else {"body": found}
    status = told.get("status", RECORDED[name].status)
    headers = {"Content-Type": "application/json", **told.get("headers", {})}
    code = status["code"] if isinstance(status, dict) else status
    return Answer(json.dumps(told["body"]).encode(), code, headers)


def test_every_recorded_error_has_its_row() -> None:
    refused = {path for path in FIXTURES.glob("*/*.exchange.json") if _is_refused(path)}
    found = {*FIXTURES.glob("*/*error*.json"), *refused}

    assert {str(path.relative_to(FIXTURES)) for path in found} <= set(RECORDED)


def _is_refused(path: Path) -> bool:
    exchanges = json.loads(path.read_text("utf-8"))["exchanges"]
    return all(one["response"]["status"]["code"] >= 400 for one in exchanges)


@pytest.mark.parametrize(("row", "name"), READ)
def test_a_recorded_error_ends_the_poll_and_loses_nothing(row: str, name: str) -> None:
    with STAGES[row]() as stage:
        # Given a source that was read, and something new
        stage.say("before")
        reader = Reader(stage.network, FakeClock(NOW))
        reader.settle()
        cursor = reader.cursor
        stage.say("meanwhile")
        # When the network answers the error
        stage.fail(recorded(name))
        outcome = reader.poll()
        # Then the error says what to do, and the source stands where it stood
        assert outcome.error.startswith(f"{RECORDED[name].read.__name__}: ")
        assert reader.cursor == cursor
        # And once it is over all is heard, once
        stage.fail(None)
        assert reader.settle() == ["meanwhile"]
        assert reader.stored == ["before", "meanwhile"]


@pytest.mark.parametrize(("row", "name"), POSTED)
def test_a_recorded_error_posts_nothing_and_says_what_to_do(row: str, name: str) -> None:
    with STAGES[row]() as stage:
        # Given somebody to answer
        stage.say("hello?")
        reader = Reader(stage.network, FakeClock(NOW))
        reader.read_all()
        network, address = stage.network(), address_of(reader.store.mentions[0])
        # When the network answers the error to what is posted
        stage.refuse(recorded(name))
        with pytest.raises(GehoorError) as refused:
            network.reply(address, "We look into it.", "key")
        # Then it is of its kind, and the same answer can be posted later, once
        assert type(refused.value) is RECORDED[name].posted
        stage.refuse(None)
        assert stage.network().find_replies(address, "We look into it.", "key") == ()
        posted = stage.network().reply(address, "We look into it.", "key")
        found = stage.network().find_replies(address, "We look into it.", "key")
        assert found == (posted,)
