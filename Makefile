# Every everyday action of the project. `make` alone lists them.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

# The version that every answer shows. `make rollout VERSION=v2` builds the same source as another.
export VERSION ?= v1
export TARGET ?= minikube
export NAMESPACE ?= k8s-demo
export REGISTRY BASE_IMAGE OVERLAY NATIVE
export BACKEND_PORT ?= 8000
export FRONTEND_PORT ?= 8080

MVN ?= ./mvnw
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
	@rm -f target/jars-*
	@scripts/package -Drevision=$(VERSION)
	@touch $@

.PHONY: native
native: ## Build both as native executables, and print where they are
	@scripts/jdk
	@compiler=$$(scripts/native-compiler); $(MVN) -B -ntp -pl backend,frontend package -DskipTests -Doutput=target/native -Drevision=$(VERSION) $$compiler
	@ls {backend,frontend}/target/native/*-runner

##@ In containers; NATIVE=1 makes native ones
.PHONY: images
images: ## Build both images into the local engine, tagged by their content
	@scripts/images

.PHONY: push
push: ## Push both images to REGISTRY=…, for amd64 and arm64
	@scripts/push

##@ On Kubernetes: TARGET=minikube (the default), kind, gke, or current (what kubectl points to); NATIVE=1
.PHONY: deploy
deploy: ## Build, load or push, apply, wait, and print the page's address (gke: with REGISTRY=…)
	@scripts/deploy

.PHONY: rollout
rollout: ## Roll the same source out as another version: VERSION=v2
	@[ -n "$(VERSION)" ] && [ "$(origin VERSION)" != file ] || { echo "Which version? For example: make rollout VERSION=v2" >&2; exit 1; }
	@scripts/deploy

.PHONY: rollback
rollback: ## Go back to the release before
	@scripts/rollback

.PHONY: scale
scale: ## Set the number of backends: N=4
	@[[ "$(N)" =~ ^[0-9]{1,3}$$ ]] || { echo "How many, at most 999? For example: make scale N=4" >&2; exit 1; }
	@scripts/deployed
	@K_CHECKED=true scripts/k scale deployment/k8s-demo-backend --replicas=$(N)
	@scripts/rolled-out

.PHONY: status
status: ## Show pods, services and deployments, as the article watches them
	@scripts/deployed
	@K_CHECKED=true scripts/k get pod,svc,deploy

.PHONY: url
url: ## Print the page's address
	@scripts/url

.PHONY: logs
logs: ## Show the last lines of every pod's log; FOLLOW=true goes on
	@scripts/deployed
	@K_CHECKED=true scripts/k logs --selector app.kubernetes.io/part-of=k8s-demo --prefix --tail=20 --max-log-requests=50 --follow=$(or $(FOLLOW),false)

.PHONY: undeploy
undeploy: ## Remove the pair and its namespace
	@scripts/undeploy

.PHONY: manifests
manifests: ## Generate k8s/base/{backend,frontend}.yml from application.properties
	@rm -f target/jars-*
	@scripts/package
	@for app in backend frontend; do cp $$app/target/kubernetes/kubernetes.yml k8s/base/$$app.yml; done

.PHONY: help
help: ## List the commands
	@awk 'BEGIN { FS = ":.*## " } /^##@ / { printf "\n%s\n", substr($$0, 5) } /^[a-z0-9-]+:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

##@ The workshop
.PHONY: doctor
doctor: ## Check what the workshop needs, and say how to get what is missing
	@scripts/doctor

.PHONY: prepare
prepare: ## Fetch and build everything beforehand, for a room with bad Wi-Fi
	@scripts/prepare

.PHONY: workshop-test
workshop-test: ## Run the commands of the chapters and compare what they print; CHAPTER=2 runs one
	@scripts/workshop-test

##@ The project itself
.PHONY: test
test: ## Run every test that this machine can run; says what it skipped and why
	@scripts/test

.PHONY: e2e
e2e: ## Try everything on the cluster that kubectl points to, in a namespace of its own, under load
	@scripts/e2e

.PHONY: bench
bench: ## Measure start-up, memory, throughput and latency side by side; PEER=http://… takes another server in
	@scripts/bench
	@scripts/bench-page

.PHONY: pictures
pictures: ## Renew the pictures of the documents from the last browser tests
	@mkdir -p workshop/pictures
	@cp e2e/target/pictures/live-release.png docs/page.png
	@cp e2e/target/pictures/{form-light,live-killed,live-errors,live-light-1280}.png workshop/pictures/

.PHONY: format
format: ## Format the source
	@scripts/jdk
	@$(MVN) -B -q -ntp spotless:apply

.PHONY: clean
clean: ## Remove everything that was built
	@scripts/jdk
	@$(MVN) -B -q -ntp clean
	@rm -rf target
