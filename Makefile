# Targets for users and developers. `make help` lists them.
# Everything a target needs is set up on the first call, in $(VENV), and reused afterwards.

PYTHON ?= python3
VENV ?= .venv
LINT_VENV ?= .venv-lint
DEBUG_VENV ?= .venv-debug
BUILD ?= build
JOBS ?= 2
PYTEST_ARGS ?=

BIN := $(VENV)/bin
LINT_BIN := $(LINT_VENV)/bin
PIP := -m pip --disable-pip-version-check --quiet --no-input
BUILD_TOOLS := "meson-python>=0.17" "meson>=1.5" "ninja" "cython>=3.1" "numpy>=2.0"
SOURCES := $(shell find src meson.build meson.options pyproject.toml README.md -type f \
             \( -name '*.py' -o -name '*.py[xi]' -o -name '*.pxd' -o -name '*.h' -o -name 'meson.*' \
             -o -name 'pyproject.toml' -o -name 'py.typed' -o -name 'README.md' \) 2>/dev/null)

.DEFAULT_GOAL := help
.PHONY: help demo test test-slow test-debug lint format types docs bench build check clean machine

help:  ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# ---- set-up: once, then reused -------------------------------------------------------------

machine:
	@command -v $(PYTHON) >/dev/null 2>&1 || \
	  { echo "misha_xr needs Python >= 3.11, and '$(PYTHON)' is not there; install it or say make PYTHON=..."; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "misha_xr needs Python >= 3.11; '$(PYTHON)' is older: say make PYTHON=/path/to/python3.11"; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || \
	  { echo "Python's venv module is missing (Debian and Ubuntu: apt install python3-venv)"; exit 1; }
	@$(PYTHON) -c 'import pathlib, sys, sysconfig; sys.exit(not pathlib.Path(sysconfig.get_path("include"), "Python.h").is_file())' || \
	  { echo "Python's C headers are missing (Debian and Ubuntu: apt install python3-dev)"; exit 1; }
	@command -v $${CC:-cc} >/dev/null 2>&1 || command -v gcc >/dev/null 2>&1 || command -v clang >/dev/null 2>&1 || \
	  { echo "misha_xr needs a C compiler: none of cc, gcc, clang is there (Debian and Ubuntu: apt install build-essential)"; exit 1; }

$(VENV)/.tools:
	@$(MAKE) --no-print-directory machine
	@echo "[set-up] virtual environment in $(VENV)"
	@$(PYTHON) -m venv $(VENV)
	@echo "[set-up] build tools"
	@$(BIN)/python $(PIP) install $(BUILD_TOOLS)
	@touch $@

$(VENV)/.depends: pyproject.toml $(VENV)/.tools
	@echo "[set-up] dependencies"
	@$(BIN)/python $(PIP) install $$($(BIN)/python tools/requirements.py test)
	@touch $@

# A normal install, not an editable one: worker processes of tests then never start a build.
$(VENV)/.installed: $(VENV)/.depends $(SOURCES)
	@echo "[set-up] compile and install misha_xr"
	@PATH="$(abspath $(BIN)):$$PATH" $(BIN)/python $(PIP) install --no-build-isolation --no-deps \
	  --force-reinstall -Cbuild-dir=$(BUILD)/$(notdir $(VENV)) .
	@touch $@

$(VENV)/.docs: $(VENV)/.installed
	@echo "[set-up] documentation tools"
	@$(BIN)/python $(PIP) install $$($(BIN)/python tools/requirements.py docs)
	@touch $@

$(VENV)/.bench: $(VENV)/.installed
	@echo "[set-up] peers for the benchmarks"
	@$(BIN)/python $(PIP) install $$($(BIN)/python tools/requirements.py bench)
	@touch $@

# Linters live apart from the package: import-linter must read the sources, not an install.
$(LINT_VENV)/.depends: pyproject.toml
	@$(MAKE) --no-print-directory machine
	@echo "[set-up] linters in $(LINT_VENV)"
	@$(PYTHON) -m venv $(LINT_VENV)
	@$(LINT_BIN)/python $(PIP) install $$($(LINT_BIN)/python tools/requirements.py dev)
	@touch $@

# ---- what users and developers do ----------------------------------------------------------

build: $(VENV)/.installed  ## Compile and install into .venv

demo: $(VENV)/.installed  ## Build a human database from real files, query it, leave pictures and tables in demo-output/
	@$(BIN)/python examples/demo.py demo-output

test: $(VENV)/.installed  ## Run the whole normal test suite, docstring examples included
	@$(BIN)/python -m pytest -n $(JOBS) tests --pyargs misha_xr $(PYTEST_ARGS)

test-parity: $(VENV)/.installed  ## Compare with pymisha and bioframe, installed beside
	@echo "[set-up] pymisha and bioframe, for comparison"
	@$(BIN)/python $(PIP) install $$($(BIN)/python tools/requirements.py parity)
	@$(BIN)/python -m pytest -n $(JOBS) tests/parity $(PYTEST_ARGS)

test-slow: $(VENV)/.installed  ## Run the large property, mutation and scale tests
	@$(BIN)/python -m pytest -n $(JOBS) -m slow tests $(PYTEST_ARGS)

test-debug: $(VENV)/.depends  ## Run the kernel tests on a build with bounds checks
	@echo "[set-up] kernels with bounds checks in $(DEBUG_VENV)"
	@$(PYTHON) -m venv $(DEBUG_VENV)
	@$(DEBUG_VENV)/bin/python $(PIP) install $(BUILD_TOOLS) $$($(DEBUG_VENV)/bin/python tools/requirements.py test)
	@PATH="$(abspath $(DEBUG_VENV))/bin:$$PATH" $(DEBUG_VENV)/bin/python $(PIP) install \
	  --no-build-isolation --no-deps --force-reinstall -Csetup-args=-Ddebug_kernels=true -Cbuild-dir=$(BUILD)/$(notdir $(DEBUG_VENV)) .
	@$(DEBUG_VENV)/bin/python -m pytest -n $(JOBS) tests/ext tests/formats $(PYTEST_ARGS)

lint: $(LINT_VENV)/.depends  ## Check style, format, spelling and layers
	@$(LINT_BIN)/ruff check .
	@$(LINT_BIN)/ruff format --check .
	@PATH="$(abspath $(LINT_BIN)):$$PATH" cython-lint src  # it looks for pycodestyle on the path
	@$(LINT_BIN)/codespell src tests docs benchmarks examples tools *.md
	@$(LINT_BIN)/python tools/check_layers.py

format: $(LINT_VENV)/.depends  ## Format the code
	@$(LINT_BIN)/ruff check --fix-only .
	@$(LINT_BIN)/ruff format .

types: $(LINT_VENV)/.depends  ## Check types (mypy, strict)
	@MYPYPATH=src $(LINT_BIN)/mypy src

docs: $(VENV)/.docs  ## Build the documentation, warnings as errors
	@rm -rf docs/api/generated
	@$(BIN)/python -m sphinx -W --keep-going -q -b html docs docs/_build/html
	@echo "docs/_build/html/index.html"

bench: $(VENV)/.bench  ## Measure beside pymisha and a floor
	@$(BIN)/python -m benchmarks $(BENCH_ARGS)

check: lint types test  ## What to run before a commit

clean:  ## Remove environments, builds and outputs
	rm -rf $(VENV) $(LINT_VENV) $(DEBUG_VENV) $(BUILD) dist demo-output docs/_build docs/api/generated
