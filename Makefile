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
run: ## Start both apps and print the address of the page; Ctrl-C stops both
	@exec scripts/run jar

.PHONY: dev
dev: ## Start both apps with hot reload: save a file, and the next request shows the change
	@exec scripts/run dev

# One marker for each version: nothing is built twice, and v1 never runs the jars of v2.
target/jars-%: $(SOURCES) $(LIST)
	@VERSION='$*' scripts/build jars
	@echo '$(SOURCES)' >target/sources

.PHONY: native
native: ## Build both apps as native executables, and print where they are
	@scripts/build native

##@ In containers, as native executables; JVM=1 takes jars and a Java runtime instead
.PHONY: images
images: ## Build both images into the container engine, tagged by what they are made from
	@scripts/images

.PHONY: clean-images
clean-images: ## Delete the images that earlier states of the source have left
	@scripts/images clean

.PHONY: push
push: ## Push both images to REGISTRY=…, for amd64 and arm64
	@scripts/images push

##@ A cluster on this machine: TARGET=minikube or kind
.PHONY: cluster
cluster: ## Make a cluster of two nodes for this project, or start it again
	@scripts/local-cluster create

.PHONY: cluster-delete
cluster-delete: ## Delete this cluster
	@scripts/local-cluster delete

##@ On Kubernetes: TARGET=minikube, kind, gke, or current (what kubectl points to); JVM=1
.PHONY: deploy
deploy: ## Build, load or push, apply, wait, and print the address of the page (gke: with REGISTRY=…)
	@scripts/deploy

.PHONY: rollout
rollout: ## Roll out the current build under another version: VERSION=v2
	@scripts/deploy rollout

.PHONY: rollback
rollback: ## Go back to the previous release
	@scripts/cluster rollback

.PHONY: scale
scale: ## Set the number of backends: N=4
	@scripts/cluster scale

.PHONY: without
without: ## Take one safeguard away from what runs: SAFETY=drain, retry, readiness, max-age, spread, or budget
	@scripts/deploy without

.PHONY: with-all
with-all: ## Put the safeguard back
	@scripts/deploy with-all

.PHONY: status
status: ## Show pods, services, and deployments, as the article does
	@scripts/cluster status

.PHONY: url
url: ## Print the address of the page
	@scripts/url

.PHONY: open
open: ## Forward a port of this machine to the page, through releases; Ctrl-C ends it
	@exec scripts/open

.PHONY: room
room: ## Open the page to the phones on this network, and print the QR code for them; Ctrl-C ends it
	@exec scripts/room

.PHONY: logs
logs: ## Show the last lines of the log of each pod; FOLLOW=true keeps printing
	@scripts/cluster logs

.PHONY: undeploy
undeploy: ## Delete both apps and their namespace
	@scripts/cluster undeploy

.PHONY: manifests
manifests: target/jars-v1 ## Generate k8s/base/{backend,frontend}.yml from application.properties
	@scripts/build manifests

.PHONY: help
help: ## List the commands
	@awk 'BEGIN { FS = ":.*## " } /^##@ / { printf "\n%s\n", substr($$0, 5) } /^[a-z0-9-]+:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

##@ The workshop
.PHONY: doctor
doctor: ## Check what the workshop needs, and say how to get what is missing
	@scripts/doctor

.PHONY: prepare
prepare: ## Download and build everything in advance, for a room with bad Wi-Fi
	@echo "Downloading and building what is missing: up to ten minutes, 3 GB of memory, and 6 GB of disk (with JVM=1 two minutes, and 2 GB) ..."
	@VERSION=v1 scripts/images
	@VERSION=v2 scripts/images
	@VERSION=v3-broken scripts/images
	@$(MAKE) -s target/jars-v1
	@echo "Everything is ready. Only the cluster itself is missing: make cluster"

.PHONY: pack
pack: ## Write what `make prepare` has made and downloaded into one archive, for laptops without a network; FILE=…
	@scripts/pack

.PHONY: unpack
unpack: ## Import such an archive: FILE=…
	@scripts/pack unpack

.PHONY: workshop-test
workshop-test: ## Run the commands of the chapters and compare what they print; CHAPTER=2 runs one
	@scripts/test workshop

##@ The project itself
.PHONY: test
test: ## Run every test that this machine can run; says what it skipped and why. NATIVE=1 tests native executables
	@scripts/test

.PHONY: lint
lint: ## Check scripts, workflows, and manifests with every linter that this machine has
	@scripts/lint

.PHONY: sbom
sbom: ## List what both apps are made of, as CycloneDX, in target/sbom
	@scripts/sbom

.PHONY: audit
audit: ## Look up what both apps are made of in the database of known vulnerabilities; needs Go, and the network once
	@scripts/sbom audit

.PHONY: lab
lab: ## Measure what each safeguard is worth: release, kill, and drain without it, under load; a quarter of an hour
	@exec scripts/lab

.PHONY: e2e
e2e: ## Test the apps on the cluster that kubectl points to, in a namespace of their own, under load
	@scripts/test cluster

.PHONY: bench
bench: ## Measure startup, memory, throughput, and latency side by side; PEER=http://… measures another server too
	@bench/apps
	@bench/page
	@bench/cluster

.PHONY: pictures
pictures: ## Update the pictures of the documents from the last browser tests
	@mkdir -p workshop/pictures
	@cp e2e/target/pictures/live-release.png docs/page.png
	@cp e2e/target/pictures/{form-light,live-killed,live-errors,live-light-1280}.png workshop/pictures/

.PHONY: release-images
release-images: ## Push both images for the platform of this machine: VERSION=v3 REGISTRY=…; the workflow `release` does
	@scripts/release push

.PHONY: release
release: ## Join the pushed images of amd64 and arm64, and write manifests that point to them: VERSION=v3 REGISTRY=…
	@scripts/release join

.PHONY: format
format: ## Format the source
	@scripts/jdk
	@./mvnw -B -q -ntp spotless:apply

.PHONY: clean
clean: ## Remove everything that was built
	@scripts/jdk
	@./mvnw -B -q -ntp clean
	@rm -rf target
