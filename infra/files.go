package infra

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/ziplaw/ziplaw"
)

const keysFile = "credentials.json"

// keys are the S3 server's keys: random, made once, readable by their owner alone.
func keys(dir string) (access, secret string, err error) {
	name := filepath.Join(dir, keysFile)
	var c struct{ Access, Secret string }
	b, err := os.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		c.Access, c.Secret = "ziplaw-"+rand.Text()[:8], rand.Text()
		if b, err = json.Marshal(c); err == nil {
			err = writeFile(name, b)
		}
		return c.Access, c.Secret, err
	}
	if err != nil {
		return "", "", fmt.Errorf("keys of the S3 server: %w", err)
	}
	if err := json.Unmarshal(b, &c); err != nil || c.Access == "" || c.Secret == "" {
		return "", "", damaged(name, "is damaged, and holds no keys of the S3 server", "nothing is lost, new keys are made")
	}
	return c.Access, c.Secret, nil
}

// awsFile has the keys in the form of the AWS shared files, so that no command line or environment has to hold them.
const awsFile = "aws-credentials"

// writeAWSFile makes it from the keys.
func writeAWSFile(dir, access, secret string) error {
	name := filepath.Join(dir, awsFile)
	text := fmt.Appendf(nil, "[default]\naws_access_key_id = %s\naws_secret_access_key = %s\n", access, secret)
	if old, err := os.ReadFile(name); err == nil && bytes.Equal(old, text) {
		return nil
	}
	return writeFile(name, text)
}

// damaged is the error of a file that can't be used, and that a next start makes anew where it is missing.
func damaged(name, what, lost string) error {
	return &ziplaw.Error{Code: ziplaw.CodeUsage, Field: "--data-dir", Message: name + " " + what,
		Hint: "delete the file, which is safe: " + lost}
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
