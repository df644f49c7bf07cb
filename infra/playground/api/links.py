"""Addresses on this server, and the files they lead to."""

import sqlite3
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

from flask import request


def link(path: str) -> str:
    """The address of an API path on this server."""
    return f"{request.host_url}api/v2/{path}"


def upload(row: sqlite3.Row, kept: list[dict[str, Any]]) -> dict[str, Any]:
    """Files under one token, the last one also by itself."""
    attachments = [attachment(file) for file in kept]
    return {
        "token": row["token"],
        "expires_at": row["expires_at"],
        "attachments": attachments,
        "attachment": attachments[-1],
    }


def same_address(parameters: dict[str, str]) -> str:
    """The address that was asked for, with other parameters."""
    return f"{request.base_url}?{urlencode(parameters)}"


def attachment(file: Mapping[str, Any] | sqlite3.Row) -> dict[str, Any]:
    """A file and where to fetch it."""
    name = quote(file["file_name"])
    address = f"{request.host_url}attachments/token/{file['secret']}/?name={name}"
    return {
        "url": link(f"attachments/{file['id']}.json"),
        "id": file["id"],
        "file_name": file["file_name"],
        "content_url": address,
        "mapped_content_url": address,
        "content_type": file["content_type"],
        "size": file["size"],
        "width": None,
        "height": None,
        "inline": False,
        "deleted": False,
        "malware_access_override": False,
        "malware_scan_result": "not_scanned",
        "thumbnails": [],
    }
