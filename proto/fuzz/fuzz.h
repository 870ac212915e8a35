/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A fuzz target is PART/fuzz/fuzz_NAME.c with this one function. Its corpus
 * is fixtures/fuzz/NAME/. `make check` runs it over the corpus by
 * proto/fuzz/main.c; `make fuzz` lets libFuzzer search.
 */
#ifndef FUZZ_FUZZ_H
#define FUZZ_FUZZ_H

#include "base/span.h"

#include <stdlib.h>

/* Returns 0. Ends the process (abort) where a promise is broken. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

/* For promises about hostile input; also holds in release builds. */
#define FUZZ_CHECK(condition)                                                  \
    do {                                                                       \
        if (!(condition))                                                      \
            abort();                                                           \
    } while (0)

#endif
