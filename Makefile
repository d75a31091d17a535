# Two commands: `make demo` and `make test`. Everything else they need, they make.
.DEFAULT_GOAL := help
.PHONY: help demo test test-postgres check lint types contracts bench messages screenshots lock clean

PORT ?= 8000
VENV := .venv
PY := $(VENV)/bin/python
# the first Python that is new enough, whatever it is called here
PYTHON ?= $(firstword $(foreach p,python3.13 python3.14 python3.12 python3,$(shell $(p) -c 'import sys; sys.version_info >= (3, 12) and print("$(p)")' 2>/dev/null)))

help: ## what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-16s %s\n", $$1, $$2}'

$(VENV)/.base: requirements/base.txt requirements/build.txt
	@test -n "$(PYTHON)" || { echo "Python 3.12 or newer was not found. Install it, or name it: make demo PYTHON=/path/to/python3"; exit 1; }
	@echo "[1/4] Environment: $(VENV) with $$($(PYTHON) --version)"
	@test -x $(PY) || $(PYTHON) -m venv $(VENV)
	@$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/build.txt
	@$(VENV)/bin/uv pip install --quiet --python $(PY) --require-hashes -r requirements/base.txt
	@$(VENV)/bin/uv pip install --quiet --python $(PY) --no-build-isolation --no-deps -e .
	@touch $@

$(VENV)/.dev: $(VENV)/.base requirements/dev.txt
	@echo "Tools for tests and checks"
	@$(VENV)/bin/uv pip install --quiet --python $(PY) --require-hashes -r requirements/dev.txt
	@touch $@

messages: $(VENV)/.base ## compile the translations
	@$(PY) scripts/compile_messages.py

demo: $(VENV)/.base messages ## the sample city on http://localhost:8000 (PORT=9000 for another port)
	@MADOGUCHI_DEMO=1 $(PY) -m madoguchi.config demo --port $(PORT)

test: $(VENV)/.dev messages ## every test that needs nothing else; browser journeys where Chromium is
	@$(PY) -m pytest tests --ignore=tests/journeys $(if $(JOBS),-n $(JOBS) --dist worksteal)
	@$(PY) -m pytest tests/journeys $(if $(JOBS),-n $(JOBS) --dist worksteal)

test-postgres: $(VENV)/.dev messages ## the database tests on PostgreSQL (DATABASE_URL)
	@$(PY) -m pytest tests --ignore=tests/journeys --ignore=tests/demo --database-only $(if $(JOBS),-n $(JOBS) --dist worksteal)

check: lint types contracts test ## lint, types, contracts, tests

lint: $(VENV)/.dev
	@$(VENV)/bin/ruff check .
	@$(VENV)/bin/ruff format --check .

types: $(VENV)/.dev
	@MADOGUCHI_CARD_PROVIDER=sandbox $(VENV)/bin/mypy src scripts benchmarks

contracts: $(VENV)/.dev
	@$(VENV)/bin/lint-imports

bench: $(VENV)/.dev messages ## each figure beside its peer's, in one run
	@$(PY) -m benchmarks

screenshots: $(VENV)/.dev messages ## the README's pictures, from the running product
	@$(PY) scripts/screenshots.py

lock: $(VENV)/.dev ## write requirements/*.txt from pyproject.toml
	@for set in build base dev; do $(PY) scripts/lock.py $$set; done

clean: ## remove what was made here, but not the data in var/
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
