/* SPDX-License-Identifier: Apache-2.0 */
#include "kind/load_image.h"

#include "kind/image.h"

enum status
kind_load_image(const struct engine *engine, const char *image,
    const char *node, struct buf *problem)
{
    /* As a stream: images are large. */
    static const char script[] = "\"$1\" save \"$2\" | \"$1\" exec -i \"$3\""
                                 " ctr --namespace k8s.io images import -";
    const char *const argv[] = { "sh", "-c", script, "sh", engine->program,
        image, node, NULL };
    struct capture_call call = { .argv = argv,
        .to_the_end = engine->to_the_end };
    struct capture_result result = { 0 };
    enum status status;

    if (!kind_image_is_here(engine, image))
        return STATUS_OK;
    status = capture_run(&call, &result);
    if (status == STATUS_OK && result.exit_code != 0) {
        buf_say(problem, "the image %s cannot be given to %s: %.*s", image,
            node, SPAN_ARG(span_trim(buf_span(&result.errors))));
        status = STATUS_DENIED;
    }
    capture_result_reset(&result);
    return status;
}
