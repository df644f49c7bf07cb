"""What was set up in the helpdesk, in the table `state`, so that the functions know its ids."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from gehoor.aws.items import dump, key, load, number, read_number, read_text, text
from gehoor.aws.translate import translated
from gehoor.domain.setup import HelpdeskSetup
from gehoor.errors import ContractBroken

if TYPE_CHECKING:
    from datetime import datetime

    from mypy_boto3_dynamodb import DynamoDBClient

    from gehoor.aws.items import Item
    from gehoor.ports.surroundings import Clock

KEY = key("helpdesk", "setup")
SCHEMA_VERSION = 1


class SetupStore:
    """Keeps one setup, with the helpdesk it was made in. Calls raise as `translated` says."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client = client
        self._table = table

    def put(self, base_url: str, setup: HelpdeskSetup) -> None:
        """Store what was set up in the helpdesk at `base_url`, in place of what was stored."""
        item: Item = {
            **KEY,
            "base_url": text(_account(base_url)),
            "document": text(dump(setup)),
            "schema_version": number(SCHEMA_VERSION),
        }
        with translated("storing the helpdesk's setup"):
            self._client.put_item(TableName=self._table, Item=item)

    def get(self, base_url: str) -> HelpdeskSetup:
        """What was set up in the helpdesk at `base_url`: nothing when it was another one.

        Ids mean nothing in another helpdesk, for one after a trial in a sandbox. ContractBroken
        when the item is damaged, or a newer gehoor stored it.
        """
        with translated("reading the helpdesk's setup"):
            item = self._client.get_item(TableName=self._table, Key=KEY).get("Item", {})
        if read_text(item, "base_url") != _account(base_url):
            return HelpdeskSetup()
        if read_number(item, "schema_version") > SCHEMA_VERSION:
            message = (
                "the helpdesk's setup was stored by a newer gehoor; "
                "run: gehoor helpdesk setup --apply"
            )
            raise ContractBroken(message)
        return load(HelpdeskSetup, read_text(item, "document"), "the helpdesk's setup")

    def remove(self) -> None:
        """Forget the setup; nothing to do when there is none."""
        with translated("removing the helpdesk's setup"):
            self._client.delete_item(TableName=self._table, Key=KEY)


class CachedSetup:
    """Gives the setup of a helpdesk, read at most every `max_age_s`."""

    def __init__(self, store: SetupStore, clock: Clock, max_age_s: float) -> None:
        self._store = store
        self._clock = clock
        self._max_age = timedelta(seconds=max_age_s)
        self._held: tuple[datetime, str, HelpdeskSetup] | None = None

    def __call__(self, base_url: str) -> HelpdeskSetup:
        """The setup; errors as `SetupStore.get`."""
        now = self._clock()
        if self._held is not None:
            read_at, of, setup = self._held
            if of == base_url and abs(now - read_at) < self._max_age:
                return setup
        setup = self._store.get(base_url)
        self._held = (now, base_url, setup)
        return setup


def _account(base_url: str) -> str:
    return base_url.rstrip("/")
