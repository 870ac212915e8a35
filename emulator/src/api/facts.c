/* SPDX-License-Identifier: Apache-2.0 */
#include "api/facts.h"

#include "api/lookup.h"
#include "api/operation.h"
#include "aws/key_reference.h"
#include "aws/validate.h"
#include "keys/blob.h"

/* The key id that an alias names; false where there is no such alias. */
static bool
resolve_alias(struct call *call, struct span alias, char *key_id)
{
    struct object *cached = NULL;
    struct store_key record = lookup_alias_record(call, alias);
    if (alias.len > KEY_REFERENCE_ALIAS_MAX ||
        objects_get(call->parts->aliases, &record, &cached) != STATUS_OK ||
        cached == NULL)
        return false;
    const struct key_alias *found = object_value(cached);
    memcpy(key_id, found->key_id, sizeof(found->key_id));
    object_unref(cached);
    return true;
}

/* From what a member calls a key. */
static bool
resolve_member(struct call *call, const char *member, char *key_id)
{
    struct span text = call_text(call, member);
    if (text.len == 0)
        return false;
    struct key_reference reference = key_reference_of(text);
    switch (reference.kind) {
    case KEY_REFERENCE_INVALID:
        break;
    case KEY_REFERENCE_KEY_ID:
    case KEY_REFERENCE_KEY_ARN:
        if (reference.key.len > KEY_ID_LEN)
            break;
        span_to_text(reference.key, key_id);
        return true;
    case KEY_REFERENCE_ALIAS_NAME:
    case KEY_REFERENCE_ALIAS_ARN:
        return resolve_alias(call, reference.alias, key_id);
    }
    return false;
}

/* A ciphertext says which key made it. */
static bool
resolve_ciphertext(struct call *call, char *key_id)
{
    struct buf bytes = { 0 };
    struct blob blob;
    const struct json *member = call_member(call, "CiphertextBlob");
    bool told = member != NULL && validate_blob(member, &bytes) == STATUS_OK &&
                blob_parse(buf_span(&bytes), &blob) == STATUS_OK &&
                blob.name.key_id.len <= KEY_ID_LEN;
    if (told)
        span_to_text(blob.name.key_id, key_id);
    buf_reset(&bytes);
    return told;
}

static void
find_keys(struct facts *facts)
{
    struct call *call = facts->call;
    static const char *const members[] = { "KeyId", "DestinationKeyId",
        "TargetKeyId" };
    bool found = false;
    for (size_t i = 0; i < ARRAY_LEN(members) && !found; i++)
        found = resolve_member(call, members[i], facts->key_id);
    if (call->operation->run == crypt_re_encrypt)
        (void)resolve_ciphertext(call, facts->source_key_id);
    else if (!found)
        found = resolve_ciphertext(call, facts->key_id);
    if (!found && call_text(call, "AliasName").len > 0)
        (void)resolve_alias(call, call_text(call, "AliasName"), facts->key_id);
}

static void
name_key(struct facts *facts)
{
    struct buf arn = { 0 };
    const struct caller *caller = &facts->call->caller;
    if (facts->key_id[0] != '\0' &&
        arn_append_key(span_text(caller->region), span_text(caller->account),
            span_text(facts->key_id), &arn) == STATUS_OK &&
        arn.len < sizeof(facts->key_arn))
        span_to_text(buf_span(&arn), facts->key_arn);
    buf_reset(&arn);
}

static const struct json *
find_context(const struct call *call)
{
    static const char *const members[] = { "EncryptionContext",
        "DestinationEncryptionContext", "SourceEncryptionContext" };
    for (size_t i = 0; i < ARRAY_LEN(members); i++) {
        const struct json *found = call_member(call, members[i]);
        if (found != NULL)
            return found;
    }
    return NULL;
}

void
facts_init(struct facts *facts, struct call *call,
    const struct service_request *request)
{
    *facts = (struct facts){ .call = call };
    find_keys(facts);
    name_key(facts);
    if (caller_arn(&call->caller, &facts->caller) != STATUS_OK)
        buf_reset(&facts->caller);
    facts->told = (struct service_facts){
        .request = request,
        .operation = kms_model_operation(call->operation->id)->name,
        .changes = call->operation->changes,
        .account = span_text(call->caller.account),
        .region = span_text(call->caller.region),
        .caller = buf_span(&facts->caller),
        .key_id = span_text(facts->key_id),
        .key_arn = span_text(facts->key_arn),
        .source_key_id = span_text(facts->source_key_id),
        .context = find_context(call),
        .resolver = facts,
    };
}

void
facts_reset(struct facts *facts)
{
    buf_reset(&facts->caller);
}

bool
service_facts_has_alias(const struct service_facts *told, struct span alias)
{
    const struct facts *facts = told->resolver;
    char key_id[KEY_ID_LEN + 1];
    if (span_equal(call_text(facts->call, "AliasName"), alias))
        return true;
    return resolve_alias(facts->call, alias, key_id) &&
           (strcmp(key_id, facts->key_id) == 0 ||
               strcmp(key_id, facts->source_key_id) == 0);
}
