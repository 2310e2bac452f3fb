package scaling

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/ziplaw/ziplaw"
)

// TestFewRunsHaveNumbersOnly: whatever a small table holds, the result has no NaN and no infinity, which JSON can't say.
func TestFewRunsHaveNumbersOnly(t *testing.T) {
	r := rand.New(rand.NewPCG(11, 12))
	o := options
	o.Resamples, o.Starts = 5, "muennighoff"
	for i := range 24 {
		var points []Point
		for range 5 + r.IntN(5) {
			p := Point{N: math.Pow(2, float64(10+r.IntN(3))), D: math.Pow(2, float64(12+r.IntN(3))), L: 1 + float64(r.IntN(4))}
			points = append(points, p)
		}
		if i%3 == 0 { // no residual at all
			for j, p := range points {
				points[j].L = 2 + 10*math.Pow(p.N, -.5)
			}
		}
		o.Tie = nil
		if i%2 == 0 {
			o.Tie = []string{ziplaw.TieExponents}
		}
		o.Loss = []string{"huber", "mse", "mse_log"}[i%3]
		fit, d, err := Fit(t.Context(), points, o)
		if err != nil {
			continue
		}
		if _, err := json.Marshal(fit); err != nil {
			t.Errorf("%v: %+v: %v", points, fit, err)
		}
		if _, err := json.Marshal(d); err != nil {
			t.Fatalf("%v: %v\n%+v\n%+v\n%+v\n%+v", points, err, d, d.HoldOut, d.Product, d.LackOfFit)
		}
	}
}
