# The only door. Everything that CI or a person runs is a target here; `make help` says what each does and needs.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help run dev check test fuzz bench services spark duckdb-next build api-types format clean python node web

VENV := $(CURDIR)/backend/.venv/bin

help:  ## Say what the targets do
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: export TABLEWRIGHT_DATA_DIR ?= $(CURDIR)/data
run: python web  ## Build what is missing and start Tablewright here (Python 3.11+ and Node 20+, nothing else)
	@exec $(VENV)/tablewright serve $(ARGS)

dev: python node  ## The same with reloading: API on port 8080, web on port 3000, sample data
	@exec $(VENV)/python scripts/dev.py

check: python node  ## Format, lint, types, layers and the generated API client: what must be clean before a commit
	@$(VENV)/python scripts/check.py

test:  ## Everything: checks, build, real services, all tests in both modes, with a browser (half an hour on 2 cores)
	@bash scripts/test.sh $(ARGS)

fuzz: python  ## Load thousands of harmed files of every format, others each time (about 10 min; CASES=500)
	@cd backend && TABLEWRIGHT_FUZZ_CASES=$${CASES:-500} TABLEWRIGHT_FUZZ_SEED=$${SEED:-$$RANDOM} \
	  .venv/bin/python -m pytest -q tests/core/test_readers_fuzz.py $(ARGS)

bench: python web  ## Measure against peers on this machine; writes bench/results
	@$(VENV)/python bench/run.py $(ARGS)

services:  ## Find or start PostgreSQL, Redis, RabbitMQ, an S3 server and Chromium for the tests
	@bash scripts/services/all.sh

duckdb-next: python  ## The core's tests of questions on DuckDB 2, which is not the pinned one yet
	@cd backend && UV_PROJECT_ENVIRONMENT=.venv $$(bash ../scripts/python.sh --uv) run --locked --with 'duckdb==2.*' \
	  python -m pytest -q tests/core -k question $(ARGS)

spark: python  ## Start Apache Spark as an endpoint for big questions: sc://127.0.0.1:15002 (Java 17)
	@bash scripts/services/spark.sh serve $(ARGS)

build: python web  ## Make the wheel, with the built web inside, in dist/
	@bash scripts/build.sh

api-types: python node  ## Write frontend/src/api/schema.d.ts from the API
	@$(VENV)/python scripts/api_types.py

format: python node  ## Let the formatters write
	@$(VENV)/ruff format -q backend scripts bench && $(VENV)/ruff check -q --fix-only backend scripts bench
	@bash scripts/biome.sh check --write .

clean:  ## Remove what was built (data/ stays)
	@bash scripts/services/s3.sh stop
	rm -rf build dist frontend/out frontend/.next backend/dist backend/src/tablewright/web \
	  backend/src/tablewright/core/charts/bundle backend/.mypy_cache backend/.ruff_cache backend/.pytest_cache \
	  backend/.hypothesis backend/.import_linter_cache

python:
	@bash scripts/python.sh

node:
	@bash scripts/node.sh

web: python
	@bash scripts/web.sh
