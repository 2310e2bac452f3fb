package scaling

import (
	"math"

	"github.com/ziplaw/ziplaw"
)

// deltas fits the law at other deltas of the Huber loss, and with squares of log L (delta 0 in the result).
func (f *fitter) deltas() ([]ziplaw.LawAt, error) {
	if f.options.Loss == "mse" {
		return nil, nil
	}
	grid := []float64{1e-4, 1e-3, 1e-2, 1e-1, math.Inf(1)}
	laws := make([]ziplaw.LawAt, len(grid))
	err := parallel(f.ctx, f.problem, len(grid), func(p *problem, i int) {
		p.delta = grid[i]
		s := p.descend(f.ctx, f.best.u)
		for _, other := range f.others {
			if next := p.descend(f.ctx, other.u); next.value < s.value {
				s = next
			}
		}
		laws[i] = at(p.curve.law(s, p.delta), p.delta)
	})
	return laws, err
}
