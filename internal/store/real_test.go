//go:build real

package store_test

import (
	"testing"

	"github.com/ziplaw/ziplaw/infra/infratest"
	"github.com/ziplaw/ziplaw/internal/store"
	"github.com/ziplaw/ziplaw/internal/store/storetest"
)

func TestRealMinIO(t *testing.T) {
	endpoint, access, secret := infratest.MinIO(t)
	storetest.Run(t, func(*testing.T) store.Config { return newBucketOn(endpoint, access, secret) })
}
