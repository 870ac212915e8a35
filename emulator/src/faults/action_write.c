/* SPDX-License-Identifier: Apache-2.0 */
/* The kinds, told to people and programs. */
#include "faults/action_kinds.h"

static void
write_parameter(struct json_writer *w, const struct action_parameter *parameter)
{
    static const char *const types[] = {
        [ACTION_TYPE_TEXT] = "text",
        [ACTION_TYPE_INT] = "integer",
        [ACTION_TYPE_NUMBER] = "number",
        [ACTION_TYPE_DURATION] = "duration",
        [ACTION_TYPE_OFFSET] = "duration",
        [ACTION_TYPE_CHOICE] = "choice",
    };
    json_write_object_begin(w);
    json_write_key_text(w, "name", parameter->name);
    json_write_key_text(w, "type", types[parameter->type]);
    json_write_key_bool(w, "required", parameter->required);
    json_write_key_text(w, "about", parameter->about);
    if (parameter->choices != NULL) {
        json_write_key(w, "choices");
        json_write_array_begin(w);
        for (size_t i = 0; parameter->choices[i] != NULL; i++)
            json_write_text(w, parameter->choices[i]);
        json_write_array_end(w);
    }
    json_write_object_end(w);
}

static void
write_row(struct json_writer *w, const struct action_row *row)
{
    json_write_object_begin(w);
    json_write_key_text(w, "kind", row->kind);
    json_write_key_text(w, "stage", row->stage);
    json_write_key_text(w, "about", row->about);
    json_write_key(w, "parameters");
    json_write_array_begin(w);
    for (size_t i = 0;
         i < ACTION_PARAMETERS_MAX && row->parameters[i].name != NULL; i++)
        write_parameter(w, &row->parameters[i]);
    json_write_array_end(w);
    json_write_object_end(w);
}

void
action_write_kinds(struct json_writer *w)
{
    json_write_object_begin(w);
    json_write_key(w, "kinds");
    json_write_array_begin(w);
    for (size_t i = 0; i < ACTION_KINDS; i++)
        write_row(w, &action_rows[i]);
    json_write_array_end(w);
    json_write_object_end(w);
}
