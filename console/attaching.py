"""Files that commands name: read where a command comes in, kept beside the store if it goes on record."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from console.frame import Failure, Setting
from engine.catalogue import N_, Message
from engine.decider.answers import FieldError
from engine.parse import Asked, ask_for
from engine.text import nfc

if TYPE_CHECKING:
    from engine.files import Files, Incoming, Limits

DOCUMENTS = ("document", "minutes", "contract", "ethics")
UNITS = {"": 1, "KB": 1024, "MB": 1024**2, "GB": 1024**3}


def files_of(file: str | None) -> Files:
    """The kept files of a store: in the folder KHCN_FILES, else beside the SQLite `file` that the store is."""
    from engine.files import Files

    folder = folder_of(file)
    if folder is None:
        text = N_("Where are files to be kept? Beside a store on PostgreSQL they need a folder: set KHCN_FILES to it.")
        raise Failure(2, text)
    return Files(folder)


def folder_of(file: str | None) -> Path | None:
    """Where the files of a store are kept; None where nobody said."""
    folder = os.environ.get("KHCN_FILES") or (f"{file}.files" if file else None)
    return Path(folder) if folder is not None else None


def limits() -> Limits:
    """How big files may be and of which types: KHCN_FILE_LIMIT and KHCN_FILE_TYPES, else what is usual."""
    from engine.files import Limits

    usual = Limits()
    size, types = os.environ.get("KHCN_FILE_LIMIT"), os.environ.get("KHCN_FILE_TYPES")
    told = [each.strip().lower().removeprefix(".") for each in (types or "").split(",")]
    return Limits(_bytes(size) if size else usual.size, tuple(filter(None, told)) or usual.types)


def _bytes(text: str) -> int:
    found = re.fullmatch(r"(\d+)\s*([KMG]B)?", text.strip().upper(), re.ASCII)
    if found is None:
        raise Failure(2, N_("KHCN_FILE_LIMIT is a size like 50MB, not {text}."), text=text)
    return int(found[1]) * UNITS[found[2] or ""]


class Attachments:
    """Asks for commands with their files, for one run. Used as a `with` block: what is not kept by its end is gone."""

    def __init__(self, setting: Setting, *, copied: bool) -> None:
        """`copied`: the files may be kept; else they are only read, as for a dry run."""
        self._setting, self._copied = setting, copied
        self._taken: list[Incoming] = []
        self._files: Files | None = None
        self._limits: Limits | None = None

    def __enter__(self) -> Attachments:
        return self

    def __exit__(self, *_: object) -> None:
        for incoming in self._taken:
            incoming.drop()

    def ask(self, raw: Any, *, base: Path, actor: str | None) -> Asked:
        """What raw values ask for; paths in them count from `base`."""
        if not isinstance(raw, Mapping) or not _named(raw):
            return ask_for(raw, actor=actor)
        values = dict(raw)
        errors: list[FieldError] = []
        incoming: list[Incoming] = []
        for field, document in _named(raw):
            try:
                values[field] = self._read(document, base, incoming)
            except _Wrong as wrong:
                errors.append(FieldError(f"{field}.{wrong.part}", wrong.message))
                values[field] = {name: value for name, value in document.items() if name not in ("file", "sha256")}
        asked = ask_for(values, actor=actor)
        if errors:
            return Asked(asked.name, asked.command_id, None, (*asked.errors, *errors))
        return Asked(asked.name, asked.command_id, asked.command, asked.errors, tuple(incoming))

    def _read(self, document: Mapping[str, Any], base: Path, incoming: list[Incoming]) -> dict[str, Any]:
        """The document as it goes on record: the file's name, its SHA-256, size and media type."""
        from engine.files import Unfit

        files, path, digest = self._kept(), document.get("file"), document.get("sha256")
        if path is None:
            size = files.size(str(digest))
            if size is None:
                text = N_("No file is kept under this SHA-256: give the file itself.")
                raise _Wrong("sha256", Message(text))
            return {**document, "size": size}
        try:
            found = files.read(_as_it_is_spelt(base / path), self._fit(), copied=self._copied)
        except Unfit as unfit:
            raise _Wrong("file", unfit.message) from None
        self._taken.append(found)
        if digest is not None and digest != found.sha256:
            text = N_("The file's SHA-256 is {found}, not the one given: it is another file, or was changed.")
            raise _Wrong("sha256", Message(text, {"found": found.sha256}))
        incoming.append(found)
        told = {"file": found.name, "sha256": found.sha256, "size": found.size, "media_type": found.media_type}
        return {**document, **told}

    def _kept(self) -> Files:
        if self._files is None:
            with self._setting.log() as log:
                self._files = files_of(log.file)
        return self._files

    def _fit(self) -> Limits:
        if self._limits is None:
            self._limits = limits()
        return self._limits


class _Wrong(Exception):
    """What is wrong with a part of a document."""

    def __init__(self, part: str, message: Message) -> None:
        self.part, self.message = part, message
        super().__init__(part)


def _as_it_is_spelt(path: Path) -> Path:
    """A path by the name that the file has: texts of commands are composed (NFC), names on disk may be otherwise."""
    if path.exists() or str(path).isascii():
        return path
    folder = _as_it_is_spelt(path.parent)
    if folder.is_dir() and os.access(folder, os.R_OK):
        return next((each for each in folder.iterdir() if nfc(each.name) == nfc(path.name)), path)
    return path


def _named(raw: Mapping[Any, Any]) -> list[tuple[str, Mapping[str, Any]]]:
    """The fields that are documents with a file, and what was given in them."""
    fields = (*DOCUMENTS, "value") if raw.get("command") == "correct" and raw.get("field") in DOCUMENTS else DOCUMENTS
    found = [(field, raw.get(field)) for field in fields]
    return [(field, given) for field, given in found if isinstance(given, Mapping) and _has_file(given)]


def _has_file(document: Mapping[str, Any]) -> bool:
    given = [document[name] for name in ("file", "sha256") if document.get(name) is not None]
    return bool(given) and all(isinstance(each, str) for each in given)
