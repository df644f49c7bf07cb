"""Pictures of a post, as files in the helpdesk."""

from datetime import timedelta

from gehoor.domain.mention import Image, Mention
from gehoor.domain.network import ImageFile
from gehoor.errors import ContractBroken, Permanent, RateLimited, Rejected, Transient
from gehoor.usecases.deliver_ports import DeliverPorts

WORTH_WAITING = timedelta(seconds=10)
"""What comes again uploads every picture again, and at a small limit would never get through."""


def upload_images(mention: Mention, ports: DeliverPorts) -> tuple[str, ...]:
    """Tokens of the pictures for a comment. One that cannot be had stays at the post's link.

    Transient errors of the helpdesk pass through; those of where the pictures are do not.
    """
    tokens = [_upload(file, ports) for file in _read(mention.images, ports)]
    return tuple(token for token in tokens if token)


def _read(images: tuple[Image, ...], ports: DeliverPorts) -> list[ImageFile]:
    """The pictures that can be had. A server that does not answer is not asked for the rest.

    Each would take as long as a call may, and everybody in the batch would wait for them.
    """
    files: list[ImageFile] = []
    for image in images:
        try:
            files.append(ports.images(image))
        except (Permanent, ContractBroken):
            continue
        except Transient:
            break
    if len(files) < len(images):
        ports.metrics.count("ImagesLeftOut", len(images) - len(files))
    return files


def _upload(file: ImageFile, ports: DeliverPorts) -> str:
    """The token, "" for a file that the helpdesk refuses."""
    try:
        return _uploaded(file, ports)
    except Rejected:
        ports.metrics.count("ImagesLeftOut")
        return ""


def _uploaded(file: ImageFile, ports: DeliverPorts) -> str:
    """The token; a limit that is spent is waited for, once, where it is near."""
    try:
        return ports.helpdesk.upload(file)
    except RateLimited as error:
        if error.retry_at is None or error.retry_at > ports.clock() + WORTH_WAITING:
            raise
        ports.wait(error.retry_at)
    return ports.helpdesk.upload(file)
