"""The coach on what companies really answered: few are held back, copies are found."""

import pytest

from bench.figures import Figures
from desk import coach


@pytest.fixture(scope="module")
def figures() -> Figures:
    return coach.figures()


@pytest.mark.parametrize(
    ("name", "published"),
    [
        ("apology", 13.3),
        ("greeting", 38.9),
        ("empathy", 7.6),
        ("well_wishing", 6.5),
        ("question_mark", 15.8),
        ("addresses_the_person", 78.2),
        ("speaks_as_a_person", 82.9),
    ],
)
def test_signs_are_as_frequent_as_others_found_them(
    figures: Figures, name: str, published: float
) -> None:
    assert figures[name].value == pytest.approx(published, abs=2)


def test_hardly_anybody_admits_a_fault(figures: Figures) -> None:
    assert figures["responsibility"].value == 0
