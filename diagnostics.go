package ziplaw

// Diagnostics say how far a fit is to be believed. Residuals are of log L: the law's less the cell's.
type Diagnostics struct {
	DataSet     string             `json:"dataset"`
	Cells       []FittedCell       `json:"cells"`
	BeyondDelta float64            `json:"beyond_delta"` // share of residuals
	LackOfFit   *LackOfFit         `json:"lack_of_fit"`  // null where no N and D is repeated
	HoldOut     *HoldOut           `json:"hold_out"`     // null where too few cells would be left
	Product     *ProductLaw        `json:"product"`      // null where it can't be fitted
	Deltas      []LawAt            `json:"deltas"`       // the law at other deltas
	Untrained   *UntrainedCells    `json:"untrained"`    // null where no cell is at the floor of an untrained model
	Approaches  *Approaches        `json:"approaches"`   // what runs show without Eq. 1
	Curves      map[string][]Curve `json:"profiles"`     // of each free parameter
}

// FittedCell is a cell as the law sees it.
type FittedCell struct {
	Cell     string  `json:"cell"`
	N        float64 `json:"n"`
	D        float64 `json:"d"`
	Loss     float64 `json:"loss"`
	Fitted   float64 `json:"fitted"`
	Residual float64 `json:"residual"`
	// Without is the change of each parameter where the fit leaves the cell out.
	Without map[string]float64 `json:"without,omitempty"`
}

// LackOfFit compares the spread of cells of one N and D about the law with their spread among themselves, by the F test.
type LackOfFit struct {
	F          float64 `json:"f"`
	DF         [2]int  `json:"df"`
	PValue     float64 `json:"p_value"`
	PureSD     float64 `json:"pure_sd"`     // among repeats, of log L
	ResidualSD float64 `json:"residual_sd"` // about the law
}

// HoldOut predicts the cells of most compute from the law of the others.
type HoldOut struct {
	Cells    int     `json:"cells"`    // predicted
	Fitted   int     `json:"fitted"`   // behind the law
	FromC    float64 `json:"from_c"`   // least compute of those predicted, 6 N D
	Median   float64 `json:"median"`   // of |residual|
	Bias     float64 `json:"bias"`     // mean residual: above 0 the law's loss is too high
	InSample float64 `json:"insample"` // median of |residual| of the cells fitted
}

// ProductLaw is L = E + K (N D)^-gamma, where the loss is a function of N D alone, beside the same law times a function of D/N.
type ProductLaw struct {
	E         float64 `json:"E"`
	LogK      float64 `json:"k"` // ln K
	Gamma     float64 `json:"gamma"`
	Objective float64 `json:"objective"`
	Ratio     float64 `json:"ratio_objective"` // times exp(s q + t q²) with q = ln(D/N) about its centre
	PValue    float64 `json:"p_value"`         // of s = t = 0
}

// LawAt is the law where one option differs.
type LawAt struct {
	Delta     float64 `json:"delta"` // 0 for squares
	E         float64 `json:"E"`
	A         float64 `json:"A"`
	B         float64 `json:"B"`
	Alpha     float64 `json:"alpha"`
	Beta      float64 `json:"beta"`
	Objective float64 `json:"objective"`
}

// UntrainedCells are those whose loss shows that nothing was learned, and the law with and without them.
type UntrainedCells struct {
	Rule    string   `json:"rule"`
	Cells   []string `json:"cells"`
	With    LawAt    `json:"with"`
	Without *LawAt   `json:"without"` // null where too few cells would be left
}

// Curve is a point of a profile: the least objective at a value of the parameter, all others free.
type Curve struct {
	Value     float64 `json:"value"`
	Objective float64 `json:"objective"`
	Deviance  float64 `json:"deviance"` // in units of F with 1 degree of freedom
}
