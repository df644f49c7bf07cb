"""Own faces and false ones: who looks like the company, and who only has something of its name."""

import pytest

from factories import author, mention
from gehoor.domain.faces import Company, faces_in, resemblance
from gehoor.domain.lookalikes import is_one_slip_apart, looks

COMPANY = Company(
    accounts=frozenset(
        {
            ("mastodon", "noordlicht@social.example"),
            ("x", "noordlicht"),
            ("bluesky", "noordlicht.example"),
        }
    ),
    staff=frozenset({("mastodon", "eva@social.example")}),
    names=("Noordlicht", "noordlicht"),
)


def by(handle: str, shown: str = "", network: str = "mastodon", company: Company = COMPANY) -> str:
    return resemblance(author(network=network, handle=handle, display_name=shown), company)


@pytest.mark.parametrize(
    ("handle", "network", "how"),
    [
        ("@noordlicht_", "x", "reads like noordlicht"),
        ("@noordl1cht", "x", "reads like noordlicht"),
        ("@noordIicht", "x", "reads like noordlicht"),
        ("@n\u043e\u043erdlicht", "mastodon", "reads like noordlicht"),
        ("@\uff4e\uff4fordlicht", "mastodon", "reads like noordlicht"),
        ("@noordlicht2024", "x", "reads like noordlicht"),
        ("@noordlicht_support", "x", "noordlicht with “support” added"),
        ("@Noordlicht_Klantenservice", "x", "noordlicht with “klantenservice” added"),
        ("@klantenservice_noordlicht_nl", "x", "noordlicht with “klantenservice nl” added"),
        ("@noordlichtwebcare", "x", "noordlicht with “webcare” added"),
        ("@noordlicht_webcare1", "x", "noordlicht with “webcare” added"),
        ("@noordlicht_support_nl_24", "x", "noordlicht with “support nl” added"),
        ("@nordlicht", "x", "differs by a letter from noordlicht"),
        ("@noordlihct", "x", "differs by a letter from noordlicht"),
        ("@noordllicht", "x", "differs by a letter from noordlicht"),
        ("@noordlicht@other.example", "mastodon", "on another server"),
        ("@noordlicht.bsky.social", "bluesky", "has the name of our account"),
        ("@noordlicht-support.bsky.social", "bluesky", "with “support” added"),
    ],
)
def test_a_handle_that_looks_like_ours_is_told_with_how(
    handle: str, network: str, how: str
) -> None:
    assert how in by(handle, network=network)


@pytest.mark.parametrize(
    ("shown", "how"),
    [
        ("Noordlicht Klantenservice", "with “klantenservice” added"),
        ("Noordlicht | Klantenservice", "with “klantenservice” added"),
        ("NOORDLICHT", "is our name"),
        ("Noordlicht!", "is our name"),
        ("Noordl!cht", "is our name"),
        ("N\u043eordlicht \u2714 Official", "with “official” added"),
    ],
)
def test_a_shown_name_that_looks_like_ours_is_told(shown: str, how: str) -> None:
    assert how in by("@jan", shown)


@pytest.mark.parametrize(
    ("handle", "shown"),
    [
        ("@noordlichtfan", "Fan van Noordlicht"),
        ("@jan_noordlicht", "Jan Noordlicht"),
        ("@noordlichten", "Aurora"),
        ("@noordlichts", ""),
        ("@noordzee", "Noordzee"),
        ("@noordlichtshow", "Noordlicht Show"),
        ("@support", "Support"),
        ("@klantenservice", "Klantenservice"),
        ("@lichtnoord", "Licht"),
        ("@anna", "Anna"),
        ("@", ""),
        ("@😀", "😀"),
    ],
)
def test_somebody_who_only_has_something_of_our_name_is_nobody_false(
    handle: str, shown: str
) -> None:
    assert by(handle, shown) == ""


@pytest.mark.parametrize(
    ("handle", "network"),
    [
        ("@noordlicht@social.example", "mastodon"),
        ("@Noordlicht@Social.example", "mastodon"),
        ("@noordlicht", "x"),
        ("@eva@social.example", "mastodon"),
        ("@pers.noordlicht.example", "bluesky"),
    ],
)
def test_our_own_accounts_and_staff_are_no_false_faces(handle: str, network: str) -> None:
    assert by(handle, "Noordlicht Support", network=network) == ""


def test_a_short_name_meets_too_many_others_for_a_slip_or_a_short_word() -> None:
    short = Company(accounts=frozenset({("x", "ns")}), names=("NS",))
    assert [by(handle, "NS", "x", short) for handle in ("@nsb", "@nl_ns", "@mns")] == [""] * 3
    assert "with “klantenservice” added" in by("@ns_klantenservice", "", "x", short)
    assert "with “webcare” added" in by("@jan", "NS Webcare", "x", short)
    assert by("@jan", "NS cs", "x", short) == ""


@pytest.mark.parametrize("network", ["mastodon", "x"])
def test_our_own_handle_at_the_end_of_a_sentence_is_ours(network: str) -> None:
    # Given customers who end a sentence with our handle, or the name of one that looks like it
    said = "Thanks, @noordlicht. Or is it @noordlicht_help... No, @noordlicht@social.example."
    # When that is looked at, then only the other one is told, as it is written without the dots
    faces = faces_in(mention(network=network, text=said), COMPANY)
    assert [face.handle for face in faces] == ["@noordlicht_help"]


def test_a_handle_that_a_customer_names_is_seen_too_once() -> None:
    # Given a customer who writes to the company and to somebody who looks like it
    post = mention(
        network="mastodon",
        text="@noordlicht @noordlicht_support @noordlicht_support @noordlichtfan help",
    )
    # When it is looked at
    faces = faces_in(post, COMPANY)
    # Then that handle is told once, with the post that names it and nobody's identity
    assert [(face.handle, face.identity, face.seen_at) for face in faces] == [
        ("@noordlicht_support", "", post.permalink)
    ]


def test_an_author_who_names_themselves_is_one_face() -> None:
    false = author(network="mastodon", handle="@noordlicht_help@a.example", display_name="Help")
    post = mention(network="mastodon", author=false, text="@noordlicht_help@a.example here")
    assert [face.identity for face in faces_in(post, COMPANY)] == [false.identity]


def test_nobody_is_judged_by_a_name_that_was_not_asked_for() -> None:
    unnamed = author(network="x", handle="noordlicht_support", named=False)
    assert faces_in(mention(author=unnamed), COMPANY) == ()


@pytest.mark.parametrize(
    ("one", "other", "is_close"),
    [
        ("licht", "licht", False),
        ("licht", "lich", True),
        ("licht", "lichtt", True),
        ("licht", "licth", True),
        ("licht", "lucht", True),
        ("licht", "lichten", False),
        ("licht", "lcith", False),
        ("", "a", True),
        ("", "", False),
    ],
)
def test_a_slip_is_one_letter(one: str, other: str, is_close: bool) -> None:
    assert is_one_slip_apart(one, other) is is_close
    assert is_one_slip_apart(other, one) is is_close


def test_names_look_alike_whatever_draws_them() -> None:
    same = ("Noordlicht", "N00RDL1CHT", "noord.licht", "No\u00f6rdlicht", "n\u03bfordlicht")
    assert {looks(name) for name in same} == {looks("noordlicht")}
