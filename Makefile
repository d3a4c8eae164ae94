# Everything a person or CI runs. Needs Python 3.11, git and make; each target sets up what it needs by itself.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

# Bytecode is cached whatever the environment says: `khcn` starts faster.
unexport PYTHONDONTWRITEBYTECODE
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_NO_INPUT := 1
export PIP_ROOT_USER_ACTION := ignore

PYTHON ?= python3.11
WORKERS ?= 2
SECONDS ?= 60
VENV := .venv
BIN := $(VENV)/bin
# The name carries a checksum of what is installed: nothing to do while it stands, whatever git does to file times.
READY := $(VENV)/.ready-$(shell cat requirements/dev.txt pyproject.toml | cksum | tr -s ' ' '-')
LOCK := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url \
	--no-emit-find-links --custom-compile-command 'make lock'

.PHONY: help setup install demo check lint types catalogue test soak bench format docs messages lock clean

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1\t\2/p' $(MAKEFILE_LIST) | expand -t 12

setup: $(READY) ## make .venv from the locked requirements (does nothing when up to date)

$(READY):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' || \
		{ echo 'khcn-ledger needs Python 3.11: make PYTHON=/path/to/python3.11 $(MAKECMDGOALS)' >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	rm -f $(VENV)/.ready-*
	$(BIN)/python -m pip install -qq --no-compile --require-hashes -r requirements/dev.txt
	$(BIN)/python -m pip install -qq --no-deps --no-build-isolation --no-index -e .
	@touch $@

install: $(READY) ## put `khcn` where it is to stay: make install TO=/opt/khcn
	@test -n '$(TO)' || { echo 'Say where: make install TO=/opt/khcn' >&2; exit 1; }
	$(PYTHON) -m venv $(TO)
	$(TO)/bin/python -m pip install -qq --require-hashes -r requirements/run.txt
	rm -rf build
	$(BIN)/python -m pip wheel -qq --no-deps --no-build-isolation --no-index -w build/wheel .
	$(TO)/bin/python -m pip install -qq --no-deps --no-index --force-reinstall build/wheel/*.whl
	@$(TO)/bin/khcn --version

demo: $(READY) ## a first look: made-up tasks in a new embedded database, demo.db
	@rm -f demo.db demo.db-wal demo.db-shm
	@KHCN_DATABASE_URL=sqlite:///demo.db $(BIN)/khcn demo

check: lint types catalogue test ## everything CI runs; changes nothing

lint: $(READY) ## formatting and lint
	$(BIN)/ruff format --check --quiet
	$(BIN)/ruff check --quiet

types: $(READY) ## mypy --strict
	$(BIN)/mypy

test: $(READY) ## all tests, on SQLite and PostgreSQL: rules, imports, docs' console blocks, generated pages
	$(BIN)/pytest -q -n $(WORKERS) --dist worksteal $(ARGS)

soak: $(READY) ## what stores are put through, at length: failing disks, kills, crashes (SECONDS=60 for each)
	KHCN_SOAK=$(SECONDS) $(BIN)/pytest -q -s tests/reliability $(ARGS)

bench: $(READY) ## how fast it is, beside yardsticks measured in the same run (ARGS=--quick: the short form)
	$(BIN)/python -m benchmarks.start $(ARGS)
	$(BIN)/python -m benchmarks.desk $(ARGS)
	$(BIN)/python -m benchmarks.audit $(ARGS)
	$(BIN)/python -m benchmarks.rebuild $(ARGS)

format: $(READY) ## put the code into shape
	$(BIN)/ruff check --quiet --fix-only
	$(BIN)/ruff format --quiet

docs: $(READY) ## write the generated pages anew
	$(BIN)/python docs/generate.py

messages: $(READY) ## take new messages into the catalogue and compile it
	$(BIN)/python tools/messages.py extract
	$(BIN)/python tools/messages.py compile

catalogue: $(READY) ## is every message translated, and the catalogue compiled?
	$(BIN)/python tools/messages.py check

lock: $(READY) ## pin the newest allowed versions, with hashes
	$(BIN)/$(LOCK) --upgrade pyproject.toml -o requirements/run.txt
	$(BIN)/$(LOCK) --upgrade pyproject.toml --group dev -c requirements/run.txt -o requirements/dev.txt

clean: ## remove what make made
	rm -rf $(VENV) build *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis demo.db*
	find . -name __pycache__ -not -path './.git/*' -prune -exec rm -rf {} +
