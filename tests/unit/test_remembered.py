"""Functions that remember what they gave, in bounded memory."""

from collections import Counter

import pytest

from gehoor.domain.remembered import remembered

LONGEST = 4


@pytest.fixture
def asked() -> Counter[str]:
    return Counter()


def upper(asked: Counter[str], *texts: str, most: int = 2) -> list[str]:
    """What is given for texts, one after the other; `asked` counts what was worked out."""

    @remembered(most, LONGEST)
    def worked_out(text: str) -> str:
        asked[text] += 1
        return text.upper()

    return [worked_out(text) for text in texts]


def test_the_same_text_is_worked_out_once(asked: Counter[str]) -> None:
    assert upper(asked, "a", "b", "a", "b") == ["A", "B", "A", "B"]
    assert asked == {"a": 1, "b": 1}


def test_a_long_text_is_worked_out_each_time(asked: Counter[str]) -> None:
    long = "x" * (LONGEST + 1)
    assert upper(asked, long, long) == [long.upper()] * 2
    assert asked[long] == 2


def test_no_more_than_the_last_texts_are_remembered(asked: Counter[str]) -> None:
    upper(asked, "a", "b", "c", "a")
    assert asked["a"] == 2
