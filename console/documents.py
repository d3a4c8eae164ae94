"""`khcn doc list`, `get`, `verify`: the files of documents, kept beside the store by their SHA-256."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from console.attaching import files_of
from console.clickwords import Ident
from console.files import whole_file
from console.frame import Failure, Leaf, Setting, form_options
from console.sealing import LONGEST_VERSION
from console.speech import put, put_json, put_rows, say, tell
from engine.catalogue import N_

if TYPE_CHECKING:
    from engine.documents import Checked, OnRecord
    from engine.files import Files
    from engine.log import Log, Reader

COLUMNS = ("sha256", "name", "size", "number", "date", "issuer", "stream", "version", "present")
FIELDS = (
    "sha256",
    "name",
    "size",
    "media_type",
    "number",
    "date",
    "issuer",
    "stream",
    "version",
    "position",
    "present",
)
BAD = ("sha256", "condition", "name", "stream", "version", "position")
CONDITIONS = {"missing": N_("missing"), "altered": N_("altered"), "unreadable": N_("unreadable")}


@click.command("list", cls=Leaf)
@click.option(
    "--stream", type=Ident(), metavar="STREAM", help=say(N_("Only the documents of this stream, as task:T1."))
)
@form_options
@click.pass_obj
def list_(setting: Setting, stream: str | None, form: str) -> int:
    """List every document with a file: its SHA-256, name, size, number, date, issuer, where it is on record."""
    from engine.documents import documents

    with setting.log() as log, log.reader() as reader:
        files = files_of(log.file)
        found = list(documents(reader.stream(stream) if stream else reader.events()))
    put_rows([_row(each, files) for each in found], form, columns=COLUMNS, head=FIELDS)
    return 0


def _row(found: OnRecord, files: Files) -> dict[str, Any]:
    document = found.document
    return {
        "sha256": found.sha256,
        "name": document.file,
        "size": document.size,
        "media_type": document.media_type,
        "number": document.number,
        "date": document.date.isoformat() if document.date else None,
        "issuer": document.issuer,
        "stream": found.stream,
        "version": found.version,
        "position": found.position,
        "present": files.has(found.sha256),
    }


@click.command(cls=Leaf)
@click.argument("document", type=Ident(), metavar="SHA256|STREAM/VERSION")
@click.option("-o", "--output", metavar="FILE", required=True, help=say(N_("Write to FILE; - for standard output.")))
@click.pass_obj
def get(setting: Setting, document: str, output: str) -> int:
    """Copy a kept file to FILE, and check on the way that it is unaltered."""
    from engine.files import NotKept, is_digest

    with setting.log() as log:
        files = files_of(log.file)
        digest = document.lower() if is_digest(document.lower()) else _of_event(log, document)
    try:
        _copy(files, digest, output)
    except NotKept as wrong:
        if wrong.condition == "missing":
            raise Failure(5, N_("No file is kept under {sha256}. See `khcn doc verify`."), sha256=digest) from None
        if wrong.condition == "unreadable":
            text = N_("The file kept under {sha256} cannot be read. Check its permissions and the disk.")
            raise Failure(7, text, sha256=digest) from None
        text = N_("The file kept under {sha256} was altered; nothing was written. Restore it from a backup.")
        raise Failure(6, text, sha256=digest) from None
    return 0


def _of_event(log: Log, event: str) -> str:
    """The SHA-256 of the one file that an event names."""
    from engine.documents import documents

    stream, _, version = event.rpartition("/")
    if not stream or not version.isdecimal() or len(version) > LONGEST_VERSION:
        text = N_("{event} is neither a SHA-256 nor STREAM/VERSION, as in task:T1/3.")
        raise Failure(2, text, event=event)
    with log.reader() as reader:
        found = [each.sha256 for each in documents(reader.stream(stream)) if each.version == int(version)]
    if not found:
        raise Failure(5, N_("No document with a file is on record under {event}."), event=event)
    if len(found) > 1:
        raise Failure(2, N_("{event} has several files; name one by its SHA-256: {found}."), event=event, found=found)
    return found[0]


def _copy(files: Files, digest: str, output: str) -> None:
    if output == "-":
        files.check(digest)  # what was written there could not be taken back
        files.copy_out(digest, sys.stdout.buffer)
        return
    with whole_file(Path(output)) as beside, beside.open("xb") as made:  # what was altered never has its name
        files.copy_out(digest, made)


@click.command(cls=Leaf)
@form_options
@click.pass_obj
def verify(setting: Setting, form: str) -> int:
    """Check that every file a document names is kept and unaltered; exit 6 naming those that are not."""
    with setting.log() as log, log.reader() as reader:
        found = check_files(log, reader)
    if form == "json":
        put_json(files_json(found))
    elif form == "csv":
        put_rows(files_json(found)["bad"], form, head=BAD)
    else:
        put_files(found)
    return 6 if found.bad else 0


def check_files(log: Log, reader: Reader) -> Checked:
    """What was found of the files that the log names."""
    from engine.documents import check

    return check(reader.events(), files_of(log.file))


def files_json(found: Checked) -> dict[str, Any]:
    """What was found, for programs."""
    bad = [
        {
            "sha256": each.sha256,
            "condition": condition,
            "name": each.document.file,
            "stream": each.stream,
            "version": each.version,
            "position": each.position,
        }
        for each, condition in found.bad
    ]
    return {"ok": not bad, "files": found.named, "bad": bad, "orphans": list(found.orphans)}


def put_files(found: Checked) -> None:
    """Put what was found on standard output."""
    for each, condition in found.bad:
        text = N_("{condition}: {name}, SHA-256 {sha256}, of {stream}/{version}")
        shown = {"name": each.document.file or "-", "sha256": each.sha256, "condition": say(CONDITIONS[condition])}
        put(say(text, stream=each.stream, version=each.version, **shown))
    if found.bad:
        text = N_("{bad} of {files} files are not what they were. Restore them from a backup.")
        put(say(text, bad=len({each.sha256 for each, _ in found.bad}), files=found.named))
    else:
        put(say(N_("{files} files are on record, each is kept and unaltered."), files=found.named))
    if found.orphans:
        tell(N_("{count} files are kept that no event names; they do no harm."), count=len(found.orphans))
