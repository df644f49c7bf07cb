"""One story lived again and again, each time with something wrong at another of its calls."""

from collections.abc import Callable, Sequence
from functools import partial

from fakes.tap import WRITES_OUTSIDE, Fault
from fakes.world import World

Story = Callable[[Callable[[World], None]], World]
"""Lives it in a new world, which it lets a test prepare first."""

Verdict = Callable[[World], None]
"""Fails when the world is not as it should be."""


def suffer_at_each_call(
    story: Story,
    calls: Sequence[str],
    fault: Fault,
    verdict: Verdict,
    *,
    but: tuple[str, ...] = (),
) -> None:
    """The story with `fault` at each call in turn; the failure names the call.

    No client repeats by itself what writes at another company. Calls whose names begin with one of
    `but` are left alone.
    """
    for number, name in enumerate(calls):
        if not name.startswith(but) and not (fault is Fault.REPEATED and name in WRITES_OUTSIDE):
            _judge(
                story(partial(_let_fail, number, fault)),
                verdict,
                f"{fault.name} at {number}: {name}",
            )


def repeat_at_each_call(
    story: Story, calls: Sequence[str], verdict: Verdict, *, but: tuple[str, ...] = ()
) -> None:
    """The story with every message so far coming twice right before each call in turn."""
    for number, name in enumerate(calls):
        if not name.startswith(but):
            world = story(partial(_let_repeat, number))
            _judge(world, verdict, f"second worker at {number}: {name}")


def _let_fail(number: int, fault: Fault, world: World) -> None:
    world.tap.faults[number] = fault


def _let_repeat(number: int, world: World) -> None:
    world.tap.before[number] = world.everything_again


def _judge(world: World, verdict: Verdict, what: str) -> None:
    try:
        verdict(world)
    except (AssertionError, KeyError) as failure:
        failure.add_note(what)
        raise
