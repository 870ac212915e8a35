/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where an AWS service is reached: AWS_ENDPOINT_URL_SERVICE, AWS_ENDPOINT_URL,
 * the profile's services section, its endpoint_url, else AWS's own host of
 * the Region (AWS_USE_FIPS_ENDPOINT, AWS_USE_DUALSTACK_ENDPOINT). Source:
 * "Service-specific endpoints", AWS SDKs and Tools Reference Guide.
 */
#ifndef CREDENTIALS_SERVICE_URL_H
#define CREDENTIALS_SERVICE_URL_H

#include "credentials/shared_files.h"

enum service { SERVICE_KMS, SERVICE_SSO, SERVICE_SSO_OIDC, SERVICE_STS };

/* Whether it is an http or https URL with a host and nothing that a log must
 * not show (NAME:PASSWORD@). */
bool service_url_is_plain(struct span text);

/*
 * Replaces *url, without a slash at its end. `profile` may be a section that
 * was not found. STATUS_INVALID for what is no http or https URL, or a Region
 * that is none; *problem names the place.
 */
MUST_USE enum status service_url_find(enum service service,
    const struct shared_section *profile, struct span region, struct buf *url,
    struct buf *problem);

/* The same, but AWS's own host in any case. */
MUST_USE enum status service_url_default(enum service service,
    const struct shared_section *profile, struct span region, struct buf *url,
    struct buf *problem);

#endif
