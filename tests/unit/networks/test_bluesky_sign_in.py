"""Signing in to Bluesky: once, kept, renewed under a lease, for all workers."""

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest

from bluesky_connection import HOSTS, SECRET_NAME, connected
from fakes.sessions import FakeSessions
from fakes.wiring import network_wiring
from gehoor.domain.listing import Ask, Floor
from gehoor.errors import AuthExpired, ContractBroken, NotAllowed, QuotaSpent, Unavailable
from gehoor.http import Http
from gehoor.networks._bluesky_sign_in import SIGN_INS_A_DAY
from gehoor.networks.bluesky import Bluesky, Settings, connect
from scripted_bluesky import IDENTIFIER, NOW, SECRET, json_answer, refused
from scripted_bluesky_chat import ScriptedChat, scripted_chat

SIGN_IN = "com.atproto.server.createSession"
RENEW = "com.atproto.server.refreshSession"
WHO = "com.atproto.server.getSession"
SESSION = f"{SECRET_NAME}.session"


@pytest.fixture
def server() -> Iterator[ScriptedChat]:
    with scripted_chat() as script:
        yield script


@pytest.fixture
def sessions() -> FakeSessions:
    return FakeSessions()


def look(network: Bluesky) -> None:
    """Make a call that needs a session."""
    network.read(Ask("mentions", Floor(NOW)), NOW)


def test_many_workers_sign_in_once(server: ScriptedChat, sessions: FakeSessions) -> None:
    for _ in range(5):
        look(connected(server, sessions))

    assert (server.sign_ins, server.renewals) == (1, 0)


def test_a_token_that_is_over_is_renewed_and_all_workers_have_the_new_one(
    server: ScriptedChat, sessions: FakeSessions
) -> None:
    # Given two workers with one session, whose access token ends early
    one, other = connected(server, sessions), connected(server, sessions)
    look(one)
    look(other)
    server.access = "revoked"
    # When both go on
    look(one)
    look(other)
    # Then it was renewed once, and the new pair is stored
    assert (server.sign_ins, server.renewals) == (1, 1)
    stored = json.loads(sessions.history[SESSION][-1])
    assert (stored["access_token"], stored["refresh_token"]) == (server.access, server.renewal)
    assert sessions.leases == {}


def test_a_token_is_renewed_before_the_end_that_it_tells(
    server: ScriptedChat, sessions: FakeSessions
) -> None:
    network = connected(server, sessions)
    look(network)
    server.now = NOW + timedelta(hours=1, minutes=50)

    look(network)

    assert (server.sign_ins, server.renewals) == (1, 1)


@pytest.mark.parametrize("token", ["opaque", "a.b.c", "e30.e30.sig", "e30.WzFd.sig"])
def test_a_token_that_tells_no_end_is_used(
    server: ScriptedChat, sessions: FakeSessions, token: str
) -> None:
    server.answers[SIGN_IN] = lambda _: json_answer({"accessJwt": token, "refreshJwt": "renewal"})
    server.access = token

    look(connected(server, sessions))

    assert len(sessions.history[SESSION]) == 1


def test_a_token_that_is_refused_again_is_an_expired_sign_in(
    server: ScriptedChat, sessions: FakeSessions
) -> None:
    network = connected(server, sessions)
    server.answers["app.bsky.notification.listNotifications"] = lambda _: refused("ExpiredToken")

    with pytest.raises(AuthExpired, match="app password"):
        look(network)

    assert (server.sign_ins, server.renewals) == (1, 1)


def test_when_renewing_is_refused_the_app_password_signs_in_anew(
    server: ScriptedChat, sessions: FakeSessions
) -> None:
    network = connected(server, sessions)
    look(network)
    server.access = server.renewal = "revoked"

    look(network)

    assert (server.sign_ins, server.renewals) == (2, 1)


def test_a_renewal_that_fails_leaves_the_session_for_the_next(
    server: ScriptedChat, sessions: FakeSessions
) -> None:
    network = connected(server, sessions)
    look(network)
    server.access = "revoked"
    server.answers[RENEW] = lambda _: refused("UpstreamFailure", status=502)

    with pytest.raises(Unavailable):
        look(network)
    del server.answers[RENEW]
    look(network)

    assert (server.sign_ins, server.renewals) == (1, 1)
    assert sessions.leases == {}


def test_a_wrong_app_password_is_not_tried_again(
    server: ScriptedChat, sessions: FakeSessions
) -> None:
    wrong = json.dumps({"identifier": IDENTIFIER, "password": "wrong"})

    for _ in range(3):
        with pytest.raises(AuthExpired, match=f"gehoor secret set {SECRET_NAME}"):
            look(connected(server, sessions, wrong))
    assert server.sign_ins == 1

    # And the next one that is set is
    look(connected(server, sessions))
    assert server.sign_ins == 2


def test_signing_in_too_often_ends_for_the_day(
    server: ScriptedChat, sessions: FakeSessions
) -> None:
    # Given an account whose sessions are lost each time
    quota = network_wiring(Http(lambda: NOW, HOSTS)).quota
    settings = Settings.model_validate(
        {"id": "s", "network": "bluesky", "brand": "b", "secret": SECRET_NAME}
        | {"base_url": server.url}
    )

    def forgetful() -> Bluesky:
        wiring = network_wiring(Http(lambda: NOW, HOSTS), SECRET, quota=quota)
        return connect(settings, wiring)

    for _ in range(SIGN_INS_A_DAY):
        look(forgetful())
    # When it happens once more
    with pytest.raises(QuotaSpent) as caught:
        look(forgetful())
    # Then gehoor waits for the next day, far from Bluesky's own limit
    assert caught.value.retry_at == NOW.replace(hour=0) + timedelta(days=1)
    assert server.sign_ins == SIGN_INS_A_DAY


@pytest.mark.parametrize(
    ("name", "status", "words"),
    [
        ("AccountTakedown", 400, "taken the account down"),
        ("AccountTakedown", 401, "taken the account down"),
        ("AuthFactorTokenRequired", 401, "no app password"),
        ("AuthenticationRequired", 401, "has ended; make a new app password"),
        ("InvalidToken", 400, "make a new app password"),
    ],
)
def test_why_nobody_can_sign_in_is_told(
    server: ScriptedChat, name: str, status: int, words: str
) -> None:
    server.answers[SIGN_IN] = lambda _: refused(name, status=status)

    with pytest.raises(AuthExpired, match=words):
        look(connected(server))


def test_an_answer_without_tokens_is_no_session_and_quotes_none(server: ScriptedChat) -> None:
    server.answers[SIGN_IN] = lambda _: json_answer({"accessJwt": "hidden-token", "did": 5})

    with pytest.raises(ContractBroken) as caught:
        look(connected(server))

    assert "hidden-token" not in repr((caught.value, caught.value.__cause__))


def test_an_account_that_is_closed_is_told(server: ScriptedChat) -> None:
    closed = {"did": server.own_did, "handle": IDENTIFIER, "active": False, "status": "deactivated"}
    server.answers[WHO] = lambda _: json_answer(closed)

    with pytest.raises(AuthExpired, match="deactivated"):
        look(connected(server))


def test_a_server_that_does_not_say_whose_the_token_is_breaks_its_contract(
    server: ScriptedChat,
) -> None:
    server.answers[WHO] = lambda _: json_answer({"did": "nobody", "handle": IDENTIFIER})

    with pytest.raises(ContractBroken, match="base_url"):
        look(connected(server))


def kept_at(server: ScriptedChat, endpoint: str) -> dict[str, object]:
    """Whose the token is, with the server that the account's document names."""
    services = [
        {"id": "#other", "serviceEndpoint": "http://127.0.0.1:1"},
        {"id": f"{server.own_did}#atproto_pds", "serviceEndpoint": endpoint},
    ]
    return {"did": server.own_did, "handle": IDENTIFIER, "didDoc": {"service": services}}


def test_calls_go_to_the_server_that_keeps_the_account(server: ScriptedChat) -> None:
    # Given an entrance that only signs in
    with scripted_chat() as entrance:
        who = kept_at(server, f"{server.url}/")
        entrance.answers[WHO] = lambda _: json_answer(who)
        tokens = {"accessJwt": "token", "refreshJwt": "renewal"}
        entrance.answers[SIGN_IN] = lambda _: json_answer(tokens)
        entrance.access = server.access = "token"
        # When something is read
        look(connected(entrance))
        # Then it is asked of the account's own server
        assert [one.path for one in entrance.asked] == [f"/xrpc/{SIGN_IN}", f"/xrpc/{WHO}"]
        assert [one.path for one in server.asked] == [
            "/xrpc/app.bsky.notification.listNotifications"
        ]


def test_a_server_that_names_no_other_keeps_the_account_itself(server: ScriptedChat) -> None:
    who = {"did": server.own_did, "handle": IDENTIFIER, "didDoc": "none"}
    server.answers[WHO] = lambda _: json_answer(who)

    look(connected(server))


@pytest.mark.parametrize("endpoint", ["http://pds.example", "file:///etc/passwd"])
def test_no_token_is_sent_where_others_can_read_it(server: ScriptedChat, endpoint: str) -> None:
    who = kept_at(server, endpoint)
    server.answers[WHO] = lambda _: json_answer(who)

    with pytest.raises(NotAllowed):
        look(connected(server))


def test_no_app_password_is_sent_where_others_can_read_it() -> None:
    given = {"id": "s", "network": "bluesky", "brand": "b", "secret": SECRET_NAME}
    settings = Settings.model_validate({**given, "base_url": "http://pds.example"})

    with pytest.raises(NotAllowed, match="base_url"):
        look(connect(settings, network_wiring(Http(lambda: NOW, HOSTS), SECRET)))


@pytest.mark.parametrize(
    "secret",
    [None, "", "abcd-efgh", "[]", '{"identifier": "x"}', '{"identifier": "x", "password": "a\\n"}'],
)
def test_a_secret_that_is_no_app_password_is_told(server: ScriptedChat, secret: str | None) -> None:
    with pytest.raises(AuthExpired, match=SECRET_NAME) as caught:
        connected(server, secret=secret)

    assert "abcd" not in str(caught.value)


def test_bluesky_itself_is_asked_unless_the_settings_say_otherwise() -> None:
    given = {"id": "s", "network": "bluesky", "brand": "b", "secret": SECRET_NAME}
    settings = Settings.model_validate(given)

    assert settings.base_url == "https://bsky.social"
    assert connect(settings, network_wiring(Http(lambda: NOW, HOSTS), SECRET)).lists()
