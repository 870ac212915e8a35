// SPDX-License-Identifier: Apache-2.0

package sdk

import (
	"context"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"example.invalid/stranger/lab"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	v2 "k8s.io/kms/apis/v2"
)

// The plaintext of these tests' calls, and what marks it on the wire: the
// plugins' own probes are told apart by it.
const (
	plaintext = "compare"
	mark      = "Y29tcGFyZQ=="
	patience  = 30 * time.Second
)

type answer = func(n int, r lab.Request, w http.ResponseWriter)

// subject is a plugin before a KMS that answers as scripted.
type subject struct {
	plugin *lab.Plugin
	server *lab.Server
	client v2.KeyManagementServiceClient
}

func begin(t *testing.T, kind lab.Kind, script answer, o lab.Options) *subject {
	t.Helper()
	s, err := tryBegin(t, kind, script, o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// tryBegin returns an error when the plugin does not start.
func tryBegin(t *testing.T, kind lab.Kind, script answer, o lab.Options) (*subject, error) {
	t.Helper()
	server := lab.StartServer(t, script)
	o.Keys, o.Endpoint = []string{lab.ScriptedKey}, server.URL
	plugin, err := kind.TryStart(t, o)
	if err != nil {
		return nil, err
	}
	connection, err := grpc.NewClient(plugin.Sockets[0],
		grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { connection.Close() })
	return &subject{plugin, server, v2.NewKeyManagementServiceClient(connection)}, nil
}

func (s *subject) encrypt() error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	_, err := s.client.Encrypt(ctx, &v2.EncryptRequest{Plaintext: []byte(plaintext)})
	return err
}

// tries are the requests of the tests' own calls.
func (s *subject) tries() []lab.Request {
	return slices.DeleteFunc(s.server.Requests(), func(r lab.Request) bool {
		return !strings.Contains(r.Body, mark)
	})
}

// tried makes a call and says how many requests it took.
func (s *subject) tried() (count int, err error) {
	before := len(s.tries())
	err = s.encrypt()
	return len(s.tries()) - before, err
}

var counter = regexp.MustCompile(
	`(?m)^aws_encryption_provider_kms_operations_total\{([^}]*)\} [1-9]`)

// statuses are the values of the label status that Encrypt has in the metrics.
func (s *subject) statuses(t *testing.T) string {
	t.Helper()
	_, body := s.get(t, "/metrics")
	var found []string
	for _, match := range counter.FindAllStringSubmatch(body, -1) {
		if !strings.Contains(match[1], `operation="encrypt"`) {
			continue
		}
		_, after, _ := strings.Cut(match[1], `status="`)
		status, _, _ := strings.Cut(after, `"`)
		found = append(found, status)
	}
	slices.Sort(found)
	return strings.Join(slices.Compact(found), "+")
}

func (s *subject) get(t *testing.T, path string) (code int, body string) {
	t.Helper()
	got, err := http.Get(s.plugin.Health + path)
	if err != nil {
		t.Fatal(err)
	}
	defer got.Body.Close()
	text, err := io.ReadAll(got.Body)
	if err != nil {
		t.Fatal(err)
	}
	return got.StatusCode, string(text)
}
