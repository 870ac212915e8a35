#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# kmslab soak: a short one, its report, and what is no command line. The plugin
# itself is soaked by `make soak`.
. "$(dirname "$0")/tap.sh"

run "$kmslab" soak --seconds 4 --seed 2 --callers 4 --json
ok "a short soak is good" ended_with 0
ok "it says so" out_has '"good":true'
ok "nothing was wrong" out_has '"wrong":0'
ok "requests were struck" out_lacks '"reset":0,'

run "$kmslab" soak --seconds 0
ok "no time is a usage error" ended_with 2
run "$kmslab" soak --callers many
ok "so is a number that is none" ended_with 2
ok "and is told" err_has "take whole numbers"
run "$kmslab" soak now
ok "so is a word" ended_with 2

done_testing
