package ziplaw

// Names of the approaches, as Approaches.Absent says them.
const (
	ApproachEnvelope = "envelope"
	ApproachIsoFLOP  = "isoflop"
)

// Approaches are the compute-optimal allocations that runs show without Eq. 1: approaches 1 and 2 of Hoffmann et al. (2022,
// sections 3.1 and 3.2), beside approach 3, which is a Fit. An approach is null where the runs don't allow it.
type Approaches struct {
	Envelope *Approach         `json:"envelope"`
	IsoFLOP  *Approach         `json:"isoflop"`
	Absent   map[string]string `json:"absent,omitempty"` // of an approach that is null: why
}

// Approach is N_opt(C) = G (C/6)^a and D_opt(C) = C/(6 N_opt) = (C/6)^b / G, with C = 6 N D in floating-point operations, N in
// parameters, D in tokens, and b = 1 - a.
type Approach struct {
	N         int        `json:"n"`          // runs of the envelope, or budgets with a minimum, behind the line
	Exponent  float64    `json:"exponent"`   // a
	ExponentD float64    `json:"exponent_d"` // b
	LogG      float64    `json:"log_g"`      // ln G, G in parameters
	Middle    Allocation `json:"middle"`     // at the geometric mean of what the line is fitted to
	Level     float64    `json:"level"`
	// Resamples are those that gave a line, of those that were drawn. Intervals are percentiles of exponent, exponent_d, log_g,
	// and of n and d at the middle; they are empty where less than half of the resamples gave a line.
	Resamples int                   `json:"resamples"`
	Intervals map[string][2]float64 `json:"intervals"`
	Runs      []EnvelopeRun         `json:"runs,omitempty"`    // of the envelope, by compute
	Budgets   []IsoFLOP             `json:"budgets,omitempty"` // by compute, those left out too
	Bias      *ApproachBias         `json:"bias"`              // null where there is no law to measure it by
	Warnings  []Warning             `json:"warnings"`
}

// Allocation shares compute between parameters and tokens.
type Allocation struct {
	C float64 `json:"c"` // floating-point operations, 6 N D
	N float64 `json:"n"` // parameters
	D float64 `json:"d"` // tokens
}

// EnvelopeRun is a run whose loss no run of at most its compute reaches.
type EnvelopeRun struct {
	Run  string  `json:"run"`
	C    float64 `json:"c"` // floating-point operations
	N    float64 `json:"n"`
	D    float64 `json:"d"`
	Loss float64 `json:"loss"` // nats per token
}

// IsoFLOP is a budget: runs of nearly the same compute, with the minimum of the parabola of their losses in ln N.
type IsoFLOP struct {
	C      float64 `json:"c"`      // floating-point operations, geometric mean of the runs
	Spread float64 `json:"spread"` // ln of the most compute of a run, less ln of the least
	Runs   int     `json:"runs"`
	Sizes  int     `json:"sizes"` // different N
	// N, D and Loss (nats per token) are those of the minimum; null where the budget is left out.
	N    *float64 `json:"n"`
	D    *float64 `json:"d"`
	Loss *float64 `json:"loss"`
	// OffCentre is where the minimum lies in the runs' range of ln N: -1 at the smallest N, 0 in the middle, 1 at the largest.
	// It is null where there is no minimum.
	OffCentre *float64 `json:"off_centre"`
	// Bias is the relative error of N where the losses are the law's own: above 0 the parabola's N is too large.
	Bias    *float64 `json:"bias"`
	LeftOut string   `json:"left_out,omitempty"` // why
}

// ApproachBias is what an approach finds where the losses of the same runs are those of a law, without noise, against what
// the law itself has (Eq. 2). Errors are relative: above 0 the approach finds too much.
type ApproachBias struct {
	C             float64 `json:"c"` // floating-point operations of the approach's middle
	N             float64 `json:"n"` // error of N_opt(C)
	Exponent      float64 `json:"exponent"`
	LawExponent   float64 `json:"law_exponent"`   // beta/(alpha+beta)
	FoundExponent float64 `json:"found_exponent"` // a
	Found         int     `json:"found"`          // runs or budgets behind it, as in Approach.N
}
