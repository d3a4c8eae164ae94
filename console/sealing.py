"""`khcn audit verify`, `checkpoint`, `keygen`, `prove`, `check-proof`: is the record whole, who says so?"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from console.auditing import judged, put_judged
from console.clickwords import Ident
from console.files import A_FILE, told_if_unwritable, write_file
from console.frame import Failure, Leaf, Setting, form_options
from console.speech import language, put, put_exact, put_json, put_rows, say, tell
from engine.catalogue import N_
from engine.oserrors import reason_of

if TYPE_CHECKING:
    from engine.notes import Note, PrivateKey, PublicKey
    from engine.verify import Named, Verified

LONGEST_VERSION = 18  # digits
KEY, PUBLIC = Path("khcn-audit.key"), Path("khcn-audit.pub")

public_option = click.option(
    "--public",
    metavar="KEY",
    multiple=True,
    envvar="KHCN_AUDIT_PUBLIC",
    help=say(N_("A public key you trust, or the file that holds it (default: khcn-audit.pub, if it is there).")),
)
key_option = click.option(
    "--key",
    type=click.Path(dir_okay=False, path_type=Path),
    default=KEY,
    show_default=True,
    envvar="KHCN_AUDIT_KEY",
    help=say(N_("The file of the private key.")),
)
out_option = click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help=say(N_("Write to this file (default: standard output).")),
)


@click.command(cls=Leaf)
@click.option(
    "--checkpoint",
    "files",
    metavar="FILE",
    type=A_FILE,
    multiple=True,
    help=say(N_("A signed checkpoint that was kept outside the store; may be given several times.")),
)
@public_option
@click.option("--lawful", is_flag=True, help=say(N_("Also take every decision again: one page, whole and lawful.")))
@click.option("--files", "with_files", is_flag=True, help=say(N_("Check the files of documents too.")))
@form_options
@click.pass_obj
def verify(
    setting: Setting, files: tuple[Path, ...], public: tuple[str, ...], lawful: bool, with_files: bool, form: str
) -> int:
    """Derive the seal of the whole log anew, hold it against every checkpoint, and name the first bad position."""
    from console.documents import check_files, files_json, put_files
    from engine.verify import Named
    from engine.verify import verify as derive

    keys = trusted(public)
    given = [Named(str(file), read_note(file)) for file in files]
    with setting.log() as log, log.reader() as reader:
        found = derive(reader, given, keys)
        kept = check_files(log, reader) if with_files and found.ok else None
    taken = judged(setting) if lawful and found.ok else None  # what is not whole may not even be readable
    ok = found.ok and not (taken and (taken["unlawful"] or taken["index_differs"])) and not (kept and kept.bad)
    if form == "table":
        put_verified(found, given, keys)
        if taken is not None:
            put_judged(taken)
        if kept:
            put_files(kept)
    else:
        answer = {
            "ok": ok,
            "events": found.events,
            "root": encoded(found.root),
            "checkpoints": found.checkpoints,
            "first_bad": bad_json(found),
        }
        answer |= {"conformance": taken} if lawful else {}
        answer |= {"documents": files_json(kept)} if kept else {}
        put_json(answer) if form == "json" else put_rows([answer], form)
    return 0 if ok else 6


def bad_json(found: Verified) -> dict[str, Any] | None:
    """The first bad position and why it is bad, for programs; None where nothing is wrong."""
    bad = found.first_bad
    return None if bad is None else {"position": bad.position, "reason": bad.reason.render(language())}


def put_verified(found: Verified, given: Sequence[Named], keys: Sequence[PublicKey]) -> None:
    """Put what was found on standard output."""
    put(say(N_("{events} events, root {root}."), events=found.events, root=encoded(found.root)))
    if found.first_bad is not None:
        text = N_("NOT WHOLE. First bad position: {position}. {reason}")
        put(say(text, position=found.first_bad.position, reason=found.first_bad.reason))
        return
    put(say(N_("Whole: every event is the one that was sealed.")))
    if not found.checkpoints:
        put(
            say(
                N_("No checkpoint was at hand: who can write to the store could have sealed it anew. See --checkpoint.")
            )
        )
    elif not keys:
        text = N_("{count} checkpoints agree; nobody checked who signed them: give the key you trust with --public.")
        put(say(text, count=found.checkpoints))
    else:
        names = [key.name for key in keys]
        text = N_("{count} checkpoints agree ({outside} kept outside the store), signed by {names}.")
        put(say(text, count=found.checkpoints, outside=len(given), names=names))


@click.command(cls=Leaf)
@click.option(
    "--name",
    metavar="NAME",
    help=say(
        N_("Whose key it is, like khcn.soyte.example; it stands in every checkpoint (default: made from the key).")
    ),
)
@click.option("--witness", is_flag=True, help=say(N_("A key that witnesses the checkpoints of others.")))
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    default=KEY,
    show_default=True,
    help=say(N_("The file of the private key; the public key is written beside it, ending in .pub.")),
)
def keygen(name: str | None, witness: bool, output: Path) -> int:
    """Make a key that signs checkpoints. Keep it away from the store: who has both can seal a forged record."""
    import secrets
    from hashlib import sha256

    from engine.notes import LOG_KEY, WITNESS_KEY, PrivateKey, usable_name

    seed = secrets.token_bytes(32)
    name = name or f"khcn-{sha256(seed).hexdigest()[:12]}"
    if not usable_name(name):
        raise Failure(2, N_("A key's name is one word without +: {name} is not."), name=name)
    key = PrivateKey(name, WITNESS_KEY if witness else LOG_KEY, seed)
    beside = output.with_suffix(".pub")
    if output == beside:
        text = N_("{file} ends in .pub, as the file of the public key beside it does: name another, such as {better}.")
        raise Failure(2, text, file=str(output), better=str(output.with_suffix(".key")))
    for file in (output, beside):
        if file.exists():
            raise Failure(2, N_("{file} is there already: a key is never written over another."), file=str(file))
    with told_if_unwritable(output):
        _put_new(output, f"{key}\n", 0o600)
        try:
            _put_new(beside, f"{key.public}\n")  # not over the private key where my.PUB and my.pub are one
        except OSError:
            output.unlink()
            raise
    tell(N_("The private key is in {key}, the public key in {public}."), key=str(output), public=str(beside))
    put(str(key.public))
    return 0


def _put_new(file: Path, text: str, mode: int = 0o666) -> None:
    """Make a file that is not there yet, whole or not at all. Raises OSError."""
    made = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        with os.fdopen(made, "w", encoding="utf-8") as opened:
            opened.write(text)
    except OSError:
        file.unlink()
        raise


@click.command(cls=Leaf)
@key_option
@click.option(
    "--witness",
    "second",
    metavar="FILE",
    type=A_FILE,
    help=say(N_("The private key of a witness that co-signs at once; one elsewhere uses `khcn audit witness`.")),
)
@out_option
@click.pass_obj
def checkpoint(setting: Setting, key: Path, second: Path | None, output: Path | None) -> int:
    """Sign the root over the log as it is now. Keep what is printed outside the store: later tampering shows on it."""
    from engine.evidence import take_checkpoint
    from engine.notes import LOG_KEY

    mine, other = private_key(key), witness_key(second) if second else None
    if mine.kind != LOG_KEY:
        raise Failure(2, N_("{file} is a witness's key; a checkpoint is signed by the log's own."), file=str(key))
    with setting.log() as log:
        note = take_checkpoint(log, mine)
    put_text(str(cosigned(note, other) if other else note), output)
    return 0


@click.command(cls=Leaf)
@click.argument("event", type=Ident(), metavar="STREAM/VERSION")
@click.option(
    "--checkpoint",
    "file",
    metavar="FILE",
    type=A_FILE,
    help=say(N_("The checkpoint to prove it against (default: the newest that was taken of this store).")),
)
@out_option
@click.pass_obj
def prove(setting: Setting, event: str, file: Path | None, output: Path | None) -> int:
    """Write a file that proves, without the store, that the event STREAM/VERSION (task:T1/3) is on record."""
    from engine.evidence import prove as proof

    stream, _, version = event.rpartition("/")
    if not stream or not version.isdecimal() or len(version) > LONGEST_VERSION:
        raise Failure(2, N_("{event} is not STREAM/VERSION, as in task:T1/3."), event=event)
    with setting.log() as log, log.reader() as reader:
        found = proof(reader, stream, int(version), read_note(file) if file else None)
    put_text(str(found), output)
    return 0


@click.command("check-proof", cls=Leaf)
@click.argument("file", type=A_FILE)
@public_option
@form_options
def check_proof(file: Path, public: tuple[str, ...], form: str) -> int:
    """Check the proof in FILE. It takes no store: only the file, and the public key of whom you trust."""
    from engine.evidence import sealed_event
    from engine.notes import Proof
    from engine.words import EVENTS

    keys = keys_to_prove_by(public)
    text = read_text(file)
    with told_as(form):
        proof = Proof.read(text)
        checked = proof.check()
        signed = proof.note.signers(keys)
        sealed = sealed_event(proof.data)
    told: dict[str, Any] = {
        "ok": bool(signed),
        "position": sealed.position,
        "stream": sealed.stream,
        "version": sealed.version,
        **{name: sealed.said.get(name) for name in ("kind", "on", "recorded_at", "actor", "role", "document", "data")},
        "origin": checked.origin,
        "size": checked.size,
        "root": encoded(checked.root),
        "signed_by": signed,
    }
    if form != "table":
        put_json(told) if form == "json" else put_rows([told], form)
    elif signed:
        text = N_(
            "Proved: {stream} version {version} ({kind}, decided on {decided_on}) is at position {position} of {size}."
        )
        kind = say(EVENTS[told["kind"]]) if told["kind"] in EVENTS else told["kind"]
        put(say(text, **told | {"kind": kind, "decided_on": told["on"]}))
        put(say(N_("Signed by {names}."), names=signed))
    if not signed:
        tell(N_("NOT proved: the checkpoint is not signed by a key that you trust."))
    return 0 if signed else 6


def keys_to_prove_by(given: Sequence[str]) -> list[PublicKey]:
    """The public keys given, or those of the default file: at least one."""
    keys = trusted(given)
    if not keys:
        raise Failure(2, N_("A proof is worth as much as its signature: give the public key you trust with --public."))
    return keys


@contextmanager
def told_as(form: str) -> Iterator[None]:
    """Where something proves nothing in the block, say why in the form asked for too; the error goes on."""
    from engine.notes import BadNote, BadProof

    try:
        yield
    except (BadNote, BadProof) as wrong:
        if form != "table":
            answer = {"ok": False, "reason": wrong.reason.render(language())}
            put_json(answer) if form == "json" else put_rows([answer], form)
        raise


def trusted(given: Sequence[str]) -> list[PublicKey]:
    """The public keys given, as text or as files of one key a line; else those of the default file, if it is there."""
    from engine.notes import BadNote, PublicKey

    texts = []
    for each in given or ([str(PUBLIC)] if PUBLIC.exists() else []):
        texts += read_text(Path(each)).split() if Path(each).exists() else [each]
    try:
        return [PublicKey.read(text) for text in texts]
    except BadNote as wrong:
        raise Failure(2, N_("That is no public key: {reason}."), reason=wrong.reason) from None


def private_key(file: Path) -> PrivateKey:
    """The private key in a file."""
    from engine.notes import BadNote, PrivateKey

    if not file.exists():
        text = N_("There is no key in {file}: make one with `khcn audit keygen`, or name its file with --key.")
        raise Failure(2, text, file=str(file))
    try:
        return PrivateKey.read(read_text(file))
    except BadNote as wrong:
        raise Failure(2, N_("{file} holds no private key: {reason}."), file=str(file), reason=wrong.reason) from None


def witness_key(file: Path) -> PrivateKey:
    """The private key of a witness in a file."""
    from engine.notes import WITNESS_KEY

    key = private_key(file)
    if key.kind != WITNESS_KEY:
        raise Failure(2, N_("{file} is no witness's key: make one with `khcn audit keygen --witness`."), file=str(file))
    return key


def cosigned(note: Note, key: PrivateKey) -> Note:
    """A checkpoint with a witness's signature of this moment."""
    return note.sign(key, seconds=int(datetime.now(UTC).timestamp()))


def read_note(file: Path) -> Note:
    """The signed checkpoint in a file."""
    from engine.notes import BadNote, Checkpoint, Note

    try:
        note = Note.read(read_text(file))
        Checkpoint.read(note)
    except BadNote as wrong:
        raise Failure(2, N_("{file} is no signed checkpoint: {reason}."), file=str(file), reason=wrong.reason) from None
    return note


def read_text(file: Path) -> str:
    """The text of a file."""
    try:
        return file.read_bytes().decode()
    except OSError as error:
        raise Failure(2, N_("{file} cannot be read: {reason}"), file=str(file), reason=reason_of(error)) from None
    except UnicodeDecodeError:
        raise Failure(2, N_("{file} is not text in UTF-8."), file=str(file)) from None


def put_text(text: str, output: Path | None) -> None:
    """Put a text into a file, or on standard output."""
    if output is None:
        put_exact(text)
        return
    write_file(output, text.encode())


def encoded(root: bytes) -> str:
    """A root as checkpoints write it, in base64."""
    from base64 import b64encode

    return b64encode(root).decode()
