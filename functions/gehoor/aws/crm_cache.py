"""What a CRM told, kept for a short while in the table `state`."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from gehoor.aws.items import (
    SCHEMA_VERSION,
    dump,
    key,
    load,
    moment,
    number,
    read_moment,
    read_text,
    text,
)
from gehoor.aws.translate import translated
from gehoor.domain.crm import CrmFacts
from gehoor.domain.mention import digest
from gehoor.errors import (
    AuthExpired,
    ContractBroken,
    GehoorError,
    Gone,
    NotAllowed,
    RateLimited,
    Rejected,
    Unavailable,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef

    from gehoor.domain.ticket import CustomerProfile
    from gehoor.ports.helpdesk import Crm
    from gehoor.ports.surroundings import Clock

FRESH = timedelta(minutes=15)
FAILED = timedelta(minutes=1)
_OF_ONE_CUSTOMER = (Gone, Rejected, ContractBroken)
_OF_ALL = (Unavailable, RateLimited, AuthExpired, NotAllowed)
_FAILURES = {kind.__name__: kind for kind in (*_OF_ONE_CUSTOMER, *_OF_ALL)}


class CachedCrm:
    """Fits `ports.Crm`: what was told is fresh for FRESH, a failure is not tried again for FAILED.

    A CRM that is down fails for every customer, so that it is waited for once a minute and not once
    a mention. `connect` is called when there is something to ask: what it raises is a failure too.
    """

    def __init__(
        self, client: DynamoDBClient, table: str, connect: Callable[[], Crm], clock: Clock
    ) -> None:
        self._client = client
        self._table = table
        self._connect = connect
        self._clock = clock

    def about(self, customer: CustomerProfile) -> CrmFacts:
        """What the CRM knows, or knew a short while ago; its errors likewise."""
        own = key(f"crm#{digest(customer.external_id)}", "facts")
        shared = key("crm", "failure")
        known = self._kept(own) or self._kept(shared)
        if known is not None:
            return known
        try:
            facts = self._connect().about(customer)
        except GehoorError as error:
            place = own if isinstance(error, _OF_ONE_CUSTOMER) else shared
            self._keep(place, FAILED, failure=type(error).__name__, reason=str(error))
            raise
        self._keep(own, FRESH, facts=dump(facts))
        return facts

    def _kept(self, place: dict[str, AttributeValueTypeDef]) -> CrmFacts | None:
        """What is kept and still fresh; a failure that is kept is raised."""
        with translated("reading what the CRM told"):
            item = self._client.get_item(TableName=self._table, Key=place).get("Item", {})
        fresh_until = read_moment(item, "fresh_until")
        if fresh_until is None or fresh_until <= self._clock():
            return None
        failure = _FAILURES.get(read_text(item, "failure"))
        if failure is not None:
            raise failure(read_text(item, "reason"))
        facts = read_text(item, "facts")
        return load(CrmFacts, facts, "what the CRM told") if facts else None

    def _keep(self, place: dict[str, AttributeValueTypeDef], age: timedelta, **told: str) -> None:
        fresh_until = self._clock() + age
        with translated("keeping what the CRM told"):
            self._client.put_item(
                TableName=self._table,
                Item={
                    **place,
                    "schema": number(SCHEMA_VERSION),
                    "fresh_until": text(moment(fresh_until)),
                    "expires_at": number(int(fresh_until.timestamp())),
                    **{name: text(value) for name, value in told.items()},
                },
            )
