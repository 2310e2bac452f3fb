package cli

import (
	"errors"
	"os"
	"path/filepath"
)

// path is a flag: a file or folder. It is found from where the program was started: the S3 server changes the working directory.
type path struct {
	given string // as the user wrote it
	at    string // absolute; empty where nobody gave one
}

func (p *path) String() string { return p.given }

func (p *path) Set(text string) (err error) {
	p.given = text
	p.at, err = absolute(text)
	return err
}

func (p *path) Type() string { return "path" }

// write replaces the file that a flag names as a whole.
func (p *path) write(flag string, b []byte) error {
	return unwritable(flag, writeFile(p.at, b))
}

// writable says before long work whether the folder of the file that a flag names can be written.
func (p *path) writable(flag string) error {
	f, err := os.CreateTemp(filepath.Dir(p.at), filepath.Base(p.at)+".*")
	if err != nil {
		return unwritable(flag, err)
	}
	return unwritable(flag, errors.Join(f.Close(), os.Remove(f.Name())))
}

func unwritable(flag string, err error) error {
	if err == nil {
		return nil
	}
	return usage(flag, "name a place that can be written", "%v", err)
}
