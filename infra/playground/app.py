"""Builds the playground's application."""

from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus

from flask import Flask, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from playground.api import control, fields, gate, jobs, oauth, tickets, users
from playground.api import webhooks as webhooks_api
from playground.config import Settings
from playground.context import EXTENSION, Playground, keep_staff, utc_now
from playground.desk import ratelimit, webhooks
from playground.desk.deliveries import DeliveryWorker
from playground.desk.oauth import OAuth
from playground.desk.store import Store
from playground.pages import desk, shell, street

MAX_BODY = 5_000_000


def build(settings: Settings, clock: Callable[[], datetime] = utc_now) -> Playground:
    """Open the database and bring staff and webhooks from the settings up to date."""
    store = Store(settings.database)
    place = Playground(
        settings=settings,
        store=store,
        clock=clock,
        worker=DeliveryWorker(store, clock, settings.resolve),
        account_budget=ratelimit.per_minute(settings.requests_per_minute),
        ticket_budget=ratelimit.per_ticket(),
        oauth=OAuth(settings.oauth_clients),
    )
    with store.transaction() as db:
        agent = keep_staff(db, settings, place.now())
        for webhook in settings.webhooks:
            webhooks.keep(db, webhook, agent["id"], place.now())
    return place


def create_app(place: Playground) -> Flask:
    """The application: API and pages."""
    app = Flask(__name__, static_folder="pages/static", template_folder="pages/templates")
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY
    app.extensions[EXTENSION] = place
    for module in (users, tickets, fields, jobs, webhooks_api, oauth, control, shell, desk, street):
        app.register_blueprint(module.blueprint)
    app.add_url_rule("/_health", view_func=health)
    app.register_error_handler(HTTPException, not_served)
    # Flask documents this assignment as the way to wrap an application.
    app.wsgi_app = gate.lose_answers(gate.without_suffix(app.wsgi_app))  # type: ignore[assignment,method-assign]
    return app


def not_served(error: HTTPException) -> ResponseReturnValue:
    """Nothing at this address, or not this way: JSON below /api, a plain page elsewhere."""
    if request.path.startswith("/api/"):
        body = {"error": "InvalidEndpoint", "description": error.name}
        return body, error.code or HTTPStatus.INTERNAL_SERVER_ERROR
    return error.get_response()


def health() -> ResponseReturnValue:
    """Ready to serve."""
    return {"status": "ok"}
