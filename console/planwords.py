"""What a plan holds, in the words of a person: its fields and values, states, steps, and what carries a clause."""

from collections.abc import Mapping
from typing import Any

from console.speech import heading, language, say, shown
from console.words import BACK, CARRIERS, NEW, REPORTS, STAY
from engine.catalogue import N_
from engine.plan import Plan
from engine.titles import step_in
from engine.words import RESULTS

Json = dict[str, Any]


def readable(name: str, value: Any) -> str:
    """A value of a plan's data, nested or not: each thing of a list, each field of a whole in a line of its own."""
    if isinstance(value, list) and any(isinstance(each, Mapping) for each in value):
        return "\n".join(_within(name, each) for each in value)
    if isinstance(value, Mapping) and not _bilingual(value):
        return "\n".join(_fields(name, value))
    return _within(name, value)


def _within(name: str, value: Any) -> str:
    """A value in one line."""
    if isinstance(value, Mapping):
        if not _bilingual(value):
            return ", ".join(_fields(name, value))
        more = {field: each for field, each in value.items() if field not in ("vi", "en")}
        return ", ".join([*_fields("", more), str(value[language()])])
    if isinstance(value, list):
        return ", ".join(
            f"({_within(name, each)})" if isinstance(each, Mapping) else _within(name, each) for each in value
        )
    return _last_day(value) if name == "last_days" and isinstance(value, str) else shown(name, value)


def _bilingual(value: Mapping[str, Any]) -> bool:
    return {"vi", "en"} <= value.keys()


def _fields(name: str, value: Mapping[str, Any]) -> list[str]:
    """What a whole is made of, without what is empty."""
    told = [(field, each) for field, each in value.items() if each not in (None, [], "", {})]
    return [f"{_field(name, field)}: {_part(_of(name, field), each)}" for field, each in told]


def _part(name: str, value: Any) -> str:
    whole = isinstance(value, Mapping) and not _bilingual(value)
    several = name == "purpose" and isinstance(value, list)
    return f"({_within(name, value)})" if whole or several else _within(name, value)


def _last_day(month_and_day: str) -> str:
    """03-24 as a date without its year."""
    month, _, day = month_and_day.partition("-")
    return f"{day}/{month}" if language() == "vi" else month_and_day


def _field(name: str, field: str) -> str:
    """A field; beneath `kinds`, `clauses` and `needs` it is itself a word of data."""
    if name in ("kinds", "clauses"):
        return shown("kind", field)
    if name == "moves":
        return shown("moves", field)
    if name == "needs":
        return shown("seat", field)
    if field in RESULTS:
        return say(RESULTS[field])
    return heading(field)


def _of(name: str, field: str) -> str:
    """Under which name the value of a field finds its words."""
    return {"kinds": "purpose", "moves": "moves"}.get(name, field)


def carried(plan: Plan, row: Json) -> Json:
    """A clause with what carries it in words, and with how it is read where the plan leaves room."""
    reading = (row["reading_vi"] or row["reading"]) if language() == "vi" else row["reading"]
    told = [row["text"], *([say(N_("Our reading: {reading}"), reading=reading)] if reading else [])]
    return row | {"text": "\n".join(told), "carried_by": [_carrier(plan, each) for each in row["carried_by"]]}


def _carrier(plan: Plan, text: str) -> str:
    """'step approve_task' in words; what has none is told as the plan names it."""
    kind, _, name = text.partition(" ")
    told = name
    if kind == "step":
        told = step_title(plan, name)
    elif kind == "report" and name in REPORTS:
        told = say(REPORTS[name])
    elif kind == "registry":
        told = heading(name)
    elif kind == "obligation":
        told = shown("what", name)
    return say(CARRIERS[kind], name=told) if kind in CARRIERS and name else text


def step_title(plan: Plan, name: str) -> str:
    """A step as the first workflow that has it calls it."""
    title = step_in(plan.workflows.values(), name)
    return title.within(language()) if title else name


class StateWords:
    """The states of one workflow as the plan calls them."""

    def __init__(self, plan: Plan, level: str) -> None:
        self._titles = {state.name: state.title.within(language()) for state in plan.workflows[level].states}

    def moves(self, moves: Mapping[str, Any]) -> str:
        """The moves of a step: from which state to which."""
        return "; ".join(f"{self._state(source)} → {self._target(target)}" for source, target in moves.items())

    def _target(self, target: Any) -> str:
        if not isinstance(target, Mapping):
            return self._state(target)
        return ", ".join(f"{shown('result', outcome)}: {self._state(state)}" for outcome, state in target.items())

    def _state(self, name: str) -> str:
        special = {"new": NEW, "back": BACK, "stay": STAY}
        return self._titles.get(name) or (say(special[name]) if name in special else name)


def compared(row: Json) -> Json:
    """A difference between two plans: the place as the plan's files have it, the values as people read them."""
    name = "moves" if ".moves." in row["place"] else row["place"].rpartition(".")[2]
    return row | {side: _side(name, row[side]) for side in ("old", "new")}


def _side(name: str, value: Any) -> str:
    return "-" if value is None else readable(name, value)


def foreseen(plan: Plan, row: Json) -> Json:
    """What a plan would mean for a task: the steps it would allow and refuse, by their titles, with the rules."""
    refuses = [f"{step_title(plan, each['step'])} ({', '.join(each['rules'])})" for each in row["refuses"]]
    return row | {"allows": [step_title(plan, each) for each in row["allows"]], "refuses": refuses}
