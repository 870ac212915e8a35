/* SPDX-License-Identifier: Apache-2.0 */
#include "credentials/provider.h"

#include "base/file.h"

#include <poll.h>

void
provided_reset(struct provided *provided)
{
    credentials_set_reset(&provided->set);
    provided->expires_ms = 0;
}

void
provided_take(struct provided *to, struct provided *from)
{
    buf_take(&to->set.access_key_id, &from->set.access_key_id);
    buf_take(&to->set.secret_access_key, &from->set.secret_access_key);
    buf_take(&to->set.session_token, &from->set.session_token);
    to->expires_ms = from->expires_ms;
}

struct span
provider_origin(const char *url)
{
    const char *host = strstr(url, "://");
    size_t before = host == NULL ? 0 : (size_t)(host - url) + 3;
    return span_of(url, before + strcspn(url + before, "/?#"));
}

enum status
provider_fetch(const struct fetch_request *request, struct fetch_answer *answer,
    struct buf *problem)
{
    struct buf why = { 0 };
    enum status st = fetch(request, answer, &why);
    if (st == STATUS_OK &&
        (answer->http_status >= 500 || answer->http_status == 429)) {
        buf_say(&why, "HTTP %u", answer->http_status);
        st = STATUS_UNAVAILABLE;
    }
    if (st != STATUS_OK)
        buf_say(problem, "%.*s: %s", SPAN_ARG(provider_origin(request->url)),
            buf_text(&why));
    buf_reset(&why);
    return st;
}

/* A random part of 2^n seconds. False: stopped meanwhile. */
static bool
pause_before_retry(const struct provider *provider, unsigned nth)
{
    uint16_t drawn;
    if (random_fill(&provider->random, (uint8_t *)&drawn, sizeof(drawn)) !=
        STATUS_OK)
        drawn = UINT16_MAX;
    struct pollfd stop = { .fd = provider->stop_fd, .events = POLLIN };
    return poll(&stop, 1, (int)((1000 << nth) * drawn / UINT16_MAX)) == 0;
}

enum status
provider_fetch_patiently(const struct provider *provider,
    const struct fetch_request *request, provider_worth_fn *worth,
    struct fetch_answer *answer, struct buf *problem)
{
    enum { TRIES = 3 };
    for (unsigned tries = 1;; tries++) {
        struct buf why = { 0 };
        enum status st = provider_fetch(request, answer, &why);
        bool again = st == STATUS_UNAVAILABLE || st == STATUS_TIMEOUT ||
                     (st == STATUS_OK && worth != NULL && worth(answer));
        if (!again || tries == TRIES || !pause_before_retry(provider, tries)) {
            if (st != STATUS_OK)
                buf_say(problem, "%s", buf_text(&why));
            buf_reset(&why);
            return st;
        }
        buf_reset(&why);
    }
}

int64_t
provider_skew_ms(
    const struct provider *provider, const struct fetch_answer *answer)
{
    enum { LEAST_MS = 30 * 1000 }; /* a Date has whole seconds, and travels */
    if (answer->date_ms == 0)
        return 0;
    int64_t skew_ms = answer->date_ms - clock_ms(&provider->wall_clock);
    return skew_ms > -LEAST_MS && skew_ms < LEAST_MS ? 0 : skew_ms;
}

enum status
provider_read_token(const char *path, struct buf *out, struct buf *problem)
{
    enum { TOKEN_MAX = 32 * 1024 };
    struct buf text = { 0 };
    enum status st = file_read(path, TOKEN_MAX, &text);
    struct span token = span_trim(buf_span(&text));
    if (st != STATUS_OK) {
        buf_say(problem, "%s cannot be read: %s", path, status_text(st));
    } else if (token.len == 0) {
        buf_say(problem, "%s is empty", path);
        st = STATUS_INVALID;
    } else {
        st = buf_append(out, token);
    }
    buf_reset(&text);
    return st;
}

enum status
provider_append_encoded(struct buf *out, struct span text)
{
    static const char plain[] = "-._~";
    enum status st = STATUS_OK;
    for (size_t i = 0; i < text.len && st == STATUS_OK; i++) {
        uint8_t c = text.ptr[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                      (c >= '0' && c <= '9');
        if (letter || (c != 0 && strchr(plain, c) != NULL))
            st = buf_append_byte(out, c);
        else
            st = buf_printf(out, "%%%02X", c);
    }
    return st;
}

static enum status
provide_keys(const struct provider *provider, const struct plan *plan,
    struct provided *out, struct buf *problem)
{
    (void)provider;
    (void)problem;
    out->expires_ms = 0;
    return credentials_set_copy(&plan->keys, &out->set);
}

enum status
provider_run(const struct provider *provider, const struct plan *plan,
    struct provided *out, struct buf *problem)
{
    static enum status (*const steps[])(const struct provider *,
        const struct plan *, struct provided *, struct buf *) = {
        [PLAN_KEYS] = provide_keys,
        [PLAN_WEB_IDENTITY] = provider_web_identity,
        [PLAN_SSO] = provider_sso,
        [PLAN_PROCESS] = provider_process,
        [PLAN_CONTAINER] = provider_container,
        [PLAN_IMDS] = provider_imds,
    };
    struct provided made = { 0 };
    struct buf why = { 0 };
    enum status st = steps[plan->kind](provider, plan, &made, &why);
    if (st != STATUS_OK)
        buf_say(problem, "%s%s%s%s%s", buf_text(&plan->place),
            plan->place.len > 0 ? ": " : "", buf_text(&why),
            plan->tried.len > 0 ? "; " : "", buf_text(&plan->tried));
    for (size_t i = 0; i < plan->role_count && st == STATUS_OK; i++)
        st = provider_assume_role(
            provider, plan, &plan->roles[i], &made, problem);
    if (st == STATUS_OK)
        provided_take(out, &made);
    provided_reset(&made);
    buf_reset(&why);
    return st;
}
