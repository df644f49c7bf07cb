"""Records as the JSON that Zendesk answers; keys and types follow recorded answers."""

import json
import sqlite3
from typing import Any

from playground.api.links import attachment, link
from playground.desk.jobs import Standing

MESSAGING = ("native_messaging",)
EMPTY_SOURCE: dict[str, Any] = {"from": {}, "to": {}, "rel": None}


def via(channel: str, followup_of: int | None = None) -> dict[str, Any]:
    """How something came in; a follow-up names the closed ticket it goes on from.

    The form of the latter is assumed.
    """
    if followup_of is None:
        return {"channel": channel, "source": EMPTY_SOURCE}
    source = {"from": {"ticket_id": followup_of}, "to": {}, "rel": "follow_up"}
    return {"channel": channel, "source": source}


def ticket(row: sqlite3.Row, followups: list[int], has_incidents: bool) -> dict[str, Any]:
    """A ticket."""
    custom_fields = json.loads(row["custom_fields"])
    return {
        "url": link(f"tickets/{row['id']}.json"),
        "id": row["id"],
        "external_id": row["external_id"],
        "via": via(row["via"], row["followup_of"]),
        "created_at": row["created_at"],
        "updated_at": row["updated_at"],
        "type": row["type"],
        "subject": row["subject"],
        "raw_subject": row["subject"],
        "description": row["description"],
        "priority": row["priority"],
        "status": row["status"],
        "recipient": None,
        "requester_id": row["requester_id"],
        "submitter_id": row["submitter_id"],
        "assignee_id": row["assignee_id"],
        "organization_id": row["organization_id"],
        "group_id": row["group_id"],
        "collaborator_ids": [],
        "follower_ids": [],
        "email_cc_ids": [],
        "forum_topic_id": None,
        "problem_id": row["problem_id"],
        "has_incidents": has_incidents,
        "is_public": bool(row["is_public"]),
        "due_at": row["due_at"],
        "tags": json.loads(row["tags"]),
        "custom_fields": custom_fields,
        "satisfaction_rating": json.loads(row["satisfaction_rating"] or "null"),
        "sharing_agreement_ids": [],
        "custom_status_id": None,
        "fields": custom_fields,
        "followup_ids": followups,
        "ticket_form_id": row["ticket_form_id"],
        "brand_id": row["brand_id"],
        "allow_channelback": False,
        "allow_attachments": True,
        "from_messaging_channel": row["via"] in MESSAGING,
    }


def comment(row: sqlite3.Row) -> dict[str, Any]:
    """A comment."""
    return {
        "id": row["id"],
        "type": "Comment",
        "author_id": row["author_id"],
        "body": row["body"],
        "html_body": row["html_body"],
        "plain_body": row["plain_body"],
        "public": bool(row["public"]),
        "attachments": [attachment(file) for file in json.loads(row["attachments"])],
        "audit_id": row["audit_id"],
        "via": via(row["via"]),
        "created_at": row["created_at"],
        "metadata": json.loads(row["metadata"]),
    }


def audit(row: sqlite3.Row) -> dict[str, Any]:
    """An audit."""
    return {
        "id": row["id"],
        "ticket_id": row["ticket_id"],
        "created_at": row["created_at"],
        "author_id": row["author_id"],
        "metadata": json.loads(row["metadata"]),
        "events": [_event(happened) for happened in json.loads(row["events"])],
        "via": via(row["via"]),
    }


def _event(happened: dict[str, Any]) -> dict[str, Any]:
    if "attachments" not in happened:
        return happened
    return happened | {"attachments": [attachment(file) for file in happened["attachments"]]}


def user(row: sqlite3.Row) -> dict[str, Any]:
    """A user."""
    staff = row["role"] != "end-user"
    return {
        "id": row["id"],
        "url": link(f"users/{row['id']}.json"),
        "name": row["name"],
        "email": row["email"],
        "created_at": row["created_at"],
        "updated_at": row["updated_at"],
        "time_zone": row["time_zone"],
        "iana_time_zone": row["time_zone"],
        "phone": row["phone"],
        "shared_phone_number": None,
        "photo": None,
        "locale_id": 1,
        "locale": row["locale"],
        "organization_id": None,
        "role": row["role"],
        "verified": bool(row["verified"]),
        "external_id": row["external_id"],
        "tags": json.loads(row["tags"]),
        "alias": row["alias"],
        "active": bool(row["active"]),
        "shared": False,
        "shared_agent": False,
        "last_login_at": None,
        "two_factor_auth_enabled": False,
        "signature": None,
        "details": row["details"],
        "notes": row["notes"],
        "role_type": None,
        "custom_role_id": None,
        "moderator": staff,
        "ticket_restriction": None if staff else "requested",
        "only_private_comments": False,
        "restricted_agent": not staff,
        "suspended": bool(row["suspended"]),
        "default_group_id": None,
        "report_csv": False,
        "user_fields": json.loads(row["user_fields"]),
    }


def group(row: sqlite3.Row) -> dict[str, Any]:
    """A group of agents; keys follow the specification."""
    return {
        "url": link(f"groups/{row['id']}.json"),
        "id": row["id"],
        "is_public": bool(row["is_public"]),
        "name": row["name"],
        "description": row["description"],
        "default": False,
        "deleted": bool(row["deleted"]),
        "created_at": row["created_at"],
        "updated_at": row["updated_at"],
    }


def identity(row: sqlite3.Row) -> dict[str, Any]:
    """One identity of a user."""
    return {
        "url": link(f"users/{row['user_id']}/identities/{row['id']}.json"),
        "id": row["id"],
        "user_id": row["user_id"],
        "type": row["type"],
        "value": row["value"],
        "verified": bool(row["verified"]),
        "primary": bool(row["is_primary"]),
        "created_at": row["created_at"],
        "updated_at": row["updated_at"],
        "undeliverable_count": 0,
        "deliverable_state": "deliverable",
    }


def job_queued(row: sqlite3.Row) -> dict[str, Any]:
    """A job as its first answer shows it: progress and results are null."""
    return {
        "id": row["id"],
        "url": link(f"job_statuses/{row['id']}.json"),
        "job_type": row["job_type"],
        "total": row["total"],
        "progress": None,
        "status": "queued",
        "message": None,
        "results": None,
    }


def job(row: sqlite3.Row, standing: Standing) -> dict[str, Any]:
    """A job as a later look shows it."""
    return {
        **job_queued(row),
        "progress": standing.progress,
        "status": standing.status,
        "message": standing.message,
        "results": json.loads(row["results"] or "null"),
    }


def webhook(row: sqlite3.Row) -> dict[str, Any]:
    """A webhook; of its authentication only what is no secret."""
    shown = {
        "id": row["id"],
        "name": row["name"],
        "description": row["description"],
        "status": row["status"],
        "subscriptions": json.loads(row["subscriptions"]),
        "created_at": row["created_at"],
        "created_by": row["created_by"],
        "endpoint": row["endpoint"],
        "http_method": row["http_method"],
        "request_format": row["request_format"],
    }
    if row["updated_at"]:
        shown |= {"updated_by": row["updated_by"], "updated_at": row["updated_at"]}
    if row["authentication"]:
        authentication = json.loads(row["authentication"])
        public = {
            key: value
            for key, value in authentication["data"].items()
            if key in ("username", "name")
        }
        shown["authentication"] = authentication | {"data": public}
    return shown


def invocation(row: sqlite3.Row) -> dict[str, Any]:
    """One event on its way to one webhook."""
    return {
        "id": row["id"],
        "webhook_id": row["webhook_id"],
        "event_type": row["event_type"],
        "status": row["status"],
        "status_code": row["status_code"],
        "created_at": row["created_at"],
        "latest_completed_at": row["latest_completed_at"],
    }


def attempt(row: sqlite3.Row, invocation_row: sqlite3.Row) -> dict[str, Any]:
    """One attempt to send an event."""
    return {
        "id": row["id"],
        "invocation_id": row["invocation_id"],
        "status": row["outcome"],
        "status_code": row["status_code"],
        "completed_at": row["completed_at"],
        "request": {
            "headers": json.loads(row["request_headers"]),
            "payload": invocation_row["body"],
        },
        "response": {"payload": row["response_body"]},
    }
