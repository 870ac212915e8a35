/* SPDX-License-Identifier: Apache-2.0 */
#include "storm/load.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum {
    NAME_BYTES = 16,
    VALUE_BYTES = 64,
    WRITES = 40, /* of a hundred; the rest are reads */
    REWRITES = 10,
    RESTARTS = 2, /* of the apiserver, which forgets its keys */
};

void
load_init(struct load *load, int64_t seed)
{
    *load =
        (struct load){ .seed = seed, .seeded = { (uint64_t)seed ^ 0x10ad } };
}

void
load_reset(struct load *load)
{
    buf_reset(&load->wrong);
    buf_reset(&load->error);
}

static uint64_t
draw(struct load *load, uint64_t limit)
{
    struct random random = random_seeded(&load->seeded);
    uint64_t value = 0;
    if (random_fill(&random, (uint8_t *)&value, sizeof(value)) != STATUS_OK)
        return 0; /* a seeded generator does not fail */
    return value % limit;
}

static void
name_of(size_t secret, char name[NAME_BYTES])
{
    snprintf(name, NAME_BYTES, "storm-v%zu-%02zu", 1 + secret % 2, secret);
}

/* The value of a write: its number, and a hash of seed, Secret and number. */
static void
value_of(const struct load *load, size_t secret, uint64_t write,
    char value[VALUE_BYTES])
{
    struct random_seeded seeded = { (uint64_t)load->seed * 31 +
                                    secret * UINT64_C(0x9e3779b97f4a7c15) +
                                    write };
    struct random random = random_seeded(&seeded);
    uint64_t hash[2] = { 0, 0 };
    if (random_fill(&random, (uint8_t *)hash, sizeof(hash)) != STATUS_OK)
        hash[0] = write; /* a seeded generator does not fail */
    snprintf(value, VALUE_BYTES, "%llu-%016llx%016llx",
        (unsigned long long)write, (unsigned long long)hash[0],
        (unsigned long long)hash[1]);
}

static double
now_ms(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1000 + (double)now.tv_nsec / 1e6;
}

/* "500 rpc error: code = Unavailable": the code, and what stands for a class.
 */
static void
classify(unsigned code, struct span text, char class[LOAD_CLASS_MAX + 1])
{
    static const struct span mark = SPAN_INIT("code = ");
    struct span word = { NULL, 0 }, rest;
    size_t at;
    if (span_search(text, mark, &at)) {
        word = span_skip(text, at + mark.len);
        (void)span_cut(word, ' ', &word, &rest);
    }
    snprintf(class, LOAD_CLASS_MAX + 1, "%u%s%.*s", code,
        word.len > 0 ? " " : "", SPAN_ARG(span_first(word, 40)));
}

static void
count_error(struct load_tally *tally, unsigned code, struct span text)
{
    char class[LOAD_CLASS_MAX + 1];
    size_t i = 0;
    classify(code, text, class);
    while (i + 1 < LOAD_CLASSES_MAX && tally->errors[i].count > 0 &&
           strcmp(tally->errors[i].name, class) != 0)
        i++;
    if (i + 1 == LOAD_CLASSES_MAX)
        snprintf(class, sizeof(class), "others");
    memcpy(tally->errors[i].name, class, sizeof(class));
    tally->errors[i].count++;
}

static void
count(struct load *load, enum load_phase phase, enum load_operation operation,
    double started_ms, unsigned code, const struct buf *text)
{
    struct load_tally *tally = &load->tallies[phase][operation];
    bool ok = code == 200 || code == 201;
    tally->requests++;
    tally->ok += ok;
    if (tally->sample_count < LOAD_SAMPLES_MAX)
        tally->samples[tally->sample_count++] = now_ms() - started_ms;
    if (!ok)
        count_error(tally, code, buf_span(text));
}

static void
keep_error(struct load *load, const char *what, const char *name, unsigned code,
    const struct buf *text)
{
    buf_clear(&load->error);
    buf_say(&load->error, "%s %s: %u %.*s", what, name, code,
        SPAN_ARG(span_first(buf_span(text), 200)));
}

static enum status
write_one(struct load *load, struct rig *rig, enum load_phase phase,
    size_t secret, bool *ok)
{
    char name[NAME_BYTES], value[VALUE_BYTES];
    struct buf text = { 0 };
    unsigned code = 0;
    uint64_t number = ++load->writes;
    double started_ms = now_ms();
    name_of(secret, name);
    value_of(load, secret, number, value);
    enum status st = rig_write(rig, name, value, &code, &text);
    if (st == STATUS_OK) {
        count(load, phase, LOAD_WRITE, started_ms, code, &text);
        *ok = code == 200 || code == 201;
        if (*ok)
            load->secrets[secret] = (struct load_secret){ number, 0 };
        else
            load->secrets[secret].pending = number;
        if (!*ok)
            keep_error(load, "write", name, code, &text);
    }
    buf_reset(&text);
    return st;
}

static bool
is_right(struct load *load, size_t secret, struct span value)
{
    const struct load_secret *s = &load->secrets[secret];
    char wanted[VALUE_BYTES];
    for (int i = 0; i < 2; i++) {
        uint64_t number = i == 0 ? s->sure : s->pending;
        if (number == 0)
            continue;
        value_of(load, secret, number, wanted);
        if (span_equal_text(value, wanted))
            return true;
    }
    return false;
}

/* What was read is judged; `must`: an error is a loss. */
static void
judge(struct load *load, size_t secret, const char *name, unsigned code,
    const struct buf *text, bool must)
{
    const struct load_secret *s = &load->secrets[secret];
    if (load->wrong.len > 0 || s->sure == 0)
        return;
    if (code == 404)
        buf_say(&load->wrong, "%s is gone: 404", name);
    else if (code == 200 && !is_right(load, secret, buf_span(text)))
        buf_say(&load->wrong, "%s holds what was not written: %.*s", name,
            SPAN_ARG(span_first(buf_span(text), 80)));
    else if (code != 200 && must)
        buf_say(&load->wrong, "%s cannot be read any more: %u %.*s", name, code,
            SPAN_ARG(span_first(buf_span(text), 200)));
}

static enum status
read_one(struct load *load, struct rig *rig, enum load_phase phase,
    size_t secret, bool must, bool *ok)
{
    char name[NAME_BYTES];
    struct buf text = { 0 };
    unsigned code = 0;
    double started_ms = now_ms();
    name_of(secret, name);
    enum status st = rig_read(rig, name, &code, &text);
    if (st == STATUS_OK) {
        count(load, phase, LOAD_READ, started_ms, code, &text);
        judge(load, secret, name, code, &text, must);
        *ok = code == 200;
        if (!*ok)
            keep_error(load, "read", name, code, &text);
    }
    buf_reset(&text);
    return st;
}

static enum status
rewrite_one(struct load *load, struct rig *rig, enum load_phase phase,
    size_t secret, bool *ok)
{
    char name[NAME_BYTES];
    struct buf text = { 0 };
    unsigned code = 0;
    double started_ms = now_ms();
    name_of(secret, name);
    enum status st = rig_rewrite(rig, name, &code, &text);
    if (st == STATUS_OK) {
        count(load, phase, LOAD_WRITE, started_ms, code, &text);
        *ok = code == 200;
        if (!*ok)
            keep_error(load, "rewrite", name, code, &text);
    }
    buf_reset(&text);
    return st;
}

enum status
load_fill(struct load *load, struct rig *rig, bool *good)
{
    enum status st = STATUS_OK;
    bool all = true;
    for (size_t i = 0; i < LOAD_SECRETS && st == STATUS_OK; i++) {
        bool ok = false;
        st = write_one(load, rig, LOAD_STORM, i, &ok);
        all = all && ok;
    }
    if (st == STATUS_OK)
        *good = all;
    return st;
}

enum status
load_step(struct load *load, struct rig *rig, enum load_phase phase, bool *ok)
{
    size_t secret = draw(load, LOAD_SECRETS);
    uint64_t which = draw(load, 100);
    if (which < WRITES)
        return write_one(load, rig, phase, secret, ok);
    if (which < WRITES + REWRITES)
        return rewrite_one(load, rig, phase, secret, ok);
    if (which < WRITES + REWRITES + RESTARTS && phase == LOAD_STORM) {
        *ok = true;
        return rig_restart(rig, &load->error);
    }
    return read_one(load, rig, phase, secret, false, ok);
}

enum status
load_canary(struct load *load, struct rig *rig, bool *ok)
{
    struct buf text = { 0 };
    enum status st = STATUS_OK;
    bool both = true;
    for (int version = 1; version <= 2 && st == STATUS_OK; version++) {
        char name[2 * NAME_BYTES];
        unsigned code = 0;
        snprintf(name, sizeof(name), "canary-v%d-%llu", version,
            (unsigned long long)++load->writes);
        st = rig_write(rig, name, "canary", &code, &text);
        if (st == STATUS_OK && code != 200 && code != 201) {
            keep_error(load, "write", name, code, &text);
            both = false;
        }
    }
    buf_reset(&text);
    if (st == STATUS_OK)
        *ok = both;
    return st;
}

enum status
load_verify(
    struct load *load, struct rig *rig, enum load_phase phase, bool must)
{
    enum status st = STATUS_OK;
    for (size_t i = 0; i < LOAD_SECRETS && st == STATUS_OK; i++) {
        bool ok;
        st = read_one(load, rig, phase, i, must, &ok);
    }
    return st;
}

static int
compare(const void *a, const void *b)
{
    const double *x = a, *y = b;
    return *x < *y ? -1 : *x > *y;
}

double
load_quantile(struct load_tally *tally, double share)
{
    if (tally->sample_count == 0)
        return -1;
    qsort(tally->samples, tally->sample_count, sizeof(double), compare);
    double at = share * (double)(tally->sample_count - 1);
    return tally->samples[(size_t)at];
}
