/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The regular expressions of AWS service models, matched as AWS does: against
 * the whole text, character by character of Unicode. Only what the KMS model
 * uses is understood: literals, classes, \w \d \s, \uXXXX, groups, '|' and the
 * quantifiers * + ? {n} {n,m}; the anchors ^ and $ stand for what holds
 * anyway. Matching takes time in proportion to the text, whatever the pattern.
 * A pattern is a plain value without owned memory; thread-safe.
 */
#ifndef AWS_PATTERN_H
#define AWS_PATTERN_H

#include "base/span.h"
#include "base/status.h"

enum { PATTERN_STEPS_MAX = 192, PATTERN_RANGES_MAX = 224 };

struct pattern_range {
    uint32_t low, high;
};

struct pattern_step {
    enum { PATTERN_CLASS, PATTERN_SPLIT, PATTERN_JUMP, PATTERN_END } kind;
    uint16_t first, count; /* of a class: its ranges */
    uint16_t to, other;    /* of a jump or split: the steps that follow */
};

struct pattern {
    struct pattern_step steps[PATTERN_STEPS_MAX];
    struct pattern_range ranges[PATTERN_RANGES_MAX];
    uint16_t step_count, range_count;
};

/*
 * STATUS_INVALID for syntax that is malformed or not known here,
 * STATUS_TOO_LARGE for a pattern above the limits.
 */
MUST_USE enum status pattern_compile(const char *text, struct pattern *out);

/* Whether the whole text matches; false for text that is not UTF-8. */
bool pattern_matches(const struct pattern *pattern, struct span text);

#endif
