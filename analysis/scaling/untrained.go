package scaling

import (
	"context"
	"fmt"
	"math"

	"github.com/ziplaw/ziplaw"
)

// floorShare is the share of ln V, the loss of equal probabilities for V ids, above which a run counts as one that learned
// nothing. It is a rule of ours: untrained models start a little above ln V, and the first thing that they learn, the tokens'
// frequencies, takes most losses below it.
const floorShare = 0.95

// untrained tells whether a run's loss shows that it learned nothing. Nobody knows where the vocabulary isn't known.
func untrained(p Point) bool {
	return p.Vocabulary > 1 && p.L >= floorShare*math.Log(float64(p.Vocabulary))
}

// split parts the runs into those that learned something and those that didn't.
func split(points []Point) (trained, not []Point) {
	for i, p := range points {
		p.Name = name(p, i)
		if untrained(p) {
			not = append(not, p)
		} else {
			trained = append(trained, p)
		}
	}
	return trained, not
}

// bothWays is the law with and without the runs that learned nothing; nil where there are none.
func bothWays(ctx context.Context, points []Point, o ziplaw.FitOptions) (*ziplaw.UntrainedCells, error) {
	trained, not := split(points)
	if len(not) == 0 {
		return nil, nil
	}
	u := &ziplaw.UntrainedCells{Rule: fmt.Sprintf("L >= %g ln V", floorShare)}
	for _, p := range not {
		u.Cells = append(u.Cells, p.Name)
	}
	with, err := Law(ctx, points, o)
	if err != nil {
		return nil, err
	}
	u.With = at(with, o.Delta)
	without, err := Law(ctx, trained, o)
	if err == nil {
		law := at(without, o.Delta)
		u.Without = &law
	}
	return u, ctx.Err() // too few runs may be left: then there is no law without
}
