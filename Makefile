PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Compiled modules are kept, whatever the environment says: the tests begin Python half a hundred times.
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.PHONY: help run test check cover wheel lowest newest torture mutate mutants fuzz lock bench live schema docs format clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: $(VENV)/.run ## set up, scrape the bundled snapshots into a store of their own, print the report and the trials
	@# A run with failures exits with 1.
	@$(BIN)/trialpages scrape --all --replay snapshots/ --home build/demo || test $$? = 1
	@echo "The failures are bundled on purpose: a layout that nobody knows, two NCT ids on a page, a page that breaks off."
	@echo
	@$(BIN)/trialpages show --home build/demo --format table

test: check ## set up what is missing, pass all checks and all tests
	$(BIN)/pytest -n auto --dist worksteal

cover: $(VENV)/.dev ## the tests once more, all on both databases, with the lines and branches that they miss
	$(BIN)/pytest -n auto --dist worksteal --both-databases --cov --cov-report=term

wheel: $(VENV)/.dev ## build a wheel, install it outside the checkout, and use it there
	@$(BIN)/python -m tests.installed

lowest: $(VENV)/.dev ## all tests with the oldest packages that pyproject.toml allows; TESTS=tests/test_parse.py: those alone
	$(call tests-with,lowest-direct)

newest: $(VENV)/.dev ## all tests with the newest packages that pyproject.toml allows, whatever is locked
	$(call tests-with,highest)

# An environment of its own in build/, with the newest tools that go with the packages resolved in this way.
define tests-with
	@mkdir -p build
	$(BIN)/uv pip compile --quiet --upgrade --resolution $(1) --python $(BIN)/python --extra export --no-header --no-annotate \
	  --no-emit-index-url --output-file build/$(1).txt pyproject.toml
	$(BIN)/uv venv --quiet --clear --python $(BIN)/python build/$(1)
	$(BIN)/uv pip install --quiet --python build/$(1)/bin/python --group build --group dev \
	  --constraints build/$(1).txt --editable '.[export]'
	build/$(1)/bin/pytest -n auto --dist worksteal $(TESTS)
endef

check: $(VENV)/.dev ## lint, format, types, import direction
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

torture: $(VENV)/.dev ## kill runs 50 times (KILLS=200: so often) on SQLite and on PostgreSQL, and see that nothing is lost or kept twice
	$(BIN)/python -c 'from tests.torture import main; main()' --kills $(or $(KILLS),50)

mutate: $(VENV)/.dev ## change each bundled page in one place, count what is quietly read otherwise; ARGS=--accept: keep lower floors
	@$(BIN)/python -m tests.mutations $(ARGS)

mutants: $(VENV)/.mutants ## change the code in one place and see whether a test notices; PACKAGE=sites, SAMPLE=200, SEED=1
	@$(BIN)/python -m tests.code_mutation $(or $(PACKAGE),normalizers) --sample $(or $(SAMPLE),200) --seed $(or $(SEED),1)

fuzz: $(VENV)/.fuzz ## look for inputs that crash whatever reads them; TIME=60 (seconds each), TARGETS="robots warc"
	@$(BIN)/python -m tests.fuzz --seconds $(or $(TIME),60) $(TARGETS)

bench: $(VENV)/.bench ## speed against the floor and other extractors; blocks kept and dropped; fetching; store, import, consensus, export
	$(BIN)/python -m benchmarks.speed
	$(BIN)/python -m benchmarks.content
	$(BIN)/python -m benchmarks.memory
	$(BIN)/python -m benchmarks.fetching
	$(BIN)/python -m benchmarks.store
	$(BIN)/python -m benchmarks.imports
	$(BIN)/python -m benchmarks.consensus
	$(BIN)/python -m benchmarks.exports

live: $(VENV)/.run ## fetch one page per site from the real web, politely, and compare it with what we expect
	@$(BIN)/python -m scraper.live

schema: $(VENV)/.dev ## write schemas/trial.schema.json anew
	@mkdir -p build && $(BIN)/trialpages schema > build/trial.schema.json.new && mv build/trial.schema.json.new schemas/trial.schema.json

docs: $(VENV)/.dev ## write the parts of the documents that are made of the code
	@$(BIN)/python -m tests.documents

format: $(VENV)/.dev ## let ruff mend and format the code
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lock: $(VENV)/.dev ## resolve the dependencies anew and lock them with hashes
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate --no-emit-index-url \
	  --upgrade --python-version 3.11 --group build --output-file requirements.lock pyproject.toml
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate --no-emit-index-url \
	  --upgrade --python-version 3.11 --extra export --group build --group dev -c requirements.lock \
	  --output-file requirements-dev.lock pyproject.toml
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate --no-emit-index-url \
	  --upgrade --python-version 3.11 --group bench -c requirements-dev.lock \
	  --output-file benchmarks/requirements.lock pyproject.toml
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate --no-emit-index-url \
	  --upgrade --python-version 3.11 --group fuzz -c requirements-dev.lock \
	  --output-file tests/fuzz/requirements.lock pyproject.toml
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate --no-emit-index-url \
	  --upgrade --python-version 3.11 --group mutants -c requirements-dev.lock \
	  --output-file tests/code_mutation/requirements.lock pyproject.toml

clean: ## remove what was set up and built
	rm -rf $(VENV) build .coverage .coverage.* .hypothesis .mypy_cache .pytest_cache .ruff_cache .import_linter_cache

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "trialpages needs Python 3.11 or newer; say which with: make PYTHON=/path/to/python3.11" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: requirements.lock pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.run
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements-dev.lock
	@touch $@

$(VENV)/.bench: benchmarks/requirements.lock $(VENV)/.dev
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r benchmarks/requirements.lock
	@touch $@

$(VENV)/.mutants: tests/code_mutation/requirements.lock $(VENV)/.dev
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r tests/code_mutation/requirements.lock
	@touch $@

$(VENV)/.fuzz: tests/fuzz/requirements.lock $(VENV)/.dev
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r tests/fuzz/requirements.lock || \
	  { echo "atheris, which make fuzz needs, cannot be installed for this Python; there is one for 3.11 to 3.14" >&2; exit 1; }
	@touch $@
