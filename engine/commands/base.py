"""What every command has: who acts, the decision date, what it points at. Says what is well formed."""

from functools import cache
from typing import ClassVar, NamedTuple, Self, get_args

from pydantic import BaseModel, ConfigDict
from pydantic_core import PydanticCustomError

from engine.fields import Day, Document, Id

Refs = tuple[tuple[str, str], ...]


def one_of(first: str, second: str) -> PydanticCustomError:
    """The error of giving both or neither of two fields."""
    return PydanticCustomError("one_of", "one of {first}, {second}", {"first": first, "second": second})


class Personal(NamedTuple):
    """Which fields of a command are personal data, and whose."""

    person: str
    fields: tuple[str, ...]


class Command(BaseModel):
    """What somebody decided on a date. `REFS` names the fields that point at something which must exist;
    `NEEDS` the documents that house.document asks for; `ROLES` who may give it where no plan says otherwise;
    `GROUP` and `VERB` the words on the command line; `ALSO` another group that has the verb, for its own things."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    REFS: ClassVar[Refs] = ()
    NEEDS: ClassVar[tuple[str, ...]] = ()
    ROLES: ClassVar[tuple[str, ...]] = ()
    GROUP: ClassVar[str] = ""
    VERB: ClassVar[str] = ""
    ALSO: ClassVar[str] = ""

    command: str
    command_id: Id | None = None
    actor: Id
    on: Day

    @classmethod
    def word(cls) -> str:
        """The name by which it is given."""
        (name,) = get_args(cls.model_fields["command"].annotation)
        return str(name)

    def personal(self) -> Personal | None:
        """The fields that are personal data; None where the command has none."""
        return None

    def alike(self) -> Self:
        """The command as it is compared with another of the same id: what says the same is the same."""
        return self

    def documents(self) -> list[tuple[str, Document | None]]:
        """The document fields with what they hold; those not given only where they are needed."""
        found: list[tuple[str, Document | None]] = []
        for name in ("document", "minutes", "contract", "ethics"):
            if name in fields_of(type(self)):
                value = getattr(self, name)
                if value is not None or name in self.NEEDS:
                    found.append((name, value))
        return found


@cache
def fields_of(command: type[Command]) -> frozenset[str]:
    """The names of a command's fields; to ask pydantic each time takes longer than many a rule."""
    return frozenset(command.model_fields)
