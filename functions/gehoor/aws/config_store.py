"""The configuration in the table `state`: every version that was pushed, and which one counts."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from gehoor.aws.items import key, moment, number, read_number, read_text, text
from gehoor.aws.translate import translated
from gehoor.config import INSTALLED, ConfigMissing, from_json, to_json
from gehoor.errors import ContractBroken, Unavailable

if TYPE_CHECKING:
    from datetime import datetime

    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef

    from gehoor.aws.items import Item
    from gehoor.config import AppConfig, Installed
    from gehoor.ports.surroundings import Clock

ENTITY = "config"
CURRENT = "current"
SCHEMA_VERSION = 1
COMPLETE = "complete"
"""Marks a version that tells all defaults of adapters, so that it can be read without them. What an
earlier gehoor stored has no mark, and is read with them."""

ATTEMPTS = 10
RACE = frozenset({"ConditionalCheckFailed", "TransactionConflict"})


class ConfigStore:
    """Keeps every version, numbered from 1. Calls raise as `translated` says."""

    def __init__(
        self, client: DynamoDBClient, table: str, installed: Installed = INSTALLED
    ) -> None:
        self._client = client
        self._table = table
        self._installed = installed

    def push(self, config: AppConfig, now: datetime) -> int:
        """Make `config` the current version; returns its number.

        What is current already gets no new number. Two pushes at once get two numbers; the last one
        counts. Unavailable when others push all the time.
        """
        document = to_json(config)
        for _ in range(ATTEMPTS):
            version = self.version()
            if version and self._document(version) == document:
                return version
            if self._put(version + 1, document, now):
                return version + 1
        message = "the configuration is being pushed by somebody else; push again"
        raise Unavailable(message)

    def version(self) -> int:
        """The number of the current version, 0 before the first push."""
        return read_number(self._item(CURRENT), "version")

    def current(self) -> tuple[int, AppConfig]:
        """The current version; ConfigMissing before the first push.

        ConfigInvalid when the version was pushed by a gehoor that knew other settings.
        """
        version = self.version()
        if not version:
            message = "no configuration was pushed yet; run: gehoor config push gehoor.yaml"
            raise ConfigMissing(message)
        item = self._item(_part(version))
        installed = self._installed if COMPLETE in item else INSTALLED
        return version, from_json(_document_in(item, version), installed)

    def _document(self, version: int) -> str:
        return _document_in(self._item(_part(version)), version)

    def _item(self, part: str) -> Item:
        with translated("reading the configuration"):
            answer = self._client.get_item(
                TableName=self._table, Key=key(ENTITY, part), ConsistentRead=True
            )
        return answer.get("Item", {})

    def _put(self, version: int, document: str, now: datetime) -> bool:
        """Store a version and point to it, both or none: False when the number is taken."""
        new: TransactWriteItemTypeDef = {
            "Put": {
                "TableName": self._table,
                "Item": {
                    **key(ENTITY, _part(version)),
                    "document": text(document),
                    "pushed_at": text(moment(now)),
                    "schema_version": number(SCHEMA_VERSION),
                    COMPLETE: number(1),
                },
                "ConditionExpression": "attribute_not_exists(entity)",
            }
        }
        pointer: TransactWriteItemTypeDef = {
            "Put": {
                "TableName": self._table,
                "Item": {**key(ENTITY, CURRENT), "version": number(version)},
                "ConditionExpression": "attribute_not_exists(entity) OR version = :before",
                "ExpressionAttributeValues": {":before": number(version - 1)},
            }
        }
        with translated("storing the configuration"):
            try:
                self._client.transact_write_items(TransactItems=[new, pointer])
            except ClientError as error:
                if _lost_the_race(error):
                    return False
                raise
        return True


class CachedConfig:
    """Gives the current configuration, and looks for a newer one at most every `max_age_s`.

    The same object comes back while the version is the same, so what was built from it stays good.
    """

    def __init__(self, store: ConfigStore, clock: Clock, max_age_s: float = 60) -> None:
        self._store = store
        self._clock = clock
        self._max_age = timedelta(seconds=max_age_s)
        self._read_at: datetime | None = None
        self._held: tuple[int, AppConfig] | None = None

    def __call__(self) -> AppConfig:
        """The configuration; errors as `ConfigStore.current`."""
        now = self._clock()
        fresh = self._read_at is not None and abs(now - self._read_at) < self._max_age
        if self._held is None or not fresh:
            self._held = self._newest(self._held)
            self._read_at = now
        return self._held[1]

    def _newest(self, held: tuple[int, AppConfig] | None) -> tuple[int, AppConfig]:
        if held is not None and held[0] == self._store.version():
            return held
        return self._store.current()


def _document_in(item: Item, version: int) -> str:
    document, schema = read_text(item, "document"), read_number(item, "schema_version")
    if not document or schema > SCHEMA_VERSION:
        cause = "was stored by a newer gehoor" if document else "is not stored"
        message = f"configuration version {version} {cause}; run: gehoor config push"
        raise ContractBroken(message)
    return document


def _part(version: int) -> str:
    return f"version#{version:08}"


def _lost_the_race(error: ClientError) -> bool:
    reasons: Any = dict(error.response).get("CancellationReasons", [])
    return any(reason.get("Code") in RACE for reason in reasons)
