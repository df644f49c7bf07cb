import pytest

from playground.desk import status

CASES = [
    # before, wanted, comment public, by staff, called by staff, after
    ("new", None, True, True, True, "open"),
    ("new", None, False, True, True, "new"),
    ("new", None, True, False, False, "new"),
    ("new", None, None, True, True, "new"),
    ("open", None, True, True, True, "open"),
    ("pending", None, True, False, False, "open"),
    ("hold", None, True, False, False, "open"),
    ("solved", None, True, False, False, "open"),
    ("solved", None, True, True, True, "solved"),
    ("solved", None, False, True, True, "solved"),
    ("new", "solved", True, True, True, "solved"),
    ("open", "pending", True, True, True, "pending"),
    ("open", "new", None, True, True, "open"),
    ("new", "new", None, True, True, "new"),
    ("solved", None, True, False, True, "solved"),
    ("new", None, True, False, True, "new"),
]


@pytest.mark.parametrize(
    ("before", "wanted", "public", "by_staff", "called_by_staff", "after"), CASES
)
def test_status_after_an_update(
    before: str,
    wanted: str | None,
    public: bool | None,
    by_staff: bool,
    called_by_staff: bool,
    after: str,
) -> None:
    found = status.after_update(
        before,
        wanted=wanted,
        comment_public=public,
        by_staff=by_staff,
        called_by_staff=called_by_staff,
    )
    assert found == after


@pytest.mark.parametrize(
    ("wanted", "assignee", "first"),
    [(None, None, "new"), (None, 7, "open"), ("new", 7, "open"), ("pending", None, "pending")],
)
def test_first_status(wanted: str | None, assignee: int | None, first: str) -> None:
    assert status.at_creation(wanted, assignee) == first
