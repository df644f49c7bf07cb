from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.desk import html_text

MARKUP = st.lists(
    st.sampled_from(
        [
            "<script>", "</script>", "<p>", "</p>", "<b>", "</b>", "<img src=x onerror=alert(1)>",
            "<a href='javascript:alert(1)'>", "<a href=https://shop.example/?a=1&b=2>", "</a>",
            "<svg><style>", "<!--", "-->", "<![CDATA[", "&lt;script&gt;", "<", ">", "\"", "'", "x",
            "<iframe srcdoc='<script>'>", "<textarea>", "</textarea>", "<p onclick=x()>", "\x00",
            "<math><mtext>", "<details open ontoggle=x>", "<style>*{}</style>", "<a\thref=\n'x'>",
        ]
    )
).map("".join)  # fmt: skip
TAGS = html_text.VOID | html_text.BLOCKS | html_text.INLINE


class Seen(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: dict[str, str | None] = {}
        self.depth = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes.update(attrs)
        self.depth += tag not in html_text.VOID

    def handle_endtag(self, tag: str) -> None:
        self.depth -= 1


def seen(html: str) -> Seen:
    reader = Seen()
    reader.feed(html)
    reader.close()
    return reader


@given(MARKUP | st.text())
def test_only_listed_tags_and_safe_links_come_through(html: str) -> None:
    # When
    result = seen(html_text.sanitise(html))
    # Then
    assert result.tags <= TAGS
    assert set(result.attributes) <= {"href", "rel"}
    assert str(result.attributes.get("href") or "https:").startswith(("http", "mailto:"))
    assert result.depth == 0


@given(MARKUP | st.text())
def test_sanitising_twice_changes_nothing_more(html: str) -> None:
    once = html_text.sanitise(html)
    assert html_text.sanitise(once) == once


@given(st.text())
def test_plain_text_survives_as_html_and_back(text: str) -> None:
    # Given
    words = text.replace("\x00", "").split()
    # When
    html = html_text.from_text(" ".join(words))
    # Then
    assert html_text.plain(html).split() == words
    assert seen(html).tags <= {"p", "br"}


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>one</p><p>two</p>", "one\n\ntwo"),
        ("one<br>two", "one\ntwo"),
        ("<ul><li>a</li><li>b</li></ul>", "a\n\nb"),
        ("a <b>b</b> c", "a b c"),
        ("<p>x</p><script>alert(1)</script>", "x"),
        ("<pre>a\n  b</pre>", "a\nb"),
        ("&lt;b&gt;", "<b>"),
        ("", ""),
    ],
)
def test_plain_text_of_html(html: str, text: str) -> None:
    assert html_text.plain(html) == text


def test_links_keep_their_address_and_lose_everything_else() -> None:
    # When
    html = html_text.sanitise("<a href='https://shop.example/?a=1&amp;b=\"' onclick=x()>shop</a>")
    # Then
    assert html == (
        '<a href="https://shop.example/?a=1&amp;b=&quot;"'
        ' rel="nofollow noopener noreferrer">shop</a>'
    )


def test_paragraphs_and_line_breaks_of_plain_text() -> None:
    assert html_text.from_text("a\r\nb\n\n\nc & d") == (
        '<p dir="auto">a<br>b</p><p dir="auto">c &amp; d</p>'
    )
