/* SPDX-License-Identifier: Apache-2.0 */
#include "kms/skew.h"

#include <stdio.h>

static const char *const codes[] = {
    "RequestExpired",
    "RequestInTheFuture",
    "RequestTimeTooSkewed",
};

/* Codes that stand for other mistakes as well. */
static const struct {
    const char *code, *says;
} worded[] = {
    { "InvalidSignatureException", "Signature expired" },
    { "InvalidSignatureException", "Signature not yet current" },
    { "SignatureDoesNotMatch", "Signature expired" },
    { "SignatureDoesNotMatch", "Signature not yet current" },
};

bool
skew_is_told(const struct kms_result *result)
{
    size_t at;
    if (result->failure != KMS_FAILURE_ANSWER)
        return false;
    for (size_t i = 0; i < ARRAY_LEN(codes); i++)
        if (span_equal_text(result->error_type, codes[i]))
            return true;
    for (size_t i = 0; i < ARRAY_LEN(worded); i++)
        if (span_equal_text(result->error_type, worded[i].code) &&
            span_search(result->message, span_text(worded[i].says), &at))
            return true;
    return false;
}

/* aws-sdk-go-v2, aws/retry/middleware.go: clockSkewCodes. */
static const char *const suspects[] = {
    "AccessDeniedException",
    "AuthFailure",
    "InvalidSignatureException",
    "SignatureDoesNotMatch",
};

bool
skew_is_suspected(const struct kms_result *result)
{
    for (size_t i = 0; i < ARRAY_LEN(suspects); i++)
        if (result->failure == KMS_FAILURE_ANSWER &&
            span_equal_text(result->error_type, suspects[i]))
            return true;
    return false;
}

/* The number of a month, from 1; 0 for none. */
static int
month_of(const char *name)
{
    static const char names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    for (int i = 0; i < 12; i++)
        if (strncmp(name, names + 3 * i, 3) == 0)
            return i + 1;
    return 0;
}

enum status
skew_read_date(struct span text, int64_t *ms)
{
    enum { DATE_LEN = 29 };
    /* Digits and letters stand where they do here, the rest must be equal. */
    static const char form[] = "aaa, 00 aaa 0000 00:00:00 GMT";
    char date[DATE_LEN + 1], amz[DATE_LEN + 1];
    if (text.len != DATE_LEN)
        return STATUS_INVALID;
    span_to_text(text, date);
    for (size_t i = 0; i < DATE_LEN; i++)
        if (form[i] != 'a' && form[i] != '0' && date[i] != form[i])
            return STATUS_INVALID;
    int month = month_of(date + 8);
    int len = snprintf(amz, sizeof(amz), "%.4s%02d%.2sT%.2s%.2s%.2sZ",
        date + 12, month, date + 5, date + 17, date + 20, date + 23);
    return len < 0 ? STATUS_INVALID
                   : clock_parse_amz(span_of(amz, (size_t)len), ms);
}

static int64_t
distance(int64_t a, int64_t b)
{
    return a > b ? a - b : b - a;
}

bool
skew_learn(int64_t *offset_ms, int64_t machine_ms, int64_t date_ms, bool told)
{
    int64_t found_ms = date_ms - machine_ms;
    if (distance(found_ms, 0) > SKEW_BELIEVED_MS)
        return false;
    bool is_far = distance(found_ms, *offset_ms) > SKEW_TOLERATED_MS;
    if (!told && !is_far)
        return false;
    if (is_far && distance(found_ms, 0) <= SKEW_TOLERATED_MS)
        found_ms = 0; /* the machine's clock was set right */
    bool changed = found_ms != *offset_ms;
    *offset_ms = found_ms;
    return changed;
}
