package law

import (
	"fmt"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/analysis/scaling"
	"github.com/ziplaw/ziplaw/internal/cli/console"
	"github.com/ziplaw/ziplaw/internal/runs"
)

// exclude leaves out the runs that one of the conditions holds for, with the first such as the reason.
func exclude(points []scaling.Point, texts []string) (kept []scaling.Point, excluded []ziplaw.Excluded, err error) {
	conditions := make([]runs.Condition, len(texts))
	for i, text := range texts {
		if conditions[i], err = runs.ParseCondition(text); err != nil {
			return nil, nil, console.Usage("--exclude", "such as D<2e6, L>=10, C<1e15 or row=17", "%v", err)
		}
	}
next:
	for i, p := range points {
		for _, c := range conditions {
			if c.Holds(p.N, p.D, p.L, p.Row) {
				name := p.Name
				if name == "" {
					name = fmt.Sprint(i + 1)
				}
				excluded = append(excluded, ziplaw.Excluded{Cell: name, Reason: c.Text})
				continue next
			}
		}
		kept = append(kept, p)
	}
	return kept, excluded, nil
}
