"""Hands the record on: as JSON lines, OCEL 2.0 and XES for other tools, as a bundle of evidence. It prints nothing."""
