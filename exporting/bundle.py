"""A bundle of evidence: events with their proofs, what they rest on, and how to check it all without this product.

The same log, question and files give the same bytes: no clock and no order but the log's."""

import json
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from engine.entries import event_of
from engine.events import PlanAdopted
from engine.evidence import NoCheckpoint, prove_row
from engine.log import EventGone, Reader, Row
from engine.notes import Checkpoint, Note, PublicKey
from exporting.jsonl import line_of
from exporting.page import Page
from exporting.selecting import Period, Selection
from projections.names import Names

FORMAT = "khcn-bundle/1"
OFFLINE = ("README.txt", "check_bundle.py", "check_proof.py")
Kept = Callable[[str], Path | None]  # the file of a document by its SHA-256, if it is kept
_ADOPTED = "SELECT count(*) FROM events WHERE stream = ? AND kind = ? AND position <= ?"
_DIGEST = re.compile("[0-9a-f]{64}")
_BLOCK = 1024 * 1024


class Altered(Exception):
    """The file that is kept under a SHA-256 is not the one that was put there."""

    def __init__(self, digest: str) -> None:
        self.digest = digest
        super().__init__(digest)


@dataclass(frozen=True)
class Asked:
    """What a bundle is about, and in which language its page is."""

    task: str | None = None
    period: Period | None = None
    lang: str = "en"


@dataclass(frozen=True)
class Bundled:
    """What went into a bundle. `manifest` is the SHA-256 of its manifest, by which one bundle is told from another."""

    asked: int
    beside: int
    documents: int
    lacking: tuple[str, ...]
    manifest: str


def covering(reader: Reader, selection: Selection, note: Note | None) -> Note:
    """The checkpoint to prove against: the one given, or the newest that is kept.

    Raises NoCheckpoint, BadNote, and EventGone where the log ends before what was signed."""
    last, head = selection.all[-1], reader.head()[0]
    kept = reader.checkpoints() if note is None else []
    if note is None and not kept:
        raise NoCheckpoint(last)
    found = note or Note.read(kept[-1])
    size = Checkpoint.read(found).size
    if size < last:
        raise NoCheckpoint(last)
    if size > head:
        raise EventGone(head + 1)
    return found


class Bundle:
    """Writes one bundle."""

    def __init__(self, reader: Reader, asked: Asked, note: Note, keys: Iterable[PublicKey], kept: Kept) -> None:
        """`note`: the checkpoint that covers all; `keys`: those that are to lie in the bundle."""
        self._reader = reader
        self._asked = asked
        self._note = note
        self._keys = [str(key) for key in keys]
        self._kept = kept

    def write(self, selection: Selection, duties: Mapping[str, Sequence[str]], target: IO[bytes]) -> Bundled:
        """Put the bundle into a file. `duties`: what is asked for under each rule id.

        Raises BadProof where the log is not the one that was signed, Altered, BadEvent, UnknownKind."""
        page = Page(self._asked.lang, Names(self._reader, self._asked.lang), duties)
        wanted = selection.asked | selection.beside
        plans: list[dict[str, Any]] = []
        digests: dict[str, None] = {}
        with ZipFile(target, "w", ZIP_DEFLATED) as zipped:
            packed = _Packed(zipped)
            for name in OFFLINE:
                packed.put(name, [files("exporting").joinpath("offline", name).read_bytes()])
            packed.put("checkpoint.txt", [str(self._note).encode()])
            if self._keys:
                packed.put("keys.txt", ["".join(f"{key}\n" for key in self._keys).encode()])
            packed.put("events.jsonl", map(line_of, self._rows(wanted)))
            for row in self._rows(wanted):
                event, number = event_of(row), None
                if isinstance(event.fact, PlanAdopted):
                    number = int(self._reader.rows(_ADOPTED, [row.stream, row.kind, row.position])[0][0])
                    plans.append(packed.plan(event.fact, number, row.position))
                page.learn(event, number)
                digests |= dict.fromkeys(_digests(json.loads(row.body)))
                packed.put(
                    f"proofs/{row.position:09}.tlog-proof", [str(prove_row(self._reader, row, self._note)).encode()]
                )
            there = {digest: path for digest in sorted(digests) if (path := self._kept(digest)) is not None}
            for digest, path in there.items():
                packed.document(digest, path)
            page.seal(self._note, self._keys, self._asked.task, self._asked.period, there.keys())
            told = (map(event_of, self._rows(each)) for each in (selection.asked, selection.beside))
            packed.put("index.html", page.chunks(*told))
            manifest = self._manifest(selection, plans, sorted(digests.keys() - there.keys()), packed.listed)
            packed.put("manifest.json", [manifest])
        lacking = tuple(sorted(digests.keys() - there.keys()))
        return Bundled(len(selection.asked), len(selection.beside), len(there), lacking, sha256(manifest).hexdigest())

    def _rows(self, wanted: Collection[int]) -> Iterator[Row]:
        return (row for row in self._reader.events() if row.position in wanted)

    def _manifest(
        self, selection: Selection, plans: list[dict[str, Any]], lacking: list[str], listed: Mapping[str, str]
    ) -> bytes:
        period = self._asked.period
        told = {
            "format": FORMAT,
            "asked": {"task": self._asked.task, "period": period.text if period else None},
            "events": {"asked": sorted(selection.asked), "beside": sorted(selection.beside)},
            "plans": plans,
            "documents_not_kept": lacking,
            "files": dict(sorted(listed.items())),
        }
        return (json.dumps(told, ensure_ascii=False, indent=1) + "\n").encode()


class _Packed:
    """A zip whose bytes follow from what is put in, and the SHA-256 of each file in it."""

    def __init__(self, zipped: ZipFile) -> None:
        self.listed: dict[str, str] = {}
        self._zipped = zipped

    def put(self, name: str, chunks: Iterable[bytes]) -> None:
        """Put a file in, piece by piece."""
        info, made = ZipInfo(name, (1980, 1, 1, 0, 0, 0)), sha256()
        info.compress_type, info.create_system, info.external_attr = ZIP_DEFLATED, 3, 0o644 << 16
        with self._zipped.open(info, "w", force_zip64=True) as out:
            for chunk in chunks:
                made.update(chunk)
                out.write(chunk)
        self.listed[name] = made.hexdigest()

    def document(self, digest: str, path: Path) -> None:
        """Put a kept file in under its SHA-256. Raises Altered."""
        name = f"documents/{digest}"
        self.put(name, _blocks(path))
        if self.listed[name] != digest:
            raise Altered(digest)

    def plan(self, fact: PlanAdopted, number: int, position: int) -> dict[str, Any]:
        """Put a plan in as it was adopted; give what the manifest tells of it."""
        file = f"plans/{fact.plan.replace('/', '_')}-v{number}.json"
        content = json.dumps(fact.content, ensure_ascii=False, separators=(",", ":"))
        self.put(file, [content.encode()])
        return {"plan": fact.plan, "version": number, "position": position, "sha256": fact.sha256, "file": file}


def _digests(value: Any) -> Iterator[str]:
    """The SHA-256 of every document that an event names."""
    if isinstance(value, dict):
        digest = value.get("sha256")
        if isinstance(digest, str) and _DIGEST.fullmatch(digest) and ("number" in value or "file" in value):
            yield digest
        for each in value.values():
            yield from _digests(each)
    elif isinstance(value, list):
        for each in value:
            yield from _digests(each)


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as source:
        while block := source.read(_BLOCK):
            yield block
