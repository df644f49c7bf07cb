"""Posts become text and HTML that are readable, and that nobody can use against the helpdesk."""

import unicodedata
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gehoor.domain.text import clean, plain_text, shorten, subject_line, ticket_html

AWKWARD = st.text(
    st.one_of(
        st.characters(),
        st.characters(categories=["Cs", "Cc", "Cf", "Mn"]),
        st.sampled_from("a \n\t<>&{}/`*#@.:e\u0301\u0302\u200c\u200d\ufe0f👩🚀🇳🇱🏴ب\u064eक\u094d"),
    )
)
MARKUP = st.lists(
    st.one_of(
        AWKWARD,
        st.sampled_from(
            [
                "<p>",
                "</p>",
                "<br>",
                "<a href='https://x.nl'>",
                "</a>",
                "<ul>",
                "<li>",
                "<![",
                "<!--",
                "<script>",
                "<pre>",
                "<img alt='",
                "&#0;",
                "&lt;",
                "<span class=invisible>",
                "]]>",
            ]
        ),
    )
).map("".join)
FAMILY = "👨\u200d👩\u200d👧\u200d👦"


class _Seen(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.text = ""
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += attrs
        self.text += "\n" if tag == "br" else ""

    def handle_endtag(self, tag: str) -> None:
        self.text += "\n\n" if tag == "p" else ""

    def handle_data(self, data: str) -> None:
        self.text += data


def seen(markup: str) -> _Seen:
    reader = _Seen()
    reader.feed(markup)
    reader.close()
    return reader


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>een</p><p>twee<br />drie</p>", "een\n\ntwee\ndrie"),
        ("<p>Tom &amp; Jerry &lt;3 &eacute;&eacute;n</p>", "Tom & Jerry <3 één"),
        (
            '<span class="h-card"><a href="https://s.example/@bob" class="u-url mention">'
            "@<span>bob</span></a></span> hoi",
            "@bob hoi",
        ),
        (
            '<a href="https://s.example/tags/fail" class="mention hashtag" rel="tag">'
            "#<span>fail</span></a>",
            "#fail",
        ),
        (
            '<a href="https://shop.example/a/very/long?x=1&amp;y=2"><span class="invisible">'
            'https://</span><span class="ellipsis">shop.example/a/ve</span>'
            '<span class="invisible">ry/long?x=1&amp;y=2</span></a>',
            "https://shop.example/a/very/long?x=1&y=2",
        ),
        (
            '<a href="https://news.example/1">lees meer</a>',
            "lees meer (https://news.example/1)",
        ),
        ('<a href="https://www.shop.example/">shop.example</a>', "https://www.shop.example/"),
        (
            '<a href="https://evil.example">https://bank.example</a>',
            "https://bank.example (https://evil.example)",
        ),
        ('<a href="javascript:alert(1)">klik</a>', "klik"),
        ('<a href="http://[broken">klik</a>', "klik"),
        ("<ul><li>een</li><li>twee</li></ul>na", "- een\n- twee\n\nna"),
        ("<ol><li>een</li><li>twee</li></ol>", "1. een\n2. twee"),
        ('kijk <img src="a.png" alt="een gesmolten lader">', "kijk een gesmolten lader"),
        ("<script>alert(1)</script><style>p{}</style>tekst", "tekst"),
        ("<!-- stil -->tekst<!doctype html>", "tekst"),
        ("<![CDATA[tekst]]>", "tekst"),
        ("<pre>a\nb</pre>", "a\nb"),
        ("<p>open <b>vet <a href='https://x.example'>link", "open vet link (https://x.example)"),
        ("3 < 5 en 7 > 2", "3 < 5 en 7 > 2"),
        ("a&#0;b&#x202e;c", "a\ufffdbc"),
    ],
)
def test_html_reads_as_a_person_would_see_it(markup: str, text: str) -> None:
    assert plain_text(markup) == text


@pytest.mark.parametrize(
    "markup", ["<![a[ x", "<!x[", "<a <b <c", "<!--", "</", "<a href='", "&#;"]
)
def test_broken_markup_loses_no_text(markup: str) -> None:
    # Given text around markup that never ends / When it is read / Then the text is still there
    read = plain_text(f"voor {markup} na")

    assert read.startswith("voor")
    assert read.endswith("na")


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("a\x00b\x07c\x9fd", "abcd"),
        ("a\tb\r\nc\rd\u2028e", "a\tb\nc\nd\ne"),
        ("\u202egnikcart\u202c \u2066x\u2069", "gnikcart x"),
        ("\ufeffn\u200bo\u2060o\xadit", "nooit"),
        ("\ud83d\ude00 \ud83d!", "😀 !"),
        ("s\U000e0069\U000e0067n", "sn"),
        ("e\u0301", "é"),
        ("a\n \n\n\n\nb", "a\n\nb"),
        ("wo\u200drd\u200c", "word"),
    ],
)
def test_characters_that_hide_or_reorder_text_are_removed(text: str, cleaned: str) -> None:
    assert clean(text) == cleaned


@pytest.mark.parametrize(
    "text",
    [
        FAMILY,
        "👩🏽\u200d🚀 ❤\ufe0f\u200d🔥 🏳\ufe0f\u200d🌈",
        "🇳🇱🇧🇪 1\ufe0f\u20e3",
        "\U0001f3f4\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",
        "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
        "क्\u200dष র\u200d্য",
        "שָׁלוֹם",
        "Tiếng Việt",
    ],
)
def test_emoji_and_scripts_stay_whole(text: str) -> None:
    assert clean(text) == unicodedata.normalize("NFC", text)


def test_stacked_marks_are_capped() -> None:
    # Given a letter under a tower of marks / When cleaned / Then no more than four marks stay
    assert clean("q" + "\u0315" * 500 + "!") == "q" + "\u0315" * 4 + "!"


@given(st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E)))
def test_what_every_keyboard_writes_stays_as_it_is(text: str) -> None:
    assert clean(text) == text.strip()
    assert clean(f"{text}\u00e9") == f"{text}\u00e9".strip()


@given(AWKWARD)
def test_cleaning_twice_changes_nothing(text: str) -> None:
    assert clean(clean(text)) == clean(text)


@given(MARKUP)
def test_no_control_characters_come_out(markup: str) -> None:
    for text in (clean(markup), plain_text(markup)):
        controls = [c for c in text if unicodedata.category(c) in ("Cc", "Cs") and c not in "\n\t"]
        assert not controls
        assert not set(text) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")


def test_short_text_is_left_alone() -> None:
    assert shorten("precies", 7) == "precies"


@pytest.mark.parametrize(
    ("text", "limit", "short"),
    [
        ("een twee drie", 10, "een twee…"),
        ("aaaaaaaaaaaa", 5, "aaaa…"),
        (f"ab{FAMILY}cd", 6, "ab…"),
        ("abe\u0301\u0301f", 5, "ab…"),
        ("🇳🇱🇧🇪🇩🇪", 4, "🇳🇱…"),
        (FAMILY, 3, "…"),
        ("abc", 1, "…"),
        ("abc", 0, ""),
    ],
)
def test_text_is_cut_between_words_and_whole_characters(text: str, limit: int, short: str) -> None:
    assert shorten(text, limit) == short


@given(AWKWARD, st.integers(0, 40))
def test_shortened_text_fits_and_starts_the_same(text: str, limit: int) -> None:
    short = shorten(text, limit)

    assert len(short) <= limit
    assert text.startswith(short.removesuffix("…"))


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("@noordlicht @bob@social.example: mijn lader is stuk", "mijn lader is stuk"),
        ("Re: FWD: Antw: klacht", "klacht"),
        ("RE[2]: klacht", "klacht"),
        ("# > - * `klacht`", "klacht'"),
        ("klacht\r\nBcc: iedereen@voorbeeld.nl", "klacht Bcc: iedereen@voorbeeld.nl"),
        ("=HYPERLINK(1)", "HYPERLINK(1)"),
        ("{{ticket.requester.email}} {% raw %}", "((ticket.requester.email)) (% raw %)"),
        ("@noordlicht", "(no text)"),
        ("", "(no text)"),
        ("een " * 50, "een " * 19 + "een…"),
    ],
)
def test_subject_is_one_harmless_line(text: str, subject: str) -> None:
    assert subject_line(text) == subject


@given(AWKWARD, st.integers(1, 80))
def test_subject_is_never_empty_and_never_two_lines(text: str, limit: int) -> None:
    subject = subject_line(text, limit, default="?")

    assert 1 <= len(subject) <= limit
    assert subject.isprintable() or not set(subject) & set("\r\n\x00\x85\u2028\u2029")
    assert not set(subject) & set("`{}")
    assert subject[0] not in "#>*-+="


def test_ticket_html_keeps_lines_paragraphs_and_links() -> None:
    # Given text with all that a comment may hold / When written as HTML / Then only that is markup
    assert ticket_html("een\ntwee\n\nzie https://x.example/a?b=1&c=2.") == (
        "<p>een<br>twee</p>"
        '<p>zie <a href="https://x.example/a?b=1&amp;c=2" rel="noreferrer nofollow">'
        "https://x.example/a?b=1&amp;c=2</a>.</p>"
    )


@pytest.mark.parametrize(
    ("text", "markup"),
    [
        ("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"),
        ("javascript:alert(1)", "<p>javascript:alert(1)</p>"),
        ("**vet** [x](y)", "<p>**vet** [x](y)</p>"),
        ("{{ticket.id}}", "<p>&#123;&#123;ticket.id&#125;&#125;</p>"),
        ("", ""),
    ],
)
def test_ticket_html_runs_nothing(text: str, markup: str) -> None:
    assert ticket_html(text) == markup


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("(https://x.example)", "https://x.example"),
        ("https://x.example/a_(b).", "https://x.example/a_(b)"),
        ("https://x.example/a,b!", "https://x.example/a,b"),
        ('https://x.example"onclick="x', "https://x.example"),
    ],
)
def test_link_ends_where_the_sentence_goes_on(text: str, address: str) -> None:
    assert dict(seen(ticket_html(text)).attributes)["href"] == address


@given(MARKUP)
def test_ticket_html_shows_the_same_text_and_only_known_tags(text: str) -> None:
    markup = ticket_html(text)
    reader = seen(markup)

    assert reader.text.strip() == clean(text)
    assert reader.tags <= {"p", "br", "a"}
    assert "{" not in markup
    assert "}" not in markup


@given(
    st.sampled_from(["https://x.example/a b ", "http://", "https://x.example).", "{{a}}"]), AWKWARD
)
def test_links_lead_to_the_web_only(link: str, text: str) -> None:
    for name, value in seen(ticket_html(text + link + text)).attributes:
        assert (name, value) == ("rel", "noreferrer nofollow") or (
            name == "href"
            and value is not None
            and value.lower().startswith(("http://", "https://"))
        )
