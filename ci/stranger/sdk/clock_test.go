// SPDX-License-Identifier: Apache-2.0

package sdk

import (
	"context"
	"fmt"
	"net/http"
	"testing"
	"time"

	"example.invalid/stranger/lab"
	v2 "k8s.io/kms/apis/v2"
)

const amzDate = "20060102T150405Z"

func clocks() []row {
	return []row{
		{name: "clock six minutes slow", measure: skewed(6*time.Minute, "InvalidSignatureException")},
		{name: "clock six minutes fast", measure: skewed(-6*time.Minute, "InvalidSignatureException")},
		{name: "clock six minutes slow, RequestExpired", measure: skewed(6*time.Minute, "RequestExpired")},
		{name: "clock a day slow", measure: skewed(24*time.Hour, "InvalidSignatureException")},
		{name: "clock right, signature refused", measure: skewed(0, "InvalidSignatureException")},
	}
}

// skewed: KMS's clock is this far ahead of ours, and it refuses signatures
// that are more than five minutes off. Two calls: the second should know.
func skewed(ahead time.Duration, kind string) func(*testing.T, lab.Kind) string {
	refuse := lab.Fail(400, kind, "Signature expired or not yet current")
	return func(t *testing.T, who lab.Kind) string {
		s := begin(t, who, func(n int, r lab.Request, w http.ResponseWriter) {
			now := time.Now().Add(ahead)
			w.Header().Set("Date", now.UTC().Format(http.TimeFormat))
			signed, err := time.Parse(amzDate, r.Header.Get("X-Amz-Date"))
			if err != nil || ahead == 0 || now.Sub(signed).Abs() > 5*time.Minute {
				refuse(n, r, w)
				return
			}
			lab.Sealed(n, r, w)
		}, lab.Options{})
		first, err1 := s.tried()
		second, err2 := s.tried()
		if err1 != nil || err2 != nil {
			return fmt.Sprintf("fails, tried %d and %d", first, second)
		}
		// A probe at the start may have learnt it before the first call.
		return fmt.Sprintf("succeeds, then tried %d", second)
	}
}

func callFor(s *subject, timeout time.Duration) error {
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	_, err := s.client.Encrypt(ctx, &v2.EncryptRequest{Plaintext: []byte(plaintext)})
	return err
}
