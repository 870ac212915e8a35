/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PLAY_PLAY_H
#define PLAY_PLAY_H

#include "play/engine.h"

/* From good before to good after, on an engine whose cluster runs. Verdict and
 * cause are in its journal; a status is a failure of the harness. */
MUST_USE enum status play(struct engine *engine);

#endif
