/* SPDX-License-Identifier: Apache-2.0 */
/* The admin listener's errors: {"error":"one line"}. */
#ifndef ADMIN_PROBLEM_H
#define ADMIN_PROBLEM_H

#include "api/service.h"

/* Replaces the answer. Without memory the status alone must do. */
void problem_answer(
    struct service_answer *answer, unsigned http_status, const char *message);

/* 400 for bad input, else 500, with the status's own words. */
void problem_status(struct service_answer *answer, enum status st);

#endif
