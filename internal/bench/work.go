package bench

import (
	"context"
	"slices"
	"strings"
	"time"
)

// Work is a kind of work with its cases.
type Work struct {
	Name  string
	cases func(Options, *Python) []Case
}

// Works are all that need no servers, in the order in which they run.
var Works = []Work{{"matmul", matmulCases}, {"train", trainCases}, {"sample", sampleCases}, {"measure", measureCases}, {"fit", fitCases}}

// Find is the work of a name.
func Find(name string) (Work, bool) {
	i := slices.IndexFunc(Works, func(w Work) bool { return w.Name == name })
	if i < 0 {
		return Work{}, false
	}
	return Works[i], true
}

// Run measures the work's cases and gives each row as it comes.
func (w Work) Run(ctx context.Context, o Options, p *Python, each func(Row)) error {
	return Run(ctx, w.cases(o, p), o, each)
}

// Run measures those of some cases that the options want, and gives each row as it comes.
func Run(ctx context.Context, cases []Case, o Options, each func(Row)) error {
	cases = slices.DeleteFunc(cases, func(c Case) bool { return !strings.Contains(c.Work, o.Only) })
	for _, c := range cases {
		row, err := Runner{Rounds: o.Rounds}.Run(ctx, c, o.Time/time.Duration(len(cases)))
		if err != nil {
			return err
		}
		each(row)
	}
	return nil
}
