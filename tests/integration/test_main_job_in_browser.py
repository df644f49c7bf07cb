"""The main job as two people live it: a customer on the Street, an agent at the Desk."""

from collections.abc import Callable

import pytest
from selenium import webdriver

from browser import Browser
from browser import driver as driver  # a fixture
from running_stack import Desk, Running, eventually

pytestmark = [pytest.mark.stack, pytest.mark.browser, pytest.mark.timeout(300)]


def test_a_complaint_on_the_street_is_answered_from_the_desk(
    stack: Running, desk: Desk, driver: webdriver.Chrome, poll_now: Callable[[], None]
) -> None:
    # Given a customer who speaks on the Street
    browser = Browser(driver, stack["playground_url"])
    browser.open("/street/carla")
    browser.write("the heating you sold me is cold again, third time this month")
    browser.submit()
    browser.sees("the heating you sold me")
    conversation = driver.current_url.removeprefix(stack["playground_url"])

    # When the agent opens the ticket
    poll_now()
    ticket = eventually(lambda: desk.ticket_about("the heating you sold me"), 60, "the ticket")
    browser.open(f"/desk/tickets/{ticket['id']}")

    # Then it has the customer's words and what the agent needs to know
    browser.sees("the heating you sold me is cold again")
    browser.sees("What you can do here")
    browser.sees("Carla Jansen")
    browser.shoot("main-job-ticket")

    # When the agent answers in public
    browser.write("That must be cold! An engineer comes tomorrow morning.")
    browser.submit()

    # Then the ticket shows that the answer is on the network
    browser.sees("Your answer is on Mastodon")
    # And the customer reads it on the Street
    browser.open(conversation)
    browser.sees("An engineer comes tomorrow morning.")
    browser.shoot("main-job-street")
