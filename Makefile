# Two commands do everything: `make run` and `make test`. `make help` lists the rest.
.DEFAULT_GOAL := help
SHELL := /bin/bash

BIN := .venv/bin
PORT ?= 8000

.PHONY: help run install upgrade dev test check faults bench audit services lock translations clean

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 14

run: .venv/run ## set up, load the demo publication, serve on PORT (8000) with the worker
	@$(BIN)/python manage.py migrate --verbosity 0
	@$(BIN)/python manage.py collectstatic --noinput --verbosity 0
	@$(BIN)/python manage.py demo
	@$(BIN)/python manage.py editor
	@exec $(BIN)/python manage.py serve

install: .venv/run ## set up a site of your own, without the demo; to be begun again at will
	@$(BIN)/python manage.py migrate --verbosity 0
	@$(BIN)/python manage.py collectstatic --noinput --verbosity 0
	@$(BIN)/python manage.py editor
	@echo "Next: cp .env.example .env, say there what the site is called and how it sends mail, then"
	@echo "  $(BIN)/python manage.py serve"
	@echo "and sign in to make the first newsletter. What is not right yet says $(BIN)/python manage.py doctor"

upgrade: .venv/run ## bring the site up to date with this code: back up, migrate, collect, render, restart, with a way back
	@$(BIN)/python manage.py upgrade

dev: .venv/dev ## the same for developers: DEBUG on, reloads when a file changes, tasks done at once
	@DEBUG=true $(BIN)/python manage.py migrate --verbosity 0
	@DEBUG=true $(BIN)/python manage.py demo
	@DEBUG=true $(BIN)/python manage.py editor
	@DEBUG=true $(BIN)/python manage.py runserver $(PORT)

test: .venv/dev ## run the tests (DATABASE_URL for PostgreSQL, BROWSER=1 for the browser, SLOW=1 for all)
	@$(BIN)/pytest --numprocesses=auto --dist=loadgroup $(ARGS)

check: .venv/dev ## format, lint, types, migrations, deployment, translations, flaws of dependencies, house
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/djade --target-version 6.1 --check $$(git ls-files 'templates/*.html')
	$(BIN)/mypy .
	$(BIN)/python manage.py makemigrations --check --dry-run
	SITE_URL=https://courant.example TRUST_PROXY_TLS=true MAIL_URL=smtp://mail.courant.example \
		DEFAULT_FROM_EMAIL=news@courant.example EDITOR_EMAIL=ada@courant.example \
		$(BIN)/python manage.py check --deploy --fail-level WARNING
	$(BIN)/python .ci/advisories requirements.txt requirements-dev.txt
	$(BIN)/pytest --quiet tests/house

faults: export FAULTS ?= full
faults: .venv/dev ## break what can break: senders, web processes, PostgreSQL, Redis, disks (POSTGRES_URL); for some minutes
	@$(BIN)/pytest --capture=no tests/faults tests/deploy
	@BROWSER=1 $(BIN)/pytest --capture=no tests/core/test_serve.py::test_slow_clients_stop_nobody_and_are_sent_away
	@if [ -n "$$POSTGRES_URL" ]; then DATABASE_URL=$$POSTGRES_URL $(BIN)/pytest --capture=no tests/faults; fi

bench: .venv/dev ## measure: prints a table and writes var/bench.json (BENCH=small or full, ARGS=part)
	@$(BIN)/python -m bench $(ARGS)

audit: .venv/dev ## check the demo's pages and mail: Nu HTML checker, HTTP Observatory, Lighthouse, caniemail, SpamAssassin (npm and Java)
	@.ci/audit
	@.ci/mail-audit

services: ## install (on Debian) and start a private PostgreSQL and Redis under var/, and what tests want
	@.ci/services

lock: .venv/dev ## pin the dependencies of pyproject.toml anew, with hashes, for all platforms
	$(BIN)/pip install --quiet uv
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --exclude-newer "7 days" --python-version 3.12 --no-emit-index-url \
		--no-emit-find-links --no-annotate --no-header pyproject.toml --output-file requirements.txt >/dev/null
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --exclude-newer "7 days" --python-version 3.12 --no-emit-index-url \
		--no-emit-find-links --no-annotate --no-header pyproject.toml --group dev \
		--output-file requirements-dev.txt >/dev/null

translations: .venv/dev ## collect the words of the templates and code for translators (needs gettext)
	$(BIN)/python manage.py makemessages --locale zh_Hans --add-location file --ignore .venv --ignore var
	$(BIN)/python manage.py compilemessages --locale zh_Hans

clean: ## remove the virtual environment; the data under var/ stays
	rm -rf .venv

.venv/run: requirements.txt
	@test -x $(BIN)/pip || { python=$$(.ci/python $(PYTHON)) && "$$python" -m venv .venv; }
	@echo "Installing into .venv …"
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.txt
	@touch $@

.venv/dev: requirements-dev.txt .venv/run
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements-dev.txt
	@touch $@
