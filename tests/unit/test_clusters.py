"""Posts that say the same: who is in a cluster, who is not, and what words they share."""

from collections.abc import Collection, Sequence
from datetime import timedelta

from factories import NOW
from gehoor.domain.clusters import (
    LARGEST,
    LONGEST,
    MOST_READ,
    Said,
    authors_by_hour,
    belong,
    clusters_of,
    common_phrases,
    comparable,
)
from gehoor.domain.spike import HOUR, hour_of
from gehoor.likeness import alike

OUTAGE = "Al de hele ochtend geen internet in Utrecht, wat is er aan de hand?"


def said(name: str, text: str, by: str = "", minutes: int = 0) -> Said:
    return Said(name, by or f"author-{name}", NOW + timedelta(minutes=minutes), text)


def names(cluster: list[Said]) -> set[str]:
    return {post.mention_id for post in cluster}


def test_copies_reposts_and_small_changes_are_one_cluster() -> None:
    # Given an outcry in several forms, and something else
    posts = [
        said("1", OUTAGE),
        said("2", f"RT @anna: {OUTAGE}"),
        said("3", f"{OUTAGE} @noordlicht https://example.org/x"),
        said("4", "al de hele ochtend geen internet in utrecht wat is er aan de hand"),
        said("5", "Mijn factuur klopt alweer niet, derde maand op een rij inmiddels"),
    ]
    # When the newest is looked at
    [cluster] = clusters_of(posts, {"4"}, alike)
    # Then all that say so are with it
    assert names(cluster) == {"1", "2", "3", "4"}


def test_who_resembles_one_of_a_cluster_belongs_to_it() -> None:
    # Given a chain of posts, each like the next
    chain = [
        said("1", "the heating is cold again since monday and nobody calls"),
        said("2", "heating is cold again since monday and nobody calls back, angry"),
        said("3", "cold again since monday and nobody calls back, very angry now"),
    ]
    # When any of them is new, then the others come with it
    assert names(clusters_of(chain, {"3"}, alike)[0]) == {"1", "2", "3"}


def test_a_cluster_without_anything_new_is_not_looked_at() -> None:
    posts = [said("1", OUTAGE), said("2", OUTAGE), said("3", "something else that is long enough")]
    assert not clusters_of(posts, {"3"}, alike)


def test_short_posts_are_compared_with_nothing() -> None:
    # Given posts that are contained in many others
    posts = [said("1", "geen internet!"), said("2", "geen internet!"), said("3", OUTAGE)]
    # When they are new, then they are like nothing
    assert comparable("geen internet! @noordlicht https://t.example/abc") == ""
    assert not clusters_of(posts, {"1", "2"}, alike)


def test_of_a_large_cluster_only_so_many_are_compared_with_all() -> None:
    # Given a storm of copies
    posts = [said(str(n), f"{OUTAGE} {n}") for n in range(3 * LARGEST)]
    asked: list[str] = []

    def counting(text: str, others: list[str]) -> list[int]:
        asked.append(text)
        return list(alike(text, others))

    # When the last is new
    [cluster] = clusters_of(posts, {"5"}, counting)  # type: ignore[arg-type]
    # Then all are found, with few comparisons
    assert len(cluster) == len(posts)
    assert len(asked) <= LARGEST


def test_a_burst_by_one_author_is_one_person() -> None:
    # Given one author who says it thirty times, and another one
    posts = [said(str(n), OUTAGE, by="loud", minutes=n) for n in range(30)]
    posts.append(said("other", OUTAGE, by="quiet", minutes=3))
    # When people are counted, then there are two
    assert authors_by_hour(posts, hour_of) == {NOW: 2}


def test_hours_are_counted_apart() -> None:
    posts = [said("1", OUTAGE, by="anna"), said("2", OUTAGE, by="anna", minutes=70)]
    assert authors_by_hour(posts, hour_of) == {NOW: 1, NOW + HOUR: 1}


def test_later_posts_belong_when_they_are_like_one_of_the_first() -> None:
    posts = [said("1", f"Help! {OUTAGE}"), said("2", "a very different matter, if you ask me")]
    assert names(belong(posts, [OUTAGE], alike)) == {"1"}
    assert not belong(posts, [], alike)
    assert not belong(posts, ["kort"], alike)


def test_shared_words_are_named_the_longest_first() -> None:
    # Given people who share some words
    texts = [
        "Weer geen internet in Utrecht sinds vanochtend!",
        "@noordlicht geen internet in Utrecht, bel me",
        "Ook hier: GEEN INTERNET IN UTRECHT https://t.example/x",
        "ik heb geen idee wat er is",
    ]
    # When their words are asked for, then the shared run is one phrase, without its parts
    assert common_phrases(texts) == ("geen internet in utrecht",)


def test_people_who_share_no_words_have_no_phrases() -> None:
    assert common_phrases(["one two three", "four five six"]) == ()
    assert common_phrases([]) == ()


def test_of_a_long_text_its_beginning_is_compared_and_read() -> None:
    # Given long texts that begin alike, and go on otherwise
    asked: list[int] = []

    def look(text: str, others: Sequence[str]) -> Collection[int]:
        asked.extend(map(len, (text, *others)))
        return alike(text, others)

    words = [" ".join(f"w{n}x{m}" for m in range(4_000)) for n in range(3)]
    posts = [said(str(n), OUTAGE * 8 + words[n]) for n in range(3)]
    # When they are compared, and their phrases looked for
    [cluster] = clusters_of(posts, names(posts), look)
    # Then neither takes longer than a short text does
    assert len(cluster) == 3
    assert max(asked) <= LONGEST
    assert "internet" not in str(common_phrases([f"{'word ' * LONGEST}{OUTAGE}"] * 2))


def test_phrases_are_those_of_so_many_texts() -> None:
    # Given more texts than are read, of which the later ones say something else
    texts = [OUTAGE] * MOST_READ + ["the app logs me out"] * 3 * MOST_READ
    # When phrases are looked for, then those of the read ones are found
    assert "the app" not in " ".join(common_phrases(texts))
