/* SPDX-License-Identifier: Apache-2.0 */
#include "credentials/profile.h"

#include <strings.h>

static const char *const key_names[PROFILE_KEYS] = {
#define KEY_NAME(name, text) [PROFILE_##name] = text,
    PROFILE_KEY_TABLE(KEY_NAME)
#undef KEY_NAME
};

const char *
profile_key_name(enum profile_key key)
{
    return key_names[key];
}

/* Where the reader stands. */
struct reader {
    enum profile_file kind;
    enum profile_section section;
    struct span name;
    struct profile profile;
    int line;
    bool in_section; /* below some section's header */
    bool in_profile; /* and it is the one asked for */
    bool prefixed;   /* [profile default] was seen: it beats [default] */
    bool in_value;   /* a key stands above, at this indentation: */
    size_t key_indent;
    struct span outer; /* that key where its value is empty; else empty */
};

static bool
is_blank(uint8_t c)
{
    return c == ' ' || c == '\t';
}

static bool
starts_comment(uint8_t c)
{
    return c == '#' || c == ';';
}

/* Without a comment behind a blank, and without blanks at its ends. */
static struct span
strip_comment(struct span text)
{
    for (size_t i = 1; i < text.len; i++)
        if (starts_comment(text.ptr[i]) && is_blank(text.ptr[i - 1]))
            return span_trim(span_first(text, i));
    return span_trim(text);
}

static struct span
strip_quotes(struct span text)
{
    if (text.len >= 2 && (text.ptr[0] == '"' || text.ptr[0] == '\'') &&
        text.ptr[text.len - 1] == text.ptr[0])
        return span_of(text.ptr + 1, text.len - 2);
    return text;
}

/* Cuts a word off; false where the text does not start so. */
static bool
cut_prefix(struct span *title, const char *text)
{
    struct span word = span_text(text);
    if (!span_starts_with(*title, word) || title->len == word.len ||
        !is_blank(title->ptr[word.len]))
        return false;
    *title = strip_quotes(span_trim(span_skip(*title, word.len)));
    return true;
}

/* A profile with the word "profile" makes what [default] said forgotten. */
static bool
enter_profile(struct reader *r, struct span title)
{
    bool prefixed =
        r->kind == PROFILE_FILE_CONFIG && cut_prefix(&title, "profile");
    bool bare = r->kind == PROFILE_FILE_CREDENTIALS ||
                span_equal_text(title, "default");
    if (!span_equal(title, r->name) || (!prefixed && !bare))
        return false;
    if (r->prefixed && !prefixed)
        return false;
    if (prefixed && !r->prefixed)
        r->profile = (struct profile){ 0 };
    r->prefixed = prefixed;
    return true;
}

/* Whether a section's title names the one that is asked for. */
static bool
enter_section(struct reader *r, struct span title)
{
    if (r->section == PROFILE_SECTION_PROFILE)
        return enter_profile(r, title);
    return r->kind == PROFILE_FILE_CONFIG &&
           cut_prefix(&title, r->section == PROFILE_SECTION_SERVICES
                                  ? "services"
                                  : "sso-session") &&
           span_equal(title, r->name);
}

static const char *
read_title(struct reader *r, struct span text)
{
    struct span title, rest;
    r->in_section = true;
    r->in_value = false;
    r->in_profile = false;
    if (!span_cut(span_skip(text, 1), ']', &title, &rest))
        return "a section's name lacks its ']'";
    rest = span_trim(rest);
    if (rest.len > 0 && !starts_comment(rest.ptr[0]))
        return "something stands behind a section's name";
    r->in_profile = enter_section(r, span_trim(title));
    r->profile.found |= r->in_profile;
    return NULL;
}

static bool
same_word(struct span key, struct span word)
{
    return key.len == word.len &&
           (key.len == 0 || strncasecmp((const char *)key.ptr,
                                (const char *)word.ptr, key.len) == 0);
}

/* Whether the key, inside an outer one if there is one, is called so. */
static bool
is_called(struct span outer, struct span key, const char *name)
{
    struct span head = { 0 }, tail = span_text(name);
    (void)span_cut(tail, '.', &head, &tail);
    return same_word(outer, head) && same_word(key, tail);
}

static void
keep_value(
    struct reader *r, struct span outer, struct span key, struct span value)
{
    for (size_t i = 0; i < PROFILE_KEYS; i++) {
        if (!is_called(outer, key, key_names[i]))
            continue;
        r->profile.values[i] = value;
        r->profile.lines[i] = r->line;
    }
}

static const char *
read_property(struct reader *r, struct span text, size_t indent)
{
    struct span key, value;
    if (!r->in_section)
        return "a setting stands before the first section";
    if (!span_cut(text, '=', &key, &value) || span_trim(key).len == 0)
        return "this is neither a section nor \"key = value\"";
    key = span_trim(key);
    value = strip_comment(value);
    r->in_value = true;
    r->key_indent = indent;
    r->outer = value.len == 0 ? key : (struct span){ NULL, 0 };
    if (r->in_profile)
        keep_value(r, (struct span){ NULL, 0 }, key, value);
    return NULL;
}

/* What is no inner setting goes on with the value above: not read. */
static void
read_inner(struct reader *r, struct span text)
{
    struct span key, value;
    if (r->in_profile && r->outer.len > 0 && span_cut(text, '=', &key, &value))
        keep_value(r, r->outer, span_trim(key), strip_comment(value));
}

/* Returns what is wrong with the line, or NULL. */
static const char *
read_line(struct reader *r, struct span line)
{
    size_t indent = 0;
    while (indent < line.len && is_blank(line.ptr[indent]))
        indent++;
    struct span text = span_trim(line);
    if (text.len == 0 || starts_comment(text.ptr[0]))
        return NULL;
    if (r->in_value && indent > r->key_indent) {
        read_inner(r, text);
        return NULL;
    }
    if (text.ptr[0] == '[')
        return read_title(r, text);
    return read_property(r, text, indent);
}

/* Reads all lines; returns the first that is skipped. */
static struct profile_flaw
read_lines(struct reader *r, struct span text)
{
    const struct span byte_order_mark = SPAN_LITERAL("\xef\xbb\xbf");
    struct profile_flaw flaw = { 0, NULL };
    if (span_starts_with(text, byte_order_mark))
        text = span_skip(text, byte_order_mark.len);
    while (text.len > 0) {
        struct span line = text, rest = { 0 };
        (void)span_cut(text, '\n', &line, &rest);
        text = rest;
        r->line++;
        const char *why = read_line(r, line);
        if (why != NULL && flaw.line == 0)
            flaw = (struct profile_flaw){ r->line, why };
    }
    return flaw;
}

void
profile_read(struct span text, enum profile_file kind,
    enum profile_section section, struct span name, struct profile *out)
{
    struct reader r = { .kind = kind, .section = section, .name = name };
    (void)read_lines(&r, text);
    *out = r.profile;
}

struct profile_flaw
profile_find_flaw(struct span text, enum profile_file kind)
{
    struct reader r = { .kind = kind };
    return read_lines(&r, text);
}
