"""`khcn plan list | show | clauses | workflow | check | add`: the plans as data, and how a new one is adopted."""

import re
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

import click

from console.clickwords import Ident
from console.frame import Day, Entry, Failure, Lazy, Leaf, Setting, form_options
from console.planwords import StateWords, carried, compared, foreseen, readable
from console.results import exit_code, put_result
from console.speech import heading, json_line, language, put, put_json, put_rows, put_table, say, tell
from engine.catalogue import N_
from engine.log import StoreMissing
from engine.plan import Plan
from workflows.load import builtin_plans, check_plan, content, digest, load_plan
from workflows.problems import PlanProblem, PlanRefused

Json = dict[str, Any]
SHOWN = ("id", "text")


def adopted(setting: Setting) -> dict[str, Plan]:
    """The newest version of every adopted plan; without a store the built-in plans."""
    try:
        with setting.desk().reading(without_writing=True) as work:
            return {ident: found[0] for ident in work.ids() if (found := work.newest(ident))}
    except StoreMissing:
        return {ident: load_plan(path) for ident, path in builtin_plans().items()}


def _own(row: dict[str, Any]) -> dict[str, Any]:
    """A row with what it says in both languages in the person's."""
    return {
        name: value[language()] if isinstance(value, dict) and set(value) == {"vi", "en"} else value
        for name, value in row.items()
    }


def _put(rows: list[Json], form: str, columns: list[str], told: Callable[[Json], Json] | None = None) -> None:
    """Put rows; `told` says one as people read it in a table."""
    if form == "table":
        put_table([told(_own(row)) for row in rows] if told else [_own(row) for row in rows], columns)
    else:
        put_rows(rows, form, head=() if rows else columns)


@click.command("list", cls=Leaf)
@form_options
@click.pass_obj
def list_plans(setting: Setting, form: str) -> None:
    """List the adopted plans."""
    from workflows.show import plan_list

    _put(plan_list(adopted(setting).values()), form, ["plan", "number", "issued_on", "province", "levels", "title"])


@click.command(cls=Leaf)
@click.argument("plan")
@form_options
@click.pass_obj
def show(setting: Setting, plan: str, form: str) -> None:
    """Show PLAN: what it rests on, its levels, offices and topic groups, its council rules."""
    from workflows.show import plan_show

    found = plan_show(plan_at(setting, plan, adopted_only=True))
    if form == "json":
        put_json(found)
        return
    if form == "csv":
        put_rows([{"id": name, "text": _flat(value)} for name, value in _own(found).items()], form)
    else:
        put_table([{"id": heading(name), "text": readable(name, value)} for name, value in found.items()], SHOWN)


def _flat(value: Any) -> str:
    """A value for programs that read CSV."""
    if isinstance(value, list):
        return "\n".join(_flat(each) for each in value)
    if isinstance(value, dict):
        return ", ".join(f"{name}: {_flat(each)}" for name, each in _own(value).items() if each is not None)
    return str(value)


@click.command(cls=Leaf)
@click.argument("plan")
@form_options
@click.pass_obj
def clauses(setting: Setting, plan: str, form: str) -> None:
    """List every clause of PLAN and what carries it: rule, obligation, registry, report, target or context."""
    from workflows.show import plan_clauses

    found = plan_at(setting, plan, adopted_only=True)
    _put(plan_clauses(found), form, ["id", "kind", "text", "carried_by"], told=lambda row: carried(found, row))


@click.command(cls=Leaf)
@click.argument("workflow", type=Ident(), metavar="PLAN/LEVEL")
@click.option("--mermaid", is_flag=True, help=say(N_("The chart as Mermaid text.")))
@form_options
@click.pass_obj
def workflow_(setting: Setting, workflow: str, mermaid: bool, form: str) -> None:
    """Show the workflow of PLAN/LEVEL: each step, from where to where, by whom, under which rules."""
    from workflows.show import plan_workflow

    ident, _, level = workflow.partition("/")
    found = plan_at(setting, ident, adopted_only=True)
    if level not in found.workflows:
        levels = [f"{ident}/{name}" for name in found.workflows]
        raise Failure(5, N_("There is no workflow {workflow}; there are: {levels}."), workflow=workflow, levels=levels)
    if mermaid:
        from engine.machine import mermaid as chart

        drawn = chart(found.workflows[level], language())
        if form == "table":
            put(drawn)
        else:
            answer = {"plan": found.id, "level": level, "mermaid": drawn}
            put_json(answer) if form == "json" else put_rows([answer], form)
        return
    shape = plan_workflow(found, level)
    if form == "json":
        put_json(shape)
        return
    steps = [each | {"moves": _moves(each), "rules": _ids(each)} for each in shape["steps"]]
    words, named_moves = StateWords(found, level), {each["step"]: each["moves"] for each in shape["steps"]}
    _put(steps, form, _STEP, told=lambda row: row | {"moves": words.moves(named_moves[row["step"]])})
    if form == "table":
        for each in filter(lambda step: step["note"], map(_own, steps)):
            put(f"\n{each['title']} ({each['step']}): {each['note']}")


_STEP = ["step", "title", "moves", "roles", "rules"]


def _moves(step: dict[str, Any]) -> list[str]:
    return [f"{source} → {_flat(target)}" for source, target in step["moves"].items()]


def _ids(step: dict[str, Any]) -> list[str]:
    rules = step["rules"].values() if isinstance(step["rules"], dict) else step["rules"]
    return list(dict.fromkeys(use["id"] for use in rules))


@click.command(cls=Leaf)
@click.argument("file")
@form_options
def check(file: str, form: str) -> int:
    """Check the plan in FILE; adopt nothing."""
    from workflows.rules import RULES

    problems = check_plan(file, rules=RULES)
    if form == "table":
        _tell(problems)
    else:
        put_rows([_problem(problem) for problem in problems], form, head=PROBLEM)
    if not problems:
        tell(N_("The plan in {file} is in order."), file=file)
    return 2 if problems else 0


PROBLEM = ("file", "line", "message", "cure")


def _problem(problem: PlanProblem) -> dict[str, Any]:
    said = {"message": problem.message.render(language()), "cure": problem.cure.render(language())}
    return {"file": str(problem.file), "line": problem.line, **said}


def _tell(problems: Iterable[PlanProblem]) -> None:
    for problem in problems:
        put(problem.render(language()), err=True)


@click.command(cls=Leaf)
@click.argument("file")
@click.option("--on", type=Day(), help=say(N_("Decision date (default: today).")))
@click.option("--dry-run", is_flag=True, help=say(N_("Check everything, record nothing.")))
@click.option("--json", "as_json", is_flag=True, help=say(N_("The result as JSON.")))
@click.pass_obj
def add(setting: Setting, file: str, on: date | None, dry_run: bool, as_json: bool) -> int:
    """Adopt the plan in FILE, or a new version of it, with its whole content. An administrator does it."""
    from pydantic_core import from_json

    from engine.parse import ask_for
    from projections.views import result_json
    from workflows.rules import RULES

    try:
        plan = load_plan(file, rules=RULES)
    except PlanRefused as refused:
        _tell(refused.problems)
        raise Failure(2, N_("The plan in {file} was not adopted."), file=file) from None
    desk = setting.desk()
    if setting.actor is None:
        raise Failure(2, N_("Say who acts: --actor ID."))
    known = adopted(setting).get(plan.id)
    if known is not None and digest(known) == digest(plan):
        tell(N_("The plan {plan} is adopted with this very content; nothing changed."), plan=plan.id)
        return 0
    asked = ask_for(adoption(plan, from_json(content(plan)), setting.actor, on or desk.today()))
    result = next(desk.rehearse([asked]) if dry_run else desk.batch([asked]))
    if as_json:
        click.echo(json_line(result_json(1, result, language())))
    else:
        put_result(result)
    return exit_code([result.outcome])


def adoption(plan: Plan, body: dict[str, Any], actor: str, on: date) -> Any:
    """The command that adopts a plan."""
    from engine.commands import AdoptPlan

    return AdoptPlan(actor=actor, on=on, plan=plan.id, content=body, sha256=digest(plan))


def plan_at(setting: Setting, place: str, *, adopted_only: bool = False) -> Plan:
    """A plan by id, by ID@VERSION, or from a file where not `adopted_only`.

    Raises Failure: 5 where there is no such plan or version, 2 where `place` is no plan's file either."""
    from engine.text import nfc, shortened
    from workflows.rules import RULES

    ident, _, number = nfc(place).partition("@")
    known = adopted(setting)
    if ident in known and not number:
        return known[ident]
    if ident in known and (number.isdecimal() or adopted_only):
        with setting.desk().reading(without_writing=True) as work:
            newest = work.newest(ident)
            version = int(number) if re.fullmatch("[0-9]{1,9}", number) else 0
            if newest is not None and 1 <= version <= newest[1]:
                return work.version(ident, version)
        raise Failure(5, N_("The plan {plan} has no version {number}."), plan=ident, number=shortened(number, 40))
    if adopted_only:
        raise Failure(5, N_("There is no plan {plan}; there are: {plans}."), plan=ident, plans=list(known))
    try:
        return load_plan(place, rules=RULES)
    except PlanRefused as refused:
        _tell(refused.problems)
        raise Failure(
            2, N_("{place} is neither an adopted plan nor a plan's file that is in order."), place=place
        ) from None


@click.command(cls=Leaf)
@click.argument("old")
@click.argument("new")
@form_options
@click.pass_obj
def diff(setting: Setting, old: str, new: str, form: str) -> None:
    """Tell what differs between two plans: each an adopted plan (VP57, VP57@1) or a file."""
    from workflows.diff import plan_diff

    rows = plan_diff(plan_at(setting, old), plan_at(setting, new))
    _put(rows, form, ["place", "old", "new"], told=compared)


@click.command(cls=Leaf)
@click.argument("new")
@form_options
@click.pass_obj
def impact(setting: Setting, new: str, form: str) -> None:
    """Tell for every running task what the plan NEW (adopted, or a file) would allow or refuse. Records nothing."""
    from engine.impact import impact as impact_of
    from projections.registries import registry
    from projections.titles import TaskTitles

    desk = setting.desk()
    found = plan_at(setting, new)
    tasks = [row["task"] for row in registry(desk.log, "tasks", day=desk.today()) if row["plan"] == found.id]
    rows = [
        {
            "task": each.task,
            "state": each.state,
            "version": each.version,
            "lost": each.lost,
            "allows": list(each.allows),
            "refuses": [{"step": step, "rules": list(rules)} for step, rules in each.refuses],
        }
        for each in impact_of(desk, found, tasks)
    ]
    with desk.log.reader() as reader:
        states = {row["task"]: row["state"] for row in TaskTitles(reader).rows(rows)}
    columns = ["task", "state", "version", "lost", "allows", "refuses"]
    _put(rows, form, columns, told=lambda row: foreseen(found, row | {"state": states[row["task"]]}))


def plan() -> click.Group:
    """The group `khcn plan`."""
    entries = {
        "list": Entry("console.plans:list_plans", N_("The adopted plans.")),
        "show": Entry("console.plans:show", N_("What a plan is and rests on.")),
        "clauses": Entry("console.plans:clauses", N_("Every clause and what carries it.")),
        "workflow": Entry("console.plans:workflow_", N_("The steps of one level, also as a chart.")),
        "check": Entry("console.plans:check", N_("Check a plan's files.")),
        "diff": Entry("console.plans:diff", N_("What differs between two plans.")),
        "impact": Entry("console.plans:impact", N_("What a plan would mean for running tasks.")),
        "add": Entry("console.plans:add", N_("Adopt a plan or a new version of one.")),
    }
    about = N_("Plans: clauses, workflows, new versions.")
    return Lazy("plan", entries=entries, help=say(about), no_args_is_help=True)
