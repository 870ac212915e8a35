/* SPDX-License-Identifier: Apache-2.0 */
/* credential_process. Source: "Process credential provider", AWS SDKs and
 * Tools Reference Guide. */
#include "credentials/answer_json.h"
#include "credentials/program.h"
#include "credentials/provider.h"

enum { LASTS_MS = 60 * 1000, PRINTS_MAX = 64 * 1024 };

enum status
provider_process(const struct provider *provider, const struct plan *plan,
    struct provided *out, struct buf *problem)
{
    struct buf text = { 0 };
    enum status st = program_run(buf_text(&plan->command), PRINTS_MAX, LASTS_MS,
        provider->stop_fd, &text, problem);
    if (st == STATUS_OK)
        st = answer_json_read(buf_span(&text), ANSWER_OF_PROCESS, out, problem);
    buf_reset(&text);
    return st;
}
