package scaling

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/stat/distuv"

	"github.com/ziplaw/ziplaw"
)

// lackOfFit compares the law's distance from the means of repeats with the repeats' own spread (the lack-of-fit F test; Draper
// and Smith, Applied Regression Analysis, section 2.1). It is nil where no N and D is repeated, or where there aren't more
// different ones than free parameters.
func (f *fitter) lackOfFit() *ziplaw.LackOfFit {
	repeats := map[string][]int{}
	var order []string
	for i, p := range f.points {
		key := fmt.Sprint(p.N, " ", p.D)
		if repeats[key] == nil {
			order = append(order, key)
		}
		repeats[key] = append(repeats[key], i)
	}
	free := len(f.problem.unknown)
	if len(order) <= free || len(order) == len(f.points) {
		return nil
	}
	var pure, about float64
	for _, key := range order {
		var mean float64
		for _, i := range repeats[key] {
			mean += Residual(f.fit, f.points[i]) / float64(len(repeats[key]))
		}
		about += float64(float64(len(repeats[key])) * mean * mean)
		for _, i := range repeats[key] {
			r := Residual(f.fit, f.points[i]) - mean
			pure += float64(r * r)
		}
	}
	df := [2]int{len(order) - free, len(f.points) - len(order)}
	if pure == 0 {
		return nil
	}
	l := &ziplaw.LackOfFit{DF: df, F: about / float64(df[0]) / (pure / float64(df[1]))}
	l.PValue = distuv.F{D1: float64(df[0]), D2: float64(df[1])}.Survival(l.F)
	l.PureSD, l.ResidualSD = math.Sqrt(pure/float64(df[1])), f.fit.ResidualSD
	return l
}
