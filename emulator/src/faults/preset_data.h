/* SPDX-License-Identifier: Apache-2.0 */
/* The presets as data: rules as they would be posted. */
#ifndef FAULTS_PRESET_DATA_H
#define FAULTS_PRESET_DATA_H

#include <stddef.h>

struct preset {
    const char *name, *about, *source, *lasts;
    const char *rules; /* a JSON list */
};

extern const struct preset preset_data[];
extern const size_t preset_data_count;

#endif
