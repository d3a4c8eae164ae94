"""Lays a plan's files over what the plan extends and builds each workflow. Refuses to guess where two files differ."""

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from engine.catalogue import N_
from engine.plan import BACK, NEW, STAY
from workflows.problems import Findings
from workflows.yamlfile import Node, read_yaml

HERE: Final = Path(__file__).parent
BUILT_IN_BASES: Final = {"khcn/common": HERE / "common" / "steps.yaml"}
_FURTHEST: Final = 8  # files that extend one another


def assemble(path: Path, findings: Findings) -> Node | None:
    """Take a plan's file; give the plan with everything it includes and extends, its workflows built."""
    layers = _layers(path, findings, ())
    if layers is None:
        return None
    entries = dict(layers.value)
    catalogue = _catalogue(entries.pop("states", None), layers, findings)
    shared = entries.pop("every_workflow", Node({}, layers.file, layers.line))
    workflows = entries.get("workflows")
    if workflows is not None and isinstance(workflows.value, dict):
        known = _known_states(catalogue, workflows)
        _refuse_unknown(shared, known, findings)
        built = {level: _workflow(own, shared, catalogue, known, findings) for level, own in workflows.value.items()}
        entries["workflows"] = Node(built, workflows.file, workflows.line)
    return _without_nulls(Node(entries, layers.file, layers.line))


def _catalogue(states: Node | None, layers: Node, findings: Findings) -> Node:
    """The states that all workflows share, by name; none where nothing, or no mapping, is written."""
    if states is not None and isinstance(states.value, dict):
        return states
    if states is not None and states.value is not None:
        text, cure = N_("'{name}' does not have the right form."), N_("Write it as docs/plan-format.md shows.")
        findings.add(states.where, text, cure, name="states")
    return Node({}, layers.file, layers.line)


def merged(under: Node, over: Node) -> Node:
    """`over` laid over `under`: mappings entry by entry, where null takes an entry out; anything else replaces.

    A null with nothing under it stays: the layer it takes something from may come later.
    """
    if not (isinstance(under.value, dict) and isinstance(over.value, dict)):
        return over
    entries = dict(under.value)
    for key, node in over.value.items():
        if key in entries and node.value is None:
            del entries[key]
        else:
            entries[key] = merged(entries[key], node) if key in entries else node
    return Node(entries, over.file, over.line)


def _without_nulls(node: Node) -> Node:
    if isinstance(node.value, dict):
        kept = {key: _without_nulls(inner) for key, inner in node.value.items() if inner.value is not None}
        return Node(kept, *node.where)
    if isinstance(node.value, list):
        return Node([_without_nulls(inner) for inner in node.value], *node.where)
    return node


def _layers(path: Path, findings: Findings, trail: tuple[Path, ...]) -> Node | None:
    """The file with its includes, laid over the file it extends."""
    if path.resolve() in trail or len(trail) >= _FURTHEST:
        text = N_("The files of the plan extend or include one another in a circle.")
        findings.add((str(path), 1), text, N_("Take out the `extends` or `include` that leads back."))
        return None
    trail = (*trail, path.resolve())
    own = read_yaml(path, findings)
    if own is None or not _is_mapping(own, findings):
        return None
    entries = dict(own.value)
    extends, include = entries.pop("extends", None), entries.pop("include", None)
    whole = Node(entries, own.file, own.line)
    for node in _names(include):
        part = _layers(path.parent / str(node.value), findings, trail) if _exists(path, node, findings) else None
        whole = _joined(whole, part, findings) if part else whole
    if extends is None:
        return whole
    base_path = BUILT_IN_BASES.get(str(extends.value)) or path.parent / str(extends.value)
    base = _layers(base_path, findings, trail) if _exists(path, extends, findings) else None
    return merged(base, whole) if base else None


def _names(include: Node | None) -> list[Node]:
    if include is None:
        return []
    return include.value if isinstance(include.value, list) else [include]


def _exists(path: Path, node: Node, findings: Findings) -> bool:
    name = str(node.value)
    if name in BUILT_IN_BASES or (path.parent / name).is_file():
        return True
    text, cure = N_("There is no file '{name}'."), N_("Name a file beside the plan, or one of: {bases}.")
    findings.add(node.where, text, cure, name=name, bases=sorted(BUILT_IN_BASES))
    return False


def _is_mapping(node: Node, findings: Findings) -> bool:
    if isinstance(node.value, dict):
        return True
    text, cure = N_("The file is not a list of `name: value`."), N_("Begin it as the worked example begins.")
    findings.add(node.where, text, cure)
    return False


def _joined(one: Node, other: Node, findings: Findings) -> Node:
    """Two files side by side: neither wins, so the same value in both is refused."""
    if isinstance(one.value, dict) and isinstance(other.value, dict):
        entries = dict(one.value)
        for key, node in other.value.items():
            entries[key] = _joined(entries[key], node, findings) if key in entries else node
        return Node(entries, one.file, one.line)
    text, cure = N_("This is given already in {file}, line {line}."), N_("Keep one of the two.")
    findings.add(other.where, text, cure, file=one.file, line=one.line)
    return one


def _known_states(catalogue: Node, workflows: Node) -> frozenset[str]:
    names = set(catalogue.value)
    for own in workflows.value.values():
        names.update(name for name, _ in _own_states(own))
    return frozenset(names)


def _own_states(own: Node) -> Iterable[tuple[str, Node]]:
    states = own.get("states")
    for node in states.value if states is not None and isinstance(states.value, list) else []:
        name = node.get("name") if isinstance(node.value, dict) else node
        if name is not None:
            yield str(name.value), node


def _workflow(own: Node, shared: Node, catalogue: Node, known: frozenset[str], findings: Findings) -> Node:
    """A workflow: what every workflow shares, as far as its states go, and its own part over that."""
    if not isinstance(own.value, dict):
        return own
    states = [_state(name, node, catalogue, findings) for name, node in _own_states(own)]
    names = frozenset(name for name, _ in _own_states(own))
    _refuse_unknown(own, names, findings)
    whole = merged(_pruned(shared, names), own)
    at = own.get("states") or own
    return Node({**whole.value, "states": Node(states, *at.where), **_steps_left(whole, own)}, *whole.where)


def _steps_left(whole: Node, own: Node) -> dict[str, Node]:
    """The steps without those that lost all their moves, unless the workflow itself speaks of them."""
    steps, spoken = whole.get("steps"), own.get("steps")
    if steps is None or not isinstance(steps.value, dict):
        return {}
    kept = {
        name: node
        for name, node in steps.value.items()
        if (spoken is not None and spoken.get(name) is not None) or (moves := node.get("moves")) is None or moves.value
    }
    return {"steps": Node(kept, *steps.where)}


def _state(name: str, node: Node, catalogue: Node, findings: Findings) -> Node:
    """A state's title and marks, from the workflow itself or from the list of states that all share."""
    if isinstance(node.value, dict):
        return node
    listed = catalogue.get(name)
    if listed is None or not isinstance(listed.value, dict):
        text, cure = N_("There is no state '{state}'."), N_("Use one of {states}, or write it with its title here.")
        if not catalogue.value:
            cure = N_("Write it with its title here, or begin the plan with `extends: khcn/common`.")
        findings.add(node.where, text, cure, state=name, states=sorted(catalogue.value))
        return Node({"name": Node(name, *node.where), "title": _no_title(node)}, *node.where)
    return Node({**listed.value, "name": Node(name, *node.where)}, *node.where)


def _no_title(node: Node) -> Node:
    return Node({"vi": Node("", *node.where), "en": Node("", *node.where)}, *node.where)


def _pruned(shared: Node, names: frozenset[str]) -> Node:
    """What all workflows share, without the moves from or to states that this one lacks."""
    steps = shared.get("steps")
    if steps is None or not isinstance(steps.value, dict):
        return shared
    kept: dict[str, Node] = {}
    for step, node in steps.value.items():
        moves = node.get("moves")
        if moves is None or not isinstance(moves.value, dict):
            kept[step] = node
            continue
        left = {source: move for source, move in moves.value.items() if _fits(source, move, names)}
        kept[step] = Node({**node.value, "moves": Node(left, *moves.where)}, *node.where)
    return Node({**shared.value, "steps": Node(kept, *steps.where)}, *shared.where)


def _fits(source: str, move: Node, names: frozenset[str]) -> bool:
    targets = [target for target, _ in _targets(move)]
    return (source == NEW or source in names) and any(t in (STAY, BACK) or t in names for t in targets)


def _targets(move: Node) -> Iterable[tuple[str, Node]]:
    nodes = move.value.values() if isinstance(move.value, dict) else [move]
    return [(str(node.value), node) for node in nodes if node.value is not None]


def _refuse_unknown(part: Node, names: frozenset[str], findings: Findings) -> None:
    """A state in a move that is not among `names` is refused where it is written."""
    steps = part.get("steps")
    text, cure = N_("Step {step} names a state '{state}' that is not there."), N_("Use one of: {states}.")
    for step, node in steps.value.items() if steps is not None and isinstance(steps.value, dict) else []:
        moves = node.get("moves")
        for source, move in moves.value.items() if moves is not None and isinstance(moves.value, dict) else []:
            wanted = [(source, move), *_targets(move)]
            for state, at in wanted:
                if state not in names and state not in (NEW, STAY, BACK):
                    findings.add(at.where, text, cure, step=step, state=state, states=sorted(names))
