# newsfold: `make run` on a fresh machine, `make test` before every change.
PYTHON ?= $(shell for candidate in python3 python3.13 python3.12 python3.11 python3.10; do \
	$$candidate -c 'import sys; sys.exit(sys.version_info < (3, 10))' 2>/dev/null && echo $$candidate && break; done)
VENV := .venv
BIN := $(VENV)/bin
OUTPUT ?= newsfold-output
PRISM ?= $(shell command -v prism)
FAST := -n logical --dist worksteal -m "not slow"
CHECK_PYTHON = test -n "$(PYTHON)" && $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10))' 2>/dev/null || \
	{ echo "newsfold needs Python 3.10 or newer: $(if $(PYTHON),$(PYTHON) is not,none found)" >&2; exit 1; }

.PHONY: help venv run test proofs coverage bench-reading bench-cleaning bench-copies bench-growth bench-stories bench-streaming \
	bench-inspecting browser chaos flink soak lock clean

help: ## say what can be made
	@sed -n 's/^\([a-z-]*\):.*## /make \1: /p' $(MAKEFILE_LIST)

venv: $(VENV)/.installed ## the virtual environment with the pinned packages

$(VENV)/.installed: requirements.txt pyproject.toml
	@$(CHECK_PYTHON)
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --requirement requirements.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --editable .
	@touch $@

run: venv ## newsfold on the sample feeds
	$(BIN)/newsfold run configs/quickstart --output $(OUTPUT)

test: venv ## everything that a change must pass, in at most five minutes on two cores
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest $(FAST)

proofs: venv ## the slow rest: killed runs, PostgreSQL, Flink, streams, a browser, the benchmarks' own tests
	-$(BIN)/pip install --quiet --disable-pip-version-check --requirement tests/browser/requirements.txt
	$(BIN)/pytest -n logical --dist loadfile -m slow

coverage: venv ## how much of pipeline/ and transforms/ the tests of `make test` run; fails below the floor
	$(BIN)/pytest $(FAST) --cov --cov-report=term-missing:skip-covered

bench-reading: venv ## how far slow servers hold up a run, and how fast feeds are parsed
	$(BIN)/python -m benchmarks.parsing
	$(BIN)/python -m benchmarks.polling

bench-cleaning: venv ## cleaning: pages, templates, dates, what is learned, speed, stories (BENCH="--only pages")
	$(BIN)/python -m benchmarks.cleaning $(BENCH)

bench-copies: venv ## copies: recall, identity, signatures, and the run beside other projects (BENCH="--only recall")
	$(BIN)/python -m benchmarks.copies $(BENCH)

bench-growth: venv ## how time grows with new and with stored articles (BENCH="--only stored")
	$(BIN)/python -m benchmarks.growth $(BENCH)

bench-stories: venv ## stories: quality, noise, order, cost, invented traps (BENCH="--only quality")
	$(BIN)/python -m benchmarks.stories $(BENCH)

bench-streaming: venv ## a stream under a press: latency, kills, an hour of work (PRISM=path BENCH="--only latency")
	$(BIN)/python -m benchmarks.streaming --prism $(PRISM) $(BENCH)

bench-inspecting: venv ## how fast stories are listed, shown and reported among 100,000 articles
	$(BIN)/python -m benchmarks.inspecting

browser: venv ## the web inspector and the report in Chromium; screenshots go to pictures/
	$(BIN)/pip install --quiet --disable-pip-version-check --requirement tests/browser/requirements.txt
	NEWSFOLD_PICTURES=pictures $(BIN)/pytest tests/browser tests/pipeline/web

chaos: venv ## runs killed at every point, and started together, on SQLite and PostgreSQL (CHAOS="--only merge")
	$(BIN)/python -m tests.chaos $(CHAOS)
	$(BIN)/python -m tests.chaos --postgresql $(CHAOS)

flink: venv ## runs and streams on a Flink cluster of this machine, TaskManagers that die (FLINK="--only run --articles 2000")
	$(BIN)/python -m tests.engines $(FLINK)

soak: venv ## a month of hourly runs over fifty scripted feeds, then a year of daily ones that are purged
	$(BIN)/python -m tests.chaos.soak
	$(BIN)/python -m tests.chaos.year

lock: ## pin all packages anew, for every supported Python
	@$(CHECK_PYTHON)
	$(PYTHON) -m venv $(VENV)-lock
	$(VENV)-lock/bin/pip install --quiet uv
	$(VENV)-lock/bin/uv pip compile pyproject.toml --group dev --all-extras --universal --python-version 3.10 \
		--no-python-downloads --no-header --no-annotate --no-emit-index-url --no-emit-package pip --upgrade \
		--output-file requirements.txt
	rm -rf $(VENV)-lock

clean: ## remove what was made, the stories too
	rm -rf $(VENV) $(VENV)-lock $(OUTPUT) pictures build dist *.egg-info .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache .benchmarks
