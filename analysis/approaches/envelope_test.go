package approaches

import (
	"fmt"
	"testing"
)

func TestEnvelope(t *testing.T) {
	for name, test := range map[string]struct {
		logC, loss []float64
		want       string // ln C of the runs on it
	}{
		"falling":             {[]float64{40, 41, 42}, []float64{3, 2, 1}, "[40 41 42]"},
		"a worse one between": {[]float64{40, 41, 42}, []float64{3, 3.5, 1}, "[40 42]"},
		"equals":              {[]float64{40, 41, 42}, []float64{3, 3, 1}, "[40 42]"},
		"one budget":          {[]float64{40, 40, 40}, []float64{3, 2, 1}, "[40]"},
		"nearly one budget":   {[]float64{40, 41.02, 41.04, 41.06}, []float64{3, 2.5, 2.2, 2.1}, "[40 41.06]"},
		"rising":              {[]float64{40, 41, 42}, []float64{1, 2, 3}, "[40]"},
	} {
		var runs []run
		for i, c := range test.logC {
			runs = append(runs, run{compute: c, loss: test.loss[i]})
		}
		var on []float64
		for _, r := range envelope(runs, test.logC[0], Tolerance) {
			on = append(on, r.compute)
		}
		if got := fmt.Sprint(on); got != test.want {
			t.Errorf("%s: %s, want %s", name, got, test.want)
		}
	}
}
