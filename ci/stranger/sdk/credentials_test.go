// SPDX-License-Identifier: Apache-2.0

package sdk

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"example.invalid/stranger/lab"
)

// credentials: whose key signs the call that KMS gets, by source and by which
// source comes first when there are several.
func credentials() []row {
	rows := []row{}
	for _, s := range sources {
		rows = append(rows, row{name: "credentials: " + s.name, measure: func(t *testing.T, kind lab.Kind) string {
			return signer(t, kind, s)
		}})
	}
	return rows
}

// source is what a plugin finds in its environment. %h is a folder of its own
// that holds the files, %u the URL of a server that gives credentials.
type source struct {
	name        string
	environment []string
	files       map[string]string
	region      bool   // --region is not given
	refusal     string // how STS answers the first request, if not well
}

var keyPair = []string{"AWS_ACCESS_KEY_ID=AKIDENV", "AWS_SECRET_ACCESS_KEY=secret"}

const pair = "aws_access_key_id=%s\naws_secret_access_key=secret\n"

func profile(name, id string) string { return "[" + name + "]\n" + fmt.Sprintf(pair, id) }

const (
	token      = "AWS_WEB_IDENTITY_TOKEN_FILE=%h/token"
	role       = "AWS_ROLE_ARN=arn:aws:iam::111122223333:role/web"
	sts        = "AWS_ENDPOINT_URL_STS=%u"
	metadata   = "AWS_EC2_METADATA_SERVICE_ENDPOINT=%u"
	full       = "AWS_CONTAINER_CREDENTIALS_FULL_URI=%u/container"
	tokenOfPod = "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE=%h/token"
	assume     = "role_arn=arn:aws:iam::111122223333:role/assumed\n"
)

func merged(lists ...[]string) []string {
	var all []string
	for _, list := range lists {
		all = append(all, list...)
	}
	return all
}

var (
	web       = []string{token, role, sts}
	tokenFile = map[string]string{"token": "a.b.c"}
	sources   = []source{
		{name: "environment", environment: keyPair},
		{name: "environment with a session token", environment: merged(keyPair, []string{"AWS_SESSION_TOKEN=t"})},
		{name: "credentials file", files: map[string]string{"credentials": profile("default", "AKIDFILE")}},
		{name: "config file", files: map[string]string{"config": profile("default", "AKIDCONFIG")}},
		{name: "both files", files: map[string]string{
			"config": profile("default", "AKIDCONFIG"), "credentials": profile("default", "AKIDFILE")}},
		{name: "AWS_PROFILE", environment: []string{"AWS_PROFILE=other"}, files: map[string]string{
			"config": profile("profile other", "AKIDOTHER")}},
		{name: "AWS_PROFILE and environment", environment: merged(keyPair, []string{"AWS_PROFILE=other"}),
			files: map[string]string{"credentials": profile("other", "AKIDOTHER")}},
		{name: "a profile that is not there", environment: []string{"AWS_PROFILE=none"},
			files: map[string]string{"credentials": profile("default", "AKIDFILE")}},
		{name: "role_arn, source_profile", environment: []string{sts, "AWS_PROFILE=r"}, files: map[string]string{
			"config": "[profile r]\n" + assume + "source_profile=s\n" + profile("profile s", "AKIDSOURCE")}},
		{name: "role_arn, credential_source=Environment", environment: merged(keyPair, []string{sts, "AWS_PROFILE=r"}),
			files: map[string]string{"config": "[profile r]\n" + assume + "credential_source=Environment\n"}},
		{name: "role_arn over environment", environment: []string{sts, "AWS_PROFILE=r"}, files: map[string]string{
			"config": "[profile r]\n" + assume + "source_profile=r\n" + fmt.Sprintf(pair, "AKIDSELF")}},
		{name: "role_arn, external_id and duration", environment: []string{sts, "AWS_PROFILE=r"}, files: map[string]string{
			"config": "[profile r]\n" + assume + "source_profile=s\nexternal_id=x\nduration_seconds=900\n" +
				"role_session_name=me\n" + profile("profile s", "AKIDSOURCE")}},
		{name: "credential_process", files: map[string]string{"config": "[default]\ncredential_process=/bin/cat %h/process\n",
			"process": `{"Version":1,"AccessKeyId":"AKIDPROCESS","SecretAccessKey":"s","SessionToken":"t"}`}},
		{name: "static keys beside credential_process", files: map[string]string{
			"config": profile("default", "AKIDCONFIG") + "credential_process=/bin/false\n"}},
		{name: "web identity", environment: web, files: tokenFile},
		{name: "web identity and environment", environment: merged(keyPair, web), files: tokenFile},
		{name: "web identity and a profile", environment: web, files: map[string]string{
			"token": "a.b.c", "credentials": profile("default", "AKIDFILE")}},
		{name: "web identity in a profile", environment: []string{sts}, files: map[string]string{"token": "a.b.c",
			"config": "[default]\n" + assume + "web_identity_token_file=%h/token\n"}},
		{name: "web identity, STS fails once", environment: web, files: tokenFile, refusal: "InternalFailure"},
		{name: "web identity, throttled once", environment: web, files: tokenFile, refusal: "Throttling"},
		{name: "web identity, token refused once", environment: web, files: tokenFile, refusal: "InvalidIdentityToken"},
		{name: "web identity, its issuer away once", environment: web, files: tokenFile, refusal: "IDPCommunicationError"},
		{name: "container", environment: []string{full}},
		{name: "container with a token file", environment: []string{full, tokenOfPod}, files: tokenFile},
		{name: "container with a token", environment: []string{full, "AWS_CONTAINER_AUTHORIZATION_TOKEN=plain"}},
		{name: "container and a profile", environment: []string{full}, files: map[string]string{
			"credentials": profile("default", "AKIDFILE")}},
		{name: "container and instance metadata", environment: []string{full, metadata}},
		{name: "instance metadata", environment: []string{metadata}},
		{name: "instance metadata, Region too", environment: []string{metadata}, region: true},
		{name: "Region of the profile", environment: []string{}, region: true, files: map[string]string{
			"config": profile("default", "AKIDCONFIG") + "region=eu-west-3\n"}},
		{name: "AWS_REGION over AWS_DEFAULT_REGION", environment: merged(keyPair,
			[]string{"AWS_REGION=eu-west-1", "AWS_DEFAULT_REGION=eu-west-2"}), region: true},
		{name: "AWS_DEFAULT_REGION over the profile's", environment: merged(keyPair,
			[]string{"AWS_DEFAULT_REGION=eu-west-2"}), region: true, files: map[string]string{
			"config": "[default]\nregion=eu-west-3\n"}},
		{name: "none at all", environment: []string{"AWS_EC2_METADATA_DISABLED=true"}},
	}
)

var credentialOf = regexp.MustCompile(`Credential=([^/]+)/\d+/([^/]+)/`)

// signer says whose access key signed, with which token, for which Region.
func signer(t *testing.T, kind lab.Kind, from source) string {
	home := t.TempDir()
	giver := &giver{t: t, refusal: from.refusal}
	server := httptest.NewServer(giver)
	t.Cleanup(server.Close)
	fill := func(text string) string {
		return strings.NewReplacer("%h", home, "%u", server.URL).Replace(text)
	}
	for name, text := range from.files {
		if err := os.WriteFile(filepath.Join(home, name), []byte(fill(text)), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	environment := []string{"AWS_CONFIG_FILE=" + home + "/config", "AWS_SHARED_CREDENTIALS_FILE=" + home + "/credentials"}
	for _, variable := range from.environment {
		environment = append(environment, fill(variable))
	}
	s, err := tryBegin(t, kind, lab.Sealed, lab.Options{Environment: environment, NoRegion: from.region})
	if err != nil {
		return "does not start"
	}
	err = s.encrypt()
	first := ""
	for end := time.Now().Add(slack); err != nil && from.refusal != "" && time.Now().Before(end); {
		first = "later "
		time.Sleep(50 * time.Millisecond)
		err = s.encrypt()
	}
	if err != nil {
		return "fails"
	}
	header := s.tries()[0].Header
	found := credentialOf.FindStringSubmatch(header.Get("Authorization"))
	if found == nil {
		return "not signed"
	}
	return first + strings.Join([]string{found[1], header.Get("X-Amz-Security-Token"), found[2], giver.asked}, " ")
}

// giver is STS, a container's credentials and instance metadata in one.
type giver struct {
	t       *testing.T
	asked   string // how it was asked for what it gave last
	refusal string // for the next request to STS alone
}

func expiry() string { return time.Now().Add(time.Hour).UTC().Format(time.RFC3339) }

func (g *giver) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch {
	case r.URL.Path == "/latest/api/token":
		w.Header().Set("X-Aws-Ec2-Metadata-Token-Ttl-Seconds", "21600")
		fmt.Fprint(w, "v2token")
	case r.URL.Path == "/latest/meta-data/iam/security-credentials/":
		fmt.Fprint(w, "node")
	case r.URL.Path == "/latest/meta-data/iam/security-credentials/node":
		g.asked = "IMDS " + r.Header.Get("X-Aws-Ec2-Metadata-Token")
		fmt.Fprintf(w, `{"Code":"Success","Type":"AWS-HMAC","AccessKeyId":"AKIDIMDS","SecretAccessKey":"s",`+
			`"Token":"it","Expiration":%q,"LastUpdated":"2026-01-01T00:00:00Z"}`, expiry())
	case r.URL.Path == "/latest/meta-data/placement/region":
		fmt.Fprint(w, "ap-south-1")
	case r.URL.Path == "/latest/dynamic/instance-identity/document":
		fmt.Fprint(w, `{"region":"ap-south-1"}`)
	case r.URL.Path == "/container":
		g.asked = "container " + r.Header.Get("Authorization")
		fmt.Fprintf(w, `{"AccessKeyId":"AKIDPOD","SecretAccessKey":"s","Token":"pt","Expiration":%q}`, expiry())
	case r.Method == http.MethodPost && r.URL.Path == "/":
		g.sts(w, r)
	default:
		http.NotFound(w, r)
	}
}

// sts tells apart what the caller may choose: who signed, and the parameters
// but for a session's name that was made up.
func (g *giver) sts(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil {
		g.t.Error(err)
	}
	action := r.Form.Get("Action")
	g.asked = describe(action, r.Form, r.Header.Get("Authorization"))
	w.Header().Set("Content-Type", "text/xml")
	if refusal := g.refusal; refusal != "" {
		g.refusal = ""
		w.WriteHeader(statusOf(refusal))
		fmt.Fprintf(w, `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type>`+
			`<Code>%s</Code><Message>as scripted</Message></Error><RequestId>r</RequestId></ErrorResponse>`, refusal)
		return
	}
	fmt.Fprintf(w, `<%[1]sResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><%[1]sResult><Credentials>`+
		`<AccessKeyId>ASIAROLE</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>st</SessionToken>`+
		`<Expiration>%[2]s</Expiration></Credentials></%[1]sResult><ResponseMetadata><RequestId>r</RequestId>`+
		`</ResponseMetadata></%[1]sResponse>`, action, expiry())
}

func statusOf(refusal string) int {
	if refusal == "InternalFailure" {
		return http.StatusInternalServerError
	}
	return http.StatusBadRequest
}

func describe(action string, form url.Values, authorization string) string {
	said := action
	if found := credentialOf.FindStringSubmatch(authorization); found != nil {
		said += " by " + found[1]
	}
	for _, name := range []string{"WebIdentityToken", "ExternalId", "DurationSeconds"} {
		if value := form.Get(name); value != "" {
			said += " " + value
		}
	}
	return said
}
