.DEFAULT_GOAL := help
.PHONY: help serve test check bench long lock migration
SHELL := /bin/sh
PORT ?= 8000
PYTHON := .venv/bin/python
# What Python compiles it keeps, also in an image that says otherwise: each start is two fifths of a second quicker.
export PYTHONDONTWRITEBYTECODE :=
WORKERS := $(shell expr $$(nproc) + 1)
TEST := $(PYTHON) tools/with_postgresql.py $(PYTHON) -m pytest -n $(WORKERS) --maxprocesses 6 --maxschedchunk 4
BROWSER := command -v chromium >/dev/null || tools/need chromium-headless-shell chromium-headless-shell

help:  ## these lines
	@sed -n 's/^\([a-z]*\):.*  ## /\1\t/p' $(MAKEFILE_LIST) | expand -t 8

serve: .venv/serve.done  ## everything from a bare clone: lessons on http://127.0.0.1:8000 (PORT= to change)
	@BANHOC_PORT=$(PORT) BANHOC_SHOW_DRAFTS=$${BANHOC_SHOW_DRAFTS:-1} BANHOC_DEMO=$${BANHOC_DEMO:-1} \
		exec .venv/bin/banhoc serve

test: .venv/dev.done  ## the whole suite, on SQLite and on PostgreSQL, in a browser too
	@$(BROWSER)
	@tools/need softhsm2-util softhsm2
	@$(TEST) $(ARGS)

check: .venv/dev.done  ## format, lint, types, import order, content, then the tests
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	.venv/bin/mypy
	.venv/bin/lint-imports --no-cache
	.venv/bin/banhoc check
	@$(MAKE) --no-print-directory test

bench: .venv/dev.done  ## the benchmarks: ratios against limits measured in the same run
	@$(BROWSER)
	@$(PYTHON) -m bench $(ARGS)

long: .venv/dev.done  ## what is too long for every run: power cuts, kills, thousands of histories
	@$(BROWSER)
	@tools/need softhsm2-util softhsm2
	@$(TEST) -m long -s -o faulthandler_timeout=3600 $(ARGS)

# For those who work on the program: new versions of what it stands on, and a new migration (M="add the harvest").
lock: .venv/dev.done
	tools/lock

migration: .venv/dev.done
	@tools/migration "$(M)"

.venv/serve.done: locks/serve.txt tools/environment
	@tools/environment locks/serve.txt && touch $@

.venv/dev.done: locks/dev.txt tools/environment
	@tools/environment locks/dev.txt && touch $@ .venv/serve.done
