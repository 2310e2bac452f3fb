package analysis

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/ziplaw/ziplaw"
)

// TestSizesMeasureAsDocuments: what is counted has the statistics that its documents have one by one, and nearly the same interval.
func TestSizesMeasureAsDocuments(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	f := ziplaw.FitOptions{Level: .9, Resamples: 1000, Seed: 1}
	for _, n := range []int{1, 2, 7, 3000} {
		var (
			parts [2]Sizes
			h     []float64
		)
		for i := range n {
			compressed := 300 + int(40*r.NormFloat64())
			parts[i%2].Add(1000, compressed)
			h = append(h, float64(compressed)/1000)
		}
		parts[0].Merge(parts[1])
		for _, statistic := range []string{"median", "mean"} {
			got, want := parts[0].Measure(statistic, f), MeasureOf(h, statistic, f)
			for _, v := range [][2]float64{{got.Value, want.Value}, {got.Median, want.Median}, {got.Mean, want.Mean}, {got.SD, want.SD}} {
				if math.Abs(v[0]-v[1]) > 1e-12 {
					t.Errorf("%d documents, %s: %+v, want %+v", n, statistic, got, want)
				}
			}
			if width := want.High - want.Low; math.Abs(got.Low-want.Low) > 0.25*width+1e-12 || math.Abs(got.High-want.High) > 0.25*width+1e-12 {
				t.Errorf("%d documents, %s: interval [%v, %v], want [%v, %v]", n, statistic, got.Low, got.High, want.Low, want.High)
			}
		}
	}
}
