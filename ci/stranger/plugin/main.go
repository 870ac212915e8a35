// SPDX-License-Identifier: Apache-2.0

// Command plugin is a KMS plugin for AWS KMS that shares no code with
// aws-kms-plugin: Go's gRPC, the Kubernetes project's own service
// (k8s.io/kms) and AWS's own SDK. It seals as aws-encryption-provider does,
// so tests can ask whether two strangers read each other's ciphertexts and
// behave alike. It is for tests, not for clusters.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"google.golang.org/grpc"
)

type options struct {
	keys     list
	sockets  list
	contexts contextList
	aws      awsOptions
	health   string
	apiOfHealth,
	healthzPath, livezPath string
}

// list is a flag that may be repeated and holds comma-separated values.
type list []string

func (l *list) String() string { return strings.Join(*l, ",") }

func (l *list) Set(text string) error {
	*l = append(*l, strings.Split(text, ",")...)
	return nil
}

// contextList is a repeated flag: a=b,c=d, one for each key.
type contextList []map[string]string

func (c *contextList) String() string { return fmt.Sprint(len(*c)) }

func (c *contextList) Set(text string) error {
	pairs := map[string]string{}
	for _, pair := range strings.Split(strings.Trim(text, "[]"), ",") {
		name, value, found := strings.Cut(pair, "=")
		if !found {
			return fmt.Errorf("%q is not name=value", pair)
		}
		pairs[name] = value
	}
	*c = append(*c, pairs)
	return nil
}

func (c contextList) of(i int) map[string]string {
	if i >= len(c) {
		return nil
	}
	return c[i]
}

func parse(arguments []string) (*options, error) {
	o := &options{}
	set := flag.NewFlagSet("plugin", flag.ContinueOnError)
	set.Var(&o.keys, "key", "id, ARN or alias; repeat for several")
	set.Var(&o.sockets, "listen", "path of a unix socket, one for each key")
	set.Var(&o.contexts, "encryption-context", "a=b,c=d; one for each key")
	set.StringVar(&o.aws.region, "region", "", "else what the SDK finds")
	set.StringVar(&o.aws.endpoint, "kms-endpoint", "", "URL of KMS")
	set.IntVar(&o.aws.retryTokens, "retry-token-capacity", 0, "0: the SDK's own")
	set.StringVar(&o.health, "health-port", ":8080", "of healthz, livez, metrics")
	set.StringVar(&o.healthzPath, "healthz-path", "/healthz", "")
	set.StringVar(&o.livezPath, "livez-path", "/livez", "")
	set.StringVar(&o.apiOfHealth, "health-kms-version", "v1", "v1 or v2")
	if err := set.Parse(arguments); err != nil {
		return nil, err
	}
	if len(o.sockets) == 0 {
		o.sockets = list{"/var/run/kmsplugin/socket.sock"}
	}
	if len(o.keys) != len(o.sockets) {
		return nil, errors.New("key and listen lists must have the same number of elements")
	}
	return o, nil
}

// listen replaces a socket that an earlier process left behind.
func listen(path string) (net.Listener, error) {
	if info, err := os.Lstat(path); err == nil && info.Mode()&os.ModeSocket != 0 {
		if err := os.Remove(path); err != nil {
			return nil, err
		}
	}
	return net.Listen("unix", path)
}

func serve(ctx context.Context, o *options) error {
	client, err := newKMS(ctx, o.aws)
	if err != nil {
		return err
	}
	cache := &healthCache{}
	probes := &probeList{}
	var servers []*grpc.Server
	failed := make(chan error, len(o.keys)+1)
	for i, name := range o.keys {
		key := &key{name: name, context: o.contexts.of(i), client: client, cache: cache}
		listener, err := listen(o.sockets[i])
		if err != nil {
			return err
		}
		server := grpc.NewServer()
		registerV1(server, key)
		registerV2(server, o.sockets[i], key)
		probes.add(key, o.apiOfHealth)
		servers = append(servers, server)
		go func() { failed <- server.Serve(listener) }()
	}
	go func() { failed <- http.ListenAndServe(o.health, probes.handler(o)) }()
	slog.Info("serving", "sockets", o.sockets.String(), "keys", o.keys.String())
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	for _, server := range servers {
		server.GracefulStop()
	}
	return nil
}

func main() {
	slog.SetDefault(slog.New(slog.NewJSONHandler(os.Stdout, nil)))
	o, err := parse(os.Args[1:])
	if errors.Is(err, flag.ErrHelp) {
		return
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	if err == nil {
		err = serve(ctx, o)
	}
	if err != nil {
		slog.Error("giving up", "error", err)
		os.Exit(1)
	}
}
