//go:build cuda

package verify

import (
	"flag"
	"testing"

	"github.com/ziplaw/ziplaw/gpu"
	"github.com/ziplaw/ziplaw/gpu/emul/emultest"
)

var regen = flag.Bool("regen", false, "write hashes.json")

// TestHashesOfTheEmulatedDriver: hashes.json is what it computes. With -regen it is written.
func TestHashesOfTheEmulatedDriver(t *testing.T) {
	if emultest.Dir() == "" {
		t.Skip("the driver isn't the emulated one")
	}
	d, err := gpu.Open(0)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	hashes := hashesOf(t, d)
	if *regen {
		if err := writeJSON("hashes.json", hashes); err != nil {
			t.Fatal(err)
		}
		return
	}
	checkHashes(t, hashes)
}
