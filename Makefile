# Every everyday action of the project. `make` alone lists them.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

# The version that every answer shows. `make rollout VERSION=v2` builds the same source as another.
VERSION ?= v1
export BACKEND_PORT ?= 8000
export FRONTEND_PORT ?= 8080

MVN := ./mvnw -B -q -ntp
SOURCES := pom.xml $(shell find backend frontend -type f -not -path '*/target/*' -not -path '*/src/test/*')
JARS := target/jars-$(VERSION)

##@ On this machine, without containers
.PHONY: run
run: $(JARS) ## Start backend and frontend, print the page's address; Ctrl-C stops both
	@exec scripts/run jar

.PHONY: dev
dev: ## The same with hot reload: save a file, see it at the next request
	@exec scripts/run dev

# One marker for each version, so that nothing is built twice, and v1 never runs the jars of v2.
$(JARS): $(SOURCES)
	@scripts/jdk
	@echo "Building version $(VERSION) (the first time, Maven fetches what it needs) ..."
	@rm -f target/jars-*
	@$(MVN) -pl backend,frontend package -DskipTests -Drevision=$(VERSION)
	@mkdir -p target && touch $@

.PHONY: help
help: ## List the commands
	@awk 'BEGIN { FS = ":.*## " } /^##@ / { printf "\n%s\n", substr($$0, 5) } /^[a-z-]+:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

##@ The project itself
.PHONY: test
test: ## Run every test that this machine can run; says what it skipped and why
	@scripts/test

.PHONY: format
format: ## Format the source
	@scripts/jdk
	@$(MVN) spotless:apply

.PHONY: clean
clean: ## Remove everything that was built
	@scripts/jdk
	@$(MVN) clean
	@rm -rf target
