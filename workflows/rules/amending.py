"""Rules of putting a record right: what may be rescinded, and to which plan version a task may move."""

from collections.abc import Iterator
from typing import Any

from engine.ask import Ask, Unmet, no, rule
from engine.catalogue import N_, Message
from engine.money import Share
from engine.words import EVENTS
from workflows.rules.always import state_title, step_title, version_knowing

FIRST = ("register_task", "import_task")


@rule("house.order_of_steps", N_("The entry is the task's newest step and not its registration."))
def newest_step(ask: Ask) -> Iterator[Unmet]:
    """Only the newest step that changed a task's state, and is not its registration, may be rescinded."""
    command, task = ask.command, ask.task
    steps = {reached.version: reached for reached in task.milestones}
    step = steps.get(command.version)
    if step is None:
        yield no(
            N_("Entry {version} of {stream} is not a step that changed a task's state, or it is already rescinded."),
            cure=N_("Name such a step (`khcn audit history {stream}`); a wrong entry is corrected instead."),
            version=command.version,
            stream=command.stream,
        )
    elif step.step in FIRST:
        yield no(
            N_("The registration of {task} cannot be rescinded."),
            cure=N_("Withdraw or reject the task instead."),
            task=task.task,
        )
    elif step is not task.milestones[-1]:
        newest = task.milestones[-1]
        yield no(
            N_("«{step}» is not the newest step of {task}; «{newest}» of {newest_on} (version {version}) came later."),
            cure=N_("Rescind «{newest}» first; the money already allocated, {allocated_vnd} đồng, stays allocated."),
            step=step_title(ask, step.step),
            task=task.task,
            newest=step_title(ask, newest.step),
            newest_on=newest.on,
            version=newest.version,
            allocated_vnd=task.allocated,
        )


@rule("house.within_allocation", N_("The money spent and returned stays covered."))
def covered_without_it(ask: Ask) -> Iterator[Unmet]:
    """Without a rescinded allocation the task's money spent and returned must still be covered."""
    reached = next((each for each in ask.task.milestones if each.version == ask.command.version), None)
    if reached is None or reached.line is None or reached.amount is None:
        return
    share = ask.task.money.get(reached.line, Share())
    left = share.room(reached.on)
    if left < reached.amount:
        yield no(
            N_("Of the {amount_vnd} allocated from the line {line}, only {left_vnd} is not spent or returned."),
            cure=N_("Money that was spent or returned keeps its allocation; rescind nothing, or correct the entry."),
            amount_vnd=reached.amount,
            line=reached.line,
            left_vnd=left,
        )


@rule("house.later_entries", N_("The plan version by which the task goes knows the state it goes back to."))
def back_to_a_known_state(ask: Ask) -> Iterator[Unmet]:
    """The state to which a rescission leads back is known to the plan version by which the task goes by now."""
    task = ask.task
    newest = task.milestones[-1] if task.milestones else None
    if newest is None or newest.version != ask.command.version or newest.step in FIRST or ask.workflow is None:
        return  # what is not the newest step is refused as such
    state = newest.before()["state"]
    if state in ask.workflow.state_names:
        return
    known = version_knowing(ask, state, task.state)
    text = N_("{task} would go back to the state «{state}», which version {version} of the plan {plan} does not know.")
    cure = N_("Leave the step as it is; the task goes on from where it stands.")
    told: dict[str, Any] = {"version": task.plan_version, "plan": task.plan, "task": task.task, "state": state}
    if known is not None and task.migrated is not None:
        entry, day = task.migrated
        text = N_(
            "{task} would go back to the state «{state}», which version {version} of the plan {plan} does not know; a"
            " later entry moved it to that version: {later}."
        )
        cure = N_(
            "Move the task first to a version that knows this state, such as {known} (`khcn task migrate {task}"
            " --version {known}`), and then rescind the step."
        )
        what = Message(EVENTS["task_migrated"])
        later = Message.of(N_("{entry} ({what}, {day_on})"), entry=f"task:{task.task}/{entry}", what=what, day_on=day)
        told |= {"known": known.number, "later": later, "state": known.state(state)}
    yield no(text, cure=cure, **told)


@rule("house.order_of_steps", N_("The new version of the plan knows the task's state."))
def version_has_state(ask: Ask) -> Iterator[Unmet]:
    """The version of the plan to which a task moves has its level and its present state."""
    newest = ask.task.milestones[-1]
    if ask.command.on < newest.on:
        yield no(
            N_("The date {day_on} is before the task's newest step, «{step}» on {newest_on}."),
            cure=N_("Check the date on the paper; a step cannot come before the one it builds on."),
            rule_id="house.chronology",
            day_on=ask.command.on,
            step=step_title(ask, newest.step),
            newest_on=newest.on,
        )
    plan = ask.plan_at(ask.command.version) if ask.plan_at else None
    workflow = plan.workflows.get(ask.task.level) if plan else None
    if workflow is None or ask.task.state not in workflow.state_names:
        yield no(
            N_("Version {version} of the plan {plan} does not know the state in which {task} stands, «{state}»."),
            cure=N_("The task stays under its version, or first takes a step to a state that both versions know."),
            version=ask.command.version,
            plan=ask.task.plan,
            task=ask.task.task,
            state=state_title(ask, ask.task.state),
        )
