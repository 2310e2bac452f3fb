package ziplaw

import "slices"

// RegressSets says which data sets a study's regressions take: those that Include names, or all but those that Exclude
// names. A name is that of an entry of the spec, which stands for the data sets of all its grammar seeds, or that of one
// data set. At most one of the two is given; without either a regression takes every data set.
type RegressSets struct {
	Include []string `json:"include,omitempty"`
	Exclude []string `json:"exclude,omitempty"`
}

// Takes tells whether a regression takes a data set.
func (r RegressSets) Takes(d DataSet) bool {
	if len(r.Include) > 0 {
		return named(r.Include, d)
	}
	return !named(r.Exclude, d)
}

func named(names []string, d DataSet) bool {
	return slices.Contains(names, d.Name) || slices.Contains(names, d.Class)
}
