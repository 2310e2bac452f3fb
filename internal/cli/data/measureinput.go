package data

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/internal/cli/console"
	"github.com/ziplaw/ziplaw/internal/content"
	"github.com/ziplaw/ziplaw/internal/corpus"
	"github.com/ziplaw/ziplaw/internal/measure"
)

// measureInput is a data set to be measured.
type measureInput struct {
	name    string
	files   []measure.File
	bytes   int64 // of the files as they lie there; 0 is unknown
	notes   []string
	skipped []error
}

// measureInputs finds the files of all paths before any is read.
func (a *app) measureInputs(ctx context.Context, paths []string, f measureFlags) ([]measureInput, error) {
	var sets []measureInput
	for i, path := range paths {
		if path == stdin && slices.Contains(paths[:i], path) {
			return nil, console.Usage("PATH", "name it once", "standard input is named twice")
		}
		s, err := a.measureInput(ctx, path, f)
		if err != nil {
			return nil, err
		}
		sets = append(sets, s)
	}
	if !f.together || len(sets) == 1 {
		return sets, nil
	}
	all := measureInput{name: strings.Join(paths, " ")}
	for _, s := range sets {
		all.files, all.notes, all.skipped = append(all.files, s.files...), append(all.notes, s.notes...), append(all.skipped, s.skipped...)
		all.bytes += s.bytes
	}
	return []measureInput{all}, nil
}

// stdin is the name of standard input.
const stdin = "-"

func (a *app) measureInput(ctx context.Context, path string, f measureFlags) (s measureInput, err error) {
	s = measureInput{name: path}
	if path == stdin {
		s.files = []measure.File{{Name: "standard input", Stream: true, Open: func() (*content.Content, error) {
			return content.New("standard input", &untilDone{ctx: ctx, from: a.Stdin}, content.Options{}), nil
		}}}
		return s, nil
	}
	at, err := console.Absolute(path)
	if err != nil {
		return s, err
	}
	info, err := os.Stat(at)
	switch {
	case err == nil && info.IsDir():
		return s, s.find(ctx, corpus.Literal(at)+"/**", f)
	case err == nil:
		s.files, s.bytes = []measure.File{fileAt(path, at, info.Mode().Type() == fs.ModeNamedPipe)}, info.Size()
		return s, nil
	case errors.Is(err, fs.ErrNotExist) && strings.ContainsAny(path, "*?[{"):
		dir, err := console.Absolute(".")
		if err != nil {
			return s, err
		}
		return s, s.find(ctx, corpus.AnchorInclude(dir, filepath.ToSlash(path)), f)
	}
	return s, console.Usage("PATH", "name a file, a folder or a pattern of files", "%v", err)
}

func fileAt(name, at string, pipe bool) measure.File {
	return measure.File{Name: name, Stream: pipe, Open: func() (*content.Content, error) { return content.Open(at, content.Options{Pipes: pipe}) }}
}

// find takes the files that a pattern names, as a study's data set does.
func (s *measureInput) find(ctx context.Context, pattern string, f measureFlags) error {
	dir, err := console.Absolute(".")
	if err != nil {
		return err
	}
	o := corpus.Options{Include: []string{pattern}, Skip: f.onError == ziplaw.OnErrorSkip}
	for _, e := range f.exclude {
		o.Exclude = append(o.Exclude, corpus.AnchorExclude(dir, e))
	}
	found, err := corpus.Find(ctx, o)
	if err != nil {
		if ctx.Err() != nil {
			return err
		}
		return console.Usage("PATH", "name files that can be read, or skip others with --on-error skip", "%v", err)
	}
	for _, p := range found.Paths {
		s.files = append(s.files, fileAt(p, p, false))
	}
	s.bytes, s.skipped = found.Bytes, found.Skipped
	s.note("links to folders, which aren't followed", found.Links)
	s.note("pipes, sockets and devices, which are left out", found.Odd)
	for _, u := range found.Unused {
		s.notes = append(s.notes, fmt.Sprintf("the pattern %q of --exclude leaves nothing out", u.Pattern))
	}
	return nil
}

func (s *measureInput) note(what string, paths []string) {
	if n := len(paths); n > 0 {
		s.notes = append(s.notes, fmt.Sprintf("%s: %s%s", what, paths[0], console.AndMore(n-1)))
	}
}
