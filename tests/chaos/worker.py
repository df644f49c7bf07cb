"""A worker: a process that runs one function's handler, as Lambda would, until it is killed."""

import json
import os
import random
import socket
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from http.client import HTTPConnection
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import botocore.endpoint
import botocore.httpsession
import requests
from botocore.exceptions import ReadTimeoutError

from gehoor import bootstrap
from gehoor.guard import GuardedAdapter

WORKER, TIMED_OUT, WAIT = "x-chaos-worker", "X-Chaos-Timed-Out", "/chaos/wait"

Transport = Callable[..., Any]


@dataclass
class Context:
    """What Lambda tells a function about itself."""

    function_name: str
    clock: Callable[[], datetime]
    ends_at: float
    memory_limit_in_mb: int = 512
    invoked_function_arn: str = "arn:aws:lambda:eu-west-1:123456789012:function:gehoor"
    aws_request_id: str = "request"

    def get_remaining_time_in_millis(self) -> int:
        return int((self.ends_at - self.clock().timestamp()) * 1000)


def live(
    control: socket.socket,
    slot: str,
    function: str,
    clock: Callable[[], datetime],
    port: int,
    log: str,
) -> None:
    """Handle event after event, and tell what each handler answered."""
    os.dup2(os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT), 1)
    random.seed(slot)
    bootstrap.jitter.seed(slot)
    _call_by_turns(slot, clock, port)
    handler = import_module(f"{function}.handler").handler
    for line in control.makefile():
        event, ends_at = json.loads(line)
        try:
            answer = handler(event, Context(function, clock, ends_at))
        except Exception as error:  # noqa: BLE001  Lambda reports it and goes on
            answer = {"failed": type(error).__name__}
        control.sendall(json.dumps(answer).encode() + b"\n")
    os._exit(0)


def _call_by_turns(slot: str, clock: Callable[[], datetime], port: int) -> None:
    """Name the worker in every call, and let neither a pause nor a time-out take real time."""

    def pause(seconds: float) -> None:
        wait_until(clock().timestamp() + seconds)

    def wait_until(until: float) -> None:
        line.request("GET", f"{WAIT}?until={until}", headers={WORKER: slot})
        line.getresponse().read()

    line = HTTPConnection("127.0.0.1", port)
    bootstrap.wait = lambda until: wait_until(until.timestamp() + bootstrap.SHORTEST_WAIT_S)
    botocore.endpoint.time = SimpleNamespace(sleep=pause)  # type: ignore[attr-defined]
    aws, outside = botocore.httpsession.URLLib3Session, GuardedAdapter
    aws.send = _named(aws.send, slot, _aws_time_out)  # type: ignore[method-assign]
    outside.send = _named(outside.send, slot, _time_out)  # type: ignore[method-assign]


def _named(send: Transport, slot: str, timed_out: Callable[[Any], Exception]) -> Transport:
    def sending(transport: Any, request: Any, *more: Any, **named: Any) -> Any:
        request.headers[WORKER] = slot
        answer = send(transport, request, *more, **named)
        if TIMED_OUT in answer.headers:
            raise timed_out(request)
        return answer

    return sending


def _aws_time_out(request: Any) -> Exception:
    return ReadTimeoutError(endpoint_url=request.url)


def _time_out(request: Any) -> Exception:
    return requests.ReadTimeout(request=request)
