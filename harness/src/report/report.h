/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From what runs leave on disk to reports for people and for CI. The input is
 * a folder with a run.json and the journals that it names, or with one
 * journal.json. Files are read strictly: a journal that cannot be read stands
 * in the report as an error with its reason, the others as they are.
 *
 *     format  file         for
 *     junit   junit.xml    Jenkins, GitLab, GitHub actions that read JUnit
 *     tap     report.tap   prove and its like: TAP 14, YAML diagnostics
 *     github  summary.md   $GITHUB_STEP_SUMMARY, below 1 MiB
 *     html    report.html  people: one page that needs no other file
 *
 * Stateless; may be called from any thread.
 */
#ifndef REPORT_REPORT_H
#define REPORT_REPORT_H

#include "base/buf.h"

#include <stdio.h>

enum {
    REPORT_JUNIT = 1 << 0,
    REPORT_TAP = 1 << 1,
    REPORT_GITHUB = 1 << 2,
    REPORT_HTML = 1 << 3,
    REPORT_ALL = REPORT_JUNIT | REPORT_TAP | REPORT_GITHUB | REPORT_HTML,
};

/*
 * Reads `folder` and writes the files of `formats` into `out_folder`, which is
 * made where it is not there; files of earlier reports are replaced whole.
 * On failure one line in *problem says what was the matter with which file.
 * Verdicts do not matter here: a report of failures is written with STATUS_OK.
 */
MUST_USE enum status report_write(const char *folder, unsigned formats,
    const char *out_folder, struct buf *problem);

/*
 * What a runner calls after report_write: in a step of GitHub Actions
 * (GITHUB_ACTIONS is "true") prints annotations on `to`, at most ten errors
 * and ten warnings, and appends the summary to the file that
 * GITHUB_STEP_SUMMARY names. Does nothing elsewhere.
 */
MUST_USE enum status report_announce(
    const char *folder, FILE *to, struct buf *problem);

/* kmslab report FOLDER [--format junit|tap|github|html|all] [--out FOLDER] */
extern const char report_usage[];
int report_run(int argc, char **argv);

#endif
