"""Users, their identities and their tickets."""

from http import HTTPStatus
from typing import Any

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from playground.api import gate, limits, render
from playground.api.gate import act, body
from playground.api.paging import Query, order, page
from playground.api.tickets import ticket_page
from playground.context import playground, transaction
from playground.desk import identities, user_deletion, user_merge, users
from playground.desk.errors import forbidden, invalid, parse, too_many_values
from playground.desk.inputs import IdentityInput, MergeTarget, UserInput

blueprint = Blueprint("users", __name__, url_prefix="/api/v2/users")
gate.add_to(blueprint)

MAX_MANY = 100
ORDERS = ("created_at", "updated_at", "name")
ANONYMOUS: dict[str, Any] = {
    "id": None,
    "name": "Anonymous user",
    "email": "invalid@example.com",
    "role": "end-user",
    "verified": False,
    "external_id": None,
    "tags": [],
    "active": True,
    "user_fields": {},
}


@blueprint.get("/me")
def me() -> ResponseReturnValue:
    """Who the credentials belong to: with none or wrong ones 200 and nobody, as recorded."""
    user = gate.token_user()
    return {"user": ANONYMOUS if user is None else render.user(user)}


@blueprint.get("")
def list_users() -> ResponseReturnValue:
    """All users, or those of one external id."""
    query = Query("active_users")
    if "external_id" in request.args:
        query = Query("active_users", "external_id = ?", (request.args["external_id"],))
    with transaction() as db:
        return page(db, "users", query, order(ORDERS), render.user)


@blueprint.post("")
def create() -> ResponseReturnValue:
    """A new user; 422 DuplicateValue when email or external id are taken."""
    with transaction() as db:
        user = users.create(db, _given(), act().now)
        return _created(render.user(user))


@blueprint.post("/create_or_update")
def create_or_update() -> ResponseReturnValue:
    """The user of this external id or email: 201 when made, 200 when changed."""
    given = _given()
    with transaction() as db:
        known = users.match(db, given)
        if known is not None:
            _spend_update(known["id"])
        row, new = users.create_or_update(db, given, act().now)
        user = render.user(row)
    return _created(user) if new else {"user": user}


@blueprint.post("/create_or_update_many")
def create_or_update_many() -> ResponseReturnValue:
    """Switched off, as on a real account until its owner asks for it."""
    raise forbidden()


@blueprint.get("/search")
def search() -> ResponseReturnValue:
    """Users of one external id, or whose name, email or external id contains the query."""
    if "external_id" in request.args:
        query = Query("active_users", "external_id = ?", (request.args["external_id"],))
    elif "query" in request.args:
        condition, parameters = users.search(request.args["query"])
        query = Query("active_users", condition, parameters)
    else:
        raise invalid("query", "BlankValue", "Query: cannot be blank")
    with transaction() as db:
        return page(db, "users", query, order(ORDERS), render.user)


@blueprint.get("/show_many")
def show_many() -> ResponseReturnValue:
    """Users by ids or external ids, at most 100."""
    column = "ids" if "ids" in request.args else "external_ids"
    values = [value for value in request.args.get(column, "").split(",") if value]
    if len(values) > MAX_MANY:
        raise too_many_values(column)
    marks = ", ".join("?" * len(values))
    query = Query("active_users", f"{column[:-1]} IN ({marks})", values)
    with transaction() as db:
        return page(db, "users", query, order(ORDERS), render.user)


@blueprint.get("/<int:user_id>")
def show(user_id: int) -> ResponseReturnValue:
    """One user."""
    with transaction() as db:
        return {"user": render.user(users.get(db, user_id))}


@blueprint.put("/<int:user_id>")
def update(user_id: int) -> ResponseReturnValue:
    """Change a user."""
    given = _given()
    _spend_update(user_id)
    with transaction() as db:
        return {"user": render.user(users.update(db, user_id, given, act().now))}


@blueprint.delete("/<int:user_id>")
def delete(user_id: int) -> ResponseReturnValue:
    """Delete an end user; answers what is left of it."""
    with transaction() as db:
        return {"user": render.user(user_deletion.delete(db, act(), user_id))}


@blueprint.put("/<int:user_id>/merge")
def merge(user_id: int) -> ResponseReturnValue:
    """Merge an end user into the one in the body; answers that one."""
    target = parse(MergeTarget, body("user"))
    with transaction() as db:
        return {"user": render.user(user_merge.merge(db, act(), user_id, target.id))}


@blueprint.get("/<int:user_id>/related")
def related(user_id: int) -> ResponseReturnValue:
    """How many tickets a user has."""
    with transaction() as db:
        return {"user_related": users.related(db, user_id)}


@blueprint.get("/<int:user_id>/tickets/requested")
def requested(user_id: int) -> ResponseReturnValue:
    """The tickets a user asked for."""
    with transaction() as db:
        users.get(db, user_id)
        return ticket_page(db, Query("live_tickets", "requester_id = ?", (user_id,)))


@blueprint.get("/<int:user_id>/identities")
def list_identities(user_id: int) -> ResponseReturnValue:
    """A user's identities."""
    with transaction() as db:
        users.get(db, user_id)
        query = Query("identities", "user_id = ?", (user_id,))
        return page(db, "identities", query, order(()), render.identity)


@blueprint.post("/<int:user_id>/identities")
def create_identity(user_id: int) -> ResponseReturnValue:
    """A new identity; 422 when its type is unknown or somebody has it."""
    given = parse(IdentityInput, body("identity"))
    with transaction() as db:
        users.get_active(db, user_id)
        identity = render.identity(identities.add(db, user_id, given, act().now))
    return {"identity": identity}, HTTPStatus.CREATED, {"Location": identity["url"]}


@blueprint.get("/<int:user_id>/identities/<int:identity_id>")
def show_identity(user_id: int, identity_id: int) -> ResponseReturnValue:
    """One identity."""
    with transaction() as db:
        return {"identity": render.identity(identities.get(db, user_id, identity_id))}


@blueprint.delete("/<int:user_id>/identities/<int:identity_id>")
def delete_identity(user_id: int, identity_id: int) -> ResponseReturnValue:
    """Take an identity away."""
    with transaction() as db:
        identities.remove(db, user_id, identity_id, act().now)
    return "", HTTPStatus.NO_CONTENT


def _given() -> UserInput:
    return parse(UserInput, body("user"))


def _spend_update(user_id: int) -> None:
    """Count a change of the user's record."""
    limits.spend(playground().budgets.user_updates, user_id)


def _created(user: dict[str, Any]) -> ResponseReturnValue:
    return {"user": user}, HTTPStatus.CREATED, {"Location": user["url"]}
