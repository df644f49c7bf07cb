"""What networks and audiences are called in tickets."""

from gehoor.domain.mention import Visibility

AUDIENCES = {
    Visibility.PUBLIC: "everyone",
    Visibility.UNLISTED: "everyone, outside public timelines",
    Visibility.FOLLOWERS: "only the author (they wrote to their followers)",
    Visibility.DIRECT: "only the author (it is a private message)",
}
"""Who can read an answer, by who can read the post."""

_SPELT = {"youtube": "YouTube"}


def network_name(network: str) -> str:
    """A network as agents read it."""
    return _SPELT.get(network, network.title())
