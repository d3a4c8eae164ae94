"""Benchmarks: what the desk and the start of `khcn` cost, next to yardsticks measured in the same run."""
