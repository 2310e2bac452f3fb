package data

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"
)

func TestFilesThatFailAreLeftAsTheyWere(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "g.npy")
	if err := os.WriteFile(file, []byte("old"), 0o600); err != nil {
		t.Fatal(err)
	}
	failed := errors.New("failed")
	err := replaceFile(file, func(w io.Writer) error {
		_, err := w.Write([]byte("new"))
		return errors.Join(err, failed)
	})
	if b, _ := os.ReadFile(file); !errors.Is(err, failed) || string(b) != "old" {
		t.Errorf("error %v, file %q", err, b)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != 1 {
		t.Errorf("it left %v (%v)", left, err)
	}
	if err := replaceFile(os.DevNull, func(w io.Writer) error { _, err := w.Write([]byte("x")); return err }); err != nil {
		t.Error(err)
	}
	if info, err := os.Stat(os.DevNull); err != nil || info.Mode().IsRegular() {
		t.Errorf("%s is a file now (%v)", os.DevNull, err)
	}
}
