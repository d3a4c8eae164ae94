"""`khcn init` and `khcn schema`: the store's beginning, and the shape of every command."""

import click

from console.frame import Failure, Leaf, Setting
from console.speech import put_json, say, tell
from engine.catalogue import N_


@click.command(cls=Leaf)
@click.option("--admin", metavar="ID", help=say(N_("The first administrator, who holds that role on every date.")))
@click.option("--name", metavar="NAME", help=say(N_("The administrator's name.")))
@click.option("--reindex", is_flag=True, help=say(N_("Also fold the decision index anew from the log.")))
@click.pass_obj
def init(setting: Setting, admin: str | None, name: str | None, reindex: bool) -> int:
    """Create the store and adopt the built-in plans. Doing it again changes nothing."""
    from pydantic_core import from_json

    from engine.founding import found
    from workflows.load import builtin_plans, content, digest, load_plan

    if (admin is None) != (name is None):
        raise Failure(2, N_("--admin and --name belong together."))
    first = _first(admin, name) if admin is not None and name is not None else None
    plans = [(ident, load_plan(path)) for ident, path in builtin_plans().items()]
    told = [(ident, from_json(content(plan)), digest(plan)) for ident, plan in plans]
    begun = found(setting.desk(), told, first)
    if reindex:
        setting.desk().rebuild_index()
    if begun:
        tell(N_("The store is ready: {begun}."), begun=begun)
    else:
        tell(N_("The store was there already; nothing changed."))
    return 0


def _first(admin: str, name: str) -> tuple[str, str]:
    """The first administrator, if both are as a person's are elsewhere."""
    from engine.commands import AddPerson
    from engine.parse import ask_for

    asked = ask_for({"command": "add_person", "actor": "khcn", "on": "2000-01-01", "person": admin, "name": name})
    if asked.command is None:
        wrong = asked.errors[0]
        field = "--admin" if wrong.field == "person" else "--name"
        raise Failure(2, N_("{field}: {reason}"), field=field, reason=wrong.message)
    assert isinstance(asked.command, AddPerson)
    return asked.command.person, asked.command.name


@click.command(cls=Leaf)
@click.argument("command", required=False)
def schema(command: str | None) -> int:
    """Print the JSON Schema of every command, or of COMMAND."""
    from engine.schema import json_schema, schemas

    if command is None:
        put_json(schemas())
        return 0
    try:
        put_json(json_schema(command))
    except KeyError:
        raise Failure(5, N_("There is no such command: {name}."), name=command) from None
    return 0
