"""Where gehoor may connect to: public addresses, and the hosts the operator lists.

A host is resolved when a connection is made, every address it resolves to must be public, and the
connection goes to one of those very addresses: nobody can give a second answer in between.
"""

import ipaddress
import logging
import socket
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, PoolManager
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError

from gehoor.errors import NotAllowed, Unavailable
from gehoor.time_limit import cut_off_in_time, seconds_left

Resolve = Callable[[str, int], list[str]]
"""Host and port to addresses as text, best first; OSError when the name does not resolve."""

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

# It logs whole addresses with their query, which may be secret, when a header is malformed.
logging.getLogger("urllib3.connection").setLevel(logging.ERROR)

_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_NOT_PUBLIC = tuple(
    map(ipaddress.ip_network, ("192.0.0.0/24", "192.88.99.0/24", "fec0::/10", "3fff::/20"))
)
"""What `ipaddress` takes for public, in some versions of Python or in all: protocol assignments,
6to4 relays, site-local addresses, documentation.
Source: https://www.iana.org/assignments/iana-ipv6-special-registry and its twin for IPv4."""

_MOST_ADDRESSES = 3


def resolve(host: str, port: int) -> list[str]:
    """The addresses of a host, as the system's resolver orders them."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(sockaddr[0]) for *_, sockaddr in found))


def is_public(address: str) -> bool:
    """Whether an address is one of the public internet, also when it wraps another address."""
    with suppress(ValueError):
        found = _unwrapped(ipaddress.ip_address(address.partition("%")[0]))
        is_special = any(found in network for network in _NOT_PUBLIC)
        return found.is_global and not (found.is_multicast or found.is_reserved or is_special)
    return False


def _unwrapped(address: Address) -> Address:
    """The IPv4 address that an IPv6 address stands for (mapped, 6to4, NAT64), or itself."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or address


class Guard:
    """Opens connections to public addresses and to the hosts listed in `allow_private_hosts`.

    An entry is a host or `host:port`, as it stands in the URL; an IPv6 address may stand in
    brackets.
    """

    def __init__(self, allow_private_hosts: frozenset[str], resolve: Resolve) -> None:
        self._allowed = frozenset(entry.lower() for entry in allow_private_hosts)
        self._resolve = resolve

    def connect(self, host: str, port: int, timeout: float | None) -> socket.socket:
        """A connected socket. NotAllowed for a private address, Unavailable when nobody answers."""
        reason = "no address"
        for address in self._vetted(host, port)[:_MOST_ADDRESSES]:
            try:
                connected = socket.create_connection((address, port), _within(timeout))
                connected.settimeout(_within(timeout))
                connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            except OSError as exc:
                reason = type(exc).__name__
                continue
            return connected
        message = f"{host}: no connection to port {port} ({reason}); gehoor tries again by itself"
        raise Unavailable(message)

    def _vetted(self, host: str, port: int) -> list[str]:
        try:
            addresses = self._resolve(host, port)
        except (OSError, UnicodeError) as exc:
            message = f"{host}: the name does not resolve; check the address in the configuration"
            raise Unavailable(message) from exc
        if not self.is_allowed(host, port) and not all(map(is_public, addresses)):
            message = (
                f"{host}: refused, it resolves to an address that is not public; "
                f"if this is meant, list the host under allow_private_hosts"
            )
            raise NotAllowed(message)
        return addresses

    def is_allowed(self, host: str, port: int) -> bool:
        """Whether the operator listed this host."""
        name = host.lower()
        return not self._allowed.isdisjoint(
            (name, f"{name}:{port}", f"[{name}]", f"[{name}]:{port}")
        )


def _within(timeout: float | None) -> float:
    """A socket's time-out that ends with the time limit; TimeoutError when that is over."""
    left = seconds_left()
    if not left:
        raise TimeoutError
    return left if timeout is None else min(timeout, left)


class _HttpConnection(HTTPConnection):
    """A connection whose socket comes from the guard."""

    def __init__(self, *args: Any, guard: Guard, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._guard = guard

    def _new_conn(self) -> socket.socket:
        timeout = self.timeout if isinstance(self.timeout, int | float) else None
        return self._guard.connect(self.host, self.port, timeout)

    def getresponse(self) -> Any:  # the two libraries below disagree about the type
        """Read the status line and the headers, in bounded time."""
        connected = self.sock
        stop = partial(connected.shutdown, socket.SHUT_RD)
        with cut_off_in_time(stop) as limit:
            answer = super().getresponse()
        if limit.expired:
            answer.close()
            message = "the headers took too long"
            raise TimeoutError(message)
        return answer


class _HttpsConnection(_HttpConnection, HTTPSConnection):
    """The same with TLS; what fails in the handshake failed before the request went out."""

    def connect(self) -> None:
        """Connect and shake hands."""
        try:
            super().connect()
        except (HTTPError, OSError) as exc:
            message = (
                f"{self.host}: no TLS connection ({type(exc).__name__}); check its certificate"
            )
            raise Unavailable(message) from exc


class _HttpPool(HTTPConnectionPool):
    ConnectionCls = _HttpConnection


class _HttpsPool(HTTPSConnectionPool):
    ConnectionCls = _HttpsConnection


class _Pools(PoolManager):
    """Pools whose connections know the guard."""

    def __init__(self, guard: Guard, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.pool_classes_by_scheme = {"http": _HttpPool, "https": _HttpsPool}
        self._guard = guard

    def _new_pool(self, *args: Any, **kwargs: Any) -> HTTPConnectionPool:
        pool = super()._new_pool(*args, **kwargs)
        pool.conn_kw["guard"] = self._guard
        return pool


class GuardedAdapter(HTTPAdapter):
    """A transport that may only connect where the guard allows it."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard
        super().__init__()

    def init_poolmanager(
        self, connections: int, maxsize: int, block: bool = False, **kw: Any
    ) -> None:
        """Build the pools with the guard."""
        self.poolmanager = _Pools(
            self._guard, num_pools=connections, maxsize=maxsize, block=block, **kw
        )
