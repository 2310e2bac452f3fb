package cli

import (
	"path/filepath"
	"strings"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/internal/corpus"
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
					patterns[i] = corpus.Literal(dir) + "/" + strings.TrimPrefix(p, "./")
				}
			}
		}
	}
}
