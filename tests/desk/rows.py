"""The posts that the desk's rules are measured on, and where each set comes from."""

import json
from pathlib import Path
from typing import Any

FIXTURES = Path(__file__).parents[1] / "fixtures" / "triage"
ELSEWHERE = Path(__file__).parents[3] / "shared" / "fixtures" / "triage"
"""Sets that may be measured with and not copied here; most machines have none of them."""

Rows = list[dict[str, Any]]


def authored() -> Rows:
    """Mentions written for this project, with intent, urgency, topic, risk and personal data."""
    return _read(FIXTURES / "mentions_authored.jsonl")


def sentences() -> Rows:
    """Short sentences of subtitles, with their language."""
    return _read(FIXTURES / "xed_short_sentences.jsonl")


def bank_questions() -> Rows:
    """Questions of a bank's customers, without personal data."""
    return _read(FIXTURES / "banking77_questions.jsonl")


def airline_tweets() -> Rows:
    """Tweets to airlines, with a sentiment; none where they are not on this machine."""
    path = ELSEWHERE / "airline_tweets_en_NC.jsonl"
    return _read(path) if path.is_file() else []


def _read(path: Path) -> Rows:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
