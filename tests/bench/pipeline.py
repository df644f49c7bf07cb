"""What a mention costs on its way from a network to its ticket and note: CPU, calls, units, memory.

gehoor's handlers run warm in one process. The network (a scripted Mastodon server), AWS (moto) and
the helpdesk (the Desk) are in another one and reached over HTTP, so that the figures are gehoor's.
"""

from __future__ import annotations

from bench.figures import Figure, Figures
from bench.load import FEW, MANY, Cost, run, together

WARM_UP = 2 * FEW
MENTIONS = 5_000
POLLS = MENTIONS // MANY
PACED = 200 * FEW
BARE_POSTS = 100
"""After each poll, so that the machine's faster and slower moments fall on both alike."""

CPU_S = 4.0
BARE_POST_S = 1.2
"""What a thousand mentions may cost on a machine where a thousand bare POSTs cost so much."""


def figures() -> Figures:
    """As mentions come in a burst, which is what gehoor is for, and as on a normal day."""
    ran = run(
        ("bring", WARM_UP, FEW),
        ("bring", PACED, FEW),
        ("bring", MANY, MANY),
        *(POLLS * (("bring", MANY, MANY), ("bare_posts", BARE_POSTS))),
    )
    _, paced, _, *found = ran.found
    burst, posts_s = together(found[::2]), sum(found[1::2])
    bare_s = 1000 * posts_s / (POLLS * BARE_POSTS)
    bare = f"the ticket alone: {POLLS * BARE_POSTS:,} bare requests.Session POSTs between the polls"
    posts = "the CPU of a mention in that of a bare POST, as machines differ"
    return {
        **_figures(burst, _how(MENTIONS, MANY), cpu_s=CPU_S, aws_calls=6, write_units=10),
        "bare_post_cpu_s_per_1000": Figure(round(bare_s, 2), "s", bare),
        "cpu_in_bare_posts": Figure(
            round(burst.cpu_per_1000() / bare_s, 2), "POSTs", posts, round(CPU_S / BARE_POST_S, 2)
        ),
        "peak_rss_mb": Figure(round(ran.peak_rss_mb, 1), "MB", "ru_maxrss after all of it", 150),
        **{f"paced_{name}": one for name, one in _figures(paced, _how(PACED, FEW)).items()},
    }


def _how(mentions: int, a_poll: int) -> str:
    return f"{mentions:,} mentions of new authors, {a_poll} a poll, each to its ticket and note"


def _figures(
    cost: Cost,
    how: str,
    cpu_s: float | None = None,
    aws_calls: float | None = None,
    write_units: float | None = None,
) -> Figures:
    timed, counted = f"{how}; process_time inside handlers", f"{how}; counted at the AWS stand-in"
    own = cost.cpu_s["all"] - cost.cpu_s["aws"] - cost.cpu_s["http"]
    return {
        "cpu_s_per_1000": Figure(cost.cpu_per_1000(), "s", timed, cpu_s),
        "cpu_s_per_1000_in_the_aws_sdk": Figure(cost.cpu_per_1000("aws"), "s", timed),
        "cpu_s_per_1000_in_http_calls": Figure(cost.cpu_per_1000("http"), "s", timed),
        "cpu_s_per_1000_of_gehoor_itself": Figure(
            round(1000 * own / cost.mentions, 2), "s", f"{timed}; what is left of the whole"
        ),
        "aws_calls_per_mention": Figure(
            cost.aws_calls(), "calls", f"{counted}; batches as shares", aws_calls
        ),
        "write_units_per_mention": Figure(
            cost.writes(), "units", f"{counted}, by items' sizes and indexes", write_units
        ),
        "read_units_per_mention": Figure(cost.reads(), "units", f"{counted}, by items' sizes"),
        "helpdesk_calls_per_mention": Figure(
            cost.of("helpdesk"), "calls", f"{how}; counted at the Desk"
        ),
    }
