"""The agents' page: every tag that gehoor sets for agents or reads from them is explained there."""

from pathlib import Path

import pytest

from gehoor.domain.answer_notes import DELAYED, NOT_POSTED, POST_ANYWAY, PRIVATE
from gehoor.domain.closing import CLOSING_AGREED
from gehoor.domain.due_promise import PROMISE_DUE, PROMISE_KEPT
from gehoor.domain.first_answer import TAGS
from gehoor.domain.incident import BROADCAST, BROADCAST_GO, NO_BROADCAST
from gehoor.domain.incident_notes import ANSWERED_TOGETHER
from gehoor_ops.setup_file import Macro, read_setup

PAGE = (Path(__file__).parents[2] / "docs" / "for-agents.md").read_text(encoding="utf-8")
SET = (NOT_POSTED, DELAYED, PROMISE_DUE, ANSWERED_TOGETHER, *TAGS.values())
READ = (PRIVATE, POST_ANYWAY, CLOSING_AGREED, PROMISE_KEPT, BROADCAST, BROADCAST_GO, NO_BROADCAST)


@pytest.mark.parametrize("tag", [*SET, *READ])
def test_a_tag_is_explained(tag: str) -> None:
    assert f"`{tag}`" in PAGE


@pytest.mark.parametrize("macro", read_setup().macros.values(), ids=lambda macro: macro.title)
def test_a_macro_is_named_as_agents_see_it(macro: Macro) -> None:
    assert f"*{macro.title}*" in " ".join(PAGE.split())
