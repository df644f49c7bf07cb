# gehoor: `make run` to see it work, `make test` to trust it.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes

help: ## Show the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  %-12s %s\n", $$1, $$2}'

run: $(VENV)/.ops ## Run everything on this machine; Ctrl-C stops it
	@exec $(BIN)/gehoor up $(ARGS)

test: $(VENV)/.dev .gehoor/.ready ## Run the tests; what needs a missing program is named as left out
	$(BIN)/python -m pytest --numprocesses auto --dist loadfile --no-loadscope-reorder $(ARGS)

check: $(VENV)/.dev .gehoor/.ready ## Lint, types, pinned requirements, template, budgets
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy functions infra tests
	$(BIN)/cfn-lint template.yaml
	$(BIN)/python -m pytest -q tests/template tests/budgets tests/unit/test_import_rule.py

format: $(VENV)/.dev ## Format the code
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

readme: $(VENV)/.dev ## Write the README's table of networks anew
	PYTHONPATH=functions:infra $(BIN)/python -m gehoor_ops.network_table

dashboard: $(VENV)/.dev ## Write infra/dashboard.json into the template
	PYTHONPATH=functions:infra $(BIN)/python -m gehoor_ops.dashboard

lock: ## Pin the requirements anew (needs uv)
	uv pip compile $(LOCK) pyproject.toml -o functions/requirements.txt
	uv pip compile $(LOCK) pyproject.toml --extra ops -c functions/requirements.txt -o infra/requirements.txt
	uv pip compile $(LOCK) pyproject.toml --extra ops --group dev -c infra/requirements.txt -o requirements-dev.txt
	uv pip compile $(LOCK) infra/emulator/requirements.in -o infra/emulator/requirements.txt
	uv pip compile $(LOCK) infra/mastodon/requirements.in -o infra/mastodon/requirements.txt
	uv pip compile $(LOCK) infra/sam/requirements.in -o infra/sam/requirements.txt
LOCK := --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --quiet

bench: $(VENV)/.dev .gehoor/.ready ## Take every figure, or ARGS="storm cost": build/bench.json
	@PYTHONPATH=functions:infra:tests $(BIN)/python -m bench $(ARGS)

desk: $(VENV)/.dev ## Measure the desk's rules on the fixtures, or ARGS="triage": build/desk.json
	@PYTHONPATH=functions:infra:tests $(BIN)/python -m desk $(ARGS)

chaos: $(VENV)/.dev ## Kill workers, fail AWS, network and helpdesk: build/chaos.json
	@PYTHONPATH=functions:infra:tests $(BIN)/python -m chaos.rings $(ARGS)

storm: $(VENV)/.dev .gehoor/.ready ## Live a storm of 200 people in the browser, to the last answer
	@GEHOOR_STORM=yes $(BIN)/python -m pytest -q -p no:cacheprovider tests/integration/test_storm_in_browser.py $(ARGS)

proof: $(VENV)/.dev ## Write docs/proof.md and the README's costs from what was found
	@PYTHONPATH=functions:infra:tests $(BIN)/python -m bench.proof

fuzz: $(VENV)/.dev ## Give every reader of foreign input 100,000 inputs in all, none like another run's
	@echo "gehoor: 100,000 inputs; the same again with: make fuzz SEED=$(SEED)" >&2
	@GEHOOR_FUZZ=100000 $(BIN)/python -m pytest tests/fuzz -p no:cacheprovider --hypothesis-seed=$(SEED) $(ARGS)
SEED := $(shell date +%s)

build: $(VENV)/.ops .gehoor/.sam ## Build for AWS with the SAM CLI; needs Python 3.13
	@$(BIN)/python -m gehoor_ops.artifact $(RUNTIME_PYTHON)

deploy: build ## Deploy to the AWS account of your environment
	.gehoor/sam/bin/sam deploy --stack-name gehoor --resolve-s3 --capabilities CAPABILITY_IAM $(ARGS)

# pyenv's command of a version that is not chosen exists and does not run, so its folder is looked into.
RUNTIME_PYTHON ?= $(firstword $(wildcard $(HOME)/.pyenv/versions/3.13*/bin/python3.13) python3.13)
export SAM_CLI_TELEMETRY := 0

clean: ## Remove what the other targets made
	rm -rf $(VENV) .gehoor .aws-sam build .mypy_cache .ruff_cache .pytest_cache .hypothesis

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "gehoor needs Python 3.11 or newer: make PYTHON=python3.13 ..."; exit 1; }
	@echo "gehoor: making $(VENV)" >&2
	@$(PYTHON) -m venv $(VENV)

# The checkout itself is put on the path, so nothing has to be built or installed twice.
$(VENV)/.ops: infra/requirements.txt | $(VENV)/bin/python
	@echo "gehoor: installing what the command needs (once)" >&2
	@$(PIP) -r infra/requirements.txt
	@printf '%s\n' '$(CURDIR)/functions' '$(CURDIR)/infra' > "$$($(BIN)/python -c 'import site; print(site.getsitepackages()[0])')/gehoor.pth"
	@printf '#!/bin/sh\nexec "%s" -m gehoor_ops "$$@"\n' '$(CURDIR)/$(BIN)/python' > $(BIN)/gehoor && chmod +x $(BIN)/gehoor
	@touch $@

$(VENV)/.dev: requirements-dev.txt $(VENV)/.ops
	@echo "gehoor: installing what the tests need (once)" >&2
	@$(PIP) -r requirements-dev.txt
	@touch $@

.gehoor/.ready: $(VENV)/.ops infra/emulator/requirements.txt infra/mastodon/requirements.txt functions/requirements.txt
	@$(BIN)/python -m gehoor_ops.workspace
	@touch $@

# An environment of its own: the SAM CLI pins what the command uses in other versions. All of it is listed, so
# nothing is looked for: pip does not find a pinned package that another one asks for with extras.
.gehoor/.sam: infra/sam/requirements.txt $(VENV)/.ops
	@echo "gehoor: installing the SAM CLI (once)" >&2
	@$(BIN)/python -m venv .gehoor/sam
	@.gehoor/sam/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r $<
	@touch $@

.PHONY: help run test check bench desk chaos proof fuzz format readme dashboard lock build deploy clean
