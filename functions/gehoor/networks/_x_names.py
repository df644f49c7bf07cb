"""Who is who on X, and when an id was given out."""

import re
from datetime import UTC, datetime, timedelta
from typing import Annotated

from pydantic import AliasChoices, AliasPath, BaseModel, BeforeValidator, Field

from gehoor.domain.reach import count_of

_FIRST = datetime(2010, 11, 4, 1, 42, 54, 657000, UTC)
"""The time that ids count from (https://docs.x.com/resources/fundamentals/x-ids)."""

_BITS_BELOW_THE_TIME = 22
_ID = re.compile(r"[0-9]{1,20}")


class Named(BaseModel):
    """An account: its id, and its names, which change; "" where nobody asked for them.

    `followers` goes into no mention: see `reach_of`.
    """

    id: str
    username: str = ""
    name: str = ""
    protected: bool = False
    followers: Annotated[
        int | None,
        BeforeValidator(count_of),
        Field(
            validation_alias=AliasChoices(
                "followers", AliasPath("public_metrics", "followers_count")
            )
        ),
    ] = None

    @property
    def handle(self) -> str:
        """How an agent reads the account."""
        return f"@{self.username}" if self.username else f"user {self.id}"

    @property
    def profile_url(self) -> str:
        """Where the account can be seen."""
        return f"https://x.com/{self.username or f'i/user/{self.id}'}"

    def address_of(self, post_id: str) -> str:
        """Where a post of the account can be seen."""
        return f"https://x.com/{self.username or 'i'}/status/{post_id}"


def is_id(text: str) -> bool:
    """Whether a text is the id of a post, message or account: a number of 64 bits."""
    return _ID.fullmatch(text) is not None


def time_of(native_id: str) -> datetime:
    """When X gave out the id of a post or message, which is when it was made."""
    return _FIRST + timedelta(milliseconds=int(native_id) >> _BITS_BELOW_THE_TIME)
