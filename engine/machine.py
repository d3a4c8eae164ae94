"""Builds the state machine of a workflow, its table and its chart. The one door to `transitions`; judges no rule."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from transitions import Machine

from engine.catalogue import render
from engine.plan import BACK, NEW, STAY, Workflow
from engine.words import RESULTS

Table = dict[tuple[str, str], dict[str, str]]


class Edge(NamedTuple):
    """One way a step leads: `outcome` is '' where a step has one, and the former state where the step goes back."""

    source: str
    step: str
    outcome: str
    target: str


def machine_of(workflow: Workflow) -> Machine:
    """The workflow's machine, bound to no model: one trigger a step and outcome, no conditions."""
    moves = [
        {"trigger": f"{edge.step} {edge.outcome}".rstrip(), "source": edge.source, "dest": edge.target or None}
        for edge in _declared(workflow)
    ]
    names: Any = [NEW, *(state.name for state in workflow.states)]
    return Machine(model=None, states=names, initial=NEW, transitions=moves, auto_transitions=False)


def edges(workflow: Workflow) -> tuple[Edge, ...]:
    """Every way from a state to a state, read from the machine; a record leads to the state it stands in."""
    found: list[Edge] = []
    for trigger, event in machine_of(workflow).events.items():
        step, _, outcome = trigger.partition(" ")
        for source, ways in event.transitions.items():
            found.extend(Edge(source, step, outcome, way.dest or source) for way in ways)
    return tuple(found)


def table(workflow: Workflow) -> Table:
    """(state, step) -> outcome -> target, compiled from the machine.

    A step with one outcome has the key ''; one that goes back has a key for each state the task may have come from.
    """
    found: Table = {}
    for edge in edges(workflow):
        found.setdefault((edge.source, edge.step), {})[edge.outcome] = edge.target
    return found


def reachable(workflow: Workflow, without: str | None = None) -> frozenset[str]:
    """The states a task can come to, starting before its registration; `without` shuts one state."""
    ways = [(edge.source, edge.target) for edge in edges(workflow) if without not in (edge.source, edge.target)]
    return _closure({NEW}, ways) - {NEW}


def ending(workflow: Workflow) -> frozenset[str]:
    """The states from which a task can still come to a final state."""
    ways = [(edge.target, edge.source) for edge in edges(workflow)]
    return _closure({state.name for state in workflow.states if state.final}, ways) - {NEW}


def mermaid(workflow: Workflow, lang: str) -> str:
    """The workflow as a mermaid state diagram: arrows change the state, notes list what is recorded within one."""
    all_edges = edges(workflow)
    lines = ["stateDiagram-v2"]
    lines += [f'    state "{_clean(state.title.within(lang))}" as {state.name}' for state in workflow.states]
    arrows: dict[tuple[str, str], list[str]] = {}
    notes: dict[str, list[str]] = {}
    for edge in all_edges:
        if edge.source == edge.target:
            notes.setdefault(edge.source, []).append(label(workflow, edge, lang))
        else:
            arrows.setdefault((edge.source, edge.target), []).append(label(workflow, edge, lang))
    for (source, target), labels in arrows.items():
        lines.append(f"    {'[*]' if source == NEW else source} --> {target}: {' / '.join(labels)}")
    lines += [f"    {state.name} --> [*]" for state in workflow.states if state.final]
    for state in workflow.states:
        if state.name in notes:
            lines += [f"    note right of {state.name}", f"        {' / '.join(notes[state.name])}", "    end note"]
    return "\n".join(lines) + "\n"


def label(workflow: Workflow, edge: Edge, lang: str) -> str:
    """What a chart writes on an edge: the step's title, and the outcome where there is a choice."""
    title = workflow.steps[edge.step].title
    shown = _clean(title.within(lang)) if title else edge.step
    if edge.outcome in RESULTS:
        return f"{shown} ({render(RESULTS[edge.outcome], lang)})"
    return shown


def _declared(workflow: Workflow) -> Iterator[Edge]:
    """The moves as the plan writes them: a record has no target, a way back has one for each state before it."""
    for name, step in workflow.steps.items():
        for source in step.moves:
            for outcome, target in step.targets(source).items():
                if target == BACK:
                    yield from (Edge(source, name, former, former) for former in _before(workflow, source))
                else:
                    yield Edge(source, name, outcome, "" if target == STAY else target)


def _before(workflow: Workflow, state: str) -> list[str]:
    """The states from which a move leads to `state`, in the order in which the workflow names its states."""
    sources = {
        source for step in workflow.steps.values() for source in step.moves if state in step.targets(source).values()
    }
    return [each.name for each in workflow.states if each.name in sources]


def _closure(start: set[str], ways: list[tuple[str, str]]) -> frozenset[str]:
    found = set(start)
    grown = True
    while grown:
        more = {target for source, target in ways if source in found} - found
        found |= more
        grown = bool(more)
    return frozenset(found)


def _clean(text: str) -> str:
    """Text that a chart's line can hold: no quotation marks, colons, semicolons or line ends."""
    return " ".join(text.translate(str.maketrans('":;#', "' , ")).split())
