package analysis

import (
	"gonum.org/v1/gonum/stat"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/internal/random"
)

// Compressibility is H over documents of token ids: for each, gzip's bytes over 4 bytes a token, padding out. The
// interval is of the study's statistic, by the bootstrap over documents. It also returns H of each document.
func Compressibility(docs [][]int32, c ziplaw.Compressibility, f ziplaw.FitOptions) (ziplaw.Measure, []float64, error) {
	h, err := perDocument(docs, c.Level)
	if err != nil || len(h) == 0 {
		return ziplaw.Measure{}, nil, err
	}
	m := ziplaw.Measure{Median: Median(h), Mean: stat.Mean(h, nil), N: len(h), Level: f.Level}
	if len(h) > 1 {
		m.SD = stat.StdDev(h, nil)
	}
	statistic := Median
	m.Value = m.Median
	if c.Statistic == "mean" {
		statistic = func(x []float64) float64 { return stat.Mean(x, nil) }
		m.Value = m.Mean
	}
	m.Low, m.High = bootstrap(h, statistic, f)
	return m, h, nil
}

func perDocument(docs [][]int32, level int) ([]float64, error) {
	d, err := newDeflater(level)
	if err != nil {
		return nil, err
	}
	defer d.close()
	h := make([]float64, 0, len(docs))
	var raw []byte
	for _, doc := range docs {
		if len(doc) == 0 {
			continue
		}
		raw = TokenBytes(raw[:0], doc)
		n, err := d.size(raw)
		if err != nil {
			return nil, err
		}
		h = append(h, float64(n)/float64(len(raw)))
	}
	return h, nil
}

// bootstrap is the percentile interval of a statistic over resamples of x.
func bootstrap(x []float64, statistic func([]float64) float64, f ziplaw.FitOptions) (low, high float64) {
	values := make([]float64, f.Resamples)
	sample := make([]float64, len(x))
	for r := range values {
		s := random.At(uint64(f.Seed), "bootstrap of H", uint64(r))
		for i := range sample {
			sample[i] = x[s.Bounded(uint64(len(x)))]
		}
		values[r] = statistic(sample)
	}
	in := Interval(values, f.Level)
	return in[0], in[1]
}
