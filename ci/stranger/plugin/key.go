// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/kms"
)

// storageVersion stands before each ciphertext.
const storageVersion = '1'

var errEmpty = errors.New("invalid empty ciphertext")

// key seals and opens under one KMS key.
type key struct {
	name    string // as --key says it
	context map[string]string
	client  *kms.Client
	cache   *healthCache
}

func (k *key) encrypt(ctx context.Context, api string, plain []byte) ([]byte, error) {
	start := time.Now()
	answer, err := k.client.Encrypt(ctx, &kms.EncryptInput{
		KeyId: aws.String(k.name), Plaintext: plain, EncryptionContext: k.context,
	})
	record(k.name, "encrypt", api, err, time.Since(start))
	if err != nil {
		slog.Error("request to encrypt failed", "error-type", classOf(err), "error", err)
		k.cache.failed(err)
		return nil, fmt.Errorf("failed to encrypt %w", err)
	}
	return append([]byte{storageVersion}, answer.CiphertextBlob...), nil
}

// decrypt names no key: KMS finds it in the blob.
func (k *key) decrypt(ctx context.Context, api string, blob []byte) ([]byte, error) {
	start := time.Now()
	answer, err := k.client.Decrypt(ctx, &kms.DecryptInput{
		CiphertextBlob: blob, EncryptionContext: k.context,
	})
	record(k.name, "decrypt", api, err, time.Since(start))
	if err != nil {
		class := classOf(err)
		slog.Error("request to decrypt failed", "error-type", class, "error", err)
		if class != corruption {
			k.cache.failed(err)
		}
		return nil, fmt.Errorf("failed to decrypt %w", err)
	}
	return answer.Plaintext, nil
}

// openV1 takes what it is given when the prefix is not there: data written
// before there was one.
func (k *key) openV1(ctx context.Context, sealed []byte) ([]byte, error) {
	if len(sealed) == 0 {
		return nil, errEmpty
	}
	if sealed[0] == storageVersion {
		sealed = sealed[1:]
	}
	return k.decrypt(ctx, "v1", sealed)
}

func (k *key) openV2(ctx context.Context, sealed []byte) ([]byte, error) {
	if len(sealed) == 0 {
		return nil, errEmpty
	}
	if sealed[0] != storageVersion {
		return nil, fmt.Errorf("version %c in Ciphertext doesn't match kmsplugin", sealed[0])
	}
	return k.decrypt(ctx, "v2", sealed[1:])
}
