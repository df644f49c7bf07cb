"""Links, mentions and hashtags in a text: Bluesky keeps them beside it, by UTF-8 byte ranges.

A web address, a handle or a hashtag without its facet is dead text on Bluesky, and a mention
without one tells nobody.
Sources: https://docs.bsky.app/docs/advanced-guides/post-richtext, the lexicon
app.bsky.richtext.facet, https://atproto.com/specs/handle
"""

import re
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple
from urllib.parse import quote, unquote

from gehoor.graphemes import characters

Resolve = Callable[[str], str | None]
"""A handle without its @ to the DID of its account; None when it is nobody's."""

_FACET = "app.bsky.richtext.facet"
_MOST_LETTERS_OF_A_TAG = 64
_MOST_BYTES_OF_A_TAG = 640

_LINK = re.compile(r"https?://[^\s<>\"'`{}|\\^\[\]]+", re.IGNORECASE)
_AFTER_A_LINK = ".,;:!?…"
_IN_A_URI = ":/?#[]@!$&'()*+,;=-._~%"
"""What RFC 3986 takes as it is, and what is percent-encoded already."""

_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_MENTION = re.compile(
    rf"(?<![\w@./:-])@((?:{_LABEL}\.)+[a-z](?:[a-z0-9-]{{0,61}}[a-z0-9])?)(?![\w@-])",
    re.IGNORECASE | re.ASCII,
)
_HASHTAG = re.compile(r"(?<!\S)[#\uff03](\w[^\s#]*)")
_AFTER_A_HASHTAG = ".,;:!?…'\"()[]{}<>«»„“”‘’"  # noqa: RUF001 - typographic quotes follow tags too


class _Found(NamedTuple):
    start: int
    end: int
    feature: dict[str, str]


def facets_of(text: str, resolve: Resolve) -> list[dict[str, Any]]:
    """The facets of a text, in order and apart from each other."""
    facets = []
    end_before = 0
    for found in sorted([*_links(text), *_mentions(text, resolve), *_hashtags(text)]):
        if found.start >= end_before:
            facets.append(_facet(text, found))
            end_before = found.end
    return facets


def with_whole_links(text: str, facets: Any) -> str:
    """The text with the whole address wherever a link shows only part of it, or other words.

    Facets that cannot be right (outside of the text, through a character) are passed over, as
    Bluesky's own app does.
    """
    encoded = text.encode("utf-8", "surrogatepass")
    shown = b""
    done = 0
    for start, end, uri in sorted(_link_ranges(facets, len(encoded))):
        label = _decoded(encoded[start:end])
        if start < done or label is None:
            continue
        shown += encoded[done:start] + _whole(label, uri).encode("utf-8", "surrogatepass")
        done = end
    return (shown + encoded[done:]).decode("utf-8", "replace")


def _facet(text: str, found: _Found) -> dict[str, Any]:
    return {
        "$type": _FACET,
        "index": {
            "byteStart": _bytes(text[: found.start]),
            "byteEnd": _bytes(text[: found.end]),
        },
        "features": [found.feature],
    }


def _bytes(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))


def _links(text: str) -> Iterator[_Found]:
    for match in _LINK.finditer(text):
        address = _trimmed(match.group())
        if len(address) > len("https://"):
            feature = {"$type": f"{_FACET}#link", "uri": quote(address, safe=_IN_A_URI)}
            yield _Found(match.start(), match.start() + len(address), feature)


def _trimmed(address: str) -> str:
    """The address without what ends the sentence, and without a bracket it did not open."""
    while address.endswith(tuple(_AFTER_A_LINK)) or (
        address.endswith(")") and address.count(")") > address.count("(")
    ):
        address = address[:-1]
    return address


def _mentions(text: str, resolve: Resolve) -> Iterator[_Found]:
    for match in _MENTION.finditer(text):
        did = resolve(match[1])
        if did:
            yield _Found(*match.span(), {"$type": f"{_FACET}#mention", "did": did})


def _hashtags(text: str) -> Iterator[_Found]:
    for match in _HASHTAG.finditer(text):
        tag = match[1].rstrip(_AFTER_A_HASHTAG)
        fits = characters(tag) <= _MOST_LETTERS_OF_A_TAG and _bytes(tag) <= _MOST_BYTES_OF_A_TAG
        if tag and fits and not tag.isdigit():
            end = match.start(1) + len(tag)
            yield _Found(match.start(), end, {"$type": f"{_FACET}#tag", "tag": tag})


def _link_ranges(facets: Any, length: int) -> Iterator[tuple[int, int, str]]:
    for facet in facets if isinstance(facets, list) else ():
        index = facet.get("index") if isinstance(facet, dict) else None
        features = facet.get("features") if isinstance(facet, dict) else None
        if not isinstance(index, dict) or not isinstance(features, list):
            continue
        start, end = index.get("byteStart"), index.get("byteEnd")
        uri = next((one["uri"] for one in features if _is_link(one)), None)
        if isinstance(start, int) and isinstance(end, int) and uri and 0 <= start < end <= length:
            yield start, end, uri


def _is_link(feature: Any) -> bool:
    return isinstance(feature, dict) and isinstance(feature.get("uri"), str)


def _decoded(label: bytes) -> str | None:
    try:
        return label.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return None


def _whole(label: str, uri: str) -> str:
    """The address in place of its shortened form, or behind the words it is linked under."""
    if unquote(label) == unquote(uri):
        return label
    shown = label.removesuffix("...").removesuffix("…").removesuffix("/")
    bare = re.sub(r"^https?://(?:www\.)?", "", uri)
    if not shown or uri.startswith(shown) or bare.startswith(shown.removeprefix("www.")):
        return uri
    words = label.rstrip()
    return f"{words} ({uri}){label[len(words) :]}"
