package ziplaw

// Joint compares laws that depend on a measure of the data in different ways, each fitted to all cells of all data sets at once
// (the paper's Eq. 5), by how well they predict data sets that they haven't seen. Residuals are of ln L.
type Joint struct {
	Measure  string       `json:"measure"` // h, entropy0, entropy1, or a table's column
	DataSets []string     `json:"datasets"`
	Cells    int          `json:"cells"`
	Delta    float64      `json:"delta"` // of the Huber loss; 0 for squares
	Level    float64      `json:"level"`
	Models   []JointModel `json:"models"` // the first one doesn't depend on the measure
	// Partial are laws in which data sets share some terms and have others of their own. They predict no data set that they haven't
	// seen, but borrow strength where a data set alone can't tell its five parameters.
	Partial []PartialModel `json:"partial"`
	Best    string         `json:"best"` // name of the model that predicts best
	// Own is the median of |residual| of cells left out, an N and D at a time, from laws of each data set's own: what is left to a
	// measure to explain. Null where a data set has too few cells.
	Own      *float64       `json:"own"`
	Others   []MeasureScore `json:"other_measures"` // the best model with another measure in the place of this one
	Warnings []Warning      `json:"warnings"`
}

// JointModel is one way in which a law depends on the data.
type JointModel struct {
	Name      string          `json:"name"`
	Depends   []string        `json:"depends"` // terms that are linear in the measure; the others are constant
	Objective float64         `json:"objective"`
	InSample  float64         `json:"in_sample"`  // median of |residual| of the cells fitted
	LeftCells float64         `json:"left_cells"` // median of |residual| of cells left out, a tenth of the N and D at a time
	HeldOut   float64         `json:"held_out"`   // median of |residual| of data sets left out, one at a time
	Interval  [2]float64      `json:"interval"`   // of HeldOut, by resampling data sets
	Ratio     float64         `json:"ratio"`      // of HeldOut to that of no dependence: below 1 the measure helps
	Ratios    [2]float64      `json:"ratio_interval"`
	Terms     map[string]Term `json:"terms"`
	// DataSets are the medians of |residual| of each data set when it is left out.
	DataSets map[string]float64 `json:"held_out_datasets"`
}

// PartialModel is a law in which some terms are each data set's own.
type PartialModel struct {
	Name      string   `json:"name"`
	Own       []string `json:"own"`     // terms that each data set has of its own
	Depends   []string `json:"depends"` // terms that are linear in the measure; the others are constant
	Objective float64  `json:"objective"`
	InSample  float64  `json:"in_sample"`
	LeftCells float64  `json:"left_cells"`
	// DataSets are the parameters of each data set with intervals over resampled cells, of the partial model that predicts cells
	// left out best.
	DataSets map[string]map[string]Estimate `json:"datasets,omitempty"`
}

// Estimate is a value with its interval.
type Estimate struct {
	Value float64 `json:"value"`
	Low   float64 `json:"low"`
	High  float64 `json:"high"`
}

// MeasureScore is how well a measure predicts data sets left out.
type MeasureScore struct {
	Measure string     `json:"measure"`
	Model   string     `json:"model"`
	HeldOut float64    `json:"held_out"`
	Ratio   float64    `json:"ratio"`
	Ratios  [2]float64 `json:"ratio_interval"`
}
