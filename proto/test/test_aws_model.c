/* SPDX-License-Identifier: Apache-2.0 */
#include "aws/kms_model.h"
#include "aws/pattern.h"
#include "test/check.h"

static const struct aws_shape *
input_of(const char *operation)
{
    const struct kms_operation *found = kms_model_find(span_text(operation));
    assert_non_null(found);
    return found->input;
}

static const struct aws_shape *
member_of(const struct aws_shape *shape, const char *name)
{
    const struct aws_member *member = kms_model_member(shape, span_text(name));
    assert_non_null(member);
    return member->shape;
}

static void
every_operation_is_found_by_its_name(void **state)
{
    (void)state;
    assert_int_equal(KMS_OPERATION_COUNT, 56);
    for (int i = 0; i < KMS_OPERATION_COUNT; i++) {
        const struct kms_operation *operation =
            kms_model_operation((enum kms_operation_id)i);
        assert_int_equal(operation->id, i);
        assert_ptr_equal(kms_model_find(span_text(operation->name)), operation);
        assert_int_equal(operation->input->type, AWS_TYPE_STRUCTURE);
    }
}

static void
names_are_exact(void **state)
{
    (void)state;
    static const char *const others[] = { "", "encrypt", "Encryp", "Encryptt",
        "ZZZ", "A", "TrentService.Encrypt" };
    for (size_t i = 0; i < ARRAY_LEN(others); i++)
        assert_null(kms_model_find(span_text(others[i])));
    assert_null(kms_model_find(span_of("Encrypt\0", 8)));
}

static void
shapes_carry_their_constraints(void **state)
{
    (void)state;
    const struct aws_shape *encrypt = input_of("Encrypt");
    const struct aws_shape *plaintext = member_of(encrypt, "Plaintext");
    assert_int_equal(plaintext->type, AWS_TYPE_BLOB);
    assert_true(plaintext->sensitive);
    assert_int_equal(plaintext->min, 1);
    assert_int_equal(plaintext->max, 4096);
    assert_true(kms_model_member(encrypt, SPAN_LITERAL("KeyId"))->required);
    assert_false(kms_model_member(encrypt, SPAN_LITERAL("DryRun"))->required);
    assert_null(kms_model_member(encrypt, SPAN_LITERAL("keyId")));
    const struct aws_shape *context = member_of(encrypt, "EncryptionContext");
    assert_int_equal(context->type, AWS_TYPE_MAP);
    assert_int_equal(context->element->type, AWS_TYPE_STRING);
    const struct aws_shape *spec = member_of(input_of("CreateKey"), "KeySpec");
    assert_true(kms_model_has_value(spec, SPAN_LITERAL("ML_DSA_44")));
    assert_false(kms_model_has_value(spec, SPAN_LITERAL("AES_256")));
}

static void
answers_without_a_body_have_no_shape(void **state)
{
    (void)state;
    assert_null(kms_model_find(SPAN_LITERAL("EnableKey"))->output);
    assert_non_null(kms_model_find(SPAN_LITERAL("Encrypt"))->output);
}

static void
operations_name_their_errors(void **state)
{
    (void)state;
    const struct kms_operation *decrypt =
        kms_model_find(SPAN_LITERAL("Decrypt"));
    bool found = false;
    for (size_t i = 0; i < decrypt->error_count; i++)
        found |= decrypt->errors[i] == KMS_ERROR_INVALID_CIPHERTEXT;
    assert_true(found);
}

/* What pass two of validation relies on: only text has patterns, each is one
 * that we can match, and no map's keys or values are constrained. */
static void
check_shape(const struct aws_shape *shape)
{
    struct pattern pattern;
    if (shape->pattern != NULL) {
        assert_int_equal(shape->type, AWS_TYPE_STRING);
        assert_ok(pattern_compile(shape->pattern, &pattern));
    }
    if (shape->type == AWS_TYPE_MAP)
        assert_false(shape->element->has_max || shape->key->has_max ||
                     shape->element->pattern || shape->key->pattern ||
                     shape->element->value_count || shape->key->value_count);
    for (size_t i = 0; i < shape->member_count; i++)
        check_shape(shape->members[i].shape);
    if (shape->element != NULL)
        check_shape(shape->element);
}

static void
every_shape_can_be_validated(void **state)
{
    (void)state;
    for (int i = 0; i < KMS_OPERATION_COUNT; i++) {
        const struct kms_operation *operation =
            kms_model_operation((enum kms_operation_id)i);
        check_shape(operation->input);
        if (operation->output != NULL)
            check_shape(operation->output);
    }
}

/* ---- errors ---------------------------------------------------------- */

static void
errors_are_read_back_from_their_types(void **state)
{
    (void)state;
    assert_null(kms_error_type(KMS_ERROR_NONE));
    for (int i = KMS_ERROR_NONE + 1; i < KMS_ERROR_COUNT; i++) {
        enum kms_error error = (enum kms_error)i;
        assert_int_equal(
            kms_error_from_type(span_text(kms_error_type(error))), error);
        assert_in_range(kms_error_http_status(error), 400, 503);
    }
}

static void
decorated_types_are_read(void **state)
{
    (void)state;
    static const char *const forms[] = { "NotFoundException",
        "com.amazonaws.kms#NotFoundException",
        "NotFoundException:http://internal.amazon.com/coral/",
        "a.b#NotFoundException:http://x/" };
    for (size_t i = 0; i < ARRAY_LEN(forms); i++)
        assert_int_equal(
            kms_error_from_type(span_text(forms[i])), KMS_ERROR_NOT_FOUND);
    assert_int_equal(
        kms_error_from_type(SPAN_LITERAL("NotFound")), KMS_ERROR_NONE);
    assert_int_equal(kms_error_from_type(SPAN_LITERAL("")), KMS_ERROR_NONE);
}

static void
error_bodies_are_as_aws_prints_them(void **state)
{
    (void)state;
    static const struct {
        enum kms_error error;
        const char *message;
        const char *body;
    } rows[] = {
        { KMS_ERROR_INVALID_CIPHERTEXT, "",
            "{\"__type\":\"InvalidCiphertextException\"}" },
        { KMS_ERROR_NOT_FOUND, "Key 'x' does not exist",
            "{\"__type\":\"NotFoundException\","
            "\"message\":\"Key 'x' does not exist\"}" },
        { KMS_ERROR_ACCESS_DENIED, "no",
            "{\"__type\":\"AccessDeniedException\",\"Message\":\"no\"}" },
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct buf body = { 0 };
        assert_ok(
            kms_error_write(rows[i].error, span_text(rows[i].message), &body));
        assert_string_equal(buf_text(&body), rows[i].body);
        buf_reset(&body);
    }
}

static void
errors_with_one_text_bring_it(void **state)
{
    (void)state;
    assert_string_equal(kms_error_text(KMS_ERROR_DRY_RUN_OPERATION),
        "The request would have succeeded, but the DryRun option is set.");
    assert_string_equal(kms_error_text(KMS_ERROR_INVALID_CIPHERTEXT), "");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_operation_is_found_by_its_name),
        cmocka_unit_test(names_are_exact),
        cmocka_unit_test(shapes_carry_their_constraints),
        cmocka_unit_test(answers_without_a_body_have_no_shape),
        cmocka_unit_test(operations_name_their_errors),
        cmocka_unit_test(every_shape_can_be_validated),
        cmocka_unit_test(errors_are_read_back_from_their_types),
        cmocka_unit_test(decorated_types_are_read),
        cmocka_unit_test(error_bodies_are_as_aws_prints_them),
        cmocka_unit_test(errors_with_one_text_bring_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
