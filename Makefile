# make demo    a bundled clip, the bundled model: an answer, a GIF, a contact sheet
# make test    the test suite
# make clean   forget the virtual environment and what the demo wrote

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c

.PHONY: demo test clean

demo: $(VENV)/.demo
	$(BIN)/skeletonllm demo --out out/demo

# -v takes back the -q in pyproject.toml: a line a file, the reasons of what was skipped, pytest's usual closing line
test: $(VENV)/.test
	$(BIN)/python -m pytest -v -rs

clean:
	rm -rf $(VENV) out

# Stamps are written last: an installation that was interrupted is done again.
$(VENV)/.demo: pyproject.toml constraints.txt | $(BIN)/pip
	$(BIN)/python -m pip install -c constraints.txt -e .
	touch $@

$(VENV)/.test: pyproject.toml constraints.txt | $(BIN)/pip
	$(BIN)/python -m pip install -c constraints.txt -e '.[test,train]'
	touch $@

$(BIN)/pip:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10))' || { \
	  echo 'Python 3.10 or newer is needed; name one with: make PYTHON=python3.12 ...' >&2; exit 1; }
	@if ! $(PYTHON) -c 'import ensurepip, venv' 2>/dev/null; then \
	  package=$$($(PYTHON) -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])'); \
	  if [ "$$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then \
	    echo "$(PYTHON) cannot make virtual environments. On Debian or Ubuntu: sudo apt-get install $$package" >&2; exit 1; \
	  fi; \
	  apt-get update; \
	  DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$$package"; \
	fi
	$(PYTHON) -m venv $(VENV)
