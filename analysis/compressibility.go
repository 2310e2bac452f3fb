package analysis

import (
	"math"
	"runtime"

	"golang.org/x/sync/errgroup"
	"gonum.org/v1/gonum/stat"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/internal/random"
)

// Compressibility is H over documents of token ids: for each, gzip's bytes over 4 bytes a token, padding out. The
// interval is of the study's statistic, by the bootstrap over documents. It also returns H of each document that has a
// token.
func Compressibility(docs [][]int32, c ziplaw.Compressibility, f ziplaw.FitOptions) (ziplaw.Measure, []float64, error) {
	h, err := perDocument(docs, c.Level)
	if err != nil || len(h) == 0 {
		return ziplaw.Measure{}, nil, err
	}
	return MeasureOf(h, c.Statistic, f), h, nil
}

// MeasureOf sums up H of documents, with the interval of the statistic, median or mean, by the bootstrap over documents.
func MeasureOf(h []float64, statistic string, f ziplaw.FitOptions) ziplaw.Measure {
	m := ziplaw.Measure{Median: Median(h), Mean: stat.Mean(h, nil), N: len(h), Level: f.Level}
	if len(h) > 1 {
		m.SD = stat.StdDev(h, nil)
	}
	of := Median
	m.Value = m.Median
	if statistic == "mean" {
		of = func(x []float64) float64 { return stat.Mean(x, nil) }
		m.Value = m.Mean
	}
	m.Low, m.High = bootstrap(h, of, f)
	return m
}

// perDocument measures documents on all cores.
func perDocument(docs [][]int32, level int) ([]float64, error) {
	h := make([]float64, len(docs))
	var g errgroup.Group
	parts := runtime.GOMAXPROCS(0)
	for part := range parts {
		g.Go(func() error {
			c, err := NewCompressor(level)
			if err != nil {
				return err
			}
			for i := part * len(docs) / parts; i < (part+1)*len(docs)/parts; i++ {
				raw, compressed := c.Tokens(docs[i])
				h[i] = float64(compressed) / float64(raw)
			}
			return nil
		})
	}
	err := g.Wait()
	some := h[:0]
	for _, x := range h {
		if !math.IsInf(x, 0) { // of a document without tokens
			some = append(some, x)
		}
	}
	return some, err
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
