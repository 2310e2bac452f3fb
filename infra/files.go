package infra

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// keys are the S3 server's keys: random, made once, readable by their owner alone.
func keys(dir string) (access, secret string, err error) {
	name := filepath.Join(dir, "credentials.json")
	var c struct{ Access, Secret string }
	b, err := os.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		c.Access, c.Secret = "ziplaw-"+rand.Text()[:8], rand.Text()
		if b, err = json.Marshal(c); err == nil {
			err = writeFile(name, b)
		}
		return c.Access, c.Secret, err
	}
	if err == nil {
		err = json.Unmarshal(b, &c)
	}
	if err != nil {
		return "", "", fmt.Errorf("%s: %w", name, err)
	}
	return c.Access, c.Secret, nil
}

// writeFile replaces a file as a whole, readable by its owner alone: a kill leaves the old one or the new one.
func writeFile(name string, b []byte) error {
	f, err := os.CreateTemp(filepath.Dir(name), filepath.Base(name)+".*")
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(f.Name()) }()
	if _, err := f.Write(b); err != nil {
		_ = f.Close()
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	return os.Rename(f.Name(), name)
}
