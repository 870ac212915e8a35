// SPDX-License-Identifier: Apache-2.0

package lab

import (
	"context"
	"crypto/cipher"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/util/uuid"
	"k8s.io/apiserver/pkg/storage/value"
	"k8s.io/apiserver/pkg/storage/value/encrypt/aes"
	"k8s.io/apiserver/pkg/storage/value/encrypt/envelope"
	"k8s.io/apiserver/pkg/storage/value/encrypt/envelope/kmsv2"
	"k8s.io/kms/pkg/service"
)

const callTimeout = 5 * time.Second

// V1 is kube-apiserver's own client of KMS v1.
func V1(t testing.TB, socket string) envelope.Service {
	t.Helper()
	client, err := envelope.NewGRPCService(t.Context(), socket, callTimeout)
	must(t, err)
	return client
}

// V2 is kube-apiserver's own client of KMS v2.
func V2(t testing.TB, socket string) service.Service {
	t.Helper()
	client, err := kmsv2.NewGRPCService(t.Context(), socket, Name("provider"), callTimeout)
	must(t, err)
	return client
}

// TransformerV1 is what kube-apiserver puts between objects and etcd, without
// a cache: each read asks the plugin.
func TransformerV1(t testing.TB, socket string) value.Transformer {
	t.Helper()
	return envelope.NewEnvelopeTransformer(V1(t, socket), 0,
		func(block cipher.Block) (value.Transformer, error) {
			return aes.NewCBCTransformer(block), nil
		})
}

// TransformerV2 has a seed of its own, wrapped by the plugin at once.
func TransformerV2(t testing.TB, socket string) value.Transformer {
	t.Helper()
	client := V2(t, socket)
	uid := string(uuid.NewUUID())
	transformer, object, cacheKey, err := kmsv2.GenerateTransformer(
		context.Background(), uid, client, true)
	must(t, err)
	state := kmsv2.State{
		Transformer:                           transformer,
		EncryptedObjectKeyID:                  object.KeyID,
		EncryptedObjectEncryptedDEKSource:     object.EncryptedDEKSource,
		EncryptedObjectAnnotations:            object.Annotations,
		EncryptedObjectEncryptedDEKSourceType: object.EncryptedDEKSourceType,
		UID:                                   uid,
		ExpirationTimestamp:                   time.Now().Add(time.Hour),
		CacheKey:                              cacheKey,
	}
	return kmsv2.NewEnvelopeTransformer(client, Name("provider"),
		func() (kmsv2.State, error) { return state, nil }, "stranger")
}
