# What a person and CI call. `make help` lists it.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export PATH := $(CURDIR)/$(BIN):$(PATH)

.PHONY: help setup packages demo check test bench docs golden format schema dashboards screenshots test-systemd install wheels clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 16

$(VENV)/.ready: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "roommon needs Python 3.11 or newer; found $$($(PYTHON) --version). Another one: make PYTHON=python3.11 $(MAKECMDGOALS)"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { echo "python3 has no venv module: apt install python3-venv"; exit 1; }
	$(BIN)/pip install --quiet --disable-pip-version-check -e '.[dev]'
	@touch $@

setup: $(VENV)/.ready ## make the virtual environment

packages: ## install what the tests need of Debian (apt, as root or with sudo)
	@.ci/packages

demo: setup ## the simulated room, the daemon and three alarms, on the terminal
	@$(BIN)/roommon demo

check: setup ## lint, types, imports, dependencies, dead code, links, unit tests: a minute at most
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/deptry . --no-ansi
	$(BIN)/vulture
	$(BIN)/pytest -q -n 2 tests/unit

golden: setup ## write anew what the golden tests expect; read the difference before you commit it
	$(BIN)/python -m tests.golden.rules.case
	$(BIN)/python -m tests.golden.derive.case
	$(BIN)/python -m tests.golden.alarm_life
	$(BIN)/python -m tests.golden.incidents.case
	$(BIN)/python -m tests.golden.handover.case
	$(BIN)/python -m tests.golden.trial.case
	GOLDEN=rewrite $(BIN)/pytest -q tests/unit/test_config_golden.py tests/unit/test_notify_config.py

schema: setup ## write config/*.schema.json anew, for editors
	$(BIN)/python -m roommon.config.schema config/roommon.schema.json config/notify.schema.json

SITE ?=
TO ?= config/grafana/dashboards
dashboards: setup ## write Grafana's dashboards anew; SITE=CONFIG TO=FOLDER: for one site, every state by its name
	$(BIN)/python -m config.grafana.source --to $(TO) $(if $(SITE),--site $(SITE))

screenshots: setup packages ## draw docs/images/page anew: every view of the status page, as Chromium shows the hospital example
	rm -rf docs/images/page && mkdir -p docs/images/page
	PAGE_SHOTS=docs/images/page $(BIN)/pytest -q tests/system/test_page.py -k every_page_is_sound

docs: setup ## print SUPPORTED.md anew; the pages: links, what is printed from the code, what the code must explain
	$(BIN)/python -m tests.conformance.supported
	$(BIN)/pytest -q tests/unit/test_docs.py tests/unit/test_alarm_life.py tests/unit/test_operations_page.py tests/unit/test_supported.py

test: setup packages ## all tests, against real servers; they wait more than they work, so four at once on two cores
	$(BIN)/pytest -q -n 4 --dist loadgroup --ignore tests/booted tests

ONLY ?=
bench: setup packages ## measure CPU, memory and latencies, beside Telegraf; ONLY=modbus measures one group
	$(BIN)/python -m bench $(if $(ONLY),--only $(ONLY))

wheels: setup ## dist/wheels: roommon and all it needs, for boxes without a network
	rm -rf dist/wheels
	$(BIN)/pip wheel --quiet --disable-pip-version-check --wheel-dir dist/wheels '.[fast,demo,notify]'

install: ## put the service in place on this Debian box (as root)
	@systemd/install.sh

test-systemd: setup wheels ## the shipped unit under a real systemd, in a container (as root; some minutes)
	@[ "$$(id -u)" = 0 ] || { echo "make test-systemd: run it as root, for it boots a container"; exit 1; }
	@command -v debootstrap systemd-nspawn >/dev/null && [ -x "$$(command -v systemd-nspawn)" ] || { \
	  apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends debootstrap systemd-container; }
	$(BIN)/pytest -q tests/booted

format: setup ## format and mend what can be mended
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean: ## remove what was made
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .hypothesis .cache
