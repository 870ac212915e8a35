// SPDX-License-Identifier: Apache-2.0
// The SDK for JavaScript parses what the emulator answers: values, errors by
// class, request ids, pages, and the server's time when the client's is wrong.
import assert from "node:assert/strict";
import * as sdk from "@aws-sdk/client-kms";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";

const kms = new sdk.KMSClient({});

function ask(name, input = {}, client = kms) {
  return client.send(new sdk[`${name}Command`](input));
}

async function refused(code, name, input, client = kms) {
  const error = await ask(name, input, client).then(
    () => assert.fail(`${name} was not refused`), (error) => error);
  assert.equal(error.name, code, error.message);
  assert.equal(error.$metadata.httpStatusCode, 400);
  assert.equal(error.$metadata.requestId.length, 36);
  assert.equal(error.$metadata.attempts, 1);
  if (code in sdk) assert.ok(error instanceof sdk[code], code);
}

const identity = await new STSClient({}).send(new GetCallerIdentityCommand({}));
assert.match(identity.Account, /^\d{12}$/);

const { KeyMetadata: key } = await ask("CreateKey", {
  Description: "é", Tags: [{ TagKey: "a", TagValue: "b" }] });
const { KeyMetadata: other } = await ask("CreateKey");
assert.ok(key.CreationDate instanceof Date);
assert.ok(Math.abs(key.CreationDate - new Date()) < 60_000);
const described = await ask("DescribeKey", { KeyId: key.Arn });
assert.deepEqual(described.KeyMetadata, key);

const Plaintext = Buffer.from("hello");
const EncryptionContext = { a: "b", "ключ": "значение" };
const { CiphertextBlob } = await ask("Encrypt", {
  KeyId: key.KeyId, Plaintext, EncryptionContext });
const opened = await ask("Decrypt", { CiphertextBlob, EncryptionContext });
assert.deepEqual(Buffer.from(opened.Plaintext), Plaintext);
await refused("InvalidCiphertextException", "Decrypt", { CiphertextBlob });
await refused("IncorrectKeyException", "Decrypt", {
  CiphertextBlob, EncryptionContext, KeyId: other.KeyId });
const moved = await ask("ReEncrypt", { CiphertextBlob,
  SourceEncryptionContext: EncryptionContext, DestinationKeyId: other.KeyId });
assert.equal(moved.KeyId, other.Arn);
const made = await ask("GenerateDataKey", {
  KeyId: key.KeyId, KeySpec: "AES_128" });
assert.equal(made.Plaintext.length, 16);
const random = await ask("GenerateRandom", { NumberOfBytes: 9 });
assert.equal(random.Plaintext.length, 9);

const alias = { AliasName: "alias/javascript", TargetKeyId: key.KeyId };
await ask("CreateAlias", alias);
await refused("AlreadyExistsException", "CreateAlias", alias);
await refused("ValidationException", "GenerateRandom", { NumberOfBytes: 0 });
await refused("TagException", "TagResource", {
  KeyId: key.KeyId, Tags: [{ TagKey: "aws:a", TagValue: "b" }] });
await refused("NotFoundException", "DescribeKey", { KeyId: "nothing" });
await refused("DryRunOperationException", "Encrypt", {
  KeyId: key.KeyId, Plaintext, DryRun: true });
await refused("UnsupportedOperationException", "GetPublicKey", {
  KeyId: key.KeyId });
await ask("DisableKey", { KeyId: key.KeyId });
await refused("DisabledException", "Encrypt", { KeyId: key.KeyId, Plaintext });
const going = await ask("ScheduleKeyDeletion", { KeyId: key.KeyId });
assert.ok(going.DeletionDate > new Date());
await refused("KMSInvalidStateException", "EnableKey", { KeyId: key.KeyId });

const ids = new Set();
for await (const page of sdk.paginateListKeys({ client: kms, pageSize: 1 }, {}))
  for (const { KeyId } of page.Keys) ids.add(KeyId);
assert.ok(ids.has(key.KeyId) && ids.has(other.KeyId));

// As fixtures/seed/example.json has it.
const credentials = { accessKeyId: "AKIAIOSFODNN7EXAMPLE",
  secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY" };
const late = new sdk.KMSClient({ credentials, systemClockOffset: -3600_000 });
assert.equal((await ask("ListKeys", {}, late)).$metadata.attempts, 2);
credentials.secretAccessKey = "wrong";
await refused("InvalidSignatureException", "ListKeys", {},
  new sdk.KMSClient({ credentials }));
console.log("# the SDK for JavaScript: all as it should be");
