"""The hourly counts that storms are judged by, in the table `state`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gehoor.aws.items import SCHEMA_VERSION, dump, key, load, number, packed, read_packed
from gehoor.aws.translate import translated
from gehoor.domain.storm import BrandWatch

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef


class DynamoBrandWatches:
    """Fits `ports.BrandWatches`: one small item a brand."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client = client
        self._table = table

    def get(self, brand: str) -> BrandWatch | None:
        """The brand's counts, None when nobody was heard yet."""
        with translated("reading a brand's counts"):
            answer = self._client.get_item(
                TableName=self._table, Key=_watch_key(brand), ConsistentRead=True
            )
        if "Item" not in answer:
            return None
        what = f"the counts of {brand}"
        return load(BrandWatch, read_packed(answer["Item"], "watch", what), what)

    def put(self, brand: str, watch: BrandWatch) -> None:
        """Store the counts."""
        with translated("storing a brand's counts"):
            self._client.update_item(
                TableName=self._table,
                Key=_watch_key(brand),
                UpdateExpression="SET #schema = :schema, watch = :watch",
                ExpressionAttributeNames={"#schema": "schema"},
                ExpressionAttributeValues={
                    ":schema": number(SCHEMA_VERSION),
                    ":watch": packed(dump(watch)),
                },
            )


def _watch_key(brand: str) -> dict[str, AttributeValueTypeDef]:
    return key(f"storms#{brand}", "counts")
