//go:build cuda

package gpu

import (
	"testing"

	"github.com/ziplaw/ziplaw/gpu/emul/emultest"
	"github.com/ziplaw/ziplaw/internal/kernel"
	"github.com/ziplaw/ziplaw/internal/kernel/kerneltest"
)

func TestMain(m *testing.M) { emultest.Main(m) }

func open(t *testing.T, options ...Option) *Device {
	t.Helper()
	d, err := Open(0, options...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	})
	return d
}

func backendOf(t *testing.T, d *Device) kernel.Backend {
	t.Helper()
	b, err := d.NewBackend()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := b.Close(); err != nil {
			t.Error(err)
		}
	})
	return b
}

func TestBackend(t *testing.T) {
	d := open(t)
	kerneltest.Run(t, kerneltest.Float32, func(t *testing.T) kernel.Backend { return backendOf(t, d) })
}
