"""Rules that hold for every decision: the actor's role, dates, documents, ids, the order of steps, the right body."""

from collections.abc import Iterator
from datetime import date
from typing import Any, NamedTuple

from engine.ask import Ask, Draft, Unmet, no, nobody_administers, rule
from engine.catalogue import N_, Message
from engine.plan import BACK, STAY, Step, Workflow
from engine.states import PlanVersions
from engine.titles import state_in, step_in, usual_state, usual_step
from engine.words import PURPOSES, ROLES


def role_names(roles: tuple[str, ...]) -> list[Message]:
    """Role ids as names to be shown."""
    return [Message(ROLES.get(name, name)) for name in roles]


@rule("house.role", N_("{actor} acted in a role that may take this step."))
def role(ask: Ask) -> Iterator[Unmet]:
    """The actor holds, on the decision date and for that unit, a role that may take the step."""
    actor = ask.command.actor
    ask.evidence["actor"] = actor
    if ask.acting():
        return
    if ask.of_workflow and ask.step is None and not ask.roles:  # another plan's own step: nobody has a role for it here
        return
    person = ask.facts.person(actor)
    if person is None:
        yield no(
            N_("Nobody with the id {actor} is on record."),
            cure=N_("Use the id of a person on record, or have an administrator add {actor}."),
            actor=actor,
        )
        return
    held = {grant.role for grant in person.roles(ask.command.on)}
    yield no(
        N_("{actor} holds none of the roles that may do this on {day_on}: {roles}{scope}."),
        cure=N_("Let somebody do it who holds the role, or have an administrator grant {actor} one from that date."),
        actor=actor,
        day_on=ask.command.on,
        roles=role_names(ask.roles),
        scope=_scope(ask, held),
    )


def _scope(ask: Ask, held: set[str]) -> Message | str:
    """For whom the role is to be held, where that matters."""
    if ask.unit and set(ask.roles) & set(ask.unit_roles):
        return Message(N_(" (for the unit {unit} or for all)"), {"unit": ask.unit})
    return Message(N_(" (of the Department, not of a unit)")) if held & set(ask.roles) else ""


@rule("house.chronology", N_("The date is not in the future and not before the newest step."))
def chronology(ask: Ask) -> Iterator[Unmet]:
    """The decision date is not after today, and not before the newest state-changing step of the task."""
    on = ask.command.on
    if on > ask.today:
        yield no(
            N_("The date {day_on} is in the future (today is {today_on})."),
            cure=N_("Record the decision once it was taken, with the date on the paper."),
            day_on=on,
            today_on=ask.today,
        )
    if not ask.of_workflow or _later_allocation(ask) or not ask.task.milestones or ask.step_name == "register_task":
        return
    newest = ask.task.milestones[-1]
    if on < newest.on:
        yield no(
            N_("The date {day_on} is before the task's newest step, «{step}» on {newest_on}."),
            cure=N_("Check the date on the paper; a step cannot come before the one it builds on."),
            day_on=on,
            step=step_title(ask, newest.step),
            newest_on=newest.on,
        )


def _later_allocation(ask: Ask) -> bool:
    return ask.step_name == "fund_task" and ask.step is not None and ask.step.moves.get(ask.task.state) == STAY


@rule("house.document", N_("Every document has number, date and issuer."))
def document(ask: Ask) -> Iterator[Unmet]:
    """A document that is needed is there, and each one given has number, date and issuer."""
    for name, given in [*ask.command.documents(), *_own_documents(ask)]:
        if given is None:
            yield no(
                N_("The document is missing ({field})."),
                cure=N_("Give {field} with number, date and issuer."),
                field=name,
            )
        elif given.missing():
            yield no(
                N_("The document in {field} lacks: {missing}."),
                cure=N_("Fill in {missing}: a document is known by number, date and issuer together."),
                field=name,
                missing=list(given.missing()),
            )


def _own_documents(ask: Ask) -> Iterator[tuple[str, Any]]:
    """The fields of a plan's own step that are documents; of those that may be left out the ones given."""
    for field in ask.step.fields if ask.step is not None else ():
        if field.type != "document" or (isinstance(ask.command, Draft) and not field.required):
            continue
        given = getattr(ask.command, field.name, None)
        try:
            found = field.read(given) if given is not None else None
        except ValueError:  # it is no document at all, and told so as invalid
            continue
        if found is None and field.required:
            yield field.name, None
        elif found is not None and field.name != "document":  # that one every step of a plan has
            yield field.name, found


@rule("house.unique_id", N_("The id was not used before."))
def unique_id(ask: Ask) -> Iterator[Unmet]:
    """The id of what is put on record was not used before."""
    kind, field = NEW_IDS[ask.command.command]
    ident = getattr(ask.command, field)
    if ask.facts.get(kind, ident) is not None:
        yield no(
            N_("The id {ident} is already in use."),
            cure=N_("Choose another id; `khcn audit history {kind}:{ident}` shows what it stands for."),
            ident=ident,
            kind=kind,
        )


NEW_IDS = {
    "add_person": ("person", "person"),
    "register_unit": ("unit", "unit"),
    "set_up_council": ("council", "council"),
    "hold_session": ("session", "session"),
    "open_budget_line": ("line", "line"),
    "register_task": ("task", "task"),
    "register_initiative": ("initiative", "initiative"),
    "import_task": ("task", "task"),
}


@rule("house.level", N_("The level belongs to the plan."))
def level_of_plan(ask: Ask) -> Iterator[Unmet]:
    """The task's level is one of the plan's."""
    plan, level = ask.plan, ask.command.level
    if plan is not None and level not in plan.workflows:
        yield no(
            N_("The plan {plan} has no level {level}."),
            cure=N_("Use one of: {levels}."),
            plan=plan.id,
            level=level,
            levels=list(plan.workflows),
        )


@rule("house.order_of_steps", N_("The workflow has this step from the present state."))
def order_of_steps(ask: Ask) -> Iterator[Unmet]:
    """The workflow has the step from the present state, and a session named has decided on it since."""
    step = ask.step
    if ask.step_name == "register_task":
        return
    if step is None or not step.targets(ask.task.state):
        yield no(
            N_("«{step}» is not possible while the task is «{state}»."),
            cure=N_("`khcn task why {task}` shows what is possible now."),
            step=step_title(ask, ask.step_name),
            state=state_title(ask, ask.task.state),
            task=ask.task.task,
        )
    elif _failed_for_good(ask, step):
        yield no(
            N_("The result was not accepted {times} times; that is final."),
            cure=N_("Nothing more can be handed in for this task; a new task may be registered later."),
            times=len(ask.task.failures),
        )
    elif _back_to_nowhere(ask, step):
        known = version_knowing(ask, ask.task.came_from, ask.task.state)
        yield no(
            N_(
                "«{step}» would lead back to the state «{state}», which version {version} of the plan {plan} does not"
                " know."
            ),
            cure=N_(
                "Move the task first to a version that knows this state, such as {known} (`khcn task migrate {task}"
                " --version {known}`), or take another step."
            )
            if known
            else N_("Take another step; `khcn task why {task}` shows what is possible now."),
            step=step_title(ask, ask.step_name),
            version=ask.plan_version,
            plan=ask.task.plan,
            state=known.state(ask.task.came_from) if known else ask.task.came_from,
            known=known.number if known else None,
            task=ask.task.task,
        )
    if ask.step_name in DECIDED_BY_BALLOT and ask.command.session is not None:
        yield from _session_decided(ask)


def _failed_for_good(ask: Ask, step: Step) -> bool:
    """Whether the task failed at its acceptance as often as the step may be tried."""
    attempts = step.effect.get("attempts")
    if attempts is None or ask.workflow is None or len(ask.task.failures) < attempts:
        return False
    return ask.task.state in ask.workflow.reached_by("accept_task", "fail")


def _back_to_nowhere(ask: Ask, step: Step) -> bool:
    """Whether the step leads back to where the task came from, and the version to which it moved since lacks that."""
    back = BACK in step.targets(ask.task.state).values()
    return back and ask.workflow is not None and ask.task.came_from not in ask.workflow.state_names


def _session_decided(ask: Ask) -> Iterator[Unmet]:
    session = ask.facts.session(ask.command.session)
    item = session.item(ask.purpose, ask.task.task) if session else None
    if session is None or item is None:
        yield no(
            N_("The session {session} did not have {task} on its agenda for this purpose ({purpose})."),
            cure=N_("Name the session that decided on it, or record that session first."),
            session=ask.command.session,
            task=ask.task.task,
            purpose=Message(PURPOSES[ask.purpose]),
        )
        return
    if not item.cast or not item.ballots:
        yield no(
            N_("No ballots are on record for {task} in the session {session}."),
            cure=N_("Record the ballots first (`khcn session ballots`)."),
            session=session.session,
            task=ask.task.task,
        )
    if ask.command.on < session.on:
        yield _before(N_("The step of {day_on} is before the session {session} of {other_on}."), ask, session.on)
    if f"{ask.purpose} {session.session}" in ask.task.heard:
        yield no(
            N_("A step followed from the ballots for {task} in the session {session} already."),
            cure=N_("A new decision needs a new session; a wrong entry is corrected or rescinded by a document."),
            session=session.session,
            task=ask.task.task,
        )
    if session.on < ask.task.handed_in:
        yield _before(
            N_("The session {session} of {other_on} was before the dossier was handed in again."), ask, session.on
        )


def _before(message: str, ask: Ask, other: date) -> Unmet:
    return no(
        message,
        cure=N_("Name a session held after the dossier was handed in, and a step on its day or later."),
        day_on=ask.command.on,
        session=ask.command.session,
        other_on=other,
    )


def step_title(ask: Ask, name: str) -> object:
    """A step as people call it: by its title in the workflow, else elsewhere in the plan, else its usual one."""
    return step_in(_flows(ask), name) or usual_step(name)


def state_title(ask: Ask, name: str) -> object:
    """A state as people call it: by its title in the workflow, else elsewhere in the plan, else its usual one."""
    return state_in(_flows(ask), name) or usual_state(name)


class Knowing(NamedTuple):
    """A version of a plan and its workflow of a level."""

    number: int
    workflow: Workflow

    def state(self, name: str) -> object:
        """A state as this version calls it."""
        return state_in([self.workflow], name) or usual_state(name)


def version_knowing(ask: Ask, *states: str) -> Knowing | None:
    """The newest version of the task's plan that knows all these states at the task's level."""
    adopted = ask.facts.get("plan", ask.task.plan)
    newest = len(adopted.hashes) if isinstance(adopted, PlanVersions) else 0
    for number in range(newest, 0, -1):
        workflow = ask.plan_at(number).workflows.get(ask.task.level) if ask.plan_at else None
        if workflow is not None and workflow.state_names.issuperset(states):
            return Knowing(number, workflow)
    return None


def _flows(ask: Ask) -> list[Workflow]:
    return [*([ask.workflow] if ask.workflow else []), *(ask.plan.workflows.values() if ask.plan else ())]


@rule("house.right_council", N_("The body that decides is the one the workflow names."))
def right_body(ask: Ask) -> Iterator[Unmet]:
    """A council's step names a session, an outside body's step a document."""
    purpose = ask.workflow.decides.get(ask.purpose) if ask.workflow else None
    if purpose is None:  # the workflow lacks the step itself: house.order_of_steps says so
        return
    outside = purpose.by == "body"
    if outside and ask.command.session is not None:
        yield no(
            N_("An outside body decides here; its document is recorded, not a session."),
            cure=N_("Give the document of that body and its result instead of a session."),
        )
    if not outside and ask.command.document is not None:
        yield no(
            N_("A council decides here; its session is recorded, not a document."),
            cure=N_("Name the session; the result follows from its ballots."),
        )


@rule("house.separation_of_roles", N_("No role is held that may not be held together with this one."))
def separation_of_roles(ask: Ask) -> Iterator[Unmet]:
    """Who is auditor or administrator holds no other role."""
    command = ask.command
    known = ask.facts.person(command.person)
    held = [g.role for g in known.grants if g.until is None or g.until >= command.on] if known else []
    held += [made.role for made in known.delegations if made.until >= command.on] if known else []
    new = [r.role for r in command.roles] if command.command == "add_person" else [command.role]
    together = set(held) | set(new)
    alone = together & {"admin", "auditor"}
    if new and alone and len(together) > 1:
        yield no(
            N_("{person} would hold these roles together: {roles}. An administrator or auditor holds no other role."),
            cure=N_("Give the role to somebody else, or revoke the other role first."),
            person=command.person,
            roles=role_names(tuple(sorted(together))),
        )


@rule("house.last_administrator", N_("Somebody is administrator after this too."))
def last_administrator(ask: Ask) -> Iterator[Unmet]:
    """The administrator's role is not taken from the last who holds it."""
    command = ask.command
    before = ask.facts.administrators()
    administers = before.named(command.role, command.unit)
    if administers and before.lasting and not before.without(command.person, command.on).lasting:
        yield nobody_administers()


DECIDED_BY_BALLOT = ("select_task", "appraise_task", "accept_task", "recognise_task")
ALWAYS = ("role", "order_of_steps", "chronology", "document")
