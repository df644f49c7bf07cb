"""YouTube: what is said below a brand's channel and its videos, or videos about it.

Reads comment threads, new replies in them and, where asked for, comments that wait for a moderator;
answers below them as the channel. YouTube has no private messages. Every call is counted against
the day's quota of the Google Cloud project.
Source: https://developers.google.com/youtube/v3/docs
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Annotated, Literal, Self, cast

from pydantic import Field, StringConstraints, model_validator

from gehoor.authorization_code import PersonSignIn, source_command
from gehoor.domain.capabilities import Capabilities, Measure
from gehoor.domain.case import ReplyAddress
from gehoor.domain.listing import Ask, Listing
from gehoor.domain.mention import Mention
from gehoor.domain.network import Found, Posted, Thread
from gehoor.errors import AuthExpired, ContractBroken, NotAllowed
from gehoor.networks import _youtube_authorize
from gehoor.networks._youtube_answers import addressed, answer, answers_like
from gehoor.networks._youtube_api import IDS_AT_ONCE, Api
from gehoor.networks._youtube_authorize import Consent
from gehoor.networks._youtube_credentials import Credential, Secret, client_in, credential_of
from gehoor.networks._youtube_entries import Entries
from gehoor.networks._youtube_lookups import Rechecks, thread_around
from gehoor.networks._youtube_quota import UNITS_A_READ, Allowance, Spending
from gehoor.networks._youtube_reading import Lists
from gehoor.networks._youtube_watch import RECHECKED, Bounds
from gehoor.settings import Duration, SecretName, SourceSettings, Url
from gehoor.wiring import NetworkWiring

DESCRIPTION = "comments and replies below a channel and its videos, or videos that a search finds"
TESTED = (
    "against recordings, and a stand-in that Google's interface description judges with Prism; "
    "not yet against YouTube itself"
)

_DAY = timedelta(days=1)
_COMMENTS, _REPLIES, _VIDEOS = "comments", "replies", "videos"
_BY_HAND = "Open the link and answer as the channel in YouTube."
_NO_MESSAGES = (
    "Tell the customer in public where to reach you, and ask for no personal details there: "
    "YouTube has no messages."
)

UNITS_FOR_LOOKS = 100
"""What polling has to leave of a day for looks at older posts: they pay for 125 new comments a day
at least, each looked at eight times within a month, twenty in a call of one unit or two."""

REFRESH_WITHIN = timedelta(days=30)
"""https://developers.google.com/youtube/terms/developer-policies, "Handling YouTube Data"."""

CAPABILITIES = Capabilities(
    reply=True, message=False, text_limit=10_000, instead=_NO_MESSAGES, threads=True
)


class Settings(SourceSettings):
    """A brand's channel to hear, or a search for videos about it.

    `secret` names an API key, which only reads, or a consent. With `query` the source finds videos
    in place of the channel's comments, whose own it leaves out. `moderation` are states of comments
    that are read too, which takes the owner's consent. The quota is the Google Cloud project's:
    `units_per_day` of which polling leaves `units_for_answers`, and `searches_per_day`. Replies are
    looked for in at most `watched_threads`, for `watched_for` after anything was written in them.
    """

    network: Literal["youtube"]
    secret: SecretName
    channel: Annotated[str, StringConstraints(pattern=r"^UC[A-Za-z0-9_-]{22}$")]
    query: Annotated[str, StringConstraints(min_length=1, max_length=200)] | None = None
    moderation: tuple[Literal["heldForReview", "likelySpam"], ...] = ()
    units_per_day: Annotated[int, Field(ge=1)] = 10_000
    units_for_answers: Annotated[int, Field(ge=0)] = 2_000
    searches_per_day: Annotated[int, Field(ge=1)] = 100
    watched_threads: Annotated[int, Field(ge=RECHECKED, le=5_000)] = 500
    watched_for: Annotated[Duration, Field(ge=timedelta(hours=1), le=timedelta(days=90))] = (
        timedelta(days=14)
    )
    text_limit: Annotated[int, Field(ge=200)] = 10_000
    base_url: Url = "https://www.googleapis.com/youtube/v3"
    token_url: Url = "https://oauth2.googleapis.com/token"  # noqa: S105  # where tokens are asked for

    @property
    def polls_a_day(self) -> int:
        """How often the source is read between two resets of the quota, at most."""
        shortest, _ = self.bounds
        return -(-_DAY // shortest)

    @property
    def units_a_poll(self) -> int:
        """What a poll costs that finds nothing new, in units; a search costs none."""
        if self.query:
            return 0
        looked_up = -(-2 * RECHECKED // IDS_AT_ONCE)
        return UNITS_A_READ * (1 + len(self.moderation) + looked_up)

    @property
    def units_a_day(self) -> int:
        """What polls that find nothing new cost between two resets of the quota, at most."""
        return self.polls_a_day * self.units_a_poll

    @model_validator(mode="after")
    def _pays_for_a_day(self) -> Self:
        polls, room = self.polls_a_day, self.units_per_day - self.units_for_answers
        if self.query and polls > self.searches_per_day:
            message = (
                f"every, or fastest, is too short: it means {polls} searches a day, and "
                f"searches_per_day is {self.searches_per_day}"
            )
            raise ValueError(message)
        if self.units_a_day + UNITS_FOR_LOOKS > room:
            message = (
                f"every, or fastest, is too short: polling costs {self.units_a_day} units a day "
                f"then, looks at older posts take {UNITS_FOR_LOOKS} or more, and units_per_day "
                f"without units_for_answers is {room}"
            )
            raise ValueError(message)
        return self


def connect(settings: SourceSettings, wiring: NetworkWiring) -> "YouTube":
    """A connection to the channel; AuthExpired when the secret holds no credential that will do."""
    own = cast("Settings", settings)
    secret = Secret(own.secret, wiring.secret)
    credential = credential_of(own.id, secret, own.token_url, wiring.http)
    if own.moderation and not credential.can_write:
        message = (
            f"{own.secret} holds an API key, and moderation takes the owner's consent; set it to "
            f"an OAuth client, and run: {source_command(own.id)}"
        )
        raise AuthExpired(message)
    return YouTube(own, _api(own, credential, wiring))


def person_sign_in(settings: SourceSettings, _handle: str, wiring: NetworkWiring) -> PersonSignIn:
    """How the channel's owner consents; AuthExpired when the secret has no OAuth client."""
    own = cast("Settings", settings)
    client = client_in(Secret(own.secret, wiring.secret))
    consent = Consent(own.id, own.channel, own.secret, client, own.token_url)
    return _youtube_authorize.person_sign_in(
        consent, lambda credential: _api(own, credential, wiring).own_channels(), wiring.http
    )


def _api(own: Settings, credential: Credential, wiring: NetworkWiring) -> Api:
    allowance = Allowance(
        f"youtube:{own.secret}",
        own.units_per_day,
        own.units_for_answers,
        own.units_a_day,
        own.searches_per_day,
    )
    return Api(own.base_url, credential, Spending(allowance, wiring.quota), wiring.http)


class YouTube:
    """One channel, as one credential sees it; fits `gehoor.ports.Network`."""

    def __init__(self, settings: Settings, api: Api) -> None:
        self._settings = settings
        self._api = api
        self._entries = Entries(settings, settings.channel)
        bounds = Bounds(settings.watched_threads, settings.watched_for)
        self._rechecks = Rechecks(api, self._entries, settings.channel, settings.moderation)
        self._lists = Lists(api, self._entries, settings.channel, bounds)

    def capabilities(self) -> Capabilities:
        """Answers in public, as the channel, where somebody has consented to it."""
        known = replace(CAPABILITIES, text_limit=self._settings.text_limit)
        if self._api.can_write:
            return known
        return replace(known, reply=False, threads=False, instead=_BY_HAND)

    def lists(self) -> tuple[str, ...]:
        """Videos of a search, or comments, those that wait for a moderator, and new replies.

        Named with what they are of, as the place in one list means nothing in another.
        """
        if self._settings.query:
            return (f"{_VIDEOS} {self._settings.query.casefold()}",)
        kinds = (_COMMENTS, *self._settings.moderation, _REPLIES)
        return tuple(f"{kind} {self._settings.channel}" for kind in kinds)

    def read(self, ask: Ask, now: datetime) -> Listing:
        """One page. PositionLost when YouTube does not know the page any more.

        QuotaSpent, until midnight in California, when the day's units do not pay for it.
        """
        return replace(self._page(ask, now), credential_ends_at=self._api.credential_ends_at)

    def _page(self, ask: Ask, now: datetime) -> Listing:
        kind, _, _ = ask.list_name.partition(" ")
        if kind == _VIDEOS:
            return self._lists.videos(ask, self._settings.query or "")
        if kind == _REPLIES:
            return self._lists.replies(ask, now)
        if kind == _COMMENTS:
            return self._lists.comments(ask, now)
        return self._lists.moderated(ask, kind)

    def parse(self, raw: str, now: datetime) -> Mention:
        """Read an item that was set aside again."""
        try:
            item = json.loads(raw)
        except ValueError as exc:
            message = "the item is no JSON"
            raise ContractBroken(message) from exc
        return self._entries.mention(item)

    def thread(self, mention: Mention) -> Thread:
        """The thread of a reply; a first comment or a video begins its own. Gone when it is.

        One unit, or two and more where it has more than a few replies.
        """
        return thread_around(self._api, mention, self._settings.channel)

    def measure(self, address: ReplyAddress, text: str) -> Measure:
        """The length with the handle that `reply` puts in front."""
        return Measure(len(addressed(address, text)), self._settings.text_limit)

    def reply(self, address: ReplyAddress, text: str, key: str) -> Posted:
        """Answer in public; YouTube takes no key, so a lost answer is looked for by its text.

        NotAllowed with the reason in an agent's words where YouTube lets nobody answer.
        """
        if not self._api.can_write:
            message = f"gehoor has no consent to write on YouTube. {_BY_HAND}"
            raise NotAllowed(message)
        return answer(self._api, address, text)

    def find_replies(self, address: ReplyAddress, text: str, key: str) -> tuple[Posted, ...]:
        """The channel's own comments that say the same, newest first."""
        return answers_like(self._api, address, text, self._settings.channel)

    def recheck(self, native_ids: Sequence[str]) -> Mapping[str, Found | None]:
        """What comments and videos are now, None for those that are gone."""
        return self._rechecks.now(native_ids)
