"""Keeps the Vietnamese catalogue in step with the source: extract, compile, check; refuses to invent a translation.

python tools/messages.py extract [--prune]   take new messages into the .po, keep every translation
python tools/messages.py compile             write the .mo that the product reads
python tools/messages.py check               exit 1 with a list of what is missing, stale or different
"""

import ast
import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from string import Formatter
from typing import TypeGuard

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
SOURCES = (
    "engine",
    "workflows",
    "projections",
    "importing",
    "documents",
    "exporting",
    "intake",
    "console",
    "demo",
    "cli.py",
)
PO = ROOT / "engine/locale/vi/LC_MESSAGES/khcn.po"
MARKERS = ("N_", "_")
PLURAL_MARKER = "NP_"
_HEADERS = [
    ("Project-Id-Version", "khcn-ledger"),
    ("Language", "vi"),
    ("MIME-Version", "1.0"),
    ("Content-Type", "text/plain; charset=utf-8"),
    ("Content-Transfer-Encoding", "8bit"),
    ("Plural-Forms", "nplurals=1; plural=0;"),
]


class _Dateless(Catalog):
    """A catalogue whose header holds no date and no version of a tool, so the same messages give the same bytes."""

    mime_headers = property(lambda self: _HEADERS)


class Unreadable(Exception):
    """A source file that no message can be taken from, and why."""


def source_messages(root: Path = ROOT) -> dict[str, set[str]]:
    """Take the project root; give each marked message with the files that use it."""
    found: dict[str, set[str]] = {}
    for path in _source_files(root):
        name = path.relative_to(root).as_posix()
        for text in messages_in(path.read_text("utf-8"), name):
            found.setdefault(text, set()).add(name)
    return found


def messages_in(source: str, name: str) -> Iterator[str]:
    """Take Python source; give the texts marked with N_ or _, and the sentences in decorators of rules."""
    try:
        tree = ast.parse(source, name)
    except SyntaxError as error:
        raise Unreadable(f"{name}:{error.lineno}: {error.msg}") from error
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in MARKERS:
            yield _marked_text(node, name)
        elif _is_plural(node):
            yield _marked_pair(node, name)[0]
        elif isinstance(node, ast.FunctionDef) and name.startswith("workflows/"):
            yield from (text for decorator in node.decorator_list for text in _sentences(decorator))
            if any(ast.unparse(decorator).startswith("rule(") for decorator in node.decorator_list):
                yield from filter(None, [ast.get_docstring(node)])
        elif isinstance(node, ast.FunctionDef | ast.ClassDef) and _is_help(node, name):
            yield from filter(None, [ast.get_docstring(node)])


def _is_help(node: ast.FunctionDef | ast.ClassDef, name: str) -> bool:
    """Whether a docstring is shown by --help: that of a command line's function, or of a command's declaration."""
    if isinstance(node, ast.FunctionDef):
        return name.startswith("console/") and any("click.command" in ast.unparse(d) for d in node.decorator_list)
    declared = {ast.unparse(each.target) for each in node.body if isinstance(each, ast.AnnAssign)}
    return name.startswith("engine/commands/") and {"VERB", "command"} <= declared and node.name != "Command"


def _source_files(root: Path) -> list[Path]:
    places = [root / source for source in SOURCES]
    return sorted(f for place in places for f in ([place] if place.is_file() else place.rglob("*.py")))


def _marked_text(call: ast.Call, name: str) -> str:
    """Adjacent literals are one constant by now; anything else (an f-string, a name) could never be looked up."""
    match call.args:
        case [ast.Constant(value=str(text))] if text and not call.keywords:
            return text
    raise Unreadable(f"{name}:{call.lineno}: the marker takes one literal string, placeholders are filled in by render")


def _is_plural(node: ast.AST) -> TypeGuard[ast.Call]:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == PLURAL_MARKER


def _marked_pair(call: ast.Call, name: str) -> tuple[str, str]:
    match call.args:
        case [ast.Constant(value=str(one)), ast.Constant(value=str(many))] if one and many and not call.keywords:
            return one, many
    raise Unreadable(f"{name}:{call.lineno}: {PLURAL_MARKER} takes two literal strings: for one, and for several")


def plurals(root: Path = ROOT) -> dict[str, str]:
    """Take the project root; give the texts that are looked up by a count: for one -> for several."""
    sources = ((path.as_posix(), path.read_text("utf-8")) for path in _source_files(root))
    marked = ((name, ast.parse(text)) for name, text in sources if f"{PLURAL_MARKER}(" in text)
    return dict(_marked_pair(node, name) for name, tree in marked for node in ast.walk(tree) if _is_plural(node))


def _sentences(decorator: ast.expr) -> Iterator[str]:
    """A rule's id has no blank in it; its sentence has."""
    for node in ast.walk(decorator):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and " " in node.value:
            yield node.value


def extract(po: Path = PO, root: Path = ROOT, *, prune: bool = False) -> Catalog:
    """Take the source into the .po. Translations stay; messages no longer used become obsolete, or go with `prune`."""
    old, new = _read(po), _Dateless(locale="vi", fuzzy=False, header_comment="# Vietnamese messages of khcn-ledger.")
    used = source_messages(root)
    for text in sorted(used):
        kept = old.get(text) or old.obsolete.get(text)
        new.add(text, kept.string if kept else "", locations=[(f, 0) for f in sorted(used[text])])
    if not prune:
        for message in [*old, *old.obsolete.values()]:
            if message.id and message.id not in used and message.string:
                new.obsolete[message.id] = message
    po.parent.mkdir(parents=True, exist_ok=True)
    with po.open("wb") as out:
        write_po(out, new, width=120, sort_output=True, include_lineno=False)
    return new


def compiled(po: Path = PO, root: Path = ROOT) -> bytes:
    """Take the .po and the project root; give the bytes of its .mo, the same for the same messages."""
    fresh, several = _Dateless(locale="vi", fuzzy=False), plurals(root)
    for message in _read(po):
        if message.id and message.string:
            text, told = str(message.id), str(message.string)
            fresh.add(*(((text, several[text]), (told,)) if text in several else (text, told)))
    out = io.BytesIO()
    write_mo(out, fresh)
    return out.getvalue()


def compile_catalogue(po: Path = PO, root: Path = ROOT) -> None:
    """Write the .mo beside the .po."""
    po.with_suffix(".mo").write_bytes(compiled(po, root))


def check(po: Path = PO, root: Path = ROOT) -> list[str]:
    """Give what stands between the source, the .po and the .mo, one line a fault; nothing when they agree."""
    catalogue, used = _read(po), source_messages(root)
    faults = [f"not in the .po, run extract: {text!r}" for text in sorted(used) if text not in catalogue]
    for message in catalogue:
        if not message.id:
            continue
        if message.id not in used:
            faults.append(f"no longer used, run extract --prune: {message.id!r}")
        faults += _translation_faults(str(message.id), str(message.string or ""), fuzzy=message.fuzzy)
    faults += [f"obsolete, run extract --prune: {text!r}" for text in catalogue.obsolete]
    mo = po.with_suffix(".mo")
    if not mo.is_file() or mo.read_bytes() != compiled(po, root):
        faults.append(f"{mo.name} is not a fresh compile of {po.name}, run compile")
    return faults


def _translation_faults(text: str, translation: str, *, fuzzy: bool) -> Iterator[str]:
    if not translation or fuzzy:
        yield f"not translated: {text!r}"
        return
    if unusual := [name for name in _placeholders(text) if not re.fullmatch(r"[a-z_][a-z0-9_]*", name)]:
        yield f"placeholders are plain names, not {unusual}: {text!r}"
    if _placeholders(text) != _placeholders(translation):
        yield f"placeholders differ: {text!r} / {translation!r}"


def _placeholders(text: str) -> set[str]:
    try:
        return {name for _, name, _, _ in Formatter().parse(text) if name is not None}
    except ValueError as error:
        return {f"{error} in {text}"}


def _read(po: Path) -> Catalog:
    if not po.is_file():
        return _Dateless(locale="vi")
    with po.open("rb") as file:
        return read_po(file, locale="vi", abort_invalid=True)


def main(arguments: list[str]) -> int:
    """Take the words after the program's name; give the exit code."""
    match arguments:
        case ["extract"] | ["extract", "--prune"]:
            extract(prune="--prune" in arguments)
        case ["compile"]:
            compile_catalogue()
        case ["check"]:
            faults = check()
            print(*faults, sep="\n") if faults else None
            return 1 if faults else 0
        case _:
            print(__doc__, file=sys.stderr)
            return 2
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Unreadable as unreadable:
        sys.exit(str(unreadable))
