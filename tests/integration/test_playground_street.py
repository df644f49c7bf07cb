"""The Street in a real browser, against a real Mastodon-API server; and axe on all pages."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium import webdriver

from browser import WIDTHS, Browser, watched
from browser import driver as driver  # a fixture
from desk_server import Desk, running_desk
from mastodon_server import MastodonServer
from mastodon_server import mastodon as mastodon  # a fixture
from npm_package import installed

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]

HOSTILE = '<script>alert(1)</script><img src=x onerror="alert(2)"> {{7*7}} "><b>bold'


@pytest.fixture
def town(tmp_path: Path, mastodon: MastodonServer) -> Iterator[Desk]:
    """A playground on an empty network with the customers alice and bob."""
    mastodon.reset()
    people = {
        "base_url": mastodon.url,
        "company": "brandcare",
        "customers": {name: mastodon.token(name) for name in ("alice", "bob")},
    }
    with running_desk(tmp_path, mastodon=people) as desk:
        yield desk


@pytest.fixture
def walker(driver: webdriver.Chrome, town: Desk) -> Iterator[Browser]:
    """The browser in the town."""
    yield from watched(Browser(driver, town.url))


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
    walker: Browser, mastodon: MastodonServer, town: Desk, scheme: str
) -> None:
    """axe-core, from npm, checks WCAG 2.2 A and AA, contrast in both schemes among it."""
    # Given
    axe = installed("axe", "axe-core", "4.14.1", "axe.min.js").read_text(encoding="utf-8")
    post = mastodon.post("alice", "@brandcare my parcel is late")
    mastodon.post("brandcare", "@alice sorry", in_reply_to_id=post["id"], visibility="direct")
    customer = town.customer("Anna de Vries", external_id="gehoor:mastodon:109")
    ticket_id = town.ticket(requester_id=customer, submitter_id=customer, priority="high")["id"]
    for comment in ({"body": "answer"}, {"body": "note", "public": False}):
        town.put(f"/tickets/{ticket_id}", {"ticket": {"comment": comment, "status": "pending"}})
    solved = town.ticket("Another", requester_id=customer, status="solved", tags=["a"])["id"]
    features = [
        {"name": "prefers-color-scheme", "value": scheme},
        {"name": "prefers-reduced-motion", "value": "reduce"},
    ]
    walker.cdp("Emulation.setEmulatedMedia", {"features": features})
    pages = [
        "/",
        "/street/alice",
        f"/street/alice/threads/{post['id']}",
        "/desk",
        f"/desk/tickets/{ticket_id}",
        f"/desk/tickets/{solved}?view=solved",
    ]
    # When
    found: list[str] = []
    for page in pages:
        for width in WIDTHS:
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
