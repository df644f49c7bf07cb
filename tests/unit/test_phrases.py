"""The words of a text, as phrases are looked up in them."""

from hypothesis import given
from hypothesis import strategies as st

from gehoor.domain.phrases import LINK, words_of

LINKS = (
    "https://example.com/a?b=c",
    "HTTP://EXAMPLE.COM",
    "www.example",
    "WWW.x",
    "www.(x",
    "example.nl",
    "a-b.shop",
    "example.de/kaart",
)
text_around = st.text(st.sampled_from("ab Z.,:!-_/'@#\n\u0301\u00e9\U0001f620"), max_size=12)


@given(st.sampled_from(LINKS), text_around, text_around)
def test_a_link_is_one_wherever_it_stands(link: str, before: str, after: str) -> None:
    words = words_of(f"{before}\n{link} {after}")
    assert LINK in [word.folded for word in words]


@given(text_around)
def test_a_link_beside_it_makes_no_other_words_of_a_text(text: str) -> None:
    # Given a text, and the same with a link in front
    link = "https://x "
    alone, beside = words_of(text), words_of(f"{link}{text}")[1:]
    # Then its words are the same, each in its place
    assert [(w.folded, w.start + len(link)) for w in alone] == [(w.folded, w.start) for w in beside]
