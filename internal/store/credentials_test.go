package store

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/minio/minio-go/v7/pkg/credentials"

	"github.com/ziplaw/ziplaw"
)

// sharedFile writes an AWS shared file and makes it the only one.
func sharedFile(t *testing.T, text string) (path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "credentials")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("AWS_SHARED_CREDENTIALS_FILE", path)
	t.Setenv("AWS_CONFIG_FILE", filepath.Join(t.TempDir(), "none"))
	return path
}

func keysOf(t *testing.T, c *credentials.Credentials) string {
	t.Helper()
	v, err := c.GetWithContext(nil)
	if err != nil {
		t.Fatal(err)
	}
	return v.AccessKeyID + " " + v.SecretAccessKey + " " + v.SessionToken
}

const profiles = "[default]\naws_access_key_id = d\naws_secret_access_key = e\n[lab]\naws_access_key_id = l\naws_secret_access_key = m\naws_session_token = n\n"

func TestKeysComeFromTheConfigurationFirst(t *testing.T) {
	sharedFile(t, profiles)
	c := Config{Endpoint: "127.0.0.1:9", AccessKey: "a", SecretKey: "s", SessionToken: "t"}
	if got := keysOf(t, credentials.New(c.provider(os.Getenv))); got != "a s t" {
		t.Error(got)
	}
	c = Config{Endpoint: "127.0.0.1:9"}
	if got := keysOf(t, credentials.New(c.provider(os.Getenv))); got != "d e " {
		t.Error(got)
	}
	t.Setenv("AWS_PROFILE", "lab")
	if got := keysOf(t, credentials.New(c.provider(os.Getenv))); got != "l m n" {
		t.Error(got)
	}
}

// TestRenewedKeysAreUsed: somebody writes new ones into the file while a study runs.
func TestRenewedKeysAreUsed(t *testing.T) {
	path := sharedFile(t, profiles)
	synctest.Test(t, func(t *testing.T) {
		c := credentials.New(Config{Endpoint: "127.0.0.1:9"}.provider(os.Getenv))
		if got := keysOf(t, c); got != "d e " {
			t.Fatal(got)
		}
		if err := os.WriteFile(path, []byte("[default]\naws_access_key_id = new\naws_secret_access_key = f\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		time.Sleep(rereadFiles + time.Second)
		if got := keysOf(t, c); got != "new f " {
			t.Errorf("after a minute: %s", got)
		}
	})
}

// TestNobodyElseIsAsked: without a sign of a role no metadata host is probed, and the error says what to do.
func TestNobodyElseIsAsked(t *testing.T) {
	sharedFile(t, "")
	none := func(string) string { return "" }
	for endpoint, want := range map[string]bool{
		"127.0.0.1:9000": false, "minio.example.com": false, "amazonaws.com.example.com": false,
		"s3.eu-central-1.amazonaws.com": true, "s3.cn-north-1.amazonaws.com.cn:443": true,
	} {
		if got := hasRole(endpoint, none); got != want {
			t.Errorf("%s: a role: %v", endpoint, got)
		}
	}
	for _, name := range []string{"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI", "AWS_WEB_IDENTITY_TOKEN_FILE"} {
		if !hasRole("127.0.0.1:9000", func(k string) string { return map[string]string{name: "x"}[k] }) {
			t.Errorf("%s names no role", name)
		}
	}
	start := time.Now()
	_, err := Open(t.Context(), Config{Endpoint: "127.0.0.1:9", Bucket: "b"})
	if e, ok := errors.AsType[*ziplaw.Error](err); !ok || e.Code != ziplaw.CodeUsage || e.Field != "AWS_ACCESS_KEY_ID" || time.Since(start) > time.Second {
		t.Errorf("no keys: %v after %v", err, time.Since(start))
	}
}
