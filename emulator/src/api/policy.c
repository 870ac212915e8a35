/* SPDX-License-Identifier: Apache-2.0 */
#include "api/policy.h"

#include "aws/arn.h"
#include "base/json.h"

#include <ctype.h>

enum { STATEMENTS_MAX = 1000 };

/* Policies may give one value where a list is meant. */
static size_t
count_of(const struct json *node)
{
    return json_kind(node) == JSON_KIND_ARRAY ? json_count(node) : node != NULL;
}

static const struct json *
item_of(const struct json *node, size_t index)
{
    return json_kind(node) == JSON_KIND_ARRAY ? json_at(node, index) : node;
}

/* '*' stands for any text, '?' for any letter; case does not count. */
static bool
matches(struct span pattern, struct span text)
{
    size_t p = 0, t = 0, star = SIZE_MAX, resume = 0;
    while (t < text.len) {
        if (p < pattern.len && pattern.ptr[p] == '*') {
            star = p++;
            resume = t;
        } else if (p < pattern.len &&
                   (pattern.ptr[p] == '?' ||
                       tolower(pattern.ptr[p]) == tolower(text.ptr[t]))) {
            p++;
            t++;
        } else if (star != SIZE_MAX) {
            p = star + 1;
            t = ++resume;
        } else {
            return false;
        }
    }
    while (p < pattern.len && pattern.ptr[p] == '*')
        p++;
    return p == pattern.len;
}

static bool
is_text_or_texts(const struct json *node)
{
    if (count_of(node) == 0)
        return false;
    for (size_t i = 0; i < count_of(node); i++)
        if (json_kind(item_of(node, i)) != JSON_KIND_STRING)
            return false;
    return true;
}

static bool
has_one_of(const struct json *statement, const char *name, const char *inverse)
{
    const struct json *plain = json_member(statement, name);
    const struct json *inverted = json_member(statement, inverse);
    if ((plain == NULL) == (inverted == NULL))
        return false;
    return is_text_or_texts(plain != NULL ? plain : inverted);
}

static const struct json *
principal_of(const struct json *statement)
{
    const struct json *principal = json_member(statement, "Principal");
    return principal != NULL ? principal
                             : json_member(statement, "NotPrincipal");
}

static bool
is_statement(const struct json *statement)
{
    struct span effect = json_get_string(json_member(statement, "Effect"));
    const struct json *principal = principal_of(statement);
    if (!span_equal_text(effect, "Allow") && !span_equal_text(effect, "Deny"))
        return false;
    if (json_kind(principal) != JSON_KIND_STRING &&
        json_kind(principal) != JSON_KIND_OBJECT)
        return false;
    return has_one_of(statement, "Action", "NotAction") &&
           has_one_of(statement, "Resource", "NotResource");
}

/* The account that an "AWS" principal is in; "*" for everybody. */
static bool
principal_account(struct span principal, struct span *account)
{
    struct arn arn;
    if (span_equal_text(principal, "*") || arn_is_account(principal)) {
        *account = principal;
        return true;
    }
    if (arn_parse(principal, &arn) != STATUS_OK ||
        (!span_equal_text(arn.service, "iam") &&
            !span_equal_text(arn.service, "sts")))
        return false;
    *account = arn.account;
    return arn.account.len > 0 && arn.resource.len > 0;
}

static bool
has_good_principals(const struct json *statement)
{
    static const char *const kinds[] = { "AWS", "Service", "Federated",
        "CanonicalUser" };
    const struct json *principal = principal_of(statement);
    struct span account;
    size_t known = 0;
    if (json_kind(principal) == JSON_KIND_STRING)
        return span_equal_text(json_get_string(principal), "*");
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
        const struct json *names = json_member(principal, kinds[i]);
        if (names == NULL)
            continue;
        known++;
        if (!is_text_or_texts(names))
            return false;
        for (size_t j = 0; i == 0 && j < count_of(names); j++)
            if (!principal_account(
                    json_get_string(item_of(names, j)), &account))
                return false;
    }
    return known > 0 && known == json_count(principal);
}

static bool
names_account(const struct json *statement, struct span wanted)
{
    const struct json *principal = json_member(statement, "Principal");
    const struct json *names = json_kind(principal) == JSON_KIND_STRING
                                   ? principal
                                   : json_member(principal, "AWS");
    for (size_t i = 0; i < count_of(names); i++) {
        struct span account;
        if (principal_account(json_get_string(item_of(names, i)), &account) &&
            (span_equal_text(account, "*") || span_equal(account, wanted)))
            return true;
    }
    return false;
}

/* Whether it lets somebody of the account change the policy again. */
static bool
keeps_open(const struct json *statement, struct span account)
{
    const struct json *actions = json_member(statement, "Action");
    if (!span_equal_text(
            json_get_string(json_member(statement, "Effect")), "Allow") ||
        !names_account(statement, account))
        return false;
    for (size_t i = 0; i < count_of(actions); i++)
        if (matches(json_get_string(item_of(actions, i)),
                SPAN_LITERAL("kms:PutKeyPolicy")))
            return true;
    return false;
}

static enum policy_fault
check(const struct json *root, struct span account, bool bypass)
{
    const struct json *statements = json_member(root, "Statement");
    size_t count = count_of(statements);
    bool open = bypass;
    if (count == 0 || count > STATEMENTS_MAX)
        return POLICY_SYNTAX;
    for (size_t i = 0; i < count; i++)
        if (!is_statement(item_of(statements, i)))
            return POLICY_SYNTAX;
    for (size_t i = 0; i < count; i++) {
        if (!has_good_principals(item_of(statements, i)))
            return POLICY_PRINCIPAL;
        open = open || keeps_open(item_of(statements, i), account);
    }
    return open ? POLICY_GOOD : POLICY_LOCKOUT;
}

enum status
policy_check(struct span document, struct span account, bool bypass,
    enum policy_fault *fault)
{
    struct json_doc *doc = NULL;
    enum status status = json_parse(document, &doc, NULL);
    if (status == STATUS_INVALID) {
        *fault = POLICY_SYNTAX;
        return STATUS_OK;
    }
    if (status != STATUS_OK)
        return status;
    *fault = check(json_root(doc), account, bypass);
    json_doc_free(doc);
    return STATUS_OK;
}

enum status
policy_default(struct span account, struct span region, struct buf *out)
{
    return buf_printf(out,
        "{\n"
        "  \"Version\" : \"2012-10-17\",\n"
        "  \"Id\" : \"key-default-1\",\n"
        "  \"Statement\" : [ {\n"
        "    \"Sid\" : \"Enable IAM User Permissions\",\n"
        "    \"Effect\" : \"Allow\",\n"
        "    \"Principal\" : {\n"
        "      \"AWS\" : \"arn:%.*s:iam::%.*s:root\"\n"
        "    },\n"
        "    \"Action\" : \"kms:*\",\n"
        "    \"Resource\" : \"*\"\n"
        "  } ]\n"
        "}",
        SPAN_ARG(arn_partition(region)), SPAN_ARG(account));
}
