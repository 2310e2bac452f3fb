// Package studies holds ready specs: quick, small, and the paper's main study in two readings. They are text, as a user
// would write it; package spec reads them.
package studies

import (
	"embed"
	"io/fs"
	"slices"
	"strings"
)

//go:embed *.yaml
var files embed.FS

// Names are the names of the ready specs, sorted.
func Names() []string {
	paths, err := fs.Glob(files, "*.yaml")
	if err != nil {
		return nil
	}
	for i, p := range paths {
		paths[i] = strings.TrimSuffix(p, ".yaml")
	}
	slices.Sort(paths) // a dot sorts after a hyphen
	return paths
}

// Find gives the text of a ready spec by its name.
func Find(name string) ([]byte, bool) {
	text, err := files.ReadFile(name + ".yaml")
	return text, err == nil
}
