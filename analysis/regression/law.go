package regression

import (
	"math"

	"gonum.org/v1/gonum/stat"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/internal/random"
)

// mostRefits bounds the resamples of data sets behind a law's covariance: each is a fit of all runs.
const mostRefits = 200

// law is the law of a model, with the covariance of its terms over resamples of the data sets.
func (c *comparison) law(measure string, r ziplaw.Joint, m model) (ziplaw.Law, error) {
	l := ziplaw.Law{
		Version: ziplaw.LawVersion, Count: c.options.Count, Measure: measure, H: [2]float64{c.frame.low, c.frame.high},
		Terms: m.joint.terms(m.all.x), Warnings: r.Warnings,
		Source: ziplaw.LawSource{Kind: "joint", DataSets: r.DataSets, Depends: m.form.depends()},
	}
	for _, scored := range r.Models {
		if scored.Name == m.name {
			l.Source.HeldOut = &scored.HeldOut
		}
	}
	l.Source.Constant = &r.Models[0].HeldOut
	l.N, l.D = ranges(c.sets)
	l.ResidualSD = m.spread(c.sets)
	refits := make([]map[string]ziplaw.Term, min(c.options.Resamples, mostRefits))
	err := each(c.ctx, len(refits), func(i int) {
		draw := random.At(uint64(c.options.Seed), "data sets of a law", uint64(i))
		sets := make([]Set, len(c.sets))
		for s := range sets {
			sets[s] = c.sets[draw.Bounded(uint64(len(sets)))]
		}
		j := newJoint(sets, m.form, c.frame, c.delta())
		refits[i] = j.terms(j.fit(c.ctx, m.all.x).x)
	})
	if len(c.sets) > 2 {
		l.Covariance = covariance(refits)
	}
	return l, err
}

// ranges are the least and greatest N and D of all runs.
func ranges(sets []Set) (n, d [2]float64) {
	n, d = [2]float64{math.Inf(1), 0}, [2]float64{math.Inf(1), 0}
	for _, p := range pool(sets) {
		n = [2]float64{min(n[0], p.N), max(n[1], p.N)}
		d = [2]float64{min(d[0], p.D), max(d[1], p.D)}
	}
	return n, d
}

// spread is the root mean square of the residuals of ln L.
func (m model) spread(sets []Set) float64 {
	var sum float64
	var n int
	for _, s := range sets {
		for _, r := range m.joint.sizes(m.all.x, s) {
			sum += float64(r * r)
			n++
		}
	}
	return math.Sqrt(sum / float64(n))
}

// covariance is that of the terms over refits, each term's slope and then its intercept.
func covariance(refits []map[string]ziplaw.Term) [][]float64 {
	var columns [][]float64
	for _, name := range ziplaw.Terms {
		slopes, intercepts := make([]float64, len(refits)), make([]float64, len(refits))
		for i, terms := range refits {
			slopes[i], intercepts[i] = terms[name].Slope, terms[name].Intercept
		}
		columns = append(columns, slopes, intercepts)
	}
	matrix := make([][]float64, len(columns))
	for i := range columns {
		matrix[i] = make([]float64, len(columns))
		for j := range columns {
			matrix[i][j] = stat.Covariance(columns[i], columns[j], nil)
		}
	}
	return matrix
}
