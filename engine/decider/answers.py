"""What a decision may be: accepted, refused, something not found, or invalid. A refusal is a value, not an error."""

from collections.abc import Mapping
from dataclasses import dataclass

from msgspec import Struct

from engine.ask import Verdict
from engine.catalogue import Message
from engine.envelope import Fact, Finding
from engine.fields import Document


@dataclass(frozen=True, slots=True)
class FieldError:
    """What is wrong with a field."""

    field: str
    message: Message


class Accepted(Struct, frozen=True):
    """The fact that follows, in which role the actor acted (and for whom), and the legal basis."""

    fact: Fact
    role: str | None
    document: Document | None
    plan: tuple[str, int] | None
    findings: tuple[Finding, ...]
    acting_for: str | None = None
    states: Mapping[str, Struct] | None = None  # where one step of the fold cannot tell them: a correction


@dataclass(frozen=True, slots=True)
class Refused:
    """Every rule that failed."""

    verdicts: tuple[Verdict, ...]


@dataclass(frozen=True, slots=True)
class NotFound:
    """The fields that name something which is not on record."""

    errors: tuple[FieldError, ...]


@dataclass(frozen=True, slots=True)
class Invalid:
    """The fields that cannot be meant so."""

    errors: tuple[FieldError, ...]


@dataclass(frozen=True, slots=True)
class OnRecord:
    """What would follow is on record already, at this place: nothing is added."""

    stream: str
    version: int
    position: int


Decision = Accepted | Refused | NotFound | Invalid | OnRecord


def finding_of(verdict: Verdict) -> Finding:
    """What the event keeps of a verdict."""
    return Finding(
        rule=verdict.id,
        source=verdict.source,
        clause=verdict.clause,
        met=verdict.met,
        waived=verdict.waived,
        evidence={name: _plain(value) for name, value in verdict.evidence.items()},
    )


_AS_THEY_ARE = (str, int, list)


def _plain(value: object) -> object:
    return value if isinstance(value, _AS_THEY_ARE) else str(value)
