package store_test

import (
	"crypto/rand"
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/ziplaw/ziplaw/infra/infratest"
	"github.com/ziplaw/ziplaw/internal/store"
	"github.com/ziplaw/ziplaw/internal/store/storetest"
)

func TestMain(m *testing.M) {
	flag.Parse()
	_ = flag.Set("test.parallel", "16") // the suite waits more than it works; the flag exists
	code := m.Run()
	infratest.Stop()
	os.Exit(code)
}

func TestEmbeddedServer(t *testing.T) {
	storetest.Run(t, func(t *testing.T) store.Config {
		endpoint, access, secret, _ := infratest.Start(t).S3()
		return newBucketOn(endpoint, access, secret)
	})
}

// newBucketOn names a bucket that doesn't exist yet.
func newBucketOn(endpoint, access, secret string) store.Config {
	return store.Config{
		Endpoint: endpoint, AccessKey: access, SecretKey: secret, Bucket: "t" + strings.ToLower(rand.Text()), Region: "us-east-1",
	}
}
