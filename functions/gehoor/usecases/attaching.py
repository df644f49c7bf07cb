"""Pictures of a post, as files in the helpdesk."""

from gehoor.domain.mention import Image, Mention
from gehoor.errors import ContractBroken, Permanent, Rejected, Transient
from gehoor.usecases.deliver_ports import DeliverPorts


def upload_images(mention: Mention, ports: DeliverPorts) -> tuple[str, ...]:
    """Tokens of the pictures for a comment. One that cannot be had stays at the post's link.

    Transient errors of the helpdesk pass through; those of where the pictures are do not.
    """
    return tuple(token for image in mention.images for token in _uploaded(image, ports))


def _uploaded(image: Image, ports: DeliverPorts) -> list[str]:
    try:
        file = ports.images(image)
    except (Permanent, ContractBroken, Transient):
        ports.metrics.count("ImagesLeftOut")
        return []
    try:
        return [ports.helpdesk.upload(file)]
    except Rejected:
        ports.metrics.count("ImagesLeftOut")
        return []
