# Two commands: `make run` and `make test`. They need Python 3.11 or newer and make.
PYTHON ?= python3
BIN := .venv/bin
UV := $(shell command -v uv 2>/dev/null)
COMPILE := pip compile --universal --generate-hashes --no-emit-index-url --no-header --no-annotate --quiet

# The locks are complete and checked by hash, so pip need not resolve; that halves the time.
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-compile --require-hashes

.PHONY: run test lint bench faults lock clean

run: .venv/run.stamp
	@$(BIN)/python -m bot run

# A file's tests run in one process; each process has its own servers.
test: .venv/dev.stamp
	$(BIN)/python -m pytest -n logical --maxprocesses 4 --dist loadfile $(PYTEST_ARGS)

lint: .venv/dev.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: .venv/dev.stamp
	$(BIN)/python -m tests.bench

# Long: kills servers many times on both databases.
faults: .venv/dev.stamp
	$(BIN)/python -m tests.faults

# The locks hold hashes and no address of a package index.
lock:
	uv $(COMPILE) pyproject.toml --output-file requirements.lock
	uv $(COMPILE) pyproject.toml --group dev --output-file requirements-dev.lock

clean:
	rm -rf .venv

# The environment: uv where it is on the PATH, otherwise pip; both check the hashes.
.venv/run.stamp: requirements.lock
	@echo "Preparing the environment (once) ..."
ifdef UV
	@test -x $(BIN)/python || uv venv --quiet --no-python-downloads --python $(PYTHON) .venv
	@uv pip install --quiet --require-hashes --python $(BIN)/python -r requirements.lock
else
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(PIP) -r requirements.lock
endif
	@touch $@

.venv/dev.stamp: requirements-dev.lock .venv/run.stamp
	@echo "Adding what tests need (once) ..."
ifdef UV
	@uv pip install --quiet --require-hashes --python $(BIN)/python -r requirements-dev.lock
else
	@$(PIP) -r requirements-dev.lock
endif
	@touch $@
