# Two commands on a fresh machine: `make demo` runs the main job, `make test` passes the tests.
# Both make their own virtual environment from what constraints.txt pins.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --disable-pip-version-check --quiet --constraint constraints.txt

.PHONY: demo test lint types contract unit model clean

demo: $(VENV)/base.stamp
	$(BIN)/khcn-ner --version
	$(BIN)/khcn-ner extract data/annotations/test/*.txt --out demo/records.jsonl --html demo/pages
	$(BIN)/khcn-ner evaluate data/annotations/test --out demo/evaluation

test: lint types contract unit

lint: $(VENV)/dev.stamp
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: $(VENV)/dev.stamp
	$(BIN)/mypy

contract: $(VENV)/dev.stamp
	$(BIN)/lint-imports

unit: $(VENV)/dev.stamp
	$(BIN)/khcn-ner check data/annotations
	$(BIN)/python -m pytest

# Train the compact model from the repository's corpus and put it into the package.
model: $(VENV)/dev.stamp
	$(BIN)/python train.py configs/compact.yaml --embed

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/base.stamp: pyproject.toml constraints.txt | $(VENV)/bin/python
	$(PIP) --editable .
	touch $@

$(VENV)/dev.stamp: pyproject.toml constraints.txt | $(VENV)/bin/python
	$(PIP) --editable '.[dev]'
	touch $@ $(VENV)/base.stamp

clean:
	rm -rf $(VENV) demo build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .import_linter_cache
