"""What became of posts: gone, edited, or as they were."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from gehoor.domain.network import Found
from gehoor.networks._x_api import Api, Looked
from gehoor.networks._x_entries import authors_of, is_heard
from gehoor.networks._x_memory import Remembered
from gehoor.networks._x_message import PREFIX
from gehoor.networks._x_money import Purpose
from gehoor.networks._x_names import Named, time_of
from gehoor.networks._x_post import Post, images_in, mention_of, reach_of
from gehoor.settings import SourceSettings

NEWS = timedelta(hours=1)
"""How old a post may be that nobody has stored yet: X has just pushed it."""


def recheck(
    native_ids: Sequence[str], api: Api, source: SourceSettings, now: datetime
) -> Mapping[str, Found | None]:
    """What posts are now; None for those X does not have, or does not show, any more.

    Left out are messages, because each would cost a call, and what is no mention. X charges for an
    author's names, so they are asked only where they may be stored: of posts that are edited or
    new. All else is stored as it is.
    """
    ids = [one for one in native_ids if not one.startswith(PREFIX)]
    if not ids:
        return {}
    found = api.posts(ids, Purpose.LOOK_AGAIN)
    newest = {
        post_id: post
        for post_id, post in _newest_versions(found, api).items()
        if is_heard(post, api.me)
    }
    to_store = [post.author_id for post in newest.values() if _is_to_be_stored(post, now)]
    authors, _ = authors_of(to_store, Remembered(), api, now)
    images = images_in(found.document)
    told: dict[str, Found | None] = dict.fromkeys(found.gone)
    for post_id, post in newest.items():
        author = authors.get(post.author_id) or Named(id=post.author_id)
        told[post_id] = Found(mention_of(post, author, images, source), reach_of(post, author))
    return told


def _newest_versions(found: Looked, api: Api) -> Mapping[str, Post]:
    """The posts by the ids they were asked by; X answers with the version that an id names."""
    last_ids = {post_id: post.versions[-1] for post_id, post in found.posts.items()}
    outdated = [last for post_id, last in last_ids.items() if last != post_id]
    newer = api.posts(outdated, Purpose.LOOK_AGAIN).posts if outdated else {}
    known = {**found.posts, **newer}
    return {post_id: known[last] for post_id, last in last_ids.items() if last in known}


def _is_to_be_stored(post: Post, now: datetime) -> bool:
    return post.edited_at is not None or now - time_of(post.id) < NEWS
