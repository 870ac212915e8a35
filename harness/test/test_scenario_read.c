/* SPDX-License-Identifier: Apache-2.0 */
/* Scenario files: what is read, and where mistakes are told. */
#include "play/ledger.h"
#include "play/metric.h"
#include "scenario/bound.h"
#include "scenario/expect_kind.h"
#include "scenario/read.h"
#include "scenario/yaml_json.h"
#include "test/check.h"

#define HEAD "title: t\nsteps:\n"
#define TWO "apiservers: 2\n" HEAD
#define PROXY "proxy: true\n" HEAD

static enum status
read_text(
    const char *text, int64_t scale, struct scenario *out, struct buf *problem)
{
    const struct read_options options = { "dir/a.yaml", scale };

    return read_scenario(span_text(text), &options, out, problem);
}

static void
a_file_is_read_whole(void **state)
{
    static const char text[] =
        "title: one\ncatalogue: 7\nkms: v1\nproxy: true\nscale: 4\n"
        "load: {every: 2s, secrets: 9}\nprobe: 3s\nsecrets: 5\n"
        "plugin: [--debug]\nsteps:\n- write: a\n  times: 3\n"
        "  expect: {code: 500, says: no}\n- wait: 2m50s\n  at: 1s\n"
        "- until: {readyz: ok, read: {a: 500}}\n  within: 9s\n"
        "- fault: {name: f, do: {kind: latency, fixed: 2s}}\n  fires: 2\n"
        "actors:\n  other:\n  - read: a\n    server: 2\n  - check: {read: {a: "
        "ok}}\n    server: 2\n"
        "apiservers: 2\nonly: model\nbecause: of two\n";
    struct scenario s = { 0 };
    struct buf problem = { 0 };

    (void)state;
    assert_ok(read_text(text, 0, &s, &problem));
    assert_string_equal(buf_text(&s.name), "a");
    assert_int_equal(s.sha256.len, 64);
    assert_true(s.kms_v1 && s.proxy);
    assert_int_equal(s.scale, 4);
    assert_int_equal(s.load_every_ms, 2000);
    assert_int_equal(s.load_secrets, 9);
    assert_int_equal(s.secrets, 5);
    assert_int_equal(s.actor_count, 2);
    assert_string_equal(buf_text(&s.actors[1].name), "other");
    const struct scenario_step *steps = s.actors[0].steps;
    assert_int_equal(s.apiservers, 2);
    assert_int_equal(s.actors[1].steps[0].server, 1);
    assert_int_equal(s.actors[1].steps[1].expects.items[0].server, 1);
    assert_int_equal(steps[0].server, 0);
    assert_int_equal(steps[0].verb, SCENARIO_WRITE);
    assert_int_equal(steps[0].times, 3);
    assert_int_equal(steps[0].code, 500);
    assert_string_equal(buf_text(&steps[0].says), "no");
    assert_int_equal(steps[1].wait_ms, 170000);
    assert_int_equal(steps[1].at_ms, 1000);
    assert_int_equal(steps[2].expects.count, 2);
    assert_int_equal(steps[2].wait_ms, 9000);
    assert_int_equal(steps[3].fires, 2);
    assert_string_equal(buf_text(&steps[3].body),
        "{\"do\":{\"fixed\":\"500ms\",\"kind\":\"latency\"},\"name\":\"f\"}");
    assert_int_equal(problem.len, 0);
    scenario_reset(&s);
}

static void
mistakes_are_told_with_their_line(void **state)
{
    static const struct {
        const char *text, *problem;
    } cases[] = {
        { "", "dir/a.yaml:1: a scenario is a map" },
        { "- 1\n", "dir/a.yaml:1: a scenario is a map" },
        { "title: t\n", "dir/a.yaml:1: there are no steps" },
        { "steps:\n- write: a\n", "dir/a.yaml:1: there is no title" },
        { "title: t\nsteps: []\n", "dir/a.yaml:2: steps are a list" },
        { HEAD "- write: a\ncolour: red\n",
            "dir/a.yaml:4: 'colour' is not known here" },
        { HEAD "- paint: a\n",
            "dir/a.yaml:3: there is no step or attribute 'paint'" },
        { HEAD "- write: a\n  read: b\n",
            "dir/a.yaml:3: a step does one thing: read or write" },
        { HEAD "- at: 1s\n", "dir/a.yaml:3: a step that does nothing" },
        { HEAD "- until: {readyz: ok}\n", "dir/a.yaml:3: until wants within" },
        { HEAD "- check: {}\n", "dir/a.yaml:3: nothing is expected" },
        { HEAD "- restart: plugin\n  endpoint: 'ftp:::/x'\n",
            "dir/a.yaml:3: endpoint is an http or https URL" },
        { HEAD "- check:\n    readyz: maybe\n",
            "dir/a.yaml:4: readyz is one of ok|failed|unreachable" },
        { HEAD "- check:\n    weather: ok\n",
            "dir/a.yaml:4: nothing called 'weather' can be expected" },
        { HEAD "- check:\n    kms: {Encrypt: many}\n",
            "dir/a.yaml:4: kms is a number or bound" },
        { HEAD "- check:\n    kms: 3\n", "dir/a.yaml:4: kms wants a map" },
        { HEAD "- check:\n    kms: {Encrypt: [1]}\n",
            "dir/a.yaml:4: kms wants a value" },
        { HEAD "- kill: kubelet\n",
            "dir/a.yaml:3: kill takes one of emulator|plugin|apiserver" },
        { HEAD "- wait: soon\n", "dir/a.yaml:3: this must be a duration" },
        { HEAD "- wait: 25h\n", "dir/a.yaml:3: this must be a duration" },
        { HEAD "- write: a\n  times: -1\n",
            "dir/a.yaml:4: this must be a number" },
        { HEAD "- write: a\n  expect: good\n",
            "dir/a.yaml:4: an answer is ok or a code" },
        { HEAD "- fault: {do: {}}\n", "dir/a.yaml:3: a fault wants a name" },
        { HEAD "- fault: x\n", "dir/a.yaml:3: this must be a map" },
        { HEAD "- write: [a]\n", "dir/a.yaml:3: this must be a text" },
        { HEAD "- check:\n    pod-file: {a: new}\n",
            "dir/a.yaml:4: pod-file is one of ok|old|absent" },
        { HEAD "- write: a\n  where: mars\n",
            "dir/a.yaml:4: this is model, apiserver or kind" },
        { HEAD "- write: a\nkms: v3\n", "dir/a.yaml:4: kms is v1 or v2" },
        { HEAD "- write: a\nscale: 0\n", "dir/a.yaml:4: scale is a number" },
        { HEAD "- write: a\nproxy: 3\n",
            "dir/a.yaml:4: this must be true or false" },
        { HEAD "- write: a\nplugin: x\n",
            "dir/a.yaml:4: plugin is a list of at most" },
        { HEAD "- write: a\nactors: []\n", "dir/a.yaml:4: actors are a map" },
        { HEAD "- write: a\ntimeout: 0s\n",
            "dir/a.yaml:1: timeout and probe must not be 0" },
        { HEAD "- write: a\nonly: model\n",
            "dir/a.yaml:1: what runs in one place only says why" },
        { HEAD "- write: a\napiservers: 3\n",
            "dir/a.yaml:4: apiservers is 1 or 2" },
        { HEAD "- write: a\napiservers: two\n",
            "dir/a.yaml:4: this must be a number" },
        { HEAD "- write: a\n  server: 2\n",
            "dir/a.yaml:4: server is a number from 1 to 1" },
        { TWO "- write: a\n  server: 0\n",
            "dir/a.yaml:5: server is a number from 1 to 2" },
        { TWO "- write: a\n  server: last\n",
            "dir/a.yaml:5: this must be a number" },
        { TWO "- wait: 1s\n  server: 2\n",
            "dir/a.yaml:4: wait is of no server" },
        { TWO "- kill: emulator\n  server: 2\n",
            "dir/a.yaml:4: kill emulator is of no server" },
        { TWO "- server: 2\n  check:\n    readyz: ok\n    load: {errors: 0}\n",
            "dir/a.yaml:7: load is of no server" },
        { HEAD "- resolver: asleep\n",
            "dir/a.yaml:3: resolver takes one of silent|nxdomain" },
        { HEAD "- tamper: a\n  as: new\n",
            "dir/a.yaml:3: as is one of flipped|old" },
        { HEAD "- tamper: a\n  as: old\n  from: b\n",
            "dir/a.yaml:3: tamper wants as or from, and not both" },
        { HEAD "- write: a\n  from: b\n",
            "dir/a.yaml:3: as and from go with tamper" },
        { "title: t\ntitle: u\nsteps:\n- write: a\n",
            "dir/a.yaml:2: key \"title\" already set in map" },
        { "title: t\ntitle: u\nsteps:\n- write: a\n  write: b\n",
            "dir/a.yaml:2: key \"title\" already set in map" },
        { "title: t\nsteps: {\n", "dir/a.yaml:" },
        { HEAD "- kms: DisableKye\n",
            "dir/a.yaml:3: KMS has no operation 'DisableKye'" },
        { HEAD "- kms: DisableKey\n  with: {\n    GrantToken: a}\n",
            "dir/a.yaml:5: DisableKey has no member 'GrantToken'" },
        { HEAD "- write: a\n  with: {a: b}\n",
            "dir/a.yaml:3: with goes with kms" },
        { HEAD "- check: {kms: {Encrpt: 0}}\n",
            "dir/a.yaml:3: KMS has no operation 'Encrpt'" },
        { HEAD "- check: {plugin-calls: {Decrypt: 0}}\n",
            "dir/a.yaml:3: plugin-calls wants a proxy" },
        { HEAD "- plugin-fault: {name: x, do: {kind: hang}}\n",
            "dir/a.yaml:3: plugin-fault wants a proxy" },
        { PROXY "- plugin-fault: {name: x, do: {kind: hnag}}\n",
            "dir/a.yaml:4: rule x: do: there is no kind 'hnag' here" },
        { PROXY "- plugin-fault: {name: x, match: {method: Sign}, "
                "do: {kind: hang}}\n",
            "dir/a.yaml:4: rule x: method: " },
        { PROXY "- plugin-fault: {name: x, when: {times: -1}, "
                "do: {kind: hang}}\n",
            "dir/a.yaml:4: rule x: when: times: not a whole number" },
        { PROXY "- plugin-fault: {name: x, nope: 1, do: {kind: hang}}\n",
            "dir/a.yaml:4: rule 1: nope: no such member" },
        { HEAD "- write: a\nplugin: [debug]\n",
            "dir/a.yaml:4: a flag of the plugin is --NAME or --NAME=VALUE" },
        { HEAD "- write: a\nplugin: [--debug, --help]\n",
            "dir/a.yaml:4: with --help the plugin does not serve" },
        { HEAD "- wait: 1s\n- resolver: silent\n",
            "dir/a.yaml:4: this wants a resolver" },
        { HEAD "- heal: resolver\n", "dir/a.yaml:3: this wants a resolver" },
        { HEAD "- heal: plugin\n", "dir/a.yaml:3: this wants a proxy" },
        { HEAD "- heal: key\n", "dir/a.yaml:3: heal takes one of kms|" },
        { HEAD "- pod: a\n", "dir/a.yaml:3: pods run on kind only" },
        { HEAD "- write: A_B\n",
            "dir/a.yaml:3: kube-apiserver takes no Secret called 'A_B'" },
        { HEAD "- tamper: ../x\n  as: old\n",
            "dir/a.yaml:3: kube-apiserver takes no Secret called '../x'" },
        { PROXY "- check: {plugin-calls: {Decrpt: 1}}\n",
            "dir/a.yaml:4: a KMS plugin has no method 'Decrpt'" },
        { PROXY "- check: {plugin-calls: {Decrypt OKK: 1}}\n",
            "dir/a.yaml:4: gRPC has no code 'OKK'" },
        { HEAD "- write: a\nplugin: [--check]\n",
            "dir/a.yaml:4: with --check the plugin does not serve" },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct scenario s = { 0 };
        struct buf problem = { 0 };

        assert_int_equal(
            read_text(cases[i].text, 0, &s, &problem), STATUS_INVALID);
        if (!span_starts_with(buf_span(&problem), span_text(cases[i].problem)))
            fail_msg("%s, not %s", buf_text(&problem), cases[i].problem);
        assert_null(strchr(buf_text(&problem), '\n'));
        assert_null(s.actors);
        buf_reset(&problem);
    }
}

static void
real_time_is_not_scaled(void **state)
{
    struct scenario s = { 0 };
    struct buf problem = { 0 };

    (void)state;
    assert_ok(read_text(HEAD "- fault: {name: f, do: {fixed: 2s, offset: 6m}}\n"
                             "scale: 20\n",
        1, &s, &problem));
    assert_int_equal(s.scale, 1);
    assert_int_equal(s.apiservers, 1);
    assert_string_equal(buf_text(&s.actors[0].steps[0].body),
        "{\"do\":{\"fixed\":\"2s\",\"offset\":\"6m\"},\"name\":\"f\"}");
    scenario_reset(&s);
}

/* What only looks like one is left as it is. */
static void
durations_alone_are_scaled(void **state)
{
    static const char text[] =
        "title: t\nsteps:\n"
        "- fault: {name: 40s, ttl: 40s, when: {from: 20s},"
        " match: {header: {name: x, value: 40s}, context: {to: 40s}},"
        " do: {a: {kind: latency, fixed: 40s},"
        " b: {kind: error, message: 40s, retry_after: 20s}}}\n"
        "- kms: UpdateKeyDescription\n  with: {Description: 40s}\n"
        "- fault: {name: p, when: {probability: .5}, do: {kind: hang}}\n";
    struct scenario s = { 0 };
    struct buf problem = { 0 };

    (void)state;
    assert_ok(read_text(text, 20, &s, &problem));
    assert_string_equal(buf_text(&s.actors[0].steps[0].body),
        "{\"do\":{\"a\":{\"fixed\":\"2s\",\"kind\":\"latency\"},"
        "\"b\":{\"kind\":\"error\",\"message\":\"40s\","
        "\"retry_after\":\"1s\"}},\"match\":{\"context\":{\"to\":"
        "\"40s\"},\"header\":{\"name\":\"x\",\"value\":\"40s\"}},"
        "\"name\":\"40s\",\"ttl\":\"2s\",\"when\":{\"from\":\"1s\"}}");
    assert_string_equal(
        buf_text(&s.actors[0].steps[1].body), "{\"Description\":\"40s\"}");
    assert_string_equal(buf_text(&s.actors[0].steps[2].body),
        "{\"do\":{\"kind\":\"hang\"},\"name\":\"p\",\"when\":"
        "{\"probability\":0.5}}");
    scenario_reset(&s);
    buf_reset(&problem);
}

static void
durations_of_rules_are_scaled_to_whole_milliseconds(void **state)
{
    static const struct {
        int64_t ns, scale;
        const char *text;
    } cases[] = {
        { 3000000000, 20, "150ms" },
        { 1000000, 20, "1ms" },
        { 0, 20, "0s" },
        { 90000000000, 1, "1m30s" },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct buf out = { 0 };

        assert_ok(yaml_json_scaled(cases[i].ns, cases[i].scale, &out));
        assert_string_equal(buf_text(&out), cases[i].text);
        buf_reset(&out);
    }
}

static void
bounds_are_numbers_ranges_and_durations(void **state)
{
    static const struct {
        const char *text;
        int64_t in, out;
    } cases[] = {
        { "3", 3, 4 },
        { ">= 3", 3, 2 },
        { "<= 3", 3, 4 },
        { "> 3", 4, 3 },
        { "< 3", 2, 3 },
        { "2..4", 4, 5 },
        { "<= 30s", 30000, 30001 },
        { "1s..2s", 1500, 999 },
    };
    static const char *const bad[] = { "", "x", ">=", "4..2", "-1", "1..",
        "= 3" };
    struct bound bound = { 7, 7 };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        assert_ok(bound_parse(span_text(cases[i].text), &bound));
        assert_true(bound_holds(&bound, cases[i].in));
        assert_false(bound_holds(&bound, cases[i].out));
    }
    bound = (struct bound){ 7, 7 };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        assert_int_equal(
            bound_parse(span_text(bad[i]), &bound), STATUS_INVALID);
    assert_int_equal(bound.least, 7);
}

static void
metrics_are_summed_by_name_and_labels(void **state)
{
    static const char text[] = "# HELP x y\n"
                               "x{op=\"a\",code=\"200\"} 3\n"
                               "x{op=\"a\",code=\"500\"} 4\n"
                               "x{op=\"b\",code=\"200\"} 5\n"
                               "xy 9\n"
                               "plain 7\n";
    static const struct {
        const char *wanted;
        int64_t sum; /* negative: not there */
    } cases[] = { { "x", 12 }, { "x op=a", 7 }, { "x op=a code=500", 4 },
        { "x code=200", 8 }, { "plain", 7 }, { "x op=c", -1 }, { "none", -1 },
        { "x p=a", -1 } };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        int64_t sum = -1;

        assert_int_equal(
            metric_sum(span_text(text), span_text(cases[i].wanted), &sum),
            cases[i].sum >= 0);
        assert_int_equal(sum, cases[i].sum);
    }
}

static void
the_ledger_knows_what_is_lost_or_altered(void **state)
{
    struct ledger ledger = { .seed = 5 };
    struct ledger_entry *entry = ledger_entry(&ledger, "a");
    struct cluster_answer answer = { .code = 201 };
    struct buf first = { 0 }, second = { 0 }, why = { 0 };

    (void)state;
    assert_ok(ledger_next(&ledger, "a", &first));
    assert_ok(ledger_next(&ledger, "a", &second));
    assert_false(span_equal(buf_span(&first), buf_span(&second)));
    assert_ok(ledger_wrote(entry, buf_span(&first), &answer));
    answer.code = 500; /* nothing was written */
    assert_ok(ledger_wrote(entry, buf_span(&second), &answer));

    answer.code = 200;
    assert_ok(buf_set(&answer.value, buf_span(&first)));
    assert_true(ledger_accepts(entry, &answer, &why));
    assert_ok(buf_set(&answer.value, buf_span(&second)));
    assert_false(ledger_accepts(entry, &answer, &why));
    assert_string_equal(buf_text(&why), "a holds a-5-2, not a-5-1");

    answer.code = 0; /* perhaps it was */
    assert_ok(ledger_wrote(entry, buf_span(&second), &answer));
    answer.code = 200;
    assert_true(ledger_accepts(entry, &answer, &why));
    buf_clear(&why);
    answer.code = 404;
    assert_false(ledger_accepts(entry, &answer, &why));
    assert_true(span_starts_with(buf_span(&why), SPAN_LITERAL("a is lost")));
    answer.code = 500; /* it cannot be told */
    assert_true(ledger_accepts(entry, &answer, &why));
    cluster_answer_reset(&answer);
    buf_reset(&first);
    buf_reset(&second);
    buf_reset(&why);
    ledger_reset(&ledger);
}

static void
each_kind_of_expectation_has_its_form(void **state)
{
    size_t count = 0;

    (void)state;
    for (; expect_kind_at(count) != NULL; count++) {
        const struct expect_kind *kind = expect_kind_at(count);

        assert_ptr_equal(expect_kind_find(span_text(kind->name)), kind);
        assert_int_equal(kind->form == EXPECT_WORD, kind->words != NULL);
    }
    assert_true(count >= 20);
    assert_null(expect_kind_find(SPAN_LITERAL("none")));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_is_read_whole),
        cmocka_unit_test(mistakes_are_told_with_their_line),
        cmocka_unit_test(real_time_is_not_scaled),
        cmocka_unit_test(durations_alone_are_scaled),
        cmocka_unit_test(durations_of_rules_are_scaled_to_whole_milliseconds),
        cmocka_unit_test(bounds_are_numbers_ranges_and_durations),
        cmocka_unit_test(metrics_are_summed_by_name_and_labels),
        cmocka_unit_test(the_ledger_knows_what_is_lost_or_altered),
        cmocka_unit_test(each_kind_of_expectation_has_its_form),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
