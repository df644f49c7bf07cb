"""Where gehoor may connect to, with real sockets and a resolver the test writes."""

import shutil
import ssl
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
import requests.adapters

from gehoor.errors import GehoorError, NotAllowed, Rejected, Unavailable
from gehoor.guard import is_public
from gehoor.http import Http
from loopback import Answer, Asked, serving, serving_bytes

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def guarded(*allowed: str, resolve: Callable[[str, int], list[str]] | None = None) -> Http:
    if resolve is None:
        return Http(lambda: NOW, frozenset(allowed), timeout=(1.0, 1.0))
    return Http(lambda: NOW, frozenset(allowed), timeout=(1.0, 1.0), resolve=resolve)


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0",
        "10.0.0.1",
        "100.64.0.1",
        "127.0.0.1",
        "169.254.169.254",
        "172.16.0.1",
        "192.168.1.1",
        "192.0.0.8",
        "192.0.2.1",
        "192.88.99.1",
        "198.18.0.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::7f00:1",
        "::127.0.0.1",
        "::ffff:0:127.0.0.1",
        "::ffff:127.0.0.1",
        "::ffff:169.254.169.254",
        "64:ff9b::a9fe:a9fe",
        "64:ff9b::7f00:1",
        "64:ff9b:1::7f00:1",
        "2001::1",
        "2001:db8::1",
        "2002:7f00:1::",
        "2002:a9fe:a9fe::1",
        "fc00::1",
        "fd00:ec2::254",
        "fec0::1",
        "3fff::1",
        "100::1",
        "fe80::1",
        "fe80::1%eth0",
        "ff02::1",
        "not an address",
        "",
    ],
)
def test_an_address_that_leads_inside_is_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address",
    ["93.184.216.34", "2606:2800:220:1::1", "::ffff:93.184.216.34", "64:ff9b::5db8:d822"],
)
def test_an_address_of_the_internet_is_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://127.1/",
        "http://2130706433/",
        "http://0x7f000001/",
        "http://0177.0.0.1/",
        "http://0177.1/",
        "http://017700000001/",
        "http://0x7f.1/",
        "http://0x7F.0x0.0x0.0x1/",
        "http://127.0.0.1./",
        "http://%31%32%37.0.0.1/",
        "http://0300.0250.1.1/",
        "http://3232235777/",
        "http://2852039166/latest/meta-data/",
        "http://0/",
        "http://localhost/",
        "http://localhost./",
        "http://LOCALHOST:80/",
        "http://[::]/",
        "http://[::1]/",
        "http://[0:0:0:0:0:0:0:1]/",
        "http://[::127.0.0.1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://[::ffff:a9fe:a9fe]/",
        "http://[fd00:ec2::254]/latest/meta-data/",
        "http://[::ffff:7f00:1]/",
        "http://[64:ff9b::169.254.169.254]/",
        "http://169.254.169.254/latest/meta-data/",
        "https://169.254.169.254/latest/meta-data/",
        "http://good.example@127.0.0.1/",
        "http://good.example:80@127.0.0.1:80/",
        "http://127.0.0.1#@good.example/",
        "file:///etc/passwd",
        "gopher://127.0.0.1/",
        "ftp://127.0.0.1/feed.xml",
        "data:text/xml,<rss/>",
        "//127.0.0.1/",
        "/etc/passwd",
        "",
    ],
)
def test_an_evil_url_is_refused(url: str) -> None:
    with pytest.raises(NotAllowed):
        guarded().request("GET", url)


@pytest.mark.parametrize(
    "url",
    [
        "http://",
        "http:///path",
        "http://[::1/",
        "http://exa mple/",
        "http://x:99999/",
        "http://127\u30020\u30020\u30021/",
        "http://\u2460\u2461\u2466.0.0.1/",
        "http://[::ffff:0x7f000001]/",
    ],
)
def test_a_url_that_is_none_is_rejected(url: str) -> None:
    with pytest.raises(Rejected):
        guarded().request("GET", url)


@pytest.mark.parametrize("host", ["a" * 64 + ".example", "xn--", "no-such-name.invalid"])
def test_a_name_without_an_address_is_unavailable(host: str) -> None:
    with pytest.raises((Unavailable, Rejected)):
        guarded().request("GET", f"http://{host}/")


def test_one_private_address_among_public_ones_is_refused() -> None:
    http = guarded(resolve=lambda _host, _port: ["93.184.216.34", "10.0.0.1"])

    with pytest.raises(NotAllowed, match=r"shop\.example.*allow_private_hosts"):
        http.request("GET", "http://shop.example/")


def test_a_second_answer_of_the_resolver_is_never_asked_for() -> None:
    # Given a name that is allowed and a resolver that would answer differently next time
    with serving(lambda _: Answer(b"right")) as right:
        answers = iter([["127.0.0.1"]])
        http = guarded("rebind.example", resolve=lambda _host, _port: next(answers))

        # When it is called twice, the second time over the kept connection
        url = f"http://rebind.example:{right.port}/"
        bodies = [http.request("GET", url).body for _ in range(2)]

    # Then one answer of the resolver was enough, and the server saw the name, not the address
    assert bodies == [b"right", b"right"]
    assert right.asked[0].headers["host"] == f"rebind.example:{right.port}"


@pytest.fixture
def connected_to(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The addresses that connections go to; nobody answers there."""
    tried: list[str] = []

    def refuse(target: tuple[str, int], _timeout: float) -> None:
        tried.append(target[0])
        raise ConnectionRefusedError

    monkeypatch.setattr("gehoor.guard.socket.create_connection", refuse)
    return tried


def test_a_name_that_is_bound_anew_leads_to_what_was_checked(connected_to: list[str]) -> None:
    # Given a name whose owner gives a public address to whoever checks, and then a private one
    answers = iter([["93.184.216.34"], ["169.254.169.254"]])
    http = guarded(resolve=lambda _host, _port: next(answers))
    # When it is called, the connection goes to the very address that was checked
    with pytest.raises(Unavailable):
        http.request("GET", "http://rebind.example/")
    # And the next connection is checked anew
    with pytest.raises(NotAllowed):
        http.request("GET", "http://rebind.example/")
    assert connected_to == ["93.184.216.34"]


def test_a_redirect_to_a_name_that_leads_inside_is_refused() -> None:
    # Given a server that sends callers to a name of its own, which leads to the metadata service
    def answer(_: Asked) -> Answer:
        return Answer(status=307, headers={"Location": f"http://inside.example:{server.port}/"})

    known = {"outside.example": ["127.0.0.1"], "inside.example": ["169.254.169.254"]}
    with serving(answer) as server:
        http = guarded("outside.example", resolve=lambda host, _port: known[host])
        # Then only the first is called, although the operator listed that one
        with pytest.raises(NotAllowed, match=r"redirected to inside\.example"):
            http.request("GET", f"http://outside.example:{server.port}/", redirects=5)
    assert len(server.asked) == 1


def test_the_next_address_is_tried_when_one_does_not_answer() -> None:
    with serving(lambda _: Answer(b"here")) as server:
        http = guarded("two.example", resolve=lambda _host, _port: ["127.0.0.2", "127.0.0.1"])

        assert http.request("GET", f"http://two.example:{server.port}/").body == b"here"


@pytest.mark.parametrize("entry", ["127.0.0.1", "127.0.0.1:{port}"])
def test_a_listed_host_is_allowed(entry: str) -> None:
    with serving(lambda _: Answer(b"hi")) as server:
        http = guarded(entry.format(port=server.port))

        assert http.request("GET", server.url).body == b"hi"


def test_a_host_listed_with_another_port_is_refused() -> None:
    with serving(lambda _: Answer(b"hi")) as server, pytest.raises(NotAllowed):
        guarded("127.0.0.1:1").request("GET", server.url)


@pytest.mark.parametrize(
    "target",
    [
        "http://169.254.169.254/latest/meta-data/",
        "http://127.0.0.2:{port}/",
        "http://2130706434:{port}/",
        "http://0177.0.0.2:{port}/",
        "http://0x7f.2:{port}/",
        "http://[::ffff:127.0.0.1]:{port}/",
        "http://127.0.0.1@127.0.0.2:{port}/",
        "HTTP://LOCALHOST:{port}/",
        "//[::1]:{port}/",
        "gopher://127.0.0.1:{port}/",
        "file:///etc/passwd",
        "http://localhost:{port}/",
    ],
)
def test_a_redirect_inside_is_refused(target: str) -> None:
    def answer(_: Asked) -> Answer:
        return Answer(status=302, headers={"Location": target.format(port=server.port)})

    with (
        serving(answer) as server,
        pytest.raises(NotAllowed, match=r"^127\.0\.0\.1: redirected to .*: refused, "),
    ):
        guarded("127.0.0.1").request("GET", server.url, redirects=5)


def test_nothing_is_sent_before_the_address_is_checked() -> None:
    touched: list[bool] = []
    with serving_bytes(lambda _: touched.append(True)) as url, pytest.raises(NotAllowed):
        guarded().request("GET", url)

    assert not touched


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A self-signed certificate for tls.example, with its key."""
    if shutil.which("openssl") is None:
        pytest.skip("needs the openssl command")
    both = tmp_path_factory.mktemp("tls") / "both.pem"
    command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2"
    names = ["-subj", "/CN=tls.example", "-addext", "subjectAltName=DNS:tls.example"]
    files = ["-keyout", str(both), "-out", str(both.with_name("cert.pem"))]
    subprocess.run([*command.split(), *names, *files], check=True, capture_output=True)
    both.write_text(both.read_text() + both.with_name("cert.pem").read_text())
    return both


def tls_server(certificate: Path, seen: list[str | None]) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    context.sni_callback = lambda _socket, name, _context: seen.append(name)
    return context


def trust(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    authorities = str(certificate.with_name("cert.pem"))
    monkeypatch.setattr(requests.adapters, "DEFAULT_CA_BUNDLE_PATH", authorities)


def test_tls_is_made_for_the_name_and_not_for_the_address(
    certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given a TLS server, and a client that trusts its certificate
    seen: list[str | None] = []
    trust(certificate, monkeypatch)
    with serving(lambda _: Answer(b"safe"), tls=tls_server(certificate, seen)) as server:
        http = guarded("tls.example", resolve=lambda _host, _port: ["127.0.0.1"])

        # When it is called by its name
        body = http.request("GET", f"https://tls.example:{server.port}/").body

    # Then the name was sent and checked
    assert body == b"safe"
    assert seen == ["tls.example"]


@pytest.mark.parametrize("trusted", [True, False])
def test_a_certificate_that_does_not_fit_is_refused(
    certificate: Path, trusted: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if trusted:
        trust(certificate, monkeypatch)
    with serving(lambda _: Answer(), tls=tls_server(certificate, [])) as server:
        http = guarded("other.example", resolve=lambda _host, _port: ["127.0.0.1"])

        with pytest.raises(GehoorError, match="certificate") as caught:
            http.request("POST", f"https://other.example:{server.port}/", changes=True)

    assert isinstance(caught.value, Unavailable)
    assert not server.asked
