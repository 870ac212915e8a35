// SPDX-License-Identifier: Apache-2.0

package lab

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
)

// Request is what a plugin sent to KMS.
type Request struct {
	At        time.Time
	Operation string
	Header    http.Header
	Body      string
}

// Server stands in KMS's place and answers as a script tells it.
type Server struct {
	URL      string
	mutex    sync.Mutex
	requests []Request
	answer   func(n int, r Request, w http.ResponseWriter)
	closing  chan struct{}
}

// StartServer serves until the test ends. answer is given the number of the
// request, from 1 on since the last Script.
func StartServer(t testing.TB, answer func(n int, r Request, w http.ResponseWriter)) *Server {
	t.Helper()
	s := &Server{answer: answer, closing: make(chan struct{})}
	listener := httptest.NewServer(s)
	s.URL = listener.URL
	t.Cleanup(func() {
		close(s.closing)
		listener.CloseClientConnections()
		listener.Close()
	})
	return s
}

// Script changes the answers and forgets the requests so far.
func (s *Server) Script(answer func(n int, r Request, w http.ResponseWriter)) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.requests, s.answer = nil, answer
}

// Requests that came since the last Script.
func (s *Server) Requests() []Request {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return append([]Request(nil), s.requests...)
}

func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	request := Request{
		Body:      string(body),
		At:        time.Now(),
		Operation: strings.TrimPrefix(r.Header.Get("X-Amz-Target"), "TrentService."),
		Header:    r.Header.Clone(),
	}
	s.mutex.Lock()
	s.requests = append(s.requests, request)
	n, answer := len(s.requests), s.answer
	s.mutex.Unlock()
	answer(n, request, w)
}

// Sealed is what a KMS in good health answers to Encrypt and Decrypt.
func Sealed(_ int, r Request, w http.ResponseWriter) {
	body := `{"CiphertextBlob":"AQIDBA==","KeyId":"` + ScriptedKey +
		`","EncryptionAlgorithm":"SYMMETRIC_DEFAULT"}`
	if r.Operation == "Decrypt" {
		body = `{"Plaintext":"Zm9v","KeyId":"` + ScriptedKey +
			`","EncryptionAlgorithm":"SYMMETRIC_DEFAULT"}`
	}
	w.Header().Set("Content-Type", "application/x-amz-json-1.1")
	_, _ = w.Write([]byte(body))
}

// ScriptedKey is the ARN that a Server's answers name.
const ScriptedKey = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"

// Hang answers nothing until the test ends or the caller goes.
func (s *Server) Hang(_ int, _ Request, w http.ResponseWriter) {
	<-s.closing
}

// Fail is an answer with an error of this type.
func Fail(status int, kind, message string) func(int, Request, http.ResponseWriter) {
	return func(_ int, _ Request, w http.ResponseWriter) {
		w.Header().Set("Content-Type", "application/x-amz-json-1.1")
		w.Header().Set("X-Amzn-Requestid", "11112222-3333-4444-5555-666677778888")
		w.WriteHeader(status)
		_, _ = w.Write([]byte(`{"__type":"` + kind + `","message":"` + message + `"}`))
	}
}
