// SPDX-License-Identifier: Apache-2.0

// Package client asks plugins what kube-apiserver asks them, with
// kube-apiserver's own client code.
package client

import (
	"bytes"
	"context"
	"testing"

	"example.invalid/stranger/lab"
	"k8s.io/apiserver/pkg/storage/value"
	"k8s.io/kms/pkg/service"
)

// party is one plugin with two keys before an emulator, its second key with
// an encryption context.
type party struct {
	*lab.Plugin
	keys []string
}

const withContext = "cluster=prod,note=a=b"

func parties(t *testing.T, kinds ...lab.Kind) []party {
	t.Helper()
	emulator := lab.StartEmulator(t)
	keys := []string{emulator.NewKey(t), emulator.NewKey(t)}
	var all []party
	for _, kind := range kinds {
		all = append(all, party{kind.Start(t, lab.Options{
			Keys: keys, Endpoint: emulator.URL,
			Contexts: []string{"plain=yes", withContext},
		}), keys})
	}
	return all
}

// eachPair runs a test for every ordered pair of different plugins, and says
// which pairs were skipped for want of a program.
func eachPair(t *testing.T, test func(t *testing.T, from, to party)) {
	for _, a := range lab.Kinds {
		for _, b := range lab.Kinds {
			if a == b {
				continue
			}
			t.Run(string(a)+" to "+string(b), func(t *testing.T) {
				a.Path(t)
				b.Path(t)
				both := parties(t, a, b)
				test(t, both[0], both[1])
			})
		}
	}
}

func eachKind(t *testing.T, test func(t *testing.T, p party)) {
	for _, kind := range lab.Kinds {
		t.Run(string(kind), func(t *testing.T) {
			kind.Path(t)
			test(t, parties(t, kind)[0])
		})
	}
}

func open(t *testing.T, socket string, sealed []byte) []byte {
	t.Helper()
	plain, err := lab.V2(t, socket).Decrypt(context.Background(), "uid",
		&service.DecryptRequest{Ciphertext: sealed, KeyID: "not looked at"})
	if err != nil {
		t.Fatalf("v2 Decrypt: %v", err)
	}
	return plain
}

func TestV2CiphertextsAreExchanged(t *testing.T) {
	eachPair(t, func(t *testing.T, from, to party) {
		for i := range from.Sockets {
			sealed, err := lab.V2(t, from.Sockets[i]).Encrypt(context.Background(), "uid", []byte("seed"))
			if err != nil {
				t.Fatal(err)
			}
			if sealed.KeyID != from.keys[i] || len(sealed.Annotations) != 0 {
				t.Errorf("Encrypt says key_id %q and %d annotations", sealed.KeyID, len(sealed.Annotations))
			}
			if got := open(t, to.Sockets[i], sealed.Ciphertext); string(got) != "seed" {
				t.Errorf("opened %q", got)
			}
		}
	})
}

func TestV1CiphertextsAreExchanged(t *testing.T) {
	eachPair(t, func(t *testing.T, from, to party) {
		for i := range from.Sockets {
			sealed, err := lab.V1(t, from.Sockets[i]).Encrypt([]byte("data key"))
			if err != nil {
				t.Fatal(err)
			}
			got, err := lab.V1(t, to.Sockets[i]).Decrypt(sealed)
			if err != nil || string(got) != "data key" {
				t.Errorf("opened %q, %v", got, err)
			}
		}
	})
}

func TestWhatOneAPISealedTheOtherOpens(t *testing.T) {
	eachPair(t, func(t *testing.T, from, to party) {
		ctx := context.Background()
		old, err := lab.V1(t, from.Sockets[0]).Encrypt([]byte("by v1"))
		if err != nil {
			t.Fatal(err)
		}
		if got := open(t, to.Sockets[0], old); string(got) != "by v1" {
			t.Errorf("v2 opened %q", got)
		}
		sealed, err := lab.V2(t, from.Sockets[0]).Encrypt(ctx, "uid", []byte("by v2"))
		if err != nil {
			t.Fatal(err)
		}
		if got, err := lab.V1(t, to.Sockets[0]).Decrypt(sealed.Ciphertext); string(got) != "by v2" {
			t.Errorf("v1 opened %q, %v", got, err)
		}
	})
}

func TestV1OpensWhatHasNoPrefix(t *testing.T) {
	eachPair(t, func(t *testing.T, from, to party) {
		sealed, err := lab.V1(t, from.Sockets[0]).Encrypt([]byte("old"))
		if err != nil {
			t.Fatal(err)
		}
		if sealed[0] != '1' {
			t.Errorf("the first byte is %q", sealed[0])
		}
		if got, err := lab.V1(t, to.Sockets[0]).Decrypt(sealed[1:]); string(got) != "old" {
			t.Errorf("opened %q, %v", got, err)
		}
	})
}

func TestAnotherContextOpensNothing(t *testing.T) {
	eachPair(t, func(t *testing.T, from, to party) {
		sealed, err := lab.V2(t, from.Sockets[0]).Encrypt(context.Background(), "uid", []byte("seed"))
		if err != nil {
			t.Fatal(err)
		}
		got, err := lab.V2(t, to.Sockets[1]).Decrypt(context.Background(), "uid",
			&service.DecryptRequest{Ciphertext: sealed.Ciphertext})
		if err == nil || got != nil {
			t.Errorf("opened %q under another context", got)
		}
	})
}

// What etcd would hold, sealed by kube-apiserver's transformer through one
// plugin, is opened by another's through the other.
func exchangeStored(t *testing.T, transformer func(testing.TB, string) value.Transformer) {
	eachPair(t, func(t *testing.T, from, to party) {
		ctx := context.Background()
		plain := bytes.Repeat([]byte("secret "), 20000)
		at := value.DefaultContext("/registry/secrets/default/a")
		stored, err := transformer(t, from.Sockets[1]).TransformToStorage(ctx, plain, at)
		if err != nil {
			t.Fatal(err)
		}
		got, stale, err := transformer(t, to.Sockets[1]).TransformFromStorage(ctx, stored, at)
		if err != nil || !bytes.Equal(got, plain) {
			t.Errorf("opened %d bytes, %v", len(got), err)
		}
		if stale {
			t.Error("stale, though the key_id is the same")
		}
	})
}

func TestStoredByV2TransformerIsExchanged(t *testing.T) { exchangeStored(t, lab.TransformerV2) }
func TestStoredByV1TransformerIsExchanged(t *testing.T) { exchangeStored(t, lab.TransformerV1) }
