/* SPDX-License-Identifier: Apache-2.0 */
/* GetKeyPolicy, PutKeyPolicy, ListKeyPolicies. */
#include "api/policies.h"

#include "api/operation.h"
#include "api/page.h"
#include "api/policy.h"

/* The only name a policy has. */
#define POLICY_NAME "default"

static enum kms_error
refuse(struct call *call, enum policy_fault fault)
{
    static const char *const words[] = {
        [POLICY_GOOD] = "",
        [POLICY_SYNTAX] = "Syntax errors in policy.",
        [POLICY_PRINCIPAL] = "Policy contains a statement with one or more "
                             "invalid principals.",
        [POLICY_LOCKOUT] = "The new key policy will not allow you to update "
                           "the key policy in the future.",
    };
    return call_fail(
        call, KMS_ERROR_MALFORMED_POLICY_DOCUMENT, "%s", words[fault]);
}

enum kms_error
policies_set(struct call *call, struct key *key)
{
    struct span document = call_text(call, "Policy");
    bool bypass =
        json_get_bool(call_member(call, "BypassPolicyLockoutSafetyCheck"));
    enum policy_fault fault = POLICY_GOOD;
    if (document.len == 0)
        return KMS_ERROR_NONE;
    if (document.len > LIMITS_POLICY_MAX)
        return call_fail(call, KMS_ERROR_LIMIT_EXCEEDED,
            "The policy is longer than %d bytes.", LIMITS_POLICY_MAX);
    enum status status =
        policy_check(document, span_text(call->caller.account), bypass, &fault);
    if (status == STATUS_OK && fault != POLICY_GOOD)
        return refuse(call, fault);
    if (status == STATUS_OK)
        status = buf_set(&key->policy, document);
    return call_status(call, status);
}

static enum kms_error
check_name(struct call *call)
{
    const struct json *name = call_member(call, "PolicyName");
    if (name == NULL || span_equal_text(json_get_string(name), POLICY_NAME))
        return KMS_ERROR_NONE;
    return call_fail(call, KMS_ERROR_NOT_FOUND, "No such policy exists");
}

enum kms_error
policies_put(struct call *call)
{
    enum kms_error error = check_name(call);
    if (error == KMS_ERROR_NONE)
        error = policies_set(call, &call->key.own);
    if (error == KMS_ERROR_NONE)
        call_put_key(call, &call->key.own);
    return error;
}

static enum kms_error
answer_policy(struct call *call, struct span document)
{
    struct json_writer w = json_writer_to(&call->answer);
    json_write_object_begin(&w);
    json_write_key_string(&w, "Policy", document);
    json_write_key_text(&w, "PolicyName", POLICY_NAME);
    json_write_object_end(&w);
    return call_answered(call, &w);
}

enum kms_error
policies_get(struct call *call)
{
    const struct key *key = call->key.key;
    struct buf standard = { 0 };
    enum kms_error error = check_name(call);
    if (error == KMS_ERROR_NONE && key->policy.len == 0)
        error = call_status(call, policy_default(span_text(key->account),
                                      span_text(key->region), &standard));
    if (error == KMS_ERROR_NONE)
        error =
            answer_policy(call, key->policy.len == 0 ? buf_span(&standard)
                                                     : buf_span(&key->policy));
    buf_reset(&standard);
    return error;
}

enum kms_error
policies_list(struct call *call)
{
    struct page page = { 0 };
    enum kms_error error =
        page_read(call, LIMITS_PAGE_KEYS_DEFAULT, 1000, &page);
    if (error == KMS_ERROR_NONE) {
        struct json_writer w = json_writer_to(&call->answer);
        json_write_object_begin(&w);
        json_write_key(&w, "PolicyNames");
        json_write_array_begin(&w);
        if (page.after.len == 0)
            json_write_text(&w, POLICY_NAME);
        json_write_array_end(&w);
        page_write(call, &w, false, (struct span){ NULL, 0 });
        json_write_object_end(&w);
        error = call_answered(call, &w);
    }
    page_reset(&page);
    return error;
}
