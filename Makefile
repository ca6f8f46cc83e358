# make run     install gradlens in .venv and start it      make run ARGS="--port 9000"
# make test    install what the tests need and run them    make test PYTEST="-k overflow"
# make test-fast  run the tests of the engine and the service, each third case of long tables, while you work on them
# make test-slow  run what is slow by nature, such as building and installing the wheel, and the cases of long tables of
#              which the tests take a sample
# make generate  write the page's wire types and the tests' traces anew, from the contract and the engine
# make docker  build the container image
# make lock    choose anew what the image installs, in one version each, with hashes
# make audit   hold what is installed and what the page is made of against known vulnerabilities
# make sbom    write bills of materials of both: build/sbom-python.json, build/sbom-page.json
# make clean   remove everything that was installed or built

SHELL := /bin/sh
VENV := .venv
PY := $(VENV)/bin/python
LINKS := build/typing/gradlens/__init__.py
PIP := $(PY) -m pip install --quiet --disable-pip-version-check
ARGS ?= --open
# What is asked for by name runs alone and at once, in one process; everything runs in parallel.
PYTEST ?=
PARALLEL := -n auto --maxprocesses 8 --dist worksteal
# The scripts of .venv first: Node stands there too where PATH has none.
TOOLS := PATH="$(CURDIR)/$(VENV)/bin:$$PATH"

# Behind a company's proxy npm must trust what the system trusts; Node brings a list of its own.
export NODE_USE_SYSTEM_CA := 1

SOURCES := pyproject.toml hatch_build.py page_bundle.py package.json package-lock.json
# Without static/vendor nothing counts as installed.
VENDOR := $(if $(wildcard static/vendor/manifest.json),,rebuild)

# As root on Debian, install a package; otherwise say which one is missing, for what, and fail.
IS_DEBIAN := [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null
define install
echo "installing $(1)"; { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $(1); } >/dev/null
endef
define debian
if $(IS_DEBIAN); then $(call install,$(1)); else echo "$(2) Please install it (Debian: apt install $(1))." >&2; exit 1; fi
endef

.PHONY: run test test-fast test-slow checks generate docker lock audit sbom clean rebuild debian-packages
.DELETE_ON_ERROR:

run: $(VENV)/.installed
	@exec $(VENV)/bin/gradlens $(ARGS)

TESTS := $(VENV)/.installed-test node_modules/.package-lock.json debian-packages

ifdef PYTEST
test: $(TESTS)
	@export $(TOOLS); $(PY) -m pytest -q -rs $(PYTEST)
else
# What reads code alone runs beside what waits for browsers, and behind it.
test: $(TESTS)
	@failed=; export $(TOOLS); \
	nice $(MAKE) --silent checks >$(VENV)/checks.log 2>&1 & checks=$$!; \
	$(PY) -m pytest -q -rs $(PARALLEL) -m "not slow" || failed="$$failed pytest"; \
	wait $$checks || failed="$$failed checks"; cat $(VENV)/checks.log; \
	[ -z "$$failed" ] || { echo "failed:$$failed" >&2; exit 1; }
endif

# Node's tests, types and style.
checks: $(LINKS)
	@failed=; export $(TOOLS); \
	node --test --test-reporter=spec $$(find tests/js -name '*.test.js') >$(VENV)/node-test.log \
	  && grep '^ℹ' $(VENV)/node-test.log | tr '\n' ' ' && echo \
	  || { cat $(VENV)/node-test.log; failed="$$failed node"; }; \
	node node_modules/typescript/bin/tsc --noEmit && echo "tsc: no type errors" || failed="$$failed tsc"; \
	node node_modules/pyright/index.js >$(VENV)/pyright.log && echo "pyright: no type errors" \
	  || { cat $(VENV)/pyright.log; failed="$$failed pyright"; }; \
	ruff format --quiet --check . && ruff check --quiet --output-format=concise . && echo "ruff: nothing to mend" \
	  || failed="$$failed ruff"; \
	[ -z "$$failed" ] || { echo "failed:$$failed" >&2; exit 1; }

test-fast: $(VENV)/.installed-test
	@export $(TOOLS); $(PY) -m pytest -q -rs $(PARALLEL) --thin 3 -m "not slow" tests/engine tests/app tests/test_*.py

test-slow: $(TESTS)
	@export $(TOOLS); $(PY) -m pytest -q -rs $(PARALLEL) -m slow

generate: $(VENV)/.installed
	@$(PY) -m tests.generate
	@$(PY) -m tests.app.example_answers

docker:
	docker build --tag gradlens .

# What looks at what is installed is no part of it.
SUPPLY := build/supply
$(SUPPLY)/.installed: $(PY)
	@$(PY) -m venv $(SUPPLY) && $(SUPPLY)/bin/pip install --quiet --disable-pip-version-check uv pip-audit cyclonedx-bom
	@touch $@

LOCK = $(SUPPLY)/bin/uv pip compile --quiet --generate-hashes --no-annotate --no-header --python-version 3.13 \
  --python-platform linux
lock: $(SUPPLY)/.installed
	@{ echo "# What the image installs, each version with the hashes that pip holds it to. Made by: make lock"; \
	  $(LOCK) --upgrade pyproject.toml; } >$(SUPPLY)/lock && mv $(SUPPLY)/lock requirements.txt
	@$(PY) -c 'import hatch_build, tomllib; \
	  print(*tomllib.load(open("pyproject.toml", "rb"))["build-system"]["requires"], hatch_build.NODE_WHEEL, sep="\n")' \
	  >$(SUPPLY)/build.in
	@{ echo "# What the image is built with, with hashes. Made by: make lock"; \
	  $(LOCK) --upgrade $(SUPPLY)/build.in; } >$(SUPPLY)/lock && mv $(SUPPLY)/lock requirements-build.txt

audit: $(SUPPLY)/.installed
	@$(SUPPLY)/bin/pip-audit --strict --require-hashes --disable-pip --requirement requirements.txt \
	  --requirement requirements-build.txt
	@$(TOOLS) npm audit --omit dev

# npm asks for a version of the page's own package, which has none.
sbom: $(SUPPLY)/.installed
	@$(SUPPLY)/bin/cyclonedx-py requirements requirements.txt --output-format JSON --output-file build/sbom-python.json
	@sed 's/"private": true/"private": true, "version": "0.0.0"/' package.json >$(SUPPLY)/package.json
	@cp package-lock.json $(SUPPLY)/
	@cd $(SUPPLY) && PATH="$(CURDIR)/$(VENV)/bin:$$PATH" npm sbom --omit dev --package-lock-only --sbom-format cyclonedx \
	  >../sbom-page.json

clean:
	rm -rf $(VENV) node_modules static/built static/vendor build dist .pytest_cache test-results
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(PY):
	@find_python() { \
	  for python in $(PYTHON) python3 python3.14 python3.13 python3.12 python3.11; do \
	    "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && return; \
	  done; \
	  echo "gradlens needs Python 3.11 or newer; if it is not on PATH: make PYTHON=/path/to/python" >&2; exit 1; \
	}; \
	find_python; \
	"$$python" -c 'import ensurepip, venv' 2>/dev/null || { $(call debian,python3-venv,Python's venv module is missing.); }; \
	"$$python" -m venv $(VENV)

$(VENV)/.installed: $(PY) $(SOURCES) $(VENDOR) | $(LINKS)
	@echo "installing gradlens in $(VENV)"
	@$(PIP) --editable .
	@touch $@

# Type checkers follow folders, not the __path__ of gradlens.py.
$(LINKS):
	@mkdir -p $(@D); cd $(@D); \
	  ln -sfn ../../../gradlens.py __init__.py; ln -sfn ../../../engine ../../../app ../../../py.typed .

$(VENV)/.installed-test: $(VENV)/.installed
	@$(PIP) --editable '.[test]'
	@$(PY) -c 'import hatch_build, sys; sys.exit(hatch_build.node_on_path() is None)' || { \
	  $(PIP) "$$($(PY) -c 'import hatch_build; print(hatch_build.NODE_WHEEL)')"; \
	  $(PY) -c 'import hatch_build; print(*hatch_build.node_from_wheel().npm, sep="\n")' | { \
	    read -r node; read -r npm; \
	    chmod +x "$$node" "$$npm"; ln -sf "$$node" $(VENV)/bin/node; ln -sf "$$npm" $(VENV)/bin/npm; }; }
	@touch $@

node_modules/.package-lock.json: package.json package-lock.json $(VENV)/.installed-test
	@$(TOOLS) npm ci --ignore-scripts --loglevel=error >/dev/null
	@touch $@

# Chromium without a window to draw takes two thirds of the time; not every system has it as a package.
debian-packages:
	@command -v "$${CHROMIUM:-chromium-headless-shell}" >/dev/null \
	  || { $(IS_DEBIAN) && $(call install,chromium-headless-shell); } 2>/dev/null \
	  || command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null \
	  || { $(call debian,chromium,The browser tests need Chromium; CHROMIUM=/path/to/it is one that is not on PATH.); }
	@fc-list :lang=ko 2>/dev/null | grep -q . || [ -d /usr/share/fonts/opentype/noto ] \
	  || { $(call debian,fonts-noto-cjk,The browser tests need a font with Korean letters.); }
