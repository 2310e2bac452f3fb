package cli

import (
	"path/filepath"
	"strings"

	"github.com/ziplaw/ziplaw"
)

// anchor makes a spec's patterns of files absolute: they are relative to the spec's folder, which workers don't know.
func anchor(s *ziplaw.Study, dir string) {
	for _, d := range s.Datasets {
		if d.Files == nil {
			continue
		}
		for _, patterns := range [][]string{d.Files.Include, d.Files.Exclude} {
			for i, p := range patterns {
				if !filepath.IsAbs(p) && !strings.HasPrefix(p, "${") {
					patterns[i] = escape(filepath.ToSlash(dir)) + "/" + strings.TrimPrefix(p, "./")
				}
			}
		}
	}
}

// escape keeps the characters of a path from being wildcards.
func escape(path string) string {
	var text strings.Builder
	for _, r := range path {
		if strings.ContainsRune(`\*?[]{},!`, r) {
			text.WriteByte('\\')
		}
		text.WriteRune(r)
	}
	return text.String()
}
