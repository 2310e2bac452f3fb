package infra

import (
	"os"
	"path/filepath"
	"testing"
)

// TestOwnersAreNumbered: each owner of a folder knows the earlier ones, and nobody else, as gone.
func TestOwnersAreNumbered(t *testing.T) {
	dir, other := t.TempDir(), t.TempDir()
	next := func(dir string) ownership {
		o, err := nextOwner(dir)
		if err != nil {
			t.Fatal(err)
		}
		return o
	}
	first, elsewhere := next(dir), next(other)
	second := next(dir)
	for identity, want := range map[string]bool{
		first.identity(1, "host.example"):                             true,
		first.identity(1, "host.example") + "/ziplaw/s/a/run/5/1/xyz": true,
		second.identity(1, "host.example"):                            false,
		elsewhere.identity(1, "host.example"):                         false,
		"1@host.example":                                              false,
		"1@host.example/" + first.identity(1, "host"):                 false,
		"": false,
	} {
		if got := second.gone(identity); got != want {
			t.Errorf("gone(%q) = %v, want %v", identity, got, want)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, ownershipFile), []byte("garbage"), 0o600); err != nil {
		t.Fatal(err)
	}
	if third := next(dir); third.Number != 1 || third.Folder == second.Folder || third.gone(second.identity(1, "host")) {
		t.Errorf("after a damaged file: %+v", third)
	}
}
