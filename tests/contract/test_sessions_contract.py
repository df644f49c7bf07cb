"""What every store of sessions must do: in memory, and in SSM with its lease in DynamoDB."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

import boto3
import pytest
from botocore.exceptions import ClientError

from factories import NOW
from fakes.sessions import FakeSessions
from gehoor.aws.sessions import SsmSessions
from gehoor.errors import NotAllowed, Unavailable
from gehoor.ports.limits import Lease
from moto_stack import moto_stack

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_ssm import SSMClient

    from gehoor.ports.limits import Sessions

NAME = "/gehoor/zendesk.session"
UNTIL = NOW + timedelta(minutes=1)
OURS = Lease(None, frozenset())


def ssm() -> SSMClient:
    return boto3.client("ssm", "eu-west-1", aws_access_key_id="t", aws_secret_access_key="t")


@pytest.fixture(params=["memory", "aws"])
def sessions(request: pytest.FixtureRequest) -> Iterator[Sessions]:
    if request.param == "memory":
        yield FakeSessions()
        return
    with moto_stack() as stack:
        yield SsmSessions(ssm(), stack.dynamodb, stack.state)


def test_what_was_stored_last_is_read(sessions: Sessions) -> None:
    assert sessions.get(NAME) is None
    sessions.put(NAME, "first")
    sessions.put(NAME, "second é")
    assert sessions.get(NAME) == "second é"
    assert sessions.get("/gehoor/other.session") is None


def test_preparing_changes_nothing_that_is_stored(sessions: Sessions) -> None:
    sessions.prepare(NAME)
    assert sessions.get(NAME) is None
    sessions.put(NAME, "first")
    sessions.prepare(NAME)
    assert sessions.get(NAME) == "first"


def test_one_worker_has_the_lease_and_others_are_told_when_it_ends(sessions: Sessions) -> None:
    assert sessions.lease(NAME, "a", NOW, UNTIL) == OURS
    # When another worker wants it, or a worker something else
    other = sessions.lease(NAME, "b", NOW + timedelta(seconds=59), UNTIL + timedelta(minutes=1))
    elsewhere = sessions.lease("/gehoor/other.session", "b", NOW, UNTIL)
    # Then it waits for the first one, not for the other thing
    assert other == Lease(UNTIL, frozenset())
    assert elsewhere == OURS


def test_who_asks_for_its_own_lease_again_has_it(sessions: Sessions) -> None:
    sessions.lease(NAME, "a", NOW, UNTIL)
    assert sessions.lease(NAME, "a", NOW, UNTIL) == OURS


def test_the_lease_of_a_dead_worker_ends(sessions: Sessions) -> None:
    sessions.lease(NAME, "a", NOW, UNTIL)
    assert sessions.lease(NAME, "b", UNTIL, UNTIL + timedelta(minutes=1)) == OURS


def test_a_lease_is_given_back_by_its_owner_only(sessions: Sessions) -> None:
    sessions.lease(NAME, "a", NOW, UNTIL)
    sessions.release(NAME, "b")
    assert sessions.lease(NAME, "b", NOW, UNTIL).free_at == UNTIL
    sessions.release(NAME, "a")
    assert sessions.lease(NAME, "b", NOW, UNTIL) == OURS


def test_what_was_refused_is_told_to_everybody(sessions: Sessions) -> None:
    # Given grants that were refused, with and without a lease
    sessions.refuse(NAME, "first")
    sessions.lease(NAME, "a", NOW, UNTIL)
    sessions.refuse(NAME, "second")
    # Then who has the lease and who waits for it know
    assert sessions.lease(NAME, "b", NOW, UNTIL) == Lease(UNTIL, frozenset({"first", "second"}))
    sessions.release(NAME, "a")
    assert sessions.lease(NAME, "b", NOW, UNTIL) == Lease(None, frozenset({"first", "second"}))


def test_a_session_is_stored_encrypted_however_long_it_is() -> None:
    # Given a pair of long tokens, more than a standard parameter holds
    with moto_stack() as stack:
        SsmSessions(ssm(), stack.dynamodb, stack.state).put(NAME, "x" * 6000)
        # Then it is a secret like the others
        stored = ssm().get_parameter(Name=NAME, WithDecryption=True)["Parameter"]
        assert (stored["Type"], stored["Value"]) == ("SecureString", "x" * 6000)
        # And nothing of it is in the table
        assert stack.dynamodb.scan(TableName=stack.state)["Items"] == []


def test_a_missing_right_is_told_from_a_missing_session_and_from_a_stored_one() -> None:
    # Given a role that may neither read nor write the parameter
    with moto_stack() as stack:
        client = ssm()
        sessions = SsmSessions(client, stack.dynamodb, stack.state)
        sessions.put(NAME, "first")
        client.meta.events.register("before-call.ssm", _deny)
        # Then that is an error in both
        with pytest.raises(NotAllowed, match=re.escape(NAME)):
            sessions.get(NAME)
        with pytest.raises(NotAllowed, match=re.escape(NAME)):
            sessions.prepare(NAME)


def test_a_call_that_aws_rejects_blames_no_item() -> None:
    # Given a table that is not there
    with moto_stack() as stack:
        sessions = SsmSessions(ssm(), stack.dynamodb, "other")
        # Then whoever waits for the sign-in comes again later
        with pytest.raises(Unavailable, match="ResourceNotFoundException"):
            sessions.lease(NAME, "a", NOW, UNTIL)


def _deny(**_: object) -> None:
    raise ClientError({"Error": {"Code": "AccessDeniedException"}}, "GetParameter")
