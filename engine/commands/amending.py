"""Commands that put a record right: a wrong entry is corrected, a withdrawn decision rescinded. Nothing is edited."""

from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from engine.commands.base import Command, Refs
from engine.fields import AnyText, Document, Text

Version = Annotated[int, Field(strict=True, ge=1)]


class Correct(Command):
    """Correct a field of an entry that was recorded wrongly, by a document. The old picture stays visible."""

    REFS: ClassVar[Refs] = (("stream", "stream"),)
    NEEDS: ClassVar[tuple[str, ...]] = ("document",)
    ROLES: ClassVar[tuple[str, ...]] = ("leader",)
    GROUP: ClassVar[str] = "entry"
    VERB: ClassVar[str] = "correct"

    command: Literal["correct"]
    stream: AnyText
    version: Version
    field: AnyText
    value: Any
    reason: Text
    document: Document | None = None


class Rescind(Command):
    """Rescind the newest step of a task, by a document. The task goes back to the state before it; as of a day before,
    the step still stands, beside what was decided in its place."""

    REFS: ClassVar[Refs] = (("stream", "stream"),)
    NEEDS: ClassVar[tuple[str, ...]] = ("document",)
    ROLES: ClassVar[tuple[str, ...]] = ("leader",)
    GROUP: ClassVar[str] = "entry"
    VERB: ClassVar[str] = "rescind"

    command: Literal["rescind"]
    stream: AnyText
    version: Version
    reason: Text
    document: Document | None = None
