/* SPDX-License-Identifier: Apache-2.0 */
/* From the text of a pattern to the steps of a non-deterministic automaton. */
#include "aws/pattern.h"

#include "base/num.h"

enum { UNLIMITED = INT16_MAX };

struct compiler {
    struct pattern *pattern;
    const char *at; /* what of the pattern's text is still to be read */
    enum status status;
};

static void
fail(struct compiler *c, enum status status)
{
    if (c->status == STATUS_OK)
        c->status = status;
}

static uint16_t
add_step(struct compiler *c, struct pattern_step step)
{
    if (c->pattern->step_count == PATTERN_STEPS_MAX) {
        fail(c, STATUS_TOO_LARGE);
        return 0;
    }
    c->pattern->steps[c->pattern->step_count] = step;
    return c->pattern->step_count++;
}

static void
add_range(struct compiler *c, uint32_t low, uint32_t high)
{
    if (c->pattern->range_count == PATTERN_RANGES_MAX) {
        fail(c, STATUS_TOO_LARGE);
        return;
    }
    c->pattern->ranges[c->pattern->range_count++] =
        (struct pattern_range){ low, high };
}

/* Reads XXXX after \u. */
static uint32_t
read_unicode(struct compiler *c)
{
    uint32_t value = 0;
    for (int i = 0; i < 4; i++) {
        static const char digits[] = "0123456789ABCDEF";
        const char *digit = *c->at == '\0' ? NULL : strchr(digits, *c->at);
        if (digit == NULL) {
            fail(c, STATUS_INVALID);
            return 0;
        }
        value = value * 16 + (uint32_t)(digit - digits);
        c->at++;
    }
    return value;
}

/* Adds the ranges of \w, \d or \s; false for any other letter. */
static bool
add_named_class(struct compiler *c, char letter)
{
    static const struct {
        char letter;
        struct pattern_range range;
    } rows[] = {
        { 'w', { 'a', 'z' } },
        { 'w', { 'A', 'Z' } },
        { 'w', { '0', '9' } },
        { 'w', { '_', '_' } },
        { 'd', { '0', '9' } },
        { 's', { ' ', ' ' } },
        { 's', { '\t', '\r' } },
    };
    bool found = false;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        if (rows[i].letter != letter)
            continue;
        add_range(c, rows[i].range.low, rows[i].range.high);
        found = true;
    }
    return found;
}

/*
 * Reads one character, escaped or not. False where it was the name of a class,
 * whose ranges are then already added.
 */
static bool
read_character(struct compiler *c, uint32_t *character)
{
    if (*c->at == '\0') {
        fail(c, STATUS_INVALID);
        return false;
    }
    *character = (uint8_t)*c->at++;
    if (*character != '\\')
        return true;
    char escaped = *c->at;
    if (escaped == '\0') {
        fail(c, STATUS_INVALID);
        return false;
    }
    c->at++;
    if (escaped == 'u') {
        *character = read_unicode(c);
        return true;
    }
    if (add_named_class(c, escaped))
        return false;
    if (strchr("/-.", escaped) == NULL)
        fail(c, STATUS_INVALID);
    *character = (uint8_t)escaped;
    return true;
}

/* After '[': its ranges up to and with ']'. */
static void
compile_class(struct compiler *c)
{
    while (c->status == STATUS_OK && *c->at != ']') {
        uint32_t low;
        if (!read_character(c, &low))
            continue;
        uint32_t high = low;
        if (c->at[0] == '-' && c->at[1] != ']') {
            c->at++;
            if (!read_character(c, &high) || high < low)
                fail(c, STATUS_INVALID);
        }
        add_range(c, low, high);
    }
    if (c->status == STATUS_OK)
        c->at++;
}

static void compile_choice(struct compiler *c);

static void
compile_atom(struct compiler *c)
{
    uint32_t character;
    if (*c->at == '(') {
        c->at++;
        compile_choice(c);
        if (*c->at != ')')
            fail(c, STATUS_INVALID);
        else
            c->at++;
        return;
    }
    uint16_t first = c->pattern->range_count;
    if (*c->at == '[') {
        c->at++;
        compile_class(c);
    } else if (strchr("*+?{}", *c->at) != NULL) {
        fail(c, STATUS_INVALID);
    } else if (read_character(c, &character)) {
        add_range(c, character, character);
    }
    add_step(c, (struct pattern_step){ .kind = PATTERN_CLASS,
                    .first = first,
                    .count = (uint16_t)(c->pattern->range_count - first) });
}

/* Reads "n}" or "n,m}". */
static void
read_braces(struct compiler *c, int *min, int *max)
{
    int64_t low, high;
    struct span bounds, low_text, high_text, rest;
    if (!span_cut(span_text(c->at), '}', &bounds, &rest)) {
        fail(c, STATUS_INVALID);
        return;
    }
    if (!span_cut(bounds, ',', &low_text, &high_text))
        low_text = high_text = bounds;
    if (num_parse(low_text, 0, PATTERN_STEPS_MAX, &low) != STATUS_OK ||
        num_parse(high_text, low, PATTERN_STEPS_MAX, &high) != STATUS_OK) {
        fail(c, STATUS_INVALID);
        return;
    }
    c->at += bounds.len + 1;
    *min = (int)low;
    *max = (int)high;
}

static void
read_quantifier(struct compiler *c, int *min, int *max)
{
    *min = *max = 1;
    char quantifier = *c->at;
    if (quantifier == '\0' || strchr("*+?{", quantifier) == NULL)
        return;
    c->at++;
    if (quantifier == '{') {
        read_braces(c, min, max);
        return;
    }
    *min = quantifier == '+' ? 1 : 0;
    *max = quantifier == '?' ? 1 : UNLIMITED;
}

/* Compiles the atom at `text` so that it may also be passed by. */
static void
compile_optional(struct compiler *c, const char *text, bool again)
{
    uint16_t split =
        add_step(c, (struct pattern_step){ .kind = PATTERN_SPLIT,
                        .to = (uint16_t)(c->pattern->step_count + 1) });
    c->at = text;
    compile_atom(c);
    if (again)
        add_step(c, (struct pattern_step){ .kind = PATTERN_JUMP, .to = split });
    c->pattern->steps[split].other = c->pattern->step_count;
}

/* An atom with its quantifier: its text is compiled as often as it counts. */
static void
compile_repeat(struct compiler *c)
{
    const char *text = c->at;
    uint16_t steps = c->pattern->step_count, ranges = c->pattern->range_count;
    int min, max;
    compile_atom(c);
    read_quantifier(c, &min, &max);
    const char *end = c->at;
    c->pattern->step_count = steps;
    c->pattern->range_count = ranges;
    for (int i = 0; c->status == STATUS_OK && i < min; i++) {
        c->at = text;
        compile_atom(c);
    }
    if (max == UNLIMITED)
        compile_optional(c, text, true);
    else
        for (int i = min; c->status == STATUS_OK && i < max; i++)
            compile_optional(c, text, false);
    c->at = end;
}

static void
compile_sequence(struct compiler *c)
{
    while (c->status == STATUS_OK && *c->at != '\0' && *c->at != '|' &&
           *c->at != ')') {
        if (*c->at == '^' || *c->at == '$')
            c->at++;
        else
            compile_repeat(c);
    }
}

/*
 * Alternatives: a split stands before each, and each but the last ends in a
 * jump, kept in a chain through `to` until the end is known.
 */
static void
compile_choice(struct compiler *c)
{
    enum { NO_STEP = UINT16_MAX };
    uint16_t chain = NO_STEP;
    for (;;) {
        uint16_t split =
            add_step(c, (struct pattern_step){ .kind = PATTERN_SPLIT,
                            .to = (uint16_t)(c->pattern->step_count + 1) });
        compile_sequence(c);
        if (c->status != STATUS_OK)
            return;
        if (*c->at != '|') {
            c->pattern->steps[split].other = c->pattern->steps[split].to;
            break;
        }
        c->at++;
        chain = add_step(
            c, (struct pattern_step){ .kind = PATTERN_JUMP, .to = chain });
        c->pattern->steps[split].other = c->pattern->step_count;
    }
    while (chain != NO_STEP) {
        uint16_t next = c->pattern->steps[chain].to;
        c->pattern->steps[chain].to = c->pattern->step_count;
        chain = next;
    }
}

enum status
pattern_compile(const char *text, struct pattern *out)
{
    struct pattern made = { .step_count = 0 };
    struct compiler c = { &made, text, STATUS_OK };
    compile_choice(&c);
    if (c.status == STATUS_OK && *c.at != '\0')
        fail(&c, STATUS_INVALID);
    add_step(&c, (struct pattern_step){ .kind = PATTERN_END });
    if (c.status == STATUS_OK)
        *out = made;
    return c.status;
}
