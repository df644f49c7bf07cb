"""What the people who speak for the company are told: a post that goes far or fast, a false face.

It goes its own way, beside the tickets, and once of its kind for each post and each face.
"""

from datetime import datetime
from enum import StrEnum

from gehoor.domain.faces import FalseFace
from gehoor.domain.frozen import frozen
from gehoor.domain.mention import Mention, digest
from gehoor.domain.reach import Reach, ReachThresholds, far_evidence, fast_evidence


class AlertKind(StrEnum):
    """What an alert is about."""

    REPUTATION = "reputation.signal"
    SPREADING = "reputation.spreading"
    FALSE_FACE = "false_face.seen"


_TITLES = {
    AlertKind.REPUTATION: "A post on {} may reach many",
    AlertKind.SPREADING: "A post on {} spreads fast",
    AlertKind.FALSE_FACE: "Somebody on {} looks like us",
}


@frozen
class Alert:
    """An alert; `name` is the same for the same post or face, `evidence` is in words.

    `mention_id` is where it was seen, and erased with it; `face` is None for a post.
    It has the form of a notice.
    """

    subject: AlertKind
    name: str
    mention_id: str
    brand: str
    network: str
    evidence: str
    link: str
    face: FalseFace | None = None

    @property
    def notice_id(self) -> str:
        """The same for a repeat, so that a receiver can drop it."""
        return digest(self.subject, self.name)

    @property
    def about(self) -> str:
        """What it is about, for programs."""
        return f"mention:{self.mention_id}"

    @property
    def title(self) -> str:
        """The alert in a line that names nobody."""
        return _TITLES[self.subject].format(self.network)

    @property
    def data(self) -> dict[str, str]:
        """The alert as a program reads it."""
        return {
            "mention_id": self.mention_id,
            "brand": self.brand,
            "network": self.network,
            "evidence": self.evidence,
            "link": self.link,
        }


@frozen
class AlertRecord:
    """An alert as it is stored; `told_at` is None while it is on its way."""

    alert: Alert
    seen_at: datetime
    told_at: datetime | None = None


def alerts_of_reach(
    mention: Mention, reach: Reach, thresholds: ReachThresholds, now: datetime
) -> tuple[Alert, ...]:
    """The reputation signals of a post: that it goes far, that it spreads fast, both or neither."""
    found = {
        AlertKind.REPUTATION: far_evidence(reach, thresholds),
        AlertKind.SPREADING: fast_evidence(reach, now - mention.posted_at, thresholds),
    }
    return tuple(
        Alert(
            kind,
            digest(kind, mention.mention_id),
            mention.mention_id,
            mention.brand,
            mention.network,
            evidence,
            mention.permalink,
        )
        for kind, evidence in found.items()
        if evidence
    )


def alert_of_face(mention: Mention, face: FalseFace) -> Alert:
    """That a false face was seen in a mention."""
    return Alert(
        AlertKind.FALSE_FACE,
        face.name,
        mention.mention_id,
        mention.brand,
        mention.network,
        face.evidence,
        face.seen_at,
        face,
    )
