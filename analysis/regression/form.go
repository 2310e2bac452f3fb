package regression

import "github.com/ziplaw/ziplaw"

// Unknowns of a joint law. A0 = A N0^-alpha and B0 = B D0^-beta are the terms at the centre of the runs, in nats.
const (
	atA = iota
	atB
	atAlpha
	atBeta
	atE
	terms
)

// kind is how a term depends on the data set.
type kind int

const (
	constant kind = iota // one value for all
	linear               // in the measure
	own                  // a value for each data set
)

// form says of each term how it depends on the data set.
type form [terms]kind

// forms are the ways of dependence on a measure that are compared. The first is none.
var forms = []struct {
	name string
	form form
}{
	{"none", form{}},
	{"E", form{atE: linear}},
	{"lnA", form{atA: linear}},
	{"lnB", form{atB: linear}},
	{"alpha", form{atAlpha: linear}},
	{"beta", form{atBeta: linear}},
	{"alpha, beta", form{atAlpha: linear, atBeta: linear}},
	{"lnA, lnB", form{atA: linear, atB: linear}},
	{"all", form{linear, linear, linear, linear, linear}},
}

// partials are the forms in which data sets have terms of their own.
var partials = []struct {
	name string
	form form
}{
	{"own E", form{linear, linear, linear, linear, own}},
	{"own lnA, lnB", form{own, own, linear, linear, linear}},
	{"own lnA, lnB, E", form{own, own, linear, linear, own}},
	{"own lnA, lnB, E, one alpha and beta", form{own, own, constant, constant, own}},
	{"own lnA, lnB, alpha, beta", form{own, own, own, own, linear}},
}

// named are the names of the terms of a kind.
func (f form) named(k kind) []string {
	names := []string{}
	for i, name := range ziplaw.Terms {
		if f[i] == k {
			names = append(names, name)
		}
	}
	return names
}

// depends are the names of the linear terms.
func (f form) depends() []string { return f.named(linear) }

// columns is where a term's coefficients begin among those of some data sets: one, two (its values at the least and at the
// greatest measure), or one for each.
func (f form) columns(sets int) (first [terms]int, total int) {
	for i := range terms {
		first[i] = total
		total += map[kind]int{constant: 1, linear: 2, own: sets}[f[i]]
	}
	return first, total
}
