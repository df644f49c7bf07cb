"""Reading pictures: only what helpdesks show, no credential sent, never too much."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from gehoor.domain.mention import Image
from gehoor.domain.network import ImageFile
from gehoor.errors import GehoorError, Gone, NotAllowed, Rejected
from gehoor.http import Http
from gehoor.images import MOST_BYTES, read_image
from loopback import Answer, Asked, serving


def read(url: str) -> ImageFile:
    http = Http(lambda: datetime.now(UTC), frozenset({"127.0.0.1"}), timeout=(2, 5))
    return read_image(http, Image(url))


def test_a_picture_is_read_with_its_type_and_a_name_that_tells_nothing() -> None:
    # Given a picture whose address names somebody
    asked: list[Asked] = []

    def answer(request: Asked) -> Answer:
        asked.append(request)
        return Answer(b"GIF89a", headers={"Content-Type": "image/GIF; charset=x"})

    with serving(answer) as served:
        # When it is read
        file = read(f"{served.url}/anna-de-wit.gif")
    # Then it has its type, and a name of its own
    assert (file.kind, file.content) == ("image/gif", b"GIF89a")
    assert file.name.endswith(".gif")
    assert "anna" not in file.name
    # And no credential was sent
    assert "authorization" not in {name.lower() for name in asked[0].headers}


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (lambda _: Answer(b"<svg/>", headers={"Content-Type": "image/svg+xml"}), Rejected),
        (lambda _: Answer(b"<html>", headers={"Content-Type": "text/html"}), Rejected),
        (lambda _: Answer(b"x"), Rejected),
        (
            lambda _: Answer(b"x" * (MOST_BYTES + 1), headers={"Content-Type": "image/png"}),
            Rejected,
        ),
        (lambda _: Answer(b"", 404), Gone),
        (lambda _: Answer(b"", 302, {"Location": "http://169.254.169.254/latest"}), NotAllowed),
    ],
    ids=["script in a picture", "a page", "untyped", "too large", "gone", "cloud metadata"],
)
def test_what_is_no_picture_to_show_is_refused(
    answer: Callable[[Asked], Answer], error: type[GehoorError]
) -> None:
    with serving(answer) as served, pytest.raises(error):
        read(f"{served.url}/1.png")
