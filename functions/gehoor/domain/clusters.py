"""Posts that say the same, told by a measure that is handed in, and the words they share."""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import datetime

from gehoor.domain.frozen import frozen

SHORTEST = 30
"""Characters below which texts are not compared: a short one is contained in far too many."""

LONGEST = 400
"""Characters of a text that are compared, and looked through for phrases. Both take a time that
grows with its length; whoever says the same begins the same."""

LARGEST = 100
"""Posts of a cluster that are compared with all others. In a storm they are copies of each other,
so that whoever resembles none of them says something else."""

LONGEST_PHRASE = 12
SHORTEST_PHRASE = 2
MOST_PHRASES = 3
MOST_READ = 100
"""Texts that are looked through for phrases: what half of them share, half of all do too."""

_TELLING = 4

Alike = Callable[[str, Sequence[str]], Collection[int]]
"""The places of those texts that say the same as one text."""

_NOT_SAID = re.compile(
    r"https?://\S+|www\.\S+|(?<!\w)@[\w.-]+(?:@[\w.-]+)?|\bRT\b:?|#", re.IGNORECASE
)
_WORD = re.compile(r"[^\W_]+(?:['\u2019-][^\W_]+)*")


@frozen
class Said:
    """A complaint: who said what when. `author` tells people apart and names nobody."""

    mention_id: str
    author: str
    at: datetime
    text: str


def comparable(text: str) -> str:
    """What is compared of a text: no links, handles, marks of a repost, case or space.

    "" for one that is too short to be compared. LONGEST at most.
    """
    said = " ".join(_NOT_SAID.sub(" ", text).casefold().split())[:LONGEST]
    return said if len(said) >= SHORTEST else ""


def clusters_of(posts: Sequence[Said], new: Collection[str], alike: Alike) -> list[list[Said]]:
    """The clusters with a post among `new` (ids) in them, the largest first; single-link.

    A post that resembles one of a cluster belongs to it. Of each cluster LARGEST posts are compared
    with all others.
    """
    compared = [(post, said) for post in posts if (said := comparable(post.text))]
    texts = [said for _, said in compared]
    free = set(range(len(compared)))
    found = []
    for place, (post, _) in enumerate(compared):
        if post.mention_id in new and place in free:
            members = _reached(place, texts, free, alike)
            if len(members) > 1:
                found.append([compared[member][0] for member in sorted(members)])
    return sorted(found, key=len, reverse=True)


def belong(posts: Sequence[Said], seeds: Sequence[str], alike: Alike) -> list[Said]:
    """Those posts that say the same as one of the `seeds`, texts that a cluster began with."""
    texts = [said for seed in seeds if (said := comparable(seed))]
    return [
        post for post in posts if (said := comparable(post.text)) and texts and alike(said, texts)
    ]


def authors_by_hour(
    posts: Iterable[Said], hour_of: Callable[[datetime], datetime]
) -> Counter[datetime]:
    """How many different authors spoke in each hour: a burst by one of them counts once."""
    seen = {(hour_of(post.at), post.author) for post in posts}
    return Counter(hour for hour, _ in seen)


def common_phrases(texts: Sequence[str]) -> tuple[str, ...]:
    """The longest runs of words that at least half of the texts share, at most MOST_PHRASES.

    In lower case, the longest first; none that is part of another one. MOST_READ texts are read.
    """
    spoken = [_words(text[:LONGEST]) for text in texts[:MOST_READ]]
    enough = max(2, (len(spoken) + 1) // 2)
    chosen: list[str] = []
    for length in range(LONGEST_PHRASE, SHORTEST_PHRASE - 1, -1):
        counts = Counter(phrase for words in spoken for phrase in set(_runs(words, length)))
        for phrase, count in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
            if count >= enough and not any(f" {phrase} " in f" {longer} " for longer in chosen):
                chosen.append(phrase)
    return tuple(_apart(chosen)[:MOST_PHRASES])


def _reached(start: int, texts: Sequence[str], free: set[int], alike: Alike) -> list[int]:
    """The places that can be reached from one to the next, which are free no more."""
    free.discard(start)
    reached, waiting, compared = [start], [start], 0
    while waiting and compared < LARGEST:
        place, compared = waiting.pop(), compared + 1
        left = sorted(free)
        for hit in alike(texts[place], [texts[other] for other in left]):
            free.discard(left[hit])
            reached.append(left[hit])
            waiting.append(left[hit])
    return reached


def _words(text: str) -> list[str]:
    return _WORD.findall(_NOT_SAID.sub(" ", text).casefold())


def _runs(words: Sequence[str], length: int) -> Iterator[str]:
    """Runs of words that tell something: one of four letters at least must be among them."""
    for start in range(len(words) - length + 1):
        run = words[start : start + length]
        if any(len(word) >= _TELLING and word.isalpha() for word in run):
            yield " ".join(run)


def _apart(phrases: Sequence[str]) -> list[str]:
    """Without those that overlap with a longer one in most of their words."""
    kept: list[str] = []
    for phrase in phrases:
        words = set(phrase.split())
        if all(len(words & set(other.split())) <= len(words) // 2 for other in kept):
            kept.append(phrase)
    return kept
