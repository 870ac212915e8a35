/* SPDX-License-Identifier: Apache-2.0 */
#include "fault/fault_input.h"

#include "base/file.h"

#include <unistd.h>

enum { RULES_MAX = 1024 * 1024 };

enum status
fault_input_read(const char *word, struct buf *rules, struct buf *problem)
{
    bool standard = strcmp(word, "-") == 0;
    size_t before = rules->len;
    enum status status;

    if (*word == '{' || *word == '[')
        return buf_append_text(rules, word);
    status = standard ? file_read_stream(STDIN_FILENO, RULES_MAX, rules)
                      : file_read(word, RULES_MAX, rules);
    if (status == STATUS_OK && rules->len == before)
        status = STATUS_INVALID;
    if (status != STATUS_OK)
        buf_say(problem, "%s: %s", standard ? "standard input" : word,
            status == STATUS_INVALID ? "holds no rules" : status_text(status));
    return status;
}

static bool
is_digit(uint8_t c)
{
    return c >= '0' && c <= '9';
}

bool
fault_input_is_name(struct span text)
{
    for (size_t i = 0; i < text.len; i++) {
        uint8_t c = text.ptr[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');

        if (!letter && !is_digit(c) && c != '-' && c != '_' && c != '.')
            return false;
    }
    return text.len > 0;
}

bool
fault_input_is_decimal(struct span text)
{
    size_t digits = 0, points = 0;

    for (size_t i = 0; i < text.len; i++) {
        digits += is_digit(text.ptr[i]);
        points += text.ptr[i] == '.';
    }
    return digits > 0 && points <= 1 && digits + points == text.len;
}
