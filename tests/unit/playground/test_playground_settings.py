from typing import Any

import pytest
from pydantic import ValidationError

from playground.config import Settings

GOOD: dict[str, Any] = {
    "port": 5700,
    "database": "desk.sqlite",
    "tokens": {"t": {"name": "gehoor", "email": "gehoor@desk.example"}},
}


def test_settings_with_only_what_is_needed() -> None:
    # When
    settings = Settings.model_validate(GOOD)
    # Then
    assert settings.requests_per_minute == 700
    assert settings.tokens["t"].role == "agent"
    assert settings.mastodon is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"port": 0},
        {"port": "high"},
        {"tokens": {}},
        {"tokens": {"t": {"name": "x", "email": "x@desk.example", "role": "end-user"}}},
        {"requests_per_minute": 0},
        {"webhook": []},
        {"mastodon": {"base_url": "http://127.0.0.1", "company": "noordlicht", "customers": {}}},
    ],
)
def test_wrong_settings_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Settings.model_validate(GOOD | wrong)
