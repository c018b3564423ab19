# Two commands matter: `make run` and `make test`. `make help` lists the rest.
PYTHON ?= python3
PORT ?= 8000
ARGS ?=
VENV := .venv
BIN := $(VENV)/bin
export PORT
export CUSTOM_COMPILE_COMMAND := make lock

.DEFAULT_GOAL := help
.PHONY: help run test check format faults load bench lock screenshots setup texts free-port python-version clean

help:  ## this list
	@sed -n 's/^\([a-z-]*\):.*##\(.*\)/  make \1 \2/p' $(MAKEFILE_LIST)

run: free-port setup  ## set up, serve on 127.0.0.1:$PORT with the demo city; Ctrl-C stops everything
	@DEMO=1 INSECURE_HTTP=1 exec $(BIN)/python manage.py serve

test: $(VENV)/dev.lock front texts  ## every test, real browser included (ARGS="tests/portal -x")
	@$(BIN)/python -m pytest --create-db -n 2 --dist loadfile --no-loadscope-reorder $(or $(ARGS),tests)

check: $(VENV)/dev.lock front texts  ## lint, types, import contracts, templates, migrations, size limits
	@$(BIN)/python -m tests.check $(ARGS)

format: $(VENV)/dev.lock  ## bring code and templates into shape
	@$(BIN)/ruff check --fix . ; $(BIN)/ruff format . ; $(BIN)/djhtml templates

faults: $(VENV)/dev.lock front texts  ## kill the database and the workers in mid-work, and look what is left
	@$(BIN)/python -m pytest --create-db -o python_files=drill_*.py -rA tests/faults $(ARGS)

load: $(VENV)/dev.lock front texts  ## 40 citizens book at the same time, on this machine only
	@$(BIN)/python -m benchmarks.load $(ARGS)

bench: $(VENV)/dev.lock front texts  ## figures with their limits, one JSON object a line (ONLY=house|appointments|…)
	@$(BIN)/python -m benchmarks.harness $(ONLY) $(ARGS)

screenshots: $(VENV)/dev.lock front texts  ## the pictures of the README
	@$(BIN)/python -m tests.journeys.screenshots $(ARGS)

setup: $(VENV)/base.lock front texts  ## environment, front-end packages, message catalogues

.PHONY: front
front: $(VENV)/base.lock
	@$(BIN)/python -m portal.frontend

texts: $(VENV)/base.lock
	@$(BIN)/python -m portal.texts

LOCK := pip-compile --quiet --generate-hashes --strip-extras --allow-unsafe --no-emit-index-url \
	--no-emit-find-links --no-emit-trusted-host --no-emit-options
lock: $(VENV)/dev.lock  ## write the lock files anew from requirements/*.in and package.json
	@for name in base dev node; do $(BIN)/$(LOCK) $(ARGS) requirements/$$name.in -o requirements/$$name.txt || exit 1; done
	@npm install --package-lock-only --omit-lockfile-registry-resolved --ignore-scripts --no-audit --no-fund
	@! grep -nE 'https?://|file://|resolved' requirements/*.txt package-lock.json

free-port:
	@$(PYTHON) -m portal.running.port $(PORT)

python-version:
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("Python 3.11 or newer is needed; name one with PYTHON=python3.x make ...")'

$(VENV)/bin/python: | python-version
	@$(PYTHON) -m venv $(VENV) 2>/dev/null || { rm -rf $(VENV); \
	$(PYTHON) -m venv --without-pip $(VENV) && $(PYTHON) -m pip --python $(VENV)/bin/python install --quiet pip; } || { \
	rm -rf $(VENV); echo "Python cannot make a virtual environment in $(VENV): is the folder writable, is python3-venv installed?" >&2; exit 1; }

# dev.txt holds everything base.txt holds, in the same versions
$(VENV)/base.lock: requirements/base.txt | $(VENV)/bin/python
	@cmp -s requirements/dev.txt $(VENV)/dev.lock || cmp -s requirements/base.txt $@ || { \
	echo "Installing the packages of requirements/base.txt …"; \
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/base.txt || { \
	echo "The Python packages could not be installed: is a package registry reachable (pip config set global.index-url …)?" >&2; exit 1; }; }
	@cp requirements/base.txt $@

$(VENV)/dev.lock: requirements/dev.txt | $(VENV)/bin/python
	@cmp -s requirements/dev.txt $@ || { \
	echo "Installing the packages of requirements/dev.txt …"; \
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt || { \
	echo "The Python packages could not be installed: is a package registry reachable (pip config set global.index-url …)?" >&2; exit 1; }; }
	@cp requirements/dev.txt $@ && cp requirements/base.txt $(VENV)/base.lock

clean:  ## remove what set-up made; the data in .data stays
	@rm -rf $(VENV) node_modules static/vendor .mypy_cache .ruff_cache .pytest_cache
