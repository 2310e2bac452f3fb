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
func list(ctx context.Context, include, exclude []string) ([]File, error) {
	excluded, err := expandAll(ctx, exclude)
	if err != nil {
		return nil, err
	}
	for i := range excluded {
		excluded[i] = strings.TrimPrefix(excluded[i], "./")
	}
	included, err := expandAll(ctx, include)
	if err != nil {
		return nil, err
	}
	l := lister{excluded: excluded, seen: map[string]bool{}}
	for i, pattern := range included {
		w := newWalk(ctx, &l, i, pattern)
		if err := w.run(); err != nil {
			return nil, err
		}
		if w.matches == 0 {
			return nil, &NoMatchError{Pattern: include[i], Folder: w.folder}
		}
	}
	slices.SortFunc(l.files, func(a, b File) int {
		return cmp.Or(strings.Compare(a.Name, b.Name), cmp.Compare(a.pattern, b.pattern))
	})
	return l.files, nil
}

// lister gathers files from several patterns.
type lister struct {
	excluded []string
	seen     map[string]bool // by path: a file that two patterns name is the first's
	files    []File
}

// excludes says whether a path matches an exclude pattern, as a whole or below
// the include pattern's folder.
func (l *lister) excludes(path, name string) bool {
	return slices.ContainsFunc(l.excluded, func(pattern string) bool {
		return doublestar.MatchUnvalidated(pattern, path) || doublestar.MatchUnvalidated(pattern, name)
	})
}

// prunes says whether everything below a folder is excluded.
func (l *lister) prunes(path, name string) bool {
	return slices.ContainsFunc(l.excluded, func(pattern string) bool {
		return strings.HasSuffix(pattern, "/**") &&
			(doublestar.MatchUnvalidated(pattern, path+"/x") || doublestar.MatchUnvalidated(pattern, name+"/x"))
	})
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
	root, err := filepath.EvalSymlinks(filepath.FromSlash(w.base))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return unreadable(w.base, err)
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
		if entry != nil && w.prunes(w.under(name), name) {
			return fs.SkipDir
		}
		return unreadable(path, err)
	}
	matches := doublestar.MatchUnvalidated(w.pattern, name)
	if entry.IsDir() {
		w.folder = w.folder || matches
		if w.depth >= 0 && strings.Count(name, "/") >= w.depth || w.prunes(w.under(name), name) {
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
	if info.Mode().IsRegular() {
		w.add(path, name, info.Size())
	}
	return nil
}

// under is the path of a name as the pattern writes it.
func (w *walk) under(name string) string { return pathpkg.Join(w.base, name) }

func (w *walk) add(path, name string, size int64) {
	w.matches++
	if w.excludes(w.under(name), name) || w.seen[path] {
		return
	}
	w.seen[path] = true
	w.files = append(w.files, File{Name: name, Size: size, path: path, pattern: w.number})
}

// linkError reports a link that leads nowhere, unless it is excluded.
func (w *walk) linkError(path, name string, err error) error {
	if w.excludes(w.under(name), name) {
		return nil
	}
	return unreadable(path, err)
}
