"""`khcn audit scan`: a text is found wherever it lies, and what could not be looked into is told, not passed over."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import os
import tarfile
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from engine.scan import CURES, DEEPEST, OFFICE, REASONS, SEALED_OFFICE, Sighting, sightings, spellings
from tests import stores
from tests.console.khcn import Khcn
from tests.world import command, unit, world

NAME = "Đỗ Hư Cấu"
TEXT = f"Họ tên: {NAME}, sinh năm 1970. " * 40


@pytest.fixture
def khcn(prepared_sqlite: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Khcn:
    monkeypatch.chdir(tmp_path)
    return Khcn(stores.fresh_sqlite(tmp_path, prepared_sqlite), tmp_path)


def zipped(name: str = "word/document.xml", content: bytes = TEXT.encode()) -> bytes:
    out = io.BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as packed:
        packed.writestr(name, content)
    return out.getvalue()


def marked(data: bytes, *, flag: int = 0, method: int | None = None) -> bytes:
    """A zip whose only member is told to be encrypted, or packed by another method, in both of its headers."""
    made = bytearray(data)
    for sign, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = data.index(sign) + at
        made[place] |= flag
        if method is not None:
            made[place + 2 : place + 4] = method.to_bytes(2, "little")
    return bytes(made)


def tarred(content: bytes) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as packed:
        info = tarfile.TarInfo("thu.docx")
        info.size = len(content)
        packed.addfile(info, io.BytesIO(content))
    return out.getvalue()


def nested(layers: int) -> bytes:
    data = TEXT.encode()
    for _ in range(layers):
        data = gzip.compress(data)
    return data


def seen(data: bytes) -> list[tuple[str, str | None]]:
    """Places within the file where something was seen; the reason where nobody could look."""
    return [(each.place, each.unread) for each in sightings("f", data, spellings(NAME))]


def test_a_name_is_found_where_it_stands_and_nowhere_else(khcn: Khcn) -> None:
    khcn.record({"command": "add_person", "actor": "admin", "on": "2026-02-05", "person": "px", "name": NAME})

    assert khcn("audit", "scan", stdin=NAME.encode()).code == 0
    khcn.file("letter.txt", NAME)
    khcn.file("b.zip", zipped("index.html"))
    found = khcn("audit", "scan", "letter.txt", "b.zip", "--json", stdin=NAME.encode())
    assert found.code == 6
    assert json.loads(found.out) == [
        {"place": place, "spelt": "NFC UTF-8", "unread": None, "message": None, "cure": None}
        for place in ("letter.txt", "b.zip!index.html")
    ]
    assert khcn("audit", "scan", stdin=b"x").code == 2


@pytest.mark.parametrize(
    ("data", "place"),
    [
        (zipped(), "f!word/document.xml"),
        (zipped("thu.docx", zipped()), "f!thu.docx!word/document.xml"),
        (gzip.compress(TEXT.encode()), "f!unpacked"),
        (bz2.compress(TEXT.encode()), "f!unpacked"),
        (lzma.compress(TEXT.encode()), "f!unpacked"),
        (gzip.compress(tarred(zipped())), "f!unpacked!thu.docx!word/document.xml"),
        (b"#!/bin/sh\n" + zipped(), "f!word/document.xml"),
        (nested(DEEPEST), "f" + "!unpacked" * DEEPEST),
    ],
    ids=["zip", "zip in a zip", "gzip", "bzip2", "xz", "tar", "behind a script", "deep"],
)
def test_it_is_found_in_what_is_packed(data: bytes, place: str) -> None:
    assert seen(data) == [(place, None)]


@pytest.mark.parametrize(
    ("data", "place", "reason"),
    [
        (marked(zipped(), flag=1), "f!word/document.xml", "encrypted"),
        (marked(zipped(), method=9), "f!word/document.xml", "unknown_packing"),
        (zipped("in.zip", marked(zipped(), flag=1)), "f!in.zip!word/document.xml", "encrypted"),
        (OFFICE + b"\0" * 600 + SEALED_OFFICE, "f", "encrypted"),
        (b"7z\xbc\xaf\x27\x1c\0\4", "f", "unknown_packing"),
        (b"Rar!\x1a\x07\x01\x00", "f", "unknown_packing"),
        (b"\x28\xb5\x2f\xfd\x04", "f", "unknown_packing"),
        (b"%PDF-1.7\n", "f", "drawn"),
        (zipped()[:-30], "f", "damaged"),
        (gzip.compress(TEXT.encode())[:-12], "f", "damaged"),
        (bz2.compress(TEXT.encode())[:-12], "f", "damaged"),
        (lzma.compress(TEXT.encode())[:-12], "f", "damaged"),
        (nested(DEEPEST + 1), "f" + "!unpacked" * DEEPEST, "too_deep"),
    ],
    ids=[
        "encrypted",
        "packed in a way of its own",
        "encrypted in a zip",
        "encrypted office",
        "7z",
        "rar",
        "zstandard",
        "pdf",
        "cut zip",
        "cut gzip",
        "cut bzip2",
        "cut xz",
        "too deep",
    ],
)
def test_what_cannot_be_looked_into_is_told(data: bytes, place: str, reason: str) -> None:
    assert seen(data) == [(place, reason)]


PACKED: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "zip": (lambda content: zipped("a.txt", content), "f!a.txt"),
    "gzip": (gzip.compress, "f"),
    "bzip2": (bz2.compress, "f"),
    "xz": (lzma.compress, "f"),
}


@pytest.mark.parametrize("how", PACKED)
def test_what_is_too_large_unpacked_is_told_before_it_fills_the_memory(
    how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    pack, place = PACKED[how]
    few, many = pack(b"\0" * (1 << 20)), pack(b"\0" * (128 << 20))
    monkeypatch.setattr("engine.scan.LARGEST", 1 << 20)
    tracemalloc.start()
    found = seen(many)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert (found, most < 32 << 20) == ([(place, "too_large")], True)
    assert seen(few) == []


def test_a_spoilt_member_is_told_and_the_others_are_looked_into() -> None:
    out = io.BytesIO()
    with ZipFile(out, "w") as packed:  # stored, not packed: so its bytes can be spoilt
        packed.writestr("a.txt", "spoilt here")
        packed.writestr("b.txt", TEXT)
    data = out.getvalue().replace(b"spoilt here", b"spoilt HERE", 1)

    assert seen(data) == [("f", None), ("f!a.txt", "damaged"), ("f!b.txt", None)]


def test_an_old_office_file_without_a_password_is_looked_into() -> None:
    data = OFFICE + b"\0" * 600 + NAME.encode("utf-16-le")

    assert list(sightings("f", data, spellings(NAME))) == [Sighting("f", spelt="NFC UTF-16-LE")]


def test_whoever_asks_is_told_that_nobody_looked_and_what_to_do(khcn: Khcn) -> None:
    khcn.file("b.zip", marked(zipped(), flag=1))
    ran = khcn("audit", "scan", "b.zip", stdin=NAME.encode())

    told = ran.out.splitlines()
    assert ran.code == 2
    assert told[:3] == [
        "✗ b.zip!word/document.xml was not looked into: it is encrypted.",
        f"  → {CURES['encrypted']}",
        "Places that were not looked into, so that nobody knows: 1.",
    ]
    assert told[3].startswith("In the rest it is nowhere: ")
    assert (
        "b.zip!word/document.xml chưa được tìm: tệp được mã hóa."
        in khcn("--lang", "vi", "audit", "scan", "b.zip", stdin=NAME.encode()).out
    )


def test_a_script_is_told_in_the_same_list(khcn: Khcn) -> None:
    khcn.file("b.zip", marked(zipped(), flag=1))
    row = {
        "place": "b.zip!word/document.xml",
        "spelt": None,
        "unread": "encrypted",
        "message": "b.zip!word/document.xml was not looked into: it is encrypted.",
        "cure": CURES["encrypted"],
    }
    ran = khcn("audit", "scan", "b.zip", "--json", stdin=NAME.encode())

    assert (ran.code, json.loads(ran.out)) == (2, [row])
    khcn.file("letter.txt", NAME)
    both = khcn("audit", "scan", "b.zip", "letter.txt", "--json", stdin=NAME.encode())
    assert (both.code, [each["place"] for each in json.loads(both.out)]) == (6, [row["place"], "letter.txt"])


def test_a_file_nobody_may_read_is_told(khcn: Khcn, monkeypatch: pytest.MonkeyPatch) -> None:
    shut, read = khcn.file("shut.txt", NAME), Path.read_bytes

    def refusing(path: Path) -> bytes:
        if path.name == shut.name:
            raise PermissionError(13, "Permission denied")
        return read(path)

    monkeypatch.setattr(Path, "read_bytes", refusing)
    ran = khcn("audit", "scan", shut, "--json", stdin=NAME.encode())

    assert (ran.code, [each["unread"] for each in json.loads(ran.out)]) == (2, ["unreadable"])


RENAMED = {
    "command": "rename_unit",
    "actor": "admin",
    "on": "2026-03-02",
    "unit": "BV1",
    "name": "Bệnh viện Mới",
    "document": {"number": "1/QĐ", "date": "2026-03-01", "issuer": "UBND", "file": "qd.txt"},
}


def test_kept_files_are_looked_into_wherever_they_lie(khcn: Khcn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KHCN_FILES", str(khcn.folder / "elsewhere"))
    khcn.file("qd.txt", TEXT)
    assert khcn.record(unit("BV1", "2026-02-05", ["HP36"]), RENAMED).outcomes == ["recorded"] * 2
    found = khcn("audit", "scan", "--json", stdin=NAME.encode())

    (row,) = json.loads(found.out)
    assert (found.code, "/elsewhere/" in row["place"]) == (6, True)
    monkeypatch.setenv("KHCN_FILES", str(khcn.folder / "nowhere"))
    lost = khcn("audit", "scan", "--json", stdin=NAME.encode())
    assert (lost.code, [each["unread"] for each in json.loads(lost.out)]) == (2, ["no_folder"])


def test_a_name_is_found_in_the_store_however_its_url_is_written(khcn: Khcn) -> None:
    written = unit("BV1", "2026-02-05", ["HP36"]) | {"name": NAME}
    assert khcn.record(written).outcomes == ["recorded"]
    for url in (khcn.url, khcn.url.replace("sqlite:", "sqlite+pysqlite:")):
        ran = khcn("audit", "scan", "--json", stdin=NAME.encode(), db=url)
        places = {row["place"] for row in json.loads(ran.out)}

        assert (ran.code, {"events", "khcn.db"} <= {Path(place).name for place in places}) == (6, True)


def test_a_store_is_looked_into_whatever_its_name(khcn: Khcn) -> None:
    odd = khcn.folder / "st[1].db"
    odd.write_bytes((khcn.folder / "khcn.db").read_bytes())
    odd.with_name(f"{odd.name}.old").write_text(NAME)
    ran = khcn("audit", "scan", "--json", stdin=NAME.encode(), db=f"sqlite:///{odd}")

    assert (ran.code, [row["place"] for row in json.loads(ran.out)]) == (6, [f"{odd}.old"])


def test_a_folder_that_is_not_listed_is_told_and_the_store_in_it_is_looked_into(
    khcn: Khcn, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert khcn.record(unit("BV1", "2026-02-05", ["HP36"]) | {"name": NAME}).outcomes == ["recorded"]

    def refusing(path: Any) -> Any:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(os, "listdir", refusing)
    ran = khcn("audit", "scan", "--json", stdin=NAME.encode())
    told = {(Path(row["place"]).name, row["unread"]) for row in json.loads(ran.out)}

    assert (ran.code, {(khcn.folder.name, "unreadable"), ("khcn.db", None)} <= told) == (6, True)


def test_a_name_is_found_that_lies_across_the_pages_of_the_file(khcn: Khcn) -> None:
    """SQLite cuts a long value wherever a page ends, between any two bytes of it."""
    marks = [f"«{NAME} {number:03}»" for number in range(300)]
    commands = [
        command(
            "record_inspection",
            "sec",
            "2026-03-05",
            unit="BV1",
            plan="HP36",
            by="department",
            kind="random",
            findings=f"{'x' * 900}{mark}{'y' * (3250 + 3 * number)}",
        )
        for number, mark in enumerate(marks)
    ]
    assert set(khcn.record(*world("HP36"), *commands).outcomes) == {"recorded"}
    data = b"".join(path.read_bytes() for path in sorted(khcn.folder.glob("khcn.db*")) if path.is_file())
    split = [mark for mark in marks if mark.encode() not in data]

    assert split  # else the file was laid out otherwise, and nothing was tried
    assert [khcn("audit", "scan", stdin=mark.encode()).code for mark in split] == [6] * len(split)


def test_a_text_with_quotes_is_found_on_each_kind_of_store(prepared_store_url: str, tmp_path: Path) -> None:
    """In the log it stands as JSON has it, in the index and the registers as each has it."""
    khcn, name = Khcn(prepared_store_url, tmp_path), 'Trạm "Hư Cấu" \\ 1'
    assert khcn.record(unit("BV1", "2026-02-05", ["HP36"]) | {"name": name}).outcomes == ["recorded"]
    assert khcn("registry", "units").code == 0
    ran = khcn("audit", "scan", "--json", stdin=name.encode())
    spelt = {(row["place"], row["spelt"]) for row in json.loads(ran.out)}

    assert ran.code == 6
    assert ("events", "NFC JSON, quoted") in spelt
    assert any(place.startswith("registry_units") and how == "NFC UTF-8" for place, how in spelt)


def test_folders_that_nobody_may_open_are_told_and_the_rest_is_looked_into(
    khcn: Khcn, monkeypatch: pytest.MonkeyPatch
) -> None:
    listing = os.scandir

    def refusing(path: Any) -> Any:
        if Path(path).name == "shut":
            raise PermissionError(13, "Permission denied", str(path))
        return listing(path)

    for folder in ("shut", "open"):
        (khcn.folder / "out" / folder).mkdir(parents=True)
    (khcn.folder / "out" / "open" / "again").symlink_to(khcn.folder / "out")
    khcn.file("out/open/a.txt", NAME)
    monkeypatch.setattr(os, "scandir", refusing)
    ran = khcn("audit", "scan", khcn.folder / "out", "--json", stdin=NAME.encode())
    told = {(Path(row["place"]).name, row["spelt"], row["unread"]) for row in json.loads(ran.out)}

    assert (ran.code, told) == (6, {("a.txt", "NFC UTF-8", None), ("shut", None, "unreadable")})


def test_a_linked_folder_is_looked_into(khcn: Khcn) -> None:
    for folder in ("kept", "given"):
        (khcn.folder / folder).mkdir()
    khcn.file("kept/a.txt", NAME)
    (khcn.folder / "given" / "link").symlink_to(khcn.folder / "kept")

    assert khcn("audit", "scan", khcn.folder / "given", stdin=NAME.encode()).code == 6


def test_a_text_of_plain_letters_is_told_once_and_where_it_was_found(khcn: Khcn) -> None:
    khcn.file("letter.txt", "Nguyen Van Hu")
    ran = khcn("audit", "scan", "letter.txt", stdin=b"Nguyen Van Hu")

    assert [line.split() for line in ran.out.splitlines()] == [
        ["found", "in", "spelt", "as"],
        ["─" * len("letter.txt" + "   NFC UTF-8")],
        ["letter.txt", "NFC", "UTF-8"],
    ]


def test_each_reason_has_a_cure() -> None:
    assert REASONS.keys() == CURES.keys()
