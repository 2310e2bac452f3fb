package study

import (
	"slices"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/internal/corpus"
)

// anchor makes a spec's patterns of files and paths of grammars absolute: they are relative to the spec's folder, which workers
// don't know. Then patterns are in their normal order, and none is there twice.
func anchor(s *ziplaw.Study, dir string) {
	for _, d := range s.Datasets {
		if d.Grammar != nil && d.Grammar.File != "" {
			d.Grammar.File = corpus.AnchorPath(dir, d.Grammar.File)
		}
		if d.Files == nil {
			continue
		}
		d.Files.Include = anchored(d.Files.Include, dir, corpus.AnchorInclude)
		d.Files.Exclude = anchored(d.Files.Exclude, dir, corpus.AnchorExclude)
	}
}

func anchored(patterns []string, dir string, one func(dir, pattern string) string) []string {
	all := make([]string, len(patterns))
	for i, p := range patterns {
		all[i] = one(dir, p)
	}
	slices.Sort(all)
	return slices.Compact(all)
}
