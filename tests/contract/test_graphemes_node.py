"""Node's own segmenter, which Bluesky's servers count with, judges how gehoor counts."""

import json
import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gehoor.graphemes import characters
from npm_package import node

COUNT = """
const segmenter = new Intl.Segmenter("en", {granularity: "grapheme"});
const texts = JSON.parse(require("fs").readFileSync(0, "utf-8"));
console.log(JSON.stringify(texts.map((text) => [...segmenter.segment(text)].length)));
"""
ODD = [
    "e\u0301\u0301 \r\n\n\r",
    "👨‍👩‍👧‍👦👍🏽🇳🇱🇧🇪🇳",
    "🏳️‍🌈🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f#️⃣",
    "नमस्ते क्षि ਪੰਜਾਬੀ தமிழ் ไทย ກໍ",
    "한국어 각가",
    "عربي עִבְרִית",
    "a\u200db\u200cc\u00ad\u2060",
    "\u0600\u06dd1\u0d4e\U000110bd",
]

# A virama only after a consonant: elsewhere the package joins what the rules keep apart.
letters = sorted({letter for text in ODD for letter in text} - {"\u094d", "\u0d4e"})
pieces = st.sampled_from([*letters, "क्षि", "स्त", "\U0001f468", "\u1100", "\u1161"])
mixtures = st.lists(pieces, max_size=12).map("".join)


def counted(texts: list[str]) -> list[int]:
    done = subprocess.run(
        [node(), "-e", COUNT], input=json.dumps(texts), capture_output=True, text=True, check=True
    )
    found: list[int] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("text", ODD)
def test_what_is_odd_is_counted_alike(text: str) -> None:
    assert counted([text]) == [characters(text)]


@settings(max_examples=10, deadline=None)
@given(st.lists(mixtures, min_size=200, max_size=200))
def test_mixtures_are_counted_alike(texts: list[str]) -> None:
    assert counted(texts) == [characters(text) for text in texts]
