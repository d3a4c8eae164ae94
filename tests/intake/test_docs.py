"""The examples in docs/files.md are read as the page says."""

import re
from pathlib import Path

from tests.intake.files import commands, read

PAGE = (Path(__file__).resolve().parents[2] / "docs/files.md").read_text("utf-8")


def example(tmp_path: Path, language: str, suffix: str) -> list[dict[str, object] | None]:
    (block,) = re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)
    path = tmp_path / f"example{suffix}"
    path.write_text(block, encoding="utf-8")
    return commands(read(path))


def test_the_csv_example_is_read(tmp_path: Path) -> None:
    document = {"number": "123/QĐ-SYT", "date": "2026-03-12", "issuer": "Sở Y tế"}
    approval = {"actor": "lan", "on": "2026-03-12", "task": "NV-2026-01", "amount": 110_000_000, "document": document}
    first, second = example(tmp_path, "csv", ".csv")

    assert {"command": "approve_task", "authority": "Giám đốc Sở Y tế", **approval} == first
    assert (second or {})["on"] == "2026-11-20"


def test_the_yaml_example_is_read(tmp_path: Path) -> None:
    (ballots,) = example(tmp_path, "yaml", ".yaml")

    assert (ballots or {})["ballots"] == [{"person": "p1", "vote": "yes"}, {"person": "p2", "vote": "no"}]


def test_the_json_example_is_read(tmp_path: Path) -> None:
    (submission,) = example(tmp_path, "json", ".jsonl")

    assert (submission or {})["dossier"] == ["Báo cáo tổng hợp"]
