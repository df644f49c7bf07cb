"""The text of a feed document, whatever encoding it is in and claims to be in."""

import codecs
import re
import sys
from contextlib import suppress
from email.message import Message
from xml.parsers import expat

from gehoor.errors import ContractBroken

MOST_ELEMENTS = 100_000
DEEPEST = 200

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_FIRST_LETTERS = (
    (b"<\0\0\0", "utf-32-le"),
    (b"\0\0\0<", "utf-32-be"),
    (b"<\0", "utf-16-le"),
    (b"\0<", "utf-16-be"),
)
# What real documents mean by these names is the larger set of letters.
_LARGER = {"iso8859-1": "windows-1252", "gb2312": "gb18030", "euc_kr": "cp949"}
# Python knows these as encodings of text too; no document is written in them, and some are slow.
_NEVER = frozenset(
    ("idna", "punycode", "raw-unicode-escape", "undefined", "unicode-escape", "utf-7")
)
_DECLARED = re.compile(rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9._:-]{1,40})[\"']")
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_REFERENCE = re.compile(r"&#([xX][0-9a-fA-F]{6,}|[0-9]{7,});?")
_FIRST_ELEMENT = re.compile(r"<[A-Za-z0-9_]")


def text_of(body: bytes, content_type: str) -> str:
    """The document's text: by byte order mark, then HTTP charset, then XML declaration.

    The us-ascii that RFC 3023 presumed for text/xml is not, as no feed means it. Bytes that do not
    fit and references to characters that do not exist are replaced, because one of them must not
    cost the feed. Control characters go.
    """
    return _REFERENCE.sub(_existing, _NOT_XML.sub("", _decoded(body, content_type)))


def _existing(reference: re.Match[str]) -> str:
    digits, base = (reference[1][1:], 16) if reference[1][0] in "xX" else (reference[1], 10)
    significant = digits.lstrip("0")
    exists = len(significant) < 8 and int(significant or "0", base) <= sys.maxunicode
    return reference[0] if exists else "\ufffd"


def _decoded(body: bytes, content_type: str) -> str:
    for bom, encoding in _BOMS:
        if body.startswith(bom):
            return body.decode(encoding, "replace")
    for name in (*_named(body, content_type), "utf-8"):
        try:
            return body.decode(name)
        except UnicodeDecodeError:
            continue
    return _decoded_with_losses(body)


def _named(body: bytes, content_type: str) -> list[str]:
    """The encodings the answer names, most trustworthy first."""
    header = Message()
    header["Content-Type"] = content_type
    charset = header.get_param("charset")
    by_letters = next((name for start, name in _FIRST_LETTERS if body.startswith(start)), "")
    declared = _DECLARED.match(body.lstrip()[:400])
    names = [
        charset if isinstance(charset, str) else "",
        by_letters,
        declared[1].decode("ascii") if declared else "",
    ]
    return [known for name in names if (known := _known(name))]


def _known(name: str) -> str:
    try:
        codec = codecs.lookup(name.strip("'\" ")).name if name else ""
        "".encode(codec or "ascii")
    except (LookupError, UnicodeError, ValueError):
        return ""
    return "" if codec in _NEVER else _LARGER.get(codec, codec)


def _decoded_with_losses(body: bytes) -> str:
    """UTF-8 with some bad bytes, or else windows-1252, whichever explains more of the bytes."""
    text = body.decode("utf-8", "replace")
    bad = text.count("\ufffd")
    good = sum(letter > "\x7f" for letter in text) - bad
    return text if good >= bad else body.decode("windows-1252", "replace")


def refuse_bombs(text: str) -> None:
    """ContractBroken for XML made to exhaust its reader, before anything else parses it.

    Declared entities are how a small document grows to gigabytes or reads files, and feeds do not
    need them. Broken XML is let through as far as it is harmless.
    """
    start = _FIRST_ELEMENT.search(text)
    if "<!ENTITY" in text[: start.start() if start else None].upper():
        raise ContractBroken(_ENTITIES)
    parser = expat.ParserCreate("utf-8")
    limits = _Limits()
    parser.EntityDeclHandler = limits.declared
    parser.StartElementHandler = limits.started
    parser.EndElementHandler = limits.ended
    with suppress(expat.ExpatError):
        parser.Parse(text.encode("utf-8", "replace"), True)


_ENTITIES = "the feed declares XML entities, which gehoor does not read; ask its publisher"


class _Limits:
    """Counts elements while a document is read."""

    def __init__(self) -> None:
        self._elements = 0
        self._depth = 0

    def declared(self, *_: object) -> None:
        raise ContractBroken(_ENTITIES)

    def started(self, *_: object) -> None:
        self._elements += 1
        self._depth += 1
        if self._elements > MOST_ELEMENTS or self._depth > DEEPEST:
            message = f"the feed has over {MOST_ELEMENTS} elements, or more than {DEEPEST} nested"
            raise ContractBroken(message)

    def ended(self, *_: object) -> None:
        self._depth -= 1
