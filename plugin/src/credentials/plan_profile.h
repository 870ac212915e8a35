/* SPDX-License-Identifier: Apache-2.0 */
/* A profile's part of a plan. */
#ifndef CREDENTIALS_PLAN_PROFILE_H
#define CREDENTIALS_PLAN_PROFILE_H

#include "credentials/plan.h"

/*
 * What the profile and those it builds on ask for. STATUS_NOT_FOUND where it
 * names no source of credentials: whatever the environment has is then used,
 * with plan->roles that may already be there. Else as plan_make.
 */
MUST_USE enum status plan_profile(const struct shared_files *shared,
    const struct shared_section *profile, struct plan *plan,
    struct buf *problem);

/* credential_source = EcsContainer, and the end of the chain. STATUS_NOT_FOUND
 * where the environment names no such service. */
MUST_USE enum status plan_find_container(
    struct plan *plan, struct buf *problem);

#endif
