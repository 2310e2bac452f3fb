package spec

import (
	"slices"
	"strings"
)

// checkRegress holds that the regressions name data sets of the study, and leave some.
func (c *checker) checkRegress() {
	var known []string
	for _, d := range c.DataSets() {
		for _, name := range []string{d.Class, d.Name} {
			if !slices.Contains(known, name) {
				known = append(known, name)
			}
		}
	}
	r := c.Fit.Regress
	c.checkKnown("fit.regress.include", r.Include, known)
	c.checkKnown("fit.regress.exclude", r.Exclude, known)
	if len(r.Exclude) > 0 && regressed(c.Study) == 0 {
		c.add("fit.regress.exclude", "leave out fewer", "leaves no data set to regress")
	}
}

func (c *checker) checkKnown(field string, names, known []string) {
	for i, name := range names {
		if slices.Contains(known, name) {
			continue
		}
		hint := "one of " + strings.Join(known[:min(len(known), 8)], ", ")
		if near := nearest(name, known); near != "" {
			hint = "did you mean " + near + "?"
		}
		c.add(itemPath(field, i), hint, "no data set is called %s", show(name))
	}
}
