"""Signed notes, checkpoints, cosignatures and proof files as C2SP has them. It reads no store and no clock.

Specifications: C2SP signed-note, tlog-checkpoint, tlog-cosignature, tlog-proof and tlog-witness, version 1."""

import re
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from engine.catalogue import N_, Message
from engine.seal import HASH, BadProof, check_consistency, check_inclusion, leaf_hash

LOG_KEY, WITNESS_KEY = 1, 4  # types of Ed25519 keys: a log's own, and a witness's
PROOF_HEADER = "c2sp.org/tlog-proof@v1"
PRIVATE = "PRIVATE+KEY"
MOST_SIGNATURES = 100
_NAME = re.compile(r"[^\s+\x00-\x1f\x7f]+")
_SIGNATURE = re.compile(r"— ([^\s+]+) ([A-Za-z0-9+/]+={0,2})")


class BadNote(Exception):
    """A text is no signed note, key, checkpoint or proof, or its signature is wrong."""

    def __init__(self, text: str, /, **params: Any) -> None:
        self.reason = Message(text, params)
        super().__init__(self.reason.render("en"))


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A key that verifies: whose it is, of which type, and its 32 bytes."""

    name: str
    kind: int
    raw: bytes

    @property
    def id(self) -> bytes:
        """The four bytes by which signature lines name the key."""
        return sha256(self.name.encode() + b"\n" + bytes([self.kind]) + self.raw).digest()[:4]

    def __str__(self) -> str:
        """NAME+ID+BASE64, the form in which it is handed on."""
        return f"{self.name}+{self.id.hex()}+{b64encode(bytes([self.kind]) + self.raw).decode()}"

    @classmethod
    def read(cls, text: str) -> "PublicKey":
        """A key from NAME+ID+BASE64. Raises BadNote."""
        name, ident, data = _parts(text.strip(), 3)
        key = cls(name, data[0], data[1:])
        if key.id.hex() != ident:
            raise BadNote(N_("the key's id is not that of the key"))
        return key

    def signed(self, message: bytes, signature: bytes) -> bool:
        """Whether the signature is this key's over the message."""
        try:
            Ed25519PublicKey.from_public_bytes(self.raw).verify(signature, message)
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True, slots=True)
class PrivateKey:
    """A key that signs. Keep it outside the store."""

    name: str
    kind: int
    seed: bytes

    @property
    def public(self) -> PublicKey:
        """The key that verifies what this one signs."""
        return PublicKey(self.name, self.kind, self._key().public_key().public_bytes_raw())

    def __str__(self) -> str:
        """PRIVATE+KEY+NAME+ID+BASE64, the form in which it is kept in a file."""
        return f"{PRIVATE}+{self.name}+{self.public.id.hex()}+{b64encode(bytes([self.kind]) + self.seed).decode()}"

    @classmethod
    def read(cls, text: str) -> "PrivateKey":
        """A key from PRIVATE+KEY+NAME+ID+BASE64. Raises BadNote."""
        text = text.strip()
        if not text.startswith(PRIVATE + "+"):
            raise BadNote(N_("it does not begin with PRIVATE+KEY"))
        name, ident, data = _parts(text.removeprefix(PRIVATE + "+"), 3)
        key = cls(name, data[0], data[1:])
        if key.public.id.hex() != ident:
            raise BadNote(N_("the key's id is not that of the key"))
        return key

    def sign(self, message: bytes) -> bytes:
        """The signature over a message."""
        return self._key().sign(message)

    def _key(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.seed)


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature line: whose, the key's id, and the bytes behind it."""

    name: str
    key_id: bytes
    rest: bytes

    def __str__(self) -> str:
        return f"— {self.name} {b64encode(self.key_id + self.rest).decode()}"


@dataclass(frozen=True, slots=True)
class Note:
    """A text whose last character is a newline, and the signatures under it."""

    text: str
    signatures: tuple[Signature, ...] = ()

    def __str__(self) -> str:
        return self.text + "\n" + "".join(f"{each}\n" for each in self.signatures)

    @classmethod
    def read(cls, text: str) -> "Note":
        """A note from its text. Raises BadNote."""
        head, gap, tail = text.rpartition("\n\n")
        if not gap or not tail.endswith("\n"):
            raise BadNote(N_("a note is a text, an empty line, and lines of signatures"))
        if any(ord(sign) < 32 and sign != "\n" for sign in text):
            raise BadNote(N_("a control character stands in the note"))
        lines = tail.removesuffix("\n").split("\n")
        if len(lines) > MOST_SIGNATURES:
            raise BadNote(N_("there are too many signatures"))
        return cls(head + "\n", tuple(map(_signature, lines)))

    def signed_by(self, key: PublicKey) -> bool:
        """Whether the note has a signature of the key. Raises BadNote where one of its lines is wrong."""
        mine = [each for each in self.signatures if (each.name, each.key_id) == (key.name, key.id)]
        if not all(_holds(key, self.text, each.rest) for each in mine):
            raise BadNote(N_("the signature of {name} is wrong"), name=key.name)
        return bool(mine)

    def signers(self, keys: "Sequence[PublicKey]") -> list[str]:
        """Which of the keys signed; a log's key counts only under that log's own checkpoints.

        Raises BadNote where a line of one of them is wrong."""
        origin = self.text.split("\n", 1)[0]
        signed = [key for key in keys if self.signed_by(key)]
        return [key.name for key in signed if key.kind != LOG_KEY or key.name == origin]

    def sign(self, key: PrivateKey, *, seconds: int = 0) -> "Note":
        """The note with one more signature; a witness also says when (seconds since 1970, UTC)."""
        if key.kind == WITNESS_KEY:
            rest = seconds.to_bytes(8, "big") + key.sign(_cosigned(self.text, seconds))
        else:
            rest = key.sign(self.text.encode())
        return Note(self.text, (*self.signatures, Signature(key.name, key.public.id, rest)))


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a log says of itself: its origin, how many events it holds, and the root over them."""

    origin: str
    size: int
    root: bytes

    def note(self) -> Note:
        """The text to be signed."""
        return Note(f"{self.origin}\n{self.size}\n{b64encode(self.root).decode()}\n")

    @classmethod
    def read(cls, note: Note) -> "Checkpoint":
        """The checkpoint in a note's text. Raises BadNote."""
        lines = note.text.split("\n")
        if len(lines) < 4 or not lines[0] or not re.fullmatch("0|[1-9][0-9]{0,18}", lines[1]):
            raise BadNote(N_("a checkpoint says origin, size and root, one a line"))
        root = _unpacked(lines[2])
        if len(root) != HASH:
            raise BadNote(N_("a root has {count} bytes"), count=HASH)
        return cls(lines[0], int(lines[1]), root)


@dataclass(frozen=True, slots=True)
class Proof:
    """That some data is in a log: the data, where, the proof, and the checkpoint it is proved against."""

    data: bytes
    index: int
    path: tuple[bytes, ...]
    note: Note

    def __str__(self) -> str:
        lines = [PROOF_HEADER, f"extra {b64encode(self.data).decode()}", f"index {self.index}"]
        return "\n".join([*lines, *(b64encode(each).decode() for each in self.path), "", str(self.note)])

    @classmethod
    def read(cls, text: str) -> "Proof":
        """A proof from its file. Raises BadNote."""
        head, _, note = text.partition("\n\n")
        lines = head.split("\n")
        if lines[0] != PROOF_HEADER:
            raise BadNote(N_("a proof begins with the line {line}"), line=PROOF_HEADER)
        if len(lines) < 3 or not lines[1].startswith("extra ") or not re.fullmatch("index (0|[1-9][0-9]*)", lines[2]):
            raise BadNote(N_("a proof says the event (extra) and its index"))
        data, index = _unpacked(lines[1].removeprefix("extra ")), int(lines[2].removeprefix("index "))
        return cls(data, index, tuple(map(_unpacked, lines[3:])), Note.read(note))

    def check(self) -> Checkpoint:
        """Check the proof against its checkpoint, whose signatures are the caller's to check. Raises BadProof."""
        checkpoint = Checkpoint.read(self.note)
        check_inclusion(leaf_hash(self.data), self.index, checkpoint.size, self.path, checkpoint.root)
        return checkpoint


@dataclass(frozen=True, slots=True)
class Growth:
    """That a log only grew since a checkpoint: how many events it had then, the proof, and its checkpoint of later.

    The file has the form in which a witness is sent a checkpoint (C2SP tlog-witness, the body of add-checkpoint)."""

    old: int
    path: tuple[bytes, ...]
    note: Note

    def __str__(self) -> str:
        return "\n".join([f"old {self.old}", *(b64encode(each).decode() for each in self.path), "", str(self.note)])

    @classmethod
    def read(cls, text: str) -> "Growth":
        """A proof of growth from its file. Raises BadNote."""
        head, _, note = text.partition("\n\n")
        first, *rest = head.split("\n")
        if not re.fullmatch("old (0|[1-9][0-9]{0,18})", first):
            raise BadNote(N_("a proof of growth begins with the line {line}"), line="old N")
        return cls(int(first.removeprefix("old ")), tuple(map(_unpacked, rest)), Note.read(note))

    def check(self, before: Checkpoint) -> Checkpoint:
        """Check that the log begins with that of an earlier checkpoint; signatures are the caller's to check.

        Raises BadNote, BadProof."""
        after = Checkpoint.read(self.note)
        if after.origin != before.origin:
            raise BadProof(
                N_("one checkpoint is of the log {one}, the other of {other}"), one=before.origin, other=after.origin
            )
        if self.old != before.size:
            raise BadProof(
                N_("it grew from {old} events, and the checkpoint has {size}"), old=self.old, size=before.size
            )
        check_consistency(before.size, after.size, self.path, before.root, after.root)
        return after


def cosigned_at(signature: Signature) -> int:
    """When a witness signed, in seconds since 1970 (UTC)."""
    return int.from_bytes(signature.rest[:8], "big")


def usable_name(name: str) -> bool:
    """Whether a key may be called so: not empty, without white space and without +."""
    return bool(_NAME.fullmatch(name))


def _holds(key: PublicKey, text: str, rest: bytes) -> bool:
    if key.kind == WITNESS_KEY:
        return len(rest) == 72 and key.signed(_cosigned(text, int.from_bytes(rest[:8], "big")), rest[8:])
    return key.kind == LOG_KEY and len(rest) == 64 and key.signed(text.encode(), rest)


def _cosigned(text: str, seconds: int) -> bytes:
    return f"cosignature/v1\ntime {seconds}\n{text}".encode()


def _signature(line: str) -> Signature:
    found = _SIGNATURE.fullmatch(line)
    data = _unpacked(found[2]) if found else b""
    if not found or len(data) < 5:
        raise BadNote(N_("a line under the text is no signature"))
    return Signature(found[1], data[:4], data[4:])


def _parts(text: str, count: int) -> tuple[str, str, bytes]:
    parts = text.split("+", count - 1)
    if len(parts) != count or not usable_name(parts[0]):
        raise BadNote(N_("a key is written NAME+ID+BASE64"))
    data = _unpacked(parts[2])
    if len(data) != 33 or data[0] not in (LOG_KEY, WITNESS_KEY):
        raise BadNote(N_("only Ed25519 keys of a log or a witness are known"))
    return parts[0], parts[1], data


def _unpacked(text: str) -> bytes:
    """Base64 in its one canonical form (RFC 4648, section 3.5): not even an unused bit can be changed unseen."""
    wrong = N_("something that should be base64 is not")
    try:
        data = b64decode(text, validate=True)
    except (NotBase64, ValueError) as error:
        raise BadNote(wrong) from error
    if b64encode(data).decode() != text:
        raise BadNote(wrong)
    return data


__all__ = [
    "LOG_KEY",
    "WITNESS_KEY",
    "BadNote",
    "BadProof",
    "Checkpoint",
    "Growth",
    "Note",
    "PrivateKey",
    "Proof",
    "PublicKey",
    "Signature",
    "cosigned_at",
    "usable_name",
]
