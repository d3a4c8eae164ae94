"""Checks a bundle of evidence, in the folder where it was unpacked. Python and `cryptography` are all it needs.

    python check_bundle.py [--public KEY]

KEY is the public key you trust, NAME+ID+BASE64 or a file of such keys, had from somebody other than who gave you the
bundle. Without it the key in the bundle is taken: then all you learn is that the bundle agrees with itself.
Exit code 0: everything is as it was sealed; 6: something is not; 2: wrong usage.

What is checked: (1) every file is the one in manifest.json, and there is no other; (2) for every line of events.jsonl
its proof leads to the root in checkpoint.txt, which is signed (check_proof.py does that); (3) the plans are those that
were adopted, and each document is one that an event names by its SHA-256; (4) a task's stream has no gap, and a bundle
of the whole log holds every event up to its checkpoint. index.html is for reading and proves nothing."""

import json
import re
import runpy
import sys
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from collections.abc import Iterator
from hashlib import sha256
from io import TextIOWrapper
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
PLACE = re.compile(rb'\{"position":(\d+),"stream":"([^"\\]+)","version":(\d+),')

LEFT_BY_DESKTOPS = (".DS_Store", "Thumbs.db", "desktop.ini")


def same_files(listed: dict[str, str]) -> Iterator[str]:
    """(1) What is missing, changed or not listed."""
    for name in sorted(
        listed.keys() | {path.relative_to(HERE).as_posix() for path in HERE.rglob("*") if path.is_file()}
    ):
        if name in listed and not (HERE / name).resolve().is_relative_to(HERE):
            yield f"{name}: is outside the bundle"
        elif name not in listed:
            if name != "manifest.json" and Path(name).name not in LEFT_BY_DESKTOPS:
                yield f"{name}: is not listed"
        elif not (HERE / name).is_file():
            yield f"{name}: is missing"
        elif sha256((HERE / name).read_bytes()).hexdigest() != listed[name]:
            yield f"{name}: was changed"


def proved(events: list[bytes], keys: list[Any], check: dict[str, Any]) -> Iterator[str]:
    """(2) Every event that is not proved."""
    checkpoint = (HERE / "checkpoint.txt").read_text("utf-8")
    seen = set()
    for number, line in enumerate(events, 1):
        place = PLACE.match(line)
        if place is None:
            yield f"events.jsonl, line {number}: that is no event"
            continue
        position = int(place[1])
        seen.add(f"proofs/{position:09}.tlog-proof")
        sealed = b"khcn-event/1\n%s\n%s\n%s\n{" % place.groups() + line[place.end() :]
        try:
            data, note, _ = check["check"]((HERE / f"proofs/{position:09}.tlog-proof").read_bytes().decode(), keys)
        except (OSError, ValueError, check["NotProved"]) as error:
            yield f"position {position}: {error}"
            continue
        if data != sealed:
            yield f"position {position}: the line is not the event that was sealed"
        elif note != checkpoint:
            yield f"position {position}: its proof is against another checkpoint than checkpoint.txt"
    for path in sorted(HERE.glob("proofs/*.tlog-proof")):
        if path.relative_to(HERE).as_posix() not in seen:
            yield f"{path.name}: its event is not in events.jsonl"


def named(value: Any) -> Iterator[str]:
    """Every SHA-256 by which an event names a document."""
    for each in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from named(each)
    if isinstance(value, dict) and isinstance(value.get("sha256"), str):
        yield value["sha256"]


def of_events(events: list[dict[str, Any]]) -> Iterator[str]:
    """(3) Plans that were not adopted so, and documents that no event names."""
    adopted, digests = {}, {digest for event in events for digest in named(event)}
    for event in events:
        if event["kind"] == "plan_adopted":
            adopted[event["position"]] = event["data"]["content"]
    plans = {plan["file"]: plan["position"] for plan in manifest()["plans"]}
    for path in sorted(HERE.glob("plans/*.json")):
        position = plans.get(path.relative_to(HERE).as_posix())
        if position not in adopted or json.loads(path.read_text("utf-8")) != adopted[position]:
            yield f"{path.name}: is not what was adopted"
    for path in sorted(HERE.glob("documents/*")):
        if path.name in LEFT_BY_DESKTOPS:
            continue
        if path.name not in digests or sha256(path.read_bytes()).hexdigest() != path.name:
            yield f"{path.name}: is no document that an event names"


def gaps(events: list[dict[str, Any]]) -> Iterator[str]:
    """(4) What lacks between the events that are there."""
    asked = manifest()["asked"]
    if asked["task"] is not None and asked["period"] is None:
        stream = "task:" + asked["task"]
        versions = [event["version"] for event in events if event["stream"] == stream]
        if not versions or versions != list(range(1, len(versions) + 1)):
            yield f"{stream}: versions {versions} have a gap"
    elif asked["task"] is None and asked["period"] is None:
        size = int((HERE / "checkpoint.txt").read_text("utf-8").split("\n")[1])
        if [event["position"] for event in events] != list(range(1, size + 1)):
            yield f"events.jsonl: does not hold each of the {size} events of the log"


def manifest() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((HERE / "manifest.json").read_text("utf-8"))
    return found


def problems(keys: list[Any], check: dict[str, Any]) -> Iterator[str]:
    """All that is wrong; reading stops where a file that is needed cannot be read."""
    try:
        yield from same_files(manifest()["files"])
        lines = (HERE / "events.jsonl").read_bytes().splitlines()
        yield from proved(lines, keys, check)
        events = [json.loads(line) for line in lines]
        yield from of_events(events)
        yield from gaps(events)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        yield f"the bundle cannot be read: {type(error).__name__}: {error}"


def main() -> int:
    parser = ArgumentParser(description=__doc__, formatter_class=RawDescriptionHelpFormatter)
    parser.add_argument("--public", action="append", metavar="KEY")
    given = parser.parse_args().public
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")
    try:
        check = runpy.run_path(str(HERE / "check_proof.py"))
        inside = HERE / "keys.txt"
        keys = check["trusted"](given or ([str(inside)] if inside.exists() else []))
    except (OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return 2
    except Exception as error:  # a key that is none: the class is in the file that was just run
        if type(error).__name__ != "NotProved":
            raise
        print(error, file=sys.stderr)
        return 2
    if not keys:
        print("Whose signature do you trust? Give the public key with --public.", file=sys.stderr)
        return 2
    wrong = list(problems(keys, check))
    for each in wrong:
        print(each)
    if wrong:
        print(f"NOT WHOLE - KHÔNG NGUYÊN VẸN: {len(wrong)}")
        return 6
    print(f"WHOLE - NGUYÊN VẸN: {len(list(HERE.glob('proofs/*.tlog-proof')))} events proved - sự kiện đã chứng minh")
    asked = [f"{what} {value}" for what, value in manifest()["asked"].items() if value is not None]
    print("asked for - phạm vi: " + (", ".join(asked) or "the whole log - toàn bộ nhật ký"))
    print("checkpoint - điểm kiểm: " + ", ".join((HERE / "checkpoint.txt").read_text("utf-8").split("\n")[:3]))
    print("manifest.json: SHA-256 " + sha256((HERE / "manifest.json").read_bytes()).hexdigest())
    for key in keys:
        print(f"key - khóa: {key.text}")
    if not given:
        print(
            "The key came with the bundle: compare it with the one you have from elsewhere, or give that with --public."
        )
        print("Khóa lấy từ chính gói này: hãy so với khóa nhận từ nguồn khác, hoặc nêu khóa đó bằng --public.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
