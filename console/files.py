"""Formats that are files: where the bytes go, and what a person is told who would get them on the screen."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from stat import S_IMODE
from typing import Any

import click

from console.frame import Failure, Setting
from console.speech import put_exact, say, tell
from engine.catalogue import N_
from engine.oserrors import reason_of

BESIDE_A_DATABASE = ("-wal", "-shm", "-journal")  # what SQLite keeps there while it is used, or after a crash
PART = ".khcn-part~"  # then the machine, number and start of who is writing, and the name it is to get
BINARY = ("xlsx", "docx", "pdf")
A_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)  # that is there, to be read


def file_options(*forms: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """--format with these forms, --json, and -o/--output; the function takes `form`, `as_json` and `output`."""

    def added(function: Callable[..., Any]) -> Callable[..., Any]:
        told = click.option(
            "--format", "form", type=click.Choice(forms), default=forms[0], help=say(N_("Output format."))
        )
        short = click.option("--json", "as_json", is_flag=True, help=say(N_("Short for --format json.")))
        file = click.option(
            "-o",
            "--output",
            type=click.Path(dir_okay=False, allow_dash=True),
            help=say(N_("Write to this file; - is standard output.")),
        )
        return told(short(file(function)))

    return added


@contextmanager
def told_if_unwritable(file: str | Path, *also: type[Exception]) -> Iterator[None]:
    """Tell, with 2, where the block cannot write a file; `also` are other errors that mean the same."""
    unwritable: tuple[type[Exception], ...] = (OSError, *also)
    try:
        yield
    except unwritable as error:
        text = N_("{file} cannot be written: {reason}")
        raise Failure(2, text, file=str(file), reason=reason_of(error)) from None


@contextmanager
def whole_file(output: Path, *also: type[Exception]) -> Iterator[Path]:
    """A file beside `output` to write to, put in its place once it is whole: a reader never sees half of one.

    Neither a device nor the store is ever written over; a link stays one. What a killed run left there is swept away.
    `also` are errors of writing beside OSError."""
    _spare_the_store(output)
    if output.exists() and not output.is_file():
        raise Failure(2, N_("{file} is no ordinary file: name another."), file=str(output))
    from console.process import this_process  # with the network's library, which nothing needs that writes no file

    with told_if_unwritable(output, *also):
        place = Path(os.path.realpath(output))
        _sweep(place.parent)
        beside = place.with_name(f"{PART}{this_process().replace(':', '~')}~{place.name}")
    try:
        with told_if_unwritable(output, *also):
            yield beside
            if place.exists():
                beside.chmod(S_IMODE(place.stat().st_mode))
            beside.replace(place)
    finally:
        for each in (beside, *(beside.with_name(f"{beside.name}{end}") for end in BESIDE_A_DATABASE)):
            with suppress(OSError):
                each.unlink(missing_ok=True)


def _spare_the_store(output: Path) -> None:
    """Refuse, with 2, a file that is the store this run works on, or that SQLite keeps beside it, under any name."""
    from engine.log import StoreUnavailable

    context = click.get_current_context(silent=True)
    setting = context.find_object(Setting) if context is not None else None
    try:
        store = setting.log().file if setting is not None else None
    except StoreUnavailable:  # a URL of no store: whoever needs one is told of it elsewhere
        return
    if store is None:
        return
    place, kept = os.path.realpath(output), os.path.realpath(store)
    for name in (kept, *(f"{kept}{end}" for end in BESIDE_A_DATABASE)):
        if place == name or (os.path.exists(place) and os.path.exists(name) and os.path.samefile(place, name)):
            raise Failure(2, N_("{file} is the store itself: name another file."), file=str(output))


def _sweep(folder: Path) -> None:
    """Remove what runs that are no more were writing, with what SQLite put beside it."""
    from console.process import alive

    left: dict[str, list[Path]] = {}
    for path in folder.glob(f"{PART}*~*~*~*"):
        host, number, started = path.name.removeprefix(PART).split("~")[:3]
        left.setdefault(f"{host}:{number}:{started}", []).append(path)
    for owner, paths in left.items():
        with suppress(OSError):  # somebody else has swept meanwhile, or it is not ours to remove
            newest = max(path.stat().st_mtime for path in paths)
            if not alive(owner, datetime.fromtimestamp(newest, UTC).isoformat()):
                for path in paths:
                    path.unlink(missing_ok=True)


def write_file(file: str | Path, data: bytes) -> None:
    """Put bytes into a file, all of them or none; a device takes them as they come. Ends with 2 where it cannot."""
    path = Path(file)
    _spare_the_store(path)
    if path.exists() and not (path.is_file() and os.access(path.resolve().parent, os.W_OK)):
        with told_if_unwritable(file):
            path.write_bytes(data)
        return
    with whole_file(path) as beside:
        beside.write_bytes(data)


def deliver(data: bytes, output: str | None, form: str) -> None:
    """Put bytes where they were asked for: a file, or standard output where that is no terminal."""
    if output is not None and output != "-":
        write_file(output, data)
        tell(N_("{file} is written."), file=output)
        return
    if form in BINARY and sys.stdout.isatty():
        raise Failure(
            2, N_("A file of the form {form} is nothing for a screen: name one with --output FILE."), form=form
        )
    if form in BINARY:
        click.echo(data, nl=False)
    else:
        put_exact(data.decode())


def text_only(form: str, output: str | None) -> None:
    """Refuse --output for what is drawn on a screen."""
    if output is not None and form == "table":
        raise Failure(
            2, N_("A table is for the screen: write a file with --format json, csv or another that is a file.")
        )
