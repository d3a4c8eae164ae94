"""What is installed is all that the command needs: each package, and each file beside its modules."""

import tomllib
from fnmatch import fnmatch
from pathlib import Path

ROOT = Path(__file__).parents[1]
STAY = {"benchmarks", "docs", "tests", "tools"}  # of a checkout only
SETUP = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["setuptools"]


def packages() -> set[str]:
    return {path.parent.name for path in ROOT.glob("*/__init__.py")} - STAY


def test_every_package_is_installed_with_what_is_in_it() -> None:
    wanted = {name for package in packages() for name in (package, f"{package}.*")}

    assert set(SETUP["packages"]["find"]["include"]) == wanted


def test_every_file_beside_modules_is_installed() -> None:
    left_out = []
    for package in packages():
        patterns = [pattern for name in ("*", package) for pattern in SETUP["package-data"].get(name, [])]
        for path in (ROOT / package).rglob("*"):
            inside = path.relative_to(ROOT / package).as_posix()
            if path.is_file() and path.suffix not in (".py", ".pyc", ".md"):  # Markdown is for readers of the checkout
                # `**/` stands for any folders, and for none.
                known = any(fnmatch(inside, each) or fnmatch(inside, each.replace("**/", "")) for each in patterns)
                left_out += [] if known else [f"{package}/{inside}"]

    assert left_out == []
