"""Given-when-then at the desk: commands as the contract has them go in, outcomes come out."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from pydantic_core import from_json, to_json

from engine.commands import AdoptPlan
from engine.desk import Desk, Result
from engine.founding import found
from engine.log import Log
from engine.parse import ask_for
from workflows.load import builtin_plans, content, digest, load_plan
from workflows.rules import RULES

NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
Json = dict[str, Any]


def prepare(url: str, now: datetime = NOW) -> None:
    """Found a store: built-in plans and the first administrator."""
    with Log.open(url) as log:
        found(Desk(log, RULES, lambda: now), builtin_contents(), ("admin", "Quản trị"))


def builtin_contents() -> list[tuple[str, Json, str]]:
    """The built-in plans as `found` takes them."""
    plans = {ident: load_plan(path) for ident, path in builtin_plans().items()}
    return [(ident, from_json(content(plan)), digest(plan)) for ident, plan in plans.items()]


class Spec:
    """One store and what was last answered."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.now = NOW
        self.log = Log.open(url)
        self.desk = Desk(self.log, RULES, lambda: self.now)
        self.result: Result | None = None

    def given(self, *commands: Json) -> Spec:
        """Record what went before; every command must be recorded."""
        results = self.desk.batch([ask_for(command) for command in commands])
        for command, result in zip(commands, results, strict=True):
            assert result.outcome == "recorded", f"{command} -> {shown(result)}"
        return self

    def when(self, command: Json) -> Spec:
        """Record one command and keep the answer."""
        self.result = self.desk.handle(command)
        return self

    def then_recorded(self) -> None:
        assert self._outcome() == ("recorded", []), self._told()

    def then_duplicate(self) -> None:
        assert self._outcome() == ("duplicate", []), self._told()

    def then_refused(self, *rules: str) -> None:
        assert self._outcome() == ("refused", sorted(rules)), self._told()

    def then_invalid(self, *fields: str) -> None:
        assert self._outcome() == ("invalid", sorted(fields)), self._told()

    def then_not_found(self, *fields: str) -> None:
        assert self._outcome() == ("not_found", sorted(fields)), self._told()

    def task(self, ident: str, *, as_of: str | None = None, known_at: str | None = None) -> Json:
        """As `khcn task show --json`."""
        from projections.views import show_task

        return show_task(self.desk, ident, as_of=as_of, known_at=known_at)

    def why(self, ident: str, step: str | None = None, actor: str | None = None) -> Json:
        """As `khcn task why --json`."""
        from projections.views import why

        return why(self.desk, ident, step=step, actor=actor, lang="en")

    def close(self) -> None:
        """Give the connections back."""
        self.log.close()

    def _outcome(self) -> tuple[str, list[str]]:
        assert self.result is not None
        return self.result.outcome, sorted(named(self.result))

    def _told(self) -> str:
        assert self.result is not None
        return shown(self.result)


def named(result: Result) -> set[str]:
    """Rule ids of a refusal, or top-level names of the fields in error."""
    return {v.id for v in result.refusals} | {e.field.split(".")[0] for e in result.errors}


def shown(result: Result) -> str:
    """An answer as a person would read it."""
    reasons = [f"{v.id}: {'; '.join(p.message.render('en') for p in v.problems)}" for v in result.refusals]
    reasons += [f"{e.field}: {e.message.render('en')}" for e in result.errors]
    return f"{result.outcome} {result.command}: {reasons}"


def adopt(spec: Spec, plan: str = "HP36", **changes: Any) -> None:
    """Adopt a version of a built-in plan in which these fields are changed."""
    content = next(content for ident, content, _ in builtin_contents() if ident == plan) | changes
    command = AdoptPlan(actor="admin", on=spec.desk.today(), plan=plan, content=content, sha256="0" * 64)
    (result,) = spec.desk.batch([ask_for(command)])
    assert result.outcome == "recorded", shown(result)


def rename_states(spec: Spec, plan: str, **names: str) -> None:
    """Adopt a version of a built-in plan whose workflows name these states otherwise, as a plan of its own may."""
    content = next(content for ident, content, _ in builtin_contents() if ident == plan)
    text = to_json(content["workflows"]).decode()
    for old, new in names.items():
        text = text.replace(f'"{old}"', f'"{new}"')
    adopt(spec, plan, workflows=from_json(text))
