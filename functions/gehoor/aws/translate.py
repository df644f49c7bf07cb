"""From the errors of the AWS SDK to those of gehoor."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, cast

from botocore.exceptions import BotoCoreError, ClientError

from gehoor.errors import GehoorError, NotAllowed, Rejected, Unavailable

_DENIED = frozenset(
    {
        "AccessDenied",
        "AccessDeniedException",
        "ExpiredTokenException",
        "InvalidClientTokenId",
        "UnrecognizedClientException",
    }
)
_BUSY = frozenset(
    {
        "InternalServerError",
        "ItemCollectionSizeLimitExceededException",
        "LimitExceededException",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "ServiceUnavailable",
        "ThrottledException",
        "Throttling",
        "ThrottlingException",
        "TooManyUpdates",
        "TransactionConflictException",
    }
)
CONDITION_FAILED = "ConditionalCheckFailedException"


def code_of(error: ClientError) -> str:
    """The error code AWS gave."""
    return str(error.response.get("Error", {}).get("Code", ""))


def item_in_the_way(error: ClientError) -> Mapping[str, Any]:
    """The item that made a condition fail, when the call asked for it with ALL_OLD."""
    # The SDK's types leave it out of an error's answer.
    answer = cast("Mapping[str, Any]", error.response)
    found: Mapping[str, Any] = answer.get("Item", {})
    return found


@contextmanager
def translated(what: str) -> Iterator[None]:
    """Run AWS calls; `what` names them in the errors that come out.

    A failed condition passes through: it is an answer, and the caller knows what it means.
    """
    try:
        yield
    except ClientError as error:
        if code_of(error) == CONDITION_FAILED:
            raise
        raise _client_error(what, error) from error
    except BotoCoreError as error:
        message = f"{what}: AWS could not be reached ({type(error).__name__})"
        raise Unavailable(message) from error


def _client_error(what: str, error: ClientError) -> GehoorError:
    code = code_of(error)
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    if code in _DENIED:
        return NotAllowed(f"{what}: AWS refused ({code}); check the role's rights")
    if code in _BUSY or status >= 500 or status == 429:
        return Unavailable(f"{what}: AWS is busy ({code})")
    return Rejected(f"{what}: AWS rejected the call ({code})")
