"""Refusals in the words and shapes of the Zendesk Support API."""

from http import HTTPStatus
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

Model = TypeVar("Model", bound=BaseModel)


class Refused(Exception):
    """A request the helpdesk does not carry out; says what the caller is answered."""

    def __init__(
        self, status: HTTPStatus, body: dict[str, Any], headers: dict[str, str] | None = None
    ) -> None:
        super().__init__(f"{status.value} {body.get('error')}")
        self.status = status
        self.body = body
        self.headers = headers or {}


def not_found() -> Refused:
    """The record does not exist (recorded)."""
    return Refused(HTTPStatus.NOT_FOUND, {"error": "RecordNotFound", "description": "Not found"})


def forbidden() -> Refused:
    """The caller's role or the account does not allow it."""
    return Refused(
        HTTPStatus.FORBIDDEN,
        {"error": "Forbidden", "description": "You do not have access to this page."},
    )


def invalid(field: str, error: str, description: str) -> Refused:
    """One field is wrong."""
    return invalid_fields({field: [{"error": error, "description": description}]})


def invalid_fields(details: dict[str, list[dict[str, str]]]) -> Refused:
    """Several fields are wrong."""
    return Refused(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        {
            "error": "RecordInvalid",
            "description": "Record validation errors",
            "details": details,
        },
    )


def too_many_values(parameter: str = "", most: int = 100) -> Refused:
    """More items than one call may carry (recorded, with its empty parameter name)."""
    return Refused(
        HTTPStatus.BAD_REQUEST,
        {
            "error": "TooManyValues",
            "description": f"Parameter {parameter} cannot specify more than {most} values",
            "max_count": most,
        },
    )


def bad_request(error: str, description: str) -> Refused:
    """The request itself makes no sense."""
    return Refused(HTTPStatus.BAD_REQUEST, {"error": error, "description": description})


def parse(model: type[Model], data: object) -> Model:
    """Check outside data against `model`; raises `Refused` with 422 and what is wrong."""
    try:
        return model.model_validate(data)
    except ValidationError as exc:
        details: dict[str, list[dict[str, str]]] = {}
        for error in exc.errors(include_url=False, include_input=False):
            path = [str(part) for part in error["loc"]] or ["base"]
            label = path[0].replace("_", " ").capitalize()
            where = f" ({'.'.join(path)})" if len(path) > 1 else ""
            details.setdefault(path[0], []).append(
                {
                    "error": "BlankValue" if error["type"] == "missing" else "InvalidValue",
                    "description": f"{label}: {error['msg']}{where}",
                }
            )
        raise invalid_fields(details) from exc
