"""What an agent can do on a network that takes answers only where it was asked for."""

import pytest

from factories import mention
from gehoor.domain.capabilities import Summons
from gehoor.domain.mention import Visibility

SUMMONS = Summons(
    handle="@noordlicht",
    quoted="https://x.example/noordlicht/status/",
    by_hand="https://x.example/intent?to={native_id}",
)


@pytest.mark.parametrize(
    ("text", "is_allowed"),
    [
        ("@noordlicht where is it?", True),
        ("where is it, @NoordLicht?", True),
        ("(@noordlicht)", True),
        ("no words https://x.example/noordlicht/status/12", True),
        ("where is it, noordlicht?", False),
        ("@noordlichtbeurs where is it?", False),
        ("mail info@noordlicht now", False),
        ("@@noordlicht", False),
        ("https://x.example/zuidlicht/status/12", False),
        ("", False),
    ],
)
def test_a_post_that_names_or_quotes_the_brand_may_be_answered(text: str, is_allowed: bool) -> None:
    assert SUMMONS.allows(mention(text=text)) is is_allowed


def test_a_private_message_needs_no_summons() -> None:
    assert SUMMONS.allows(mention(text="hello", visibility=Visibility.DIRECT))


def test_the_link_leads_to_the_post() -> None:
    assert SUMMONS.link("12") == "https://x.example/intent?to=12"
