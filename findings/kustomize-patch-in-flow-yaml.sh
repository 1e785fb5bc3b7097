#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# kustomize v5.8.1 refuses an inline JSON 6902 patch that is a YAML list in flow style on one line.
#
# Seen: the same patch passes as a YAML list in block style and as JSON. In flow style without the quotes of JSON the
# build fails with «unable to parse SM or JSON patch»: a patch that begins with «[» is read as JSON, not as YAML.
# Expected: that it passes. The reference of kustomize says that a JSON 6902 patch may be JSON or YAML (the page
# «patchesJson6902», whose field is now «patches»), and flow style is YAML too (YAML 1.2.2, section 7.4).
# Known upstream: no issue found.
#
# Needs Go and its module proxy. Exits with an error if the behaviour is no longer that.
set -euo pipefail

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
GOBIN=$dir go install "sigs.k8s.io/kustomize/kustomize/v5@v5.8.1"

cat >"$dir/deployment.yaml" <<'YAML'
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 1
YAML

# Prints the replicas that come out of the patch $1, or the end of the error.
build() {
  printf 'resources: [deployment.yaml]\npatches:\n- target: {kind: Deployment}\n  patch: |-\n' >"$dir/kustomization.yaml"
  printf '    %s\n' "${1//$'\n'/$'\n    '}" >>"$dir/kustomization.yaml"
  { "$dir/kustomize" build "$dir" 2>&1 || true; } | grep -oE 'replicas: .*|unable to parse SM or JSON patch'
}

block=$(build $'- op: add\n  path: /spec/replicas\n  value: 3')
json=$(build '[{"op": "add", "path": "/spec/replicas", "value": 3}]')
flow=$(build '[{op: add, path: /spec/replicas, value: 3}]')

printf 'block style: %s\nJSON:        %s\nflow style:  %s\n' "$block" "$json" "$flow"
[[ $block == 'replicas: 3' && $json == 'replicas: 3' && $flow == 'unable to parse SM or JSON patch' ]]
