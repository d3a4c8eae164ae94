"""What a rule may look at, and how it answers. Rules get facts handed in; there is no clock and no store in here."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from inspect import cleandoc
from typing import Any, Final, NamedTuple, Protocol, TypeVar, cast

from msgspec import UNSET, Struct, UnsetType

from engine import states as s
from engine.administrators import KEY, Administrators
from engine.catalogue import N_, Message
from engine.commands import Command
from engine.fields import Document
from engine.mergers import chain, last
from engine.money import Line
from engine.plan import Plan, RuleUse, Step, Workflow, source_of

T = TypeVar("T", bound=Struct)


class NotGiven(Exception):
    """A draft of a command does not say this yet; the rule cannot be judged."""

    def __init__(self, name: str) -> None:
        self.field = name
        super().__init__(name)


class Draft:
    """A command that is not filled in: asking for a field that was not given raises NotGiven."""

    def __init__(self, cls: type[Command], **given: Any) -> None:
        self.cls = cls
        self.__dict__.update(given)

    def __getattr__(self, name: str) -> Any:
        raise NotGiven(name)

    def documents(self) -> list[tuple[str, Document | None]]:
        """A draft names no documents yet."""
        if self.cls.NEEDS:
            raise NotGiven(self.cls.NEEDS[0])
        return []


class Unmet(NamedTuple):
    """One reason why a rule is not met, what would cure it, and the rule id where it is not the use's own."""

    message: Message
    cure: Message
    id: str | None = None


def no(message: str, /, *, cure: str, rule_id: str | None = None, **params: Any) -> Unmet:
    """A reason why not; `message` and `cure` are catalogue texts with the same parameters."""
    return Unmet(Message(message, params), Message(cure, params), rule_id)


def nobody_administers() -> Unmet:
    """Why the last administrator stays: said of a revocation and of a correction alike."""
    return no(
        N_("Nobody would be administrator any more: nobody could grant a role, add a person or adopt a plan."),
        cure=N_("Make somebody else administrator first (`khcn role grant`), then repeat this."),
    )


FAULTS = (ArithmeticError, AssertionError, AttributeError, LookupError, NameError, TypeError, ValueError, RuntimeError)
Judge = Callable[["Ask"], Iterator[Unmet]]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule: its name in plan data, the id it cites unless a plan says otherwise, what holds where it is met, what it
    asks for (the first paragraph of the judge's docstring), and its judge."""

    name: str
    id: str
    claim: str
    duty: str
    judge: Judge


RULES: dict[str, Rule] = {}


def rule(rule_id: str, claim: str) -> Callable[[Judge], Judge]:
    """Declare a rule. `claim` is the catalogue text of what holds where it is met."""

    def enter(judge: Judge) -> Judge:
        name = judge.__name__
        if name in RULES:
            raise ValueError(f"rule {name!r} is declared twice")
        RULES[name] = Rule(name, rule_id, claim, cleandoc(judge.__doc__ or name), judge)
        return judge

    return enter


class Source(Protocol):
    """Where folded states come from."""

    def get(self, key: str) -> Struct | None:
        """The state of `key`, or None."""


class Facts:
    """The folded states as they stand in the transaction that will append."""

    def __init__(self, source: Source) -> None:
        self._source = source

    def get(self, kind: str, ident: str) -> Struct | None:
        """The state of a stream by kind and id; a task that was only waived for does not count."""
        found = self._source.get(f"{kind}:{ident}")
        return None if kind == "task" and found is not None and not cast(s.Task, found).milestones else found

    def person(self, ident: str) -> s.Person | None:
        """A person."""
        return cast("s.Person | None", self._source.get(f"person:{ident}"))

    def administrators(self) -> Administrators:
        """Who administers the store, by date."""
        return cast("Administrators | None", self._source.get(KEY)) or Administrators()

    def unit(self, ident: str) -> s.Unit | None:
        """A unit."""
        return cast("s.Unit | None", self._source.get(f"unit:{ident}"))

    def successor(self, ident: str, on: date) -> str:
        """The unit that a unit counts as on a date: itself, or what it was merged into."""

        def into(name: str) -> str | None:
            unit = self.unit(name)
            return unit.merged_into if unit is not None and unit.since <= on and not unit.in_force(on) else None

        return last(ident, into)

    def became(self, ident: str) -> list[str]:
        """The units that a unit became part of, one after the other, whatever the date."""

        def into(name: str) -> str | None:
            unit = self.unit(name)
            return unit.merged_into if unit is not None else None

        return chain(ident, into)

    def took_over(self, unit: s.Unit, plan: str, on: date) -> bool:
        """Whether a unit that became part of this one by a date took part in a plan: its duties go on here."""
        gone = [self.unit(each.name) for each in unit.absorbed if each.since <= on]
        return any(each is not None and (plan in each.plans or self.took_over(each, plan, on)) for each in gone)

    def council(self, ident: str) -> s.Council | None:
        """A council."""
        return cast("s.Council | None", self._source.get(f"council:{ident}"))

    def session(self, ident: str) -> s.Session | None:
        """A session."""
        return cast("s.Session | None", self._source.get(f"session:{ident}"))

    def line(self, ident: str) -> Line | None:
        """A budget line."""
        return cast("Line | None", self._source.get(f"line:{ident}"))

    def initiative(self, ident: str) -> s.Initiative | None:
        """An initiative."""
        return cast("s.Initiative | None", self._source.get(f"initiative:{ident}"))

    def task(self, ident: str) -> s.Task | None:
        """A task, also one that has nothing but waivers yet."""
        return cast("s.Task | None", self._source.get(f"task:{ident}"))


class Acting(NamedTuple):
    """In which role somebody acts, for which unit (None: all), and for whom where it was delegated."""

    role: str
    unit: str | None
    by: str | None = None


NO_TASK: Final = s.Task("")


class Ask(Struct):
    """A command with everything that a rule may look at.

    `roles` may take it, for the unit `unit` or (holders without a unit) for all; `unit_roles` are those of them
    that count when held for that unit."""

    command: Any
    facts: Facts
    today: date
    roles: tuple[str, ...] = ()
    unit: str | None = None
    unit_roles: tuple[str, ...] = ()
    plan: Plan | None = None
    plan_version: int = 0
    workflow: Workflow | None = None
    step_name: str = ""
    step: Step | None = None
    of_workflow: bool = False  # a step of a task; `step` is None where its workflow lacks it
    task: s.Task = NO_TASK
    plan_of: Callable[[s.Task], Plan] | None = None
    plan_at: Callable[[int], Plan] | None = None
    params: Mapping[str, Any] = {}
    evidence: dict[str, Any] = {}
    _acting: Acting | UnsetType | None = UNSET

    @property
    def purpose(self) -> str:
        """What a session decides on for this step: 'appraise' for appraise_task."""
        return self.step_name.removesuffix("_task")

    @property
    def then(self) -> s.Task:
        """The task with the end, people and estimate in force on the decision's day."""
        return self.task.on(self.command.on)

    def acting(self) -> Acting | None:
        """In which role, and for whom, the actor may take this step on its date; None if in none."""
        if self._acting is UNSET:
            self._acting = self._found_acting()
        return self._acting

    def _found_acting(self) -> Acting | None:
        person = self.facts.person(self.command.actor)
        if person is None:
            return None
        ways = [Acting(grant.role, grant.unit) for grant in person.roles(self.command.on)]
        ways += [way for made in person.delegations if made.holds(self.command.on) for way in self._delegated(made)]
        able = [way for way in ways if way.role in self.roles and self._counts(way)]
        if len(able) < 2:
            return able[0] if able else None
        return min(able, key=lambda way: (way.by is not None, self.roles.index(way.role)))

    def _delegated(self, made: s.Delegation) -> Iterator[Acting]:
        """What a delegation is good for: no more than the delegator holds on that date."""
        delegator = self.facts.person(made.by)
        for grant in delegator.roles(self.command.on) if delegator else ():
            if grant.role == made.role and (made.unit is None or grant.unit in (None, made.unit)):
                yield Acting(made.role, made.unit or grant.unit, made.by)

    def _counts(self, way: Acting) -> bool:
        if way.unit is None:
            return way.role != "unit_officer"
        return self.same_unit(way.unit, self.unit) and way.role in self.unit_roles

    def same_unit(self, one: str | None, other: str | None) -> bool:
        """Whether two ids stand for the same unit on the decision date: a merged unit counts as its successor."""
        if one is None or other is None or one == other:
            return one == other
        return self.facts.successor(one, self.command.on) == self.facts.successor(other, self.command.on)


class Verdict(Struct):
    """What a rule says of a command. `needs` names the field a draft lacks, where the rule could not be judged."""

    name: str
    id: str
    claim: Message
    problems: tuple[Unmet, ...] = ()
    waived: str | None = None
    needs: str | None = None
    evidence: Mapping[str, Any] = {}
    duty: str = ""

    @property
    def met(self) -> bool:
        """Whether nothing stands in the way as far as it could be judged."""
        return not self.problems

    @property
    def source(self) -> str:
        """plan, law, customary or house."""
        return source_of(self.id)

    @property
    def clause(self) -> str | None:
        """The clause of the plan, where it is the source."""
        return self.id if self.source == "plan" else None


Uses = Sequence[tuple[str, RuleUse]]


def weigh(ask: Ask, rules: Mapping[str, Rule], uses: Uses) -> list[Verdict]:
    """Ask every rule, not only up to the first no. A rule that raises blocks, and says so."""
    verdicts: list[Verdict] = []
    for name, use in uses:
        verdicts += _weigh_one(ask, rules[name], use)
    return verdicts


def _weigh_one(ask: Ask, asked: Rule, use: RuleUse) -> list[Verdict]:
    ask.params = use.params
    ask.evidence = {}
    found: dict[str, list[Unmet]] = {}
    needs = None
    try:
        for problem in asked.judge(ask):
            found.setdefault(problem.id or use.id, []).append(problem)
    except NotGiven as missing:
        needs = missing.field
    except FAULTS as fault:  # a fault of the rule or its data; what the store raises goes up
        found.setdefault(use.id, []).append(_stumbled(asked, fault))
    claim = Message(asked.claim, ask.evidence)
    if not found:
        return [Verdict(asked.name, use.id, claim, (), None, needs, ask.evidence, asked.duty)]
    waived = {rule_id: _waiver(ask, rule_id) if use.waivable else None for rule_id in found}
    return [
        Verdict(asked.name, rule_id, claim, tuple(problems), waived[rule_id], needs, ask.evidence, asked.duty)
        for rule_id, problems in found.items()
    ]


def _stumbled(asked: Rule, fault: Exception) -> Unmet:
    return no(
        N_("The rule {rule} could not be judged ({kind}: {reason}); so the step is not taken."),
        cure=N_("This is a fault of the program or of the plan's data: report it with this message."),
        rule=asked.name,
        kind=type(fault).__name__,
        reason=str(fault),
    )


def _waiver(ask: Ask, rule_id: str) -> str | None:
    for waiver in ask.task.waivers:
        if waiver.rule == rule_id and waiver.step == ask.step_name and waiver.on <= ask.command.on:
            return waiver.document
    return None
