"""What a mapping file may say: which sheet and row, which column becomes which field, and how its cells are written."""

import re
from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from engine.catalogue import N_, Message
from engine.fields import Some
from importing.dates import SHAPES, is_shape
from importing.problems import MappingError
from intake import IntakeError, files
from intake.lines import unknown
from intake.yamlfile import lines

Amounts = Literal["1.234.567", "1,234,567", "1 234 567", "1234567"]
TASK_FIELDS: Final = ("task", "plan", "level", "year", "title", "lead_unit", "investigator", "state", "on")
UNIT_FIELDS: Final = ("unit", "name", "kind", "ownership", "subordinate", "plans", "portal", "on")
OPTIONAL: Final = ("investigator", "portal", "on")
COMMAND: Final = {"tasks": "import_task", "units": "register_unit"}
OPEN: Final = "?"  # what a proposal leaves for a person to fill in
_DAY: Final = re.compile(r"(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])")


def _shape(text: str) -> str:
    if not is_shape(text):
        raise ValueError("a date shape has yyyy, and dd, mm and hh:mm where it likes")
    return text


def _day(text: str) -> str:
    if text != OPEN and not _DAY.fullmatch(text):
        raise ValueError("month and day, as 01-31")
    return text


def _keys_as_text(value: Any) -> Any:
    return {str(key): each for key, each in value.items()} if isinstance(value, dict) else value


Texts = Annotated[dict[str, Any], BeforeValidator(_keys_as_text)]
Shapes = Some[Annotated[str, AfterValidator(_shape)]]


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class FieldMap(_Data):
    """Where a field's value comes from - a column, a constant, a template of columns - and how it is to be read.

    `map` and `starts` say what a text stands for: the whole cell as it is written, blanks and all; or its beginning."""

    column: str | None = None
    value: Any = None
    template: str | None = None
    map: Texts | None = None
    starts: Texts | None = None
    unknown: Literal["report", "leave_out"] = "report"
    replace: dict[str, str] = {}
    split: str | None = None
    part: Literal["year"] | None = None
    dates: Shapes | None = None
    day: Annotated[str, AfterValidator(_day)] | None = None
    amounts: Amounts | None = None
    times: Annotated[int, Field(strict=True, ge=1)] = 1

    @model_validator(mode="before")
    @classmethod
    def _short(cls, given: Any) -> Any:
        return {"column": given} if isinstance(given, str) else given

    @model_validator(mode="after")
    def _one_origin(self) -> "FieldMap":
        if [self.column, self.value, self.template].count(None) != 2:
            raise ValueError("one of column, value, template")
        return self

    @property
    def columns(self) -> tuple[str, ...]:
        """The headings that it reads."""
        if self.column is not None:
            return (self.column,)
        return tuple(PLACE.findall(self.template or ""))


PLACE: Final = re.compile(r"\{([^{}]+)\}")


class ImportMap(_Data):
    """A mapping as a whole. `dates`, `day` and `amounts` hold for every field that says nothing else."""

    kind: Literal["tasks", "units"] = "tasks"
    sheet: str | None = None
    header: Annotated[int, Field(strict=True, ge=1)] = 1
    last_row: Annotated[int, Field(strict=True, ge=2)] | None = None
    dates: Shapes = SHAPES
    day: Annotated[str, AfterValidator(_day)] | None = None
    amounts: Amounts = "1234567"
    fields: dict[str, FieldMap]

    @property
    def command(self) -> str:
        """The command that a row becomes."""
        return COMMAND[self.kind]

    @property
    def id_field(self) -> str:
        """The field that tells rows apart."""
        return "task" if self.kind == "tasks" else "unit"


def required(field: str) -> bool:
    """Whether a row without this field is not taken."""
    return field not in OPTIONAL and not field.startswith("facts.")


def load_mapping(path: str) -> ImportMap:
    """Take a path; give the mapping. Raises IntakeError for a file that is no YAML, MappingError for a wrong one."""
    where = files.named(path)
    with files.open_file(path, where) as file:
        text = files.decode(files.read_all(file, where), where)
    first, *more = lines(text, where, unknown)
    errors = [error.message for error in first.errors]
    if errors or more or first.command is None:
        raise IntakeError(errors[0] if errors else Message.of(N_("A mapping is one object")), where)
    try:
        found = ImportMap.model_validate(first.command)
    except ValidationError as error:
        wrong = tuple(_told(details) for details in error.errors(include_url=False))
        raise MappingError(where, wrong) from None
    if wrong := tuple(_faults(found)):
        raise MappingError(where, wrong)
    return found


def _told(details: Any) -> Message:
    place = ".".join(str(part) for part in details["loc"])
    reason = str(details["msg"]).removeprefix("Value error, ")
    return Message(N_("{place}: this cannot be used ({reason})"), {"place": place, "reason": reason})


def _faults(mapping: ImportMap) -> list[Message]:
    known = TASK_FIELDS if mapping.kind == "tasks" else UNIT_FIELDS
    found = [
        Message(N_("fields.{field}: there is no such field; there are: {known}"), {"field": name, "known": list(known)})
        for name in mapping.fields
        if name not in known and not (mapping.kind == "tasks" and _is_fact(name))
    ]
    found += [
        Message(N_("fields.{field} is missing: every row needs it"), {"field": name})
        for name in known
        if required(name) and name not in mapping.fields
    ]
    for name, field in mapping.fields.items():
        found += _open(name, field) + _dayless(f"fields.{name}", field.dates or (), field.day or mapping.day)
    return found + _dayless("dates", mapping.dates, mapping.day)


def _dayless(place: str, shapes: tuple[str, ...], day: str | None) -> list[Message]:
    text = N_("{place}: {shape} does not say the day; say which it stands for (day: '12-31')")
    short = [shape for shape in shapes if "dd" not in shape]
    return [Message(text, {"place": place, "shape": short[0]})] if short and day is None else []


def _is_fact(name: str) -> bool:
    head, dot, fact = name.partition(".")
    return head == "facts" and bool(dot) and bool(fact.strip())


def _open(name: str, field: FieldMap) -> list[Message]:
    """What a proposal left open."""
    values: Mapping[str, Any] = {**(field.map or {}), **(field.starts or {})}
    text = N_("fields.{field}: the proposal left it open; fill in what the ? stands for")
    left = OPEN in (field.value, field.day, *values.values())
    return [Message(text, {"field": name})] if left else []
