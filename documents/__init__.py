"""Writes reports and registries as workbooks, Word documents and PDF, the same bytes each time. It counts nothing."""
