# Parvis: `make demo` shows it, `make test` proves it. Needs git, make, ca-certificates and python3
# with venv (3.11 to 3.13); everything else comes from the lock files.

SHELL := /bin/sh
PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
PIP := $(PY) -m pip install --disable-pip-version-check --no-input --progress-bar off \
	--require-hashes --no-deps --only-binary :all:

.PHONY: help demo test lint lock screenshots bench litmus clean

help:
	@echo "make demo                 démonstration complète sur cette machine"
	@echo "make demo FILES=dossier   la même, avec un dossier à vous"
	@echo "make test                 tous les essais, navigateur compris"
	@echo "make lint                 style, types, étages, gabarits"
	@echo "make lock                 refait les fichiers de versions"
	@echo "make screenshots          refait docs/screenshots"
	@echo "make bench                mesure les pages et les recherches"
	@echo "make litmus               essaie le lecteur réseau avec litmus"

# `exec`: when make is killed, the supervisor is told by the kernel.
demo: $(VENV)/.base
	@exec $(PY) -m config.demo $(if $(FILES),--files "$(FILES)")

test: $(VENV)/.dev
	@$(PY) -m tests.browser > /dev/null
	@$(PY) -m pytest --numprocesses $(or $(WORKERS),2) --dist worksteal $(ARGS)

lint: $(VENV)/.dev
	@$(VENV)/bin/ruff check .
	@$(VENV)/bin/ruff format --check .
	@$(VENV)/bin/lint-imports
	@$(VENV)/bin/djlint --quiet --lint templates
	@$(VENV)/bin/mypy

# Wheels for CPython 3.11 to 3.13 on Linux; needs uv.
lock:
	uv pip compile --quiet --universal --generate-hashes --python-version 3.11 --no-annotate \
		--no-header --no-emit-index-url --no-emit-find-links --output-file requirements/base.txt requirements/base.in
	uv pip compile --quiet --universal --generate-hashes --python-version 3.11 --no-annotate \
		--no-header --no-emit-index-url --no-emit-find-links --output-file requirements/dev.txt requirements/dev.in

screenshots: $(VENV)/.dev
	@$(PY) -m tests.screenshots

bench: $(VENV)/.dev
	@exec $(PY) -m bench $(ARGS)

litmus: $(VENV)/.dev
	@exec $(PY) -m bench.litmus $(ARGS)

clean:
	rm -rf $(VENV) .parvis staticfiles .mypy_cache .pytest_cache .ruff_cache .hypothesis

# One line per package while pip works; its own words only when it fails.
define install
	@rm -f $(VENV)/.failed
	@{ $(PIP) --requirement $(1) 2> $(VENV)/pip.log || touch $(VENV)/.failed; } \
		| sed -un 's/^Collecting \([^=]*\)=.*/    \1/p'
	@if [ -e $(VENV)/.failed ]; then cat $(VENV)/pip.log >&2; exit 1; fi
	@touch $@
endef

$(VENV)/.base: requirements/base.txt | $(VENV)/bin/pip
	@echo "Installation de Parvis dans .venv (une à deux minutes la première fois) :"
	$(call install,requirements/base.txt)

$(VENV)/.dev: requirements/dev.txt | $(VENV)/bin/pip
	@echo "Installation des outils d’essai dans .venv :"
	$(call install,requirements/dev.txt)

$(VENV)/bin/pip:
	@$(PYTHON) -c 'import sys; v = sys.version_info[:2]; \
		sys.exit(None if (3, 11) <= v < (3, 14) else "Parvis demande Python 3.11, 3.12 ou 3.13 (ici %d.%d) ; choisissez-le avec PYTHON=…" % v)'
	@$(PYTHON) -m venv $(VENV) || { echo "Il manque le paquet python3-venv." >&2; rm -rf $(VENV); exit 1; }
