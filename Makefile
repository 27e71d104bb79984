# One word for each thing one does with Konsil. `make run` is all that a newcomer needs.
#
# Where packages come from is the machine's business: pip, uv and npm read their own settings.

PYTHON ?= python3
PORT ?= 8000
WORKERS ?= 2
UV_VERSION := 0.13.9
BIN := .venv/bin
TOOLS := .tools/bin
SAMPLES := $(or $(KONSIL_SAMPLES),$(wildcard ../shared/data))
ISLANDS := $(shell find islands -type f 2>/dev/null) vite.config.ts tsconfig.json

.PHONY: run setup test check lint floors types templates migrations islands fast peers
.PHONY: test-peers docs bench bar clean chromium system

run: setup
	$(BIN)/konsil serve --demo --port $(PORT)

setup: .venv/.ready build/.ready

# --- What the machine must bring: said by name, with the command that brings it.

system:
	@sh bin/system $(PYTHON)

chromium:
	@sh bin/chromium

# --- What we bring ourselves; each is made again only when what it is made from has changed.

.tools/.ready: | system
	$(PYTHON) -m venv .tools
	$(TOOLS)/pip install --quiet uv==$(UV_VERSION)
	@touch $@

.venv/.ready: pyproject.toml uv.lock .tools/.ready
	sh bin/packages
	@touch $@

node_modules/.ready: package.json package-lock.json | system
	npm ci --ignore-scripts --loglevel=error
	@touch $@

build/.ready: node_modules/.ready $(ISLANDS)
	npm run --silent build -- --logLevel error
	@touch $@

# --- Is it right?

test: setup chromium check fast

check: lint floors types templates migrations islands  ## `make -k check` goes on after a failure

lint: setup
	$(BIN)/ruff check
	$(BIN)/ruff format --check --quiet

floors: setup
	$(BIN)/lint-imports

types: setup
	$(BIN)/mypy konsil
	npm run --silent types

templates: setup
	find konsil -path '*/templates/*' -name '*.html' -exec \
		$(BIN)/djade --check --target-version 5.2 {} +

migrations: setup
	$(BIN)/konsil manage makemigrations --check --dry-run

islands: setup
	npm run --silent test

fast: setup
	$(BIN)/pytest -n $(WORKERS)

peers:
	@sh bin/peers

test-peers: setup peers
	KONSIL_SAMPLES="$(abspath $(SAMPLES))" $(BIN)/pytest -m peers -rs

docs: setup
	$(BIN)/python -m konsil.cases.drawing docs/life.md

# --- How good is it? `bench` prints a table; `bar` takes hours.

bench: setup
	$(BIN)/python -m bench

bar: setup
	$(BIN)/pytest -n $(WORKERS) --hypothesis-profile=bar

clean:
	rm -rf .tools .venv node_modules build .mypy_cache .ruff_cache .pytest_cache .hypothesis
	rm -rf .import_linter_cache test-results *.tsbuildinfo
	find konsil tests -name __pycache__ -type d -prune -exec rm -rf {} +
