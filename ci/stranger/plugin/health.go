// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus/promhttp"
)

const (
	healthPeriod = 30 * time.Second
	probeTimeout = 5 * time.Second
)

// healthCache is one for all keys and both APIs, as in the plugin whose
// behaviour this one has.
type healthCache struct {
	mutex sync.Mutex
	err   error
	at    time.Time
}

// failed is told of calls that failed; those that succeed change nothing.
func (c *healthCache) failed(err error) { c.set(err) }

func (c *healthCache) set(err error) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	c.err, c.at = err, time.Now()
}

func (c *healthCache) get() (err error, fresh bool) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	return c.err, !c.at.IsZero() && time.Since(c.at) < healthPeriod
}

// healthV1 tries an Encrypt unless something was tried lately.
func (k *key) healthV1() error { return k.health(k.probeV1) }

// healthV2 tries a Decrypt as well.
func (k *key) healthV2() error { return k.health(k.probeV2) }

func (k *key) health(probe func(context.Context) error) error {
	if err, fresh := k.cache.get(); fresh {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), probeTimeout)
	defer cancel()
	err := probe(ctx)
	k.cache.set(err)
	return err
}

func (k *key) probeV1(ctx context.Context) error {
	_, err := k.encrypt(ctx, "v1", []byte("foo"))
	return err
}

func (k *key) probeV2(ctx context.Context) error {
	sealed, err := k.encrypt(ctx, "v2", []byte("foo"))
	if err == nil {
		_, err = k.openV2(ctx, sealed)
	}
	return err
}

// probeList is what healthz and livez ask.
type probeList struct{ probes []func() error }

func (p *probeList) add(k *key, api string) {
	switch api {
	case "v1":
		p.probes = append(p.probes, k.healthV1)
	case "v2":
		p.probes = append(p.probes, k.healthV2)
	}
}

func (p *probeList) answer(forgive func(error) bool) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		for _, probe := range p.probes {
			if err := probe(); err != nil && !forgive(err) {
				http.Error(w, err.Error(), http.StatusInternalServerError)
				return
			}
		}
		fmt.Fprint(w, http.StatusText(http.StatusOK))
	}
}

func (p *probeList) handler(o *options) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc(o.healthzPath, p.answer(func(error) bool { return false }))
	mux.HandleFunc(o.livezPath, p.answer(forgiven))
	mux.Handle("/metrics", promhttp.Handler())
	return mux
}
