# The few verbs of this repository; README.md says what each is for.
# Everything is installed into .venv: nothing outside the checkout is touched, except that `make test` installs missing
# system packages when it runs as root on Debian (tools/system_packages.py says which and why).

PYTHON ?= python3
PORT ?= 32400
HOST ?= 127.0.0.1
CONFIG ?= .config
MEDIA ?=
TAG ?= localhost/vitascope:latest
PLATFORM ?=

VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
BUNDLE := src/vitascope/api/web/index.html

# Tests and benchmarks start hundreds of servers; without bytecode each of them compiles every module anew, 0.6 s of work.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: run test lint install web image demo-podman startos nixos-check bench soak fuzz clean help

help: ## say what there is
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 18

install: $(INSTALLED) ## everything Python needs, into .venv

$(INSTALLED): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed"; exit 2; }
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	@touch $@

nixos-check: $(INSTALLED) ## read and evaluate the deployment for NixOS with Nix, and run the program of its unit
	$(BIN)/python -m pytest tests/hosts/test_nixos.py

web: $(INSTALLED) ## build the browser application
	sh web/build.sh

run: $(INSTALLED) web ## make the demo library and serve it; MEDIA=/path serves that folder instead
	@$(BIN)/python tools/run.py --media '$(MEDIA)' --host '$(HOST)' --port '$(PORT)' --config '$(CONFIG)'

lint: $(INSTALLED) ## formatting, lint, strict types, the direction of imports
	$(BIN)/ruff format --check src tests benchmarks tools
	$(BIN)/ruff check src tests benchmarks tools
	$(BIN)/lint-imports --no-logo
	$(BIN)/mypy

test: $(INSTALLED) ## everything but endurance, as .ci/run does
	$(BIN)/python tools/system_packages.py
	$(MAKE) --no-print-directory web
	$(MAKE) --no-print-directory lint
	sh web/build.sh test
	$(BIN)/python tools/run_tests.py

image: $(INSTALLED) web ## build the container image localhost/vitascope (TAG=, PLATFORM=) with buildah, podman or docker
	$(BIN)/python tools/build_image.py --tag '$(TAG)' --platform '$(PLATFORM)'

startos: $(INSTALLED) ## check the StartOS packages with the real SDK, and run them in a small StartOS
	$(BIN)/python -m pytest tests/ops/bundles/startos

demo-podman: $(INSTALLED) web ## run the podman line of docs/hosts/mms.md as a rootless user (root on Debian)
	$(BIN)/python -m tests.support.demo_podman

bench: $(INSTALLED) web ## measure every line of the performance budget; writes docs/benchmarks.md
	$(BIN)/python -m benchmarks

soak: $(INSTALLED) ## endurance: 200 rounds of the kill loops, 500 streams, 100 seeks, all of the demo library in a browser
	VITASCOPE_KILL_ROUNDS=200 VITASCOPE_STREAM_SESSIONS=500 VITASCOPE_STREAM_SEEKS=100 $(BIN)/python -m pytest \
		tests/library/test_kill.py tests/ops/backup/test_kill.py tests/api/streaming/test_endurance.py \
		--timeout=7200 -s
	$(BIN)/python -m pytest tests -m soak --timeout=7200 -s

fuzz: $(INSTALLED) ## longer runs of the property tests
	HYPOTHESIS_PROFILE=fuzz $(BIN)/python -m pytest -m property --timeout=3600

clean: ## remove what was built, keep libraries and settings
	rm -rf $(VENV) .cache web/node_modules src/vitascope/api/web dist build
