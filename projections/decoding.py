"""Decodes events for folds without a model's checks, several times as fast; what it cannot take goes the whole way.

The log holds only what models wrote. So a fold reads it into stand-ins: structs with the fields and methods of a fact,
which call themselves its class, so that `isinstance` and `match` tell them alike. Whatever else is asked of one
(`model_dump`, say) is asked of the whole fact, made for that. A test holds both ways of reading against each other."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from types import FunctionType, UnionType
from typing import Annotated, Any, Union, cast, get_args, get_origin

from msgspec import Struct, ValidationError, defstruct, field, to_builtins
from msgspec.json import Decoder
from msgspec.structs import asdict, astuple
from pydantic import BaseModel

from engine.envelope import KINDS, Event, Fact, decode
from engine.fields import Document
from engine.transactions import Row

KEPT = (date, datetime, Decimal)  # types that models take as they are


def read_event(row: Row) -> Event:
    """The event of a row of the log for a fold: without its findings. Raises UnknownKind, BadEvent."""
    fact = KINDS.get(row[3])
    return decode(row[0], row[1], row[2], row[5]) if fact is None else reader_of(fact)(row)


def fields_of(fact: Fact) -> Mapping[str, Any]:
    """What a fact says by field, of those that its kind has; of a stand-in without making the whole fact."""
    own: Any = fact
    return asdict(own) if issubclass(type(fact), Struct) else vars(fact)


@cache
def reader_of(fact: type[Fact]) -> Callable[[Row], Event]:
    """What reads the events of one kind from rows of the log. It raises UnknownKind, BadEvent."""
    take, schema = decoder(fact).decode, fact.SCHEMA

    def read(row: Row) -> Event:
        try:
            seen = take(row[5])
            if seen.schema == schema:
                seen.position, seen.stream, seen.version, _, _, _ = row
                event: Event = seen
                return event
        except (ValidationError, ValueError, TypeError):
            pass  # the whole way tells what is wrong, or reads what this one cannot
        return decode(row[0], row[1], row[2], row[5])

    return read


@cache
def decoder(fact: type[Fact]) -> Decoder[Any]:
    """What decodes the bodies of one kind of event, in one go."""
    return Decoder(_seen(fact), dec_hook=_whole_part)


@cache
def glance(fields: tuple[str, ...]) -> Callable[[bytes], Sequence[str | None]]:
    """What reads these fields, which are texts, of the facts in bodies of events, and nothing else."""
    seen = defstruct("Glanced", [("data", defstruct("Data", [(name, str | None, None) for name in fields]))])
    take: Callable[[bytes], Any] = Decoder(seen).decode
    return lambda body: astuple(take(body).data)


def _seen(fact: type[Fact]) -> type[Struct]:
    return defstruct(
        f"Seen{fact.__name__}",
        [
            ("schema", int),
            ("on", date),
            ("recorded_at", datetime),
            ("actor", str),
            ("command", str),
            ("fact", stand_in(fact)),
            ("role", str | None, None),
            ("acting_for", str | None, None),
            ("command_id", str | None, None),
            ("plan", tuple[str, int] | None, None),
            ("document", _light(Document | None), None),
            ("position", int, 0),
            ("stream", str, ""),
            ("version", int, 0),
        ],
        rename={"fact": "data"},
        namespace={"__class__": property(lambda _: Event), "findings": ()},
    )


@cache
def stand_in(model: type[BaseModel]) -> type[Struct]:
    """A struct with the fields and methods of a model."""

    def whole(self: Any) -> Any:
        told = to_builtins(self, builtin_types=KEPT, enc_hook=lambda part: part.model_dump())
        return model.model_validate({name: value for name, value in told.items() if value is not None})

    space: dict[str, Any] = dict(_methods(model))
    space["__class__"] = property(lambda _: model)
    space["__pydantic_decorators__"] = model.__pydantic_decorators__  # by this isinstance knows a model
    space["__getattr__"] = lambda self, name: getattr(whole(self), name)
    for name in ("KIND", "SCHEMA"):
        if hasattr(model, name):
            space[name] = getattr(model, name)
    return defstruct(
        model.__name__,
        list(_fields(model)),
        rename={name: each.alias for name, each in model.model_fields.items() if each.alias},
        namespace=space,
        kw_only=True,
        forbid_unknown_fields=True,
    )


def _methods(model: type[BaseModel]) -> Iterator[tuple[str, Callable[..., Any]]]:
    for each in reversed(model.__mro__):
        if issubclass(each, BaseModel) and each is not BaseModel:
            yield from ((name, value) for name, value in vars(each).items() if isinstance(value, FunctionType))


def _fields(model: type[BaseModel]) -> Iterator[Any]:
    for name, each in model.model_fields.items():
        hint = _light(each.annotation)
        if each.is_required():
            yield name, hint
        elif each.default_factory is not None:
            yield name, hint, field(default_factory=cast("Callable[[], Any]", each.default_factory))
        else:
            yield name, hint, each.default


def _light(hint: Any) -> Any:
    """A type of a model's field, with stand-ins for the models in it."""
    origin, args = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return _light(args[0])
    if origin in (Union, UnionType):
        return Union[tuple(_light(each) for each in args)]  # noqa: UP007 - made of a tuple
    if origin in (tuple, dict):
        return origin[tuple(each if each is ... else _light(each) for each in args)]
    if isinstance(hint, type) and issubclass(hint, BaseModel):
        return stand_in(hint) if hint.model_config.get("extra") == "forbid" else hint
    return hint


def _whole_part(model: type[BaseModel], told: Any) -> Any:
    """A part that keeps what it has no name for is read by its model."""
    return model.model_validate(told)
