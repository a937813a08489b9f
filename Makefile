# Everything is done with these targets; `make help` lists them. Needed beforehand: Python 3.11 or newer, and make.
PYTHON ?= python3
VAR_DIR ?= var
export VAR_DIR
PY := .venv/bin/python
PIP_INSTALL := $(PY) -m pip install --disable-pip-version-check --quiet --require-hashes
COMPILE := env -u PIP_FIND_LINKS $(PY) -m uv pip compile --quiet --universal --generate-hashes --no-header --no-emit-index-url --no-emit-find-links --no-strip-extras --python-version 3.11

# What the production settings are checked with: TLS, a key of its own, a folder that is thrown away.
PRODUCTION := SITE_URL=https://ledger.example.cn TRUSTED_PROXY_COUNT=1 VAR_DIR=.venv/check-var \
	SECRET_KEY=$$($(PY) -c 'import secrets; print(secrets.token_urlsafe(60))')
DEVELOPMENT := SECRET_KEY=only-for-checks-00000000000000000000 VAR_DIR=.venv/check-var

# On SQLite, what only another service can show waits for the second run; without a second run it is reported as skipped.
# A third worker for two cores: a good part of the tests waits, for a site that starts or a limit that runs out.
PYTEST := $(PY) -m pytest -n 3
LATER := $(if $(TEST_DATABASE_URL),not postgresql)$(if $(TEST_DATABASE_URL),$(if $(TEST_REDIS_URL), and ))$(if $(TEST_REDIS_URL),not redis)

CHECKS := $(addprefix check-,format lint secrets types imports migrations templates deploy dependencies)
.PHONY: help run test test-sqlite test-services check format lock $(CHECKS)
.DEFAULT_GOAL := help

help: ## list these targets
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-8s %s\n", $$1, $$2}'

run: .venv/run.stamp $(VAR_DIR)/secret-key ## start the site with the demo data (PORT, DEMO_PASSWORD)
	@exec $(PY) manage.py serve

test: .venv/dev.stamp ## run all tests on SQLite, then on TEST_DATABASE_URL and TEST_REDIS_URL where they are set
	@$(MAKE) --no-print-directory test-sqlite $(if $(TEST_DATABASE_URL)$(TEST_REDIS_URL),test-services)

test-sqlite:
	@echo "== SQLite, embedded broker"
	@env -u DATABASE_URL -u DATABASE_OWNER_URL -u REDIS_URL -u VAR_DIR $(PYTEST) $(if $(LATER),-m "$(LATER)") $(PYTEST_ARGS)

test-services:
	@echo "== $(if $(TEST_DATABASE_URL),PostgreSQL,SQLite), $(if $(TEST_REDIS_URL),Redis,embedded broker); without what was just shown and in which no database has a say"
	@env -u DATABASE_OWNER_URL -u VAR_DIR DATABASE_URL="$(TEST_DATABASE_URL)" REDIS_URL="$(TEST_REDIS_URL)" $(PYTEST) -m "not once" $(PYTEST_ARGS)

check: $(CHECKS) ## formatter, linters, secrets, types, import order, migrations, templates, check --deploy
$(CHECKS): .venv/dev.stamp

check-format:
	$(PY) -m ruff format --check .

check-lint:
	$(PY) -m ruff check .
	.venv/bin/bandit --quiet --severity-level medium --configfile pyproject.toml --recursive departments federation_tasks

# Tests make up passwords of their own; static files and hashes of requirements look like secrets by nature.
SECRETS := .venv/bin/detect-secrets-hook --exclude-lines 'user:password|change-me|ledger_ci|only-for-|PASSWORD = "password"|abcdefghijkmnpq'
check-secrets:
	@echo "detect-secrets" && git ls-files -z | grep -zvE '^(requirements.*txt|static/)|/tests/|testing.py$$' | xargs -0 $(SECRETS)
	@git ls-files -z | grep -zE '/tests/|testing.py$$' | xargs -0 $(SECRETS) --disable-plugin KeywordDetector --disable-plugin BasicAuthDetector

check-types:
	@echo "mypy ." && $(DEVELOPMENT) $(PY) -m mypy .

check-imports:
	.venv/bin/lint-imports

check-migrations:
	@echo "makemigrations --check" && $(DEVELOPMENT) $(PY) manage.py makemigrations --check --dry-run

check-templates:
	$(PY) -m djlint --lint --quiet templates

check-deploy:
	@echo "check --deploy" && $(PRODUCTION) $(PY) manage.py check --deploy --fail-level WARNING

check-dependencies:
	.venv/bin/deptry .
	$(PY) -m pip check

format: .venv/dev.stamp ## put the code into its one format
	$(PY) -m ruff format .
	$(PY) -m ruff check --fix .

lock: .venv/dev.stamp ## pin anew what the requirements*.in ask for
	$(COMPILE) requirements.in --output-file requirements.txt
	$(COMPILE) requirements-dev.in --output-file requirements-dev.txt
	$(COMPILE) requirements-ldap.in --constraint requirements.txt --output-file requirements-ldap.txt

.venv/made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Python 3.11 or newer is needed and $(PYTHON) is not. Name one that is: make run PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "Python cannot make a virtual environment here: install the Debian package python3-venv (apt install python3-venv) and try again." >&2; exit 1; }
	@$(PYTHON) -m venv --clear .venv
	@touch $@

.venv/run.stamp: requirements.txt .venv/made
	@echo "Installing what the site runs on: about a minute, this once"
	@$(PIP_INSTALL) -r requirements.txt
	@touch $@

.venv/dev.stamp: requirements-dev.txt .venv/made
	@echo "Installing what tests and checks need: about two minutes, this once"
	@$(PIP_INSTALL) -r requirements-dev.txt
	@touch $@

$(VAR_DIR)/secret-key: | .venv/made
	@umask 077 && mkdir -p "$(VAR_DIR)" && $(PY) -c 'import secrets; print(secrets.token_urlsafe(48))' > "$@.new" && mv "$@.new" "$@"
