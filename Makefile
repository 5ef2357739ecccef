# Everything a person or a build machine does with a checkout of oppkit.
# `make lab` and `make test` need Python 3.11 or newer and nothing else.

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
READY := $(VENV)/ready
DEMO := data/demo.duckdb
ARGS ?=

.PHONY: lab test properties spark lint types notebooks bench pins wheel clean help
.DEFAULT_GOAL := help

help:  ## list what can be made
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1	\2/p' Makefile

lab: $(READY) $(DEMO)  ## open the notebooks in JupyterLab; options in ARGS, e.g. ARGS="--port 8899"
	@$(BIN)/oppkit lab $(ARGS)

test: $(READY)  ## run every test; options in ARGS, e.g. ARGS="-k forecast"
	@$(BIN)/python -m pytest -p tests.noskip -p tests.again -n auto --maxprocesses 4 \
	    --dist loadscope --no-loadscope-reorder $(ARGS)

spark: $(VENV)/spark  ## install Spark beside oppkit (430 MB), so that its tests are not skipped

properties: $(READY)  ## run the property tests with all their examples (`make test` draws a third)
	@OPPKIT_EXAMPLES=1 $(BIN)/python -m pytest tests/property -n auto --maxprocesses 4 $(ARGS)

lint: $(READY)  ## check style and who imports whom
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/lint-imports --no-logo

types: $(READY)  ## check types
	@$(BIN)/mypy

notebooks: $(READY) $(DEMO)  ## run the notebooks again and store what they show
	@$(BIN)/python -m tests.notebooks.execute $(ARGS)

bench: $(READY)  ## time what must be fast
	@$(BIN)/python -m benchmarks $(ARGS)

wheel: $(READY)  ## build the package into dist/
	@$(BIN)/python -m pip wheel --quiet --disable-pip-version-check \
	    --no-deps --no-build-isolation --wheel-dir dist .
	@ls dist/*.whl

# One file for Python 3.11 to 3.14 on Linux, macOS and Windows. It holds names, versions and hashes
# only: where packages come from is the business of each machine's own pip configuration.
pins:  ## work out requirements.txt again from pyproject.toml (needs uv: pip install uv)
	@command -v uv >/dev/null || { echo "make pins needs uv: run 'pip install uv' first." >&2; exit 1; }
	@uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --extra dev \
	    --no-emit-index-url --no-emit-find-links --custom-compile-command "make pins" \
	    $(ARGS) --output-file requirements.txt pyproject.toml
	@grep '"pyspark>=' pyproject.toml | cut -d '"' -f 2 | uv pip compile --quiet --universal \
	    --python-version 3.11 --generate-hashes --constraints requirements.txt \
	    --no-emit-index-url --no-emit-find-links --custom-compile-command "make pins" \
	    $(ARGS) --output-file requirements-spark.txt -

$(VENV)/spark: requirements-spark.txt | $(READY)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps \
	    --require-hashes -r requirements-spark.txt
	@touch $(VENV)/spark

clean:  ## remove what was built, the demo and the virtual environment included
	@rm -rf $(VENV) dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis
	@rm -rf .import_linter_cache $(DEMO) $(DEMO).*

$(DEMO): | $(READY)
	@echo "Creating the demo company in $(DEMO) (once) ..."
	@$(BIN)/oppkit demo --if-missing --db $(DEMO)

$(READY): requirements.txt pyproject.toml
	@command -v $(PYTHON) >/dev/null 2>&1 || { \
	    echo "oppkit needs Python 3.11 or newer, and '$(PYTHON)' was not found: install Python," \
	         "or name yours with 'make PYTHON=...'." >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	    echo "oppkit needs Python 3.11 or newer, and '$(PYTHON)' is older: name a newer one," \
	         "for example 'make PYTHON=python3.12'." >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	    echo "This Python cannot create virtual environments: on Debian or Ubuntu, run" \
	         "'apt-get install python3-venv' as administrator, then try again." >&2; exit 1; }
	@echo "Setting up oppkit in $(VENV): one to three minutes, only the first time ..."
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps \
	    --require-hashes -r requirements.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps \
	    --no-build-isolation --editable .
	@touch $(READY)
	@echo "Done: oppkit is ready."
