/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_VERSION_H
#define BASE_VERSION_H

/* What `git describe` said when this was built, or "unknown". */
extern const char project_version[];

#endif
