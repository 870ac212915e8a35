// SPDX-License-Identifier: Apache-2.0

package sdk

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"example.invalid/stranger/lab"
)

var broken = lab.Fail(500, "KMSInternalException", "as scripted")

// Far more than a machine under load adds to a pause.
const slack = 3 * time.Second

func retries() []row {
	return []row{
		{name: "500 once", measure: until(2)},
		{name: "500 twice", measure: until(3)},
		{name: "500 three times", measure: until(4)},
		{name: "pauses", measure: pauses},
		{name: "retry tokens: 10", measure: tokens("10", 3, 0)},
		{name: "retry tokens: 7", measure: tokens("7", 2, 0)},
		{name: "retry tokens: 10, five good calls between", measure: tokens("10", 2, 5)},
		{name: "AWS_MAX_ATTEMPTS=5", measure: environment("AWS_MAX_ATTEMPTS=5")},
		{name: "AWS_MAX_ATTEMPTS=1", measure: environment("AWS_MAX_ATTEMPTS=1")},
		{name: "AWS_RETRY_MODE=standard", measure: environment("AWS_RETRY_MODE=standard")},
		{name: "x-amz-retry-after: 2500", measure: retryAfter},
		{name: "a deadline in the middle", measure: deadline},
	}
}

// until: the server recovers with request n.
func until(n int) func(*testing.T, lab.Kind) string {
	return func(t *testing.T, kind lab.Kind) string {
		s := begin(t, kind, lab.Sealed, lab.Options{})
		s.server.Script(recovering(s, n))
		count, err := s.tried()
		if err != nil {
			return fmt.Sprint("tried ", count, ", fails")
		}
		return fmt.Sprint("tried ", count, ", succeeds")
	}
}

// recovering fails the tests' own calls alone.
func recovering(s *subject, n int) answer {
	return func(i int, r lab.Request, w http.ResponseWriter) {
		if strings.Contains(r.Body, mark) && len(s.tries()) < n {
			broken(i, r, w)
			return
		}
		lab.Sealed(i, r, w)
	}
}

// pauses: the first is at most a second, the next at most two... and there is
// one: of several calls not all are tried again at once.
func pauses(t *testing.T, kind lab.Kind) string {
	s := begin(t, kind, broken, lab.Options{})
	var longest time.Duration
	for range 2 {
		from := len(s.tries())
		_ = s.encrypt()
		tries := s.tries()[from:]
		for i := 1; i < len(tries); i++ {
			gap := tries[i].At.Sub(tries[i-1].At)
			longest = max(longest, gap)
			if gap > time.Duration(1<<i)*time.Second+slack {
				return fmt.Sprintf("pause %d of %v", i, gap)
			}
		}
	}
	if longest < 10*time.Millisecond {
		return "none"
	}
	return "as the SDK's"
}

// tokens: how often each of some calls that fail are tried.
func tokens(capacity string, calls, good int) func(*testing.T, lab.Kind) string {
	return func(t *testing.T, kind lab.Kind) string {
		s := begin(t, kind, lab.Sealed, lab.Options{Flags: []string{"--retry-token-capacity=" + capacity}})
		var counts []string
		for i := range calls {
			if i > 0 {
				s.server.Script(lab.Sealed)
				for range good {
					if err := s.encrypt(); err != nil {
						t.Fatal(err)
					}
				}
			}
			s.server.Script(recovering(s, 1000))
			count, _ := s.tried()
			counts = append(counts, fmt.Sprint(count))
		}
		return "tried " + strings.Join(counts, ", then ")
	}
}

func environment(variable string) func(*testing.T, lab.Kind) string {
	return func(t *testing.T, kind lab.Kind) string {
		s := begin(t, kind, broken, lab.Options{Environment: []string{variable,
			"AWS_ACCESS_KEY_ID=a", "AWS_SECRET_ACCESS_KEY=b", "AWS_EC2_METADATA_DISABLED=true"}})
		count, _ := s.tried()
		return fmt.Sprint("tried ", count)
	}
}

func retryAfter(t *testing.T, kind lab.Kind) string {
	s := begin(t, kind, func(i int, r lab.Request, w http.ResponseWriter) {
		w.Header().Set("X-Amz-Retry-After", "2500")
		broken(i, r, w)
	}, lab.Options{})
	_ = s.encrypt()
	tries := s.tries()
	if len(tries) < 2 || tries[1].At.Sub(tries[0].At) < 2500*time.Millisecond {
		return "not waited for"
	}
	return "waited for"
}

// deadline: more tries than it has room for are not made after it.
func deadline(t *testing.T, kind lab.Kind) string {
	s := begin(t, kind, lab.Sealed, lab.Options{})
	s.server.Script(s.server.Hang)
	done := make(chan error, 1)
	start := time.Now()
	go func() { done <- callFor(s, 300*time.Millisecond) }()
	err := <-done
	if err == nil || time.Since(start) > slack {
		return fmt.Sprint("ends late: ", err)
	}
	time.Sleep(200 * time.Millisecond)
	return fmt.Sprint("tried ", len(s.tries()), ", ends in time")
}
