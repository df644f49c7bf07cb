"""Read the visible text out of HTML, however broken it is."""

import re
from html.parser import HTMLParser
from urllib.parse import urlsplit

_PARAGRAPHS = frozenset(
    ("p", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "pre", "table", "figure")
)
_LINES = frozenset(
    ("title", "div", "li", "tr", "dt", "dd", "hr", "section", "article", "figcaption", "caption")
)
_CELLS = frozenset(("td", "th"))
_UNSEEN = frozenset(("script", "style"))
_SPACE = re.compile(r"[ \t\n\r\f]+")
_DECLARATION = re.compile(r"<[!?][^<>]*>")
_LONGEST_TAG = 4000
_LONE_BRACKET = re.compile(rf"<(?!/?[a-zA-Z][^<>]{{0,{_LONGEST_TAG}}}>)")

Attributes = list[tuple[str, str | None]]


def text_of_html(markup: str) -> str:
    """Return the text a reader would see, with list marks, line breaks and link addresses."""
    reader = _Reader()
    reader.feed(_parseable(markup))
    reader.close()
    return reader.text()


def _parseable(markup: str) -> str:
    """Leave only whole tags, because the parser raises or slows down on stray markup.

    Broken declarations make `html.parser` of Python 3.11 raise, and many unclosed tags make it
    read the rest of the text once for each.
    """
    markup = markup.replace("<![CDATA[", "").replace("]]>", "")
    markup = _DECLARATION.sub("", _without_comments(markup))
    return _LONE_BRACKET.sub("&lt;", markup)


def _without_comments(markup: str) -> str:
    kept: list[str] = []
    position = 0
    while (start := markup.find("<!--", position)) >= 0:
        end = markup.find("-->", start + 4)
        if end < 0:
            break
        kept.append(markup[position:start])
        position = end + 3
    kept.append(markup[position:])
    return "".join(kept)


class _Link:
    """A link being read: where it leads, its text so far, and whether the network shortened it."""

    __slots__ = ("address", "label", "names_someone", "shortened")

    def __init__(self, address: str, names_someone: bool) -> None:
        self.address = address
        self.names_someone = names_someone
        self.shortened = False
        self.label = ""

    def text(self) -> str:
        """Return the handle or hashtag, the label, the address, or the last two."""
        label = self.label.strip()
        if self.names_someone or label[:1] in ("@", "#") or not self.address:
            return label
        if self.shortened or not label or _same_address(label, self.address):
            return self.address
        return f"{label} ({self.address})"


class _Reader(HTMLParser):
    """Collects visible text; tags only decide where lines, paragraphs and addresses come."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._pieces: list[str] = []
        self._unseen = False
        self._lists: list[int | None] = []
        self._preformatted = 0
        self._link: _Link | None = None

    def text(self) -> str:
        """Return all text read so far, with a link that was never closed."""
        self._end_link()
        text = "".join(self._pieces)
        return re.sub(r"\n{3,}", "\n\n", re.sub(r" ?\n ?", "\n", text)).strip()

    def handle_starttag(self, tag: str, attrs: Attributes) -> None:
        """Begin what the tag stands for."""
        if tag in _UNSEEN:
            self._unseen = True
        elif tag == "br":
            self._add("\n")
        elif tag == "img":
            self._add(dict(attrs).get("alt") or "")
        elif tag == "a":
            self._begin_link(attrs)
        elif tag == "span" and self._link:
            self._link.shortened |= not _classes(attrs).isdisjoint(("invisible", "ellipsis"))
        else:
            self._begin_block(tag)

    def handle_endtag(self, tag: str) -> None:
        """End what the tag stood for; an end without a beginning changes nothing."""
        if tag in _UNSEEN:
            self._unseen = False
        elif tag == "a":
            self._end_link()
        else:
            self._end_block(tag)

    def handle_data(self, data: str) -> None:
        """Add visible text."""
        if self._preformatted:
            self._add(data)
            return
        text = _SPACE.sub(" ", data)
        at_line_start = bool(self._pieces) and self._pieces[-1][-1:] in ("\n", " ")
        self._add(text.lstrip(" ") if at_line_start and not self._link else text)

    def _add(self, text: str) -> None:
        if self._unseen or not text:
            return
        if self._link:
            self._link.label += text
        else:
            self._pieces.append(text)

    def _begin_link(self, attrs: Attributes) -> None:
        self._end_link()
        names_someone = not _classes(attrs).isdisjoint(("mention", "hashtag"))
        self._link = _Link(_web_address(dict(attrs).get("href") or ""), names_someone)

    def _end_link(self) -> None:
        link, self._link = self._link, None
        if link:
            self._add(link.text())

    def _begin_block(self, tag: str) -> None:
        if tag in ("ul", "ol"):
            self._lists.append(0 if tag == "ol" else None)
        self._preformatted += tag == "pre"
        self._separate(tag)
        if tag == "li":
            self._add(self._item_mark())

    def _end_block(self, tag: str) -> None:
        if tag in ("ul", "ol") and self._lists:
            self._lists.pop()
        if tag == "pre" and self._preformatted:
            self._preformatted -= 1
        if tag not in _CELLS:
            self._separate(tag)

    def _separate(self, tag: str) -> None:
        inside_list = tag in ("ul", "ol", "p") and len(self._lists) > (tag != "p")
        if tag in _PARAGRAPHS and not inside_list:
            self._add("\n\n")
        elif tag in _LINES:
            self._break_line()
        elif tag in _CELLS:
            self._add(" ")

    def _break_line(self) -> None:
        if not self._pieces or not self._pieces[-1].endswith("\n"):
            self._add("\n")

    def _item_mark(self) -> str:
        if not self._lists or self._lists[-1] is None:
            return "- "
        self._lists[-1] += 1
        return f"{self._lists[-1]}. "


def _classes(attrs: Attributes) -> frozenset[str]:
    return frozenset((dict(attrs).get("class") or "").split())


def _web_address(href: str) -> str:
    address = "".join(href.split())
    try:
        return address if urlsplit(address).scheme in ("http", "https") else ""
    except ValueError:
        return ""


def _same_address(label: str, address: str) -> bool:
    shown, real = (
        re.sub(r"^https?://(?:www\.)?", "", text, flags=re.IGNORECASE) for text in (label, address)
    )
    shown = shown.rstrip("/…")
    return bool(shown) and real.startswith(shown)
