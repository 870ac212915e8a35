/* SPDX-License-Identifier: Apache-2.0 */
/* What each program that handles keys does first in its main. */
#ifndef BASE_HARDEN_H
#define BASE_HARDEN_H

/*
 * Standard input, output and error are open, if only to nowhere. No core dumps,
 * no attaching by other processes of the same user. Writing to a closed peer,
 * or past the limit on a file's size, is an error and not the end (SIGPIPE,
 * SIGXFSZ ignored: who starts other programs resets them).
 */
void harden_process(void);

#endif
