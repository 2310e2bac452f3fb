package store_test

import (
	"flag"
	"os"
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
	storetest.Run(t, func(t *testing.T) store.Config { return storetest.Embedded(t) })
}

func TestMinIO(t *testing.T) {
	config := storetest.MinIO(t)
	storetest.Run(t, func(*testing.T) store.Config { return config() })
}
