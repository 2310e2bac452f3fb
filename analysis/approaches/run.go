package approaches

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/ziplaw/ziplaw/analysis/scaling"
)

// run is a training run as the approaches see it.
type run struct {
	name      string
	n, d      float64 // parameters, tokens
	logN      float64
	compute   float64 // ln C, C = 6 N D floating-point operations
	loss      float64 // nats per token
	weight    float64 // relative, of the parabolas
	placement int     // in the table
}

// mostCompute bounds |ln C|, so that C is a number.
const mostCompute = 700

// runsOf are the runs in the order of their compute, then of their loss, or why one of them can't be used.
func runsOf(points []scaling.Point) ([]run, string) {
	runs := make([]run, len(points))
	for i, p := range points {
		r := run{name: p.Name, n: p.N, d: p.D, logN: math.Log(p.N), loss: p.L, weight: p.Weight, placement: i}
		if r.name == "" {
			r.name = fmt.Sprint(i + 1)
		}
		if p.Weight == 0 {
			r.weight = 1
		}
		r.compute = math.Log(6) + r.logN + math.Log(p.D)
		for _, v := range []struct {
			name  string
			value float64
		}{{"N", p.N}, {"D", p.D}, {"L", p.L}, {"the weight", r.weight}} {
			if !(v.value > 0) || math.IsInf(v.value, 0) {
				return nil, fmt.Sprintf("run %s: %s is %v, not a positive number", r.name, v.name, v.value)
			}
		}
		if math.Abs(r.compute) > mostCompute {
			return nil, fmt.Sprintf("run %s: 6 N D is beyond what a number holds", r.name)
		}
		runs[i] = r
	}
	slices.SortFunc(runs, func(a, b run) int {
		return cmp.Or(cmp.Compare(a.compute, b.compute), cmp.Compare(a.loss, b.loss), cmp.Compare(a.placement, b.placement))
	})
	return runs, ""
}

// sameSize is the difference of ln N up to which two runs have one size: tables that were read off figures hold nearly equal
// ones, between which no parabola can be told.
const sameSize = 0.01

// sizes is the number of different N.
func sizes(runs []run) int {
	if len(runs) == 0 {
		return 0
	}
	logN := make([]float64, len(runs))
	for i, r := range runs {
		logN[i] = r.logN
	}
	slices.Sort(logN)
	count, first := 1, logN[0]
	for _, x := range logN {
		if x-first > sameSize {
			count, first = count+1, x
		}
	}
	return count
}
