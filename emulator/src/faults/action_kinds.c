/* SPDX-License-Identifier: Apache-2.0 */
#include "faults/action_kinds.h"

#define AT(member) offsetof(struct action, member)
#define TEXT(name, member, needed, limit, about)                               \
    {                                                                          \
        name, ACTION_TYPE_TEXT, AT(member), needed, 0, limit, NULL, about      \
    }
#define INT(name, member, needed, low, high, about)                            \
    {                                                                          \
        name, ACTION_TYPE_INT, AT(member), needed, low, high, NULL, about      \
    }
#define NUMBER(name, member, needed, low, high, about)                         \
    {                                                                          \
        name, ACTION_TYPE_NUMBER, AT(member), needed, low, high, NULL, about   \
    }
#define DURATION(name, member, needed, about)                                  \
    {                                                                          \
        name, ACTION_TYPE_DURATION, AT(member), needed, 0, 0, NULL, about      \
    }
#define RETRY_AFTER                                                            \
    DURATION("retry_after", retry_after_ms, false,                             \
        "x-amz-retry-after: how long a client is to wait")
#define CHOICE(name, member, list, about)                                      \
    {                                                                          \
        name, ACTION_TYPE_CHOICE, AT(member), false, 0, 0, list, about         \
    }

enum { BODY_MAX = 64 * 1024, ANSWER_MAX = 1024 * 1024 };

static const char *const variants[] = { "Name", "ns#Name", "Name:uri",
    "header-only", "Message", NULL };
static const char *const resets[] = { "body", "accept", "tls", "headers",
    "answer", NULL };
static const char *const ends[] = { "close", "reset", NULL };

#define BEFORE "before execution", MATCH_REQUEST
#define ANSWER "answer", MATCH_REQUEST

/* clang-format off */
const struct action_row action_rows[ACTION_KINDS] = {
    [ACTION_ERROR] = { "error", BEFORE,
        "any error of KMS with AWS's HTTP status and words",
        { TEXT("code", code, true, 128, "such as KMSInternalException"),
          TEXT("message", message, false, 2048, "instead of AWS's words"),
          INT("status", status, false, 400, 599, "instead of AWS's"),
          CHOICE("variant", variant, variants, "how its name is told"),
          RETRY_AFTER } },
    [ACTION_THROTTLE] = { "throttle", BEFORE,
        "ThrottlingException, for all or beyond a quota of each second",
        { NUMBER("rate", rate, false, 0.001, 1e6,
              "requests a second that are let through, all operations "
              "together"),
          RETRY_AFTER } },
    [ACTION_HTML] = { "html", BEFORE,
        "a front end's page in the place of an answer",
        { INT("status", status, false, 200, 599, "default 503"),
          TEXT("body", body, false, BODY_MAX, "the page") } },
    [ACTION_EMPTY] = { "empty", BEFORE, "an answer without a body",
        { INT("status", status, false, 200, 599, "default 500") } },
    [ACTION_LATENCY] = { "latency", BEFORE,
        "waits first: fixed, or min and max, or median and sigma, or from, "
        "to and over",
        { DURATION("fixed", fixed_ms, false, "always so long"),
          DURATION("min", min_ms, false, "uniform: the least"),
          DURATION("max", max_ms, false,
              "uniform: the most; log-normal: never more"),
          DURATION("median", median_ms, false, "log-normal: the median"),
          NUMBER("sigma", sigma, false, 0, 10,
              "log-normal: of the logarithm, default 0.5"),
          DURATION("from", from_ms, false, "ramp: at first"),
          DURATION("to", to_ms, false, "ramp: at last, and from then on"),
          DURATION("over", over_ms, false,
              "ramp: how long it takes, from when the rule was armed") } },
    [ACTION_HANG] = { "hang", BEFORE,
        "read and never answered, until the client leaves or it is healed",
        { { .name = NULL } } },
    [ACTION_CLOCK_OFFSET] = { "clock-offset", BEFORE,
        "KMS's clock is wrong: Date, and signatures out of date",
        { { "offset", ACTION_TYPE_OFFSET, AT(offset_ms), true, 0, 0, NULL,
            "such as 10m or -10m" } } },
    [ACTION_STALE_READS] = { "stale-reads", BEFORE,
        "sees keys and aliases as they were a while ago",
        { DURATION("for", for_ms, true, "how long a change stays unseen") } },
    [ACTION_NOT_DONE] = { "not-done", ANSWER,
        "answered as a success, and nothing was done",
        { { .name = NULL } } },
    [ACTION_WRONG_PLAINTEXT] = { "wrong-plaintext", ANSWER,
        "another plaintext of the same length",
        { { .name = NULL } } },
    [ACTION_FLIP_CIPHERTEXT] = { "flip-ciphertext", ANSWER,
        "bits of the ciphertext are flipped",
        { INT("bits", bits, false, 1, 1024, "how many, default 1") } },
    [ACTION_OTHER_KEY] = { "other-key", ANSWER,
        "KeyId names another key",
        { TEXT("key", key, false, 256,
              "what it says; default the ARN of a key that does not "
              "exist") } },
    [ACTION_CONTENT_TYPE] = { "content-type", ANSWER,
        "the right answer with a wrong Content-Type",
        { TEXT("type", type, false, 128, "default text/html") } },
    [ACTION_LOST_ANSWER] = { "lost-answer", "after commit", MATCH_REQUEST,
        "done and durable, and the connection ends without an answer",
        { CHOICE("end", end, ends, "default close") } },
    [ACTION_CLOSE_MID_BODY] = { "close-mid-body", ANSWER,
        "fewer bytes than Content-Length says",
        { INT("bytes", bytes, false, 0, ANSWER_MAX,
              "of the body, default half") } },
    [ACTION_TORN] = { "torn", ANSWER,
        "a chunked answer that ends within a chunk",
        { INT("bytes", bytes, false, 0, ANSWER_MAX,
              "after the headers, default half") } },
    [ACTION_DOUBLED_CHUNK] = { "doubled-chunk", ANSWER,
        "a chunked answer with one chunk sent twice",
        { INT("bytes", bytes, false, 1, ANSWER_MAX,
              "of a chunk, default 64") } },
    [ACTION_DRIP] = { "drip", ANSWER, "a few bytes at a time",
        { INT("bytes", bytes, false, 1, ANSWER_MAX, "at once, default 1"),
          DURATION("every", every_ms, false, "between them, default 10ms") } },
    [ACTION_BANDWIDTH] = { "bandwidth", ANSWER, "a slow line",
        { INT("bytes_per_second", bytes_per_second, true, 1, 1e9,
              "of the answer") } },
    [ACTION_RESET] = { "reset", "as `at` says", MATCH_REQUEST,
        "RST: at accept, tls, headers, body or answer",
        { CHOICE("at", at, resets, "default body: read, nothing done") } },
    [ACTION_REFUSE_CONNECTIONS] = { "refuse-connections", "accept",
        MATCH_REFUSE, "no new connections: ECONNREFUSED",
        { { .name = NULL } } },
    [ACTION_ACCEPT_SILENT] = { "accept-silent", "accept", MATCH_ACCEPT,
        "accepted and never read, until it is healed",
        { { .name = NULL } } },
    [ACTION_LATE_TLS] = { "late-tls", "tls", MATCH_TLS,
        "the handshake goes on later",
        { DURATION("wait", wait_ms, true, "how much later") } },
    [ACTION_EXPIRED_CERTIFICATE] = { "expired-certificate", "tls", MATCH_TLS,
        "a certificate that ended yesterday",
        { { .name = NULL } } },
};
/* clang-format on */
