# Jam from a fresh checkout. `make` lists what there is.

PORT ?= 5000
# The Python to build the environment with; left empty, the first fitting one is taken.
PYTHON ?=

VENV := .venv
BIN := $(VENV)/bin
# Written last, so that a set-up that broke off is done again. It names this folder: an environment does not survive a move.
STAMP := $(VENV)/.set-up

export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.PHONY: help setup run test lint format types migrate demo
.SUFFIXES:

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' Makefile

setup: $(STAMP) ## make the environment in .venv, with .venv/bin/jam
	@echo "Ready: $(BIN)/jam"

run: $(STAMP) ## set up, bring the database up to date, serve on http://127.0.0.1:5000 (PORT=8000 for another port)
	@$(BIN)/jam run --port $(PORT)

test: $(STAMP) ## set up and run the whole suite
	@$(BIN)/pytest -n 2 --dist worksteal

lint: $(STAMP) ## check style and the order of the rooms
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check --quiet . || { echo "make format puts the layout right"; exit 1; }
	@$(BIN)/lint-imports

format: $(STAMP) ## lay the code out, mend what can be mended
	@$(BIN)/ruff check --fix --quiet .
	@$(BIN)/ruff format .

types: $(STAMP) ## check types
	@$(BIN)/mypy

migrate: $(STAMP) ## bring the database up to date
	@$(BIN)/jam migrate

demo: $(STAMP) ## load the demonstration data into an empty database
	@$(BIN)/jam demo

# An environment that was moved, or whose Python went away, is as good as none.
ifneq ($(wildcard $(STAMP)),)
ifneq ($(shell cat $(STAMP) 2>/dev/null; $(BIN)/python -c 'import sys; sys.stdout.write("ok")' 2>/dev/null || :),$(CURDIR) ok)
.PHONY: $(STAMP)
endif
endif

$(STAMP): pyproject.toml constraints.txt
	@set -e; \
	if ! { [ -x $(BIN)/python ] && [ "$$(cat $(STAMP) 2>/dev/null)" = "$(CURDIR)" ] && $(BIN)/python -m pip --version >/dev/null 2>&1; }; then \
	    found=; old=; bare=; \
	    for name in $(or $(PYTHON),python3.13 python3.12 python3.11 python3); do \
	        command -v "$$name" >/dev/null 2>&1 || continue; \
	        if ! "$$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then old=$$name; continue; fi; \
	        if ! "$$name" -c 'import venv, ensurepip' 2>/dev/null; then bare=$$name; continue; fi; \
	        found=$$name; break; \
	    done; \
	    if [ -z "$$found" ]; then \
	        if [ -n "$$bare" ]; then \
	            echo "$$bare cannot make environments: install its venv module (on Debian and Ubuntu: apt-get install python3-venv), then try again." >&2; \
	        else \
	            echo "Jam needs Python 3.11 or newer with its venv module$${old:+, and $$old is older}: install it (on Debian and Ubuntu: apt-get install python3 python3-venv), or name one: make PYTHON=/path/to/python3.11" >&2; \
	        fi; \
	        exit 1; \
	    fi; \
	    echo "Making the environment in $(VENV) with $$found ..."; \
	    rm -rf $(VENV); \
	    "$$found" -m venv $(VENV); \
	fi; \
	rm -f $(STAMP); \
	echo "Installing Jam and what it needs ..."; \
	$(BIN)/python -m pip install --quiet --editable '.[dev]' --constraint constraints.txt; \
	printf '%s\n' "$(CURDIR)" > $(STAMP)
