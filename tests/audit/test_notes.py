"""Signed notes, checkpoints, cosignatures and proof files, as C2SP has them."""

from __future__ import annotations

from base64 import b64decode
from hashlib import sha256

import pytest

from engine.notes import (
    LOG_KEY,
    WITNESS_KEY,
    BadNote,
    Checkpoint,
    Growth,
    Note,
    PrivateKey,
    Proof,
    PublicKey,
    cosigned_at,
)
from engine.seal import BadProof, Tree, leaf_hash

EXAMPLE_KEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
EXAMPLE = """This is an example message.

— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=
"""
LOG = PrivateKey("log.example", LOG_KEY, sha256(b"log").digest())
WITNESS = PrivateKey("witness.example", WITNESS_KEY, sha256(b"witness").digest())


def test_the_example_of_the_specification_is_signed_by_its_key() -> None:
    note = Note.read(EXAMPLE)

    assert note.signed_by(PublicKey.read(EXAMPLE_KEY))
    assert str(note) == EXAMPLE
    assert str(PublicKey.read(EXAMPLE_KEY)) == EXAMPLE_KEY


def test_a_note_with_another_text_is_rejected() -> None:
    with pytest.raises(BadNote, match=r"signature of .* is wrong"):
        Note.read(EXAMPLE.replace("example message", "other message")).signed_by(PublicKey.read(EXAMPLE_KEY))


def test_an_unknown_keys_line_is_passed_over() -> None:
    assert not Note.read(EXAMPLE).signed_by(LOG.public)
    assert Note.read(EXAMPLE).sign(LOG).signed_by(PublicKey.read(EXAMPLE_KEY))


def test_a_second_wrong_line_of_a_known_key_rejects_the_note() -> None:
    good = Note("text\n").sign(LOG)
    bad = Note("other\n").sign(LOG).signatures

    with pytest.raises(BadNote):
        Note("text\n", good.signatures + bad).signed_by(LOG.public)


def test_sixteen_signatures_are_taken() -> None:
    note = Note("text\n")
    for number in range(16):
        note = note.sign(PrivateKey(f"k{number}", LOG_KEY, sha256(bytes([number])).digest()))

    assert Note.read(str(note)).sign(LOG).signed_by(LOG.public)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no gap\n",
        "text\n\n",
        "text\n\nno signature\n",
        "te\tt\n\n— a YWJjZGVm\n",
        "text\n\n— a YWJj\n",
        "t\n\n— a %%%%\n",
    ],
)
def test_what_is_no_note_is_rejected(text: str) -> None:
    with pytest.raises(BadNote):
        Note.read(text)


def test_a_key_is_read_as_it_was_written() -> None:
    for key in (LOG, WITNESS):
        assert key == PrivateKey.read(f"{key}\n")
        assert key.public == PublicKey.read(str(key.public))


@pytest.mark.parametrize("text", ["", "a+b", "PRIVATE+KEY+x", EXAMPLE_KEY.replace("530d", "530e"), "a b+00000000+AAAA"])
def test_what_is_no_key_is_rejected(text: str) -> None:
    with pytest.raises(BadNote):
        PublicKey.read(text)
    with pytest.raises(BadNote):
        PrivateKey.read(text)


def test_a_checkpoint_says_origin_size_and_root() -> None:
    checkpoint = Checkpoint("log.example", 7, sha256(b"root").digest())

    assert checkpoint == Checkpoint.read(Note.read(str(checkpoint.note().sign(LOG))))


@pytest.mark.parametrize("text", ["log\n1\n", "log\n01\nAAAA\n", "log\n-1\nAAAA\n", "log\n1\nAAAA\n", "\n1\nAAAA\n"])
def test_what_is_no_checkpoint_is_rejected(text: str) -> None:
    with pytest.raises(BadNote):
        Checkpoint.read(Note(text))


def test_a_witness_says_when_it_signed() -> None:
    note = Checkpoint("log.example", 7, sha256(b"root").digest()).note().sign(LOG).sign(WITNESS, seconds=1_763_000_000)
    read = Note.read(str(note))

    assert read.signed_by(WITNESS.public)
    assert read.signed_by(LOG.public)
    assert cosigned_at(read.signatures[1]) == 1_763_000_000


def test_a_proof_file_holds_all_it_takes() -> None:
    tree, first = Tree(), b"first"
    tree.add(leaf_hash(first))
    tree.add(leaf_hash(b"second"))
    note = Checkpoint("log.example", 2, tree.root()).note().sign(LOG)
    proof = Proof(first, 0, (leaf_hash(b"second"),), note)

    assert proof == Proof.read(str(proof))
    assert Proof.read(str(proof)).check().size == 2


def test_a_proof_of_something_else_is_rejected() -> None:
    tree = Tree()
    tree.add(leaf_hash(b"first"))
    note = Checkpoint("log.example", 1, tree.root()).note().sign(LOG)

    with pytest.raises(BadProof, match="another root"):
        Proof(b"forged", 0, (), note).check()


def test_a_logs_key_vouches_for_its_own_checkpoints_alone() -> None:
    of_another = Checkpoint("other.example", 7, sha256(b"root").digest()).note().sign(LOG).sign(WITNESS)

    assert of_another.signed_by(LOG.public)
    assert of_another.signers([LOG.public, WITNESS.public]) == ["witness.example"]


LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"


def with_a_bit_more(base64: str) -> str:
    """The same bytes with a bit set that stands for none of them (RFC 4648, section 3.5)."""
    body = base64.rstrip("=")
    found = body[:-1] + LETTERS[LETTERS.index(body[-1]) ^ 1] + base64[len(body) :]
    assert base64 != found
    assert b64decode(base64) == b64decode(found)
    return found


def test_not_even_an_unused_bit_can_be_changed() -> None:
    checkpoint = Checkpoint(LOG.name, 2, sha256(b"root").digest()).note().sign(LOG)
    growth = str(Growth(1, (sha256(b"hash").digest(),), checkpoint))
    proof = str(Proof(b"some bytes", 0, (sha256(b"hash").digest(),), checkpoint))
    padded = [word for text in (growth, proof) for word in text.split() if word.endswith("=")]

    assert Growth.read(growth).note == Proof.read(proof).note == checkpoint
    assert len(padded) == 2 * 3 + 1  # of each the hash, the root and the signature; of a proof its event
    for word in padded:
        read = Growth.read if word in growth else Proof.read
        text = (growth if word in growth else proof).replace(word, with_a_bit_more(word))
        with pytest.raises(BadNote, match="should be base64"):
            Checkpoint.read(read(text).note)
