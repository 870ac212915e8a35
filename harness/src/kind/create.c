/* SPDX-License-Identifier: Apache-2.0 */
#include "kind/create.h"

#include "kind/creation.h"
#include "kind/state.h"

#include <stdio.h>

enum { PROGRESS_MAX = 300 };

void
kind_progress_say(const struct kind_progress *progress, const char *format, ...)
{
    char line[PROGRESS_MAX];
    va_list args;

    if (progress == NULL || progress->say == NULL)
        return;
    va_start(args, format);
    (void)vsnprintf(line, sizeof(line), format, args);
    va_end(args);
    progress->say(progress->context, line);
}

static enum status
make(struct creation *c, struct buf *problem)
{
    enum status status = kind_record_save(c->record, problem);

    if (status == STATUS_OK)
        status = creation_furnish(c, problem);
    if (status == STATUS_OK)
        status = creation_bring_up(c, problem);
    if (status != STATUS_OK)
        return status;
    c->record->ready = true;
    return kind_record_save(c->record, problem);
}

static void
undo(struct creation *c, struct buf *problem)
{
    struct buf words = { 0 };

    kind_progress_say(c->progress, "removing what was made");
    if (kind_destroy(c->record, NULL, &words) != STATUS_OK)
        buf_say(problem,
            " (and not all of it is removed: %s; try: kmslab kind"
            " down %s)",
            buf_text(&words), c->plan->name);
    buf_reset(&words);
}

enum status
kind_create(const struct kind_plan *plan, struct kind_record *record,
    const struct kind_progress *progress, struct buf *problem)
{
    struct kind_record made = { 0 };
    struct creation c = { .plan = plan,
        .progress = progress,
        .record = &made,
        .engine = engine_find(plan->engine_program) };
    enum status status = creation_prepare(&c, problem);

    if (status == STATUS_OK)
        status = kind_state_claim(buf_text(&c.folder), problem);
    if (status == STATUS_OK) {
        status = make(&c, problem);
        if (status != STATUS_OK)
            undo(&c, problem);
    }
    if (status == STATUS_OK) {
        kind_record_reset(record);
        *record = made;
    } else {
        kind_record_reset(&made);
    }
    kind_image_facts_reset(&c.facts);
    kind_bundle_reset(&c.bundle);
    buf_reset(&c.folder);
    buf_reset(&c.key);
    return status;
}
