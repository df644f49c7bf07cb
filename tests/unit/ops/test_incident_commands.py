"""`gehoor incident`: which storms there are, whom a broadcast would answer, sending and closing."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import boto3
import pytest
import requests

from desk_server import TIMEOUT, TOKEN, TOKENS, Desk, running_desk
from fakes.deployed import write_config
from gehoor.aws.cases import Cases
from gehoor.aws.incidents import DynamoIncidents
from gehoor.domain.case import Case, address_of, external_id_of
from gehoor.domain.event import CommentAdded, message_of
from gehoor.domain.incident import Incident, Joined
from gehoor.domain.judgement import Intent, Judgement, Urgency
from gehoor.domain.mention import Author, Mention, Visibility
from scripted_mastodon import scripted_mastodon

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from fakes.command import Command
    from fakes.deployed import Deployed

NOW = datetime.now(UTC).replace(microsecond=0)
NAME = "20261122T10-abcdef01"
AGENT = "token-of-sam"
WORD = "we know about the outage and expect it to be mended by 15:00."
JUDGEMENT = Judgement("en", Intent.COMPLAINT, Urgency.NORMAL, None, ())


def incident(**changes: Any) -> Incident:
    made = Incident(NAME, "noordlicht", NOW, 23, 1.5, ("no internet",), ("m1",), ticket_id="7")
    return replace(made, **changes)


@pytest.fixture
def incidents(deployed: Deployed) -> DynamoIncidents:
    assert deployed.config_store.version() == 0
    return DynamoIncidents(boto3.client("dynamodb"), "core")


def test_incidents_are_listed_with_what_became_of_them(
    gehoor: Command, incidents: DynamoIncidents
) -> None:
    # Given an open incident with a broadcast that was shown, and a closed one
    shown = incident().proposed("9", WORD, NOW)
    incidents.put(shown)
    incidents.join(NAME, Joined("1", ("m1", "m2"), ()))
    incidents.put(incident(incident_id="20261121T10-x", closed_at=NOW, ticket_id=""))
    # When they are listed
    run, document = gehoor("incident", "list"), gehoor("incident", "list", "--json").document
    # Then each tells its state, the newest first
    assert [line.split()[0] for line in run.out.splitlines()[1:]] == [NAME, "20261121T10-x"]
    assert "previewed" in run.out
    assert "no internet" in run.out
    first, second = document["incidents"]
    assert (first["posts"], first["state"], first["broadcast"]) == (2, "open", "previewed")
    assert (second["posts"], second["state"], second["broadcast"]) == (0, "closed", "")


def test_no_incident_is_said_in_words(gehoor: Command, incidents: DynamoIncidents) -> None:
    assert not incidents.newest(1)
    assert gehoor("incident", "list").out == "No incidents.\n"


def test_an_incident_is_closed_once(gehoor: Command, incidents: DynamoIncidents) -> None:
    incidents.put(incident())
    for _ in range(2):
        assert gehoor("incident", "close", NAME).code == 0
    closed = incidents.get(NAME)
    assert closed is not None
    assert not closed.is_open
    assert closed.revision == 2


def test_closing_asks_for_the_end_of_a_broadcast_on_its_way_to_be_told(
    gehoor: Command, deployed: Deployed, incidents: DynamoIncidents
) -> None:
    # Given a broadcast that is under way
    incidents.put(incident().proposed("9", WORD, NOW).begun(NOW))
    # When the incident is closed, then what apply_event does with its message is to tell
    assert gehoor("incident", "close", NAME).code == 0
    sent = [json.loads(body) for body in deployed.messages("EventsQueue")]
    assert sent == [message_of(CommentAdded("7", "9"))]


@pytest.mark.parametrize("command", ["preview", "broadcast", "close"])
def test_an_unknown_incident_is_named_with_the_nearest(
    gehoor: Command, incidents: DynamoIncidents, command: str
) -> None:
    incidents.put(incident())
    run = gehoor("incident", command, NAME[:-1])
    assert run.code == 1
    assert f"did you mean {NAME}?" in run.err
    assert "gehoor incident list" in run.err


@pytest.mark.parametrize("command", ["preview", "broadcast"])
def test_without_a_previewed_broadcast_there_is_nothing_to_send(
    gehoor: Command, incidents: DynamoIncidents, command: str
) -> None:
    incidents.put(incident())
    run = gehoor("incident", command, NAME, *(["--yes"] if command == "broadcast" else []))
    assert run.code == 1
    assert "write a public comment with the tag broadcast on ticket 7" in run.err


def test_nothing_is_sent_without_yes(
    gehoor: Command, deployed: Deployed, incidents: DynamoIncidents
) -> None:
    incidents.put(incident().proposed("9", WORD, NOW))
    run = gehoor("incident", "broadcast", NAME)
    assert run.code == 1
    assert f"gehoor incident preview {NAME}" in run.err
    assert deployed.messages("EventsQueue") == []


def test_a_broadcast_is_begun_and_asked_of_the_queue(
    gehoor: Command, deployed: Deployed, incidents: DynamoIncidents
) -> None:
    # Given a broadcast that was shown
    incidents.put(incident().proposed("9", WORD, NOW))
    # When the operator sends it, twice
    for _ in range(2):
        assert gehoor("incident", "broadcast", NAME, "--yes").code == 0
    # Then it is under way, once
    begun = incidents.get(NAME)
    assert begun is not None
    assert begun.broadcast is not None
    assert begun.broadcast.is_under_way
    assert begun.revision == 2
    sent = [json.loads(body) for body in deployed.messages("EventsQueue")]
    assert sent == [message_of(CommentAdded("7", "9"))] * 2


@pytest.mark.parametrize("state", ["closed", "over"])
def test_what_is_over_is_not_sent(gehoor: Command, incidents: DynamoIncidents, state: str) -> None:
    made = incident().proposed("9", WORD, NOW)
    made = replace(made, closed_at=NOW) if state == "closed" else made.begun(NOW).ended(NOW)
    incidents.put(made)
    assert gehoor("incident", "broadcast", NAME, "--yes").code == 1


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    agent = {"name": "Sam", "email": "sam@desk.example", "role": "agent"}
    with running_desk(tmp_path, tokens={**TOKENS, AGENT: agent}) as desk:
        yield desk


def as_agent(desk: Desk, ticket_id: int, text: str) -> str:
    """A public comment of an agent's; its id."""
    answer = requests.put(
        f"{desk.url}/api/v2/tickets/{ticket_id}",
        json={"ticket": {"comment": {"body": text, "public": True}}},
        headers={"Authorization": f"Bearer {AGENT}"},
        timeout=TIMEOUT,
    )
    events = answer.json()["audit"]["events"]
    return str(next(event["id"] for event in events if event["type"] == "Comment"))


def complaint(desk: Desk, deployed: Deployed, name: str, **ticket: Any) -> str:
    """Somebody's post with its ticket; returns the mention's id."""
    author = Author("mastodon", f"https://social.example/users/{name}", f"@{name}", name, "")
    mention = Mention(
        brand="noordlicht",
        source_id="masto",
        network="mastodon",
        native_id=f"{name}-1",
        uri=f"https://social.example/{name}",
        author=author,
        text="No internet again",
        posted_at=NOW,
        permalink=f"https://social.example/@{name}/1",
        visibility=Visibility.PUBLIC,
    )
    case_id = f"case-{name}"
    made = desk.ticket("No internet", external_id=external_id_of(case_id), **ticket)
    ticket_id = str(made["id"])
    case = Case(
        case_id=case_id,
        brand="noordlicht",
        network="mastodon",
        ticket_id=ticket_id,
        opened_by=mention.mention_id,
        customer_id="1",
        address=address_of(mention),
        answers_at=NOW,
    )
    assert Cases(boto3.client("dynamodb"), "core").put(case)
    assert deployed.mentions.put_new(mention, JUDGEMENT, NOW)
    deployed.mentions.delivered(mention.mention_id, case_id, ticket_id, NOW)
    return mention.mention_id


def test_a_preview_shows_each_answer_with_its_length(
    gehoor: Command, deployed: Deployed, incidents: DynamoIncidents, desk: Desk, tmp_path: Path
) -> None:
    # Given an incident of two who wait and one whose ticket is solved, and a broadcast
    with scripted_mastodon() as town:
        file = write_config(tmp_path, ("masto",))
        text = file.read_text().replace("https://social.example", town.url)
        text = text.replace("https://noordlicht.zendesk.example", desk.url)
        file.write_text(f'{text}allow_private_hosts: ["127.0.0.1"]\n')
        assert gehoor("secret", "set", "/gehoor/masto", stdin=b"tok-brand").code == 0
        assert gehoor("secret", "set", "/gehoor/zendesk", stdin=TOKEN.encode()).code == 0
        assert gehoor("config", "push", str(file)).code == 0
        names = tuple(complaint(desk, deployed, name) for name in ("Anna", "Bob"))
        names += (complaint(desk, deployed, "Carl", status="solved"),)
        problem = desk.ticket("Outage", type="problem")
        comment_id = as_agent(desk, problem["id"], WORD)
        shown = incident(ticket_id=str(problem["id"])).proposed(comment_id, WORD, NOW)
        incidents.put(shown)
        incidents.join(NAME, Joined("1", names, ()))
        # When the operator looks
        run = gehoor("incident", "preview", NAME)
        document = gehoor("incident", "preview", NAME, "--json").document
    # Then the two see what they would read and how long it is, and why one gets nothing
    assert run.code == 0, run.err
    assert "Anna," in run.out
    assert "1 get nothing: have a ticket that is solved." in run.out
    assert document["left_out"] == {"have a ticket that is solved": 1}
    assert sorted(answer["text"].split()[-1] for answer in document["answers"]) == ["15:00."] * 2
    for answer in document["answers"]:
        assert answer["length"] > len(answer["text"])
        assert answer["limit"] == 500
        assert not answer["too_long"]
    # And nothing is on its way
    assert deployed.messages("EventsQueue") == []
    assert not town.posted
