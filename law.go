package ziplaw

// LawVersion is the version of the law file that this program reads and writes.
const LawVersion = 1

// Law is a scaling law as a function of a measure of the data: every term is linear in it, and a law that doesn't depend on the
// data has slopes of 0. It is what ziplaw predict reads.
type Law struct {
	Version int    `json:"version"`
	Count   string `json:"count"`   // what N counts: all parameters or non_embedding
	Measure string `json:"measure"` // h, entropy0 or entropy1
	// H, N and D are the ranges of what the law was fitted on: the measure, parameters and tokens.
	H [2]float64 `json:"h"`
	N [2]float64 `json:"n"`
	D [2]float64 `json:"d"`
	// Terms are those of Terms below.
	Terms map[string]Term `json:"terms"`
	// Covariance is of the terms in their order, each one's slope and then its intercept (10, 10); empty where it isn't known.
	Covariance [][]float64 `json:"covariance"`
	ResidualSD float64     `json:"residual_sd"` // of ln L over the cells fitted
	Data       *LawData    `json:"data,omitempty"`
	Source     LawSource   `json:"source"`
	Warnings   []Warning   `json:"warnings,omitempty"`
}

// Term is slope h + intercept.
type Term struct {
	Slope     float64 `json:"slope"`
	Intercept float64 `json:"intercept"`
}

// Terms are the names of a law's terms, in the order of its covariance.
var Terms = []string{"lnA", "lnB", "alpha", "beta", "E"}

// LawData says how H was measured: it is comparable only when measured alike.
type LawData struct {
	Context         int             `json:"context"` // tokens of a document
	Compressibility Compressibility `json:"compressibility"`
	Tokenizers      []string        `json:"tokenizers"` // of the data sets that the law was fitted on; grammar stands for tokens as they are
}

// LawSource is where a law comes from.
type LawSource struct {
	Kind     string   `json:"kind"` // joint, regression, or published
	Name     string   `json:"name"` // of the study, the table, or the paper
	Version  Key      `json:"version,omitempty"`
	DataSets []string `json:"datasets,omitempty"`
	Depends  []string `json:"depends,omitempty"` // the terms that depend on the measure
	// HeldOut and Constant are the medians of |residual of ln L| on data sets left out, by this law and by one that doesn't
	// depend on the data.
	HeldOut  *float64 `json:"held_out,omitempty"`
	Constant *float64 `json:"held_out_constant,omitempty"`
}

// At is the law of data with a measure of h. E and the exponents aren't below 0.
func (l Law) At(h float64) Fit {
	value := func(name string) float64 { return float64(l.Terms[name].Slope*h) + l.Terms[name].Intercept }
	return NewFit(value("lnA"), value("lnB"), value("alpha"), value("beta"), value("E"))
}
