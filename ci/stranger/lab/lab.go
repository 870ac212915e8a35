// SPDX-License-Identifier: Apache-2.0

// Package lab starts what the tests of this module run against: the emulator
// and the plugins, each as a program of its own that ends with its test.
package lab

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/kms"
)

const (
	Region   = "us-east-1"
	patience = 20 * time.Second
)

// Kind is a program that serves the KMS plugin API.
type Kind string

const (
	Ours     Kind = "ours"
	Compat   Kind = "ours as AEP" // --compat aep
	Stranger Kind = "stranger"
	AEP      Kind = "AEP"
)

// Kinds are all of them; those without a program are skipped by Path.
var Kinds = []Kind{Ours, Compat, Stranger, AEP}

var serial atomic.Int64

// Path of the program. Skips the test where it is not given.
func (k Kind) Path(t testing.TB) string {
	t.Helper()
	switch k {
	case Ours, Compat:
		return ourProgram(t, "aws-kms-plugin")
	case Stranger:
		return given(t, "STRANGER")
	case AEP:
		return given(t, "AEP")
	}
	t.Fatalf("no such plugin: %s", k)
	return ""
}

func ourProgram(t testing.TB, name string) string {
	t.Helper()
	return filepath.Join(given(t, "KMSLAB_BIN"), name)
}

func given(t testing.TB, variable string) string {
	t.Helper()
	path := os.Getenv(variable)
	if path == "" {
		t.Skipf("%s=PATH is not given", variable)
	}
	return path
}

// program is one that runs until its test ends.
type program struct {
	stdout *os.File
	ended  chan struct{}
}

// start runs a program. Its words go to a file that is shown when the test
// failed.
func start(t testing.TB, path string, arguments, environment []string) *program {
	t.Helper()
	log := filepath.Join(folder(t), filepath.Base(path)+".log")
	words, err := os.OpenFile(log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	must(t, err)
	reader, writer, err := os.Pipe()
	must(t, err)
	command := exec.Command(path, arguments...)
	command.Stdout, command.Stderr, command.Env = writer, words, environment
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	must(t, command.Start())
	writer.Close()
	words.Close()
	p := &program{reader, make(chan struct{})}
	go func() { _ = command.Wait(); close(p.ended) }()
	t.Cleanup(func() {
		p.stop(command)
		reader.Close()
		if text, err := os.ReadFile(log); err == nil && t.Failed() {
			t.Logf("%s said:\n%s", filepath.Base(path), text)
		}
	})
	return p
}

func (p *program) stop(command *exec.Cmd) {
	_ = command.Process.Signal(syscall.SIGTERM)
	select {
	case <-p.ended:
	case <-time.After(8 * time.Second):
		_ = command.Process.Kill()
		<-p.ended
	}
}

// folder has a short path: a unix socket's may not be long.
func folder(t testing.TB) string {
	t.Helper()
	path, err := os.MkdirTemp("", "stranger")
	must(t, err)
	t.Cleanup(func() { os.RemoveAll(path) })
	return path
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// Emulator is a kms-emulator of the test's own.
type Emulator struct {
	URL    string
	Client *kms.Client
}

func StartEmulator(t testing.TB) *Emulator {
	t.Helper()
	out := start(t, ourProgram(t, "kms-emulator"),
		[]string{"--listen", "127.0.0.1:0", "--store", "memory"}, os.Environ())
	line, err := bufio.NewReader(out.stdout).ReadString('\n')
	must(t, err)
	words := strings.Fields(line)
	if len(words) < 3 || words[1] != "ready" {
		t.Fatalf("kms-emulator said %q", line)
	}
	return &Emulator{words[2], kms.New(kms.Options{
		Region: Region, BaseEndpoint: aws.String(words[2]),
		Credentials: credentials.NewStaticCredentialsProvider("000000000000", "kmslab", ""),
	})}
}

// NewKey returns the ARN of a new key.
func (e *Emulator) NewKey(t testing.TB) string {
	t.Helper()
	made, err := e.Client.CreateKey(context.Background(), &kms.CreateKeyInput{})
	must(t, err)
	return *made.KeyMetadata.Arn
}

// Options of a plugin. Zero values are left out.
type Options struct {
	Keys        []string
	Contexts    []string // one for each key
	Endpoint    string
	Flags       []string
	Environment []string // beside PATH; nil: an access key
	NoRegion    bool     // without --region
}

// Plugin is one that runs, with a socket for each key.
type Plugin struct {
	Kind    Kind
	Sockets []string // unix:///…
	Health  string   // http://HOST:PORT
}

func (k Kind) Start(t testing.TB, o Options) *Plugin {
	t.Helper()
	p, err := k.TryStart(t, o)
	must(t, err)
	return p
}

// TryStart returns an error when the plugin gave up instead of serving.
func (k Kind) TryStart(t testing.TB, o Options) (*Plugin, error) {
	t.Helper()
	path := k.Path(t)
	health := freePort(t)
	at := folder(t)
	p := &Plugin{Kind: k, Health: "http://" + health}
	arguments := []string{"--health-port=" + health}
	if !o.NoRegion {
		arguments = append(arguments, "--region="+Region)
	}
	if o.Endpoint != "" {
		arguments = append(arguments, "--kms-endpoint="+o.Endpoint)
	}
	for i, key := range o.Keys {
		socket := fmt.Sprintf("%s/%d.sock", at, i)
		p.Sockets = append(p.Sockets, "unix://"+socket)
		arguments = append(arguments, "--key="+key, "--listen="+socket)
	}
	for _, pairs := range o.Contexts {
		arguments = append(arguments, "--encryption-context="+pairs)
	}
	if k == Compat {
		arguments = append(arguments, "--compat=aep")
	}
	out := start(t, path, append(arguments, o.Flags...), k.environment(o))
	// AEP logs to standard output: somebody must read it.
	go func() { _, _ = io.Copy(io.Discard, out.stdout) }()
	for _, socket := range p.Sockets {
		if err := out.await("unix", strings.TrimPrefix(socket, "unix://")); err != nil {
			return nil, err
		}
	}
	return p, out.await("tcp", health)
}

func (k Kind) environment(o Options) []string {
	base := []string{"PATH=" + os.Getenv("PATH"), "HOME=/nonexistent"}
	if o.Environment != nil {
		return append(base, o.Environment...)
	}
	return append(base, "AWS_ACCESS_KEY_ID=000000000000", "AWS_SECRET_ACCESS_KEY=kmslab",
		"AWS_EC2_METADATA_DISABLED=true")
}

// freePort is an address that nobody listens on. It is below those that the
// kernel gives to connections, which tests beside this one make.
func freePort(t testing.TB) string {
	t.Helper()
	for range 1000 {
		address := fmt.Sprint("127.0.0.1:", 20000+(int64(os.Getpid())*37+serial.Add(1))%12000)
		if listener, err := net.Listen("tcp", address); err == nil {
			listener.Close()
			return address
		}
	}
	t.Fatal("no free port")
	return ""
}

// await returns once somebody serves the address.
func (p *program) await(network, address string) error {
	for end := time.Now().Add(patience); ; {
		connection, err := net.Dial(network, address)
		if err == nil {
			return connection.Close()
		}
		if time.Now().After(end) {
			return fmt.Errorf("nobody serves %s: %w", address, err)
		}
		select {
		case <-p.ended:
			return fmt.Errorf("it ended before it served %s", address)
		case <-time.After(5 * time.Millisecond):
		}
	}
}

// Name that no other test of this process uses.
func Name(what string) string {
	return fmt.Sprintf("%s-%d", what, serial.Add(1))
}
