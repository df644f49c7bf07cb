"""Own faces and false ones: who speaks for the company, and who only looks as if they did.

A name that looks like the company's is evidence for a person to judge. It may be a customer's, so
what they write comes to agents like anything else; nothing is ever sent to them by itself.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from gehoor.domain.frozen import frozen
from gehoor.domain.lookalikes import is_one_slip_apart, looks
from gehoor.domain.mention import Author, Mention, digest

FALSE_FACE = "gehoor_false_face"
"""The tag of a ticket whose customer's name looks like the company's."""

SHORTEST_WITH_A_SLIP = 6
"""Letters a name has at least for one that differs by a letter to count: shorter ones meet."""

SHORTEST_SHOWN_NAME = 5
SHORTEST_WITH_ANY_WORD = 5
"""Letters a name has at least for a word as short as `nl` beside it to count."""

SHORTEST_TELLING_WORD = 4
MOST_NAMED = 10
_NAMED_BY_DOMAIN = frozenset({"bluesky"})
_ANYBODYS_DOMAIN = ".bsky.social"

_SERVICE_WORDS = (
    "klantenservice klantendienst klantcontact webcare servicedesk customerservice customercare "
    "customersupport support helpdesk help service care officieel official officiel team contact "
    "info refund refunds terugbetaling hulp desk cs nl be nederland belgie"
)
_ADDED = tuple(sorted((looks(word) for word in _SERVICE_WORDS.split()), key=len, reverse=True))
_SPELT = {looks(word): word for word in _SERVICE_WORDS.split()}
_NAMED = re.compile(r"(?<![\w@])@[\w.-]{1,99}\w(?:@[\w.-]{0,99}\w)?")
"""A handle does not end in the dot of the sentence that it ends."""

_BETWEEN_WORDS = re.compile(r"\s[|!]+(?=\s|$)|!+$")
"""Signs that stand for a letter within a word, and for none between words."""

_COUNTED = "0123456789_.-"


@frozen
class Company:
    """Who the company is on networks.

    `accounts` are its own and its brands', `staff` those of people who work there, as (network,
    handle without the leading @, in lower case); `names` are what it and its brands are called.
    """

    accounts: frozenset[tuple[str, str]] = frozenset()
    staff: frozenset[tuple[str, str]] = frozenset()
    names: tuple[str, ...] = ()

    def wrote(self, author: Author) -> bool:
        """Whether the company or somebody of its staff wrote it: that never becomes a ticket."""
        return self.has(author.network, author.handle)

    def has(self, network: str, handle: str) -> bool:
        """Whether the handle is one of the company's own or of its staff."""
        known = (network, _bare(handle))
        return known in self.accounts or known in self.staff or self._has_below(*known)

    def _has_below(self, network: str, handle: str) -> bool:
        """Whether a handle is a name below a domain of ours, which nobody else can give out."""
        if network not in _NAMED_BY_DOMAIN or handle.endswith(_ANYBODYS_DOMAIN):
            return False
        own = (account for where, account in self.accounts if where == network)
        return any(handle.endswith(f".{account}") for account in own)


@frozen
class FalseFace:
    """Somebody whose name looks like the company's. `evidence` says how, for a person to check.

    `identity` is "" for a handle that was only named in a post. `seen_at` is the address of a post
    by them, or one that names them.
    """

    network: str
    handle: str
    display_name: str
    identity: str
    evidence: str
    seen_at: str

    @property
    def name(self) -> str:
        """What tells a face from others: it is reported once."""
        return digest(self.network, _bare(self.handle))


def faces_in(mention: Mention, company: Company) -> tuple[FalseFace, ...]:
    """The author, and whoever the post names, where they look like the company and are not it."""
    return (*_author_face(mention, company), *_named_faces(mention, company))


def resemblance(author: Author, company: Company) -> str:
    """How the author's name looks like the company's, "" where it does not, or is its own."""
    if company.wrote(author):
        return ""
    return _handle_like(author.network, author.handle, company) or _shown_name_like(
        author.display_name, company
    )


def _author_face(mention: Mention, company: Company) -> Iterator[FalseFace]:
    author = mention.author
    evidence = resemblance(author, company) if author.named else ""
    if evidence:
        yield FalseFace(
            mention.network,
            author.handle,
            author.display_name,
            author.identity,
            evidence,
            mention.permalink,
        )


def _named_faces(mention: Mention, company: Company) -> Iterator[FalseFace]:
    """Handles in the text; without its server one may be short for an account of the company's."""
    network = mention.network
    own = {_local(network, handle) for where, handle in company.accounts if where == network}
    found = dict.fromkeys(one.group() for one in _NAMED.finditer(mention.text))
    for handle in list(found)[:MOST_NAMED]:
        is_own = company.has(network, handle) or _local(network, _bare(handle)) in own
        evidence = "" if is_own else _handle_like(mention.network, handle, company)
        if evidence and _bare(handle) != _bare(mention.author.handle):
            yield FalseFace(mention.network, handle, "", "", evidence, mention.permalink)


def _handle_like(network: str, handle: str, company: Company) -> str:
    local = _local(network, _bare(handle))
    for network_of, own in sorted(company.accounts):
        if network_of == network and local == _local(network, own):
            return f"has the name of our account {own}, on another server"
    for own in _own_names(company):
        how = _likeness(local, own)
        if how:
            return f"the handle {handle} {how}"
    return ""


def _shown_name_like(shown: str, company: Company) -> str:
    for own in _own_names(company):
        seen, name = looks(_BETWEEN_WORDS.sub(" ", shown)), looks(own)
        is_name = seen == name and len(name) >= SHORTEST_SHOWN_NAME
        how = "is our name" if is_name else _added(seen, name, own)
        if how:
            return f"the shown name “{shown[:60]}” {how}"
    return ""


def _likeness(local: str, own: str) -> str:
    seen, uncounted, name = looks(local), looks(local.rstrip(_COUNTED)), looks(own)
    if name in (seen, uncounted):
        return f"reads like {own}"
    added = _added(seen, name, own) or _added(uncounted, name, own)
    if added:
        return added
    may_slip = len(name) >= SHORTEST_WITH_A_SLIP and not _is_lengthened(seen, name)
    return f"differs by a letter from {own}" if may_slip and is_one_slip_apart(seen, name) else ""


def _is_lengthened(seen: str, name: str) -> bool:
    """Whether a letter was put at its end, as in a plural or a family's name."""
    return len(seen) > len(name) and seen.startswith(name) and seen[-1].isalpha()


def _added(seen: str, name: str, own: str) -> str:
    """Which words of service stand around the company's name, with nothing else beside them."""
    before, found, after = seen.partition(name)
    if not found or not name or seen == name:
        return ""
    words = [word for part in (before, after) if part for word in _words_in(part)]
    if len(name) < SHORTEST_WITH_ANY_WORD:
        words = [word if len(word) >= SHORTEST_TELLING_WORD else "" for word in words]
    return f"is {own} with “{' '.join(words)}” added" if all(words) else ""


def _words_in(part: str) -> Iterator[str]:
    """The words of service a part is made of; "" for a rest that is none."""
    while part:
        word = next((word for word in _ADDED if part.startswith(word)), "")
        yield _SPELT.get(word, "")
        part = part[len(word) :] if word else ""


@lru_cache(maxsize=4)  # there is one company, and every author is held against it
def _own_names(company: Company) -> tuple[str, ...]:
    handles = (_local(network, handle) for network, handle in sorted(company.accounts))
    return tuple(dict.fromkeys(filter(None, (*handles, *company.names))))


def _bare(handle: str) -> str:
    return handle.lstrip("@").casefold()


def _local(network: str, handle: str) -> str:
    """A handle without its server: noordlicht of noordlicht@social.example.

    Where handles are domains they count without the ending.
    """
    if network not in _NAMED_BY_DOMAIN:
        return handle.partition("@")[0]
    if handle.endswith(_ANYBODYS_DOMAIN):
        return handle.removesuffix(_ANYBODYS_DOMAIN)
    return handle.rpartition(".")[0] or handle
