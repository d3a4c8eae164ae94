"""`khcn task approve` and the other verbs: each made from its command's declaration, one option a field."""

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import click
from msgspec import DecodeError
from msgspec.json import decode

from console.attaching import DOCUMENTS, Attachments
from console.frame import Leaf, Setting
from console.results import exit_code, put_result
from console.speech import json_line, language, say
from engine.catalogue import N_
from engine.commands import Command
from engine.schema import choices_of, items_of, json_schema, kind_of
from engine.text import capitalised
from engine.times import iso_day
from engine.words import FIELDS

# What a nested field may be written as, beside JSON.
SHORT = {
    "estimate": ("content", "amount"),
    "members": ("person", "role"),
    "in": ("person", "role"),
    "ballots": ("person", ""),
    "roles": ("role", "unit"),
    "absent_opinions": ("person", "text"),
    "authors": ("person", "share"),
}
METAVARS = {"integer": "NUMBER", "number": "NUMBER", "date": "DATE", "nested": "VALUE", "object": "VALUE"}
HEADER = ("command", "command_id", "actor")


def verb(name: str, cls: type[Command], *, group: str) -> click.Command:
    """The verb of a command by name and class, in a group that has it.

    What is named first is the first field; in the command's other group (`ALSO`) what that group is of."""
    schema = json_schema(name)
    left_out = cls.GROUP if group == cls.ALSO else ""
    fields = [field for field in schema["properties"] if field not in (*HEADER, left_out)]
    first = group if left_out else next(field for field in fields if field != "on")
    several = kind_of(name, first) == "nested"
    place = f"[{first.upper()}]..." if several else f"[{first.upper()}]"
    params: list[click.Parameter] = [
        click.Argument([f"{first}_"], required=False, metavar=place, nargs=-1 if several else 1)
    ]
    params += [_option(name, field, required=field in schema.get("required", ())) for field in fields]
    params += [_file_option(flag, field) for flag, field in _file_flags(fields).items()]
    params += [
        click.Option(["--command-id"], metavar="ID", help=say(N_("Id of the command: the same one counts once."))),
        click.Option(["--dry-run"], is_flag=True, help=say(N_("Check everything, record nothing."))),
        click.Option(["--json", "as_json"], is_flag=True, help=say(N_("The result as JSON."))),
    ]
    return Leaf(cls.VERB, params=params, callback=_callback(name, first, _file_flags(fields)), help=cls.__doc__)


def _file_flags(fields: list[str]) -> dict[str, str]:
    """The options that take a document's file: --file for the first of the command's documents."""
    first, *others = [field for field in DOCUMENTS if field in fields] or [""]
    return ({"file": first} if first else {}) | {f"{field}-file": field for field in others}


def _file_option(flag: str, field: str) -> click.Option:
    note = say(N_("The file of --{field}: it is kept beside the store by its SHA-256."), field=field)
    return click.Option([f"--{flag}"], metavar="PATH", help=note)


def _option(command: str, field: str, *, required: bool) -> click.Option:
    kind = kind_of(command, field)
    note = ""
    if field in DOCUMENTS:
        note = say(N_("Document: 'NUMBER; DATE; ISSUER[; SIGNER]' or JSON."))
    elif field in SHORT:
        one, two = SHORT[field]
        note = say(N_("'{one}={two}', more than once, or JSON."), one=one, two=two or say(N_("vote or score")))
    elif field == "on":
        note = say(N_("Decision date (default: today)."))
    elif kind == "nested":
        note = say(N_("More than once for several, or JSON."))
    label = f"{capitalised(say(FIELDS[field]))}." if field in FIELDS and field not in DOCUMENTS else ""
    must = say(N_("(required)")) if required and field != "on" else ""
    note = " ".join(filter(None, (label, note, must)))
    many = kind == "nested"
    flag = field.replace("_", "-")
    if kind == "boolean":
        return click.Option([f"--{flag}/--no-{flag}", field], default=None, help=note)
    choices = choices_of(command, field)
    metavar = f"[{'|'.join(choices)}]" if choices else METAVARS.get(kind or "text", "TEXT")
    return click.Option([f"--{flag}", field], multiple=many, metavar=metavar, help=note)


def _callback(name: str, first: str, flags: Mapping[str, str]) -> Callable[..., int]:
    @click.pass_obj
    def act(setting: Setting, /, **given: Any) -> int:
        dry_run, as_json = given.pop("dry_run"), given.pop("as_json")
        positional = given.pop(f"{first}_")
        if positional:
            if given.get(first):
                raise click.UsageError(say(N_("{field} is given twice, as a word and as an option."), field=first))
            given[first] = positional
        desk = setting.desk()
        paths = {field: given.pop(flag.replace("-", "_")) for flag, field in flags.items()}
        raw = {"command": name, **_values(name, given)}
        raw.setdefault("on", desk.today())
        for field, path in paths.items():
            if path is not None and isinstance(raw.setdefault(field, {}), dict):
                raw[field] = {**raw[field], "file": path}
        with Attachments(setting, copied=not dry_run) as attachments:
            asked = [attachments.ask(raw, base=Path(), actor=setting.actor)]
            result = next(desk.rehearse(asked) if dry_run else desk.batch(asked))
        if as_json:
            from projections.views import result_json

            click.echo(json_line(result_json(1, result, language())))
        else:
            put_result(result)
        return exit_code([result.outcome])

    return act


def _values(command: str, given: dict[str, Any]) -> dict[str, Any]:
    return {field: _value(command, field, text) for field, text in given.items() if text is not None and text != ()}


def _value(command: str, field: str, text: Any) -> Any:
    kind = kind_of(command, field)
    if kind == "nested":
        parts = [_element(command, field, each) for each in text]
        return parts[0] if len(parts) == 1 and isinstance(parts[0], list) else parts
    if kind == "object":
        return _document(text) if field in DOCUMENTS else _element(command, field, text)
    if kind in ("integer", "number"):
        return _number(text)
    return iso_day(text) if kind == "date" else text


def _element(command: str, field: str, text: str) -> Any:
    if text.lstrip()[:1] in ("{", "["):
        return _json(text, plain=items_of(command, field) == "text")
    if field in SHORT and "=" in text:
        one, two = SHORT[field]
        if two == "text":  # which may have the sign in it, and be a number
            left, _, right = text.partition("=")
            return {one: left.strip(), two: right.strip()}
        left, right = (part.strip() for part in text.rsplit("=", 1))
        value = _number(right)
        return {one: left, two or ("vote" if isinstance(value, str) else "score"): value}
    kind = kind_of(command, f"{field}")
    return _document(text) if kind == "object" and field in DOCUMENTS else text


def _document(text: str) -> Any:
    if text.lstrip().startswith("{"):
        return _json(text)
    names = ("number", "date", "issuer", "signer_capacity")
    values = dict(zip(names, (part.strip() for part in text.split(";")), strict=False))
    return {name: iso_day(value) if name == "date" else value for name, value in values.items() if value}


def _json(text: str, *, plain: bool = False) -> Any:
    """A value written as JSON; where texts are asked for, `plain` text may begin with a bracket too."""
    try:
        return decode(text)
    except (DecodeError, RecursionError) as error:
        if plain:
            return text
        raise click.UsageError(say(N_("This is not JSON ({reason}): {text}"), reason=str(error), text=text)) from error


def _number(text: str) -> Any:
    """Plain digits as a number; anything else stays text, and the command says what is wrong with it."""
    if re.fullmatch(r"-?[0-9]+", text):
        from intake.lines import Unfit
        from intake.values import whole_number

        try:
            return whole_number(text)
        except Unfit as unfit:
            raise click.UsageError(unfit.message.render(language())) from None
    return float(text) if re.fullmatch(r"-?[0-9]{1,40}\.[0-9]{1,40}", text) else text
