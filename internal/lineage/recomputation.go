package lineage

// Classes of what was computed again. R1 is equal bytes, on devices of one class; R2 is a loss within a tolerance, where the
// arithmetic is another; R3 is a fitted parameter that stays inside its interval with the cells as they were computed again.
const (
	R1            = "R1"
	R2            = "R2"
	R3            = "R3"
	NotReproduced = "not reproduced"
)

// Recomputation is what came of training cells again.
type Recomputation struct {
	Cells      []Recomputed `json:"cells"`
	Of         int          `json:"of"`         // cells that the study has
	Reproduced int          `json:"reproduced"` // cells of class R1 or R2
	Share      float64      `json:"share"`      // of the cells that were trained again
	Verdicts   []Verdict    `json:"verdicts"`
}

// Recomputed is a cell that was trained again.
type Recomputed struct {
	Cell  string `json:"cell"`
	Class string `json:"class"`
	// Difference is that of the losses, relative to the loss that is stored.
	Difference float64 `json:"difference"`
}

// Verdict is on a fitted number of a data set, by the cells that were trained again.
type Verdict struct {
	DataSet   string `json:"dataset"`
	Parameter string `json:"parameter"`
	Class     string `json:"class"`
	Cells     int    `json:"cells"` // trained again
	Of        int    `json:"of"`    // that the law was fitted to
}
