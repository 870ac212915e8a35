#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# README.md: what it shows as `sh kind` runs as it stands there.
cd "$(dirname "$0")/../../.." || exit 1
echo 1..1
out=$(ci/docs-test --kind README.md 2>&1) && echo "ok 1 - README.md" && exit 0
printf '%s\n' "$out" | sed 's/^/# /'
echo "not ok 1 - README.md"
exit 1
