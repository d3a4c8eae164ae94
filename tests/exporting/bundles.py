"""What is in an unpacked bundle, what its own checker says of it, and how a forger fits its manifest."""

from __future__ import annotations

import json
import subprocess
import sys
from hashlib import sha256
from pathlib import Path
from typing import Any

from engine.notes import LOG_KEY, PrivateKey

KEY = PrivateKey("log.example", LOG_KEY, sha256(b"log").digest())
FORGER = PrivateKey("log.example", LOG_KEY, sha256(b"forger").digest())
Json = dict[str, Any]


def checked(folder: Path, *keys: str) -> subprocess.CompletedProcess[str]:
    """What the checker in the bundle says, in a Python that knows nothing but itself and its packages."""
    given = [word for key in keys for word in ("--public", key)]
    argv = [sys.executable, "-I", "check_bundle.py", *given]
    return subprocess.run(argv, cwd=folder, capture_output=True, check=False, text=True, encoding="utf-8")


def events(folder: Path) -> list[Json]:
    return [json.loads(line) for line in (folder / "events.jsonl").read_text("utf-8").splitlines()]


def manifest(folder: Path) -> Json:
    found: Json = json.loads((folder / "manifest.json").read_text("utf-8"))
    return found


def listed_anew(folder: Path) -> None:
    """What a forger does who knows the format: a manifest that fits."""
    told = manifest(folder)
    files = [path for path in folder.rglob("*") if path.is_file() and path.name != "manifest.json"]
    told["files"] = {path.relative_to(folder).as_posix(): sha256(path.read_bytes()).hexdigest() for path in files}
    (folder / "manifest.json").write_text(json.dumps(told), "utf-8")
