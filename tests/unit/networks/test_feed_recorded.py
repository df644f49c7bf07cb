"""Every recorded feed is read, or refused for a reason: nothing else ever happens."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from feed_server import feed_of, read
from gehoor.domain.mention import Mention
from gehoor.errors import ContractBroken
from pages import Page

RECORDED = Path(__file__).parents[2] / "fixtures" / "networks" / "feed"
NOW = datetime(2026, 11, 1, tzinfo=UTC)

# How many items each feed gives, and how many are set aside as there is nothing to read or open.
COUNTS = {
    "fj_AmazonWebServicesBlog.xml": (10, 0),
    "fj_AtomFeedWithSpacesAroundEquals.xml": (1, 0),
    "fj_DuplicateContentAtomFeed.xml": (10, 0),
    "fj_FeedBurnerXHTML.xml": (10, 0),
    "fj_HuffPostCanada.xml": (2, 0),
    "fj_InvalidDateFormat.xml": (2, 0),
    "fj_Permalinks.xml": (4, 0),
    "fj_RSSWithComments.xml": (30, 0),
    "fj_SamRuby.xml": (20, 0),
    "fj_atom_with_link_tag_for_url_unmarked.xml": (1, 0),
    "fj_json_feed.json": (20, 0),
    "google_alerts.atom.xml": (12, 0),
    "hg_github_rss.atom": (20, 0),
    "hg_iso-8859-1.rss": (1, 0),
    "hg_onethingwell.rss": (20, 0),
    "nf_category-feed.xml": (1, 0),
    "nf_guid-dupes.xml": (1, 0),
    "nf_iconv.xml": (10, 0),
    "nf_illegally-nested.xml": (10, 1),
    "nf_intertwingly.atom": (20, 0),
    "nf_rss-with-relative-urls.xml": (2, 0),
    "nf_rss2sample.xml": (4, 0),
    "nf_saxerror.xml": (3, 0),
    "nf_unknown-namespace.atom": (1, 0),
    "rd_empty.rss": (0, 1),
    "rd_full.atom": (2, 3),
    "rd_invalid.json": (2, 6),
    "rd_relative.rss": (1, 0),
    "rp_content-encoded.rss": (7, 0),
    "rp_craigslist.rss": (25, 0),
    "rp_encoding.rss": (40, 0),
    "rp_guardian.rss": (55, 0),
    "rp_heise.atom": (15, 0),
    "rp_missing-fields.atom": (0, 1),
    "rp_reddit-atom.rss": (24, 0),
    "rp_uolNoticias.rss": (15, 0),
}
REFUSED = {
    "nf_notafeed.html": "what looks like an HTML page",
    "rp_unrecognized.rss": "what looks like an HTML page",
    "fp_ill_aaa_illformed.xml": "broken XML",
    "fp_ill_rss_empty_document.xml": "broken XML",
    "fp_enc_bozo_invalid-bytes-with-bom.xml": "broken XML",
    "fp_wf_cdf_channel_href_map_link.xml": "XML of another kind",
}


def recorded(name: str, memory: Mapping[str, Any] | None = None) -> Page:
    """What a recorded feed gives, sent with the content type its leading comment names."""
    body = (RECORDED / name).read_bytes()
    header = re.search(rb"Header:\s*Content-type:\s*(.*)", body, re.IGNORECASE)
    content_type = header[1].decode("ascii").strip() if header else "application/xml"
    return read(feed_of(body, {"Content-Type": content_type}), memory, NOW)


def only(name: str) -> Mention:
    (mention,) = recorded(name).mentions
    return mention


ALL = sorted(path.name for path in RECORDED.iterdir() if path.name != "README.md")


@pytest.mark.parametrize("name", ALL)
def test_every_recorded_feed_is_read_or_refused(name: str) -> None:
    if name in REFUSED:
        with pytest.raises(ContractBroken, match=REFUSED[name]):
            recorded(name)
        return

    page = recorded(name)

    counts = (len(page.mentions), len(page.broken))
    assert counts == COUNTS.get(name, counts)
    assert len({mention.mention_id for mention in page.mentions}) == len(page.mentions)
    for mention in page.mentions:
        assert mention.text
        assert mention.author.handle
        assert mention.permalink.startswith("http")
        assert datetime(1995, 1, 1, tzinfo=UTC) <= mention.posted_at <= NOW
        assert not re.search(r"\S@\S+\.\w", mention.author.handle)


@pytest.mark.parametrize("name", sorted(set(ALL) - set(REFUSED)))
def test_reading_again_gives_nothing_new(name: str) -> None:
    page = recorded(name)

    again = recorded(name, page.memory)

    assert (again.mentions, again.broken) == ((), ())
    assert again.memory == page.memory


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("fp_enc_euc-kr-item.xml", "년"),
        ("fp_enc_demoronize-2.xml", "don\u2019t"),
        ("fp_enc_double-encoded-html.xml", "…"),
        ("fp_enc_bozo_double-encoded-html.xml", "…"),
        ("fp_enc_http_text_xml_charset_2.xml", "Foo\n\nThis is a £“test.”"),
        ("fp_enc_http_text_xml_charset_overrides_encoding_2.xml", "Foo\n\nThis is a £“test.”"),
        ("hg_iso-8859-1.rss", "Mëkanïk Zaïn"),
        ("fp_wf_atom10_entry_content_escaped_markup.xml", "Example Atom"),
        ("fp_wf_atom10_entry_summary_type_text.xml", "Example Atom"),
        ("fp_wf_atom10_entry_title_text_plain_brackets.xml", "History of the <blink> tag"),
        ("fp_wf_rss_item_description_code_br.xml", "<br />"),
        ("fp_wf_rss_item_description_naked_markup.xml", "Example description"),
        ("fp_wf_cdf_item_abstract_map_summary.xml", "Example description"),
        ("fp_wf_rdf_rdf_item_title.xml", "Example title"),
    ],
)
def test_the_text_is_what_the_recording_says(name: str, text: str) -> None:
    assert only(name).text == text


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (
            "fp_ill_rss_item_link_corrupted_ampersands.xml",
            {"permalink": "http://link/get?a=1&b=2"},
        ),
        ("fp_wf_atom10_entry_id_no_normalization_5.xml", {"uri": "http://www.example.com/~bob"}),
        (
            "fp_wf_atom10_entry_link_alternate_map_link_3.xml",
            {"permalink": "http://www.example.com/alternate"},
        ),
        (
            "fp_wf_rss_item_guid_not_permalink_not_guidislink_2.xml",
            {"uri": "http://guid.example.com/", "permalink": "http://link.example.com/"},
        ),
        ("nf_category-feed.xml", {"language_hint": "en-us"}),
        (
            "fj_atom_with_link_tag_for_url_unmarked.xml",
            {
                "uri": "tag:www.innoq.com,2009:/blog/phaus//25.3526",
                "permalink": "http://www.innoq.com/blog/phaus/2009/07/ja.html",
                "title": "ja,",
                "language_hint": "en",
            },
        ),
        ("fp_wf_namespace_atomthreadingwithentry.xml", {"title": "bloffo bliff by te..."}),
        (
            "rd_relative.rss",
            {
                "permalink": "https://feed.example/dir/blog/post/1",
                "text": "<script>evil</script> content",
            },
        ),
    ],
)
def test_fields_of_single_items(name: str, expected: dict[str, Any]) -> None:
    mention = only(name)

    assert {field: getattr(mention, field) for field in expected} == expected


def test_feedburner_links_lead_to_the_real_address() -> None:
    mentions = recorded("fj_FeedBurnerXHTML.xml").mentions

    assert {mention.permalink.split("/")[2] for mention in mentions} == {"www.rotoauthority.com"}
    assert mentions[-1].author.handle == "Alex Steers McCrum"


def test_google_alerts_name_the_story_and_not_the_alert() -> None:
    mentions = recorded("google_alerts.atom.xml").mentions

    assert all("google." not in mention.uri + mention.permalink for mention in mentions)
    assert {mention.uri == mention.permalink for mention in mentions} == {True}
    assert {mention.author.handle for mention in mentions} == {"Google Alert - Slack"}
    assert not any("<b>" in mention.text for mention in mentions)


def test_dates_are_read_and_in_order() -> None:
    posted = [mention.posted_at for mention in recorded("nf_rss2sample.xml").mentions]

    assert posted == sorted(posted)
    assert posted[-1] == datetime(2003, 6, 3, 9, 39, 21, tzinfo=UTC)


def test_relative_links_of_a_site_are_resolved() -> None:
    permalinks = [m.permalink for m in recorded("nf_rss-with-relative-urls.xml").mentions]

    assert all(
        link.startswith("https://feed.example/en/games/neverwinter/news/detail/")
        for link in permalinks
    )


def test_a_broken_item_leaves_those_around_it() -> None:
    titles = {mention.title for mention in recorded("nf_saxerror.xml").mentions}

    assert titles == {"Good Item", "Bad Item", "Item After Error"}


def test_a_json_feed() -> None:
    mention = recorded("fj_json_feed.json").mentions[-1]

    assert mention.uri.startswith("http://inessential.com/20")
    assert mention.language_hint == "en-US"
    assert "<" not in mention.text
