# `make help` lists what can be done here. Nothing outside this folder is changed, but for caches in your home.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= python3
UV := .tools/bin/uv --system-certs
BIN := .venv/bin

.PHONY: help setup brief test test-long bench lock docs format clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 20

setup: .venv/.ready ## make .venv with the comity command and everything that the tests need

.tools/.ready: requirements-tools.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Comity needs Python 3.11 or later; name one with: make PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -m pip --version >/dev/null 2>&1 || { echo "Comity's setup needs pip: apt-get install python3-pip (or your system's package of it)"; exit 1; }
	@echo "Setting up: uv, into .tools"
	@rm -rf .tools && $(PYTHON) -m pip install -qq --root-user-action ignore --disable-pip-version-check --target .tools --require-hashes -r requirements-tools.lock
	@touch $@

.venv/.ready: .tools/.ready requirements-dev.lock pyproject.toml
	@echo "Setting up: packages, into .venv"
	@test -x $(BIN)/python || $(UV) venv --quiet --python $(PYTHON) .venv
	@VIRTUAL_ENV=.venv $(UV) pip sync --quiet --compile-bytecode --require-hashes requirements-dev.lock
	@VIRTUAL_ENV=.venv $(UV) pip install --quiet --no-deps --no-build-isolation -e .
	@touch $@

brief: setup ## print the brief of a real scenario, and write brief.html and brief.pdf
	@$(BIN)/comity brief car-emissions
	@$(BIN)/comity brief car-emissions --output brief.html --output brief.pdf

.tools/browser.ready: .venv/.ready tests/web/fetch_browser.py
	@echo "Setting up: a browser for the tests, into .tools"
	@$(BIN)/python tests/web/fetch_browser.py .tools
	@touch $@

test: setup .tools/browser.ready ## lint, format, types, import contracts, tests and doctests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest -n auto

test-long: setup .tools/browser.ready ## the same properties on many more random inputs
	COMITY_HYPOTHESIS=long $(BIN)/pytest -n auto

bench: setup ## every benchmark beside its peer, in one run; writes bench.json
	@VIRTUAL_ENV=.venv $(UV) pip install --quiet --require-hashes -r requirements-bench.lock
	$(BIN)/python -m benchmarks

lock: .tools/.ready ## pin the newest versions that pyproject.toml admits
	$(UV) pip compile -q -U --universal --generate-hashes --python-version 3.11 --no-header pyproject.toml -o requirements.lock
	$(UV) pip compile -q -U --universal --generate-hashes --python-version 3.11 --no-header pyproject.toml --group dev -o requirements-dev.lock
	$(UV) pip compile -q -U --universal --generate-hashes --python-version 3.11 --no-header pyproject.toml --group dev --group bench -o requirements-bench.lock

docs: setup ## write again the pages of docs/ that are made from the code
	$(BIN)/python tests/test_docs.py
	$(BIN)/python tests/test_methods.py

format: setup ## put the code into the house style
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean: ## remove what setup made
	rm -rf .venv .tools .mypy_cache .ruff_cache .hypothesis
