"""Reading a post's picture from where the network keeps it."""

from gehoor.domain.mention import Image, digest
from gehoor.domain.network import ImageFile
from gehoor.errors import Rejected
from gehoor.http import Http, check

MOST_BYTES = 10_000_000
ENDINGS = {"image/jpeg": "jpg", "image/png": "png", "image/gif": "gif", "image/webp": "webp"}


def read_image(http: Http, image: Image) -> ImageFile:
    """The picture, without any credential: media servers are often not the network's own.

    Rejected when it is over MOST_BYTES or no picture that helpdesks show.
    """
    what = "reading a picture"
    response = check(
        http.request("GET", image.url, max_bytes=MOST_BYTES, redirects=3), what, http.clock()
    )
    kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if kind not in ENDINGS:
        message = f"{what}: it is none that helpdesks show"
        raise Rejected(message)
    return ImageFile(f"{digest(image.url)[:12]}.{ENDINGS[kind]}", kind, response.body)
