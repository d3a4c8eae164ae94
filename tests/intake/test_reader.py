"""Which files are read at all, and how the others are refused: with a place and a cure, never a traceback."""

import io
import os
from pathlib import Path

import pytest

import intake
from intake import IntakeError, Line
from tests.intake.files import commands, faults, read, refusal

COMMAND = b'{"command": "close_task", "task": "T1"}\n'
SUFFIXES = [".jsonl", ".yaml", ".yml", ".csv", ".xlsx"]
BINARY = b"\x7fELF\x02\x01\x01\x00" + bytes(range(256)) * 8


def stdin(data: bytes) -> list[Line]:
    return list(intake.read("-", stdin=io.BytesIO(data)))


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_an_empty_file_is_refused(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a{suffix}"
    path.write_bytes(b"")

    assert (path.name, "The file is empty") == refusal(path)


@pytest.mark.parametrize("suffix", [".jsonl", ".yaml", ".csv"])
@pytest.mark.parametrize("data", [BINARY, b"PK\x03\x04\x14\x00\x06\x00" * 9, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" * 9])
def test_a_binary_file_is_refused(tmp_path: Path, suffix: str, data: bytes) -> None:
    path = tmp_path / f"a{suffix}"
    path.write_bytes(data)

    assert refusal(path)[1] == "The file is not text: write the commands in a text file, or in Excel as .xlsx"


@pytest.mark.parametrize("suffix", [".jsonl", ".yaml", ".csv"])
def test_windows_1258_is_refused_with_the_byte_the_line_and_the_cure(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a{suffix}"
    path.write_bytes(b"command,title\n" + "close_task,Nghiên cứu\n".encode("cp1258", "replace"))

    assert refusal(path)[1] == (
        "The file is not in UTF-8 (byte 30, line 2). If it is Windows-1258, TCVN3 or UTF-16: open it and save it as "
        "CSV UTF-8 (in Excel: Save As, CSV UTF-8)"
    )


@pytest.mark.parametrize("suffix", [".jsonl", ".yaml", ".csv"])
@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be"])
def test_utf16_is_refused(tmp_path: Path, suffix: str, encoding: str) -> None:
    path = tmp_path / f"a{suffix}"
    path.write_text("command,title\nclose_task,Nghiên cứu\n", encoding=encoding)

    assert refusal(path)[1].startswith(("The file is not in UTF-8 (byte 1, line 1)", "The file is not text"))


def test_a_damaged_byte_far_into_a_file_is_found_where_it_is(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    good = "ế".encode() * 700_000 + b"\n"
    path.write_bytes(good + b"\xff\n")

    assert f"(byte {len(good) + 1}, line 2)" in refusal(path)[1]


@pytest.mark.parametrize("name", ["a.json", "a.xls", "a.txt", "a", "jsonl"])
def test_other_files_are_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(COMMAND)

    assert (name, "The name of a file of commands ends in .jsonl, .yaml, .yml, .csv or .xlsx") == refusal(
        tmp_path / name
    )


def test_a_suffix_in_capitals_is_taken(tmp_path: Path) -> None:
    (tmp_path / "A.JSONL").write_bytes(COMMAND)

    assert commands(read(tmp_path / "A.JSONL")) == [{"command": "close_task", "task": "T1"}]


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_file_that_is_not_there_is_refused(tmp_path: Path, suffix: str) -> None:
    assert (f"no{suffix}", "There is no such file") == refusal(tmp_path / f"no{suffix}")


def test_a_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.csv").mkdir()

    assert refusal(tmp_path / "a.csv") == ("a.csv", "This is a folder, not a file")


def test_a_path_no_file_can_have_is_refused() -> None:
    with pytest.raises(IntakeError):
        intake.read("a\0.csv")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_nobody_may_read_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("command\nx\n")
    (tmp_path / "a.csv").chmod(0)

    assert refusal(tmp_path / "a.csv")[1] == "The file cannot be opened: Permission denied"


def test_a_file_that_is_too_large_is_refused(tmp_path: Path) -> None:
    with (tmp_path / "a.csv").open("wb") as file:
        file.truncate(65 << 20)

    assert refusal(tmp_path / "a.csv") == ("a.csv", "The file is larger than 64 MB: divide it")


def test_standard_input_is_read_as_json_lines() -> None:
    lines = stdin(b"\n" + COMMAND + b"\n" + COMMAND)

    assert [(line.number, line.place) for line in lines] == [
        (1, "standard input, line 2"),
        (2, "standard input, line 4"),
    ]


def test_standard_input_with_a_byte_order_mark_is_read() -> None:
    assert commands(stdin(b"\xef\xbb\xbf" + COMMAND)) == [{"command": "close_task", "task": "T1"}]


def test_standard_input_that_begins_otherwise_is_read_as_yaml() -> None:
    lines = stdin(b"\n# today\n- command: close_task\n  task: T1\n")

    assert [(line.number, line.place, line.command) for line in lines] == [
        (1, "standard input, item 1 (line 3)", {"command": "close_task", "task": "T1"})
    ]


@pytest.mark.parametrize("data", [b"", b"\n \n"])
def test_empty_standard_input_is_refused(data: bytes) -> None:
    with pytest.raises(IntakeError, match="standard input: There is nothing on standard input"):
        stdin(data)


def test_binary_standard_input_is_refused() -> None:
    with pytest.raises(IntakeError, match="standard input: The file is not text"):
        stdin(BINARY)


def test_a_damaged_line_of_standard_input_is_an_error_of_that_line() -> None:
    lines = stdin(COMMAND + b'{"title": "Nghi\xean"}\n' + COMMAND)

    assert [faults(line) for line in lines] == [[], [("", "The line is not in UTF-8 (byte 16)")], []]


def test_a_pipe_that_breaks_is_an_error_of_the_file() -> None:
    class Broken(io.BytesIO):
        def readline(self, size: int | None = -1, /) -> bytes:
            raise OSError(5, "Input/output error")

    with pytest.raises(IntakeError, match="standard input: The file cannot be read: Input/output error"):
        list(intake.read("-", stdin=Broken()))


def test_places_and_sentences_are_in_vietnamese_too(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("command,on\nclose_task,31/02/2026\n", encoding="utf-8")
    line = read(path)[0]

    assert f"{path}, hàng 2" == line.where.render("vi")
    assert f"{path}, ô B2: Không có ngày này: 31/02/2026" == line.errors[0].message.render("vi")
