# Two commands do all the set-up on a fresh machine (Python 3.11, make, git): `make demo` and `make test`.
# Each makes .venv on first use. `make help` lists the rest.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin

.DEFAULT_GOAL := help
.PHONY: help demo test check bench faults clean

help:  ## list the commands
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

$(BIN)/finews: pyproject.toml
	@command -v $(PYTHON) >/dev/null || { echo "make: $(PYTHON) is not installed; set PYTHON=... to a Python >= 3.11" >&2; exit 2; }
	@echo "making $(VENV) (first use, about a minute) ..."
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[test]'
	@touch $@

demo: $(BIN)/finews  ## crawl the news site that ships with us into demo/archive.db, and show what came of it
	@$(BIN)/python -m tests.site.demo

test: $(BIN)/finews  ## all checks: lint, types, import contracts, tests
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/pytest

check: test  ## the same as test

bench: $(BIN)/finews  ## measure the crawl against bare trafilatura, and the ledger
	@$(BIN)/python -m benchmarks.crawl

faults: $(BIN)/finews  ## kill, starve and lock out crawls; hostile servers and pages; 15 minutes
	@$(BIN)/python -m benchmarks.faults

clean:  ## remove .venv, the demo's archive and caches
	rm -rf $(VENV) demo build *.egg-info .pytest_cache .mypy_cache .ruff_cache .import_linter_cache
