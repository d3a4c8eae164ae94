"""A bundle shows every change to it, also to who knows its format and lists its files anew."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest

from engine.notes import Checkpoint, Note, Proof
from engine.seal import Tree, leaf_data, leaf_hash
from tests.exporting.bundles import FORGER, KEY, checked, listed_anew


def event_changed(folder: Path) -> str:
    file = folder / "events.jsonl"
    file.write_bytes(file.read_bytes().replace(b'"amount":100000000', b'"amount":900000000', 1))
    return "the line is not the event that was sealed"


def event_and_proof_changed(folder: Path) -> str:
    event_changed(folder)
    proof_file = next(file for file in sorted(folder.glob("proofs/*")) if b"tlog" in file.read_bytes())
    proof = Proof.read(proof_file.read_text("utf-8"))
    proof_file.write_text(str(Proof(proof.data.replace(b'"kind"', b'"kinD"'), proof.index, proof.path, proof.note)))
    return "leads to another root"


def event_left_out(folder: Path) -> str:
    lines = (folder / "events.jsonl").read_bytes().splitlines(keepends=True)
    place = next(number for number, line in enumerate(lines) if b'"stream":"task:T1","version":2,' in line)
    (folder / f"proofs/{json.loads(lines[place])['position']:09}.tlog-proof").unlink()
    (folder / "events.jsonl").write_bytes(b"".join(lines[:place] + lines[place + 1 :]))
    return "have a gap"


def event_without_proof(folder: Path) -> str:
    sorted(folder.glob("proofs/*"))[4].unlink()
    return "No such file"


def proof_without_event(folder: Path) -> str:
    lines = (folder / "events.jsonl").read_bytes().splitlines(keepends=True)
    (folder / "events.jsonl").write_bytes(b"".join(lines[1:]))
    return "its event is not in events.jsonl"


def proofs_exchanged(folder: Path) -> str:
    first, second = sorted(folder.glob("proofs/*"))[:2]
    texts = first.read_bytes(), second.read_bytes()
    first.write_bytes(texts[1])
    second.write_bytes(texts[0])
    return "the line is not the event that was sealed"


def checkpoint_exchanged(folder: Path) -> str:
    here = Checkpoint.read(Note.read((folder / "checkpoint.txt").read_text("utf-8")))
    (folder / "checkpoint.txt").write_text(str(Checkpoint(here.origin, here.size + 1, here.root).note().sign(KEY)))
    return "another checkpoint"


def forged_anew(folder: Path) -> str:
    """A log of the forger's own, sealed by his own key of the same name."""
    lines = [re.split(rb',"kind"', line, maxsplit=1) for line in (folder / "events.jsonl").read_bytes().splitlines()]
    tree = Tree()
    tree.add(leaf_hash(leaf_data(1, "task:T1", 1, b'{"kind"' + lines[0][1])))
    checkpoint = Checkpoint(KEY.name, 1, tree.root()).note().sign(FORGER)
    for file in folder.glob("proofs/*"):
        file.unlink()
    line = b'{"position":1,"stream":"task:T1","version":1,"kind"' + lines[0][1]
    (folder / "events.jsonl").write_bytes(line + b"\n")
    proof = Proof(leaf_data(1, "task:T1", 1, b'{"kind"' + lines[0][1]), 0, (), checkpoint)
    (folder / "proofs/000000001.tlog-proof").write_text(str(proof), "utf-8")
    (folder / "checkpoint.txt").write_text(str(checkpoint), "utf-8")
    return "not signed by a key that you trust"


def plan_changed(folder: Path) -> str:
    file = folder / "plans/HP36-v1.json"
    file.write_text(file.read_text("utf-8").replace("36/KH-SYT", "63/KH-SYT"), "utf-8")
    return "is not what was adopted"


def document_put_in(folder: Path) -> str:
    (folder / "documents").mkdir(exist_ok=True)
    (folder / "documents" / sha256(b"forged").hexdigest()).write_bytes(b"forged")
    return "is no document that an event names"


FORGERIES = (
    event_changed,
    event_and_proof_changed,
    event_left_out,
    event_without_proof,
    proof_without_event,
    proofs_exchanged,
    checkpoint_exchanged,
    forged_anew,
    plan_changed,
    document_put_in,
)


@pytest.mark.parametrize("forge", FORGERIES, ids=lambda forge: forge.__name__)
def test_a_forger_who_knows_the_format_is_found_out(bundled: Callable[..., Path], forge: Callable[[Path], str]) -> None:
    folder = bundled("--task", "T1")
    reason = forge(folder)
    listed_anew(folder)
    found = checked(folder, str(KEY.public))

    assert found.returncode == 6
    assert reason in found.stdout
    assert "was changed" not in found.stdout
    assert (found.stderr, "NOT WHOLE" in found.stdout) == ("", True)


def test_every_file_is_the_one_in_the_manifest(bundled: Callable[..., Path]) -> None:
    whole = bundled("--task", "T2")
    files = sorted(path.relative_to(whole) for path in whole.rglob("*") if path.is_file())
    not_run = [name for name in files if name.name not in ("check_bundle.py", "check_proof.py", "manifest.json")]
    for name in [not_run[0], Path("index.html"), Path("README.txt"), Path("keys.txt"), not_run[-1]]:
        folder = whole.with_name("changed")
        shutil.copytree(whole, folder)
        (folder / name).write_bytes((folder / name).read_bytes() + b"\n")

        assert f"{name.as_posix()}: was changed" in checked(folder, str(KEY.public)).stdout
        (folder / name).unlink()
        gone = checked(folder, str(KEY.public))

        assert (gone.returncode, f"{name.as_posix()}: is missing" in gone.stdout) == (6, True)
        shutil.rmtree(folder)
    (whole / "proofs/.DS_Store").write_text("left by looking at the folder")

    assert checked(whole, str(KEY.public)).returncode == 0
    (whole / "more.txt").write_text("x")

    assert "more.txt: is not listed" in checked(whole, str(KEY.public)).stdout
    (whole / "manifest.json").unlink()
    assert checked(whole, str(KEY.public)).returncode == 6


def test_a_whole_log_is_there_up_to_its_checkpoint(bundled: Callable[..., Path]) -> None:
    folder = bundled()
    lines = (folder / "events.jsonl").read_bytes().splitlines(keepends=True)
    (folder / "events.jsonl").write_bytes(b"".join(lines[:-1]))
    sorted(folder.glob("proofs/*"))[-1].unlink()
    listed_anew(folder)
    found = checked(folder, str(KEY.public))

    assert (found.returncode, f"does not hold each of the {len(lines)} events" in found.stdout) == (6, True)


def test_whose_key_it_is_matters(bundled: Callable[..., Path]) -> None:
    folder = bundled("--task", "T2")
    inside = checked(folder)

    assert (inside.returncode, "The key came with the bundle" in inside.stdout) == (0, True)
    assert "came with the bundle" not in checked(folder, str(KEY.public)).stdout
    assert checked(folder, str(FORGER.public)).returncode == 6
    assert checked(folder, "no key").returncode == 2
    (folder / "keys.txt").unlink()
    assert checked(folder).returncode == 2
