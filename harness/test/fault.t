#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""kmslab fault: what it asks of an admin listener, what it prints, and how it
ends when it cannot. The listener is one of this script's own. Prints TAP."""

import http.server
import json
import os
import subprocess
import sys
import tempfile
import threading
import traceback

BIN = os.environ["KMSLAB_BIN"]
PATIENCE_S = 30
RULE = {"name": "a", "do": {"kind": "hang"}}
TESTS = []


class Listener(http.server.BaseHTTPRequestHandler):
    """Keeps what it is asked; answers what the test has put there."""

    asked, status, body = [], 200, b"{}"

    def answer(self):
        length = int(self.headers.get("Content-Length", 0))
        sent = self.rfile.read(length).decode()
        Listener.asked.append((self.command, self.path, sent))
        self.send_response(Listener.status)
        self.send_header("Content-Length", str(len(Listener.body)))
        self.end_headers()
        self.wfile.write(Listener.body)

    do_GET = do_POST = do_PUT = do_DELETE = answer

    def log_message(self, *_):
        pass


def fault(*words, status=200, body=b"{}", admin=True, stdin=""):
    """Runs it; gives the result and what the listener was asked."""
    Listener.asked, Listener.status, Listener.body = [], status, body
    env = {k: v for k, v in os.environ.items() if k != "KMSLAB_ADMIN"}
    if admin:
        env["KMSLAB_ADMIN"] = URL
    result = subprocess.run(
        [os.path.join(BIN, "kmslab"), "fault", *words],
        env=env, input=stdin, capture_output=True, text=True,
        timeout=PATIENCE_S,
    )
    return result, Listener.asked


def asks(words, method, path, sent=""):
    result, asked = fault(*words)
    assert result.returncode == 0, result.stderr
    assert asked == [(method, path, sent)], asked


def refused(words, text, code, **more):
    result, asked = fault(*words, **more)
    assert result.returncode == code, (result.returncode, result.stderr)
    assert text in result.stderr, result.stderr
    assert result.stdout == "", result.stdout
    return asked


def test(function):
    TESTS.append(function)


@test
def each_command_is_one_request():
    asks(["list"], "GET", "/faults")
    asks(["remove", "a"], "DELETE", "/faults/a")
    asks(["pause"], "POST", "/faults/pause")
    asks(["resume"], "POST", "/faults/resume")
    asks(["heal"], "DELETE", "/faults")
    asks(["kinds"], "GET", "/faults/kinds")
    asks(["presets"], "GET", "/faults/presets")
    asks(["preset", "quota"], "POST", "/faults/presets/quota")
    asks(["events"], "GET", "/faults/events")


@test
def options_become_parts_of_the_request():
    asks(["events", "--after", "41"], "GET", "/faults/events?after=41")
    asks(["preset", "--scale", "0.1", "quota"],
         "POST", "/faults/presets/quota?scale=0.1")
    asks(["preset", "quota", "--scale", "2"],
         "POST", "/faults/presets/quota?scale=2")


@test
def rules_come_from_the_command_line_a_file_or_standard_input():
    text = json.dumps(RULE)
    asks(["add", text], "POST", "/faults", text)
    asks(["replace", text], "PUT", "/faults", text)
    asks(["replace", "--rule", "a", text], "PUT", "/faults/a", text)
    with tempfile.NamedTemporaryFile("w") as file:
        file.write(text)
        file.flush()
        asks(["add", file.name], "POST", "/faults", text)
    result, asked = fault("add", "-", stdin=text)
    assert result.returncode == 0, result.stderr
    assert asked == [("POST", "/faults", text)], asked


@test
def a_cluster_says_where_its_emulator_is():
    with tempfile.TemporaryDirectory() as state:
        os.environ["KMSLAB_STATE"] = state
        for name, where in (("far", "http://127.0.0.1:9"), ("near", URL),
                            ("none", "")):
            folder = os.path.join(state, "kind", name)
            os.makedirs(folder, 0o700)
            with open(os.path.join(folder, "cluster.json"), "w") as file:
                json.dump({"layout": 1, "name": name, "owner": "up",
                           "ready": True, "emulator": {"admin": where}}, file)
        result, asked = fault("heal", "--cluster", "near", admin=False)
        assert result.returncode == 0, result.stderr
        assert asked == [("DELETE", "/faults", "")], asked
        # It is meant, whatever the environment says.
        assert refused(["heal", "--cluster", "far"], "127.0.0.1:9", 1) == []
        assert refused(["heal", "--cluster", "none"],
                       "has no emulator that kmslab started", 1) == []
        assert refused(["heal", "--cluster", "nobody"],
                       "kmslab knows no cluster nobody", 1) == []
        refused(["heal", "--cluster", "near", "--admin", URL],
                "exclude each other", 2)
        del os.environ["KMSLAB_STATE"]


@test
def what_was_added_is_printed_by_name():
    result, _ = fault("add", "{}", status=201, body=b'{"names":["a","b"]}')
    assert result.stdout == "a\nb\n", result.stdout


@test
def what_only_changes_something_prints_nothing():
    for words in (["heal"], ["pause"], ["resume"], ["remove", "a"]):
        result, _ = fault(*words)
        assert (result.stdout, result.stderr) == ("", ""), result


@test
def json_is_the_answer_as_it_came():
    for words in (["list"], ["kinds"], ["heal"], ["add", "{}"]):
        result, _ = fault(*words, "--json", body=b'{"x": [1]}')
        assert result.stdout == '{"x": [1]}\n', result.stdout


@test
def the_admin_option_goes_before_the_environment():
    result, asked = fault("list", "--admin", URL + "/", admin=False)
    assert result.returncode == 0, result.stderr
    assert asked == [("GET", "/faults", "")], asked


@test
def a_refusal_is_told_in_the_words_of_the_listener():
    words = b'{"error":"rule a: do: kind: there is none called \\"hag\\""}'
    refused(["add", "{}"], 'rule a: do: kind: there is none called "hag"', 1,
            status=400, body=words)
    refused(["remove", "a"], "no rule", 1, status=404,
            body=b'{"error":"there is no rule of that name"}')


@test
def a_listener_that_serves_no_faults_is_told():
    refused(["list"], "status 404 without a word", 1, status=404, body=b"<p>")
    refused(["list"], "is this an admin listener?", 1, body=b"<html>")


@test
def nobody_who_listens_is_a_failure():
    asked = refused(["list", "--admin", "http://127.0.0.1:1"],
                    "http://127.0.0.1:1/faults", 1)
    assert asked == [], asked


@test
def what_is_wrong_is_refused_before_anybody_is_asked():
    for words, text, code in (
        ([], "a command is wanted", 2),
        (["lst"], "there is no such command", 2),
        (["list", "a"], "takes options only", 2),
        (["add"], "one RULES is wanted", 2),
        (["add", "{}", "{}"], "one RULES is wanted", 2),
        (["remove"], "one NAME is wanted", 2),
        (["list", "--after", "1"], "--after is for events", 2),
        (["add", "--scale", "1", "{}"], "--scale is for preset", 2),
        (["add", "--rule", "a", "{}"], "--rule is for replace", 2),
        (["list", "--nonsense"], "--nonsense is not an option", 2),
        (["remove", "a/b"], "a/b: no name", 1),
        (["preset", "p?x"], "p?x: no name", 1),
        (["preset", "p", "--scale", "1&x"], "--scale must be a number", 1),
        (["events", "--after", "-1"], "--after must be a number", 1),
        (["add", "/no/such/file"], "/no/such/file: not found", 1),
        (["add", "/dev/null"], "/dev/null: holds no rules", 1),
    ):
        assert refused(words, text, code) == [], words


@test
def no_listener_named_is_wrong_usage():
    refused(["list"], "--admin URL, --cluster NAME or KMSLAB_ADMIN must be given", 2,
            admin=False)


@test
def help_needs_no_listener():
    result, asked = fault("--help", admin=False)
    assert result.returncode == 0 and asked == []
    assert result.stdout.startswith("usage: kmslab fault "), result.stdout
    again, _ = fault("list", "--help", admin=False)
    assert (again.returncode, again.stdout) == (0, result.stdout)


LIVE = """
set -eu
fault="$0 fault"
call() {
  python3 -c 'import http.client, sys, datetime, os
now = datetime.datetime.now(datetime.timezone.utc)
host = os.environ["KMSLAB_ENDPOINT"].removeprefix("http://")
wire = http.client.HTTPConnection(host, timeout=float(sys.argv[1]))
wire.request("POST", "/", "{}", {
  "X-Amz-Target": "TrentService.ListKeys", "X-Amz-Date": f"{now:%Y%m%dT%H%M%SZ}",
  "Content-Type": "application/x-amz-json-1.1",
  "Authorization": "AWS4-HMAC-SHA256 Credential=111122223333/"
  f"{now:%Y%m%d}/us-east-1/kms/aws4_request, SignedHeaders=host;x-amz-date, "
  "Signature=" + "0" * 64})
print(wire.getresponse().status)' "$1" 2>/dev/null || echo none
}
"""


def live(script):
    """What a script prints that has an emulator of its own."""
    kmslab = os.path.join(BIN, "kmslab")
    result = subprocess.run(
        [kmslab, "exec", "--", "sh", "-c", LIVE + script, kmslab],
        capture_output=True, text=True, timeout=PATIENCE_S,
    )
    assert result.returncode == 0, (result.stdout, result.stderr)
    return result.stdout.splitlines()


@test
def an_emulator_fails_as_often_as_it_is_told_to():
    lines = live("""
$fault add '{"when":{"sequence":"2*fire, pass, fire"},"do":{"kind":"throttle"}}'
for i in 1 2 3 4 5; do call 9; done
$fault list
""")
    assert lines[:6] == ["throttle", "400", "400", "200", "400", "200"], lines
    counts = lines[-1].split()
    assert counts == "throttle throttle in force 5 3 3 http-400".split(), lines


@test
def a_rule_that_is_refused_leaves_the_others_alone():
    lines = live("""
$fault add '[{"name":"a","do":{"kind":"empty","status":500}}]'
$fault add '[{"name":"b","do":{"kind":"hang"}},{"name":"c","do":{}}]' || echo no
$fault replace '{"do":{"kind":"hang"},"wen":{}}' || echo no
call 9
$fault list --json
""")
    assert lines[:4] == ["a", "no", "no", "500"], lines
    table = json.loads(lines[4])
    assert [rule["name"] for rule in table["rules"]] == ["a"], table


@test
def healing_lets_go_what_hangs():
    lines = live("""
$fault add '{"do":{"kind":"latency","fixed":"1h"}}'
call 20 > "${TMPDIR:-/tmp}/call.$$" &
until $fault list --json | grep -q '"fired":1'; do sleep 0.05; done
$fault heal
wait
cat "${TMPDIR:-/tmp}/call.$$"
rm "${TMPDIR:-/tmp}/call.$$"
""")
    assert lines == ["latency", "200"], lines


@test
def the_same_seed_gives_the_same_faults():
    script = """
$fault add '{"seed":SEED,"rules":[{"when":{"probability":0.5},"do":{"kind":"empty"}}]}'
for i in 1 2 3 4 5 6 7 8 9 10 11 12; do call 9; done
"""
    first, again, other = (live(script.replace("SEED", seed))
                           for seed in ("7", "7", "8"))
    assert first == again, (first, again)
    assert first != other and {"200", "500"} <= set(first), (first, other)


def main():
    failed = False
    print(f"1..{len(TESTS)}")
    for number, function in enumerate(TESTS, 1):
        try:
            function()
            print(f"ok {number} - {function.__name__}", flush=True)
        except Exception:  # one test's failure is not the others'
            failed = True
            for line in traceback.format_exc().splitlines():
                print(f"# {line}")
            print(f"not ok {number} - {function.__name__}", flush=True)
    return 1 if failed else 0


with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Listener) as server:
    URL = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    code = main()
    server.shutdown()
sys.exit(code)
