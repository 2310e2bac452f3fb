package law

import (
	"context"
	"fmt"
	"io"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/analysis/allocation"
	"github.com/ziplaw/ziplaw/analysis/regression"
	"github.com/ziplaw/ziplaw/internal/cli/console"
)

// frontierJSON is a point of a law's compute-optimal frontier.
type frontierJSON struct {
	Count     string                `json:"count"` // what N counts
	H         float64               `json:"h"`
	C         float64               `json:"c"`
	Exponent  *float64              `json:"exponent"` // of N_opt in C
	NOpt      float64               `json:"n_opt"`
	DOpt      float64               `json:"d_opt"`
	Intervals map[string][2]float64 `json:"intervals"`
}

// frontiers are a law's optima at its least, middle and greatest measure, each at the runs' largest compute and far beyond. Where
// the law has no frontier there are none.
func frontiers(l ziplaw.Law, largest float64, o ziplaw.FitOptions) []frontierJSON {
	list := []frontierJSON{}
	hs := []float64{l.H[0], (l.H[0] + l.H[1]) / 2, l.H[1]}
	if len(l.Source.Depends) == 0 {
		hs = hs[1:2]
	}
	for _, h := range hs {
		for _, c := range []float64{largest, 1e18, 1e21, 1e24} {
			p, err := allocation.Predict(l, allocation.Question{H: h, C: c, Epsilon: 1, Level: o.Level, Draws: o.Resamples, Seed: o.Seed})
			if err == nil && c >= largest {
				list = append(list, frontierJSON{Count: l.Count, H: h, C: c, Exponent: p.Exponent, NOpt: p.NOpt, DOpt: p.DOpt, Intervals: p.Intervals})
			}
		}
	}
	return list
}

// otherCount is the law of a study where N counts the other way; nil for a table, which counts one way only.
func (s measuredSets) otherCount(ctx context.Context, o ziplaw.FitOptions) (*ziplaw.Law, error) {
	if s.count == nil {
		return nil, nil
	}
	o.Count = map[string]string{"all": "non_embedding", "non_embedding": "all"}[o.Count]
	sets, err := s.count(s.sets, o)
	if err != nil {
		return nil, err
	}
	_, law, err := regression.Compare(ctx, s.measure, sets, nil, o)
	return &law, err
}

func frontierText(w io.Writer, list []frontierJSON, measure string) error {
	if len(list) == 0 {
		return nil
	}
	fmt.Fprintln(w, "\nCompute-optimal allocations of the law; a small study's frontier far from its runs is an extrapolation:")
	rows := [][]string{{"N COUNTS", measure, "C", "N_opt", "", "D_opt", "", "EXPONENT"}}
	for _, f := range list {
		of := ziplaw.Prediction{Intervals: f.Intervals}
		exponent := "-"
		if f.Exponent != nil {
			exponent = fmt.Sprintf("%.3f", *f.Exponent)
		}
		rows = append(rows, []string{f.Count, fmt.Sprintf("%.3g", f.H), fmt.Sprintf("%.3g", f.C), fmt.Sprintf("%.3g", f.NOpt), interval(of, "n_opt"), fmt.Sprintf("%.3g", f.DOpt), interval(of, "d_opt"), exponent})
	}
	return console.Table(w, rows)
}
