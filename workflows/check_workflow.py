"""Checks one workflow of a plan: states, steps, who takes them and who decides. Looks at no clause; changes nothing."""

from itertools import pairwise
from typing import Any, NamedTuple

from engine.catalogue import N_, Message
from engine.machine import edges, ending, reachable
from engine.plan import BACK, NEW, STAY, Plan, Step, Workflow
from workflows import vocabulary as words
from workflows.problems import Findings
from workflows.yamlfile import Node


class _Case(NamedTuple):
    workflow: Workflow
    level: str
    tree: Node
    findings: Findings

    def tell(self, path: tuple[str | int, ...], message: str, cure: str, **params: Any) -> None:
        where = self.tree.at("workflows", self.level, *path)
        self.findings.add(where, message, cure, level=self.level, **params)


def check_workflow(plan: Plan, level: str, tree: Node, findings: Findings) -> None:
    """Take a plan, one of its levels and the nodes; add everything that is wrong with that workflow."""
    case = _Case(plan.workflows[level], level, tree, findings)
    _check_roles(case)
    for name, step in case.workflow.steps.items():
        if name in words.BUILT_IN_STEPS:
            _check_built_in(case, name, step)
        else:
            _check_plain(case, name, step)
    _check_decides(case)
    if _states_are_sound(case):
        _check_paths(case)


def _check_roles(case: _Case) -> None:
    text, cure = N_("'{role}' is no role that takes steps."), N_("Use one of: {names}.")
    for role in set(case.workflow.unit_roles) - set(words.STEP_ROLES):
        case.tell(("unit_roles",), text, cure, role=role, names=words.STEP_ROLES)
    for name, step in case.workflow.steps.items():
        for role in step.roles:
            if role not in words.STEP_ROLES:
                case.tell(("steps", name, "roles"), text, cure, role=role, names=words.STEP_ROLES)
        if not step.roles:
            path = ("steps", name, "roles")
            case.tell(path, N_("Nobody may take step {step}."), N_("Name at least one role."), step=name)


def _check_built_in(case: _Case, name: str, step: Step) -> None:
    path = ("steps", name)
    outcomes = words.BUILT_IN_STEPS[name] or ("",)
    for source, move in step.moves.items():
        targets = step.targets(source)
        if set(targets) != set(outcomes):
            text = N_("Step {step} must lead on from {source} by: {outcomes}.")
            cure = N_("Write one target for each, or one target alone where there is one outcome.")
            shown: list[Any] = [outcome for outcome in outcomes if outcome] or [Message(N_("one target"))]
            case.tell((*path, "moves", source), text, cure, step=name, source=source, outcomes=shown)
        _check_special(case, name, source, move)
    if step.fields:
        text = N_("Step {step} is built in and takes no fields of the plan.")
        case.tell((*path, "fields"), text, N_("Give the fields to a step of the plan's own."), step=name)
    expected = words.EFFECTS.get(name, {})
    if set(step.effect) != set(expected):
        text, cure = N_("Step {step} has these settings under `effect:` and no other: {names}."), N_("Write them so.")
        case.tell((*path, "effect"), text, cure, step=name, names=tuple(expected))
    if (law := words.LAW.get(name)) is not None and (law not in step.rules or step.rules[law].waivable):
        text = N_("Step {step} is held to the rule {rule}, which is law: no plan takes it away or lets it be waived.")
        cure = N_("Write it under `rules:`, or leave it to the shared part, and nothing of a waiver.")
        case.tell((*path, "rules", law), text, cure, step=name, rule=law)
    for setting, (least, most) in expected.items():
        if not least <= step.effect.get(setting, least) <= most:
            text, cure = N_("'{name}' is no number from {least} to {most}."), N_("Correct the number.")
            case.tell((*path, "effect", setting), text, cure, name=setting, least=least, most=most)


def _check_special(case: _Case, name: str, source: str, move: str | dict[str, str]) -> None:
    """`new`, `stay` and `back` stand only where the step knows what they mean."""
    allowed = {STAY: name in words.MAY_STAY, BACK: name == "resubmit_task"}
    must_stay = name in words.RECORDS and move != STAY
    wrong = must_stay or not allowed.get(move if isinstance(move, str) else "", True)
    if (source == NEW) != (name == "register_task"):
        text = N_("Only register_task begins at `new`, and it begins nowhere else.")
        case.tell(("steps", name, "moves", source), text, N_("Begin the move at a state."), step=name)
    elif wrong:
        text = N_("Step {step} cannot lead from {source} to '{target}'.")
        cure = N_("A record leads to `stay`, resubmit_task alone leads `back`, any other step to a state.")
        case.tell(("steps", name, "moves", source), text, cure, step=name, source=source, target=str(move))


def _check_plain(case: _Case, name: str, step: Step) -> None:
    """A step of the plan's own moves a task or records its fields; anything more needs a built-in step."""
    path = ("steps", name)
    plain = all(isinstance(move, str) and move != BACK and source != NEW for source, move in step.moves.items())
    if not plain or step.effect or not step.moves or not name.isidentifier():
        text = N_("Step {step} is not built in and is not plain: it may lead from a state to one state, and no more.")
        cure = N_("Use a built-in step, or take out outcomes, `new`, `back` and `effect`.")
        case.tell(path, text, cure, step=name)
    if name in words.COMMANDS:
        text, cure = N_("'{step}' is the name of a command that is no step."), N_("Choose another name.")
        case.tell(path, text, cure, step=name)
    if step.title is None:
        case.tell(path, N_("Step {step} has no title."), N_("Add `title: {{vi: ..., en: ...}}`."), step=name)
    seen: set[str] = set()
    for index, field in enumerate(step.fields):
        other = words.OWN_FIELDS.get(field.name)
        if field.name in seen or field.name in words.RESERVED_FIELDS or (other and other != field.type):
            text = N_("Field '{field}' of step {step} is taken already.")
            case.tell((*path, "fields", index), text, N_("Choose another name."), field=field.name, step=name)
        seen.add(field.name)


def _check_decides(case: _Case) -> None:
    decides, steps = case.workflow.decides, case.workflow.steps
    for purpose, decided in decides.items():
        path = ("decides", purpose)
        if purpose not in words.PURPOSES or (purpose == "approve" and decided.by == "council"):
            text = N_("'{purpose}' is not decided by a {by}.")
            cure = N_("Use one of: {names}; a council never approves.")
            case.tell(path, text, cure, purpose=purpose, by=decided.by, names=words.PURPOSES)
        elif decided.by == "council" and decided.whose is None:
            text = N_("It is not said whose council decides '{purpose}'.")
            case.tell(path, text, N_("Add `whose: unit` or `whose: department`."), purpose=purpose)
    for purpose in words.COUNCIL_PURPOSES:
        if f"{purpose}_task" in steps and purpose not in decides:
            text = N_("It is not said who decides '{purpose}'.")
            case.tell(("steps", f"{purpose}_task"), text, N_("Add it under `decides:`."), purpose=purpose)


def _states_are_sound(case: _Case) -> bool:
    """Every state once, under a name of its own, and every move between states that are there."""
    sound = True
    seen: set[str] = set()
    for index, state in enumerate(case.workflow.states):
        if state.name in seen or state.name in (NEW, STAY, BACK):
            text = N_("State '{state}' is taken already.")
            case.tell(("states", index), text, N_("Take it out or name it otherwise."), state=state.name)
            sound = False
        seen.add(state.name)
    for name, step in case.workflow.steps.items():
        for source in step.moves:
            for target in {source, *step.targets(source).values()} - seen - {NEW, STAY, BACK}:
                sound = False
                if not _told(case, name, source):
                    text = N_("Step {step} names a state '{state}' that is not there.")
                    where = ("steps", name, "moves", source)
                    case.tell(where, text, N_("Use one of: {states}."), step=name, state=target, states=sorted(seen))
    return sound


def _told(case: _Case, step: str, source: str) -> bool:
    where = case.tree.at("workflows", case.level, "steps", step, "moves", source)
    return any((found.file, found.line) == where for found in case.findings.found)


def _check_paths(case: _Case) -> None:
    workflow = case.workflow
    came, ends = reachable(workflow), ending(workflow)
    for index, state in enumerate(workflow.states):
        if state.name not in came:
            text = N_("No step leads to state '{state}' of {level}.")
            cure = N_("Add a move that leads there, or take it out.")
            case.tell(("states", index), text, cure, state=state.name)
        elif state.name not in ends:
            text = N_("From state '{state}' of {level} a task can never come to an end.")
            cure = N_("Add a move that leads on to a final state, or mark it as final.")
            case.tell(("states", index), text, cure, state=state.name)
    _check_milestones(case, came)
    _check_chain(case)


def _check_chain(case: _Case) -> None:
    """The states that are no side states follow one another, each by a step from the one before."""
    ways = {(edge.source, edge.target) for edge in edges(case.workflow)}
    places = {state.name: index for index, state in enumerate(case.workflow.states)}
    chain = (NEW, *case.workflow.chain)
    for state, following in pairwise(chain):
        if (state, following) not in ways:
            text = N_("No step of {level} leads from '{state}' to '{following}', which comes next.")
            cure = N_("Add the move, put the states in order, or mark the second with `side: true`.")
            case.tell(("states", places[following]), text, cure, state=state, following=following)


def _check_milestones(case: _Case, came: frozenset[str]) -> None:
    marked = {state.name for state in case.workflow.states if state.milestone}
    for name in words.MILESTONES:
        if name not in marked:
            text = N_("The milestone '{state}' is missing from {level}.")
            case.tell(("states",), text, N_("Every workflow passes: {names}."), state=name, names=words.MILESTONES)
    for first, then in pairwise(words.MILESTONES):
        if then in came and first in came and then in reachable(case.workflow, without=first):
            text = N_("In {level} a task can come to '{state}' without '{first}'.")
            cure = N_("Let every way to the later milestone pass the earlier one.")
            case.tell(("states",), text, cure, state=then, first=first)
