"""The field types that commands and facts share: ids, dates, money, texts, documents. Refuses what is malformed."""

import re
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Final, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    StrictBool,
    StrictInt,
    StringConstraints,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
    WrapValidator,
)
from pydantic_core import PydanticCustomError

from engine.times import FIRST_YEAR, LAST_YEAR, read_day

LONGEST_TEXT = 10_000
SEALED = "sealed:"  # what personal data begins with in the log, and nothing that a person types
# In which context values are read: a name may be sealed as the log has it, a date must lie within bounds.
RECORDED: Final = {"sealed": True, "bounded": False}  # they are on record, whatever the rules of that day were
CORRECTED: Final = {"sealed": True, "bounded": True}  # they are, but for what is put right
ASKED: Final = {"sealed": False, "bounded": True}  # somebody asks for them to be recorded
MEASURED_IN = ("percent", "count")  # as targets are in plan data
MOST_MONEY = 10**15  # a sum that is over the national budget is a slip of the pen

_DECIMALS = re.compile(r"-?\d{1,400}(\.\d{1,400})?\Z", re.ASCII)
_HTTPS = re.compile(r"https://[^/\s:@?#\\\[\]]+(:(?P<port>[0-9]{1,5}))?([/?#]\S*)?\Z")
_ID = re.compile(r"[\w.\-/]{1,64}\Z")

T = TypeVar("T")


def _read_date(value: Any, info: ValidationInfo) -> date:
    day = value if type(value) is date else read_day(value) if isinstance(value, str) else None
    if day is None:
        raise PydanticCustomError("date_wrong", "not a date")
    if _in(info, "bounded") and day.year < FIRST_YEAR:
        raise PydanticCustomError("date_early", "before the year {first}", {"first": FIRST_YEAR})
    return day


def _in(info: ValidationInfo, what: str) -> bool:
    return info.context is not None and bool(info.context[what])


def read_id(value: str) -> str:
    """The value, if it is an id. Raises PydanticCustomError."""
    if not _ID.match(value):
        raise PydanticCustomError("id_wrong", "not an id")
    return value


def read_name(value: str) -> str:
    """The value, if it is not blank. Raises PydanticCustomError."""
    if not value.strip():
        raise PydanticCustomError("text_blank", "blank")
    return value


def _without_nul(value: str) -> str:
    # No text has one, and a PostgreSQL text column could not hold it.
    if "\x00" in value:
        raise PydanticCustomError("nul", "NUL")
    return value


def _read_number(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise PydanticCustomError("number_wrong", "not a number")
    if isinstance(value, float):
        return int(value) if value.is_integer() else Decimal(repr(value))
    return value


def _as_number(score: Decimal) -> int | float:
    return int(score) if score == score.to_integral_value() else float(score)


def _read_exact(value: Any) -> Any:
    return Decimal(value) if isinstance(value, str) and _DECIMALS.match(value) else _read_number(value)


def as_text(number: Decimal) -> str:
    """A number in plain decimals, however it was written: 33.50 and 33.5 are the same."""
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _read_portal(value: str) -> str:
    found = _HTTPS.match(value)
    if found is None or not 0 < int(found["port"] or 443) < 65536:
        raise PydanticCustomError("portal_wrong", "not an https address")
    return value


def _read_person_name(value: Any, read: ValidatorFunctionWrapHandler, info: ValidationInfo) -> str:
    if _in(info, "sealed") and isinstance(value, str) and value.startswith(SEALED):
        return value
    name: str = read(value)
    if name.startswith(SEALED):
        raise PydanticCustomError("name_sealed", "like a sealed name")
    return name


def _read_some(values: tuple[T, ...]) -> tuple[T, ...]:
    if not values:
        raise PydanticCustomError("too_short", "at least {min_length} must be given", {"min_length": 1})
    return values


Day = Annotated[date, BeforeValidator(_read_date)]
Id = Annotated[str, AfterValidator(read_id)]
AnyText = Annotated[str, StringConstraints(max_length=LONGEST_TEXT), AfterValidator(_without_nul)]
Text = Annotated[AnyText, AfterValidator(read_name)]
PersonName = Annotated[Text, WrapValidator(_read_person_name)]
Portal = Annotated[AnyText, AfterValidator(_read_portal)]
Money = Annotated[StrictInt, Field(ge=0, le=MOST_MONEY)]  # whole đồng
Sum = Annotated[StrictInt, Field(ge=1, le=MOST_MONEY)]  # whole đồng, some
Year = Annotated[StrictInt, Field(ge=FIRST_YEAR, le=LAST_YEAR)]
Percent = Annotated[StrictInt, Field(ge=0, le=100)]
# In the log a number, as in a command: so 80 and 80.0 say the same, and what was written can be read back.
Score = Annotated[
    Decimal,
    BeforeValidator(_read_number),
    Field(ge=0, le=100, decimal_places=2),
    PlainSerializer(_as_number, when_used="json"),
]
# A number that no binary fraction may blur: the same decimals in the log, as text.
Exact = Annotated[Decimal, BeforeValidator(_read_exact), Field(ge=0), PlainSerializer(as_text, when_used="json")]
Flag = StrictBool
# A list of at least one. pydantic's own `min_length` counts what could be read: of one bad value it would say besides
# what is wrong with it that none was given.
Some = Annotated[tuple[T, ...], AfterValidator(_read_some), Field(json_schema_extra={"minItems": 1})]


class Part(BaseModel):
    """A nested value of a command or a fact."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class Document(Part):
    """A document as the paper has it. Unique only by number, date and issuer together.

    `file` is a path where a command is given, and the name alone once it is on record: what was in the file is found by
    its SHA-256."""

    number: AnyText | None = None
    date: Day | None = None
    issuer: AnyText | None = None
    signer_capacity: AnyText | None = None
    file: AnyText | None = None
    sha256: AnyText | None = None
    size: Annotated[StrictInt, Field(ge=0)] | None = None
    media_type: AnyText | None = None

    def missing(self) -> tuple[str, ...]:
        """Which of number, date and issuer are not there."""
        given = {"number": self.number, "issuer": self.issuer}
        gone = [name for name, value in given.items() if not (value and value.strip())]
        return tuple(gone if self.date else [*gone, "date"])


class Item(Part):
    """A line of an estimate: content of expenditure and whole đồng."""

    content: Text
    amount: Money


class RoleAt(Part):
    """A role, for one unit or (None) for the Department."""

    role: str
    unit: Id | None = None


class Seat(Part):
    """A member of a council and the seat held there."""

    person: Id
    role: str


class Ballot(Part):
    """One member's ballot: a vote or a score."""

    person: Id
    vote: str | None = None
    score: Score | None = None


class Opinion(Part):
    """What an absent member wrote; kept, not counted."""

    person: Id
    text: AnyText


class SeminarReport(Part):
    """A report given at a seminar, in its five parts."""

    presenter: Id
    title: Text
    task: Id | None = None
    overview: AnyText
    methods: AnyText
    results: AnyText
    discussion: AnyText
    conclusion: AnyText
