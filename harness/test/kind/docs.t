#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# docs/KIND.md: what it shows as `sh kind` runs as it stands there.
cd "$(dirname "$0")/../../.." || exit 1
echo 1..1
out=$(ci/docs-test --kind docs/KIND.md 2>&1) && echo "ok 1 - docs/KIND.md" && exit 0
printf '%s\n' "$out" | sed 's/^/# /'
echo "not ok 1 - docs/KIND.md"
exit 1
