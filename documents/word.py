"""A letter as a Word document, from a template that people edit in Word. It computes nothing and runs no program in it.

The same letter and template give the same bytes."""

import io
from copy import deepcopy
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from docx.oxml.ns import qn
from docxtpl import DocxTemplate  # type: ignore[import-untyped]
from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import SandboxedEnvironment

from documents.letter import Letter
from documents.zipped import without_times

TEMPLATE = Path(__file__).parent / "templates" / "report.docx"


class TemplateWrong(Exception):
    """The template is no Word document, or asks for what the letter does not have."""

    def __init__(self, file: Path, reason: str) -> None:
        self.file, self.reason = file, reason
        super().__init__(f"{file}: {reason}")


def word_document(letter: Letter, template: Path | None = None, *, made_on: date) -> bytes:
    """The letter in a template, ours or the user's. Raises TemplateWrong."""
    file = template or TEMPLATE
    # A template from anywhere may name fields and loop over them, and reach nothing else of this program.
    environment = SandboxedEnvironment(autoescape=True, undefined=StrictUndefined)
    try:
        document = DocxTemplate(io.BytesIO(file.read_bytes()))
        document.render(dict(letter), environment)
    except TemplateError as error:
        raise TemplateWrong(file, str(error.message or error)) from None
    except (OSError, KeyError, ValueError, AttributeError) as error:
        raise TemplateWrong(file, _reason(error)) from None
    except Exception as error:
        if type(error).__module__.startswith(("docx", "lxml", "zipfile")):
            raise TemplateWrong(file, _reason(error)) from None
        raise
    _share_out(document.docx, letter)
    if not letter["annexes"]:
        _without_last_section(document.docx)
    _date(document.docx, letter["title"], made_on)
    for language in document.docx.styles.element.iter(qn("w:lang")):
        language.set(qn("w:val"), "vi-VN" if letter["lang"] == "vi" else "en-GB")
    out = io.BytesIO()
    document.save(out)
    return without_times(out.getvalue())


def _reason(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return str(error)[:200] or type(error).__name__


def _share_out(document: Any, letter: Letter) -> None:
    """Give the columns of each section's table their widths, which no template can say: it has any number of columns.

    A section's table is the first one after those before it under whose headings it stands."""
    waiting = [section for section in letter["sections"] if not section["wide"]] + letter["annexes"]
    for table in document.element.body.iter(qn("w:tbl")):
        rows, grid = table.tr_lst, list(table.iterfind(f"{qn('w:tblGrid')}/{qn('w:gridCol')}"))
        said = ["".join(cell.itertext(qn("w:t"))) for cell in rows[0].tc_lst] if rows else []
        section = next((each for each in waiting if each["headings"] == said), None)
        if section is None:
            continue
        waiting.remove(section)
        parts = [width / sum(section["widths"]) for width in section["widths"]]
        widths = [round(part * sum(int(each.w or 0) for each in grid)) for part in parts]
        for column, width in zip(grid, widths, strict=False):
            column.w = width
        for row in rows:
            for cell, part in zip(row.tc_lst, parts, strict=False):
                given = cell.get_or_add_tcPr().get_or_add_tcW()
                given.set(qn("w:type"), "pct")
                given.set(qn("w:w"), str(round(5000 * part)))


def _without_last_section(document: Any) -> None:
    """Where there is no annex its page is not there either: the pages before it give the document its form."""
    body = document.element.body
    breaks = [paragraph for paragraph in body.p_lst if paragraph.pPr is not None and paragraph.pPr.sectPr is not None]
    if not breaks:
        return
    last = breaks[-1]
    upright = deepcopy(last.pPr.sectPr)
    for after in list(last.itersiblings()):
        body.remove(after)
    body.remove(last)
    body.append(upright)


def _date(document: Any, title: str, made_on: date) -> None:
    told = document.core_properties
    told.title, told.author, told.last_modified_by, told.revision = title, "", "", 1
    told.created = told.modified = datetime.combine(made_on, time())
