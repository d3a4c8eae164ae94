"""`khcn backup` and `restore`: the whole store into a file that is itself a store, and back into a new one."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

from console.attaching import folder_of
from console.files import A_FILE, whole_file
from console.frame import Failure, Leaf, Setting, form_options
from console.sealing import bad_json, encoded
from console.speech import put, put_json, put_rows, say, tell
from console.tally import progress
from engine.catalogue import N_, Message
from engine.oserrors import said

if TYPE_CHECKING:
    from engine.files import Files
    from engine.log import Log, Reader
    from engine.verify import Verified

files_option = click.option(
    "--files",
    "folder",
    metavar="FOLDER",
    type=click.Path(file_okay=False, path_type=Path),
    help=say(N_("The folder for files of documents (default: FILE.files); several backups may share one.")),
)


@click.command(cls=Leaf)
@click.argument("file", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path))
@files_option
@form_options
@click.pass_obj
def backup(setting: Setting, file: Path, folder: Path | None, form: str) -> int:
    """Copy the whole store, as it is at one moment, into FILE, and verify the copy. Others may go on recording."""
    from engine.log import Log
    from engine.verify import verify

    if file.exists():
        raise Failure(2, N_("{file} is there already: name a new file."), file=str(file))
    if not os.access(file.absolute().parent, os.W_OK):
        raise Failure(
            2, N_("{file} cannot be written: its folder is not there, or nothing may be put into it."), file=str(file)
        )
    with whole_file(file) as beside:
        with _written_as(file, beside):
            with Log.open(_url(beside)) as made, setting.log() as log:
                where = _folder_of(log)
                _copied(log, made)
            made.settle()  # whoever checks it may have it on a disk that lets nothing be written
        # Only now does the file, which alone is kept, hold everything: that is what is verified.
        with _written_as(file, beside), Log.open(_url(beside)) as made, made.reader() as reader:
            found = verify(reader)
            taken = _files_taken(reader, where, _beside(file, folder))
    return _told(file, found, taken, form)


@click.command(cls=Leaf)
@click.argument("file", metavar="FILE", type=A_FILE)
@files_option
@click.option(
    "--allow-missing-files",
    "partly",
    is_flag=True,
    help=say(
        N_("Bring the record back although files of documents are not to be had; exit 6 tells that they are not.")
    ),
)
@form_options
@click.pass_obj
def restore(setting: Setting, file: Path, folder: Path | None, partly: bool, form: str) -> int:
    """Bring FILE, a backup, back into the store at --db, which must be new. What is not whole is not brought back.

    The files of documents come first: where some are not to be had, no store is made (see --allow-missing-files)."""
    from engine.copying import named_files
    from engine.log import Log, NoDatabase, StoreMissing
    from engine.verify import verify

    with Log.open(_url(file)) as kept:
        try:
            with kept.reader() as reader:
                found = verify(reader)
                named = named_files(reader) if found.first_bad is None else []
        except (StoreMissing, NoDatabase):
            raise Failure(2, N_("{file} is no backup of a store."), file=str(file)) from None
        if found.first_bad is not None:
            text = N_("{file} is not whole, and nothing was restored. First bad position: {position}. {reason}")
            bad = found.first_bad
            raise Failure(6, text, file=str(file), position=bad.position, reason=bad.reason)
        with setting.log() as log:
            _refuse_a_record(log)
            taken = _files_brought(named, _beside(file, folder), _folder_of(log), partly=partly)
            _copied(kept, log)
            with log.reader() as reader:
                found = verify(reader)
            shown = log.shown
    setting.desk().rebuild_index()
    return _told(shown, found, taken, form)


def _refuse_a_record(log: Log) -> None:
    """Tell, before anything is copied, where something is on record already."""
    from engine.log import StoreMissing, StoreOutdated

    with suppress(StoreMissing, StoreOutdated), log.reader() as reader:
        if reader.head()[0]:
            raise _taken(log)


def _taken(log: Log) -> Failure:
    text = N_("There is a record in {store} already: restore into a new store (--db).")
    return Failure(2, text, store=log.shown)


def _files_brought(
    named: Sequence[str], source: Files, target: Files | None, *, partly: bool
) -> tuple[int, Sequence[str]]:
    """Copy the files of a backup, before there is a store: how many are there now, and which are not.

    Nothing is copied where some are not to be had, unless it is allowed that they are missing."""
    from engine.copying import copy_files

    if not named:
        return 0, ()
    if target is None:
        text = N_(
            "The backup has {count} files of documents, and nobody said where the new store keeps its files: set"
            " KHCN_FILES to a folder. Nothing was restored."
        )
        if not partly:
            raise Failure(2, text, count=len(named))
        return 0, named
    gone: Sequence[str] = [digest for digest in named if source.condition(digest) != "whole"]
    if gone and not partly:
        text = N_(
            "{count} of {all} files of documents are not in {folder}, or not what they were, and nothing was restored."
            " Name the folder that has them with --files, or restore what there is with --allow-missing-files. The"
            " first of them: {digest}"
        )
        raise Failure(6, text, count=len(gone), all=len(named), folder=str(source.folder), digest=gone[0])
    return copy_files(named, source, target)


def _url(file: Path) -> str:
    from urllib.parse import quote

    return f"sqlite:///{quote(str(file))}"


@contextmanager
def _written_as(file: Path, beside: Path) -> Iterator[None]:
    """Tell, with 2, where the file `beside`, which is to become `file`, cannot be written to its end."""
    from engine.log import StoreFull, StoreUnavailable

    text = N_("{file} cannot be written: {reason}")
    full = Message("No space left on device")
    try:
        yield
    except StoreUnavailable as error:
        if error.url != _url(beside):
            raise
        reason = full if isinstance(error, StoreFull) else said(error.reason)
        raise Failure(2, text, file=str(file), reason=reason) from None
    # A log that could not be moved stays: where nothing else said why, there was no room for it.
    log = beside.with_name(f"{beside.name}-wal")
    if log.exists() and log.stat().st_size:
        raise Failure(2, text, file=str(file), reason=full)


def _copied(source: Log, target: Log) -> None:
    from engine.copying import copy_store

    target.create()
    shown = N_("{done} of {total} events copied ({share}, {speed} a second)")
    with target.writer() as writer:
        if writer.head()[0]:
            raise _taken(target)
        with source.reader() as reader, progress(shown, N_("Copying events")) as told:
            copy_store(reader, writer, told)


def _folder_of(log: Log) -> Files | None:
    """The kept files of a store; None where nobody said where they are, as of a store that has none."""
    from engine.files import Files

    folder = folder_of(log.file)
    return Files(folder) if folder is not None else None


def _beside(file: Path, folder: Path | None) -> Files:
    from engine.files import Files

    return Files(folder or file.with_name(f"{file.name}.files"))


def _files_taken(reader: Reader, source: Files | None, target: Files | None) -> tuple[int, Sequence[str]]:
    """Copy the files that the log names: how many are there now, and the SHA-256 of those that are not."""
    from engine.copying import copy_files, named_files

    named = named_files(reader)
    if source is None or target is None:
        return 0, named
    return copy_files(named, source, target)


def _told(place: str | Path, found: Verified, taken: tuple[int, Sequence[str]], form: str) -> int:
    """Tell what there is now in a place; the exit code."""
    there, gone = taken
    bad = found.first_bad
    if form == "table":
        text = N_("{place}: {events} events and {files} files of documents, root {root}.")
        put(say(text, place=str(place), events=found.events, files=there, root=encoded(found.root)))
        if bad is None:
            put(say(N_("Whole: every event is the one that was sealed.")))
    else:
        answer = {
            "file": str(place),
            "events": found.events,
            "root": encoded(found.root),
            "files": there,
            "files_missing": list(gone),
            "ok": bad is None and not gone,
            "first_bad": bad_json(found),
        }
        put_json(answer) if form == "json" else put_rows([answer], form)
    if bad is not None:
        text = N_("NOT WHOLE. First bad position: {position}. {reason}")
        tell(text, position=bad.position, reason=bad.reason)
    if gone:
        text = N_(
            "{count} files of documents are not there, or not what they were: `khcn doc verify` names them. Where they"
            " are kept is said by KHCN_FILES, and for a backup by --files."
        )
        tell(text, count=len(gone))
    return 6 if bad is not None or gone else 0
