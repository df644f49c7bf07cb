"""The Desk in a real browser, on a phone's width and a desktop's."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from selenium import webdriver
from selenium.common.exceptions import NoAlertPresentException
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import Select

from browser import WIDTHS, Browser, watched
from browser import driver as driver  # a fixture
from desk_server import Desk, running_desk

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]

HOSTILE = '<script>alert(1)</script><img src=x onerror="alert(2)"> {{7*7}} "><b>bold'


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A Desk alone, for pages that need no network."""
    with running_desk(tmp_path) as desk:
        yield desk


@pytest.fixture
def browser(driver: webdriver.Chrome, desk: Desk) -> Iterator[Browser]:
    """The browser on the Desk; fails when a page logged an error or broke its own policy."""
    yield from watched(Browser(driver, desk.url))


def complaint(desk: Desk, text: str = "My parcel is late", **fields: Any) -> tuple[int, int]:
    """The ids of a customer and of their ticket, made as gehoor makes them."""
    customer = desk.customer("Anna de Vries", external_id="gehoor:mastodon:109")
    ticket = desk.ticket(
        text,
        subject=text[:60],
        requester_id=customer,
        submitter_id=customer,
        priority="high",
        tags=["gehoor", "network_mastodon", "language_en", "intent_complaint"],
        **fields,
    )
    return customer, ticket["id"]


def said(desk: Desk, ticket_id: int) -> list[dict[str, Any]]:
    comments: list[dict[str, Any]] = desk.get(f"/tickets/{ticket_id}/comments")["comments"]
    return comments


def test_the_start_page_leads_to_both_pages(browser: Browser) -> None:
    # Given
    browser.open("/")
    # Then
    links = [link.get_attribute("href") for link in browser.all(".doors a")]
    assert links == [f"{browser.base}/street", f"{browser.base}/desk"]
    assert "stand-in" in browser.text("main")
    browser.shoot("start")


def test_a_ticket_made_by_the_api_appears_and_is_read(browser: Browser, desk: Desk) -> None:
    # Given
    browser.open("/desk")
    browser.sees("No open tickets")
    # When
    field = {"ticket_field": {"type": "text", "title": "Permalink"}}
    field_id = desk.post("/ticket_fields", field)["ticket_field"]["id"]
    link = "https://social.example/@anna/1"
    customer, first_id = complaint(desk, "An older matter")
    desk.put(f"/tickets/{first_id}", {"ticket": {"status": "solved"}})
    values = [{"id": field_id, "value": link}]
    ticket_id = desk.ticket("My parcel is late", requester_id=customer, custom_fields=values)["id"]
    history = {"html_body": "<h3>Customer</h3><p>Known since May</p>", "public": False}
    desk.put(f"/tickets/{ticket_id}", {"ticket": {"comment": history}})
    # Then
    row = browser.find(f"#ticket-{ticket_id}.unread")
    assert "unread" in row.text
    browser.shoot("desk-inbox")
    browser.find(f"#ticket-{ticket_id}").click()
    browser.sees("Known since May", ".said.note")
    assert "Internal note" in browser.text(".said.note .badge")
    note, answer = (
        browser.find(f"{css} .bubble").value_of_css_property("background-color")
        for css in (".said.note", ".said:not(.note)")
    )
    assert note != answer
    panel = browser.text(".customer-card")
    assert all(words in panel for words in ("Anna de Vries", "gehoor:mastodon:109", "Permalink"))
    assert "An older matter" in browser.text(".earlier")
    assert browser.find(f".customer-card a[href='{link}']").get_attribute("rel")
    assert browser.all(f"#ticket-{ticket_id}.unread") == []


def test_an_agent_chooses_in_a_field(browser: Browser, desk: Desk) -> None:
    # Given a field with choices, and a ticket with one of them
    options = [
        {"name": "wants to know", "value": "intent_question"},
        {"name": "complains", "value": "intent_complaint"},
    ]
    field = {"type": "tagger", "title": "Intent", "custom_field_options": options}
    field_id = desk.post("/ticket_fields", {"ticket_field": field})["ticket_field"]["id"]
    _, ticket_id = complaint(desk)
    browser.open(f"/desk/tickets/{ticket_id}")
    assert "complains" in browser.text(".customer-card")
    # When the other is chosen
    Select(browser.find(f"#field-{field_id}")).select_by_visible_text("wants to know")
    browser.find(".choices button").click()
    browser.sees("wants to know", ".customer-card")
    browser.shoot("desk-choices")
    # Then field and tag say so
    ticket = desk.get(f"/tickets/{ticket_id}")["ticket"]
    assert ticket["custom_fields"] == [{"id": field_id, "value": "intent_question"}]
    assert ticket["tags"] == ["gehoor", "network_mastodon", "language_en", "intent_question"]


@pytest.mark.parametrize(
    ("kind", "public", "status", "css"),
    [("public", True, "open", ".said.staff"), ("note", False, "new", ".said.note")],
)
def test_an_agent_answers_in_public_or_notes_inside(
    browser: Browser, desk: Desk, kind: str, public: bool, status: str, css: str
) -> None:
    # Given
    _, ticket_id = complaint(desk)
    browser.open(f"/desk/tickets/{ticket_id}")
    browser.run("window.stayed = true")
    # When
    browser.choose(kind)
    browser.write("We are on it <b>now</b>")
    browser.shoot(f"desk-{kind}")
    browser.submit()
    # Then
    browser.sees("We are on it <b>now</b>", css)
    comment = said(desk, ticket_id)[-1]
    assert (comment["plain_body"], comment["public"]) == ("We are on it <b>now</b>", public)
    assert comment["via"]["channel"] == "web"
    assert desk.get(f"/users/{comment['author_id']}")["user"]["name"] == "Sam, agent"
    assert desk.get(f"/tickets/{ticket_id}")["ticket"]["status"] == status
    assert browser.find("#text").get_attribute("value") == ""
    browser.sees("sent" if public else "added", "#announcer")
    assert browser.run("return window.stayed") is True


def test_an_agent_solves_with_and_without_a_word(browser: Browser, desk: Desk) -> None:
    # Given
    _, silent = complaint(desk)
    spoken = desk.ticket("Another matter")["id"]
    # When
    browser.open(f"/desk/tickets/{silent}")
    browser.find("button[name=solve]").click()
    browser.sees("solved", ".case-meta")
    browser.open(f"/desk/tickets/{spoken}")
    browser.write("Done, thank you")
    browser.find("button[name=solve]").click()
    browser.sees("Done, thank you", ".conversation")
    # Then
    assert [desk.get(f"/tickets/{n}")["ticket"]["status"] for n in (silent, spoken)] == [
        "solved",
        "solved",
    ]
    assert (len(said(desk, silent)), len(said(desk, spoken))) == (1, 2)
    browser.open("/desk?view=solved")
    assert len(browser.all(".row")) == 2
    browser.shoot("desk-solved")


def test_new_words_come_by_themselves_and_leave_the_typed_text_alone(
    browser: Browser, desk: Desk
) -> None:
    # Given
    customer, ticket_id = complaint(desk)
    browser.open(f"/desk/tickets/{ticket_id}")
    browser.write("I am still wri")
    # When
    follow_up = {"body": "Hello? Anyone?", "author_id": customer}
    desk.put(f"/tickets/{ticket_id}", {"ticket": {"comment": follow_up}})
    # Then
    browser.sees("Hello? Anyone?", ".conversation")
    browser.sees("New message from Anna de Vries: Hello? Anyone?", "#announcer")
    assert browser.find("#announcer").get_attribute("aria-live") == "polite"
    browser.press("ting")
    assert browser.find("#text").get_attribute("value") == "I am still writing"


def test_a_refused_answer_keeps_its_text_and_says_why(browser: Browser, desk: Desk) -> None:
    # Given
    _, ticket_id = complaint(desk)
    browser.open(f"/desk/tickets/{ticket_id}")
    browser.write("Too late")
    # When
    desk.put(f"/tickets/{ticket_id}", {"ticket": {"status": "closed"}})
    browser.submit()
    # Then
    browser.sees("closed prevents ticket update", ".form-error")
    assert browser.find("#text").get_attribute("value") == "Too late"
    assert browser.find(".form-error").get_attribute("role") == "alert"
    # Chromium logs the refused request itself.
    assert len([one for one in browser.logged() if "422" in one["message"]]) == 1


def test_hostile_words_are_words(browser: Browser, desk: Desk) -> None:
    # Given
    customer = desk.customer(HOSTILE, details=HOSTILE, user_fields={HOSTILE: HOSTILE})
    ticket = desk.ticket(
        HOSTILE,
        subject=HOSTILE,
        requester_id=customer,
        tags=[HOSTILE],
        custom_fields=[{"id": 1, "value": "javascript:alert(3)"}, {"id": 2, "value": HOSTILE}],
    )
    html = {"html_body": f"<p>{HOSTILE}</p><a href='javascript:alert(4)'>x</a><style>*{{}}</style>"}
    desk.put(f"/tickets/{ticket['id']}", {"ticket": {"comment": html}})
    # When
    browser.open(f"/desk/tickets/{ticket['id']}")
    # Then
    assert browser.text(".case-head h1") == HOSTILE
    assert HOSTILE in browser.text(".said")
    assert browser.all("script:not([src]), main img, [href^=javascript]") == []
    with pytest.raises(NoAlertPresentException):
        _ = browser.driver.switch_to.alert.text
    browser.shoot("desk-hostile")


def test_the_keyboard_alone_is_enough(browser: Browser, desk: Desk) -> None:
    # Given
    _, ticket_id = complaint(desk)
    browser.open("/desk")
    stops: list[str] = []

    def tab_to(is_there: Callable[[WebElement], bool]) -> WebElement:
        for _ in range(25):
            browser.press(Keys.TAB)
            element = browser.driver.switch_to.active_element
            stops.append(element.get_attribute("id") or element.text)
            shown = browser.run(
                "const e = arguments[0], s = getComputedStyle(e.matches('[type=radio]') ?"
                " e.nextElementSibling : e); return s.outlineStyle !== 'none' &&"
                " parseFloat(s.outlineWidth) >= 2",
                element,
            )
            assert shown, f"focus cannot be seen on {stops[-1]!r}"
            if is_there(element):
                return element
        raise AssertionError(f"not reached by Tab: {stops}")

    # When
    tab_to(lambda element: "Skip" in element.text)
    tab_to(lambda element: element.get_attribute("id") == f"ticket-{ticket_id}")
    browser.press(Keys.ENTER)
    browser.find("#text")
    tab_to(lambda element: element.get_attribute("name") == "kind")
    # past the answer to the author alone and the one as it is, to the note for colleagues
    for _ in range(3):
        browser.press(Keys.ARROW_RIGHT)
    tab_to(lambda element: element.get_attribute("id") == "text")
    browser.press("Only ")
    browser.press("keys")
    tab_to(lambda element: element.text == "Send")
    browser.press(Keys.ENTER)
    # Then
    browser.sees("Only keys", ".said.note")
    assert said(desk, ticket_id)[-1]["public"] is False


@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_scrolls_sideways(browser: Browser, desk: Desk, width: int) -> None:
    # Given
    _, ticket_id = complaint(desk, "W" * 300 + " https://social.example/" + "x" * 300)
    desk.ticket("x", requester_id=desk.customer("N" * 80), tags=["t" * 80])
    # Then
    for path in ("/", "/desk", f"/desk/tickets/{ticket_id}", "/street"):
        browser.open(path, width)
        assert browser.sideways() == [], path
