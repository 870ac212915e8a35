/* SPDX-License-Identifier: Apache-2.0 */
#include "storm/blow.h"

#include "process/interrupt.h"

#include <stdio.h>
#include <unistd.h>

enum {
    STEP_MS = 3,   /* between operations of the load */
    LOOK_MS = 250, /* between looks at health */
    TELL_MS = 200, /* between errors that are told; all are counted */
    HEAL_MS = 30000,
    SUSPECT_MS = 5000, /* then Secrets are looked at */
    RETRY_MS = 20,
    HEALED_ROW = 5,
    CHECK_EVERY_MS = 15000,
    WARM_MS = 300,
#ifdef __SANITIZE_ADDRESS__
    MEMORY_SLACK = 512 * 1024 * 1024, /* it keeps what is freed for a while */
#else
    MEMORY_SLACK = 16 * 1024 * 1024,
#endif
    THREADS_SLACK = 8,
    DESCRIPTORS_SLACK = 32,
};

const char blow_secrets[] = "no Secret lost or altered";

struct storm {
    struct rig *rig;
    const struct plan *plan;
    struct tale *tale;
    struct load *load;
    struct buf *problem;
    struct clock clock;
    int64_t started_ms, paused_ms; /* checks take no time of the plan */
    int64_t looked_ms, checked_ms, told_ms;
    size_t next, armed; /* fault to come; how many are armed */
    struct usage before;
    bool healed;
    bool seals; /* what is new, by both versions of KMS: so what cannot be read
                   is lost */
};

static int64_t
real_ms(const struct storm *s)
{
    return clock_ms(&s->clock) - s->started_ms;
}

static int64_t
plan_ms(const struct storm *s)
{
    return real_ms(s) - s->paused_ms;
}

static enum status
begin_fault(struct storm *s, struct tale_fault *fault)
{
    enum status st = rig_arm(s->rig, fault->fault, s->problem);
    if (st != STATUS_OK)
        return st;
    fault->from_ms = real_ms(s);
    s->armed++;
    tale_event(s->tale, fault->from_ms, "harness", "info", "%s begins",
        fault->fault->name);
    return STATUS_OK;
}

static enum status
end_fault(struct storm *s, struct tale_fault *fault)
{
    enum status st =
        rig_disarm(s->rig, fault->fault, &fault->counts, s->problem);
    if (st != STATUS_OK)
        return st;
    fault->to_ms = real_ms(s);
    s->armed--;
    tale_event(s->tale, fault->to_ms, "harness", "info", "%s ends, fired %lld",
        fault->fault->name, (long long)fault->counts.fired);
    return STATUS_OK;
}

/* `all`: whatever is armed ends. */
static enum status
end_due(struct storm *s, bool all)
{
    enum status st = STATUS_OK;
    for (size_t i = 0; i < s->next && st == STATUS_OK && s->armed > 0; i++) {
        struct tale_fault *f = &s->tale->faults[i];
        if (f->from_ms < 0 || f->to_ms >= 0)
            continue;
        if (all || plan_ms(s) >= f->fault->at_ms + f->fault->for_ms)
            st = end_fault(s, f);
    }
    return st;
}

static enum status
begin_due(struct storm *s)
{
    enum status st = STATUS_OK;
    while (st == STATUS_OK && s->next < s->plan->count &&
           plan_ms(s) >= s->plan->faults[s->next].at_ms)
        st = begin_fault(s, &s->tale->faults[s->next++]);
    return st;
}

/* *ready: /readyz is ok. */
static enum status
look(struct storm *s, bool *ready)
{
    static const char *const probes[] = { "readyz", "healthz", "livez" };
    struct buf path = { 0 }, text = { 0 };
    enum status st = STATUS_OK;
    for (size_t i = 0; i < ARRAY_LEN(probes) && st == STATUS_OK; i++) {
        bool ok = false;
        buf_clear(&path);
        st = buf_printf(&path, "/%s", probes[i]);
        if (st == STATUS_OK)
            st = rig_health(s->rig, buf_text(&path), &ok, &text);
        if (st == STATUS_OK)
            tale_state(s->tale, real_ms(s), probes[i], ok, buf_span(&text));
        if (i == 0)
            *ready = ok;
    }
    s->looked_ms = real_ms(s);
    buf_reset(&path);
    buf_reset(&text);
    return st;
}

static enum status
one_step(struct storm *s)
{
    bool ok = false, ready;
    rig_tick(s->rig);
    enum status st = load_step(s->load, s->rig, LOAD_STORM, &ok);
    if (st == STATUS_OK && !ok && real_ms(s) - s->told_ms >= TELL_MS) {
        s->told_ms = real_ms(s);
        tale_event(s->tale, real_ms(s), "client", "error", "%s",
            buf_text(&s->load->error));
    }
    if (st == STATUS_OK && real_ms(s) - s->looked_ms >= LOOK_MS)
        st = look(s, &ready);
    return st == STATUS_OK ? interrupt_sleep(STEP_MS) : st;
}

/* Looks once whether all is well, and how often it was on end. */
static enum status
look_again(struct storm *s, unsigned *ready_row, unsigned *sealed_row)
{
    bool ready = false, sealed = false;
    rig_tick(s->rig);
    enum status st = load_canary(s->load, s->rig, &sealed);
    if (st == STATUS_OK)
        st = look(s, &ready);
    *sealed_row = sealed ? *sealed_row + 1 : 0;
    *ready_row = ready && sealed ? *ready_row + 1 : 0;
    s->seals = *sealed_row >= HEALED_ROW;
    s->healed = *ready_row >= HEALED_ROW;
    return st;
}

/* Until the apiserver is ready, and seals what is new by both versions, a few
 * times on end. Where only readyz is missing for long, a Secret that is lost
 * may be why: who waits for that waits in vain. */
static enum status
recover(struct storm *s)
{
    int64_t start_ms = real_ms(s);
    enum status st = STATUS_OK;
    unsigned ready_row = 0, sealed_row = 0;
    bool verified = false;
    s->healed = s->seals = false;
    while (st == STATUS_OK && !s->healed && s->load->wrong.len == 0 &&
           real_ms(s) - start_ms < HEAL_MS) {
        st = look_again(s, &ready_row, &sealed_row);
        if (st == STATUS_OK && !s->healed && s->seals && !verified &&
            real_ms(s) - start_ms > SUSPECT_MS) {
            verified = true;
            st = load_verify(s->load, s->rig, LOAD_AFTER, true);
        }
        if (st == STATUS_OK && !s->healed)
            st = interrupt_sleep(RETRY_MS);
    }
    return st;
}

/* Nothing that the apiserver remembers helps: all is read by the plugin. */
static enum status
check_all(struct storm *s, enum load_phase phase)
{
    int64_t from_ms = real_ms(s);
    enum status st = recover(s);
    if (st == STATUS_OK && s->healed) {
        st = rig_restart(s->rig, s->problem);
        tale_event(s->tale, real_ms(s), "apiserver", "info",
            "starts anew and reads every Secret");
    }
    if (st == STATUS_OK && s->healed)
        st = recover(s);
    if (st == STATUS_OK)
        st = load_verify(s->load, s->rig, phase, s->healed || s->seals);
    s->paused_ms += real_ms(s) - from_ms;
    s->checked_ms = plan_ms(s);
    return st;
}

static void
show_progress(const struct storm *s)
{
    if (isatty(STDERR_FILENO))
        fprintf(stderr, "\r%5lld s of %lld, fault %zu of %zu  ",
            (long long)plan_ms(s) / 1000, (long long)s->plan->seconds, s->next,
            s->plan->count);
}

static enum status
run_plan(struct storm *s)
{
    enum status st = STATUS_OK;
    s->healed = true;
    while (st == STATUS_OK && plan_ms(s) < s->plan->seconds * 1000 &&
           s->load->wrong.len == 0 && s->healed) {
        st = end_due(s, false);
        if (st == STATUS_OK)
            st = begin_due(s);
        if (st == STATUS_OK)
            st = one_step(s);
        if (st == STATUS_OK && s->armed == 0 &&
            plan_ms(s) - s->checked_ms >= CHECK_EVERY_MS)
            st = check_all(s, LOAD_STORM);
        show_progress(s);
    }
    if (isatty(STDERR_FILENO))
        fputc('\n', stderr);
    return st;
}

static enum status
begin(struct storm *s)
{
    bool good = false, ready;
    enum status st = load_fill(s->load, s->rig, &good);
    if (st == STATUS_OK)
        st = recover(s);
    if (st != STATUS_OK)
        return st;
    tale_invariant(s->tale, "good before", good && s->healed,
        "%d Secrets written, readyz %s", LOAD_SECRETS,
        s->healed ? "ok" : "never ok");
    if (!good || !s->healed)
        return STATUS_OK;
    st = interrupt_sleep(WARM_MS);
    if (st == STATUS_OK)
        st = rig_usage(s->rig, &s->before);
    tale_forget(s->tale);
    s->started_ms = clock_ms(&s->clock);
    return st == STATUS_OK ? look(s, &ready) : st;
}

static void
judge_growth(struct storm *s)
{
    struct usage now;
    if (rig_usage(s->rig, &now) != STATUS_OK) {
        tale_invariant(s->tale, "no growth", false, "a process is gone");
        return;
    }
    bool good = now.memory <= s->before.memory + MEMORY_SLACK &&
                now.threads <= s->before.threads + THREADS_SLACK &&
                now.descriptors <= s->before.descriptors + DESCRIPTORS_SLACK;
    tale_invariant(s->tale, "no growth", good,
        "memory %.1f to %.1f MiB, threads %u to %u, descriptors %u to %u",
        (double)s->before.memory / 1048576, (double)now.memory / 1048576,
        s->before.threads, now.threads, s->before.descriptors, now.descriptors);
}

static enum status
judge_armed(struct storm *s)
{
    size_t armed = 0;
    enum status st = rig_armed(s->rig, &armed, s->problem);
    if (st == STATUS_OK)
        tale_invariant(s->tale, "nothing left armed", armed == 0,
            "%zu rules at the end", armed);
    return st;
}

/* All heals: what is left is judged. */
static enum status
finish(struct storm *s)
{
    enum status st = end_due(s, true);
    s->tale->storm_end_ms = real_ms(s);
    if (st == STATUS_OK)
        st = recover(s);
    if (st == STATUS_OK && s->healed)
        s->tale->recover_ms = real_ms(s) - s->tale->storm_end_ms;
    if (st == STATUS_OK)
        st = check_all(s, LOAD_AFTER);
    if (st != STATUS_OK)
        return st;
    bool wrong = s->load->wrong.len > 0;
    tale_invariant(s->tale, blow_secrets, !wrong, "%s",
        wrong ? buf_text(&s->load->wrong) : "all read back with their hashes");
    tale_invariant(s->tale, "everything heals", s->healed || wrong, "%s%s",
        s->healed ? "readyz ok, new Secrets are sealed" : "not within 30 s: ",
        s->healed ? "" : buf_text(&s->load->error));
    tale_invariant(s->tale, "no process ended but by a fault", rig_runs(s->rig),
        "plugin and emulator");
    judge_growth(s);
    st = judge_armed(s);
    s->tale->end_ms = real_ms(s);
    return st;
}

enum status
blow(const struct workspace *workspace, const struct plan *plan,
    struct tale *tale, struct load *load, struct buf *problem)
{
    struct storm s = { .plan = plan,
        .tale = tale,
        .load = load,
        .problem = problem,
        .clock = clock_monotonic() };
    s.started_ms = clock_ms(&s.clock);
    enum status st = rig_new(workspace, plan->seed, &s.rig, problem);
    if (st == STATUS_OK)
        st = begin(&s);
    if (st == STATUS_OK && tale_broken(tale) == NULL) {
        st = run_plan(&s);
        if (st == STATUS_OK)
            st = finish(&s);
    }
    tale->interrupted = st == STATUS_CANCELLED;
    if (tale->end_ms == 0)
        tale->storm_end_ms = tale->end_ms = real_ms(&s);
    if (st != STATUS_OK && problem->len == 0)
        buf_say(problem, "%s",
            st == STATUS_CANCELLED ? "interrupted" : status_text(st));
    rig_free(s.rig);
    return st;
}
