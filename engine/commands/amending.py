"""Commands that put a record right: a wrong entry is corrected, a withdrawn decision rescinded. Nothing is edited."""

from decimal import Decimal
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from engine.commands.base import Command, Personal, Refs
from engine.fields import SEALED, AnyText, Document, Text, as_text
from engine.times import iso_day

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

    def personal(self) -> Personal | None:
        """The value, where it is a person's name."""
        kind, _, ident = self.stream.partition(":")
        return Personal(ident, ("value",)) if (kind, self.field) == ("person", "name") else None

    def alike(self) -> Self:
        """The same with its value as text: a sheet and a verb have as text what JSON has as number, flag or day."""
        value = self.value
        if isinstance(value, bool):
            text = str(value).lower()
        elif isinstance(value, int | float):
            text = as_text(Decimal(str(value)))
        elif isinstance(value, str):
            text = iso_day(value)
        else:
            return self
        return self.model_copy(update={"value": text})

    @model_validator(mode="after")
    def _typed_by_a_person(self) -> Self:
        if self.personal() and isinstance(self.value, str) and self.value.startswith(SEALED):
            raise PydanticCustomError("value_sealed", "like a sealed name")
        return self


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
