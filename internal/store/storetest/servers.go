package storetest

import (
	"crypto/rand"
	"strings"
	"testing"

	"github.com/ziplaw/ziplaw/infra/infratest"
	"github.com/ziplaw/ziplaw/internal/store"
)

// Embedded names a new bucket on the S3 server that ziplaw embeds.
func Embedded(tb testing.TB) store.Config {
	tb.Helper()
	endpoint, access, secret, _ := infratest.Start(tb).S3()
	return newBucketOn(endpoint, access, secret)
}

// MinIO starts a MinIO server for the test and returns what names a new bucket on it at each call.
func MinIO(tb testing.TB) func() store.Config {
	tb.Helper()
	endpoint, access, secret := infratest.MinIO(tb)
	return func() store.Config { return newBucketOn(endpoint, access, secret) }
}

// newBucketOn names a bucket that doesn't exist yet.
func newBucketOn(endpoint, access, secret string) store.Config {
	return store.Config{
		Endpoint: endpoint, AccessKey: access, SecretKey: secret, Bucket: "t" + strings.ToLower(rand.Text()), Region: "us-east-1",
	}
}
