/* SPDX-License-Identifier: Apache-2.0 */
#include "kms/profile.h"

#include <strings.h>

static const char *const key_names[PROFILE_KEYS] = {
    [PROFILE_ACCESS_KEY_ID] = "aws_access_key_id",
    [PROFILE_SECRET_ACCESS_KEY] = "aws_secret_access_key",
    [PROFILE_SESSION_TOKEN] = "aws_session_token",
    [PROFILE_REGION] = "region",
    [PROFILE_CREDENTIAL_PROCESS] = "credential_process",
    [PROFILE_CREDENTIAL_SOURCE] = "credential_source",
    [PROFILE_ROLE_ARN] = "role_arn",
    [PROFILE_SSO_SESSION] = "sso_session",
    [PROFILE_SSO_START_URL] = "sso_start_url",
    [PROFILE_WEB_IDENTITY_TOKEN_FILE] = "web_identity_token_file",
};

const char *
profile_key_name(enum profile_key key)
{
    return key_names[key];
}

/* Where the reader stands. */
struct reader {
    enum profile_file kind;
    struct span name;
    struct profile profile;
    int line;
    bool in_section; /* below some section's header */
    bool in_profile; /* and it is the one asked for */
    bool prefixed;   /* [profile default] was seen: it beats [default] */
    bool in_value;   /* a key stands above, at this indentation: */
    size_t key_indent;
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

/* Cuts the word "profile" off; false where the text does not start so. */
static bool
cut_profile_prefix(struct span *title)
{
    const struct span word = SPAN_LITERAL("profile");
    if (!span_starts_with(*title, word) || title->len == word.len ||
        !is_blank(title->ptr[word.len]))
        return false;
    *title = strip_quotes(span_trim(span_skip(*title, word.len)));
    return true;
}

/* Whether a section's title names the profile that is asked for; one with
 * the word "profile" makes what [default] said forgotten. */
static bool
enter_section(struct reader *r, struct span title)
{
    bool prefixed =
        r->kind == PROFILE_FILE_CONFIG && cut_profile_prefix(&title);
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

static const char *
read_title(struct reader *r, struct span text)
{
    struct span title, rest;
    if (!span_cut(span_skip(text, 1), ']', &title, &rest))
        return "a section's name lacks its ']'";
    rest = span_trim(rest);
    if (rest.len > 0 && !starts_comment(rest.ptr[0]))
        return "something stands behind a section's name";
    r->in_section = true;
    r->in_value = false;
    r->in_profile = enter_section(r, span_trim(title));
    r->profile.found |= r->in_profile;
    return NULL;
}

static void
keep_value(struct reader *r, struct span key, struct span value)
{
    for (size_t i = 0; i < PROFILE_KEYS; i++) {
        if (key.len != strlen(key_names[i]) ||
            strncasecmp((const char *)key.ptr, key_names[i], key.len) != 0)
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
    r->in_value = true;
    r->key_indent = indent;
    if (r->in_profile)
        keep_value(r, span_trim(key), strip_comment(value));
    return NULL;
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
    if (r->in_value && indent > r->key_indent)
        return NULL;
    if (text.ptr[0] == '[')
        return read_title(r, text);
    return read_property(r, text, indent);
}

enum status
profile_read(struct span text, enum profile_file kind, struct span name,
    struct profile *out, struct profile_error *error)
{
    const struct span byte_order_mark = SPAN_LITERAL("\xef\xbb\xbf");
    struct reader r = { .kind = kind, .name = name };
    const char *why = NULL;
    if (span_starts_with(text, byte_order_mark))
        text = span_skip(text, byte_order_mark.len);
    while (text.len > 0 && why == NULL) {
        struct span line = text, rest = { 0 };
        (void)span_cut(text, '\n', &line, &rest);
        text = rest;
        r.line++;
        why = read_line(&r, line);
    }
    if (why != NULL) {
        *error = (struct profile_error){ r.line, why };
        return STATUS_INVALID;
    }
    *out = r.profile;
    return STATUS_OK;
}
