"""What each field of a command holds, for files whose cells are text: also of the steps that a plan defines itself."""

from functools import cached_property

from engine.commands import COMMANDS
from engine.desk import Desk
from engine.schema import Kind, kind_of

OF_A_STEP = "reject_task"  # whose fields, task, document and reason, every step of a plan has


class Kinds:
    """Answers for the plans of one store, which it reads when a command is asked for that not every plan has."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def __call__(self, command: str, path: str) -> Kind | None:
        """As `engine.schema.kind_of`."""
        if command in COMMANDS:
            return kind_of(command, path)
        own = self._own.get(command)
        if own is None:
            return None
        field, _, within = path.partition(".")
        if field not in own:
            return kind_of(OF_A_STEP, path)
        if own[field] == "object" and within:
            return kind_of(OF_A_STEP, f"document.{within}")
        return None if within else own[field]

    @cached_property
    def _own(self) -> dict[str, dict[str, Kind | None]]:
        """Step -> field -> its kind in the newest versions of the plans; None where they have it otherwise."""
        found: dict[str, dict[str, Kind | None]] = {}
        with self._desk.reading(without_writing=True) as work:
            plans = [newest[0] for ident in work.ids() if (newest := work.newest(ident))]
        for name, step in (item for plan in plans for flow in plan.workflows.values() for item in flow.steps.items()):
            if name not in COMMANDS:
                kinds = found.setdefault(name, {})
                for field in step.fields:
                    kinds[field.name] = field.kind if kinds.get(field.name, field.kind) == field.kind else None
        return found
