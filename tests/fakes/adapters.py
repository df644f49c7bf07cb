"""Adapters' settings without adapters: two networks, a helpdesk, a CRM, as small as can be."""

from typing import Annotated, Any, Literal

from pydantic import Field

from gehoor.config import Adapters, Installed
from gehoor.settings import CrmSettings, HelpdeskSettings, SecretName, Settings, SourceSettings, Url


class Window(Settings):
    """A part inside an adapter's part."""

    first_day: str = "monday"


class MastodonSettings(SourceSettings):
    """A network that needs a secret."""

    network: Literal["mastodon"]
    base_url: Url
    secret: SecretName
    window: Window | None = None


class FeedSettings(SourceSettings):
    """A network that needs none."""

    network: Literal["feed"]
    url: Url


class ZendeskSettings(HelpdeskSettings):
    """A helpdesk with a limit of its own."""

    kind: Literal["zendesk"]
    requests_per_minute: Annotated[int, Field(ge=10, le=2500)] = 200


class BackOfficeSettings(CrmSettings):
    """A CRM with parts in a list."""

    kind: Literal["backoffice"]
    show: tuple[Window, ...] = ()


NETWORKS: dict[str, type[Settings]] = {"feed": FeedSettings, "mastodon": MastodonSettings}
HELPDESKS: dict[str, type[Settings]] = {"zendesk": ZendeskSettings}
CRMS: dict[str, type[Settings]] = {"backoffice": BackOfficeSettings}
STUBS = Installed(
    networks=Adapters(lambda: tuple(NETWORKS), NETWORKS.__getitem__),
    helpdesks=Adapters(lambda: tuple(HELPDESKS), HELPDESKS.__getitem__),
    crms=Adapters(lambda: tuple(CRMS), CRMS.__getitem__),
)


def document() -> dict[str, Any]:
    """A small valid configuration, fresh at every call."""
    return {
        "company": "Noordlicht",
        "brands": [
            {
                "id": "noordlicht",
                "languages": ["nl", "en"],
                "accounts": {"mastodon": "noordlicht@social.example"},
            }
        ],
        "sources": [
            {
                "id": "masto",
                "network": "mastodon",
                "brand": "noordlicht",
                "base_url": "https://social.example",
                "secret": "/gehoor/masto",
                "every": "1m",
            },
            {
                "id": "alerts",
                "network": "feed",
                "brand": "noordlicht",
                "url": "https://news.example/alerts.xml",
            },
        ],
        "helpdesk": {
            "kind": "zendesk",
            "base_url": "https://noordlicht.zendesk.example",
            "secret": "/gehoor/zendesk",
        },
        "desk": {"time_zone": "Europe/Amsterdam", "first_response": "90m"},
    }
