"""The one-file checker: it believes what the product proves, nothing that was changed, and imports nothing of ours."""

from __future__ import annotations

import ast
import json
import runpy
import subprocess
import sys
from base64 import b64decode
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from engine.evidence import prove, prove_growth, take_checkpoint
from engine.log import Log
from engine.notes import LOG_KEY, WITNESS_KEY, Checkpoint, PrivateKey, Proof
from engine.seal import Tree, leaf_hash
from tests.console.khcn import Khcn

ROOT = Path(__file__).parents[2]
CHECKER = ROOT / "docs/check_proof.py"
OFFLINE = ROOT / "exporting/offline"
VECTORS = (ROOT / "tests/data/proof/inclusion.jsonl").read_text("utf-8").splitlines()
GROWTH_VECTORS = (ROOT / "tests/data/proof/consistency.jsonl").read_text("utf-8").splitlines()
KEY = PrivateKey("log.example", LOG_KEY, sha256(b"log").digest())
WITNESS = PrivateKey("witness.example", WITNESS_KEY, sha256(b"witness").digest())
FORGER = PrivateKey("log.example", LOG_KEY, sha256(b"forger").digest())


def checked(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """What the checker says, in a Python that knows nothing of the working directory."""
    argv = [sys.executable, "-I", str(CHECKER), *map(str, arguments)]
    return subprocess.run(argv, capture_output=True, check=False, text=True, encoding="utf-8")


@pytest.fixture
def proof(log: Log) -> Proof:
    take_checkpoint(log, KEY)
    with log.reader() as reader:
        return prove(reader, "task:T1", 3)


@pytest.mark.parametrize("file", sorted(OFFLINE.glob("*.py")), ids=lambda file: file.name)
def test_it_imports_the_standard_library_and_cryptography_alone(file: Path) -> None:
    nodes = list(ast.walk(ast.parse(file.read_text("utf-8"))))
    plain = {name.name.split(".")[0] for node in nodes if isinstance(node, ast.Import) for name in node.names}
    out_of = {(node.module or "").split(".")[0] for node in nodes if isinstance(node, ast.ImportFrom)}

    assert (plain | out_of) - sys.stdlib_module_names - {"__future__"} <= {"cryptography"}


def test_a_proof_that_the_product_wrote_is_proved(khcn: Khcn, tmp_path: Path) -> None:
    key, file = tmp_path / "k.key", tmp_path / "p.tlog-proof"
    khcn("audit", "keygen", "--name", "soyte.example", "-o", key)
    khcn("audit", "checkpoint", "--key", key)
    khcn("audit", "prove", "task:T1/3", "-o", file)
    found = checked(file, "--public", tmp_path / "k.pub")

    assert (found.returncode, found.stderr) == (0, "")
    for words in ("signed by - người ký: soyte.example", "task:T1 version 3", '"kind": "task_approved"', "2026-03-10"):
        assert words in found.stdout


def test_a_witness_is_believed_as_well(proof: Proof, tmp_path: Path) -> None:
    note = proof.note.sign(WITNESS, seconds=1_790_000_000)
    file = tmp_path / "p"
    file.write_text(str(Proof(proof.data, proof.index, proof.path, note)))
    keys = ["--public", str(KEY.public), "--public", str(WITNESS.public)]

    assert "người ký: log.example, witness.example\n" in checked(file, *keys).stdout
    assert "người ký: witness.example\n" in checked(file, *keys[2:]).stdout


def test_no_byte_of_a_proof_can_be_changed(proof: Proof, tmp_path: Path) -> None:
    whole = str(proof).encode()
    files = [tmp_path / "whole"]
    files[0].write_bytes(whole)
    for place in range(len(whole)):
        for bit in (1, 32) if place % 7 == 0 else (1,):
            files.append(tmp_path / f"{place}-{bit}")
            files[-1].write_bytes(whole[:place] + bytes([whole[place] ^ bit]) + whole[place + 1 :])
    files.append(tmp_path / "cut")
    files[-1].write_bytes(whole[:-1])
    found = checked(*files, "--public", str(KEY.public))
    believed = [line for line in found.stdout.splitlines() if ": PROVED" in line]

    assert found.returncode == 6
    assert believed == [f"{files[0]}: PROVED - ĐÃ CHỨNG MINH, signed by - người ký: log.example"]
    assert found.stdout.count("NOT PROVED") == len(files) - 1


def test_what_is_sound_but_of_something_else_is_not_proved(proof: Proof, log: Log, tmp_path: Path) -> None:
    with log.reader() as reader:
        other = prove(reader, "task:T1", 2)
    checkpoint = Checkpoint.read(proof.note)
    elsewhere = Checkpoint("another.example", checkpoint.size, checkpoint.root).note().sign(KEY)
    wrong = {
        "another event's path": Proof(proof.data, other.index, other.path, proof.note),
        "a forger's key of the same name": Proof(proof.data, proof.index, proof.path, checkpoint.note().sign(FORGER)),
        "a checkpoint of another log": Proof(proof.data, proof.index, proof.path, elsewhere),
        "nobody's signature": Proof(proof.data, proof.index, proof.path, checkpoint.note().sign(WITNESS)),
        "a path too long": Proof(proof.data, proof.index, (*proof.path, proof.path[0]), proof.note),
        "a path too short": Proof(proof.data, proof.index, proof.path[:-1], proof.note),
        "a smaller log of that one event": Proof(proof.data, 0, (), single(proof.data)),
    }
    for name, each in wrong.items():
        file = tmp_path / "wrong"
        file.write_text(str(each))

        assert checked(file, "--public", str(KEY.public)).returncode == 6, name


def single(data: bytes) -> Any:
    """A checkpoint, rightly signed, of a log that holds nothing but these bytes, sealed for another place."""
    return Checkpoint(KEY.name, 1, leaf_hash(data)).note().sign(KEY)


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        (ROOT / "README.md",),
        (ROOT / "nothing-here", "--public", str(KEY.public)),
        (ROOT / "README.md", "--public", "no key"),
        (ROOT / "README.md", "--public", str(KEY.public).replace("log.example", "gol.example")),
        (ROOT / "README.md", "--public"),
        (ROOT / "README.md", "--public", ""),
    ],
)
def test_wrong_usage_is_told_apart_from_a_wrong_proof(arguments: tuple[str | Path, ...]) -> None:
    found = checked(*arguments)

    assert (found.returncode, found.stdout) == (2, "")
    assert found.stderr
    assert "Traceback" not in found.stderr
    assert checked(ROOT / "README.md", "--public", str(KEY.public)).returncode == 6


@pytest.mark.parametrize("line", VECTORS, ids=[json.loads(line)["name"] for line in VECTORS])
def test_the_published_vectors_hold(line: str, checker: dict[str, Any]) -> None:
    vector = json.loads(line)
    path = [b64decode(each) for each in vector["proof"] or ()]
    leaf, root = b64decode(vector["leafHash"] or ""), b64decode(vector["root"] or "")
    try:
        holds = checker["climb"](leaf, vector["leafIdx"], vector["treeSize"], path) == root
    except checker["NotProved"]:
        holds = False

    assert holds is not vector["wantErr"]


@pytest.mark.parametrize("line", GROWTH_VECTORS, ids=[json.loads(line)["name"] for line in GROWTH_VECTORS])
def test_the_published_vectors_of_growth_hold(line: str, checker: dict[str, Any]) -> None:
    vector = json.loads(line)
    path = [b64decode(each) for each in vector["proof"] or ()]
    roots = b64decode(vector["root1"] or ""), b64decode(vector["root2"] or "")
    try:
        holds = checker["grow"](vector["size1"], vector["size2"], path, roots[0]) == roots
    except checker["NotProved"]:
        holds = False

    # A checkpoint of no event, from which every log grows, proves nothing here.
    assert holds is (not vector["wantErr"] and vector["size1"] > 0)


def test_a_growth_that_the_product_wrote_is_proved_and_no_byte_of_it_can_be_changed(log: Log, tmp_path: Path) -> None:
    with log.reader() as reader:
        root = Tree(5, lambda place: reader.sealed([place])[place]).root()
    before = Checkpoint(KEY.name, 5, root).note().sign(KEY)
    size = Checkpoint.read(take_checkpoint(log, KEY)).size
    with log.reader() as reader:
        whole = str(prove_growth(reader, before)).encode()
    since = tmp_path / "monday"
    since.write_text(str(before), encoding="utf-8")
    files = [tmp_path / "whole", tmp_path / "cut"]
    files[0].write_bytes(whole)
    files[1].write_bytes(whole[:-1])
    for place in range(len(whole)):
        files.append(tmp_path / f"{place}")
        files[-1].write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
    found = checked(*files, "--since", since, "--public", str(KEY.public))
    forged = checked(files[0], "--since", since, "--public", str(FORGER.public))

    assert (found.returncode, found.stderr, forged.returncode) == (6, "", 6)
    assert found.stdout.count(": PROVED") == 1
    assert found.stdout.count("NOT PROVED") == len(files) - 1
    assert f"log.example has only grown - chỉ được ghi thêm: 5 -> {size}\n" in found.stdout


@pytest.fixture(scope="module")
def checker() -> dict[str, Any]:
    return runpy.run_path(str(CHECKER))
