# SPDX-License-Identifier: Apache-2.0
# Every everyday action of the project. `make` alone lists them. Settings are arguments, as in make deploy TARGET=kind; the
# scripts know their defaults (scripts/lib). A recipe line is one command, because make 3.81 ignores .SHELLFLAGS.
SHELL := bash
.DEFAULT_GOAL := help

SOURCES := $(sort $(wildcard pom.xml */pom.xml) $(shell find */src/main -type f))
# A source that was deleted or renamed leaves no newer file, so the list of all is compared too.
ifneq ($(SOURCES),$(shell cat target/sources 2>/dev/null))
LIST := changed
endif
.PHONY: changed

##@ On this machine, without containers
.PHONY: run
run: ## Start a frontend and three backends, and print the URL of the page. SERVERS=1: one, which nothing starts again. NATIVE=1
	@exec scripts/run

.PHONY: dev
dev: ## Start both apps with hot reload: save a file, and the next request shows the change
	@exec scripts/run dev

# One marker for each version: nothing is built twice, and v1 never runs the jars of v2.
target/jars-%: $(SOURCES) $(LIST)
	@VERSION='$*' scripts/build jars
	@echo '$(SOURCES)' >target/sources

target/native-%: $(SOURCES) $(LIST)
	@VERSION='$*' scripts/build native
	@echo '$(SOURCES)' >target/sources

##@ In containers, as native executables; JVM=1 takes jars and a Java runtime instead
.PHONY: images
images: ## Build both images into the container engine, and push them if REGISTRY is set
	@scripts/images

##@ A cluster on this machine: TARGET=minikube or kind
.PHONY: cluster
cluster: ## Make a cluster of two nodes for this project, or start it again: http://localhost:8080 will lead to the page
	@scripts/local-cluster create

.PHONY: cluster-stop
cluster-stop: ## Stop this cluster, which frees its ports and memory
	@scripts/local-cluster stop

.PHONY: cluster-delete
cluster-delete: ## Delete this cluster
	@scripts/local-cluster delete

##@ On Kubernetes: TARGET=minikube, kind, gke, or current (what kubectl points to); JVM=1
.PHONY: deploy
deploy: ## Build, load or push, apply, wait, and print the URL of the page (gke: with REGISTRY=…)
	@scripts/deploy

.PHONY: rollout
rollout: ## Roll out the current build under another version: VERSION=v2
	@scripts/deploy rollout

.PHONY: canary
canary: ## Run a second version of the backend beside the first: VERSION=v2 WEIGHT=10, a share in percent; WEIGHT=0 takes it back
	@scripts/deploy canary

.PHONY: rollback
rollback: ## Go back to the previous release
	@scripts/cluster rollback

.PHONY: scale
scale: ## Set the number of backends: N=4
	@scripts/cluster scale

.PHONY: without
without: ## Take one safeguard away from what runs: SAFEGUARD=drain, serving, retry, readiness, max-age, spread, or budget; none puts it back
	@scripts/deploy without

.PHONY: status
status: ## Show pods, services, and deployments, as the article does, and the last warnings
	@scripts/cluster status

.PHONY: open
open: ## Print a URL of the page that works from this machine; if there is none, forward a port until Ctrl-C
	@exec scripts/open

.PHONY: room
room: ## Open the page to the phones on this network, with a QR code for them; Ctrl-C ends it
	@exec scripts/room

.PHONY: logs
logs: ## Show the last lines of the log of each pod; FOLLOW=true keeps printing
	@scripts/cluster logs

.PHONY: undeploy
undeploy: ## Delete both apps and their namespace
	@scripts/cluster undeploy

##@ The workshop
.PHONY: doctor
doctor: ## Check what the workshop needs, and say how to get what is missing
	@scripts/doctor

.PHONY: prepare
prepare: ## Download and build everything in advance, for a room with bad Wi-Fi
	@echo "Downloading and building what is missing: up to ten minutes, 3 GB of memory, and 6 GB of disk (with JVM=1 two minutes, and 2 GB) ..."
	@VERSION=v1 REGISTRY= scripts/images
	@VERSION=v2 REGISTRY= scripts/images
	@VERSION=v3-broken REGISTRY= scripts/images
	@$(MAKE) -s target/jars-v1
	@docker build --quiet --tag hello --file workshop/files/Dockerfile backend/target/quarkus-app >/dev/null
	@echo "Everything is ready. Only the cluster itself is missing: make cluster"

.PHONY: demo
demo: ## Scale, kill, drain, and release again and again, for a projector that nobody attends to; Ctrl-C puts everything back
	@exec scripts/lab demo

.PHONY: mine
mine: ## Give the images of v1 and v2 to the cluster, and copy the manifests of chapters 3 to 5 to mine/
	@scripts/mine

##@ The project itself
.PHONY: test
test: ## Run every test that this machine can run; says what it skipped and why. NATIVE=1; CHAPTER=2 or all: the workshop's instead
	@scripts/test

.PHONY: check
check: ## Check formats and manifests, and run the unit tests of both apps and of the page, in about two minutes
	@scripts/test quick

.PHONY: e2e
e2e: ## Test the apps on the cluster that kubectl points to, in a namespace of their own, under load
	@scripts/test cluster

.PHONY: lab
lab: ## Measure what each safeguard is worth: release, kill, and drain without it, under load; 25 minutes
	@exec scripts/lab

.PHONY: bench
bench: ## Measure startup, memory, throughput, and latency side by side; PEER=http://… measures another server too
	@bench/apps
	@bench/page
	@bench/cluster

.PHONY: format
format: target/jars-v1 ## Format the source, and generate k8s/base/{backend,frontend}.yml from the configuration
	@scripts/build manifests
	@./mvnw -B -q -ntp spotless:apply
	@if command -v npm >/dev/null; then npm --prefix frontend ci --silent && npm --prefix frontend run --silent format; fi

.PHONY: help
help: ## List the commands
	@awk 'BEGIN { FS = ":.*## " } /^##@ / { printf "\n%s\n", substr($$0, 5) } /^[a-z0-9-]+:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
