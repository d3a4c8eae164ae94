"""Writes the bundled files of `khcn demo` from the stories here: `python -m tools.demofiles`. Records nothing."""
