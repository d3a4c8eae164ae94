"""Decides: a command and the facts as they stand give the fact that follows, or every reason why not.

`why` and the write path both come through here. It reads no clock, no store and no environment."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol, cast

from engine import commands as c
from engine import states as s
from engine.ask import Ask, Draft, Facts, Rule, Verdict, weigh
from engine.catalogue import N_, Message
from engine.decider import registers, unityears
from engine.decider.answers import Accepted, Decision, FieldError, Invalid, NotFound, OnRecord, Refused, finding_of
from engine.decider.imports import unknown_state
from engine.decider.references import missing, not_on_record
from engine.decider.steps import basis, step_fact, unfit
from engine.plan import Plan, RuleUse, Workflow, plain_use

ALWAYS = ("role", "chronology", "document")
UNIT_ROLES = ("admin", "secretary", "finance", "unit_officer")  # a unit's leader acts on its tasks alone
MONEY = ("fund_task", "disburse", "return_funds")


class Plans(Protocol):
    """Where adopted plans come from."""

    def newest(self, plan: str) -> tuple[Plan, int] | None:
        """The newest version of a plan and its number."""

    def version(self, plan: str, number: int) -> Plan:
        """A version of a plan."""

    def ids(self) -> Sequence[str]:
        """The ids of all adopted plans."""


@dataclass(slots=True)
class Decider:
    """Decides by the rules handed in: name in plan data -> rule."""

    rules: Mapping[str, Rule]

    def decide(self, command: c.Command, facts: Facts, plans: Plans, today: date) -> Decision:
        """The answer to a command. The first that applies: not found, refused, invalid in the light of the facts."""
        if isinstance(command, c.PlainStep) and not _known_step(command, facts, plans):
            text = N_("There is no such command: {name}.")
            return Invalid((FieldError("command", Message(text, {"name": command.command})),))
        if isinstance(command, c.WaiveRule):
            return self._waive(command, facts, plans, today)
        if isinstance(command, c.ImportTask) and (wrong := unknown_state(command, plans)):
            return Invalid(wrong)
        gone = missing(command, facts) or _no_such_version(command, facts, plans)
        if gone:
            return NotFound(gone)
        ask = self.ask(command, facts, plans, today)
        return registers.unfit(ask) or unfit(ask) or self._answer(ask)

    def ask(self, command: Any, facts: Facts, plans: Plans, today: date) -> Ask:
        """A command (or a draft of one) with everything that the rules may look at."""
        ask = Ask(command, facts, today, step_name=command.command, roles=_roles(command))
        ask.plan_of = lambda task: plans.version(task.plan, task.plan_version)
        if registers.word(command) in registers.HOUSE:
            ask.unit, plan = registers.about(command, ask)
            ask.unit_roles = UNIT_ROLES
            unityears.narrow(ask)
            found = plans.newest(plan) if plan else None
            ask.plan, ask.plan_version = found or (None, 0)
            ask.plan_at = (lambda number: plans.version(plan, number)) if plan else None
            _about_a_task(ask, plans)
            return ask
        ask.task = facts.task(command.task) or s.Task(command.task)
        if command.command == "register_task":
            _for_registration(ask, plans)
        else:
            ask.plan, ask.plan_version = plans.version(ask.task.plan, ask.task.plan_version), ask.task.plan_version
            _within(ask, ask.plan.workflows[ask.task.level])
            ask.plan_at = lambda number: plans.version(ask.task.plan, number)
            ask.unit = _unit_of(ask)
        return ask

    def weigh(self, ask: Ask) -> list[Verdict]:
        """Every rule's verdict, in the order in which they are read."""
        return weigh(ask, self.rules, self._uses(ask))

    def _answer(self, ask: Ask) -> Decision:
        verdicts = self.weigh(ask)
        failed = tuple(v for v in verdicts if not v.met and v.waived is None)
        if failed:
            return Refused(one_each(failed))
        fact = registers.fact_of(ask) if registers.word(ask.command) in registers.HOUSE else step_fact(ask)
        if isinstance(fact, Invalid | NotFound | OnRecord):
            return fact
        acting = ask.acting()
        return Accepted(
            fact=fact,
            role=acting.role if acting else None,
            acting_for=acting.by if acting else None,
            document=basis(ask),
            plan=(ask.plan.id, ask.plan_version) if ask.plan else None,
            findings=tuple(map(finding_of, verdicts)),
        )

    def _uses(self, ask: Ask) -> list[tuple[str, RuleUse]]:
        uses = [(name, plain_use(self.rules[name].id)) for name in ALWAYS]
        name = registers.word(ask.command)
        if name in registers.HOUSE:
            found = ((rule, registers.rule_use(rule, self.rules[rule].id, ask)) for rule in registers.HOUSE[name])
            return uses + [(rule, use) for rule, use in found if use is not None]
        if name == "register_task" and ask.plan is not None:
            uses.append(("level_of_plan", plain_use(ask.plan.level_rule)))
        if name != "waive_rule":
            uses.append(("order_of_steps", plain_use(self.rules["order_of_steps"].id)))
        if ask.workflow is not None and f"{ask.purpose}_task" in DECIDED:
            uses.append(("right_body", plain_use(ask.workflow.purpose_id(ask.purpose))))
        return uses + list(ask.step.rules.items() if ask.step else ())

    def _waive(self, command: c.WaiveRule, facts: Facts, plans: Plans, today: date) -> Decision:
        task = facts.task(command.task)
        registered = task is not None and bool(task.milestones)
        if not registered and command.step != "register_task":
            return NotFound((not_on_record("task", "task", command.task),))
        ask = Ask(
            command, facts, today, roles=_roles(command), step_name="waive_rule", task=task or s.Task(command.task)
        )
        workflows: list[Workflow] = []
        if registered and task is not None:
            ask.plan, ask.plan_version = plans.version(task.plan, task.plan_version), task.plan_version
            workflows = [ask.plan.workflows[task.level]]
            ask.unit, ask.unit_roles = task.lead_unit, workflows[0].unit_roles
        else:
            for plan in plans.ids():
                found = plans.newest(plan)
                workflows += found[0].workflows.values() if found else []
        errors = _not_waivable(command, workflows)
        return Invalid(errors) if errors else self._answer(ask)


DECIDED = ("select_task", "appraise_task", "accept_task", "recognise_task")


def one_each(verdicts: Sequence[Verdict]) -> tuple[Verdict, ...]:
    """The verdicts with those of one rule id put together."""
    by_id: dict[str, Verdict] = {}
    for verdict in verdicts:
        known = by_id.get(verdict.id)
        if known is None:
            by_id[verdict.id] = verdict
        else:
            known.problems += verdict.problems
    return tuple(by_id.values())


def _known_step(command: c.PlainStep, facts: Facts, plans: Plans) -> bool:
    """Whether a plan has the step: the version that the task goes by, or the newest of any."""
    task = facts.get("task", command.task)
    known = [found[0] for plan in plans.ids() if (found := plans.newest(plan))]
    if isinstance(task, s.Task):
        known.append(plans.version(task.plan, task.plan_version))
    return any(command.command in workflow.steps for plan in known for workflow in plan.workflows.values())


def _no_such_version(command: c.Command, facts: Facts, plans: Plans) -> tuple[FieldError, ...]:
    """The version that a correction, rescission or migration names is not there."""
    if isinstance(command, c.Correct | c.Rescind):
        state = facts.get(*command.stream.split(":", 1))
        newest = cast("int", getattr(state, "version", 0))
    elif isinstance(command, c.MigrateTask):
        task = facts.task(command.task)
        found = plans.newest(task.plan) if task else None
        newest = found[1] if found else 0
    else:
        return ()
    if command.version <= newest:
        return ()
    text = N_("There is no version {number}; the newest is {newest}.")
    return (FieldError("version", Message(text, {"number": command.version, "newest": newest})),)


def _roles(command: Any) -> tuple[str, ...]:
    cls = command.cls if isinstance(command, Draft) else type(command)
    return cast("type[c.Command]", cls).ROLES


def _for_registration(ask: Ask, plans: Plans) -> None:
    command = ask.command
    ask.unit = command.lead_unit
    found = plans.newest(command.plan)
    if found is None:
        return
    ask.plan, ask.plan_version = found
    ask.task = s.Task(command.task, waivers=ask.task.waivers)
    # Of an unknown level the other rules of registering are asked all the same, as any workflow has them.
    _within(ask, ask.plan.workflows.get(command.level) or next(iter(ask.plan.workflows.values())))


def _about_a_task(ask: Ask, plans: Plans) -> None:
    """A command beside the steps of a task is taken for its lead unit, in the roles its workflow lets a unit hold."""
    task = registers.task_of(ask.command, ask)
    if task is not None and task.milestones:
        ask.task, ask.unit = task, task.lead_unit
        ask.plan, ask.plan_version = plans.version(task.plan, task.plan_version), task.plan_version
        ask.workflow = ask.plan.workflows[task.level]
        ask.unit_roles = ask.workflow.unit_roles
        ask.plan_at = lambda number: plans.version(task.plan, number)


def _within(ask: Ask, workflow: Workflow) -> None:
    ask.workflow = workflow
    ask.unit_roles = workflow.unit_roles
    ask.of_workflow = True
    ask.step = workflow.steps.get(ask.step_name)
    if ask.step is not None:
        ask.roles = ask.step.roles


def _unit_of(ask: Ask) -> str | None:
    """The unit whose holders of a role may act: a line's for its money, else the lead unit."""
    if ask.step_name in MONEY:
        if isinstance(ask.command, Draft):
            return ask.task.lead_unit
        line = ask.facts.line(ask.command.line)
        return registers.owner(line.payer, line.unit) if line else None
    if ask.step_name == "close_task":
        lines = [ask.facts.line(ident) for ident in ask.task.money]
        owners = [registers.owner(line.payer, line.unit) for line in lines if line]
        units = {owner and ask.facts.successor(owner, ask.command.on) for owner in owners}
        return units.pop() if len(units) == 1 else None
    return ask.task.lead_unit


def _not_waivable(command: c.WaiveRule, workflows: Sequence[Workflow]) -> tuple[FieldError, ...]:
    steps = [workflow.steps[command.step] for workflow in workflows if command.step in workflow.steps]
    if not steps:
        return (FieldError("step", Message(N_("There is no such step here: {step}."), {"step": command.step})),)
    waivable = {use.id for step in steps for use in step.rules.values() if use.waivable}
    if command.rule in waivable:
        return ()
    text = N_("The rule {rule} may not be waived for {step}.")
    return (FieldError("rule", Message(text, {"rule": command.rule, "step": command.step})),)
