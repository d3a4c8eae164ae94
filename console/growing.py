"""`khcn audit prove-growth`, `check-growth`, `witness`: has the record only grown since somebody signed it?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from console.files import A_FILE
from console.frame import Failure, Leaf, Setting, form_options
from console.sealing import (
    cosigned,
    encoded,
    key_option,
    keys_to_prove_by,
    out_option,
    public_option,
    put_text,
    read_note,
    read_text,
    told_as,
    trusted,
    witness_key,
)
from console.speech import put, put_json, put_rows, say
from engine.catalogue import N_

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.notes import Checkpoint, Note, PublicKey

file_argument = click.argument("file", type=A_FILE)
since_option = click.option(
    "--since",
    metavar="FILE",
    type=A_FILE,
    required=True,
    help=say(N_("The signed checkpoint of before, as it was kept outside the store.")),
)


@click.command("prove-growth", cls=Leaf)
@since_option
@click.option(
    "--checkpoint",
    "later",
    metavar="FILE",
    type=A_FILE,
    help=say(N_("The later checkpoint (default: the newest that was taken of this store).")),
)
@out_option
@click.pass_obj
def prove_growth(setting: Setting, since: Path, later: Path | None, output: Path | None) -> int:
    """Write a file that proves, without the store, that nothing of an earlier checkpoint was changed or taken out."""
    from engine.evidence import prove_growth as proof

    before, after = read_note(since), read_note(later) if later else None
    with setting.log() as log, log.reader() as reader:
        found = proof(reader, before, after)
    put_text(str(found), output)
    return 0


@click.command("check-growth", cls=Leaf)
@file_argument
@since_option
@public_option
@form_options
def check_growth(file: Path, since: Path, public: tuple[str, ...], form: str) -> int:
    """Check the proof of growth in FILE. It takes no store: only your checkpoint, and the key of whom you trust."""
    keys = keys_to_prove_by(public)
    with told_as(form):
        before, after, note = _grown(file, since, keys)
    told = {
        "ok": True,
        "origin": after.origin,
        "old": before.size,
        "size": after.size,
        "old_root": encoded(before.root),
        "root": encoded(after.root),
        "signed_by": note.signers(keys),
    }
    if form != "table":
        put_json(told) if form == "json" else put_rows([told], form)
        return 0
    text = N_("Proved: the record {origin} has only grown. The first {old} of its {size} events are those of {file}.")
    put(say(text, **told, file=str(since)))
    put(say(N_("Signed by {names}."), names=told["signed_by"]))
    return 0


@click.command(cls=Leaf)
@file_argument
@click.option(
    "--since",
    metavar="CHECKPOINT",
    type=A_FILE,
    help=say(
        N_("FILE is a proof of growth (`khcn audit prove-growth`) since this checkpoint of yours: it takes no store.")
    ),
)
@key_option
@public_option
@out_option
@click.pass_obj
def witness(
    setting: Setting, file: Path, since: Path | None, key: Path, public: tuple[str, ...], output: Path | None
) -> int:
    """Co-sign the checkpoint in FILE, after the whole log (your copy of it, at --db) was held against it.

    With --since it is enough that the log has only grown since a checkpoint that you kept."""
    mine, keys = witness_key(key), trusted(public)
    if not keys:
        raise Failure(2, N_("Whose checkpoint may this be? Give the log's public key with --public."))
    note = _whole(setting, file, keys) if since is None else _grown(file, since, keys)[2]
    put_text(str(cosigned(note, mine)), output)
    return 0


def _whole(setting: Setting, file: Path, keys: Sequence[PublicKey]) -> Note:
    """The checkpoint in a file, with which a copy of the log agrees. Raises NotWhole."""
    from engine.evidence import NotWhole
    from engine.verify import Named, verify

    note = read_note(file)
    with setting.log() as log, log.reader() as reader:
        found = verify(reader, [Named(str(file), note)], keys)
    if found.first_bad is not None:
        raise NotWhole(found.first_bad)
    return note


def _grown(file: Path, since: Path, keys: Sequence[PublicKey]) -> tuple[Checkpoint, Checkpoint, Note]:
    """The checkpoint of before and the one of later, with its signatures. Raises BadNote, BadProof."""
    from engine.notes import BadProof, Checkpoint, Growth

    kept = read_note(since)
    growth, before = Growth.read(read_text(file)), Checkpoint.read(kept)
    after = growth.check(before)
    for note, named in ((kept, since), (growth.note, file)):
        if not note.signers(keys):
            raise BadProof(N_("the checkpoint in {file} is not signed by a key that you trust"), file=str(named))
    return before, after, growth.note
