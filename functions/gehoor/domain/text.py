"""Turn what people post into text that is safe and readable in a helpdesk.

Everything here is pure, never raises on any `str`, and takes time linear in its length.
"""

import html
import re
import unicodedata

from gehoor.domain.html_text import text_of_html
from gehoor.domain.remembered import remembered

MAX_STACKED_MARKS = 4
"""Combining marks kept on one letter: as many as living languages need, more is decoration."""

_LINE_BREAKS = re.compile("\r\n|[\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_TAGGED_FLAGS = "\U0001f3f4(?:{})\U000e007f".format(
    "|".join(
        "".join(chr(0xE0000 + ord(letter)) for letter in region)
        for region in ("gbeng", "gbsct", "gbwls")
    )
)
_INVISIBLE = re.compile(
    f"({_TAGGED_FLAGS})"
    "|[\x00-\x08\x0e-\x1f\x7f-\x9f\xad\u200b\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\U000e0000-\U000e007f]"
)
_SURROGATE = re.compile("[\ud800-\udfff]")
_MAY_BE_STACKED = re.compile(f"[\u0300-\U0010ffff]{{{MAX_STACKED_MARKS + 1}}}")
_BLANK_LINES = re.compile(r"\n(?:[ \t]*\n)+")

_PICTURE = "[\u2190-\u21ff\u2600-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff]"
_JOINING_LETTER = (
    "[\u0620-\u064a\u066e-\u06d3\u06d5\u06fa-\u06ff\u0710-\u072f\u074d-\u07ea\u08a0-\u08c9"
    "\u0904-\u0939\u0958-\u0961\u0972-\u0980\u0985-\u09b9\u09ce-\u09e1\u0a05-\u0a39\u0a85-\u0ab9"
    "\u0b05-\u0b39\u0b83-\u0bb9\u0c05-\u0c39\u0c85-\u0cb9\u0d05-\u0d3a\u0d7a-\u0dc6"
    "\u1000-\u102a\u1780-\u17b3\u1820-\u1878]"
)
_NUKTA = "[\u093c\u09bc\u0a3c\u0abc\u0b3c\u0c3c\u0cbc]"
_VIRAMA = "[\u094d\u09cd\u0a4d\u0acd\u0b4d\u0bcd\u0c4d\u0ccd\u0d4d\u0dca\u1039\u17d2]"
_JOINERS = re.compile(
    f"({_PICTURE}\ufe0f?\u200d(?={_PICTURE})"
    f"|{_JOINING_LETTER}{_NUKTA}?{_VIRAMA}?[\u200c\u200d])"
    "|[\u200c\u200d]"
)

_LINK = re.compile(r"https?://[^\s<>\"'`{}|\\^\[\]]+", re.IGNORECASE)
_AFTER_A_LINK = ".,;:!?…)"
LONGEST_LINK = 2_000
"""Characters of an address that is linked under a label: longer ones are no use to people."""

_SUBJECT_PREFIX = re.compile(
    r"(?:[\s#>*\-+`~_=|]+"
    r"|@[\w.\-]+(?:@[\w.\-]+)?[,;:]?"
    r"|(?:re|fwd?|antw|aw|wg|sv|tr)(?:\[\d{1,3}\])?\s?:)+",
    re.IGNORECASE,
)
_WITHOUT_MARKUP = str.maketrans({"`": "'", "{": "(", "}": ")"})


def plain_text(markup: str) -> str:
    """Return the readable text of HTML as networks and feeds send it, cleaned.

    Links show their whole address, mentions their handle, images their description. Broken HTML
    gives what could be read of it.
    """
    return clean(text_of_html(_joined_surrogates(markup)))


@remembered(64, 2_000)  # whoever reads a text cleans it, because it is safe to do so twice
def clean(text: str) -> str:
    """Return the text without characters that hide, reorder or break it.

    Control characters (but newline and tab), bidirectional overrides, byte order marks, tag
    characters and lone surrogates go; joiners stay where an emoji or a script needs them. The
    result is in Unicode normal form C, has at most one blank line in a row, and is stripped.
    """
    if text.isascii() and text.isprintable():
        return text.strip()
    text = _LINE_BREAKS.sub("\n", _joined_surrogates(text))
    text = _INVISIBLE.sub(r"\1", text)
    text = _JOINERS.sub(r"\1", unicodedata.normalize("NFC", text))
    text = _capped_marks(unicodedata.normalize("NFC", text))
    return _BLANK_LINES.sub("\n\n", text).strip()


def shorten(text: str, limit: int) -> str:
    """Return the text in at most `limit` characters, cut between words and ending in an ellipsis.

    A character as a reader sees it (letter with marks, joined emoji, flag) is never cut in two; a
    word longer than half the limit is.
    """
    if len(text) <= limit:
        return text
    if limit < 1:
        return ""
    end = limit - 1
    space = max(text.rfind(" ", 0, limit), text.rfind("\n", 0, limit))
    if space >= limit // 2:
        end = space
    while end > 0 and not between_characters(text, end):
        end -= 1
    return text[:end].rstrip() + "…"


def between_characters(text: str, index: int) -> bool:
    """Whether a cut before `text[index]` leaves every character whole as a reader sees it.

    Letters keep their marks, joined emoji and flags stay together. `0 < index < len(text)`.
    """
    before, after = text[index - 1], text[index]
    if before == "\u200d" or after == "\u200d" or "\U0001f3fb" <= after <= "\U0001f3ff":
        return False
    if "\U000e0020" <= after <= "\U000e007f" or "\u1160" <= after <= "\u11ff":
        return False
    if _is_regional_indicator(before) and _is_regional_indicator(after):
        return _regional_indicators_before(text, index) % 2 == 0
    return not unicodedata.category(after).startswith("M")


def subject_line(text: str, limit: int = 80, default: str = "(no text)") -> str:
    """Return one line for a ticket's subject, or `default` where the text gives none.

    Leading handles, reply prefixes and list, quote and heading marks go, so that the subject
    neither threads with other mail nor formats anything; braces and backticks become harmless.
    """
    line = " ".join(clean(text).split())
    line = line[_prefix_length(line) :].translate(_WITHOUT_MARKUP)
    return shorten(line.strip(), limit) or default


def ticket_html(text: str) -> str:
    """Return the text as HTML for a helpdesk comment: paragraphs, line breaks and web links only.

    All else is escaped, so no markup of the author runs, and braces are written as character
    references, so that no placeholder of the helpdesk is filled in.
    """
    paragraphs = [part for part in clean(text).split("\n\n") if part]
    return "".join(f"<p>{_inline_html(part)}</p>" for part in paragraphs)


def line_html(text: str) -> str:
    """Return one line of text as HTML: everything escaped as in `ticket_html`, nothing linked."""
    return _escaped(" ".join(clean(text).split()))


def link_html(address: str, label: str) -> str:
    """Return a web address as a link under a label; the label alone where it is no web address."""
    is_link = len(address) <= LONGEST_LINK and _LINK.fullmatch(address)
    return _link_html(address, label) if is_link else line_html(label)


def _joined_surrogates(text: str) -> str:
    if not _SURROGATE.search(text):
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "ignore")


def _capped_marks(text: str) -> str:
    if not _MAY_BE_STACKED.search(text):
        return text
    kept: list[str] = []
    stacked = 0
    for character in text:
        is_mark = character > "\u02ff" and unicodedata.category(character) in ("Mn", "Me")
        stacked = stacked + 1 if is_mark else 0
        if stacked <= MAX_STACKED_MARKS:
            kept.append(character)
    return "".join(kept)


def _is_regional_indicator(character: str) -> bool:
    return "\U0001f1e6" <= character <= "\U0001f1ff"


def _regional_indicators_before(text: str, index: int) -> int:
    start = index
    while start > 0 and _is_regional_indicator(text[start - 1]):
        start -= 1
    return index - start


def _prefix_length(line: str) -> int:
    prefix = _SUBJECT_PREFIX.match(line)
    return prefix.end() if prefix else 0


def _inline_html(text: str) -> str:
    pieces: list[str] = []
    position = 0
    for found in _LINK.finditer(text):
        address = _without_sentence_end(found.group())
        pieces += [_escaped(text[position : found.start()]), _link_html(address, address)]
        position = found.start() + len(address)
    pieces.append(_escaped(text[position:]))
    return "".join(pieces)


def _without_sentence_end(address: str) -> str:
    keep = len(address)
    while address[keep - 1] in _AFTER_A_LINK:
        if address[keep - 1] == ")" and "(" in address:
            break
        keep -= 1
    return address[:keep]


def _link_html(address: str, label: str) -> str:
    return f'<a href="{_escaped(address)}" rel="noreferrer nofollow">{_escaped(label)}</a>'


def _escaped(text: str) -> str:
    escaped = html.escape(text).replace("\n", "<br>")
    return escaped.replace("{", "&#123;").replace("}", "&#125;")
