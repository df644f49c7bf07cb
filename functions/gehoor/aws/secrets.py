"""Secrets in SSM Parameter Store. Values are never printed, logged or put into an error."""

from __future__ import annotations

from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from gehoor.aws.translate import code_of, translated
from gehoor.errors import AuthExpired, Rejected

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from mypy_boto3_ssm import SSMClient

    from gehoor.ports.surroundings import Clock


class Secrets:
    """Reads SecureString parameters through a cache of `max_age`, unless asked otherwise."""

    def __init__(self, client: SSMClient, clock: Clock, max_age: timedelta) -> None:
        self._client = client
        self._clock = clock
        self._max_age = max_age
        self._values: dict[str, tuple[datetime, str]] = {}

    def get(self, name: str, max_age: timedelta | None = None) -> str:
        """The value of a secret, read no longer than `max_age` ago.

        AuthExpired when there is none, with the command that sets it.
        """
        read_at, value = self._values.get(name, (None, ""))
        longest = self._max_age if max_age is None else max_age
        if read_at is not None and self._clock() - read_at < longest:
            return value
        value = self._read(name)
        self._values[name] = (self._clock(), value)
        return value

    def _read(self, name: str) -> str:
        try:
            with translated(f"reading secret {name}"):
                answer = self._client.get_parameter(Name=name, WithDecryption=True)
        except Rejected as error:
            cause = error.__cause__
            if isinstance(cause, ClientError) and code_of(cause) == "ParameterNotFound":
                message = f"secret {name} is not set; run: gehoor secret set {name}"
                raise AuthExpired(message) from None
            raise
        return answer["Parameter"]["Value"]

    def exists(self, name: str) -> bool:
        """Whether the secret has a value."""
        try:
            self._read(name)
        except AuthExpired:
            return False
        return True

    def put(self, name: str, value: str) -> int:
        """Set a secret; returns its version."""
        with translated(f"writing secret {name}"):
            answer = self._client.put_parameter(
                Name=name, Value=value, Type="SecureString", Overwrite=True
            )
        return answer["Version"]
