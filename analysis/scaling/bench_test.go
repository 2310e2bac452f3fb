package scaling

import (
	"testing"
)

// table is 240 runs of as many different D, whose powers are computed for each.
func table() []Point {
	points := simulate(Chinchilla, 12, 20, .02)
	for i := range points {
		points[i].D *= 1 + float64(i)/1000
	}
	return points
}

func BenchmarkStarts(b *testing.B) {
	p := newProblem(table(), options)
	for b.Loop() {
		if _, err := search(b.Context(), p, starts("hoffmann")); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkProjection(b *testing.B) {
	p := newProblem(table(), options)
	for b.Loop() {
		if _, err := project(b.Context(), p); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkResamples(b *testing.B) {
	points := table()
	p := newProblem(points, options)
	best, err := project(b.Context(), p)
	if err != nil {
		b.Fatal(err)
	}
	o := options
	o.Resamples = 4000
	for b.Loop() {
		if _, err := p.resample(b.Context(), []solution{best}, single(len(points)), o); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkFit(b *testing.B) {
	points := table()
	o := options
	o.Resamples = 1000
	for b.Loop() {
		if _, _, err := Fit(b.Context(), points, o); err != nil {
			b.Fatal(err)
		}
	}
}
