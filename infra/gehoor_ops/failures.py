"""Why a command failed, in one sentence, and what its user does next."""

from __future__ import annotations

from dataclasses import asdict
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from botocore import exceptions as aws

from gehoor.aws.translate import code_of
from gehoor.config import ConfigInvalid
from gehoor.errors import GehoorError, NotAllowed, Transient

if TYPE_CHECKING:
    from collections.abc import Iterable

NO_CREDENTIALS = "set AWS_PROFILE or AWS_ACCESS_KEY_ID, or start the embedded AWS with: gehoor up"
SIGN_IN = "sign in to AWS again, for example with: aws sso login"
CHECK_ENDPOINT = (
    "check the network, the region and AWS_ENDPOINT_URL; the embedded AWS starts with: gehoor up"
)
_BY_EXCEPTION: tuple[
    tuple[type[BaseException] | tuple[type[BaseException], ...], str, str], ...
] = (
    (
        (aws.NoCredentialsError, aws.PartialCredentialsError),
        "no AWS credentials were found",
        NO_CREDENTIALS,
    ),
    (
        aws.ProfileNotFound,
        "the AWS profile does not exist",
        "see the profiles with: aws configure list-profiles",
    ),
    (aws.NoRegionError, "no AWS region is set", "set AWS_REGION, for example to eu-west-1"),
    (
        (aws.SSOError, aws.TokenRetrievalError, aws.CredentialRetrievalError),
        "the AWS credentials could not be fetched",
        SIGN_IN,
    ),
    (
        (aws.HTTPClientError, aws.ConnectionError),
        "AWS does not answer",
        CHECK_ENDPOINT,
    ),
)
_EXPIRED = frozenset({"ExpiredToken", "ExpiredTokenException", "RequestExpired"})
_UNKNOWN_KEY = frozenset(
    {"InvalidClientTokenId", "UnrecognizedClientException", "SignatureDoesNotMatch"}
)


class CommandFailed(GehoorError):
    """A command cannot do what was asked.

    `details` joins the JSON document; `lines` is the same for people.
    """

    def __init__(
        self, cause: str, next_step: str, lines: tuple[str, ...] = (), **details: Any
    ) -> None:
        super().__init__(f"{cause}; {next_step}")
        self.cause = cause
        self.next_step = next_step
        self.lines = lines
        self.details = details


def unknown(what: str, name: str, known: Iterable[str], next_step: str) -> CommandFailed:
    """Nothing has this id; the nearest that exists is named."""
    close = get_close_matches(name, list(known), n=1)
    hint = f"; did you mean {close[0]}?" if close else ""
    return CommandFailed(
        f"there is no {what} {name}{hint}", next_step, nearest=close[0] if close else None
    )


def failure_of(error: GehoorError) -> CommandFailed:
    """Any error of gehoor as a cause and a next step."""
    if isinstance(error, CommandFailed):
        return error
    if isinstance(error, ConfigInvalid):
        return _stored_config(error)
    known = _aws_failure(error)
    if known is not None:
        return known
    cause, _, next_step = str(error).partition("; ")
    return CommandFailed(cause, next_step.removeprefix("run: ") or _usual_step(error))


def _stored_config(error: ConfigInvalid) -> CommandFailed:
    return CommandFailed(
        "the configuration that was pushed does not fit this version of gehoor",
        "mend the file and push it: gehoor config push gehoor.yaml",
        tuple(f"  {problem}" for problem in error.problems),
        problems=[asdict(problem) for problem in error.problems],
    )


def _aws_failure(error: GehoorError) -> CommandFailed | None:
    cause = error.__cause__
    for kind, words, next_step in _BY_EXCEPTION:
        if isinstance(cause, kind):
            return CommandFailed(words, next_step)
    code = code_of(cause) if isinstance(cause, aws.ClientError) else ""
    if code in _EXPIRED:
        return CommandFailed("the AWS credentials have expired", SIGN_IN)
    if code in _UNKNOWN_KEY:
        return CommandFailed("AWS does not know these credentials", NO_CREDENTIALS)
    return None


def _usual_step(error: GehoorError) -> str:
    if isinstance(error, Transient):
        return "wait a minute and try again"
    if isinstance(error, NotAllowed):
        return "ask for the missing right, or use other AWS credentials"
    return "read the cause above; nothing was changed after it"
