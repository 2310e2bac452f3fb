package allocation

import (
	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/analysis/scaling"
)

// Published are laws that don't depend on the data, by their names: Chinchilla's as published and refitted. They were fitted on
// models of 70 million to 16 billion parameters and 5 to 500 billion tokens (Hoffmann et al. 2022, section 1).
func Published() map[string]ziplaw.Law {
	laws := map[string]ziplaw.Law{}
	for _, f := range []ziplaw.Fit{scaling.Chinchilla, scaling.ChinchillaRefitted} {
		laws[f.DataSet] = ziplaw.Law{
			Version: ziplaw.LawVersion, Count: "all", Measure: "h", N: [2]float64{7e7, 1.6e10}, D: [2]float64{5e9, 5e11},
			Terms: map[string]ziplaw.Term{
				"lnA": {Intercept: f.LogA}, "lnB": {Intercept: f.LogB}, "alpha": {Intercept: f.Alpha}, "beta": {Intercept: f.Beta}, "E": {Intercept: f.E},
			},
			Source: ziplaw.LawSource{Kind: "published", Name: f.DataSet},
		}
	}
	return laws
}
