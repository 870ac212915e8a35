/* SPDX-License-Identifier: Apache-2.0 */
#include "access/access.h"

#include "access/form.h"
#include "access/header.h"
#include "access/signature.h"
#include "aws/arn.h"
#include "aws/kms_error.h"

#include <stdlib.h>

struct access {
    struct registry *registry;
    struct signature_checker *checker;
    struct session_sealer *sealer;
    int64_t session_seconds;
    struct clock wire_clock;
    struct caller fallback; /* the default account and Region */
};

bool
access_is_region(struct span text)
{
    if (text.len == 0 || text.len > CALLER_REGION_MAX)
        return false;
    for (size_t i = 0; i < text.len; i++) {
        uint8_t c = text.ptr[i];
        if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && c != '-')
            return false;
    }
    return true;
}

enum status
access_new(const struct access_options *options, struct access **out)
{
    if (!arn_is_account(options->default_account) ||
        !access_is_region(options->default_region))
        return STATUS_INVALID;
    struct access *made = calloc(1, sizeof(*made));
    if (made == NULL)
        return STATUS_NO_MEMORY;
    made->wire_clock = options->wire_clock;
    made->session_seconds = options->session_seconds;
    span_to_text(options->default_account, made->fallback.account);
    span_to_text(options->default_region, made->fallback.region);
    enum status status = registry_new(&made->registry);
    if (status == STATUS_OK)
        status = signature_checker_new(&made->checker);
    if (status == STATUS_OK)
        status = session_sealer_new(
            options->root_key, options->random, &made->sealer);
    if (status != STATUS_OK) {
        access_free(made);
        return status;
    }
    *out = made;
    return STATUS_OK;
}

void
access_free(struct access *access)
{
    if (access == NULL)
        return;
    registry_free(access->registry);
    signature_checker_free(access->checker);
    session_sealer_free(access->sealer);
    free(access);
}

enum status
access_register(struct access *access, struct span access_key_id,
    struct span secret, struct span account)
{
    return registry_add(access->registry, access_key_id, secret, account);
}

/* One request under check. */
struct check {
    struct access *access;
    const struct sigv4_request *request;
    struct span body;
    const char *service;
    struct signature signature;
    struct caller caller;
    enum access_verdict verdict;
    struct buf *message;
};

static enum status
refuse(struct check *check, enum access_verdict verdict, const char *words)
{
    check->verdict = verdict;
    buf_say(check->message, "%s", words);
    return STATUS_OK;
}

static enum status
refuse_incomplete(struct check *check, struct span authorization, bool dated)
{
    static const struct {
        unsigned part;
        const char *name;
    } parts[] = {
        { SIGV4_PART_CREDENTIAL, "Credential" },
        { SIGV4_PART_SIGNATURE, "Signature" },
        { SIGV4_PART_SIGNED_HEADERS, "SignedHeaders" },
    };
    unsigned found = sigv4_parts_found(authorization);
    for (size_t i = 0; i < ARRAY_LEN(parts); i++)
        if ((found & parts[i].part) == 0)
            buf_say(check->message,
                "Authorization header requires '%s' parameter. ",
                parts[i].name);
    if (!dated)
        buf_say(check->message,
            "Authorization header requires existence of either a 'X-Amz-Date' "
            "or a 'Date' header. ");
    buf_say(check->message, "Authorization=%.*s",
        SPAN_ARG(span_first(authorization, SIGV4_AUTHORIZATION_MAX)));
    check->verdict = ACCESS_INCOMPLETE;
    return STATUS_OK;
}

/* Whether the query says that it is one of a presigned URL. */
static bool
is_presigned(const struct sigv4_request *request)
{
    size_t at;
    return span_search(request->query, SPAN_LITERAL("X-Amz-Algorithm="), &at);
}

static enum status
read_header(struct check *check, struct span authorization)
{
    struct signature *signature = &check->signature;
    signature->amz_date = header_find(check->request, "x-amz-date");
    if (signature->amz_date.ptr == NULL)
        signature->amz_date = header_find(check->request, "date");
    bool dated = signature->amz_date.ptr != NULL;
    enum status status =
        sigv4_parse_authorization(authorization, &signature->authorization);
    if (status == STATUS_NO_MEMORY)
        return status;
    if (status != STATUS_OK || !dated)
        return refuse_incomplete(check, authorization, dated);
    return STATUS_OK;
}

static enum status
read_query(struct check *check)
{
    struct signature *signature = &check->signature;
    enum status status = sigv4_parse_query(check->request->query,
        &signature->decoded, &signature->authorization, &signature->amz_date);
    if (status == STATUS_OK || status == STATUS_NO_MEMORY)
        return status;
    return refuse(check, ACCESS_INCOMPLETE,
        "AWS query-string parameters must include 'X-Amz-Algorithm', "
        "'X-Amz-Credential', 'X-Amz-Signature', 'X-Amz-SignedHeaders' and "
        "'X-Amz-Date'. Re-examine the query-string parameters.");
}

static enum status
read_signature(struct check *check)
{
    struct span header = header_find(check->request, "authorization");
    bool presigned = is_presigned(check->request);
    if (header.ptr != NULL && presigned)
        return refuse(check, ACCESS_INVALID_SIGNATURE,
            "Found both 'X-Amz-Algorithm' as a query-string param and "
            "'Authorization' as HTTP header.");
    if (presigned)
        return read_query(check);
    if (header.ptr != NULL)
        return read_header(check, header);
    return refuse(check, ACCESS_MISSING_TOKEN, "Missing Authentication Token");
}

static enum status
check_scope(struct check *check)
{
    const struct sigv4_scope *scope = &check->signature.authorization.scope;
    if (!span_equal_text(scope->service, check->service)) {
        check->verdict = ACCESS_INVALID_SIGNATURE;
        buf_say(check->message,
            "Credential should be scoped to correct service: '%s'. ",
            check->service);
        return STATUS_OK;
    }
    if (scope->region.len > 0 && !access_is_region(scope->region))
        return refuse(check, ACCESS_INVALID_SIGNATURE,
            "Credential should be scoped to a valid region. ");
    if (scope->region.len > 0)
        span_to_text(scope->region, check->caller.region);
    return STATUS_OK;
}

static enum status
check_registered(void *context, struct span secret, struct span account)
{
    struct check *check = context;
    span_to_text(account, check->caller.account);
    return signature_check(check->access->checker, check->request, check->body,
        &check->signature, secret, access_now_ms(check->access),
        check->message);
}

/* Reads the session that the token of the request is of. */
static enum status
open_session(const struct check *check, struct session *session)
{
    struct buf decoded = { 0 };
    struct span token = header_find(check->request, "x-amz-security-token");
    enum status status = STATUS_OK;
    if (check->signature.authorization.in_query) {
        status =
            form_field(check->request->query, "X-Amz-Security-Token", &decoded);
        token = buf_span(&decoded);
    }
    if (status == STATUS_OK)
        status = session_open(check->access->sealer, token, session);
    buf_reset(&decoded);
    return status == STATUS_NOT_FOUND || status == STATUS_INVALID
               ? STATUS_AUTHENTIC
               : status;
}

static enum status
check_session(struct check *check)
{
    struct session session = { 0 };
    enum status status = open_session(check, &session);
    if (status == STATUS_AUTHENTIC ||
        (status == STATUS_OK &&
            !span_equal_text(check->signature.authorization.access_key_id,
                session.access_key_id))) {
        status = refuse(check, ACCESS_INVALID_TOKEN,
            kms_error_text(KMS_ERROR_UNRECOGNIZED_CLIENT));
    } else if (status == STATUS_OK &&
               session.expires_ms <= access_now_ms(check->access)) {
        status = refuse(check, ACCESS_EXPIRED_TOKEN,
            kms_error_text(KMS_ERROR_EXPIRED_TOKEN));
    } else if (status == STATUS_OK) {
        check->caller.role = session.role;
        status = check_registered(
            check, span_text(session.secret), span_text(session.role.account));
    }
    session_reset(&session);
    return status;
}

/* The account, and the signature where the access key is registered. */
static enum status
check_identity(struct check *check)
{
    struct span id = check->signature.authorization.access_key_id;
    enum status status = STATUS_NOT_FOUND;
    if (id.len <= REGISTRY_KEY_ID_MAX)
        status =
            registry_use(check->access->registry, id, check_registered, check);
    if (status == STATUS_NOT_FOUND && session_is_key_id(id))
        status = check_session(check);
    if (status == STATUS_AUTHENTIC) {
        check->verdict = ACCESS_INVALID_SIGNATURE;
        return STATUS_OK;
    }
    if (status != STATUS_NOT_FOUND)
        return status;
    if (arn_is_account(id))
        span_to_text(id, check->caller.account);
    return STATUS_OK;
}

enum status
access_check(struct access *access, const struct sigv4_request *request,
    struct span body, const char *service, struct caller *caller,
    enum access_verdict *verdict, struct buf *message)
{
    struct check check = {
        .access = access,
        .request = request,
        .body = body,
        .service = service,
        .caller = access->fallback,
        .verdict = ACCESS_GRANTED,
        .message = message,
    };
    enum status status = read_signature(&check);
    if (status == STATUS_OK && check.verdict == ACCESS_GRANTED)
        status = check_scope(&check);
    if (status == STATUS_OK && check.verdict == ACCESS_GRANTED)
        status = check_identity(&check);
    buf_reset(&check.signature.decoded);
    if (status != STATUS_OK)
        return status;
    if (check.verdict == ACCESS_GRANTED)
        *caller = check.caller;
    *verdict = check.verdict;
    return STATUS_OK;
}

enum status
access_issue(struct access *access, const struct session_role *role,
    int64_t seconds, struct session *out, struct buf *token)
{
    /* Whole seconds, so that what is told of the expiry is the truth. */
    int64_t now_s = access_now_ms(access) / 1000;
    if (access->session_seconds > 0 && seconds > access->session_seconds)
        seconds = access->session_seconds;
    return session_make(
        access->sealer, role, (now_s + seconds) * 1000, out, token);
}

int64_t
access_now_ms(const struct access *access)
{
    return clock_ms(&access->wire_clock);
}
