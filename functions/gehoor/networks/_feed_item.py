"""A feed and its items, whatever dialect they came in."""

from datetime import timedelta
from urllib.parse import urljoin

from pydantic import AwareDatetime, BaseModel, ConfigDict

from gehoor.domain.frozen import frozen


class Item(BaseModel):
    """One entry. `title` and `body` are plain text unless they are said to be HTML."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    guid: str = ""
    link: str = ""
    title: str = ""
    title_is_html: bool = False
    body: str = ""
    body_is_html: bool = False
    published: AwareDatetime | None = None
    author_name: str = ""
    author_url: str = ""
    language: str = ""


@frozen
class Document:
    """A feed. `pause` is how long it asks to be left alone; `broken` are reasons and raw items."""

    title: str
    items: tuple[Item, ...]
    pause: timedelta
    broken: tuple[tuple[str, str], ...] = ()


def joined(base: str, link: str) -> str:
    """A link made absolute, "" for one that is none."""
    try:
        return urljoin(base, link.strip()) if link.strip() else ""
    except ValueError:
        return ""
