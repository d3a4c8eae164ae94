"""Checks proofs that an event is in a sealed log. It needs Python and the package `cryptography`, nothing else.

    python check_proof.py PROOF [PROOF ...] --public KEY [--public KEY ...]
    python check_proof.py GROWTH [GROWTH ...] --since CHECKPOINT --public KEY [--public KEY ...]

PROOF is a .tlog-proof file (C2SP tlog-proof). KEY is the public key you trust, written NAME+ID+BASE64, or a file that
holds such keys, one a line; get it from somebody other than who gave you the proof. Exit code 0: all are proved; 6: one
is not; 2: wrong usage, or a file or key that cannot be read. With --since a file proves (in the form of C2SP
tlog-witness) that the log has only grown since the signed CHECKPOINT, which you kept yourself: both are signed by a key
you trust, are of one log, and the hashes lead from its root to the root of the later one (RFC 9162, section 2.1.4.2).

What is checked: (1) the event's bytes are hashed as a leaf; (2) the hashes in the proof lead from that leaf, at the
index told, to the root of the checkpoint (RFC 9162, section 2.1.3.2); (3) a key you trust signed that checkpoint."""

import json
import re
import sys
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from base64 import b64decode, b64encode
from hashlib import sha256
from io import TextIOWrapper
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

LOG, WITNESS = 1, 4  # types of Ed25519 keys: of the log itself, of somebody who co-signs its checkpoints


class NotProved(Exception):
    """Why a proof proves nothing, or why a text is no key."""


def need(condition: object, reason: str) -> None:
    if not condition:
        raise NotProved(reason)


def shaped(pattern: str, text: str, reason: str) -> re.Match[str]:
    found = re.fullmatch(pattern, text)
    if not found:
        raise NotProved(reason)
    return found


def unpacked(text: str) -> bytes:
    """Base64 in its one canonical form, so that not even an unused bit can be changed unseen."""
    try:
        data = b64decode(text, validate=True)
    except ValueError:
        data = b""
    need(data and b64encode(data).decode() == text, "something that should be base64 is not")
    return data


class Key:
    """A public key: NAME+ID+BASE64, where the bytes are its type and the key, and ID follows from name and bytes."""

    def __init__(self, text: str) -> None:
        wrong = "that is no Ed25519 key NAME+ID+BASE64"
        name, ident, data = shaped(r"([^\s+]+)\+([0-9a-f]{8})\+(\S+)", text.strip(), wrong).groups()
        raw = unpacked(data)
        need(len(raw) == 33 and raw[0] in (LOG, WITNESS), wrong)
        self.text, self.name, self.kind, self.raw = text.strip(), name, raw[0], raw[1:]
        self.id = sha256(name.encode() + b"\n" + raw).digest()[:4]
        need(self.id.hex() == ident, "the key's id is not that of the key")

    def signed(self, text: str, signature: bytes) -> bool:
        """Whether the signature is the key's over a checkpoint. A witness signs a time as well."""
        message = text.encode()
        if self.kind == WITNESS:
            message = f"cosignature/v1\ntime {int.from_bytes(signature[:8], 'big')}\n{text}".encode()
            signature = signature[8:]
        try:
            Ed25519PublicKey.from_public_bytes(self.raw).verify(signature, message)
        except InvalidSignature:
            return False
        return True


def signers(note: str, keys: list[Key]) -> list[str]:
    """Which of the keys signed a checkpoint: its text, an empty line, and a line for each signature."""
    text, gap, lines = note.rpartition("\n\n")
    need(gap and lines.endswith("\n") and "\r" not in note, "the checkpoint is no signed note")
    text, found = text + "\n", []
    for line in lines[:-1].split("\n"):
        shape = shaped(r"— ([^\s+]+) (\S+)", line, "a line under the checkpoint is no signature")
        name, data = shape[1], unpacked(shape[2])
        for key in keys:
            if (key.name, key.id) == (name, data[:4]):
                need(key.signed(text, data[4:]), f"the signature of {name} is wrong")
                if key.kind == WITNESS or key.name == text.split("\n", 1)[0]:  # a log signs for itself alone
                    found.append(name)
    return found


def root_of(note: str) -> tuple[str, int, bytes]:
    """What a checkpoint says: whose log it is, how many events it holds, the root over them."""
    lines = note.split("\n")
    need(len(lines) > 3 and lines[0] and re.fullmatch("[1-9][0-9]{0,18}", lines[1]), "that is no checkpoint")
    return lines[0], int(lines[1]), unpacked(lines[2])


def climb(leaf: bytes, index: int, size: int, path: list[bytes]) -> bytes:
    """The root to which a proof leads from the hash of a leaf (RFC 9162, section 2.1.3.2)."""
    need(0 <= index < size and len(leaf) == 32, "there is no such place in the log")
    first, last, node = index, size - 1, leaf
    for each in path:
        need(last and len(each) == 32, "the proof does not fit its place in the log")
        if first & 1 or first == last:
            node = sha256(b"\1" + each + node).digest()
            while not first & 1 and first:
                first, last = first >> 1, last >> 1
        else:
            node = sha256(b"\1" + node + each).digest()
        first, last = first >> 1, last >> 1
    need(not last, "the proof does not fit its place in the log")
    return node


def grow(old: int, size: int, path: list[bytes], root: bytes) -> tuple[bytes, bytes]:
    """The roots of before and of later to which a proof of growth leads (RFC 9162, section 2.1.4.2)."""
    wrong = "the proof does not fit the two sizes"
    need(0 < old <= size and all(len(each) == 32 for each in path), wrong)
    if old == size:
        need(not path, wrong)
        return root, root
    path = [root, *path] if old & (old - 1) == 0 else path
    need(path, wrong)
    first, last = old - 1, size - 1
    while first & 1:
        first, last = first >> 1, last >> 1
    before = later = path[0]
    for each in path[1:]:
        need(last, wrong)
        if first & 1 or first == last:
            before, later = sha256(b"\1" + each + before).digest(), sha256(b"\1" + each + later).digest()
            while not first & 1 and first:
                first, last = first >> 1, last >> 1
        else:
            later = sha256(b"\1" + later + each).digest()
        first, last = first >> 1, last >> 1
    need(not last, wrong)
    return before, later


def check_growth(text: str, since: str, keys: list[Key]) -> tuple[str, int, int, list[str]]:
    """Check that a log has only grown: which log, from how many events to how many, who signed. Raises NotProved."""
    head, _, note = text.partition("\n\n")
    first, *rest = head.split("\n")
    (origin, old, before), (other, size, later) = root_of(since), root_of(note)
    need(first == f"old {old}", "that is no proof of growth from the checkpoint that you kept")
    need(origin == other, "the two checkpoints are of two logs")
    roots = grow(old, size, [unpacked(line) for line in rest], before)
    need(roots == (before, later), "the log has not only grown: the proof leads to other roots")
    need(signers(since, keys), "the checkpoint that you kept is not signed by a key that you trust")
    signed = signers(note, keys)
    need(signed, "the checkpoint is not signed by a key that you trust")
    return origin, old, size, signed


def check(text: str, keys: list[Key]) -> tuple[bytes, str, list[str]]:
    """Check a proof: the bytes that were sealed, the checkpoint, and who signed it. Raises NotProved."""
    head, _, note = text.partition("\n\n")
    lines = head.split("\n")
    form = r"c2sp\.org/tlog-proof@v1\nextra (\S+)\nindex (0|[1-9][0-9]{0,18})"
    shape = shaped(form, "\n".join(lines[:3]), "that is no proof with its event in it")
    sealed, index = unpacked(shape[1]), int(shape[2])
    _, size, root = root_of(note)
    node = climb(sha256(b"\0" + sealed).digest(), index, size, [unpacked(line) for line in lines[3:]])
    need(node == root, "the event is not the one that was sealed there: the proof leads to another root")
    need(sealed.startswith(b"khcn-event/1\n%d\n" % (index + 1)), "the event was sealed for another place")
    signed = signers(note, keys)
    need(signed, "the checkpoint is not signed by a key that you trust")
    return sealed, note, signed


def trusted(given: list[str]) -> list[Key]:
    """The keys given, as text or as files of one key a line."""
    return [Key(each) for text in given for each in (Path(text).read_text().split() if Path(text).exists() else [text])]


def main() -> int:
    parser = ArgumentParser(description=__doc__, formatter_class=RawDescriptionHelpFormatter)
    parser.add_argument("proofs", nargs="+", metavar="PROOF", type=Path)
    parser.add_argument("--since", metavar="CHECKPOINT", type=Path)
    parser.add_argument("--public", action="append", required=True, metavar="KEY")
    given = parser.parse_args()
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")  # whatever the terminal, a name must not end the check
    try:
        keys = trusted(given.public)
        texts = [(file, file.read_bytes()) for file in given.proofs]
        since = given.since.read_bytes().decode() if given.since else None
    except (OSError, UnicodeDecodeError, NotProved) as error:
        print(error, file=sys.stderr)
        return 2
    wrong = 0
    for file, text in texts:
        try:
            if since is not None:
                origin, old, size, signed = check_growth(text.decode(), since, keys)
                print(f"{file}: PROVED - ĐÃ CHỨNG MINH, signed by - người ký: {', '.join(signed)}")
                print(f"{origin} has only grown - chỉ được ghi thêm: {old} -> {size}")
                continue
            sealed, note, signed = check(text.decode(), keys)
            _, position, stream, version, body = sealed.split(b"\n", 4)
            origin, size, _ = root_of(note)
            print(f"{file}: PROVED - ĐÃ CHỨNG MINH, signed by - người ký: {', '.join(signed)}")
            print(f"{stream.decode()} version {int(version)}, position {int(position)} of {size} in the log {origin}:")
            print(json.dumps(json.loads(body), ensure_ascii=False, indent=2))
        except (NotProved, ValueError) as error:
            print(f"{file}: NOT PROVED - KHÔNG CHỨNG MINH ĐƯỢC: {error}")
            wrong += 1
    return 6 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
