"""Prism reads docs/openapi.yaml and takes the comments we show in it, and no others."""

import json
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
import requests

import openapi
from prism import prism
from webhook_receiver import SECRET, signed

INBOUND = openapi.document()["paths"]["/hooks/webhook"]["post"]
EXAMPLES = [
    (kind, name)
    for kind, media in INBOUND["requestBody"]["content"].items()
    for name in media["examples"]
]
TIMEOUT = (2, 30)

pytestmark = [pytest.mark.prism, pytest.mark.timeout(400)]


@pytest.fixture(scope="module")
def judge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with prism(openapi.PATH, tmp_path_factory.mktemp("prism") / "prism.log") as url:
        yield url


def ask(judge: str, kind: str, body: object, *without: str) -> int:
    text = json.dumps(body)
    headers = {"Content-Type": kind, **signed("msg_1", text, SECRET)}
    for name in without:
        del headers[name]
    url = f"{judge}/hooks/webhook"
    return requests.post(url, data=text, headers=headers, timeout=TIMEOUT).status_code


def example(kind: str, name: str) -> dict[str, Any]:
    found: dict[str, Any] = INBOUND["requestBody"]["content"][kind]["examples"][name]["value"]
    return deepcopy(found)


@pytest.mark.parametrize(("kind", "name"), EXAMPLES)
def test_an_example_is_what_the_document_asks_for(judge: str, kind: str, name: str) -> None:
    body = example(kind, name)
    assert ask(judge, kind, body) == 200
    del body["data"]["text"]
    assert ask(judge, kind, body) in (400, 422)


@pytest.mark.parametrize("header", ["webhook-id", "webhook-timestamp", "webhook-signature"])
def test_a_call_without_one_of_the_headers_is_not(judge: str, header: str) -> None:
    kind, name = EXAMPLES[0]
    assert ask(judge, kind, example(kind, name), header) in (400, 422)
