"""What the desk's rules must find in the fixtures, however they are changed."""

from types import ModuleType

import pytest

from desk import coach, personal_data, triage


@pytest.mark.parametrize(
    "part", [triage, personal_data, coach], ids=["triage", "personal data", "coach"]
)
def test_every_target_of_a_part_is_reached(part: ModuleType) -> None:
    missed = {name: figure for name, figure in part.figures().items() if figure.holds is False}
    assert missed == {}, "see them with: make desk"
