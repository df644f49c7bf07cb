"""gehoor brings what customers say in public, with their history, into the helpdesk."""

import gc

COLLECT_AFTER = 100_000
"""New objects between two searches for garbage. A start makes objects that stay, and searching them
again and again, as Python does after each 700, took a tenth of its time."""

gc.set_threshold(COLLECT_AFTER)
