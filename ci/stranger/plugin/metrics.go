// SPDX-License-Identifier: Apache-2.0

package main

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"
)

var (
	labels = []string{"key_arn", "status", "operation", "version"}

	operations = promauto.NewCounterVec(prometheus.CounterOpts{
		Name: "aws_encryption_provider_kms_operations_total",
		Help: "Calls to KMS.",
	}, labels)

	latency = promauto.NewHistogramVec(prometheus.HistogramOpts{
		Name:    "aws_encryption_provider_kms_operation_latency_ms",
		Help:    "Time of calls to KMS with their retries, in milliseconds.",
		Buckets: prometheus.ExponentialBuckets(2, 2, 14),
	}, labels)
)

func statusOf(err error) string {
	if err == nil {
		return "success"
	}
	switch classOf(err) {
	case throttled:
		return "failure-throttle"
	case corruption:
		return "failure-corruption"
	}
	return "failure"
}

func record(key, operation, api string, err error, took time.Duration) {
	values := []string{key, statusOf(err), operation, api}
	operations.WithLabelValues(values...).Inc()
	latency.WithLabelValues(values...).Observe(float64(took.Milliseconds()))
}
