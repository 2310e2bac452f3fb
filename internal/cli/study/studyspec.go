package study

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/internal/cli/console"
	"github.com/ziplaw/ziplaw/internal/spec"
	"github.com/ziplaw/ziplaw/studies"
)

// readStudy reads a spec: a file in YAML or JSON, - for standard input, or the name of a ready study. Its patterns of
// files become absolute.
func (a *app) readStudy(arg string) (ziplaw.Study, error) {
	b, dir, err := a.readSpec(arg)
	if err != nil {
		return ziplaw.Study{}, err
	}
	s, err := spec.Parse(b)
	if err != nil {
		return s, err
	}
	if dir, err = console.Absolute(dir); err != nil {
		return s, fmt.Errorf("folder of spec %s: %w", arg, err)
	}
	anchor(&s, dir)
	return s, nil
}

// readSpec gives the text of a spec and the folder that it is relative to.
func (a *app) readSpec(arg string) (b []byte, dir string, err error) {
	if arg == "-" {
		if b, err = spec.Read(a.Stdin); err != nil {
			return nil, "", fmt.Errorf("read spec from standard input: %w", err)
		}
		return b, ".", nil
	}
	if b, err = readSpecFile(arg); err == nil || ziplaw.CodeOf(err) == ziplaw.CodeBadSpec {
		return b, filepath.Dir(arg), err
	}
	if ready, found := studies.Find(arg); found && errors.Is(err, fs.ErrNotExist) {
		return ready, ".", nil
	}
	return nil, "", console.Usage("SPEC", "a file, - for standard input, or a ready study: "+strings.Join(studies.Names(), ", "), "read spec: %v", err)
}

func readSpecFile(name string) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return spec.Read(f)
}
