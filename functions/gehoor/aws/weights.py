"""What was learned of a desk's corrections, in the table `state`: one item a language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gehoor.aws.items import dump, key, load, number, packed, read_number, read_packed
from gehoor.aws.translate import translated
from gehoor.domain.learned import Weights
from gehoor.errors import ContractBroken

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from mypy_boto3_dynamodb import DynamoDBClient

    from gehoor.ports.surroundings import Clock

ENTITY = "triage"
SCHEMA_VERSION = 1


class WeightsStore:
    """Keeps what was learned of each language. Calls raise as `translated` says."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client = client
        self._table = table

    def put(self, weights: Weights) -> None:
        """Store what was learned of a language, in place of before.

        It is some 40 KB; an item holds 400.
        """
        with translated("storing what triage learned"):
            self._client.put_item(
                TableName=self._table,
                Item={
                    **key(ENTITY, _part(weights.language)),
                    "weights": packed(dump(weights)),
                    "schema_version": number(SCHEMA_VERSION),
                },
            )

    def get(self, language: str) -> Weights | None:
        """What was learned of a language, None for nothing.

        ContractBroken when the item is damaged, or a newer gehoor stored it.
        """
        with translated("reading what triage learned"):
            answer = self._client.get_item(TableName=self._table, Key=key(ENTITY, _part(language)))
        item = answer.get("Item")
        if item is None:
            return None
        if read_number(item, "schema_version") > SCHEMA_VERSION:
            message = "what triage learned was stored by a newer gehoor; run: gehoor triage train"
            raise ContractBroken(message)
        return load(Weights, read_packed(item, "weights", "triage"), "what triage learned")

    def remove(self, language: str) -> None:
        """Judge a language by the rules alone again."""
        with translated("removing what triage learned"):
            self._client.delete_item(TableName=self._table, Key=key(ENTITY, _part(language)))


class CachedWeights:
    """Gives what was learned of a language, read at most every `max_age`."""

    def __init__(self, store: WeightsStore, clock: Clock, max_age: timedelta) -> None:
        self._store = store
        self._clock = clock
        self._max_age = max_age
        self._held: dict[str, tuple[datetime, Weights | None]] = {}

    def __call__(self, language: str) -> Weights | None:
        """What was learned; errors as `WeightsStore.get`."""
        now = self._clock()
        read_at, weights = self._held.get(language, (None, None))
        if read_at is None or abs(now - read_at) >= self._max_age:
            weights = self._store.get(language)
            self._held[language] = (now, weights)
        return weights


def _part(language: str) -> str:
    return f"weights#{language}"
