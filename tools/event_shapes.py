"""Writes the golden file of event shapes: names and types of every field of every kind. Never over a released one.

python tools/event_shapes.py    add the kinds and schemas that are new; a changed shape is refused
"""

import json
import sys
from pathlib import Path
from typing import Any

from engine import events  # noqa: F401 - enters every kind
from engine.envelope import KINDS

GOLDEN = Path(__file__).resolve().parents[1] / "tests/engine/event_shapes.json"


def shapes() -> dict[str, dict[str, str]]:
    """The present shape of every kind: 'kind.schema' -> field -> type, with '?' where it may be absent."""
    return {f"{name}.{cls.SCHEMA}": _fields(cls) for name, cls in sorted(KINDS.items())}


def _fields(cls: Any) -> dict[str, str]:
    return {
        name: _type(info.annotation) + ("" if info.is_required() else "?") for name, info in cls.model_fields.items()
    }


def _type(annotation: Any) -> str:
    inner = getattr(annotation, "model_fields", None)
    if inner is not None:
        return "{" + ", ".join(f"{name}: {text}" for name, text in _fields(annotation).items()) + "}"
    parts = getattr(annotation, "__args__", None)
    if not parts:
        return getattr(annotation, "__name__", str(annotation))
    name = getattr(annotation, "__name__", None) or "Union"
    return f"{name}[{', '.join('...' if part is Ellipsis else _type(part) for part in parts)}]"


def main() -> int:
    """Add what is new to the golden file; 1 where a released shape would change."""
    released = json.loads(GOLDEN.read_text("utf-8")) if GOLDEN.exists() else {}
    present = shapes()
    changed = [name for name, shape in present.items() if name in released and released[name] != shape]
    if changed:
        sys.stderr.write(f"released shapes changed: {', '.join(changed)}; raise SCHEMA and add an upcaster\n")
        return 1
    text = json.dumps(dict(sorted((released | present).items())), indent=1, ensure_ascii=False)
    GOLDEN.write_text(text + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
