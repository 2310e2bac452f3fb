package infra

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/ziplaw/ziplaw"
)

// TestLookingAtNothing makes nothing: no folder, and no file in one that is there.
func TestLookingAtNothing(t *testing.T) {
	above := t.TempDir()
	for _, dir := range []string{filepath.Join(above, "none"), above} {
		_, err := Open(t.Context(), Options{DataDir: dir, Look: true})
		if e := ziplaw.AsError(err); e == nil || e.Code != ziplaw.CodeNotFound || e.Hint == "" {
			t.Errorf("%s: %v", dir, err)
		}
	}
	if left, err := os.ReadDir(above); err != nil || len(left) > 0 {
		t.Errorf("it left %v, %v", left, err)
	}
	file := filepath.Join(above, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(t.Context(), Options{DataDir: file, Look: true}); err == nil || ziplaw.AsError(err).Message != file+" is no folder" {
		t.Errorf("a file for a folder: %v", err)
	}
}

// TestCopiesOfState: a database without its log, a damaged one, and none at all.
func TestCopiesOfState(t *testing.T) {
	dir := t.TempDir()
	startHolder(t, dir).close(t)
	if err := copyState(dir, t.TempDir()); err != nil {
		t.Error(err)
	}
	file := filepath.Join(dir, databaseFile)
	if err := os.Truncate(file, 0); err != nil {
		t.Fatal(err)
	}
	_ = os.Remove(file + "-wal")
	if e := ziplaw.AsError(copyState(dir, t.TempDir())); e == nil || e.Message != file+" is empty" {
		t.Errorf("an empty database: %v", e)
	}
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	if err := copyState(dir, t.TempDir()); err != nil {
		t.Error(err)
	}
}

// TestHeldFolders can't be copied while what they hold changes.
func TestHeldFolders(t *testing.T) {
	dir := t.TempDir()
	h := startHolder(t, dir)
	if _, err := share(dir); err == nil || ziplaw.AsError(err).Code != ziplaw.CodeDataDirHeld {
		t.Errorf("a held folder: %v", err)
	}
	h.close(t)
	for _, free := range []string{dir, t.TempDir()} {
		release, err := share(free)
		if err != nil {
			t.Fatal(err)
		}
		release()
	}
	startHolder(t, dir).close(t)
}
