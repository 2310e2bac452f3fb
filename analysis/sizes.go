package analysis

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/stat/distuv"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/internal/random"
)

// Sizes are the sizes of any number of documents, in memory for those that differ: documents of one length have few sizes.
type Sizes struct {
	counts          map[[2]int]int64
	N               int64
	Raw, Compressed int64 // bytes of all
}

// Add counts a document by its bytes and gzip's.
func (s *Sizes) Add(raw, compressed int) { s.add([2]int{raw, compressed}, 1) }

func (s *Sizes) add(size [2]int, n int64) {
	if s.counts == nil {
		s.counts = map[[2]int]int64{}
	}
	s.counts[size] += n
	s.N += n
	s.Raw += n * int64(size[0])
	s.Compressed += n * int64(size[1])
}

// Merge adds the documents of another.
func (s *Sizes) Merge(o Sizes) {
	for size, n := range o.counts {
		s.add(size, n)
	}
}

// Weighted is a value of H and how many documents have it.
type Weighted struct {
	H float64
	N int64
}

// Values are the documents' values of H, ascending.
func (s *Sizes) Values() []Weighted {
	values := make([]Weighted, 0, len(s.counts))
	for size, n := range s.counts {
		values = append(values, Weighted{float64(size[1]) / float64(size[0]), n})
	}
	slices.SortFunc(values, func(a, b Weighted) int { return cmp.Compare(a.H, b.H) })
	merged := values[:0]
	for _, v := range values {
		if last := len(merged) - 1; last >= 0 && merged[last].H == v.H {
			merged[last].N += v.N
		} else {
			merged = append(merged, v)
		}
	}
	return merged
}

// Measure sums up H as MeasureOf does, with the same bootstrap: a resample of n documents is a multinomial draw of how many
// have each value.
func (s *Sizes) Measure(statistic string, f ziplaw.FitOptions) ziplaw.Measure {
	values := s.Values()
	m := ziplaw.Measure{N: int(s.N), Median: medianOf(values, s.N), Mean: meanOf(values, s.N), Level: f.Level}
	if s.N > 1 {
		var sum float64
		for _, v := range values {
			sum += float64(float64(v.N) * (v.H - m.Mean) * (v.H - m.Mean))
		}
		m.SD = math.Sqrt(sum / float64(s.N-1))
	}
	of := medianOf
	m.Value = m.Median
	if statistic == "mean" {
		m.Value, of = m.Mean, meanOf
	}
	found := make([]float64, f.Resamples)
	for r := range found {
		found[r] = of(resampled(values, s.N, random.At(uint64(f.Seed), "bootstrap of H, counted", uint64(r))), s.N)
	}
	in := Interval(found, f.Level)
	m.Low, m.High = in[0], in[1]
	return m
}

// resampled draws n documents with replacement.
func resampled(values []Weighted, n int64, s random.Stream) []Weighted {
	from := rand.Source(&s)
	drawn, left := slices.Clone(values), n
	for i, v := range values {
		drawn[i].N = min(left, int64(distuv.Binomial{N: float64(left), P: min(1, float64(v.N)/float64(n)), Src: from}.Rand()))
		left -= drawn[i].N
		n -= v.N
	}
	return drawn
}

// medianOf is the mean of the middle two where n is even.
func medianOf(values []Weighted, n int64) float64 { return (at(values, (n-1)/2) + at(values, n/2)) / 2 }

// at is the value at a place in ascending order.
func at(values []Weighted, place int64) float64 {
	for _, v := range values {
		if place -= v.N; place < 0 {
			return v.H
		}
	}
	return math.NaN()
}

func meanOf(values []Weighted, n int64) float64 {
	var sum float64
	for _, v := range values {
		sum += float64(float64(v.N) * v.H)
	}
	return sum / float64(n)
}
