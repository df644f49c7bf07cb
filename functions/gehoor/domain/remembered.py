"""Functions of a text that remember what they said of the last ones, in bounded memory."""

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import TypeVar

T = TypeVar("T")


def remembered(most: int, longest: int) -> Callable[[Callable[[str], T]], Callable[[str], T]]:
    """Remember what a function gives for `most` texts of up to `longest` characters.

    All who ask get the same value, so nobody may change it.
    """

    def remembering(function: Callable[[str], T]) -> Callable[[str], T]:
        of_short = lru_cache(maxsize=most)(function)

        @wraps(function)
        def of_any(text: str) -> T:
            return of_short(text) if len(text) <= longest else function(text)

        return of_any

    return remembering
