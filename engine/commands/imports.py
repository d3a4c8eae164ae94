"""The command that brings a task in from a register of the time before. Says what is well formed."""

from typing import ClassVar, Literal

from engine.commands.base import Command, Refs
from engine.fields import AnyText, Id, Text, Year
from engine.imported import ImportedFacts, ImportSource


class ImportTask(Command):
    """Take over a task from an existing register, as it stood there; rules it predates are not asked."""

    ROLES: ClassVar[tuple[str, ...]] = ("secretary", "admin")
    REFS: ClassVar[Refs] = (
        ("plan", "plan"),
        ("lead_unit", "unit"),
        ("investigator", "person"),
        ("facts.team", "person"),
    )
    GROUP: ClassVar[str] = "task"
    VERB: ClassVar[str] = "import"

    command: Literal["import_task"]
    task: Id
    plan: Id
    level: AnyText
    year: Year
    title: Text
    lead_unit: Id
    investigator: Id | None = None
    state: AnyText
    facts: ImportedFacts
    source: ImportSource
