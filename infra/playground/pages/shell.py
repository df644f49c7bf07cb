"""What all pages share: who may ask, what the browser may load, how parts of a page are sent."""

from datetime import datetime
from http import HTTPStatus
from urllib.parse import urlsplit

from flask import Blueprint, Response, abort, make_response, render_template, request
from flask.typing import ResponseReturnValue

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
    " form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
LOCAL_NAMES = frozenset({"127.0.0.1", "localhost"})
CHANGING = frozenset({"POST", "PUT", "PATCH", "DELETE"})
AVATAR_COLOURS = 6

blueprint = Blueprint("start", __name__)


@blueprint.get("/")
def start() -> ResponseReturnValue:
    """What this is, and where to go."""
    return render_template("start.html")


def protect(pages: Blueprint) -> None:
    """Give a blueprint of pages its checks, headers and filters."""
    pages.before_request(_refuse_strangers)
    pages.after_request(_add_headers)
    pages.register_error_handler(OverflowError, _no_such_id)
    pages.add_app_template_filter(_clock_time, "clock_time")
    pages.add_app_template_filter(_day, "day")
    pages.add_app_template_filter(_initials, "initials")
    pages.add_app_template_filter(_colour, "colour")


def part(template: str, **values: object) -> ResponseReturnValue:
    """A part of a page; 304 when the browser has it already."""
    response = make_response(render_template(template, **values))
    response.add_etag()
    return response.make_conditional(request)


def wants_json() -> bool:
    """Whether the page's script asks, rather than a plain form."""
    return request.accept_mimetypes.best == "application/json"


def _refuse_strangers() -> None:
    """Other sites open in the same browser must not read or write here.

    The name in the address must be this machine's (a foreign name may be pointed at 127.0.0.1), and
    a change must come from these pages.
    """
    if urlsplit(f"//{request.host}").hostname not in LOCAL_NAMES:
        abort(HTTPStatus.FORBIDDEN)
    origin = request.headers.get("Origin")
    if request.method in CHANGING and origin not in (None, request.host_url.rstrip("/")):
        abort(HTTPStatus.FORBIDDEN)


def _no_such_id(_error: OverflowError) -> ResponseReturnValue:
    """An id larger than any record's."""
    return "Not found", HTTPStatus.NOT_FOUND


def _add_headers(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["Cache-Control"] = "no-cache"
    return response


def _clock_time(moment: str) -> str:
    """A time in this machine's zone: the hour today, the day before that."""
    local = datetime.fromisoformat(moment).astimezone()
    if local.date() == datetime.now().astimezone().date():
        return f"{local:%H:%M}"
    return f"{local.day} {local:%b, %H:%M}"


def _day(moment: str) -> str:
    local = datetime.fromisoformat(moment).astimezone()
    return f"{local.day} {local:%b %Y}"


def _initials(name: str) -> str:
    words = [word for word in name.replace(",", " ").split() if word[0].isalnum()]
    return "".join(word[0] for word in words[:2]).upper() or "?"


def _colour(name: str) -> int:
    """A colour number that stays with the name."""
    return sum(name.encode("utf-8")) % AVATAR_COLOURS


protect(blueprint)
