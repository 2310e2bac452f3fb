package report

import (
	"strconv"
	"strings"

	"github.com/ziplaw/ziplaw"
)

// footnotes numbers warnings by their first mention; equal warnings share a number.
type footnotes struct {
	notes []ziplaw.Warning
}

// marks are the numbers of warnings, such as "1,3".
func (f *footnotes) marks(warnings []ziplaw.Warning) string {
	var marks []string
	for _, w := range warnings {
		marks = append(marks, strconv.Itoa(f.number(w)))
	}
	return strings.Join(marks, ",")
}

func (f *footnotes) number(w ziplaw.Warning) int {
	for i, n := range f.notes {
		if n == w {
			return i + 1
		}
	}
	f.notes = append(f.notes, w)
	return len(f.notes)
}
