/* SPDX-License-Identifier: Apache-2.0 */
/* Whether each key of the plugin could be used lately: asked for again and
 * again by one thread, answered by those of the health. */
#ifndef READINESS_H
#define READINESS_H

#include "instance.h"

#include <stdatomic.h>

struct readiness {
    _Atomic size_t open; /* questions that are not answered */
    _Atomic size_t good; /* answers of the last round */
};

/* Never waits. False until a whole round of answers was good; starts another
 * round when the last is over. May not move while questions are open: they
 * are all answered once each instance was stopped. */
bool readiness_look(struct readiness *readiness,
    struct instance *const *instances, size_t count);

#endif
