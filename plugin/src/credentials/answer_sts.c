/* SPDX-License-Identifier: Apache-2.0 */
#include "credentials/answer_sts.h"

#include "credentials/answer_json.h"
#include "credentials/credentials_set.h"
#include "credentials/timestamp.h"
#include "fetch/retryable.h"

enum { DEPTH_MAX = 8 };

/* A text that is looked for, by the names of its element and the one around
 * that. */
struct wanted {
    const char *outer, *name;
    struct buf *out;
    bool found;
};

struct scanner {
    struct span rest;
    struct span open[DEPTH_MAX];
    size_t depth;
    struct wanted *wanted;
    size_t wanted_count;
};

/* Appends text with its entities decoded. */
static enum status
append_decoded(struct span text, struct buf *out)
{
    static const struct {
        const char *name;
        uint8_t byte;
    } entities[] = { { "amp", '&' }, { "lt", '<' }, { "gt", '>' },
        { "quot", '"' }, { "apos", '\'' } };
    struct span head, name;
    while (span_cut(text, '&', &head, &text)) {
        size_t i = 0;
        if (!span_cut(text, ';', &name, &text))
            return STATUS_INVALID;
        while (
            i < ARRAY_LEN(entities) && !span_equal_text(name, entities[i].name))
            i++;
        if (i == ARRAY_LEN(entities))
            return STATUS_INVALID;
        enum status st = buf_append(out, head);
        if (st == STATUS_OK)
            st = buf_append_byte(out, entities[i].byte);
        if (st != STATUS_OK)
            return st;
    }
    return buf_append(out, text);
}

/* The element that is innermost now has this text. */
static enum status
take_text(struct scanner *s, struct span text)
{
    if (s->depth < 2)
        return STATUS_OK;
    for (size_t i = 0; i < s->wanted_count; i++) {
        struct wanted *w = &s->wanted[i];
        if (!span_equal_text(s->open[s->depth - 1], w->name) ||
            !span_equal_text(s->open[s->depth - 2], w->outer))
            continue;
        if (w->found)
            return STATUS_INVALID;
        w->found = true;
        return append_decoded(span_trim(text), w->out);
    }
    return STATUS_OK;
}

/* Cuts "<…>" off, whatever its quoted attributes hold. */
static bool
cut_tag(struct scanner *s, struct span *tag)
{
    uint8_t quote = 0;
    for (size_t i = 1; i < s->rest.len; i++) {
        uint8_t c = s->rest.ptr[i];
        if (quote != 0) {
            quote = c == quote ? 0 : quote;
        } else if (c == '"' || c == '\'') {
            quote = c;
        } else if (c == '>') {
            *tag = span_of(s->rest.ptr + 1, i - 1);
            s->rest = span_skip(s->rest, i + 1);
            return true;
        }
    }
    return false;
}

static struct span
tag_name(struct span tag)
{
    size_t i = 0;
    while (i < tag.len && tag.ptr[i] > ' ' && tag.ptr[i] != '/')
        i++;
    return span_first(tag, i);
}

static enum status
open_tag(struct scanner *s, struct span tag, struct span text)
{
    if (span_ends_with(tag, SPAN_LITERAL("/")))
        return STATUS_OK;
    if (s->depth == DEPTH_MAX || tag_name(tag).len == 0)
        return STATUS_INVALID;
    s->open[s->depth++] = tag_name(tag);
    return text.len > 0 ? take_text(s, text) : STATUS_OK;
}

static enum status
close_tag(struct scanner *s, struct span name)
{
    if (s->depth == 0 || !span_equal(s->open[s->depth - 1], span_trim(name)))
        return STATUS_INVALID;
    s->depth--;
    return STATUS_OK;
}

/* One tag, and the text behind it. */
static enum status
scan_tag(struct scanner *s)
{
    struct span tag;
    size_t next = 0;
    if (!cut_tag(s, &tag) || tag.len == 0 || tag.ptr[0] == '!')
        return STATUS_INVALID;
    while (next < s->rest.len && s->rest.ptr[next] != '<')
        next++;
    struct span text = span_trim(span_first(s->rest, next));
    s->rest = span_skip(s->rest, next);
    if (tag.ptr[0] == '?')
        return s->depth == 0 && text.len == 0 ? STATUS_OK : STATUS_INVALID;
    if (tag.ptr[0] == '/')
        return close_tag(s, span_skip(tag, 1));
    return open_tag(s, tag, text);
}

static enum status
scan(struct span text, struct wanted *wanted, size_t count)
{
    struct scanner s = {
        .rest = span_trim(text), .wanted = wanted, .wanted_count = count
    };
    if (s.rest.len == 0 || s.rest.ptr[0] != '<')
        return STATUS_INVALID;
    while (s.rest.len > 0) {
        enum status st = scan_tag(&s);
        if (st != STATUS_OK)
            return st;
    }
    return s.depth == 0 ? STATUS_OK : STATUS_INVALID;
}

static enum status
make_provided(const struct sigv4_credentials *keys, struct span expires,
    struct provided *out, struct buf *problem)
{
    struct provided made = { 0 };
    struct buf what = { 0 };
    enum status st = credentials_set_make(keys, &made.set, &what);
    if (st != STATUS_OK)
        buf_say(problem, "its answer's %s", buf_text(&what));
    if (st == STATUS_OK &&
        timestamp_parse(expires, &made.expires_ms) != STATUS_OK) {
        buf_say(problem, "its answer's Expiration is no time");
        st = STATUS_INVALID;
    }
    if (st == STATUS_OK)
        provided_take(out, &made);
    provided_reset(&made);
    buf_reset(&what);
    return st;
}

enum status
answer_sts_read(struct span text, struct provided *out, struct buf *problem)
{
    static const char *const names[] = { "AccessKeyId", "SecretAccessKey",
        "SessionToken", "Expiration" };
    struct buf texts[ARRAY_LEN(names)] = { { 0 } };
    struct wanted wanted[ARRAY_LEN(names)];
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        wanted[i] =
            (struct wanted){ "Credentials", names[i], &texts[i], false };
    enum status st = scan(text, wanted, ARRAY_LEN(names));
    if (st == STATUS_INVALID)
        buf_say(problem, "its answer is not the XML of STS");
    for (size_t i = 0; i < ARRAY_LEN(names) && st == STATUS_OK; i++) {
        if (wanted[i].found)
            continue;
        buf_say(problem, "its answer lacks %s", names[i]);
        st = STATUS_INVALID;
    }
    if (st == STATUS_OK) {
        const struct sigv4_credentials keys = { buf_span(&texts[0]),
            buf_span(&texts[1]), buf_span(&texts[2]) };
        st = make_provided(&keys, buf_span(&texts[3]), out, problem);
    }
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        buf_reset(&texts[i]);
    return st;
}

/* What the SDKs try again, and so do they where a token's issuer is slow to be
 * asked, or to make its new keys known. */
static bool
is_temporary(struct span code)
{
    return retryable_code(code) ||
           span_equal_text(code, "IDPCommunicationError") ||
           span_equal_text(code, "InvalidIdentityToken");
}

bool
answer_sts_is_temporary(struct span text)
{
    struct buf code = { 0 };
    struct wanted wanted[] = { { "Error", "Code", &code, false } };
    bool temporary = scan(text, wanted, ARRAY_LEN(wanted)) == STATUS_OK &&
                     is_temporary(buf_span(&code));
    buf_reset(&code);
    return temporary;
}

void
answer_sts_error(struct span text, struct buf *out)
{
    struct buf code = { 0 }, message = { 0 };
    struct wanted wanted[] = {
        { "Error", "Code", &code, false },
        { "Error", "Message", &message, false },
    };
    if (scan(text, wanted, ARRAY_LEN(wanted)) == STATUS_OK && wanted[0].found) {
        buf_say(out, ", ");
        answer_say_text(buf_span(&code), out);
        buf_say(out, ": ");
        answer_say_text(buf_span(&message), out);
    }
    buf_reset(&code);
    buf_reset(&message);
}
