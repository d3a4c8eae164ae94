"""The frame of the command line: options every command has, groups loaded on demand, errors to exit codes once."""

import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from importlib import import_module
from inspect import cleandoc
from io import StringIO
from typing import TYPE_CHECKING, Any

import click

from console.clickwords import COMMAND, OPTIONS, Ident, in_words
from console.speech import language, say, set_language, tell, tell_message, visible
from engine.catalogue import N_, Message
from engine.text import shortened
from engine.times import iso_day, read_day

if TYPE_CHECKING:
    from engine.desk import Desk
    from engine.log import Log

DEFAULT_STORE = "sqlite:///khcn.db"
LONGEST_USAGE = 2000
CLOSED_PIPE = 141  # what a shell says of git, and of all that a closed pipe ends


class Failure(Exception):
    """What a person is told before the program ends with a code of the contract."""

    def __init__(self, code: int, text: str, /, **params: Any) -> None:
        self.code, self.message = code, Message(text, params)
        super().__init__(text)


@dataclass
class Setting:
    """What a run was told: store, actor. Opens the desk when it is first needed."""

    db: str = DEFAULT_STORE
    actor: str | None = None
    opened: "Desk | None" = None

    def log(self) -> "Log":
        """The log at --db."""
        from engine.log import Log

        return Log.open(self.db)

    def desk(self) -> "Desk":
        """The desk of the store at --db."""
        if self.opened is None:
            from engine.desk import Desk
            from workflows.rules import RULES

            self.opened = Desk(self.log(), RULES)
        return self.opened

    def close(self) -> None:
        """Give the connections back."""
        if self.opened is not None:
            self.opened.log.close()


def _set(name: str) -> Callable[[click.Context, click.Parameter, Any], Any]:
    def keep(ctx: click.Context, _: click.Parameter, value: Any) -> Any:
        if value is not None:
            setattr(ctx.ensure_object(Setting), name, value)
        return value

    return keep


def _speak(_: click.Context, __: click.Parameter, value: str | None) -> str | None:
    if value is not None:
        set_language(value)
    return value


def common_options(*, root: bool = False) -> list[click.Option]:
    """--db, --actor and --lang, which may stand anywhere on the line; the environment speaks once, at the root."""
    return [
        click.Option(
            ["--db"],
            metavar="URL",
            envvar="KHCN_DATABASE_URL" if root else None,
            expose_value=False,
            callback=_set("db"),
            help=say(N_("The store, an SQLAlchemy URL (default: {default})."), default=DEFAULT_STORE),
        ),
        click.Option(
            ["--actor"],
            type=Ident(),
            metavar="ID",
            envvar="KHCN_ACTOR" if root else None,
            expose_value=False,
            callback=_set("actor"),
            help=say(N_("Who acts.")),
        ),
        click.Option(
            ["--lang"],
            type=click.Choice(["vi", "en"]),
            is_eager=True,
            expose_value=False,
            callback=_speak,
            help=say(N_("Language of messages.")),
        ),
    ]


class Leaf(click.Command):
    """A command with the options every command has, told apart by the root's when both are given."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["help"] = say(cleandoc(kwargs.get("help") or ""))
        super().__init__(*args, **kwargs)
        own = {name for param in self.params for name in param.opts}
        self.params += [option for option in common_options() if not own & set(option.opts)]
        self.options_metavar = say(OPTIONS)
        in_words(self.params)

    def invoke(self, ctx: click.Context) -> Any:
        """Run, and give the store back whatever happens."""
        try:
            return super().invoke(ctx)
        finally:
            ctx.ensure_object(Setting).close()


@dataclass(frozen=True)
class Entry:
    """A command that is loaded when it is called: where it lives and what it does in a line."""

    place: str  # 'module:name'
    help: str


class Lazy(click.Group):
    """A group whose commands are imported only when one of them is called."""

    def __init__(self, *args: Any, entries: Mapping[str, Entry] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.entries = dict(entries or {})
        self.options_metavar, self.subcommand_metavar = say(OPTIONS), say(COMMAND)
        in_words(self.params)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All names, in the order in which a person meets them."""
        return [*self.entries, *super().list_commands(ctx)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command, imported now."""
        entry = self.entries.get(cmd_name)
        if entry is None:
            return super().get_command(ctx, cmd_name)
        module, name = entry.place.split(":")
        made = getattr(import_module(module), name)
        found: click.Command = made if isinstance(made, click.Command) else made()
        return found

    def told(self) -> list[tuple[str, str]]:
        """Name and purpose of each command, without importing them."""
        return [(name, say(entry.help)) for name, entry in self.entries.items()]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands in --help."""
        with formatter.section(say(N_("Commands"))):
            formatter.write_dl(self.told())


def form_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """--format and --json of a reading command; the function takes `form`."""

    def choose(_: click.Context, __: click.Parameter, value: bool) -> bool:
        return value

    def merged(*args: Any, form: str, as_json: bool, **kwargs: Any) -> Any:
        return function(*args, form="json" if as_json else form, **kwargs)

    merged.__doc__ = function.__doc__
    merged.__name__ = function.__name__
    merged.__click_params__ = getattr(function, "__click_params__", [])  # type: ignore[attr-defined]
    table = click.option(
        "--format", "form", type=click.Choice(["table", "json", "csv"]), default="table", help=say(N_("Output format."))
    )
    short = click.option("--json", "as_json", is_flag=True, callback=choose, help=say(N_("Short for --format json.")))
    return table(short(merged))


def time_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """--as-of and --known-at; the function takes `as_of` and `known_at`."""
    as_of = click.option("--as-of", type=Day(), help=say(N_("As decided by the end of that day.")))
    known_at = click.option("--known-at", type=Moment(), help=say(N_("As recorded by that time.")))
    return as_of(known_at(function))


class Day(click.ParamType[date]):
    """A date, YYYY-MM-DD or dd/mm/yyyy."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """The date; else click says what is wrong."""
        if isinstance(value, date):
            return value
        day = read_day(iso_day(value))
        if day is not None:
            return day
        return self.fail(
            say(N_("{value} is not a date: write it as dd/mm/yyyy or YYYY-MM-DD, a day there is."), value=value),
            param,
            ctx,
        )


class Moment(click.ParamType[datetime]):
    """A time of recording as `console.times.moment` reads it."""

    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """The time; else click says what is wrong."""
        from console.times import moment

        if isinstance(value, datetime):
            return value
        time = moment(value)
        if time is None:
            text = N_("{value} is not a time: write it as 2026-06-30T17:00, or 30/06/2026 17:00.")
            self.fail(say(text, value=value), param, ctx)
        return time


def run(main: click.Group) -> int:
    """Run the command line and give the exit code: the one place where errors become codes."""
    try:
        code = main.main(standalone_mode=False)
        sys.stdout.flush()
    except click.exceptions.Exit as end:
        return end.exit_code
    except click.Abort:
        tell(N_("Stopped."))
        return 2
    except click.ClickException as error:
        vars(error)["message"] = visible(shortened(error.message, LONGEST_USAGE))
        error.show()
        return 2
    except Failure as failure:
        tell_message(failure.message)
        return failure.code
    except (BrokenPipeError, SystemExit):  # click makes the one of the other; nothing else here exits
        return _closed_pipe()
    except Exception as error:
        from console.trouble import explained

        known = explained(error)
        if known is None:
            return _unforeseen(error)
        tell_message(known[1])
        return known[0]
    return code if isinstance(code, int) else 0


def _closed_pipe() -> int:
    """Nobody reads on (`khcn ... | head`): end without a word, and let nothing be written at the exit either."""
    sys.stdout = StringIO()
    return CLOSED_PIPE


def _unforeseen(error: Exception) -> int:
    if os.environ.get("KHCN_TRACEBACK"):
        raise error
    tell(
        N_("This should not have happened ({kind}: {reason}). KHCN_TRACEBACK=1 shows where."),
        kind=type(error).__name__,
        reason=str(error)[:300],
    )
    return 1


__all__ = [
    "Day",
    "Entry",
    "Failure",
    "Lazy",
    "Leaf",
    "Moment",
    "Setting",
    "form_options",
    "language",
    "run",
    "time_options",
]
