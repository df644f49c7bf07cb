"""An answer on Bluesky: a post below the one it answers.

Its key is made from the answer's own, so a call that is repeated cannot post twice, and one whose
answer was lost is found by looking at that key.
Sources: https://docs.bsky.app/docs/advanced-guides/posts#replies,
https://docs.bsky.app/docs/api/com-atproto-repo-create-record
"""

from datetime import datetime
from typing import Any

from gehoor.domain.case import ReplyAddress
from gehoor.domain.mention import Visibility
from gehoor.domain.network import Posted
from gehoor.errors import ContractBroken, Gone, Rejected, UnknownOutcome
from gehoor.networks._bluesky_api import Api, fields_of
from gehoor.networks._bluesky_errors import RequestRefused
from gehoor.networks._bluesky_facets import facets_of
from gehoor.networks._bluesky_post import COLLECTION, Reply, permalink
from gehoor.networks._bluesky_tid import tid_named

_WHAT = "bluesky: the answer"


def answer(api: Api, address: ReplyAddress, text: str, key: str) -> Posted:
    """Post an answer to a post that is still there and may be answered.

    Bluesky takes answers to posts that are gone, so it is looked at right before.
    """
    refers_to = _looked_at(api, address.native_id)
    own_key = _key(address, key)
    body = {
        "repo": api.own.did,
        "collection": COLLECTION,
        "rkey": own_key,
        "record": _record(api, address, text, refers_to),
    }
    try:
        fields = fields_of(api.post("com.atproto.repo.createRecord", body, _WHAT))
    except RequestRefused:
        posted = find_answer(api, address, key)
        if posted is None:
            raise
        return posted
    except ContractBroken as exc:
        message = f"{_WHAT} may be posted, but the server does not say so clearly"
        raise UnknownOutcome(message) from exc
    return _posted(str(fields.get("uri")), api, own_key)


def find_answer(api: Api, address: ReplyAddress, key: str) -> Posted | None:
    """The answer of this key, None when it was not posted."""
    own_key = _key(address, key)
    found = api.own_post(own_key)
    return _posted(found.parent.uri, api, own_key) if found else None


def _looked_at(api: Api, uri: str) -> Reply:
    """What an answer to the post refers to; a thread of several posts goes on below an own one."""
    repo, _, key = uri.removeprefix("at://").split("/", 2)
    if repo == api.own.did:
        own = api.own_post(key)
        if own is None:
            message = f"bluesky: the own post {uri} is no longer there"
            raise Gone(message)
        return own
    post = api.post_now(uri)
    if post.viewer.reply_disabled:
        message = f"{_WHAT} is refused: the author lets only some people answer this post"
        raise Rejected(message)
    return post.answer


def _record(api: Api, address: ReplyAddress, text: str, refers_to: Reply) -> dict[str, Any]:
    facets = mentions_resolved(api, address, text)
    return {
        "$type": COLLECTION,
        "text": text,
        "createdAt": _written_at(api.now()),
        "reply": refers_to.model_dump(),
        **({"facets": facets} if facets else {}),
    }


def mentions_resolved(api: Api, address: ReplyAddress, text: str) -> list[dict[str, Any]]:
    """The facets of a text to an author, who is known without asking."""
    author = address.handle.removeprefix("@").casefold()

    def did_of(handle: str) -> str | None:
        return address.author_id if handle.casefold() == author else api.did_of(handle)

    return facets_of(text, did_of)


def _key(address: ReplyAddress, key: str) -> str:
    """The record's key: of this answer to this post, whoever's ticket numbers are alike."""
    return tid_named(f"{address.native_id}\n{key}")


def _written_at(now: datetime) -> str:
    return now.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _posted(uri: str, api: Api, own_key: str) -> Posted:
    expected = f"at://{api.own.did}/{COLLECTION}/{own_key}"
    if uri != expected:
        message = f"{_WHAT} may be posted, but under another name than was asked"
        raise UnknownOutcome(message)
    return Posted(uri, permalink(uri), Visibility.PUBLIC)
