"""How X counts the length of a post.

Every character weighs one or two, an emoji two however it is put together, and a web address 23
however long it is: X shortens it. The weights are those of twitter-text's configuration, version 3.
Source: https://github.com/twitter/twitter-text/tree/master/config
"""

import re
import unicodedata
from collections.abc import Iterator

MOST = 280
MOST_IN_A_MESSAGE = 10_000
PER_ADDRESS = 23

_EMOJI_WEIGHT = 2
_LIGHT = ((0x0000, 0x10FF), (0x2000, 0x200D), (0x2010, 0x201F), (0x2032, 0x2037))
_NO_PATH = r"\s<>\"\u2e80-\ud7ff\uf900-\ufaff\uff00-\uffef"
_NO_HOST = r"\s<>\"/?#\u3000-\u303f\uff00-\uffef"
_STOPS = r".,;:!?)\]'…"
_PATH = rf"(?:[^{_NO_PATH}]*[^{_NO_PATH}{_STOPS}])?"
_ADDRESS = re.compile(
    rf"https?://[^{_NO_HOST}]*[^{_NO_HOST}{_STOPS}](?:[/?#]{_PATH})?", re.IGNORECASE
)
_BARE_ADDRESS = re.compile(
    r"(?<![\w@$#./-])(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,24}(?![\w@-])"
    rf"(?:/{_PATH})?",
    re.IGNORECASE,
)
_PICTURE = (
    "[\u2139\u203c\u2049\u2190-\u21ff\u2300-\u23ff\u2460-\u24ff\u25a0-\u27bf\u2900-\u297f"
    "\u2b00-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001f1e5\U0001f200-\U0001f3fa"
    "\U0001f400-\U0001faff]"
)
_SHADE = "[\U0001f3fb-\U0001f3ff]"
_EMOJI = re.compile(
    "[\U0001f1e6-\U0001f1ff]{2}"
    "|[0-9#*]\ufe0f?\u20e3"
    "|\U0001f3f4[\U000e0061-\U000e007a]+\U000e007f"
    "|[\u00a9\u00ae]\ufe0f"
    f"|{_PICTURE}(?:\ufe0f|{_SHADE})?(?:\u200d{_PICTURE}(?:\ufe0f|{_SHADE})?)*"
    f"|{_SHADE}"
)


def length(text: str) -> int:
    """The weighted length of a post's text, of which X takes MOST.

    Whether X takes a name without http:// for an address depends on a list of domains that grows,
    so such a name counts as what is longer: an address, or its characters.
    """
    text = unicodedata.normalize("NFC", text)
    total, end = 0, 0
    for found in _addresses(text):
        total += _weight(text[end : found.start()]) + _address_weight(found.group())
        end = found.end()
    return total + _weight(text[end:])


def has_address(text: str) -> bool:
    """Whether X may find a web address in the text: a post with one costs more."""
    return any(True for _ in _addresses(unicodedata.normalize("NFC", text)))


def without_addresses(text: str) -> str:
    """The text with the same word for every web address, which X writes its own way."""
    pieces, end = [], 0
    for found in _addresses(text):
        pieces += [text[end : found.start()], "http"]
        end = found.end()
    return "".join([*pieces, text[end:]])


def _addresses(text: str) -> Iterator[re.Match[str]]:
    """Web addresses from the first to the last, none in another."""
    at = 0
    while at < len(text):
        candidates = (_ADDRESS.search(text, at), _BARE_ADDRESS.search(text, at))
        found = min(filter(None, candidates), key=lambda one: one.start(), default=None)
        if found is None:
            return
        yield found
        at = found.end()


def _address_weight(address: str) -> int:
    is_bare = not address.lower().startswith("http")
    return max(PER_ADDRESS, _weight(address)) if is_bare else PER_ADDRESS


def _weight(text: str) -> int:
    without_emoji, emoji = _EMOJI.subn("", text)
    return emoji * _EMOJI_WEIGHT + sum(1 if _is_light(ord(one)) else 2 for one in without_emoji)


def _is_light(code: int) -> bool:
    return any(first <= code <= last for first, last in _LIGHT)
