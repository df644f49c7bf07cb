"""What posts on Bluesky hold besides their text: pictures, films, cards of links, quoted posts.

Authors' programs can write anything, so each part is read with care.
Sources: the lexicons app.bsky.embed.{images,video,external,record,recordWithMedia}
"""

from collections.abc import Iterator
from typing import Any

from gehoor.domain.mention import Image
from gehoor.domain.text import clean

_POSTS = "app.bsky.feed.post"


def has_pictures(embed: Any) -> bool:
    """Whether there are pictures in it."""
    return any(_parts(embed, "images"))


def pictures(view: Any) -> tuple[Image, ...]:
    """The pictures, where the network keeps them; only the network's view tells that."""
    return tuple(
        Image(one["fullsize"], clean(_text(one.get("alt"))))
        for one in _parts(view, "images")
        if _text(one.get("fullsize"))
    )


def descriptions(embed: Any) -> Iterator[str]:
    """What the author says is to be seen in pictures and films."""
    for image in _parts(embed, "images"):
        if _text(image.get("alt")):
            yield f"[image: {clean(_text(image['alt']))}]"
    for one in _embeds(embed):
        if "video" in one and _text(one.get("alt")):
            yield f"[video: {clean(_text(one['alt']))}]"


def linked_page(embed: Any) -> str:
    """The address of the page of which a card is shown, "" when there is none."""
    cards = (_text(_fields(one.get("external")).get("uri")) for one in _embeds(embed))
    return next(filter(None, cards), "")


def quoted_post(embed: Any) -> str:
    """The name of the post that is quoted, "" when none is: feeds and lists can be shown too."""
    for one in _embeds(embed):
        uri = _text(one.get("uri")) or _text(_fields(one.get("record")).get("uri"))
        if uri.startswith("at://") and uri.split("/")[3:4] == [_POSTS] and uri.count("/") == 4:
            return uri
    return ""


def _embeds(embed: Any) -> Iterator[dict[str, Any]]:
    """The embed itself, and the media and the post it may be put together from."""
    fields = _fields(embed)
    for one in (fields, _fields(fields.get("media")), _fields(fields.get("record"))):
        if one:
            yield one


def _parts(embed: Any, name: str) -> Iterator[dict[str, Any]]:
    for one in _embeds(embed):
        found = one.get(name)
        yield from map(_fields, found if isinstance(found, list) else [])


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _fields(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
