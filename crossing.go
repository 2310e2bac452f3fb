package ziplaw

// Crossing is where two values of a law are equal within the range of its data sets.
type Crossing struct {
	H        float64     `json:"h"`
	C        float64     `json:"c,omitempty"` // budget, FLOPs, where it depends on one
	Interval *[2]float64 `json:"interval"`    // null where draws of the law don't cross within the range often enough
	Share    *float64    `json:"share"`       // of the draws that cross within the range; null without draws
}

// Power is how often a comparison of some data sets finds what is there, by simulation.
type Power struct {
	DataSets    int     `json:"datasets"`
	Simulations int     `json:"simulations"`
	Better      float64 `json:"better"`  // share in which the measure, on which all depends, predicts data sets left out better than none
	Certain     float64 `json:"certain"` // and the interval of the ratio lies below 1
	False       float64 `json:"false"`   // the share of Certain where nothing depends on the measure
}
