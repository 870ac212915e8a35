/* SPDX-License-Identifier: Apache-2.0 */
/* Looking at the headers of a request as it came. */
#ifndef ACCESS_HEADER_H
#define ACCESS_HEADER_H

#include "aws/sigv4.h"

/*
 * The trimmed value of the first header of that name (lower case), borrowed
 * from the request. Absent: ptr is NULL.
 */
struct span header_find(const struct sigv4_request *request, const char *name);

#endif
