package corpus

import (
	"cmp"
	"context"
	"errors"
	"io/fs"
	"os"
	pathpkg "path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/bmatcuk/doublestar/v4"
)

// list finds the files of the include patterns without those of the exclude
// patterns, each once, in the order of a Summary.
func list(ctx context.Context, o Options) (*lister, error) {
	include, exclude := o.Include, o.Exclude
	everywhere := slices.Clone(exclude)
	for i, pattern := range everywhere {
		if anywhere(pattern) {
			everywhere[i] = "/" + pattern
		}
	}
	excluded, err := expandAll(ctx, everywhere, o.Access)
	if err != nil {
		return nil, err
	}
	included, err := expandAll(ctx, include, o.Access)
	if err != nil {
		return nil, err
	}
	l := &lister{seen: map[string]bool{}, skip: o.Skip, access: o.Access}
	for i, pattern := range excluded {
		l.excluded = append(l.excluded, &excluding{written: exclude[i], pattern: pattern})
	}
	for i, pattern := range included {
		w := newWalk(ctx, l, i, pattern)
		if err := w.run(); err != nil {
			return nil, err
		}
		if w.matches == 0 {
			return nil, &NoMatchError{Pattern: include[i], Folder: w.folder, Odd: w.strange}
		}
	}
	slices.SortFunc(l.files, func(a, b File) int {
		return cmp.Or(strings.Compare(a.Name, b.Name), cmp.Compare(a.pattern, b.pattern))
	})
	return l, nil
}

// lister gathers files from several patterns.
type lister struct {
	excluded []*excluding
	seen     map[string]bool // by path: a file that two patterns name is the first's
	files    []File
	links    []string // to folders, which aren't followed
	odd      []string // neither files nor folders
	skip     bool     // what can't be read
	access   Access
	skipped  []error
}

// unreadable is the error of a path that can't be read, or nil where it is skipped.
func (l *lister) unreadable(path string, err error) error {
	bad := unreadable(path, err)
	if !l.skip {
		return bad
	}
	l.skipped = append(l.skipped, bad)
	return nil
}

// excluding is an exclude pattern, and what it has left out.
type excluding struct {
	written, pattern string
	used             bool
	folder           bool // it matches a folder itself, and so nothing in it
}

// matches notes whether a path, as a pattern writes it or as links lead to it, is left out.
func (e *excluding) matches(paths ...string) bool {
	for _, path := range paths {
		if doublestar.MatchUnvalidated(e.pattern, path) {
			e.used = true
			return true
		}
	}
	return false
}

// excludes says whether a file matches an exclude pattern.
func (l *lister) excludes(paths ...string) bool {
	found := false
	for _, e := range l.excluded { // all of them, so that each knows whether it is of use
		found = e.matches(paths...) || found
	}
	return found
}

// anyName stands for whatever lies in a folder: no file has this name.
const anyName = "\x00"

// prunes says whether everything below a folder is excluded.
func (l *lister) prunes(paths ...string) bool {
	found := false
	for _, e := range l.excluded {
		for _, path := range paths {
			e.folder = e.folder || doublestar.MatchUnvalidated(e.pattern, path)
			if strings.HasSuffix(e.pattern, "/**") {
				found = e.matches(path+"/"+anyName) || found
			}
		}
	}
	return found
}

// unused are the exclude patterns that have left nothing out, as the user wrote them, with what would.
func (l *lister) unused() (all []Unused) {
	for _, e := range l.excluded {
		if !e.used {
			all = append(all, Unused{Pattern: e.written, Folder: e.folder})
		}
	}
	return all
}

// walk looks through one pattern's fixed folder. Links to files are followed;
// links to folders are not, so that a loop of links has no end to look for.
type walk struct {
	*lister
	ctx           context.Context
	number        int
	base, pattern string
	depth         int // of folders that can hold a match; -1 is any
	matches       int // excluded ones too
	folder        bool
	strange       bool // it matches what is neither a file nor a folder
}

func newWalk(ctx context.Context, l *lister, number int, pattern string) *walk {
	w := &walk{lister: l, ctx: ctx, number: number, depth: -1}
	w.base, w.pattern = doublestar.SplitPattern(pattern)
	if !strings.Contains(w.pattern, "**") {
		w.depth = strings.Count(w.pattern, "/")
	}
	return w
}

func (w *walk) run() error {
	if err := w.access.Check(filepath.FromSlash(w.base)); err != nil {
		return err
	}
	root, err := filepath.EvalSymlinks(filepath.FromSlash(w.base))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		w.matches++
		return w.unreadable(w.base, err)
	}
	return filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if w.ctx.Err() != nil {
			return w.ctx.Err()
		}
		name, relErr := filepath.Rel(root, path)
		if name = filepath.ToSlash(name); relErr != nil || name == "." && err == nil {
			return relErr
		}
		return w.visit(path, name, entry, err)
	})
}

// visit looks at one entry below the folder; err says that it couldn't be read.
func (w *walk) visit(path, name string, entry fs.DirEntry, err error) error {
	if err != nil {
		if entry != nil && w.prunes(w.under(name), path) {
			return fs.SkipDir
		}
		if err := w.unreadable(path, err); err != nil {
			return err
		}
		return fs.SkipDir
	}
	matches := doublestar.MatchUnvalidated(w.pattern, name)
	if entry.IsDir() {
		w.folder = w.folder || matches
		if w.prunes(w.under(name), path) || w.depth >= 0 && strings.Count(name, "/") >= w.depth || folderOfZiplaw(exists, path) {
			return fs.SkipDir
		}
		return nil
	}
	if !matches {
		return nil
	}
	info, err := os.Stat(path)
	if err != nil {
		return w.linkError(path, name, err)
	}
	switch {
	case info.Mode().IsRegular():
		return w.add(path, name, info.Size(), entry.Type()&fs.ModeSymlink != 0)
	case w.excludes(w.under(name), path):
	case info.IsDir(): // by a link
		w.links = append(w.links, path)
	default:
		w.strange = true
		w.odd = append(w.odd, path)
	}
	return nil
}

// under is the path of a name as the pattern writes it.
func (w *walk) under(name string) string { return pathpkg.Join(w.base, name) }

func (w *walk) add(path, name string, size int64, link bool) error {
	w.matches++
	if w.excludes(w.under(name), path) || w.seen[path] {
		return nil
	}
	if link {
		if err := w.access.Check(path); err != nil {
			return err
		}
	}
	w.seen[path] = true
	w.files = append(w.files, File{Name: name, Size: size, path: path, pattern: w.number})
	return nil
}

// linkError reports a link that leads nowhere, unless it is excluded.
func (w *walk) linkError(path, name string, err error) error {
	if w.excludes(w.under(name), path) {
		return nil
	}
	w.matches++
	return w.unreadable(path, err)
}

func exists(name string) bool {
	_, err := os.Lstat(name)
	return err == nil
}
