# The commands of the project. `make help` lists them.

VENV := .venv
BIN := $(VENV)/bin
FLASK := $(BIN)/flask --app app
PYTEST := $(BIN)/python -m pytest

.DEFAULT_GOAL := help
.PHONY: help run test unit check format migrate db-check audit bench diagrams pictures e2e messages clean

help:  ## list the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: $(VENV)/installed  ## install, migrate, load the demo county if empty, serve on port 8000
	@$(FLASK) init && $(FLASK) demo --if-empty && exec $(BIN)/python app.py

test: $(VENV)/installed-dev  ## run all tests, on SQLite and PostgreSQL, browser stories included
	@.ci/find-chromium && .ci/find-office && $(PYTEST) -n 3 --dist worksteal

unit: $(VENV)/installed-dev  ## run the fast tests only
	@$(PYTEST) tests/unit -n 2

e2e: $(VENV)/installed-dev  ## run the browser stories only
	@.ci/find-chromium && $(PYTEST) tests/e2e

check: $(VENV)/installed-dev  ## format, lint, types, imports, templates, migrations, all tests
	@.ci/check-static $(BIN) && $(MAKE) --no-print-directory db-check test

format: $(VENV)/installed-dev  ## bring the code into the one format
	@$(BIN)/ruff format . && $(BIN)/ruff check --fix .

migrate: $(VENV)/installed-dev  ## write a migration from the models: make migrate NAME="add signals"
	@$(FLASK) migrate "$(NAME)"

db-check: $(VENV)/installed-dev  ## the migrations build exactly the tables of the models
	@$(PYTEST) -q tests/integration/test_migrations.py

audit: $(VENV)/installed-dev  ## look the dependencies up in the vulnerability database
	@$(BIN)/pip-audit --strict -r requirements.txt || { echo "make audit: a finding above, or it could not run." >&2; exit 1; }

bench: $(VENV)/installed-dev  ## measure against the goals
	@$(PYTEST) -s tests/benchmarks/bench_*.py

diagrams: $(VENV)/installed  ## write the workflow diagrams to docs/workflows/
	@mkdir -p docs/workflows && for type in bullying absence emergency opinion; do $(FLASK) workflow show $$type --format mermaid > docs/workflows/$$type.mmd || exit 1; done

pictures: $(VENV)/installed-dev  ## take the pictures of the guides again
	@$(BIN)/python -m docs.take_pictures

messages: $(VENV)/installed-dev  ## bring the catalogue up to date with the sources
	@.ci/messages $(BIN)

clean:  ## remove what the tools made; keeps instance/ with its data
	@rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache && find . -name __pycache__ -prune -exec rm -rf {} +

# Stamps: installed again only when the list of requirements changed.
$(VENV)/bin/python:
	@python=$$(.ci/find-python) && "$$python" -m venv $(VENV)

$(VENV)/installed: requirements.txt | $(VENV)/bin/python
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt && touch $@

$(VENV)/installed-dev: requirements.txt requirements-dev.txt | $(VENV)/bin/python
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt && touch $@ $(VENV)/installed
