"""The entrance for files: reads commands and says where each came from; records nothing and knows no rule."""

from intake.lines import FieldError, IntakeError, Kind, KindOf, Line
from intake.reader import read

__all__ = ["FieldError", "IntakeError", "Kind", "KindOf", "Line", "read"]
