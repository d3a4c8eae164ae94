"""Writes the page of a plan: its head, a chart for each workflow, its clauses and what carries them. Adds no fact."""

from collections.abc import Iterable, Iterator

from engine.catalogue import N_, render
from engine.machine import mermaid
from engine.plan import Obligation, Plan, RuleUse, Workflow
from workflows.load import builtin_plans, load_plan
from workflows.vocabulary import PURPOSES

_COUNCIL, _BODY = N_("a council ({whose})"), N_("an outside body, on its document")
_WHOSE = {"unit": N_("the lead unit's"), "department": N_("the Department's")}


def plan_page(plan: Plan | str, lang: str = "en") -> str:
    """The Markdown page of a plan, or of the built-in plan with that id."""
    known = load_plan(builtin_plans()[plan]) if isinstance(plan, str) else plan
    parts = [*_head(known, lang)]
    for level in known.workflows:
        parts += _workflow(known, level, lang)
    parts += _obligations(known, lang)
    parts += _clauses(known, lang)
    return "\n".join(parts).rstrip() + "\n"


def _head(plan: Plan, lang: str) -> Iterator[str]:
    yield f"# {plan.id} · {plan.title.within(lang)}"
    yield ""
    number = render(N_("Plan {number} of {issuer}, {issued_on}."), lang, **_issued(plan))
    yield f"{plan.title.within('vi' if lang == 'en' else 'en')}. {number}"
    yield ""
    if plan.basis:
        yield render(N_("It rests on:"), lang)
        yield ""
        yield from (f"- {basis.number}, {basis.date:%d/%m/%Y}, {basis.issuer_vi}" for basis in plan.basis)
        yield ""
    if plan.topic_groups:
        yield render(N_("Topic groups:"), lang)
        yield ""
        yield from (f"{group.id}. {group.vi} - {group.en}" for group in plan.topic_groups)
        yield ""


def _issued(plan: Plan) -> dict[str, str]:
    return {"number": plan.number, "issuer": plan.issuer, "issued_on": plan.issued_on.isoformat()}


def _workflow(plan: Plan, level: str, lang: str) -> Iterator[str]:
    workflow = plan.workflows[level]
    titles = {state.name: state.title.within(lang) for state in workflow.states}
    yield f"## {plan.id}/{level} · {workflow.title.within(lang)}"
    yield ""
    yield " > ".join(titles[state] for state in workflow.chain)
    yield ""
    yield "```mermaid"
    yield mermaid(workflow, lang).rstrip()
    yield "```"
    yield ""
    if workflow.decides:
        yield from _table(_words(N_("purpose"), N_("decided by"), N_("source"), lang=lang), _decides(workflow, lang))
    head = _words(N_("step"), N_("title"), N_("who"), N_("rules"), lang=lang)
    yield from _table(head, _steps(workflow, lang))


def _decides(workflow: Workflow, lang: str) -> Iterator[tuple[str, ...]]:
    for purpose in (each for each in PURPOSES if each in workflow.decides):
        decided = workflow.decides[purpose]
        whose = render(_WHOSE[decided.whose], lang) if decided.whose else ""
        who = render(_BODY, lang) if decided.by == "body" else render(_COUNCIL, lang, whose=whose)
        yield purpose, who, decided.id


def _steps(workflow: Workflow, lang: str) -> Iterator[tuple[str, ...]]:
    for name, step in workflow.steps.items():
        rules = ", ".join(_rule(rule, use, lang) for rule, use in step.rules.items())
        note = f" {step.note.within(lang)}" if step.note else ""
        yield name, (step.title.within(lang) if step.title else "") + note, ", ".join(step.roles), rules


def _rule(name: str, use: RuleUse, lang: str) -> str:
    return f"{name} ({use.id}{', ' + render(N_('may be waived'), lang) if use.waivable else ''})"


def _obligations(plan: Plan, lang: str) -> Iterator[str]:
    if not plan.obligations:
        return
    yield f"## {render(N_('What every unit owes'), lang)}"
    yield ""
    head = _words(N_("duty"), N_("clause"), N_("years"), N_("recurs"), N_("last days on time"), lang=lang)
    yield from _table(head, (_owed(owed, lang) for owed in plan.obligations))


def _owed(owed: Obligation, lang: str) -> tuple[str, ...]:
    since = [render(N_("from {year} on"), lang, year=owed.since)] if owed.since else []
    years = ", ".join([*(str(year) for year in owed.years), *since])
    days = [f"{day[3:]}/{day[:2]}" for day in owed.last_days] or [render(N_("the period's last day"), lang)]
    return owed.what, ", ".join([owed.clause, *owed.also]), years, owed.recurs, ", ".join(days)


def _clauses(plan: Plan, lang: str) -> Iterator[str]:
    yield f"## {render(N_('Clauses, and what carries each'), lang)}"
    yield ""
    head = _words(N_("clause"), N_("kind"), N_("text"), N_("carried by"), lang=lang)
    yield from _table(head, _clause_rows(plan, lang))


def _clause_rows(plan: Plan, lang: str) -> Iterator[tuple[str, ...]]:
    for clause in plan.clauses:
        text = f"{clause.text.vi}<br>{clause.text.en}"
        if clause.reading:
            text += f"<br>*{render(N_('Our reading: {reading}'), lang, reading=clause.reading)}*"
        yield clause.id, clause.kind, text, ", ".join(clause.carried) or "-"


def _words(*texts: str, lang: str) -> tuple[str, ...]:
    return tuple(render(text, lang) for text in texts)


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"|{'---|' * len(head)}"
    yield from (f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |" for row in rows)
    yield ""
