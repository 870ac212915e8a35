// SPDX-License-Identifier: Apache-2.0

package sdk

import (
	"fmt"
	"net"
	"net/http"
	"testing"

	"example.invalid/stranger/lab"
)

// failures: for each way in which KMS fails, how often a call is tried, what
// class the metrics call it, and what livez says then.
func failures() []row {
	var rows []row
	add := func(name string, script answer) {
		rows = append(rows, row{name: name, measure: func(t *testing.T, kind lab.Kind) string {
			return failure(t, kind, script)
		}})
	}
	for _, e := range []struct {
		status int
		kind   string
	}{
		{400, "ThrottlingException"}, {400, "LimitExceededException"},
		{400, "RequestLimitExceeded"}, {429, "TooManyRequestsException"},
		{503, "SlowDown"}, {400, "RequestTimeoutException"},
		{500, "KMSInternalException"}, {500, "KeyUnavailableException"},
		{504, "DependencyTimeoutException"}, {400, "DisabledException"},
		{400, "KMSInvalidStateException"}, {400, "NotFoundException"},
		{400, "InvalidKeyUsageException"}, {400, "InvalidGrantTokenException"},
		{400, "InvalidCiphertextException"}, {400, "AccessDeniedException"},
		{400, "ExpiredTokenException"}, {400, "UnrecognizedClientException"},
		{400, "InvalidSignatureException"}, {400, "ValidationException"},
		{400, "IncompleteSignatureException"}, {403, "MissingAuthenticationToken"},
	} {
		add(fmt.Sprintf("%d %s", e.status, e.kind), lab.Fail(e.status, e.kind, "as scripted"))
	}
	add("400 AccessDeniedException, does not exist",
		lab.Fail(400, "AccessDeniedException", "the key does not exist, or else"))
	add("500 KMSInternalException, key store", lab.Fail(500, "KMSInternalException",
		"AWS KMS cannot communicate with the external key store proxy"))
	add("400 DryRunOperationException", lab.Fail(400, "DryRunOperationException", ""))
	add("400 with a type in a namespace",
		lab.Fail(400, "com.amazonaws.kms#ThrottlingException", "as scripted"))
	for _, status := range []int{400, 403, 404, 413, 429, 500, 501, 502, 503, 504} {
		add(fmt.Sprintf("%d without a body", status), plain(status, ""))
	}
	add("503 with HTML", plain(503, "<html>down for maintenance</html>"))
	add("200 with HTML", plain(200, "<html>welcome</html>"))
	add("200 without a body", plain(200, ""))
	add("200 with half a JSON text", plain(200, `{"CiphertextBlob":"AQID`))
	add("reset before an answer", reset)
	add("closed before an answer", closed)
	add("an answer that is cut off", cut)
	return rows
}

func failure(t *testing.T, kind lab.Kind, script answer) string {
	s := begin(t, kind, script, lab.Options{})
	count, err := s.tried()
	if err == nil {
		return "succeeds"
	}
	livez, _ := s.get(t, "/livez")
	return fmt.Sprintf("tried %d, %s, livez %d", count, s.statuses(t), livez)
}

func plain(status int, body string) answer {
	return func(_ int, _ lab.Request, w http.ResponseWriter) {
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
	}
}

func taken(w http.ResponseWriter) *net.TCPConn {
	connection, _, err := w.(http.Hijacker).Hijack()
	if err != nil {
		panic(err)
	}
	return connection.(*net.TCPConn)
}

func reset(_ int, _ lab.Request, w http.ResponseWriter) {
	connection := taken(w)
	_ = connection.SetLinger(0)
	connection.Close()
}

func closed(_ int, _ lab.Request, w http.ResponseWriter) { taken(w).Close() }

func cut(_ int, _ lab.Request, w http.ResponseWriter) {
	connection := taken(w)
	_, _ = connection.Write([]byte("HTTP/1.1 200 OK\r\nContent-Length: 400\r\n\r\n{\"Ciphertext"))
	connection.Close()
}
