"""A person whose name is sealed: the commands about her, and what of her name and key lies in a store."""

from __future__ import annotations

import json
from base64 import b64encode
from hashlib import sha256
from pathlib import Path
from typing import Any

import psycopg

from engine.conformance import conformance
from engine.notes import LOG_KEY, PrivateKey
from projections.registries import REGISTRIES, registry
from projections.views import history
from tests.spec import NOW, Spec
from tests.world import Command

Json = dict[str, Any]
NAME, NEW_NAME, UNIT_NAME = "Nguyễn Thị Bịa Đặt", "Trần Đổi Tên", "Bệnh viện Kiểm Chứng"
KEY = PrivateKey("log.example", LOG_KEY, sha256(b"log").digest())
PAPER = {"number": "9/QĐ-SYT", "date": "2026-03-01", "issuer": "Sở Y tế"}
ADD: Command = {"command": "add_person", "actor": "admin", "on": "2026-02-05", "person": "p1", "name": NAME}
ERASE: Command = {"command": "erase_person", "actor": "admin", "on": "2026-03-02", "person": "p1", "document": PAPER}
RENAME: Command = {
    "command": "correct",
    "actor": "admin",
    "on": "2026-02-10",
    "stream": "person:p1",
    "version": 1,
    "field": "name",
    "value": NEW_NAME,
    "reason": "Ghi nhầm",
    "document": PAPER | {"date": "2026-02-09"},
}
UNIT: Command = {
    "command": "register_unit",
    "actor": "admin",
    "on": "2026-02-05",
    "unit": "BV1",
    "name": UNIT_NAME,
    "kind": "hospital",
    "ownership": "public",
    "subordinate": True,
    "plans": ["HP36"],
}


def bytes_of(url: str) -> dict[str, bytes]:
    """All that a store consists of: the files of SQLite; on PostgreSQL every table as it is copied out."""
    if url.startswith("sqlite"):
        file = Path(url.removeprefix("sqlite:///"))
        return {path.name: path.read_bytes() for path in file.parent.glob(f"{file.name}*") if path.is_file()}
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        names = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        return {name: _copied(connection, name) for (name,) in names}


def _copied(connection: psycopg.Connection[Any], table: str) -> bytes:
    with connection.cursor().copy(f'COPY "{table}" TO STDOUT (FORMAT binary)') as copy:
        return b"".join(map(bytes, copy))


def places(url: str, sought: dict[str, bytes]) -> list[str]:
    """Where something lies in a store, and how it is spelt there."""
    found = bytes_of(url)
    assert found
    return sorted(f"{place}: {how}" for place, data in found.items() for how, text in sought.items() if text in data)


def key_spellings(key: bytes) -> dict[str, bytes]:
    return {"raw": key, "hex": key.hex().encode(), "base64": b64encode(key)[:-2]}


def key_of(spec: Spec, person: str = "p1") -> bytes | None:
    with spec.log.reader() as reader:
        return reader.key(person)


def names(spec: Spec, lang: str = "en", stream: str = "person:p1") -> list[str | None]:
    return [event["data"].get("name") for event in history(spec.desk, stream, lang=lang)]


def judged(spec: Spec) -> list[str]:
    with spec.desk.reading() as work:
        return [each.judgement for each in conformance(spec.desk.decider, work.events())]


def read_registries(spec: Spec) -> bytes:
    """Have every registry made, so that its tables are searched too, and give what it shows."""
    shown = {name: registry(spec.log, name, day=NOW.date()) for name in REGISTRIES}
    return json.dumps(shown, ensure_ascii=False, default=str).encode()
