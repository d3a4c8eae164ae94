"""Formats that are files: where the bytes go, and what a person is told who would get them on the screen."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import click

from console.frame import Failure
from console.speech import put_exact, say, tell
from engine.catalogue import N_
from engine.oserrors import reason_of

BINARY = ("xlsx", "docx", "pdf")


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

    A device is never written over. `also` are errors of writing beside OSError."""
    if output.exists() and not output.is_file():
        raise Failure(2, N_("{file} is no ordinary file: name another."), file=str(output))
    beside = output.with_name(f".{output.name}.{os.getpid()}.part")
    try:
        with told_if_unwritable(output, *also):
            yield beside
            beside.replace(output)
    finally:
        with suppress(OSError):
            beside.unlink(missing_ok=True)


def deliver(data: bytes, output: str | None, form: str) -> None:
    """Put bytes where they were asked for: a file, or standard output where that is no terminal."""
    if output is not None and output != "-":
        with told_if_unwritable(output):
            Path(output).write_bytes(data)
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
