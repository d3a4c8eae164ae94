"""Files kept beside a store under the SHA-256 of what is in them. It knows no event and never changes a kept file."""

import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from itertools import count
from pathlib import Path
from stat import S_ISREG
from typing import BinaryIO, Literal

from engine.catalogue import N_, Message
from engine.oserrors import reason_of
from engine.storeerrors import StoreError

MEGABYTE = 1024 * 1024
CHUNK = MEGABYTE
INCOMING = "incoming"  # files that were read while it is not decided yet whether the command is recorded
HEX = frozenset("0123456789abcdef")
MEDIA_TYPES = {
    "pdf": "application/pdf",
    "doc": "application/msword",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xls": "application/vnd.ms-excel",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "odt": "application/vnd.oasis.opendocument.text",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "png": "image/png",
    "tif": "image/tiff",
    "tiff": "image/tiff",
    "txt": "text/plain",
    "csv": "text/csv",
    "xml": "application/xml",
    "zip": "application/zip",
}
Condition = Literal["whole", "missing", "altered", "unreadable"]
_serial = count(1)


class Unfit(Exception):
    """A file that is not taken: it cannot be read, is too big, or is of a type that is not allowed."""

    def __init__(self, message: Message) -> None:
        self.message = message
        super().__init__(message.render("en"))


class NotKept(Exception):
    """No file is kept under a SHA-256, or not the one it should be."""

    def __init__(self, digest: str, condition: Condition) -> None:
        self.digest, self.condition = digest, condition
        super().__init__(f"the file {digest} is {condition}")


class FilesUnavailable(StoreError):
    """The folder of files cannot be written."""

    def __init__(self, folder: Path, error: OSError) -> None:
        self.folder, self.reason = str(folder), error.strerror or str(error)
        super().__init__(f"files cannot be kept in {self.folder} ({self.reason})")


@dataclass(frozen=True, slots=True)
class Limits:
    """How big a file may be, in bytes, and the endings its name may have, in small letters."""

    size: int = 50 * MEGABYTE
    types: tuple[str, ...] = tuple(MEDIA_TYPES)


@dataclass(slots=True)
class Incoming:
    """A file that was read: its name, SHA-256, size and media type. `keep` puts it among the kept ones."""

    name: str
    sha256: str
    size: int
    media_type: str
    copy: Path | None = None  # None where nothing is to be written
    files: "Files | None" = None

    def keep(self) -> None:
        """Put the copy where it is found by its SHA-256; once it returns, it is on disk. Raises FilesUnavailable."""
        if self.copy is not None and self.files is not None:
            self.files.adopt(self.copy, self.sha256)
            self.copy = None

    def drop(self) -> None:
        """Take the copy away, unless it was kept."""
        if self.copy is not None:
            with suppress(OSError):
                self.copy.unlink()
            self.copy = None


class Files:
    """The kept files of one store."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def place(self, digest: str) -> Path:
        """Where the file with a SHA-256 is kept."""
        return self.folder / digest[:2] / digest

    def read(self, path: Path, limits: Limits, *, copied: bool) -> Incoming:
        """Read a file that somebody names; `copied`: also make the copy that can be kept.

        Raises Unfit, FilesUnavailable."""
        ending = path.suffix.lower().removeprefix(".")
        if ending not in limits.types:
            text = N_("{name} is of a type that is not kept here. Save it as one of: {types}.")
            raise Unfit(Message(text, {"name": path.name, "types": list(limits.types)}))
        try:
            found = path.stat()  # before it is opened: to open a pipe would wait for somebody to write into it
            if not S_ISREG(found.st_mode):
                raise Unfit(Message(N_("{path} is no file. Name a file."), {"path": str(path)}))
            if found.st_size > limits.size:
                raise _too_big(path, limits)
            with path.open("rb") as source:
                copy = self._new_copy() if copied else None
                digest, size = self._taken(source, copy, path, limits)
        except (OSError, ValueError) as error:
            text = N_(
                "{path} cannot be read ({reason}). Check the path: in a file of commands it counts from that file's"
                " folder, on the command line from the working folder."
            )
            raise Unfit(Message(text, {"path": str(path), "reason": reason_of(error)})) from None
        media_type = MEDIA_TYPES.get(ending, "application/octet-stream")
        return Incoming(path.name, digest, size, media_type, copy, self)

    def adopt(self, copy: Path, digest: str) -> None:
        """Move a copy to where it is found by its SHA-256. Raises FilesUnavailable."""
        place = self.place(digest)
        try:
            place.parent.mkdir(exist_ok=True)
            os.replace(copy, place)
            for folder in (place.parent, self.folder):
                _sync(folder)
        except OSError as error:
            raise FilesUnavailable(self.folder, error) from error

    def take_over(self, digest: str, source: "Files") -> None:
        """Keep the file that another folder keeps under a SHA-256, unless it is kept here already.

        Raises NotKept where it is not there, or not what it was; FilesUnavailable where nothing can be written here."""
        if self.condition(digest) == "whole":
            return
        copy = self._new_copy()
        try:
            with os.fdopen(self._opened(copy), "wb") as made:
                source.copy_out(digest, made)
                made.flush()
                os.fsync(made.fileno())
            self.adopt(copy, digest)
        except OSError as error:
            raise FilesUnavailable(self.folder, error) from error
        finally:
            with suppress(OSError):
                copy.unlink()  # unless it was moved to its place

    def condition(self, digest: str) -> Condition:
        """Whether the file with a SHA-256 is there and what it was."""
        try:
            self.check(digest)
        except NotKept as wrong:
            return wrong.condition
        return "whole"

    def check(self, digest: str) -> None:
        """Read a kept file to its end. Raises NotKept where it is not there or not what it was."""
        for _ in self._blocks(digest):
            pass

    def has(self, digest: str) -> bool:
        """Whether a file is kept under a SHA-256, whatever is in it."""
        return self.size(digest) is not None

    def size(self, digest: str) -> int | None:
        """The size of the file kept under a SHA-256; None where there is none."""
        try:
            return self.place(digest).stat().st_size if is_digest(digest) else None
        except OSError:
            return None

    def copy_out(self, digest: str, target: BinaryIO) -> None:
        """Copy a kept file. Raises NotKept, also where what was copied was not what it should be, and OSError where
        `target` cannot be written."""
        for block in self._blocks(digest):
            target.write(block)

    def _blocks(self, digest: str) -> Iterator[bytes]:
        """What a kept file holds. Raises NotKept; that it is not what it was, only after the last block."""
        made = sha256()
        try:
            with self.place(digest).open("rb") as source:
                while block := source.read(CHUNK):
                    made.update(block)
                    yield block
        except FileNotFoundError:
            raise NotKept(digest, "missing") from None
        except OSError:
            raise NotKept(digest, "unreadable") from None
        if made.hexdigest() != digest:
            raise NotKept(digest, "altered")

    def all(self) -> Iterator[str]:
        """The SHA-256 of everything that is kept, whether an event names it or not."""
        for place in sorted(self.folder.glob("??/*")):
            if is_digest(place.name):
                yield place.name

    def _new_copy(self) -> Path:
        folder = self.folder / INCOMING
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise FilesUnavailable(self.folder, error) from error
        return folder / f"{os.getpid()}-{next(_serial)}"

    def _taken(self, source: BinaryIO, copy: Path | None, path: Path, limits: Limits) -> tuple[str, int]:
        """The SHA-256 and size of what is read, which goes into the copy, on disk, as it is read."""
        made, size = sha256(), 0
        target = self._opened(copy) if copy is not None else None
        try:
            try:
                while block := source.read(CHUNK):
                    made.update(block)
                    size += len(block)
                    if size > limits.size:  # it grew while it was read
                        raise _too_big(path, limits)
                    if target is not None:
                        self._written(target, block)
                if target is not None:
                    self._written(target, b"")
            finally:
                if target is not None:
                    self._closed(target)
        except BaseException:
            if copy is not None:
                with suppress(OSError):  # what went wrong is told, not that it cannot be tidied up either
                    copy.unlink()
            raise
        return made.hexdigest(), size

    def _opened(self, copy: Path) -> int:
        try:
            copy.unlink(missing_ok=True)  # of a process with the same number that did not come to its end
            return os.open(copy, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o444)
        except OSError as error:
            raise FilesUnavailable(self.folder, error) from error

    def _closed(self, target: int) -> None:
        try:
            os.close(target)
        except OSError as error:  # some file systems tell only now what they could not write
            raise FilesUnavailable(self.folder, error) from error

    def _written(self, target: int, block: bytes) -> None:
        """Write a block; none: what was written is on disk from here on."""
        rest = memoryview(block)
        try:
            while rest:
                rest = rest[os.write(target, rest) :]
            if not block:
                os.fsync(target)
        except OSError as error:
            raise FilesUnavailable(self.folder, error) from error


def is_digest(text: str) -> bool:
    """Whether a text is a SHA-256 in small hexadecimal letters."""
    return len(text) == 64 and HEX.issuperset(text)


def drop(incoming: Sequence[Incoming]) -> None:
    """Take away the copies of those that were not kept."""
    for each in incoming:
        each.drop()


def _too_big(path: Path, limits: Limits) -> Unfit:
    text = N_("{name} is too big: at most {size} are kept. Scan it with fewer dots, or raise KHCN_FILE_LIMIT.")
    return Unfit(Message(text, {"name": path.name, "size": _shown(limits.size)}))


def _shown(size: int) -> str:
    whole = [(unit, name) for unit, name in ((MEGABYTE, "MB"), (1024, "KB"), (1, "B")) if size % unit == 0]
    return f"{size // whole[0][0]} {whole[0][1]}"


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
