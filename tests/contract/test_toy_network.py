"""docs/adding-a-network.md is true: the adapter it shows is one file, and works."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest

from fakes.clock import FakeClock
from fakes.reader import Reader
from fakes.wiring import network_wiring
from gehoor import networks
from gehoor.config import parse
from gehoor.domain.case import address_of
from gehoor.domain.mention import Mention
from gehoor.errors import ContractBroken
from gehoor.http import Http
from gehoor.ports.network import Network
from loopback import Answer, Asked, serving

GUIDE = Path(__file__).parents[2] / "docs" / "adding-a-network.md"
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOSTS = frozenset({"127.0.0.1"})
PAGE = 20
CONFIG = {
    "company": "Noordlicht",
    "brands": [{"id": "noordlicht", "languages": ["nl"], "accounts": {}}],
    "helpdesk": {"kind": "zendesk", "base_url": "https://desk.example", "secret": "/gehoor/z"},
}


@dataclass
class GuestBookServer:
    """The guest book that the guide speaks of."""

    entries: list[dict[str, Any]] = field(default_factory=list)
    url: str = ""

    def write(self, text: str, by: str = "anna", **fields: Any) -> dict[str, Any]:
        at = (NOW + timedelta(seconds=len(self.entries))).isoformat()
        entry = {"id": f"e{len(self.entries)}", "at": at, "by": by, "text": text, **fields}
        entry["link"] = f"{self.url}/entries/{entry['id']}"
        self.entries.append(entry)
        return entry

    def answer(self, asked: Asked) -> Answer:
        if asked.method == "POST":
            sent = json.loads(asked.body)
            return _json(self.write(sent["text"], "brand", below=sent["below"], key=sent["key"]))
        if asked.path != "/entries":
            found = [e for e in self.entries if asked.path == f"/entries/{e['id']}"]
            return _json(found[0]) if found else Answer(b"", 404)
        key, before = asked.one("key"), asked.one("before")
        if key:
            return _json({"entries": [e for e in self.entries if e.get("key") == key]})
        newest_first = self.entries[::-1]
        start = next((n for n, e in enumerate(newest_first, 1) if e["id"] == before), 0)
        more = start + PAGE < len(newest_first)
        return _json({"entries": newest_first[start : start + PAGE], "more": more})


def _json(value: Any) -> Answer:
    return Answer(json.dumps(value).encode(), 200, {"Content-Type": "application/json"})


def shown() -> str:
    """The adapter in the guide."""
    [code] = re.findall(r"```python\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)
    return cast("str", code)


@pytest.fixture
def added(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The file is put where adapters are, and nothing else is done."""
    (tmp_path / "guestbook.py").write_text(shown(), encoding="utf-8")
    monkeypatch.setattr(networks, "__path__", [*networks.__path__, str(tmp_path)])
    networks.names.cache_clear()
    yield
    monkeypatch.undo()
    networks.names.cache_clear()


@pytest.fixture
def server(added: None) -> Iterator[GuestBookServer]:
    made = GuestBookServer()
    with serving(made.answer) as served:
        made.url = served.url
        yield made


def connected(server: GuestBookServer) -> Network:
    source = {"id": "s", "network": "guestbook", "brand": "noordlicht", "base_url": server.url}
    [settings] = parse(CONFIG | {"sources": [source]}).sources
    wiring = network_wiring(Http(lambda: NOW, HOSTS))
    return networks.adapter("guestbook").connect(settings, wiring)


def reader_of(server: GuestBookServer) -> Reader:
    return Reader(lambda: connected(server), FakeClock(NOW))


def heard_on(server: GuestBookServer) -> list[Mention]:
    reader = reader_of(server)
    reader.read_all()
    return reader.store.mentions


def test_the_adapter_is_short() -> None:
    lines = [line for line in shown().splitlines() if line.strip()]
    code = [line for line in lines if not line.startswith(("import ", "from ", '"""'))]
    assert len(code) < 60


def test_all_that_is_written_is_heard_once_and_not_what_the_brand_wrote(
    server: GuestBookServer,
) -> None:
    # Given a guest book that was read, and many entries since
    server.write("before")
    reader = reader_of(server)
    reader.settle()
    said = sorted(f"number {number}" for number in range(300))
    for text in said:
        server.write(text)
    server.write("Thank you all", by="brand")
    # When it is polled until nothing is left
    reader.read_all()
    # Then all are stored, each once
    assert reader.stored == ["before", *said]


def test_an_entry_that_cannot_be_read_is_set_aside_and_read_again_later(
    server: GuestBookServer,
) -> None:
    server.write("fine")
    server.write("garbled", by=None)  # type: ignore[arg-type]
    reader = reader_of(server)
    assert reader.read_all() == ["fine"]
    [broken] = reader.store.broken
    with pytest.raises(ContractBroken):
        connected(server).parse(broken.raw, NOW)


def test_an_answer_arrives_and_is_found_again(server: GuestBookServer) -> None:
    server.write("Where is my parcel?")
    [mention] = heard_on(server)
    network, address = connected(server), address_of(mention)
    assert network.find_replies(address, "On its way", "key") == ()
    posted = network.reply(address, "On its way", "key")
    assert network.find_replies(address, "On its way", "key") == (posted,)
    assert server.entries[-1]["below"] == mention.native_id
