// SPDX-License-Identifier: Apache-2.0

// Package sdk puts our plugin and those made with AWS's SDK side by side: what
// each does when KMS, the sources of credentials or the clock misbehave. A
// difference is listed with its reason, or it fails.
package sdk

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"example.invalid/stranger/lab"
)

// row is one behaviour, told in a few words that are compared.
type row struct {
	name    string
	measure func(t *testing.T, kind lab.Kind) string
}

// difference is a row in which ours does not do as the SDK does.
type difference struct {
	reason string
	always bool // with --compat aep, too
}

// deliberate is what docs/PLUGIN.md says of these rows.
var deliberate = map[string]difference{
	"429 without a body":                         {"a bare 429 is throttling", true},
	"200 without a body":                         {"no ciphertext is not a ciphertext", true},
	"an answer that is cut off":                  {"asked for again", true},
	"x-amz-retry-after: 2500":                    {"KMS's wish counts", true},
	"clock six minutes slow, RequestExpired":     {"corrected, too", true},
	"credentials: role_arn, source_profile":      {"STS's own hour", true},
	"credentials: role_arn over environment":     {"STS's own hour", true},
	"credentials: instance metadata, Region too": {"the key's ARN knows better", false},
	"credentials: a profile that is not there":   {"serves Status meanwhile", false},
}

type table struct {
	mutex sync.Mutex
	cells map[string]map[lab.Kind]string
}

func (c *table) set(name string, kind lab.Kind, cell string) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if c.cells[name] == nil {
		c.cells[name] = map[lab.Kind]string{}
	}
	c.cells[name][kind] = cell
}

func (c *table) judge(t *testing.T, r row) {
	cells := c.cells[r.name]
	want := cells[lab.Stranger]
	if other, known := cells[lab.AEP]; known && other != want {
		t.Errorf("%s: AEP: %s; stranger: %s", r.name, other, want)
	}
	listed, deliberate := deliberate[r.name]
	if (cells[lab.Ours] != want) != deliberate {
		t.Errorf("%s: ours: %s; stranger: %s; listed: %q", r.name, cells[lab.Ours], want, listed.reason)
	}
	if (cells[lab.Compat] != want) != listed.always {
		t.Errorf("%s: ours with --compat aep: %s; stranger: %s", r.name, cells[lab.Compat], want)
	}
}

func (c *table) print(rows []row, kinds []lab.Kind) {
	var out strings.Builder
	line := func(name string, cell func(lab.Kind) string, note string) {
		fmt.Fprintf(&out, "%-51s", name)
		for _, kind := range kinds {
			fmt.Fprintf(&out, " | %-38s", cell(kind))
		}
		fmt.Fprintln(&out, strings.TrimRight(" | "+note, " |"))
	}
	line("", func(k lab.Kind) string { return string(k) }, "")
	for _, r := range rows {
		line(r.name, func(k lab.Kind) string { return c.cells[r.name][k] }, deliberate[r.name].reason)
	}
	fmt.Fprint(os.Stdout, out.String())
}

func given() []lab.Kind {
	return slices.DeleteFunc(slices.Clone(lab.Kinds), func(k lab.Kind) bool {
		return k == lab.AEP && os.Getenv("AEP") == ""
	})
}

func TestBehavesAsTheSDK(t *testing.T) {
	rows := slices.Concat(failures(), retries(), clocks(), credentials())
	kinds := given()
	result := &table{cells: map[string]map[lab.Kind]string{}}
	t.Run("measured", func(t *testing.T) {
		for _, r := range rows {
			for _, kind := range kinds {
				t.Run(r.name+"/"+string(kind), func(t *testing.T) {
					t.Parallel()
					result.set(r.name, kind, r.measure(t, kind))
				})
			}
		}
	})
	if !t.Failed() {
		result.print(rows, kinds)
	}
	for _, r := range rows {
		result.judge(t, r)
	}
}

func TestAEPIsCompared(t *testing.T) { lab.AEP.Path(t) }
