package console

import (
	"errors"
	"os"
	"path/filepath"
)

// Path is a flag: a file or folder. It is found from where the program was started: the S3 server changes the working directory.
type Path struct {
	Given string // as the user wrote it
	At    string // absolute; empty where nobody gave one
}

func (p *Path) String() string { return p.Given }

// Set takes a path from where the program was started.
func (p *Path) Set(text string) (err error) {
	p.Given = text
	p.At, err = Absolute(text)
	return err
}

// Type is shown in help.
func (p *Path) Type() string { return "path" }

// Write replaces the file that a flag names as a whole.
func (p *Path) Write(flag string, b []byte) error {
	return unwritable(flag, WriteFile(p.At, b))
}

// Writable says before long work whether the folder of the file that a flag names can be written.
func (p *Path) Writable(flag string) error {
	f, err := os.CreateTemp(filepath.Dir(p.At), filepath.Base(p.At)+".*")
	if err != nil {
		return unwritable(flag, err)
	}
	return unwritable(flag, errors.Join(f.Close(), os.Remove(f.Name())))
}

func unwritable(flag string, err error) error {
	if err == nil {
		return nil
	}
	return Usage(flag, "name a place that can be written", "%v", err)
}
