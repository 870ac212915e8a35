/* SPDX-License-Identifier: Apache-2.0 */
/* Rules of faults: what is read, what is refused, when they fire, and that
 * chance repeats. */
#include "check.h"

#include "fault/rule_table.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

/* The meaning of the tests: match {"word": …} or anything; do {"kind": …}. */
static enum status
read_match(void *context, const struct fault_place *place,
    const struct json *match, void **out)
{
    static const char *const members[] = { "word" };
    struct span word = { NULL, 0 };
    (void)context;
    if (match == NULL)
        return STATUS_OK;
    enum status st = fault_fields(place, match, members, 1);
    if (st == STATUS_OK)
        st = fault_read_text(place, match, "word", 32, &word);
    if (st != STATUS_OK)
        return st;
    char *copy = calloc(1, word.len + 1);
    assert_non_null(copy);
    span_to_text(word, copy);
    *out = copy;
    return STATUS_OK;
}

static enum status
read_action(void *context, const struct fault_place *place,
    const struct json *action, const void *match, void **out)
{
    static const char *const members[] = { "kind" };
    struct span kind = { NULL, 0 };
    (void)context;
    (void)match;
    enum status st = fault_fields(place, action, members, 1);
    if (st == STATUS_OK)
        st = fault_read_text(place, action, "kind", 32, &kind);
    if (st == STATUS_OK && kind.len == 0)
        st = fault_refuse(place, "kind: missing");
    if (st != STATUS_OK)
        return st;
    char *copy = calloc(1, kind.len + 1);
    assert_non_null(copy);
    span_to_text(kind, copy);
    *out = copy;
    return STATUS_OK;
}

static const char *
kind_of(const void *action)
{
    return action;
}

static bool
matches(const void *match, const void *const *actions, size_t count,
    const void *facts)
{
    (void)actions;
    assert_true(count > 0);
    return match == NULL || strcmp(match, facts) == 0;
}

static const struct fault_meaning meaning = { read_match, free, read_action,
    free, kind_of, matches };

struct fixture {
    struct clock_manual time;
    struct fault_table *table;
    unsigned told; /* how often something was withdrawn */
};

static void
count_told(void *context)
{
    ((struct fixture *)context)->told++;
}

static void
begin(struct fixture *f)
{
    *f = (struct fixture){ .told = 0 };
    f->time.now_ms = 1000;
    const struct fault_table_options options = { &meaning, f,
        clock_manual(&f->time), 7, count_told };
    assert_int_equal(fault_table_new(&options, &f->table), STATUS_OK);
}

static void
end(struct fixture *f)
{
    fault_table_free(f->table);
}

static void
add(struct fixture *f, const char *document)
{
    struct buf problem = { 0 };
    enum status st =
        fault_table_add(f->table, span_text(document), NULL, &problem);
    assert_string_equal(buf_text(&problem), "");
    assert_int_equal(st, STATUS_OK);
    buf_reset(&problem);
}

/* The kind that fires for a word, or "". */
static const char *
fire_in(struct fixture *f, const char *word, const char *scope)
{
    static char kind[33];
    struct fault_decision decision = { 0 };
    kind[0] = '\0';
    if (fault_table_decide(f->table, word, span_text(scope), &decision)) {
        span_to_text(span_text(decision.action), kind);
        fault_decision_reset(&decision);
    }
    return kind;
}

/* Which of n matches fire, as text: "xx.." */
static void
run_of(struct fixture *f, size_t n, const char *scope, char *out)
{
    for (size_t i = 0; i < n; i++)
        out[i] = fire_in(f, "a", scope)[0] == '\0' ? '.' : 'x';
    out[n] = '\0';
}

static void
counts_say_which_matches_fire(void **state)
{
    (void)state;
    static const struct {
        const char *when, *run;
    } rows[] = {
        { "{}", "xxxxxxxx" },
        { "{\"first\":2}", "xx......" },
        { "{\"every\":3}", "..x..x.." },
        { "{\"after\":5}", ".....xxx" },
        { "{\"after\":2,\"times\":3}", "..xxx..." },
        { "{\"every\":2,\"times\":2}", ".x.x...." },
        { "{\"sequence\":\"2*fire, pass, fire\"}", "xx.x...." },
        { "{\"sequence\":\"pass,fire...\"}", ".xxxxxxx" },
        { "{\"probability\":0}", "........" },
        { "{\"probability\":1}", "xxxxxxxx" },
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct fixture f;
        char rule[128], run[16];
        begin(&f);
        (void)snprintf(rule, sizeof(rule),
            "{\"when\":%s,\"do\":{\"kind\":\"error\"}}", rows[i].when);
        add(&f, rule);
        run_of(&f, 8, "s", run);
        assert_string_equal(run, rows[i].run);
        end(&f);
    }
}

static void
a_sequence_names_several_things_to_do(void **state)
{
    (void)state;
    struct fixture f;
    begin(&f);
    add(&f,
        "{\"when\":{\"sequence\":\"2*bad,1*late\"},\"do\":{\"bad\":{\"kind\":"
        "\"error\"},\"late\":{\"kind\":\"slow\"}}}");
    assert_string_equal(fire_in(&f, "a", ""), "error");
    assert_string_equal(fire_in(&f, "a", ""), "error");
    assert_string_equal(fire_in(&f, "a", ""), "slow");
    assert_string_equal(fire_in(&f, "a", ""), "");
    end(&f);
}

static void
a_window_is_counted_from_the_arming(void **state)
{
    (void)state;
    struct fixture f;
    begin(&f);
    add(&f, "{\"when\":{\"from\":\"2s\",\"until\":\"10s\"},\"do\":{\"kind\":"
            "\"e\"}}");
    f.time.now_ms = 2999;
    assert_string_equal(fire_in(&f, "a", ""), "");
    f.time.now_ms = 3000;
    assert_string_equal(fire_in(&f, "a", ""), "e");
    f.time.now_ms = 10999;
    assert_string_equal(fire_in(&f, "a", ""), "e");
    f.time.now_ms = 11000;
    assert_string_equal(fire_in(&f, "a", ""), "");
    end(&f);
}

static void
a_rule_whose_time_is_over_fires_no_more_and_is_still_told(void **state)
{
    (void)state;
    struct fixture f;
    struct buf text = { 0 };
    begin(&f);
    add(&f, "{\"name\":\"n\",\"ttl\":\"5s\",\"do\":{\"kind\":\"e\"}}");
    assert_string_equal(fire_in(&f, "a", ""), "e");
    f.time.now_ms += 5000;
    assert_string_equal(fire_in(&f, "a", ""), "");
    assert_false(fault_table_is_armed(f.table));
    struct json_writer w = json_writer_to(&text);
    fault_table_write(f.table, &w);
    assert_int_equal(json_writer_end(&w), STATUS_OK);
    assert_string_equal(buf_text(&text),
        "{\"seed\":7,\"paused\":false,\"rules\":[{\"name\":\"n\",\"rule\":"
        "{\"name\":\"n\",\"ttl\":\"5s\",\"do\":{\"kind\":\"e\"}},\"matched\":1,"
        "\"fired\":1,\"limit\":null,\"observed\":{},\"expired\":true}]}");
    buf_reset(&text);
    end(&f);
}

static void
the_name_of_a_rule_whose_time_is_over_is_free(void **state)
{
    (void)state;
    struct fixture f;
    struct buf problem = { 0 };
    static const char rule[] =
        "{\"name\":\"n\",\"ttl\":\"5s\",\"do\":{\"kind\":\"e\"}}";
    begin(&f);
    add(&f, rule);
    f.time.now_ms += 4999;
    assert_int_equal(fault_table_add(f.table, span_text(rule), NULL, &problem),
        STATUS_EXISTS);
    f.time.now_ms += 1;
    add(&f, rule);
    assert_string_equal(fire_in(&f, "a", ""), "e");
    buf_reset(&problem);
    end(&f);
}

static void
a_rule_that_does_not_fire_lets_the_next_be_tried(void **state)
{
    (void)state;
    struct fixture f;
    begin(&f);
    add(&f, "[{\"when\":{\"first\":1},\"do\":{\"kind\":\"one\"}},"
            "{\"match\":{\"word\":\"b\"},\"do\":{\"kind\":\"two\"}},"
            "{\"when\":{\"probability\":0},\"do\":{\"kind\":\"three\"}},"
            "{\"do\":{\"kind\":\"four\"}}]");
    assert_string_equal(fire_in(&f, "a", ""), "one");
    assert_string_equal(fire_in(&f, "a", ""), "four");
    assert_string_equal(fire_in(&f, "b", ""), "two");
    end(&f);
}

static void
the_same_seed_gives_the_same_run_in_each_scope(void **state)
{
    (void)state;
    static const char rules[] =
        "{\"name\":\"p\",\"when\":{\"probability\":0.3},\"do\":{\"kind\":"
        "\"e\"}}";
    struct fixture one, two;
    char a1[101], a2[101], b2[101], mixed[101];
    begin(&one);
    begin(&two);
    add(&one, rules);
    add(&two, rules);
    run_of(&one, 100, "a", a1);
    for (size_t i = 0; i < 100; i++) { /* another scope comes between */
        run_of(&two, 1, "b", mixed);
        b2[i] = mixed[0];
        run_of(&two, 1, "a", mixed);
        a2[i] = mixed[0];
    }
    a2[100] = b2[100] = '\0';
    assert_string_equal(a1, a2);
    assert_string_not_equal(a2, b2);
    end(&one);
    end(&two);
}

static void
another_seed_gives_another_run(void **state)
{
    (void)state;
    struct fixture f;
    char one[101], two[101];
    begin(&f);
    add(&f,
        "[{\"name\":\"p\",\"seed\":1,\"when\":{\"probability\":0.5},\"do\":{"
        "\"kind\":\"e\"}}]");
    run_of(&f, 100, "s", one);
    fault_table_clear(f.table);
    add(&f,
        "{\"seed\":2,\"rules\":[{\"name\":\"p\",\"when\":{\"probability\":0.5},"
        "\"do\":{\"kind\":\"e\"}}]}");
    run_of(&f, 100, "s", two);
    assert_string_not_equal(one, two);
    end(&f);
}

static void
a_probability_is_met(void **state)
{
    (void)state;
    enum { N = 20000 };
    struct fixture f;
    size_t fired = 0;
    begin(&f);
    add(&f, "{\"when\":{\"probability\":0.3},\"do\":{\"kind\":\"e\"}}");
    for (size_t i = 0; i < N; i++)
        fired += fire_in(&f, "a", i % 2 == 0 ? "x" : "y")[0] != '\0';
    assert_in_range(fired, N * 28 / 100, N * 32 / 100);
    end(&f);
}

static void *
fire_many(void *context)
{
    struct fixture *f = context;
    for (int i = 0; i < 500; i++) {
        struct fault_decision d = { 0 };
        if (fault_table_decide(f->table, "a", span_text("s"), &d)) {
            fault_decision_observe(&d, "seen");
            fault_decision_reset(&d);
        }
    }
    return NULL;
}

static void
take_fired(void *context, const struct fault_rule *rule)
{
    *(uint64_t *)context = rule->fired;
    assert_int_equal(rule->matched, 2000);
    assert_int_equal(rule->observed[0].count, rule->fired);
}

static void
at_once_the_counts_are_the_same(void **state)
{
    (void)state;
    uint64_t fired[2] = { 0, 0 };
    for (size_t run = 0; run < 2; run++) {
        struct fixture f;
        pthread_t threads[4];
        begin(&f);
        add(&f,
            "{\"name\":\"p\",\"when\":{\"probability\":0.25},\"do\":{\"kind\":"
            "\"e\"}}");
        for (size_t i = 0; i < 4; i++)
            assert_int_equal(
                pthread_create(&threads[i], NULL, fire_many, &f), 0);
        for (size_t i = 0; i < 4; i++)
            assert_int_equal(pthread_join(threads[i], NULL), 0);
        fault_table_visit(f.table, take_fired, &fired[run]);
        end(&f);
    }
    assert_int_equal(fired[0], fired[1]);
    assert_true(fired[0] > 0);
}

static void
what_is_not_understood_is_refused_with_its_place(void **state)
{
    (void)state;
    static const struct {
        const char *document, *problem;
    } rows[] = {
        { "", "line 1: not a JSON text" },
        { "[{},\n{]", "line 2: not a JSON text" },
        { "{\"do\":{},\"do\":{}}", "line 1: a member stands there twice" },
        { "3", "rule 1: not an object" },
        { "{}", "rule 1: do: must say what to do: {\"kind\": …}" },
        { "{\"nam\":\"x\"}", "rule 1: nam: no such member" },
        { "{\"name\":\"a b\",\"do\":{\"kind\":\"e\"}}",
            "rule 1: name: only letters, digits, '-', '_' and '.', and not "
            "dots alone" },
        { "{\"name\":\"..\",\"do\":{\"kind\":\"e\"}}",
            "rule 1: name: only letters, digits, '-', '_' and '.', and not "
            "dots alone" },
        { "{\"when\":{\"first\":3,\"after\":5},\"do\":{\"kind\":\"e\"}}",
            "rule 1: when: it would never fire" },
        { "{\"when\":{\"sequence\":\"3*pass\"},\"do\":{\"kind\":\"e\"}}",
            "rule 1: when: it would never fire" },
        { "{\"ttl\":\"0s\",\"do\":{\"kind\":\"e\"}}",
            "rule 1: ttl: it must be longer than nothing" },
        { "{\"name\":\"x\",\"do\":{\"kind\":3}}",
            "rule x: kind: not a text of 1 to 32 bytes" },
        { "{\"name\":\"x\",\"when\":{\"evry\":3},\"do\":{\"kind\":\"e\"}}",
            "rule x: when: evry: no such member" },
        { "{\"when\":{\"every\":0},\"do\":{\"kind\":\"e\"}}",
            "rule 1: when: every: not a whole number from 1 to 1000000000" },
        { "{\"when\":{\"probability\":1.5},\"do\":{\"kind\":\"e\"}}",
            "rule 1: when: probability: not a number from 0 to 1" },
        { "{\"when\":{\"from\":\"3s\",\"until\":\"2s\"},\"do\":{\"kind\":"
          "\"e\"}}",
            "rule 1: when: until: not after from" },
        { "{\"ttl\":5,\"do\":{\"kind\":\"e\"}}",
            "rule 1: ttl: not a duration such as \"250ms\" or \"3m30s\"" },
        { "{\"when\":{\"sequence\":\"2*fir\"},\"do\":{\"kind\":\"e\"}}",
            "rule 1: when: sequence: fir: neither pass nor the name of "
            "something to do" },
        { "{\"when\":{\"sequence\":\"x*fire\"},\"do\":{\"kind\":\"e\"}}",
            "rule 1: when: sequence: x: not a count from 1 to 1000000" },
        { "{\"do\":{\"a\":{\"kind\":\"e\"},\"b\":{\"kind\":\"e\"}}}",
            "rule 1: when: several things to do want a sequence that names "
            "them" },
        { "{\"do\":{\"pass\":{\"kind\":\"e\"}}}",
            "rule 1: do: pass is what stands for doing nothing" },
        { "[{\"do\":{\"kind\":\"e\"}},{\"match\":{\"wrd\":1},\"do\":{\"kind\":"
          "\"e\"}}]",
            "rule 2: wrd: no such member" },
        { "{\"rules\":[],\"sed\":1}", "rules: sed: no such member" },
        { "{\"rules\":{}}", "rules: not a list" },
        { "[{\"name\":\"here\",\"do\":{\"kind\":\"e\"}}]",
            "rule here: the name is taken" },
        { "[{\"name\":\"y\",\"do\":{\"kind\":\"e\"}},{\"name\":\"y\",\"do\":{"
          "\"kind\":\"e\"}}]",
            "rule y: the name is taken" },
    };
    struct fixture f;
    begin(&f);
    add(&f, "{\"name\":\"here\",\"do\":{\"kind\":\"old\"}}");
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct buf problem = { 0 }, names = { 0 };
        enum status st = fault_table_add(
            f.table, span_text(rows[i].document), &names, &problem);
        assert_string_equal(buf_text(&problem), rows[i].problem);
        assert_true(st == STATUS_INVALID || st == STATUS_EXISTS);
        assert_int_equal(names.len, 0);
        buf_reset(&problem);
    }
    assert_string_equal(fire_in(&f, "a", ""), "old");
    assert_int_equal(f.told, 0);
    end(&f);
}

static void
unnamed_rules_get_the_name_of_their_kind(void **state)
{
    (void)state;
    struct fixture f;
    struct buf names = { 0 }, problem = { 0 };
    begin(&f);
    add(&f, "{\"do\":{\"kind\":\"slow\"}}");
    assert_int_equal(
        fault_table_add(f.table,
            span_text("[{\"do\":{\"kind\":\"slow\"}},{\"do\":{\"kind\":"
                      "\"slow\"}},{\"do\":{\"kind\":\"e\"}}]"),
            &names, &problem),
        STATUS_OK);
    assert_string_equal(buf_text(&names), "[\"slow-2\",\"slow-3\",\"e\"]");
    buf_reset(&names);
    end(&f);
}

static void
a_rule_is_replaced_in_its_place_and_counts_anew(void **state)
{
    (void)state;
    struct fixture f;
    struct buf problem = { 0 };
    begin(&f);
    add(&f, "[{\"name\":\"a\",\"when\":{\"first\":1},\"do\":{\"kind\":\"e\"}},"
            "{\"name\":\"b\",\"do\":{\"kind\":\"last\"}}]");
    assert_string_equal(fire_in(&f, "a", ""), "e");
    assert_string_equal(fire_in(&f, "a", ""), "last");
    struct span fresh =
        span_text("{\"when\":{\"first\":1},\"do\":{\"kind\":\"new\"}}");
    assert_int_equal(
        fault_table_replace(f.table, span_text("a"), fresh, &problem),
        STATUS_OK);
    assert_string_equal(fire_in(&f, "a", ""), "new");
    assert_string_equal(fire_in(&f, "a", ""), "last");
    assert_int_equal(
        fault_table_replace(f.table, span_text("c"), fresh, &problem),
        STATUS_NOT_FOUND);
    struct span other = span_text("{\"name\":\"z\",\"do\":{\"kind\":\"e\"}}");
    assert_int_equal(
        fault_table_replace(f.table, span_text("a"), other, &problem),
        STATUS_INVALID);
    assert_string_equal(buf_text(&problem), "rule z: its name is not a");
    assert_int_equal(f.told, 1);
    buf_reset(&problem);
    end(&f);
}

static void
removing_clearing_and_pausing_withdraw_what_has_fired(void **state)
{
    (void)state;
    struct fixture f;
    begin(&f);
    for (size_t i = 0; i < 3; i++) {
        struct fault_decision d = { 0 };
        add(&f, "{\"name\":\"n\",\"do\":{\"kind\":\"e\"}}");
        assert_true(fault_table_decide(f.table, "a", span_text(""), &d));
        assert_false(fault_decision_is_withdrawn(&d));
        assert_string_equal(fault_decision_name(&d), "n");
        if (i == 0)
            assert_int_equal(
                fault_table_remove(f.table, span_text("n")), STATUS_OK);
        else if (i == 1)
            fault_table_clear(f.table);
        else
            fault_table_pause(f.table, true);
        assert_true(fault_decision_is_withdrawn(&d));
        assert_string_equal(d.action, "e"); /* still there to be looked at */
        fault_decision_reset(&d);
        assert_false(fault_table_is_armed(f.table));
        assert_int_equal(f.told, i + 1);
    }
    fault_table_pause(f.table, false);
    assert_string_equal(fire_in(&f, "a", ""), "e");
    assert_int_equal(
        fault_table_remove(f.table, span_text("none")), STATUS_NOT_FOUND);
    end(&f);
}

static void
more_rules_than_there_is_room_for_are_refused(void **state)
{
    (void)state;
    struct fixture f;
    struct buf problem = { 0 };
    begin(&f);
    for (size_t i = 0; i < FAULT_RULES_MAX; i++)
        add(&f, "{\"do\":{\"kind\":\"e\"}}");
    assert_int_equal(
        fault_table_add(
            f.table, span_text("{\"do\":{\"kind\":\"e\"}}"), NULL, &problem),
        STATUS_FULL);
    assert_string_equal(buf_text(&problem), "more than 256 rules");
    buf_reset(&problem);
    end(&f);
}

static void
rules_that_are_over_make_room(void **state)
{
    (void)state;
    struct fixture f;
    begin(&f);
    for (size_t i = 0; i < FAULT_RULES_MAX; i++)
        add(&f, i == 1 ? "{\"name\":\"stays\",\"do\":{\"kind\":\"e\"}}"
                       : "{\"ttl\":\"1s\",\"do\":{\"kind\":\"e\"}}");
    f.time.now_ms += 1000;
    for (size_t i = 0; i < FAULT_RULES_MAX - 1; i++)
        add(&f, "{\"do\":{\"kind\":\"e\"}}");
    struct buf problem = { 0 };
    assert_int_equal(
        fault_table_add(
            f.table, span_text("{\"do\":{\"kind\":\"e\"}}"), NULL, &problem),
        STATUS_FULL);
    buf_clear(&problem);
    assert_int_equal(
        fault_table_add(f.table,
            span_text("{\"name\":\"stays\",\"do\":{\"kind\":\"e\"}}"), NULL,
            &problem),
        STATUS_FULL);
    buf_reset(&problem);
    end(&f);
}

static void
scopes_beyond_the_limit_still_get_draws(void **state)
{
    (void)state;
    struct fixture f;
    begin(&f);
    add(&f, "{\"do\":{\"kind\":\"e\"}}");
    for (int i = 0; i < FAULT_SCOPES_MAX + 100; i++) {
        char scope[16];
        (void)snprintf(scope, sizeof(scope), "%d", i);
        assert_string_equal(fire_in(&f, "a", scope), "e");
    }
    end(&f);
}

static void
a_schedule_knows_how_often_it_fires_at_most(void **state)
{
    (void)state;
    static const struct {
        const char *when;
        int64_t limit;
    } rows[] = {
        { "{}", -1 },
        { "{\"first\":3}", 3 },
        { "{\"first\":3,\"times\":2}", 2 },
        { "{\"times\":4,\"every\":2}", 4 },
        { "{\"sequence\":\"2*fire,3*pass,fire\"}", 3 },
        { "{\"sequence\":\"2*fire,fire...\"}", -1 },
        { "{\"first\":9,\"probability\":0.5}", 9 },
        { "{\"first\":9,\"after\":3}", 6 },
        { "{\"first\":9,\"after\":3,\"every\":2}", 3 },
        { "{\"times\":2,\"until\":\"3s\"}", 2 },
        { "{\"until\":\"3s\"}", -1 },
        { "{\"sequence\":\"2*fire,fire...\",\"times\":7}", 7 },
        { "{\"sequence\":\"2*fire,fire...\",\"first\":5}", 5 },
        { "{\"sequence\":\"pass,2*fire,pass...\",\"first\":2}", 1 },
        { "{\"sequence\":\"2*fire,pass...\"}", 2 },
        { "{\"sequence\":\"4*fire\",\"every\":2}", 4 },
        { "{\"probability\":0.5}", -1 },
        { "{\"after\":3}", -1 },
    };
    const struct span names[] = { SPAN_LITERAL("fire") };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct json_doc *doc = NULL;
        struct buf problem = { 0 };
        struct fault_schedule s;
        const struct fault_place place = { "x", &problem };
        assert_int_equal(
            json_parse(span_text(rows[i].when), &doc, NULL), STATUS_OK);
        assert_int_equal(
            fault_schedule_read(&place, json_root(doc), names, 1, &s),
            STATUS_OK);
        assert_int_equal(fault_schedule_limit(&s), rows[i].limit);
        json_doc_free(doc);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts_say_which_matches_fire),
        cmocka_unit_test(a_sequence_names_several_things_to_do),
        cmocka_unit_test(a_window_is_counted_from_the_arming),
        cmocka_unit_test(
            a_rule_whose_time_is_over_fires_no_more_and_is_still_told),
        cmocka_unit_test(the_name_of_a_rule_whose_time_is_over_is_free),
        cmocka_unit_test(a_rule_that_does_not_fire_lets_the_next_be_tried),
        cmocka_unit_test(the_same_seed_gives_the_same_run_in_each_scope),
        cmocka_unit_test(another_seed_gives_another_run),
        cmocka_unit_test(a_probability_is_met),
        cmocka_unit_test(at_once_the_counts_are_the_same),
        cmocka_unit_test(what_is_not_understood_is_refused_with_its_place),
        cmocka_unit_test(unnamed_rules_get_the_name_of_their_kind),
        cmocka_unit_test(a_rule_is_replaced_in_its_place_and_counts_anew),
        cmocka_unit_test(removing_clearing_and_pausing_withdraw_what_has_fired),
        cmocka_unit_test(more_rules_than_there_is_room_for_are_refused),
        cmocka_unit_test(rules_that_are_over_make_room),
        cmocka_unit_test(scopes_beyond_the_limit_still_get_draws),
        cmocka_unit_test(a_schedule_knows_how_often_it_fires_at_most),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
