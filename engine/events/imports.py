"""The fact that a task came in from a register of the time before. Its shape is frozen."""

from typing import ClassVar

from engine.envelope import kind
from engine.events.tasks import TaskFact
from engine.imported import ImportedFacts, ImportSource


@kind
class TaskImported(TaskFact):
    """A task was taken over as a register had it. No step: `state` is where it stood, by no decision recorded here.

    `came_from` is the state to which a step back leads from there; empty where none does."""

    KIND: ClassVar[str] = "task_imported"

    plan: str
    plan_version: int
    level: str
    year: int
    title: str
    lead_unit: str
    investigator: str | None = None
    state: str
    came_from: str
    facts: ImportedFacts
    source: ImportSource

    def touches(self) -> tuple[str, ...]:
        person = (f"person:{self.investigator}",) if self.investigator else ()
        return (self.stream(), *person)
