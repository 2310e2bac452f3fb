package regression

import (
	"fmt"
	"math"

	"github.com/ziplaw/ziplaw/analysis/scaling"
)

// Set is a data set's runs with a measure of the data, such as its compressibility H.
type Set struct {
	Name   string
	H      float64
	Points []scaling.Point
}

// checkSets refuses what no law over data sets can be fitted to.
func checkSets(sets []Set) error {
	if len(sets) < 2 {
		return fmt.Errorf("joint fit: %d data sets; a law over data takes at least 2", len(sets))
	}
	for _, s := range sets {
		if math.IsNaN(s.H) || math.IsInf(s.H, 0) {
			return fmt.Errorf("joint fit: data set %s has the measure %v", s.Name, s.H)
		}
		if len(s.Points) == 0 {
			return fmt.Errorf("joint fit: data set %s has no runs", s.Name)
		}
		for i, p := range s.Points {
			for _, v := range []float64{p.N, p.D, p.L} {
				if !(v > 0) || math.IsInf(v, 0) {
					return fmt.Errorf("joint fit: data set %s, run %d: N, D and L are %v, %v and %v, not all positive numbers", s.Name, i+1, p.N, p.D, p.L)
				}
			}
		}
	}
	return nil
}

// pool are the runs of all sets.
func pool(sets []Set) []scaling.Point {
	var all []scaling.Point
	for _, s := range sets {
		all = append(all, s.Points...)
	}
	return all
}

// rangeOf is the least and the greatest measure of sets.
func rangeOf(sets []Set) (low, high float64) {
	low, high = math.Inf(1), math.Inf(-1)
	for _, s := range sets {
		low, high = min(low, s.H), max(high, s.H)
	}
	return low, high
}
