/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PLAY_EXPECT_H
#define PLAY_EXPECT_H

#include "play/engine.h"
#include "scenario/expect_kind.h"

/*
 * Looks whether an expectation holds; *got says what there is. A failure is
 * one of the harness only.
 */
MUST_USE enum status expect_look(struct engine *engine,
    const struct expectation *expectation, bool *holds, struct buf *got);

/* Notes it in the journal. */
void expect_note(struct engine *engine, const struct expectation *expectation,
    bool holds, const struct buf *got);

#endif
