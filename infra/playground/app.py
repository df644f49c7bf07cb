"""Builds the playground's application."""

from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus

from flask import Flask, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from playground.api import (
    bulk,
    control,
    deleted_tickets,
    exports,
    gate,
    groups,
    jobs,
    oauth,
    tickets,
    uploads,
    users,
)
from playground.api import definitions as definitions_api
from playground.api import webhooks as webhooks_api
from playground.config import Settings
from playground.context import EXTENSION, Playground, keep_staff, playground, utc_now
from playground.desk import definitions, ratelimit, webhooks
from playground.desk import jobs as desk_jobs
from playground.desk.deliveries import DeliveryWorker
from playground.desk.oauth import OAuth
from playground.desk.store import Store
from playground.pages import desk, shell, street

API = (
    users,
    groups,
    tickets,
    bulk,
    deleted_tickets,
    definitions_api,
    jobs,
    uploads,
    exports,
    webhooks_api,
)
MAX_BODY = 5_000_000
NO_ENDPOINT = (HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED)


def build(settings: Settings, clock: Callable[[], datetime] = utc_now) -> Playground:
    """Open the database and bring staff and webhooks from the settings up to date."""
    store = Store(settings.database)
    place = Playground(
        settings=settings,
        store=store,
        clock=clock,
        worker=DeliveryWorker(store, clock, settings.resolve),
        budgets=ratelimit.budgets(_limits(settings), clock),
        oauth=OAuth(settings.oauth_clients),
    )
    with store.transaction() as db:
        definitions.keep_own(db, place.now())
        agent = keep_staff(db, settings, place.now())
        for webhook in settings.webhooks:
            webhooks.keep(db, webhook, agent["id"], place.now())
    return place


def _limits(settings: Settings) -> ratelimit.PerMinute:
    return ratelimit.PerMinute(
        requests=settings.requests_per_minute,
        ticket_lists=settings.ticket_lists_per_minute,
        ticket_updates=settings.ticket_updates_per_minute,
        user_updates=settings.user_updates_per_minute,
    )


def create_app(place: Playground) -> Flask:
    """The application: API and pages."""
    app = Flask(__name__, static_folder="pages/static", template_folder="pages/templates")
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY
    app.extensions[EXTENSION] = place
    for module in (*API, oauth, control, shell, desk, street):
        app.register_blueprint(module.blueprint)
    app.register_blueprint(uploads.files)
    app.before_request(finish_jobs)
    app.add_url_rule("/_health", view_func=health)
    app.register_error_handler(HTTPException, not_served)
    # Flask documents this assignment as the way to wrap an application.
    app.wsgi_app = gate.lose_answers(gate.without_suffix(app.wsgi_app))  # type: ignore[assignment,method-assign]
    return app


def finish_jobs() -> None:
    """Let the jobs end whose time is over, before anything can be read or changed."""
    place = playground()
    with place.store.transaction() as db:
        desk_jobs.finish_due(db, place.clock())


def not_served(error: HTTPException) -> ResponseReturnValue:
    """Nothing at this address, or not this way: JSON below /api, a plain page elsewhere."""
    if request.path.startswith("/api/"):
        status = error.code or HTTPStatus.INTERNAL_SERVER_ERROR
        name = "InvalidEndpoint" if status in NO_ENDPOINT else error.name.replace(" ", "")
        return {"error": name, "description": error.name}, status
    return error.get_response()


def health() -> ResponseReturnValue:
    """Ready to serve."""
    return {"status": "ok"}
