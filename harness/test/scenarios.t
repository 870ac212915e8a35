#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The scenarios on the model of kube-apiserver, and that each check can fail.
. "$(dirname "$0")/tap.sh"
scenarios=$here/../scenarios
export KMSLAB_SCENARIOS="$scenarios"

# ---- the set: all of it, or a part where a sanitizer makes it slow ----------
case $bin in
*/asan | */tsan | */cover)
  set -- kms-down-refused plugin-killed key-disabled throttle-burst \
    matrix-status-fails-long decrypt-wrong-plaintext v1-kms-down soak-mixed \
    ha-split
  ;;
*) set -- --all ;;
esac
run "$kmslab" run "$@" --jobs 2 --out "$work/set"
# Waits are a twentieth of what is real, so on a machine that is busy with other
# things one may be late. What fails gets a second chance, alone and with ten
# times as much time; two of them, at most.
late=$(sed -n 's/^failed *\([^ ]*\).*/\1/p' "$work/out")
if [ "$code" -eq 1 ] && [ "$(echo "$late" | wc -w)" -le 2 ]; then
  sed -n 's/^failed/# failed at first:/p' "$work/out" | tee /dev/stderr
  # shellcheck disable=SC2086 # a list of names
  run "$kmslab" run $late --scale 2 --out "$work/late"
fi
ok "the scenarios pass on the model" ended_with 0
grep -v ^passed "$work/out" | sed 's/^/# /'
ok "with a report" test -s "$work/set/report.html"
ok "and their journals" test -s "$work/set/kms-down-refused/journal.json"

# A process fault is asked for once, and those who notice it are counted; lines
# of logs have the cluster's time.
cat >"$work/look.py" <<'E'
import json, sys
journal = json.load(open(sys.argv[1]))
fault, = journal["faults"]
assert (fault["requested"], fault["fired"]) == (1, 1), fault
assert fault["observed"] >= 10, fault
logs = journal["logs"]
again, = [l for l in logs if "the key can be used again" in l["text"]]
assert again["at_ms"] >= fault["to_ms"], again
ill = [l for l in logs if "the key cannot be used" in l["text"]]
assert any(fault["from_ms"] <= l["at_ms"] <= fault["to_ms"] for l in ill), ill
E
ok "a process fault says who noticed, and logs when it was" \
  /usr/bin/python3 "$work/look.py" "$work/set/kms-down-refused/journal.json"
cat >"$work/unseen.yaml" <<'E'
title: a socket's file that nobody misses
load: {every: 0s}
probe: 10m
steps:
- socket: removed
- heal: socket
E
run "$kmslab" run "$work/unseen.yaml" --out "$work/unseen"
ok "a fault that nobody noticed" \
  grep -q '"fired":1,"observed":0' "$work/unseen/unseen/journal.json"

run "$kmslab" replay "$work/set/kms-down-refused/journal.json"
ok "a journal is replayed" ended_with 0
ok "with the same end" out_has "the same: passed"
sed 's/"verdict":"passed"/"verdict":"failed"/; s/"result":"ok"/"result":"failed"/' \
  "$work/set/kms-down-refused/journal.json" >"$work/other.json"
run "$kmslab" replay "$work/other.json"
ok "a replay that differs fails" ended_with 1
ok "and says where" out_has "steps 1: result was failed, is ok"
run "$kmslab" replay "$work/set/run.json"
ok "what is no journal is refused" err_has "is no journal of kmslab"
ok "with the reason" err_has "its format is not kmslab-journal/1"
head -c 700 "$work/set/kms-down-refused/journal.json" >"$work/cut.json"
run "$kmslab" replay "$work/cut.json"
ok "a journal that was cut off fails" ended_with 1
ok "and is told with its place" \
  err_has "$work/cut.json is no journal of kmslab: cut off: it ends at byte 700 "
ok "and with what to take instead" err_has "\`kmslab run NAME --out FOLDER\`"
journal=$work/set/kms-down-refused/journal.json
printf 's/"text":"/&\\\\u001b[31m/' >"$work/escapes.sed"
sed -f "$work/escapes.sed" "$journal" >"$work/escapes.json"
run "$kmslab" replay --with "$work/escapes.json" "$journal"
no_escape() { ! grep -q "$(printf '\033')" "$1"; }
ok "what would steer a terminal is not printed" no_escape "$work/out"
ok "but what it differs in is" out_has "is ?[31m"
run "$kmslab" replay --with "$journal" --scenarios . "$journal"
ok "with another journal nothing is run" ended_with 2
sed 's/"sha256":"./"sha256":"x/' "$journal" >"$work/changed.json"
run "$kmslab" replay "$work/changed.json"
ok "a scenario that was changed is no replay" ended_with 1
ok "which is told" out_has "the scenario's file was changed since"
sed 's/"seed":[0-9]*/"seed":"x"/' "$journal" >"$work/seedless.json"
run "$kmslab" replay "$work/seedless.json"
ok "a seed is a number" err_has "its seed is no whole number"
sed 's/"name":"kms-down-refused"/"name":"gone"/; s/"file":"[^"]*"/"file":"--all"/' \
  "$journal" >"$work/gone.json"
run "$kmslab" replay "$work/gone.json"
ok "a scenario that is gone is told" err_has "its scenario, gone, is neither in"
mkfifo "$work/pipe"
for command in replay run; do
  run timeout 10 "$kmslab" $command "$work/pipe"
  ok "$command does not wait for a pipe" err_has "$work/pipe"
  ok "and says what it is" err_has "not a regular file"
done

# ---- each check can fail ------------------------------------------------------
# wrong FACT CAUSE : stdin is the rest of a scenario; it fails with that cause.
wrong() {
  { echo "title: wrong"; echo "load: {every: 0s}"; cat; } >"$work/wrong.yaml"
  rm -rf "$work/wrong"
  run "$kmslab" run "$work/wrong.yaml" ${plugin:+--plugin "$plugin"} \
    --out "$work/wrong"
  ok "$1" has_cause "$2"
}
has_cause() {
  [ "$code" -eq 1 ] && grep -qF -e "$1" "$work/out" "$work/wrong/wrong/journal.json"
}
out_fits_line() { grep -qE -e "$1" "$work/out"; }
check_wrong() { # KIND AND WANT, CAUSE
  printf 'proxy: true\nsteps:\n- check: {%s}\n' "$1" >"$work/check.yaml"
  wrong "a wrong $1 is told" "$2" <"$work/check.yaml"
}
check_wrong 'readyz: failed' 'readyz: expected failed, got ok'
check_wrong 'healthz: failed' 'healthz: expected failed, got ok'
check_wrong 'livez: unreachable' 'livez: expected unreachable, got ok'
check_wrong 'kms-check-says: broken' 'kms-check-says: expected broken, got ok'
check_wrong 'status: unhealthy' 'status: expected unhealthy, got ok'
check_wrong 'status-says: broken' 'status-says: expected broken, got ok'
check_wrong 'key-id: changed' 'key-id: expected changed, got same'
check_wrong 'plugin-healthz: failed' 'plugin-healthz: expected failed, got ok'
check_wrong 'plugin-livez: failed' 'plugin-livez: expected failed, got ok'
check_wrong 'plugin-metrics: {none: 1}' 'expected 1, got no such series'
check_wrong 'emulator-metrics: {kms_emulator_requests_total code=500: ">= 1"}' \
  'expected >= 1, got no such series'
check_wrong 'apiserver-metrics: {none: 1}' 'expected 1, got no such series'
check_wrong 'read: {seed-0: 500}' 'read seed-0: expected 500, got ok'
check_wrong 'write: {seed-0: 500}' 'write seed-0: expected 500, got ok'
check_wrong 'rewrite: {seed-0: 409}' 'rewrite seed-0: expected 409, got ok'
check_wrong 'list: failed' 'list: expected failed, got ok'
check_wrong 'etcd: {seed-0: changed}' 'etcd seed-0: expected changed, got same'
check_wrong 'etcd: {seed-0: "k8s:enc:aescbc:"}' 'got k8s:enc:kms:v2:kmslab:'
check_wrong 'etcd: {none: same}' 'etcd none: expected same, got absent'
check_wrong 'kms: {Encrypt: "> 100"}' 'kms Encrypt: expected > 100, got '
check_wrong 'plugin-calls: {Decrypt: 9}' 'plugin-calls Decrypt: expected 9, got 0'
check_wrong 'load: {requests: ">= 1"}' 'load requests: expected >= 1, got 0'
check_wrong 'detect: "< 1s"' 'detect: expected < 1s, got never'
check_wrong 'recover: "< 1s"' 'recover: expected < 1s, got never'
check_wrong 'process: {plugin: ended}' 'process plugin: expected ended, got running'

wrong "words of an answer are looked at" 'says: expected other words, got' <<'E'
steps:
- kill: plugin
- restart: apiserver
- read: seed-0
  expect: 500
- check: {says: other words}
E
wrong "how long a call took is looked at" 'took: expected < 1ms, got ' <<'E'
steps:
- fault: {name: slow, do: {kind: latency, fixed: 1s}}
- restart: apiserver
- read: seed-0
- check: {took: "< 1ms"}
E
wrong "a code that is not the expected one is told" \
  'line 4: write seed-0: expected 500, got 200' <<'E'
steps:
- write: seed-0
  expect: 500
E
wrong "what does not come true in time is told" 'readyz: expected failed, got ok' <<'E'
steps:
- until: {readyz: failed}
  within: 3s
E
wrong "a KMS call that fails is told" 'kms Sign: expected ok, got' <<'E'
steps:
- kms: Sign
E
# refused FACT WHAT : stdin is a scenario; nothing of it runs.
refused() {
  cat >"$work/refused.yaml"
  rm -rf "$work/refused"
  run "$kmslab" run kms-down-refused "$work/refused.yaml" --out "$work/refused"
  ok "$1 is wrong usage" ended_with 2
  ok "and is told: $2" err_has "refused.yaml:$2"
  ok "in a line" [ "$(wc -l <"$work/err")" -eq 1 ]
  ok "before anything ran" [ ! -e "$work/refused" ]
}
refused "a fault of a kind that is none" \
  '5: rule x: do: kind: there is none called "earthquake"' <<'E'
title: wrong
steps:
- fault: {name: x, do: {kind: hang}} # names may come again
- heal: kms
- fault: {name: x, do: {kind: earthquake}}
E
refused "a fault with an operation that is none" \
  '3: rule x: match: operation: KMS has none called "Encrpt"' <<'E'
title: wrong
steps:
- fault: {name: x, match: {operation: Encrpt}, do: {kind: hang}}
E
refused "a fault with a bad number" '7: rule x: when: first: not a whole number' <<'E'
title: wrong
steps:
- write: a
actors:
  other:
  - fault:
      name: x
      when: {first: 0}
      do: {kind: hang}
E
refused "a fault that only TLS could have" '3: rule x: do: late-tls: nothing here' <<'E'
title: wrong
steps:
- fault: {name: x, do: {kind: late-tls, wait: 1s}}
E
refused "a flag that the plugin has not" '2: aws-kms-plugin: --nope is not a flag' <<'E'
title: wrong
plugin: [--max-attempts=2, --nope]
steps:
- write: a
E
refused "a flag with a wrong value" \
  '2: aws-kms-plugin: --max-attempts=many is not valid' <<'E'
title: wrong
plugin: [--max-attempts=many]
steps:
- write: a
E
refused "a process that is none" \
  "3: process is of one of emulator|plugin|apiserver, not 'pluginn'" <<'E'
title: wrong
steps:
- check: {process: {pluginn: running}}
E
refused "a count of the load that is none" '3: load is of one of errors|' <<'E'
title: wrong
steps:
- check: {load: {erors: 0}}
E
refused "a second document" '4: a file is one scenario' <<'E'
title: wrong
steps:
- write: a
---
steps:
- wiat: for ever
E
refused "an actor called as the steps are" '5: main is the actor of the steps' <<'E'
title: wrong
steps:
- write: a
actors:
  main: [{write: b}]
E
refused "a fault of a resolver that is not there" \
  '3: this wants a resolver: put "resolver: true" into the scenario' <<'E'
title: wrong
steps:
- resolver: silent
E

# ---- by a plugin, a proxy or a KMS that is wrong --------------------------------
wrong "a plugin that calls itself ill is noticed" 'readyz: expected ok, got failed' <<'E'
proxy: true
steps:
- plugin-fault: {name: ill, match: {method: Status}, do: {kind: healthz, value: ill}}
- wait: 1m
- check: {readyz: ok}
E
wrong "a plugin that loses a key is noticed" 'kms-check-says: expected ok, got' <<'E'
proxy: true
steps:
- plugin-fault: {name: no-key, match: {method: Status}, do: {kind: key-id, value: ""}}
- wait: 1m
- check: {kms-check-says: ok}
E
wrong "a KMS that decrypts to something else is noticed" \
  'line 6: read seed-0: expected ok, got 500' <<'E'
steps:
- fault: {name: w, match: {operation: Decrypt}, do: {kind: wrong-plaintext}}
- restart: apiserver
- read: seed-0
E
# ---- invariants --------------------------------------------------------------
wrong "a fault that never fires is a failure" 'idle fired 0 times of 1' <<'E'
steps:
- fault: {name: idle, match: {operation: Sign}, do: {kind: throttle}}
- wait: 1s
- heal: kms
E
wrong "a fault that fires too seldom is one" 'seldom fired 1 times of 3' <<'E'
steps:
- fault: {name: seldom, match: {operation: DescribeKey}, do: {kind: latency, fixed: 20ms}}
  fires: 3
- kms: DescribeKey
- heal: kms
E
wrong "a fault that stays armed is a failure" 'nothing is left armed: late was not healed' <<'E'
steps:
- fault: {name: late, match: {operation: DescribeKey}, do: {kind: latency, fixed: 20ms}}
- kms: DescribeKey
E
wrong "a process that stays dead is one" 'plugin-killed was not healed' <<'E'
steps:
- kill: plugin
E
wrong "so is a second plugin" 'plugin-2-killed was not healed' <<'E'
apiservers: 2
steps:
- kill: plugin
  server: 2
- check: {process: {plugin: running}}
- check: {process: {plugin: ended}}
  server: 2
E
wrong "it is the second server that is looked at" \
  'readyz at server 2: expected ok, got failed' <<'E'
apiservers: 2
steps:
- kill: plugin
  server: 2
- wait: 1m
- check: {readyz: ok}
- check: {readyz: ok}
  server: 2
E
wrong "a Secret that one of two cannot read is lost" \
  'gone cannot be read at server 2: 500' <<'E'
apiservers: 2
proxy: true
steps:
- plugin-fault: {name: flip, match: {method: Encrypt}, do: {kind: ciphertext, change: flip}}
- restart: apiserver
- write: gone
- heal: plugin
E
wrong "a key that stays disabled is one" 'DisableKey was not healed' <<'E'
steps:
- kms: DisableKey
E
wrong "a plugin that still looks elsewhere is one" \
  'plugin-endpoint was not healed' <<'E'
steps:
- restart: plugin
  endpoint: http://kms.kmslab.invalid:1
E
wrong "a Secret that cannot be read any more is lost" \
  'gone cannot be read: 500' <<'E'
proxy: true
steps:
- plugin-fault: {name: flip, match: {method: Encrypt}, do: {kind: ciphertext, change: flip}}
- restart: apiserver
- write: gone
- heal: plugin
- restart: apiserver
E

# kube-apiserver sees that bytes are of another place, not that they are old.
wrong "a Secret that has an old value again is altered" \
  'no Secret lost or altered: seed-0 holds seed-0-' <<'E'
steps:
- mark: then
- write: seed-0
- tamper: seed-0
  as: old
- read: seed-0
E
wrong "a key id that nobody says is not a changed one" \
  'key-id: expected changed, got unknown' <<'E'
steps:
- kill: plugin
- check: {key-id: changed}
E
wrong "nothing can be healed in what is paused" 'the emulator is paused' <<'E'
steps:
- pause: emulator
- heal: kms
E
# holds FACT : stdin is a scenario that passes.
holds() {
  cat >"$work/holds.yaml"
  rm -rf "$work/holds"
  run "$kmslab" run "$work/holds.yaml" --out "$work/holds"
  ok "$1" ended_with 0
}
holds "a rule's texts are as they stand, whatever they look like" <<'E'
title: names like times
steps:
- fault: {name: 30s, do: {kind: error, code: KMSInternalException}}
- until: {status: failed}
  within: 2m
- heal: kms
- until: {readyz: ok}
  within: 3m
- check: {recover: "<= 3m"}
E
holds "a rule's ttl heals it" <<'E'
title: ttl
steps:
- fault: {name: f, ttl: 40s, do: {kind: error, code: KMSInternalException}}
- wait: 2m
  paced: true
- check: {readyz: ok}
E
holds "a pause and an end of the emulator keep its counts" <<'E'
title: counts
steps:
- fault: {name: f, do: {kind: error, code: KMSInternalException}}
- until: {status: failed}
  within: 2m
- kill: emulator
- start: emulator
- heal: kms
- until: {status: ok}
  within: 2m
- mark: here
- restart: emulator
- pause: emulator
- resume: emulator
- check: {kms: {all: ">= 0", Encrypt: "<= 9"}}
E
wrong "bytes that stay altered are told, too" 'seed-0-flipped was not healed' <<'E'
steps:
- tamper: seed-0
  as: flipped
E
# A plugin that ends by itself.
cat >"$work/mortal" <<E
#!/bin/sh
exec timeout 2 "$bin/aws-kms-plugin" "\$@"
E
# One that has another key.
cat >"$work/keyless" <<E
#!/bin/sh
for a; do
  shift
  case \$a in arn:aws:kms:*) a=alias/none ;; esac
  set -- "\$@" "\$a"
done
exec "$bin/aws-kms-plugin" "\$@"
E
# One that leaks: our plugin's parent, which grows once that serves.
cat >"$work/leaky" <<E
#!/usr/bin/python3
import os, signal, subprocess, sys, threading, time
plugin = subprocess.Popen(["$bin/aws-kms-plugin", *sys.argv[1:]])
signal.signal(signal.SIGTERM, lambda *_: plugin.terminate())
while plugin.poll() is None and not os.path.exists(
        sys.argv[sys.argv.index("--listen") + 1]):
    time.sleep(0.01)
time.sleep(1)  # it is weighed now
kept = []
for _ in range(80):
    kept.append(os.open("/dev/null", os.O_RDONLY))
    kept.append(b"x" * (1 << 20))
    kept.append(threading.Thread(target=time.sleep, args=(99,), daemon=True))
    kept[-1].start()
sys.exit(plugin.wait())
E
chmod +x "$work/mortal" "$work/keyless" "$work/leaky"
plugin=$work/mortal
wrong "a process that ends by itself is told" 'plugin ended by itself' <<'E'
steps:
- wait: 1m
  paced: true
E
wrong "the second plugin, too" 'plugin-2 ended by itself' <<'E'
apiservers: 2
steps:
- wait: 1m
  paced: true
E
plugin=$work/keyless
wrong "what is not good before is told" 'good before: write seed-0: 500' <<'E'
steps:
- write: seed-0
E
plugin=$work/leaky
wrong "a plugin that leaks descriptors is told" 'plugin has 80 more descriptors' <<'E'
steps:
- wait: 2m
  paced: true
E
ok "memory, too" out_fits_line 'plugin has 8[0-9]{4} KiB more memory'
ok "and threads" out_fits_line 'plugin has 80 more threads'
plugin=

# ---- command line ------------------------------------------------------------
run "$kmslab" run
ok "without names there is nothing to run" ended_with 2
run "$kmslab" run no-such-scenario
ok "an unknown name is wrong usage" ended_with 2
ok "and told" err_has "no-such-scenario.yaml: not found"
printf 'title: x\nsteps:\n- paint: a\n' >"$work/bad.yaml"
run "$kmslab" run "$work/bad.yaml"
ok "so is a file that is none" ended_with 2
ok "with its line" err_has "bad.yaml:3: there is no step or attribute 'paint'"
printf 'title: x\nsteps:\n- restart: emulator\n  endpoint: http://a\n' >"$work/bad.yaml"
run "$kmslab" run "$work/bad.yaml"
ok "only the plugin looks elsewhere" err_has \
  "bad.yaml:3: endpoint goes with start or restart of the plugin"
for after in write delete; do
  cat >"$work/anew.yaml" <<E
title: what was written or deleted after it is not undone
steps:
- write: a
- mark: whole
- rewrite: a
- tamper: a
  as: old
- $after: a
- heal: etcd
- read: a
  expect: $([ $after = write ] && echo ok || echo 404)
E
  run "$kmslab" run "$work/anew.yaml"
  ok "healing etcd does not undo a $after" ended_with 0
done
printf 'title: x\nsteps:\n- tamper: a\n' >"$work/bad.yaml"
run "$kmslab" run "$work/bad.yaml"
ok "tamper says how" err_has "bad.yaml:3: tamper wants as or from, and not both"
run "$kmslab" run --all --cluster minikube
ok "there are three kinds of clusters" ended_with 2
KMSLAB_STATE=$work/state run "$kmslab" run --all --cluster kind:nobody
ok "a kind cluster must be there" ended_with 1
ok "or is told" err_has "there is no cluster nobody here: kmslab kind up"
KMSLAB_ENGINE=no-such-engine run "$kmslab" run --all --cluster kind
ok "without a container engine the runs are skipped" ended_with 77
ok "and it says what to install" err_has "install a container engine"
run "$kmslab" run --all --cluster kind --jobs 2
ok "runs on a kind cluster come one after another" ended_with 2
printf 'title: x\nonly: apiserver\nbecause: it must\nsteps:\n- write: a\n' >"$work/only.yaml"
run "$kmslab" run "$work/only.yaml"
ok "what cannot run here is skipped" ended_with 77
ok "with its reason" out_has "it must"
if [ "$(id -u)" -eq 0 ]; then
  run setpriv --bounding-set=-net_bind_service "$kmslab" run dns-nxdomain
  ok "so is what this user may not have" ended_with 77
  ok "with its reason, too" out_has "port 53"
  printf '{"format":"kmslab-journal/1","verdict":"passed","seed":1,"scenario":{"name":"dns-nxdomain"}}\n' \
    >"$work/journal.json"
  run setpriv --bounding-set=-net_bind_service "$kmslab" replay "$work/journal.json"
  ok "a replay of it is skipped" ended_with 77
fi

printf 'title: x\nsteps:\n- wait: 20m\n  paced: true\n' >"$work/long.yaml"
"$kmslab" run "$work/long.yaml" kms-down-refused cold-boot --out "$work/long" \
  >"$work/out" 2>"$work/err" &
pid=$!
within 20 test -s "$work/long/long/kmslab.log" || :
sleep 2
kill -TERM $pid
wait $pid
code=$?
ok "an interrupted run fails" ended_with 1
ok "and has a journal all the same" grep -q '"verdict":"interrupted"' \
  "$work/long/long/journal.json"
ok "and a list of runs" grep -q '"verdict":"interrupted"' "$work/long/run.json"
ok "and a report" test -s "$work/long/report.html"
cause='interrupted before it started'
not_started() { # FORMAT FILE PATTERN
  ok "$1 has those that never started" \
    [ "$(grep -c "$3" "$work/long/$2")" -eq 2 ]
}
ok "those that never started are told" out_has "skipped     cold-boot (0.0 s): $cause"
ok "and how many that is" err_has "kmslab run: interrupted: 1 of 3 came to run"
ok "the list of runs has all that were asked for" \
  grep -q "\"name\":\"cold-boot\",\"path\":\"\",\"verdict\":\"skipped\"" \
  "$work/long/run.json"
not_started JUnit junit.xml "<skipped message=\"$cause\"/>"
not_started TAP report.tap "^ok [0-9] - .* # SKIP $cause"
not_started "the summary" summary.md "skipped | .* | $cause"
ok "the page has them, too" grep -q "$cause" "$work/long/report.html"

run "$kmslab" run flaky-p30-seeded --repeat 2 --jobs 2 --json
ok "runs can be repeated" ended_with 0
ok "and told as JSON" out_has '"name":"flaky-p30-seeded-2","path"'
run "$kmslab" list
ok "scenarios are listed" out_has "kms-down-refused"
run "$kmslab" list --json
ok "as JSON, too" out_has '"catalogue":"1"'
run "$kmslab" list --table
# shellcheck disable=SC2016 # for the inner shell
ok "the table of docs/SCENARIOS.md is that of the files" \
  sh -c 'sed -n "/^<!-- scenarios -->/,/^<!-- end -->/p" "$1" | grep "^| [0-9]" | cmp - "$2"' \
  sh "$here/../../docs/SCENARIOS.md" "$work/out"
done_testing
