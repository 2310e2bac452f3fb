package regression

import (
	"slices"
	"strings"

	"github.com/ziplaw/ziplaw"
)

// Unknowns of a joint law. A0 = A N0^-alpha and B0 = B D0^-beta are the terms at the centre of the runs, in nats.
const (
	atA = iota
	atB
	atAlpha
	atBeta
	atE
	terms
)

// form says of each term whether it is linear in the measure; else it is constant.
type form [terms]bool

// forms are the ways of dependence that are compared. The first is none.
var forms = []struct {
	name string
	form form
}{
	{"none", form{}},
	{"E", form{atE: true}},
	{"lnA", form{atA: true}},
	{"lnB", form{atB: true}},
	{"alpha", form{atAlpha: true}},
	{"beta", form{atBeta: true}},
	{"alpha, beta", form{atAlpha: true, atBeta: true}},
	{"lnA, lnB", form{atA: true, atB: true}},
	{"all", form{true, true, true, true, true}},
}

// depends are the names of the linear terms.
func (f form) depends() []string {
	names := []string{}
	for i, name := range ziplaw.Terms {
		if f[i] {
			names = append(names, name)
		}
	}
	return names
}

// FormNames are the names of the ways in which a joint law may depend on a measure.
func FormNames() []string {
	var names []string
	for _, f := range forms {
		names = append(names, f.name)
	}
	return names
}

// formOf is the form of a name, or of terms separated by commas.
func formOf(name string) (f form, found bool) {
	for _, known := range forms {
		if known.name == name {
			return known.form, true
		}
	}
	for _, term := range strings.Split(name, ",") {
		i := slices.Index(ziplaw.Terms, strings.TrimSpace(term))
		if i < 0 {
			return f, false
		}
		f[i] = true
	}
	return f, true
}

// columns is where a term's coefficients stand: one, or two, its values at the least and at the greatest measure.
func (f form) columns() (first [terms]int, total int) {
	for i := range terms {
		first[i] = total
		total++
		if f[i] {
			total++
		}
	}
	return first, total
}
