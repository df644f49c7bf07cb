"""`gehoor helpdesk setup`: fields, form, views, trigger, macro and webhook in Zendesk."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from gehoor.errors import Transient, UnknownOutcome
from gehoor.helpdesks import zendesk
from gehoor.http import Http
from gehoor.wiring import Access
from gehoor_ops.failures import CommandFailed
from gehoor_ops.output import printable
from gehoor_ops.setup_apply import Handover, before, carry_out, setup_of
from gehoor_ops.setup_file import read_setup, wanted
from gehoor_ops.setup_plan import Action, plan, plan_removal
from gehoor_ops.stack import clock, find_stack
from gehoor_ops.zendesk_objects import ZendeskObjects

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Sequence

    from gehoor.desk_settings import Desk
    from gehoor_ops.output import Output
    from gehoor_ops.setup_apply import Outcome
    from gehoor_ops.setup_plan import Change, Step
    from gehoor_ops.stack import Stack

APPLY = "gehoor helpdesk setup --apply"
REMOVE = "gehoor helpdesk setup --remove --yes"
PURPOSE = "make in the helpdesk what gehoor needs there; nothing of the company's own is touched"


def register(actions: Any) -> None:
    """Add the command."""
    setup = actions.add_parser("setup", help=PURPOSE, description=PURPOSE)
    setup.set_defaults(run=set_up)
    ways = setup.add_mutually_exclusive_group(required=True)
    ways.add_argument("--plan", action="store_true", help="say what would be done")
    ways.add_argument("--apply", action="store_true", help="do it; a second time finds nothing")
    ways.add_argument("--remove", action="store_true", help="remove what is gehoor's own")
    setup.add_argument("--yes", action="store_true", help="with --remove: do it")


def set_up(options: Namespace, output: Output) -> None:
    """Plan, apply or remove the setup of the configuration's helpdesk."""
    stack = find_stack(options.stack, output)
    handover, desk = _connect(stack)
    found = handover.objects.found()
    if options.remove:
        _remove(plan_removal(found), options, handover, output)
        return
    steps = plan(wanted(read_setup(), stack.output("ApiUrl"), desk), found)
    if options.plan:
        _show_plan(steps, handover.missing(before(steps)), output)
    else:
        _apply(steps, handover, output)


def _connect(stack: Stack) -> tuple[Handover, Desk]:
    """Sign in to the configuration's helpdesk; with the desk that works in it."""
    _, config = stack.config_store().current()
    settings = config.helpdesk
    if not isinstance(settings, zendesk.Settings):
        cause = f"gehoor cannot set up a helpdesk of the kind {settings.kind}"
        raise CommandFailed(cause, "set it up by hand, as its documentation says")
    secrets = stack.account.secrets()
    http = Http(clock, frozenset(config.allow_private_hosts))
    access = Access(secrets.get(settings.secret), http, stack.sessions())
    api = zendesk.signed_in_api(settings, access)
    objects = ZendeskObjects(api)
    handover = Handover(settings.base_url, objects, secrets, stack.setup_store())
    return handover, config.desk


def _show_plan(steps: Sequence[Step], missing: list[str], output: Output) -> None:
    to_do = any(step.action is not Action.LEAVE for step in steps)
    lines = [*_lines(steps), "", _summary(steps), *_kept_as_text(steps)]
    lines += [f"The functions do not know {what} yet." for what in missing]
    if to_do or missing:
        lines.append(f"Do it with: {APPLY}")
    document = {"applied": False, "steps": _as_json(steps), "functions_do_not_know": missing}
    output.show(document, "\n".join(lines))


def _apply(steps: Sequence[Step], handover: Handover, output: Output) -> None:
    missing = handover.missing(before(steps))
    outcome = _carry_out(steps, handover, output, APPLY)
    handover.complete(outcome)
    if outcome.refused:
        raise CommandFailed(
            f"Zendesk refuses {len(outcome.refused)} of {len(steps)} steps; the others are done",
            f"mend the causes, then run: {APPLY}",
            tuple(f"  {_name(step)}: {refusal}" for step, refusal in outcome.refused),
            refused=_as_json([step for step, _ in outcome.refused]),
        )
    setup = setup_of(outcome)
    document = {
        "applied": True,
        "steps": _as_json(steps),
        **asdict(setup),
        "functions_told": missing,
    }
    output.show(document, _applied(steps, missing))


def _applied(steps: Sequence[Step], missing: list[str]) -> str:
    done = [step for step in steps if step.action is not Action.LEAVE]
    if not done and not missing:
        return "The helpdesk is set up already; there was nothing to do."
    lines = [*_lines(done), "The helpdesk is set up."]
    if missing:
        lines.append(f"The functions know {' and '.join(missing)} within 5 minutes.")
    return "\n".join(lines)


def _remove(steps: Sequence[Step], options: Namespace, handover: Handover, output: Output) -> None:
    if steps and not options.yes:
        raise CommandFailed(
            f"{len(steps)} objects would be removed from the helpdesk, and what tickets and "
            "customers hold in the fields among them",
            f"if that is meant: {REMOVE}",
            tuple(f"  {line}" for line in _lines(steps)),
            steps=_as_json(steps),
        )
    # First, so that no ticket is opened with a form that is going.
    handover.store.remove()
    outcome = _carry_out(steps, handover, output, REMOVE)
    if outcome.refused:
        raise CommandFailed(
            f"Zendesk refuses to remove {len(outcome.refused)} of {len(steps)} objects",
            "remove them in Zendesk, or mend the causes and run this again",
            tuple(f"  {_name(step)}: {refusal}" for step, refusal in outcome.refused),
            refused=_as_json([step for step, _ in outcome.refused]),
        )
    text = f"{len(steps)} objects are removed." if steps else "There was nothing of gehoor's own."
    output.show({"removed": _as_json(steps)}, text)


def _carry_out(steps: Sequence[Step], handover: Handover, output: Output, again: str) -> Outcome:
    """Carry the steps out; a half-way end loses nothing, because each run looks anew."""
    try:
        return carry_out(steps, handover.objects, output.note)
    except (Transient, UnknownOutcome) as error:
        cause = str(error).partition("; ")[0]
        next_step = f"wait a minute, then go on with: {again}"
        raise CommandFailed(cause, next_step) from error


def _lines(steps: Sequence[Step]) -> list[str]:
    lines = []
    for step in steps:
        lines.append(f"{step.action:<7} {_name(step)}")
        lines += [f"          {_difference(change)}" for change in step.changes]
    return lines


def _kept_as_text(steps: Sequence[Step]) -> list[str]:
    """What to know of fields that would be a choice if they were made now."""
    titles = [step.title for step in steps if step.stays_text]
    if not titles:
        return []
    return [
        printable(f"Zendesk cannot make a drop-down of a text: {', '.join(titles)}"),
        "stay as they are, agents type gehoor's words there, and corrections are heard as before.",
        "For drop-downs rename each in Zendesk, so that it does not start with Webcare, and run",
        f"{APPLY}: what tickets hold in the old fields stays there.",
    ]


def _name(step: Step) -> str:
    return printable(f"{step.kind.replace('_', ' ')} {step.title}")


def _difference(change: Change) -> str:
    old, new = (json.dumps(value, ensure_ascii=False) for value in (change.old, change.new))
    return printable(f"{change.name}: {old} -> {new}")


def _summary(steps: Sequence[Step]) -> str:
    counts = Counter(step.action for step in steps)
    return (
        f"{counts[Action.CREATE]} to create, {counts[Action.CHANGE]} to change, "
        f"{counts[Action.LEAVE]} as they should be."
    )


def _as_json(steps: Sequence[Step]) -> list[dict[str, Any]]:
    return [
        {
            "action": step.action,
            "kind": step.kind,
            "key": step.key,
            "title": step.title,
            "id": step.object_id,
            "changes": [asdict(change) for change in step.changes],
            "stays_text": step.stays_text,
        }
        for step in steps
    ]
