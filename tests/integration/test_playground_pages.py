"""Street and Desk in a real browser, on a phone's width and a desktop's."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from selenium import webdriver
from selenium.common.exceptions import NoAlertPresentException
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement

from desk_server import Desk, running_desk, wait_for
from mastodon_server import MastodonServer
from mastodon_server import mastodon as mastodon  # a fixture
from npm_package import installed

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]

SCREENSHOTS = Path(__file__).parents[2] / "build" / "screenshots"
WIDTHS = {360: 740, 1280: 860}
CHROME_FLAGS = (
    "--headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run"
    " --disable-background-networking --disable-component-update --disable-sync"
)
HOSTILE = '<script>alert(1)</script><img src=x onerror="alert(2)"> {{7*7}} "><b>bold'


class Browser:
    """Chromium, with the few gestures the tests need."""

    def __init__(self, driver: webdriver.Chrome, base: str) -> None:
        self.driver = driver
        self.base = base

    def open(self, path: str, width: int = 1280) -> None:
        self.resize(width, WIDTHS[width])
        self.driver.get(self.base + path)

    def resize(self, width: int, height: int) -> None:
        metrics = {"width": width, "height": height, "deviceScaleFactor": 1}
        self.cdp("Emulation.setDeviceMetricsOverride", metrics | {"mobile": width < 500})

    def cdp(self, command: str, arguments: dict[str, Any]) -> None:
        self.driver.execute_cdp_cmd(command, arguments)

    def run(self, script: str, *arguments: Any) -> Any:
        return self.driver.execute_script(script, *arguments)

    def find(self, css: str) -> WebElement:
        found: WebElement = wait_for(
            lambda: next(iter(self.driver.find_elements(By.CSS_SELECTOR, css)), None), css
        )
        return found

    def all(self, css: str) -> list[WebElement]:
        return self.driver.find_elements(By.CSS_SELECTOR, css)

    def text(self, css: str) -> str:
        return str(self.run("return document.querySelector(arguments[0])?.innerText || ''", css))

    def sees(self, words: str, css: str = "body") -> None:
        wait_for(lambda: words in self.text(css), f"{words!r} in {css}")

    def logged(self) -> list[dict[str, Any]]:
        """What the console said since the last call."""
        # Selenium leaves this method untyped.
        entries: list[dict[str, Any]] = self.driver.get_log("browser")  # type: ignore[no-untyped-call]
        return entries

    def press(self, *keys: str) -> None:
        for key in keys:
            self.driver.switch_to.active_element.send_keys(key)

    def choose(self, value: str) -> None:
        self.run("document.querySelector(`input[value='${arguments[0]}']`).click()", value)

    def write(self, words: str) -> None:
        self.find("#text").send_keys(words)

    def submit(self) -> None:
        self.find(".answer button").click()

    def sideways(self) -> list[str]:
        """What can be scrolled sideways: the page itself or a part of it."""
        found: list[str] = self.run(
            "return [...document.querySelectorAll('html, body *')].filter(e =>"
            " e.scrollWidth > e.clientWidth + 1 && (e === document.documentElement ||"
            " ['auto', 'scroll'].includes(getComputedStyle(e).overflowX)))"
            ".map(e => e.tagName + '.' + e.className)"
        )
        return found

    def shoot(self, name: str) -> None:
        """The whole page at both widths, into build/screenshots."""
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        for width, height in WIDTHS.items():
            self.resize(width, height)
            full = self.run("return document.documentElement.scrollHeight")
            self.resize(width, max(height, full))
            self.driver.save_screenshot(str(SCREENSHOTS / f"{name}-{width}.png"))
        self.resize(1280, WIDTHS[1280])


@pytest.fixture(scope="module")
def driver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[webdriver.Chrome]:
    binary = shutil.which("chromium") or shutil.which("google-chrome")
    service = shutil.which("chromedriver")
    if binary is None or service is None:
        pytest.skip("needs Chromium and ChromeDriver (Debian: chromium, chromium-driver)")
    options = Options()
    options.binary_location = binary
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    for flag in CHROME_FLAGS.split():
        options.add_argument(flag)
    options.add_argument(f"--user-data-dir={tmp_path_factory.mktemp('chrome')}")
    driver = webdriver.Chrome(options=options, service=Service(service))
    yield driver
    driver.quit()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A Desk alone, for pages that need no network."""
    with running_desk(tmp_path) as desk:
        yield desk


@pytest.fixture
def browser(driver: webdriver.Chrome, desk: Desk) -> Iterator[Browser]:
    """The browser on the Desk; fails when a page logged an error or broke its own policy."""
    yield from _clean(Browser(driver, desk.url))


@pytest.fixture
def walker(driver: webdriver.Chrome, tmp_path: Path, mastodon: MastodonServer) -> Iterator[Browser]:
    """The browser on a Street with the customers alice and bob, and an empty network."""
    mastodon.reset()
    people = {
        "base_url": mastodon.url,
        "company": "brandcare",
        "customers": {name: mastodon.token(name) for name in ("alice", "bob")},
    }
    with running_desk(tmp_path, mastodon=people) as desk:
        yield from _clean(Browser(driver, desk.url))


def _clean(browser: Browser) -> Iterator[Browser]:
    browser.logged()
    yield browser
    browser.driver.get("about:blank")
    assert [entry for entry in browser.logged() if entry["level"] == "SEVERE"] == []


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
                "const e = arguments[0], s = getComputedStyle(e.matches('input') ?"
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
    browser.press(Keys.ARROW_RIGHT)
    tab_to(lambda element: element.get_attribute("id") == "text")
    browser.press("Only ")
    browser.press("keys")
    tab_to(lambda element: element.text == "Send")
    browser.press(Keys.ENTER)
    # Then
    browser.sees("Only keys", ".said.note")
    assert said(desk, ticket_id)[-1]["public"] is False


def test_a_customer_posts_and_hears_the_answer(walker: Browser, mastodon: MastodonServer) -> None:
    # Given
    walker.open("/street")
    walker.sees("alice has said nothing yet")
    # When
    walker.write(f"My parcel is late {HOSTILE}")
    walker.submit()
    walker.sees("My parcel is late", ".conversation")
    posted = mastodon.call("brandcare", "GET", "/api/v1/notifications")[0]["status"]
    walker.run("window.stayed = true")
    mastodon.post("brandcare", "@alice Sorry! We look into it.", in_reply_to_id=posted["id"])
    # Then
    walker.sees("Sorry! We look into it.", ".said.staff")
    walker.sees("brandcare says: @alice Sorry!", "#announcer")
    assert posted["visibility"] == "public"
    assert posted["account"]["acct"] == "alice"
    assert HOSTILE in walker.text(".said.customer")
    assert walker.run("return window.stayed") is True
    walker.shoot("street-thread")


def test_a_customer_replies_in_the_thread(walker: Browser, mastodon: MastodonServer) -> None:
    # Given
    start = mastodon.post("bob", "@brandcare it broke")
    answer = mastodon.post("brandcare", "@bob how?", in_reply_to_id=start["id"])
    walker.open("/street/bob")
    walker.find(f"#thread-{start['id']}").click()
    # When
    walker.write("It fell")
    walker.submit()
    # Then
    walker.sees("It fell", ".conversation")
    context = mastodon.call("bob", "GET", f"/api/v1/statuses/{start['id']}/context")
    assert [post["in_reply_to_id"] for post in context["descendants"]] == [
        start["id"],
        answer["id"],
    ]
    assert walker.find("#text").get_attribute("value") == ""


def test_a_private_word_stays_private(walker: Browser, mastodon: MastodonServer) -> None:
    # Given
    walker.open("/street/bob")
    # When
    walker.choose("private")
    walker.write("My order number is 4711")
    walker.shoot("street-private")
    walker.submit()
    walker.sees("Private", ".said .badge")
    # Then
    heard = mastodon.call("brandcare", "GET", "/api/v1/notifications")[0]["status"]
    assert heard["visibility"] == "direct"
    assert walker.find("input[name=audience]:checked").get_attribute("value") == "private"
    walker.open("/street/alice")
    walker.sees("alice has said nothing yet")


@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_scrolls_sideways(browser: Browser, desk: Desk, width: int) -> None:
    # Given
    _, ticket_id = complaint(desk, "W" * 300 + " https://social.example/" + "x" * 300)
    desk.ticket("x", requester_id=desk.customer("N" * 80), tags=["t" * 80])
    # Then
    for path in ("/", "/desk", f"/desk/tickets/{ticket_id}", "/street"):
        browser.open(path, width)
        assert browser.sideways() == [], path


@pytest.mark.parametrize("width", WIDTHS)
def test_the_street_does_not_scroll_sideways(
    walker: Browser, mastodon: MastodonServer, width: int
) -> None:
    # Given
    post = mastodon.post("alice", "@brandcare " + "W" * 300)
    # Then
    for path in ("/street/alice", f"/street/alice/threads/{post['id']}"):
        walker.open(path, width)
        assert walker.sideways() == [], path


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_barrier(
    walker: Browser, mastodon: MastodonServer, desk: Desk, scheme: str
) -> None:
    """axe-core, from npm, checks WCAG 2.2 A and AA, contrast in both schemes among it."""
    # Given
    axe = installed("axe", "axe-core", "4.14.1", "axe.min.js").read_text(encoding="utf-8")
    post = mastodon.post("alice", "@brandcare my parcel is late")
    mastodon.post("brandcare", "@alice sorry", in_reply_to_id=post["id"], visibility="direct")
    customer, ticket_id = complaint(desk)
    for comment in ({"body": "answer"}, {"body": "note", "public": False}):
        desk.put(f"/tickets/{ticket_id}", {"ticket": {"comment": comment, "status": "pending"}})
    solved = desk.ticket("Another", requester_id=customer, status="solved")["id"]
    features = [
        {"name": "prefers-color-scheme", "value": scheme},
        {"name": "prefers-reduced-motion", "value": "reduce"},
    ]
    walker.cdp("Emulation.setEmulatedMedia", {"features": features})
    pages = [
        walker.base + "/",
        walker.base + "/street/alice",
        f"{walker.base}/street/alice/threads/{post['id']}",
        desk.url + "/desk",
        f"{desk.url}/desk/tickets/{ticket_id}",
        f"{desk.url}/desk/tickets/{solved}?view=solved",
    ]
    # When
    found: list[str] = []
    for page in pages:
        for width in WIDTHS:
            walker.base = ""
            walker.open(page, width)
            if walker.all("input[value=note]"):
                walker.choose("note")
            found += [f"{page} at {width}: {barrier}" for barrier in _barriers(walker, axe)]
    # Then
    walker.cdp("Emulation.setEmulatedMedia", {"features": []})
    assert not found, "\n".join(found)


def _barriers(browser: Browser, axe: str) -> list[str]:
    result = browser.driver.execute_async_script(
        axe + "; const done = arguments[arguments.length - 1];"
        " axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa',"
        " 'best-practice']}).then(done);"
    )
    assert len(result["passes"]) > 10
    return [
        f"{rule['id']} {node['html'][:120]} {node['failureSummary'][:200]}"
        for rule in result["violations"]
        for node in rule["nodes"]
    ]
