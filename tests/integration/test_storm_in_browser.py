"""A storm as an agent lives it: many on the Street, one problem ticket, one answer for them all."""

import json
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests
from selenium import webdriver

from browser import Browser
from browser import driver as driver  # a fixture
from gehoor_ops import embedded
from running_stack import TIMEOUT, Running, eventually, gehoor

pytestmark = [
    pytest.mark.stack,
    pytest.mark.browser,
    pytest.mark.timeout(900),
    pytest.mark.skipif(
        "GEHOOR_STORM" not in os.environ, reason="a broadcast takes its minutes: make storm"
    ),
]

PEOPLE = 200
COMPLAINT = "@noordlicht my internet is down again, the whole street has none and nobody calls back"
WORD = "We know that your street has no internet. Engineers are there, we expect it back by 18:00."
NAMES = ("Anna", "Bram", "Carla", "Deniz", "Els", "Farid", "Gijs", "Hanna", "Iris", "Jan")


def complain(running: Running, number: int) -> str:
    """Somebody new on the network complains; the post's id."""
    url, name = running["mastodon_url"], NAMES[number % len(NAMES)]
    who = {"username": f"storm{number}", "display_name": f"{name} {number}"}
    made = requests.post(f"{url}/api/v1/_mock/dev_user", json=who, timeout=TIMEOUT).json()
    posted = requests.post(
        f"{url}/api/v1/statuses",
        json={"status": f"{COMPLAINT} {number}"},
        headers={"Authorization": f"Bearer {made['access_token']}"},
        timeout=TIMEOUT,
    )
    posted.raise_for_status()
    return str(posted.json()["id"])


def answers_to(running: Running, post_id: str) -> list[dict[str, Any]]:
    """What the company said below a post."""
    headers = {"Authorization": f"Bearer {running['mastodon_tokens']['anna']}"}
    url = f"{running['mastodon_url']}/api/v1/statuses/{post_id}/context"
    found = requests.get(url, headers=headers, timeout=TIMEOUT).json()["descendants"]
    return [status for status in found if status["account"]["acct"] == "noordlicht"]


def incident_of(running: Running) -> dict[str, Any] | None:
    """The incident, once everybody belongs to it."""
    embedded.invoke(running["aws_endpoint_url"], "sweep")
    found = json.loads(gehoor(running.run, "incident", "list", "--json").stdout)["incidents"]
    return next((each for each in found if each["posts"] == PEOPLE and each["ticket_id"]), None)


def test_a_storm_becomes_one_incident_and_one_answer_reaches_all(
    stack: Running, driver: webdriver.Chrome, poll_now: Callable[[], None]
) -> None:
    # Given a brand that is watched, and many people who complain about one thing
    embedded.invoke(stack["aws_endpoint_url"], "sweep")
    with ThreadPoolExecutor(4) as pool:
        posts = list(pool.map(lambda number: complain(stack, number), range(PEOPLE)))
    poll_now()

    # When the sweep comes, then they are one incident with one problem ticket
    incident = eventually(lambda: incident_of(stack), 180, "the incident")
    browser = Browser(driver, stack["playground_url"])
    browser.open(f"/desk/tickets/{incident['ticket_id']}")
    browser.sees("people in an hour complain about")
    browser.sees("the whole street has none and nobody calls back")
    browser.shoot("storm-problem")

    # When the agent writes one answer for all
    eventually(lambda: all_are_in_tickets(stack), 180, "everybody's ticket")
    browser.write(WORD)
    browser.find("#tags").send_keys("broadcast")
    browser.submit()

    # Then it is shown first, and nobody is answered yet
    eventually(lambda: "Preview of your broadcast" in browser.text("body"), 120, "the preview")
    browser.sees(f"{PEOPLE} waiting people would get it")
    browser.shoot("storm-preview")
    assert not answers_to(stack, posts[0])

    # When the agent says go
    browser.find("#tags").send_keys("broadcast_go")
    browser.write("Go ahead")
    browser.choose("note")
    browser.submit()
    eventually(lambda: "broadcast_go" in browser.text(".tags").split(), 30, "the tag")
    embedded.invoke(stack["aws_endpoint_url"], "sweep")

    # Then everybody is answered once, by name
    eventually(lambda: f"{PEOPLE} answered." in browser.text("body"), 420, "the end of it")
    browser.shoot("storm-answered")
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda post_id: answers_to(stack, post_id), posts))
    assert [len(found) for found in answers] == [1] * PEOPLE
    assert all("18:00" in found["content"] for [found] in answers)
    assert all(NAMES[n % len(NAMES)] in found["content"] for n, [found] in enumerate(answers))


def all_are_in_tickets(running: Running) -> bool:
    found = gehoor(running.run, "mention", "list", "--state", "pending", "--json")
    return not json.loads(found.stdout)["mentions"]
