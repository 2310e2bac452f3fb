package console

import (
	"bytes"
	"os"
	"path/filepath"
	"sync"
	"testing"
)

// TestFilesAreReplacedAsAWhole writes a file from many sides while others read it.
func TestFilesAreReplacedAsAWhole(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "report.html")
	texts := [][]byte{bytes.Repeat([]byte("a"), 1<<16), bytes.Repeat([]byte("b"), 1<<15)}
	if err := WriteFile(path, texts[0]); err != nil {
		t.Fatal(err)
	}
	var group sync.WaitGroup
	for i := range 8 {
		group.Go(func() {
			for range 50 {
				if err := WriteFile(path, texts[i%2]); err != nil {
					t.Errorf("write: %v", err)
				}
				if b, err := os.ReadFile(path); err != nil || !bytes.Equal(b, texts[0]) && !bytes.Equal(b, texts[1]) {
					t.Errorf("read %d bytes, %v", len(b), err)
				}
			}
		})
	}
	group.Wait()
	if left, err := os.ReadDir(dir); err != nil || len(left) != 1 {
		t.Errorf("it left %v (%v)", left, err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o644 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
}

func TestAFileThatCantBeWrittenStaysAsItIs(t *testing.T) {
	dir := t.TempDir()
	full := filepath.Join(dir, "folder")
	if err := os.MkdirAll(filepath.Join(full, "below"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := WriteFile(full, []byte("x")); err == nil {
		t.Error("a file in the place of a folder")
	}
	if err := WriteFile(filepath.Join(dir, "none", "x"), []byte("x")); err == nil {
		t.Error("a file in a folder that isn't there")
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != 1 {
		t.Errorf("it left %v (%v)", left, err)
	}
}
