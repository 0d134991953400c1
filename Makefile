# Every task is one command here; `make help` lists them. The logic is in tests/support/run_all.py, for people and CI alike.
PYTHON ?= python3
BIN := .venv/bin

help:  ## list the tasks
	@grep -hE '^[a-z]+:.*## ' Makefile | sed -E 's/:.*## /\t/' | expand -t 14

run: .venv/server.done  ## run a demonstration on this machine: needs Python 3.11 or newer, nothing else
	$(BIN)/amanah demo

test:  ## everything that CI checks, with a summary at the end
	$(PYTHON) tests/support/run_all.py

quick: .venv/dev.done  ## what takes seconds: style, architecture, the core's tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/python -m pytest tests/core -q -m "not slow" -p no:randomly

fix: .venv/dev.done  ## format the code and repair what a tool can repair
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

messages: .venv/dev.done  ## collect the words of every page for translators, and compile them
	$(BIN)/python -m amanah.web.messages extract
	$(BIN)/python -m amanah.web.messages compile

bench: .venv/dev.done  ## print every figure that the README quotes
	$(BIN)/python -m benchmarks

drill: .venv/dev.done  ## play the seizure: take every disk and try to name people
	$(BIN)/amanah drill

screenshots: .venv/dev.done  ## take the picture of every page again (docs/pages.md)
	$(BIN)/python -m tests.journeys.take_pictures

hooks:  ## run `make quick` before every commit
	git config core.hooksPath .githooks

.venv/server.done: requirements/server.txt pyproject.toml
	$(PYTHON) tests/support/environment.py .venv requirements/server.txt
	touch $@

.venv/dev.done: requirements/dev.txt pyproject.toml
	$(PYTHON) tests/support/environment.py .venv requirements/dev.txt
	touch $@ .venv/server.done

.PHONY: help run test quick fix messages bench drill screenshots hooks
