"""Comment text in both forms: HTML that is safe to show, and the plain text it says.

The HTML is written anew from an allow-list of tags; every text and attribute is escaped. Nothing
of the caller's markup is copied, so what is not listed cannot come through.
"""

from html import escape
from html.parser import HTMLParser
from urllib.parse import urlsplit

VOID = frozenset({"br", "hr"})
BLOCKS = frozenset({"p", "div", "ul", "ol", "li", "blockquote", "pre", "h1", "h2", "h3", "h4"})
INLINE = frozenset({"a", "b", "strong", "i", "em", "u", "s", "code", "small", "span"})
SILENT = frozenset({"script", "style", "title", "template", "noscript", "iframe", "textarea"})
LINK_SCHEMES = frozenset({"http", "https", "mailto"})


def sanitise(html: str) -> str:
    """Safe HTML from a caller's HTML, every tag closed."""
    return _Writer.read(html).html()


def plain(html: str) -> str:
    """What the HTML says, with paragraphs as blank lines."""
    return _Writer.read(html).text()


def from_text(text: str) -> str:
    """Plain text as HTML: blank lines part paragraphs, single ones break the line."""
    normal = text.replace("\r\n", "\n").replace("\r", "\n").strip("\n")
    paragraphs = (part.strip("\n") for part in normal.split("\n\n"))
    return "".join(
        f'<p dir="auto">{"<br>".join(escape(line) for line in part.split(chr(10)))}</p>'
        for part in paragraphs
        if part
    )


class _Writer(HTMLParser):
    """Hears the caller's HTML and writes down what is allowed of it."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._html: list[str] = []
        self._text: list[str] = []
        self._open: list[str] = []
        self._silent = 0

    @classmethod
    def read(cls, html: str) -> "_Writer":
        writer = cls()
        writer.feed(html)
        writer.close()
        return writer

    def html(self) -> str:
        closing = "".join(f"</{tag}>" for tag in reversed(self._open))
        return "".join(self._html) + closing

    def text(self) -> str:
        lines = [line.strip() for line in "".join(self._text).split("\n")]
        kept: list[str] = []
        for line in lines:
            if line or (kept and kept[-1]):
                kept.append(line)
        return "\n".join(kept).strip()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in SILENT:
            self._silent += 1
        elif self._silent:
            return
        elif tag in VOID:
            self._html.append(f"<{tag}>")
            self._text.append("\n")
        elif tag in BLOCKS or tag in INLINE:
            self._html.append(f"<{tag}{_link(attrs) if tag == 'a' else ''}>")
            self._open.append(tag)
            self._break(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in SILENT:
            self._silent = max(0, self._silent - 1)
        elif tag in self._open and not self._silent:
            while self._open:
                closed = self._open.pop()
                self._html.append(f"</{closed}>")
                self._break(closed)
                if closed == tag:
                    return

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self._html.append(escape(data))
            self._text.append(data if "pre" in self._open else " ".join(_words(data)))

    def _break(self, tag: str) -> None:
        if tag == "li":
            self._text.append("\n")
        elif tag in BLOCKS:
            self._text.append("\n\n")


def _words(data: str) -> list[str]:
    """Words of running text, keeping one space where the text begins or ends with one."""
    words = data.split()
    if not words:
        return [" "] if data else []
    head = [""] if data[0].isspace() else []
    tail = [""] if data[-1].isspace() else []
    return head + words + tail


def _link(attrs: list[tuple[str, str | None]]) -> str:
    """The address of a link, when it is one that may be followed."""
    href = next((value for name, value in attrs if name == "href" and value), None)
    if href is None or not _may_follow(href):
        return ""
    return f' href="{escape(href, quote=True)}" rel="nofollow noopener noreferrer"'


def _may_follow(href: str) -> bool:
    try:
        return urlsplit(href).scheme in LINK_SCHEMES
    except ValueError:
        return False
