// SPDX-License-Identifier: Apache-2.0

package client

import (
	"bytes"
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"example.invalid/stranger/lab"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/status"
	v1 "k8s.io/kms/apis/v1beta1"
	v2 "k8s.io/kms/apis/v2"
)

// raw is a connection without kube-apiserver's own deadline and checks.
func raw(t *testing.T, socket string) *grpc.ClientConn {
	t.Helper()
	connection, err := grpc.NewClient(socket, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { connection.Close() })
	return connection
}

func rawV1(t *testing.T, socket string) v1.KeyManagementServiceClient {
	return v1.NewKeyManagementServiceClient(raw(t, socket))
}

func rawV2(t *testing.T, socket string) v2.KeyManagementServiceClient {
	return v2.NewKeyManagementServiceClient(raw(t, socket))
}

// wants is the code that a plugin answers with: ours, else UNKNOWN, which is
// what Go makes of an error that names no code.
func wants(kind lab.Kind, ours codes.Code) codes.Code {
	if kind == lab.Ours {
		return ours
	}
	return codes.Unknown
}

func TestStatusSaysVersionHealthAndKey(t *testing.T) {
	eachKind(t, func(t *testing.T, p party) {
		for i, socket := range p.Sockets {
			got, err := lab.V2(t, socket).Status(context.Background())
			if err != nil {
				t.Fatal(err)
			}
			if got.Version != "v2beta1" || got.Healthz != "ok" || got.KeyID != p.keys[i] {
				t.Errorf("Status says %+v", got)
			}
		}
	})
}

func TestVersionSaysV1beta1(t *testing.T) {
	eachKind(t, func(t *testing.T, p party) {
		got, err := rawV1(t, p.Sockets[0]).Version(context.Background(), &v1.VersionRequest{Version: "any"})
		if err != nil || got.Version != "v1beta1" || got.RuntimeName != "AWSKMS" || got.RuntimeVersion == "" {
			t.Errorf("Version says %v, %v", got, err)
		}
	})
}

func TestBadCiphertextsAreRefused(t *testing.T) {
	rows := []struct {
		name   string
		v1     bool
		sealed []byte
		ours   codes.Code
	}{
		{"v2 empty", false, nil, codes.InvalidArgument},
		{"v2 without the prefix", false, []byte{1, 2, 3}, codes.InvalidArgument},
		{"v2 only the prefix", false, []byte("1"), codes.InvalidArgument},
		{"v2 damaged", false, []byte("1damaged"), codes.InvalidArgument},
		{"v2 too large for KMS", false, append([]byte("1"), make([]byte, 7000)...), codes.InvalidArgument},
		{"v1 empty", true, nil, codes.InvalidArgument},
		{"v1 damaged", true, []byte("1damaged"), codes.InvalidArgument},
		{"v1 damaged, without the prefix", true, []byte{1, 2, 3}, codes.InvalidArgument},
	}
	eachKind(t, func(t *testing.T, p party) {
		one, two := rawV1(t, p.Sockets[0]), rawV2(t, p.Sockets[0])
		for _, row := range rows {
			var err error
			if row.v1 {
				_, err = one.Decrypt(context.Background(), &v1.DecryptRequest{Version: "v1beta1", Cipher: row.sealed})
			} else {
				_, err = two.Decrypt(context.Background(), &v2.DecryptRequest{Ciphertext: row.sealed})
			}
			if got := status.Code(err); got != wants(p.Kind, row.ours) {
				t.Errorf("%s: %v", row.name, err)
			}
		}
		stillWorks(t, p)
	})
}

func stillWorks(t *testing.T, p party) {
	t.Helper()
	sealed, err := rawV2(t, p.Sockets[0]).Encrypt(context.Background(), &v2.EncryptRequest{Plaintext: []byte("next")})
	if err != nil {
		t.Fatalf("the next Encrypt: %v", err)
	}
	if got := open(t, p.Sockets[0], sealed.Ciphertext); string(got) != "next" {
		t.Errorf("the next Decrypt: %q", got)
	}
}

func TestPlaintextsUpToTheLimitOfKMS(t *testing.T) {
	eachKind(t, func(t *testing.T, p party) {
		client := rawV2(t, p.Sockets[0])
		for _, size := range []int{1, 32, 4095, 4096} {
			plain := bytes.Repeat([]byte{byte(size)}, size)
			sealed, err := client.Encrypt(context.Background(), &v2.EncryptRequest{Plaintext: plain, Uid: "uid"})
			if err != nil {
				t.Fatalf("%d bytes: %v", size, err)
			}
			if !bytes.Equal(open(t, p.Sockets[0], sealed.Ciphertext), plain) {
				t.Errorf("%d bytes did not come back", size)
			}
		}
		stillWorks(t, p)
	})
}

// Ours does not even read what is far beyond KMS's 4096 bytes.
func TestOversizePlaintextsAreRefused(t *testing.T) {
	rows := []struct {
		size int
		ours codes.Code
		goes codes.Code
	}{
		{0, codes.InvalidArgument, codes.Unknown},
		{4097, codes.InvalidArgument, codes.Unknown},
		{100000, codes.ResourceExhausted, codes.Unknown},
		{5 << 20, codes.ResourceExhausted, codes.ResourceExhausted},
	}
	eachKind(t, func(t *testing.T, p party) {
		client := rawV2(t, p.Sockets[0])
		for _, row := range rows {
			want := row.goes
			if p.Kind == lab.Ours {
				want = row.ours
			}
			_, err := client.Encrypt(context.Background(), &v2.EncryptRequest{Plaintext: make([]byte, row.size)})
			if status.Code(err) != want {
				t.Errorf("%d bytes: %v", row.size, err)
			}
			stillWorks(t, p)
		}
	})
}

func TestUnknownMethodsAreUnimplemented(t *testing.T) {
	eachKind(t, func(t *testing.T, p party) {
		err := raw(t, p.Sockets[0]).Invoke(context.Background(), "/v3.KeyManagementService/Encrypt",
			&v2.StatusRequest{}, &v2.StatusResponse{})
		if status.Code(err) != codes.Unimplemented {
			t.Errorf("%v", err)
		}
		stillWorks(t, p)
	})
}

func TestManyAtOnceAllComeBack(t *testing.T) {
	eachKind(t, func(t *testing.T, p party) {
		client := rawV2(t, p.Sockets[0])
		var all sync.WaitGroup
		for i := range 64 {
			all.Add(1)
			go func() {
				defer all.Done()
				plain := []byte(fmt.Sprint("seed ", i))
				sealed, err := client.Encrypt(context.Background(), &v2.EncryptRequest{Plaintext: plain})
				if err != nil {
					t.Errorf("Encrypt: %v", err)
					return
				}
				got, err := client.Decrypt(context.Background(), &v2.DecryptRequest{Ciphertext: sealed.Ciphertext})
				if err != nil || !bytes.Equal(got.Plaintext, plain) {
					t.Errorf("Decrypt: %v, %v", got, err)
				}
			}()
		}
		all.Wait()
	})
}

// silent is a plugin before a KMS that never answers.
func silent(t *testing.T, kind lab.Kind) (*lab.Plugin, *lab.Server) {
	t.Helper()
	kind.Path(t)
	server := lab.StartServer(t, lab.Sealed)
	server.Script(server.Hang)
	return kind.Start(t, lab.Options{Keys: []string{lab.ScriptedKey}, Endpoint: server.URL}), server
}

func TestDeadlinesOfCallersHold(t *testing.T) {
	for _, kind := range lab.Kinds {
		t.Run(string(kind), func(t *testing.T) {
			p, _ := silent(t, kind)
			ctx, cancel := context.WithTimeout(context.Background(), 300*time.Millisecond)
			defer cancel()
			_, err := rawV2(t, p.Sockets[0]).Encrypt(ctx, &v2.EncryptRequest{Plaintext: []byte("x")})
			if status.Code(err) != codes.DeadlineExceeded {
				t.Errorf("%v", err)
			}
		})
	}
}

func TestCancelledCallsEndAndOthersGoOn(t *testing.T) {
	for _, kind := range lab.Kinds {
		t.Run(string(kind), func(t *testing.T) {
			p, server := silent(t, kind)
			client := rawV2(t, p.Sockets[0])
			ctx, cancel := context.WithCancel(context.Background())
			ended := make(chan error)
			go func() {
				_, err := client.Encrypt(ctx, &v2.EncryptRequest{Plaintext: []byte("x")})
				ended <- err
			}()
			for len(server.Requests()) == 0 {
				time.Sleep(time.Millisecond)
			}
			cancel()
			if err := <-ended; status.Code(err) != codes.Canceled {
				t.Errorf("%v", err)
			}
			server.Script(lab.Sealed)
			if _, err := client.Encrypt(context.Background(), &v2.EncryptRequest{Plaintext: []byte("x")}); err != nil {
				t.Errorf("the next call: %v", err)
			}
		})
	}
}
