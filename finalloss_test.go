package ziplaw

import (
	"math"
	"testing"
)

func TestFinalLoss(t *testing.T) {
	r := CellResult{Last: 1, MeanLast: 3, Validation: 1.5, N: 100, NBody: 40}
	losses := []float32{5, 4, 3, 2, 1}
	for _, c := range []struct {
		options FitOptions
		want    float64
	}{
		{FitOptions{}, 1.5}, {FitOptions{Final: "validation", K: 3}, 1.5}, {FitOptions{Final: "last"}, 1},
		{FitOptions{Final: "mean_last_k", K: 3}, 2}, {FitOptions{Final: "mean_last_k", K: 99}, 3},
	} {
		if got := c.options.FinalLoss(r, losses); got != c.want {
			t.Errorf("%+v takes %g, want %g", c.options, got, c.want)
		}
	}
	if got := (FitOptions{Final: "mean_last_k", K: 3}).FinalLoss(r, nil); !math.IsNaN(got) {
		t.Errorf("the mean of no losses is %g", got)
	}
	if all, body := (FitOptions{}).Size(r), (FitOptions{Count: "non_embedding"}).Size(r); all != 100 || body != 40 {
		t.Errorf("sizes %d and %d", all, body)
	}
}
