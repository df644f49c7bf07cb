"""The words that a desk gives triage: its own names, its competitors', and what topics it tells."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cache

from gehoor.domain.cues_topics import TOPICS
from gehoor.domain.evidence import quote
from gehoor.domain.frozen import frozen
from gehoor.domain.phrases import LINK, PhraseBook, Word, listed, words_of

Topics = tuple[tuple[str, tuple[str, ...]], ...]
"""Names of topics, each with its phrases (see `phrases`)."""

_IN_HANDLES = str.maketrans("@_", "  ")
_SPOKEN_TO = frozenset(
    (
        *("jullie", "je", "jij", "jou", "jouw", "u", "uw", "julie"),
        *("you", "your", "youre", "youve", "youll", "yours", "u", "ur"),
    )
)


@frozen
class DeskWords:
    """What the configuration says: `topics` are names with their phrases (see `phrases`).

    `own` are the names and handles of the company and its brands.
    """

    own: tuple[str, ...] = ()
    competitors: tuple[str, ...] = ()
    topics: Topics = ()

    def in_a_conversation(self) -> "DeskWords":
        """The words for a reply or a private message, which is for the company whoever it names."""
        return replace(self, competitors=())


def topics_of(own: Mapping[str, Iterable[str]]) -> Topics:
    """A desk's topics before those that every desk has; its words come with ours where both do."""
    names = dict.fromkeys((*own, *TOPICS))
    return tuple((name, (*own.get(name, ()), *listed(TOPICS.get(name, "")))) for name in names)


EVERY_DESK = DeskWords(topics=topics_of({}))
"""A desk that names no topics of its own."""


def topic_in(text: str, words: list[Word], desk: DeskWords) -> tuple[str, str]:
    """The topic that most words tell of, and the first of them; of two the one listed first."""
    said: dict[str, dict[str, None]] = {name: {} for name, _ in desk.topics}
    for hit in _topic_book(desk.topics).find(words):
        said[hit.name][quote(text, words, hit)] = None
    name = max(said, key=lambda name: len(said[name]), default="")
    return (name, next(iter(said[name]))) if name and said[name] else ("", "")


def competitors_in(text: str, desk: DeskWords) -> tuple[str, ...]:
    """The competitors that a text names, as the configuration writes them."""
    return tuple(dict.fromkeys(_named(text, desk.competitors))) if desk.competitors else ()


def speaks_to_the_desk(text: str, words: list[Word], desk: DeskWords) -> bool:
    """Whether a text names the company, or speaks to whoever reads it."""
    spoken_to = any(word.folded in _SPOKEN_TO for word in words)
    return spoken_to or any(_named(text, desk.own))


def _named(text: str, names: tuple[str, ...]) -> Iterator[str]:
    """Names in a text, in handles too."""
    words = [word for word in words_of(text.translate(_IN_HANDLES)) if word.folded != LINK]
    return (hit.name for hit in _name_book(names).find(words))


@cache
def _name_book(names: tuple[str, ...]) -> PhraseBook:
    return PhraseBook({name: [" ".join(_bare(name).split())] for name in names if _bare(name)})


def _bare(name: str) -> str:
    return "".join(character if character.isalnum() else " " for character in name).strip()


@cache
def _topic_book(topics: Topics) -> PhraseBook:
    return PhraseBook(dict(topics))
