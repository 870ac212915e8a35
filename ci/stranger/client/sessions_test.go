// SPDX-License-Identifier: Apache-2.0

package client

import (
	"context"
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"example.invalid/stranger/lab"
)

const roleARN = "arn:aws:iam::000000000000:role/plugin"

// webToken is an identity token whose claims the emulator reads, no more.
func webToken() string {
	part := base64.RawURLEncoding.EncodeToString
	claims := fmt.Sprintf(`{"iss":"https://oidc.example.invalid","sub":"system:serviceaccount:kube-system:kms",`+
		`"aud":"sts.amazonaws.com","exp":%d}`, time.Now().Add(time.Hour).Unix())
	return part([]byte(`{"alg":"RS256"}`)) + "." + part([]byte(claims)) + "." + part([]byte("signature"))
}

// The emulator's STS gives the session, the emulator's KMS verifies what is
// signed with it.
func TestSessionsOfTheEmulatorAreGood(t *testing.T) {
	rows := []struct {
		name, config string
		environment  []string
	}{
		{"web identity", "", []string{"AWS_WEB_IDENTITY_TOKEN_FILE=%h/token", "AWS_ROLE_ARN=" + roleARN}},
		{"role_arn, source_profile", "[default]\nrole_arn=" + roleARN + "\nsource_profile=s\n[profile s]\n" +
			"aws_access_key_id=000000000000\naws_secret_access_key=x\n", nil},
	}
	for _, row := range rows {
		for _, kind := range lab.Kinds {
			t.Run(row.name+"/"+string(kind), func(t *testing.T) {
				kind.Path(t)
				emulator := lab.StartEmulator(t)
				home := t.TempDir()
				write(t, filepath.Join(home, "token"), webToken())
				write(t, filepath.Join(home, "config"), row.config)
				environment := []string{"AWS_CONFIG_FILE=" + home + "/config",
					"AWS_SHARED_CREDENTIALS_FILE=" + home + "/none", "AWS_ENDPOINT_URL_STS=" + emulator.URL}
				for _, variable := range row.environment {
					environment = append(environment, strings.ReplaceAll(variable, "%h", home))
				}
				p := kind.Start(t, lab.Options{Keys: []string{emulator.NewKey(t)}, Endpoint: emulator.URL,
					Environment: environment})
				sealed, err := lab.V2(t, p.Sockets[0]).Encrypt(context.Background(), "uid", []byte("seed"))
				if err != nil {
					t.Fatal(err)
				}
				if got := open(t, p.Sockets[0], sealed.Ciphertext); string(got) != "seed" {
					t.Errorf("opened %q", got)
				}
			})
		}
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
