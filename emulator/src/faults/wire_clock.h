/* SPDX-License-Identifier: Apache-2.0 */
/* A KMS whose clock is wrong, as its clients see it. */
#ifndef FAULTS_WIRE_CLOCK_H
#define FAULTS_WIRE_CLOCK_H

#include "aws/sigv4.h"

/* Writes the value of the Date header; empty where it has no room. */
void wire_clock_date(int64_t offset_ms, char *out, size_t room);

/* Whether such a clock takes the signature's date for out of date; if so,
 * appends what AWS says. */
bool wire_clock_refuses(
    const struct sigv4_request *wire, int64_t offset_ms, struct buf *words);

#endif
