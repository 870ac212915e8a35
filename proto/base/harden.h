/* SPDX-License-Identifier: Apache-2.0 */
/* What each program that handles keys does first in its main. */
#ifndef BASE_HARDEN_H
#define BASE_HARDEN_H

/* No core dumps, no attaching by other processes of the same user. */
void harden_process(void);

#endif
