# Two commands do all the set-up: `make run` and `make test`.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: run test lint bench lock clean

run: .venv/installed
	$(BIN)/ledger demo --serve

# One process more than cores: tests wait for disks, servers and killed children.
test: .venv/installed
	$(BIN)/pytest -n $$(( $$($(PYTHON) -c 'import os; print(os.cpu_count())') + 1 )) --cov --cov-report=term

lint: .venv/installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: .venv/installed
	$(BIN)/python -m bench

.venv/installed: requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed, this is " + sys.version)'
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

# Renews the lock file: every version pinned, every file by its hash, no registry's host name.
lock:
	uv pip compile pyproject.toml --extra postgresql --group dev --universal --generate-hashes \
	  --no-emit-index-url --no-header --no-annotate --quiet -o requirements.lock

clean:
	rm -rf .venv data keys/demo
