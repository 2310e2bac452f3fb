package corpus

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/ziplaw/ziplaw/internal/content"
)

// Access says which files may be read. The zero Access is all that the process's user may read.
type Access struct {
	// Restricted allows the folders alone, and no environment variable but ${GOROOT} in patterns and paths.
	Restricted bool
	Folders    []string // absolute
}

// NotAllowedError names a path or a variable that a worker's owner hasn't allowed.
type NotAllowedError struct{ What string }

func (e *NotAllowedError) Error() string {
	return e.What + " isn't allowed by this worker (its owner may allow folders: ziplaw worker --allow-files DIR)"
}

// Check refuses a path that lies in no allowed folder, wherever its links lead. Whether it exists makes no difference.
func (a Access) Check(path string) error {
	if !a.Restricted {
		return nil
	}
	for _, folder := range a.Folders {
		if within(resolved(folder), resolved(path)) {
			return nil
		}
	}
	return &NotAllowedError{What: content.Quoted(path)}
}

// variable refuses a variable of the worker's environment, which may hold anything.
func (a Access) variable(name string) error {
	if !a.Restricted || name == "GOROOT" {
		return nil
	}
	return &NotAllowedError{What: fmt.Sprintf("the variable ${%s}", name)}
}

// resolved is a path without links, as far as it exists.
func resolved(path string) string {
	rest := ""
	for dir := filepath.Clean(path); ; dir = filepath.Dir(dir) {
		if real, err := filepath.EvalSymlinks(dir); err == nil {
			return filepath.Join(real, rest)
		}
		if dir == filepath.Dir(dir) {
			return filepath.Clean(path)
		}
		rest = filepath.Join(filepath.Base(dir), rest)
	}
}

// within says whether a path is a folder or lies below it.
func within(folder, path string) bool {
	inside, err := filepath.Rel(folder, path)
	return err == nil && inside != ".." && !strings.HasPrefix(inside, ".."+string(filepath.Separator))
}

// AllowedFolders checks folders that somebody allows: they are absolute and there.
func AllowedFolders(folders []string) (Access, error) {
	a := Access{Restricted: true, Folders: slices.Clone(folders)}
	for _, folder := range folders {
		if !filepath.IsAbs(folder) {
			return a, errors.New(content.Quoted(folder) + " is no absolute path")
		}
		if _, err := filepath.EvalSymlinks(folder); err != nil {
			return a, unreadable(folder, err)
		}
	}
	return a, nil
}
