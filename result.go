package ziplaw

import "math"

// Cell states.
const (
	StateDone     = "done"
	StateDiverged = "diverged"
	StateFailed   = "failed"
	StateRunning  = "running"
	StateQueued   = "queued"
)

// Study states.
const (
	StudyRunning  = "running"
	StudyPaused   = "paused"
	StudyDone     = "done"
	StudyFailed   = "failed"
	StudyCanceled = "canceled"
)

// Phases of a study, as they stand in progress and in the search attribute ZiplawPhase.
const (
	PhasePlan    = "plan"
	PhaseSample  = "sample"
	PhaseTrain   = "train"
	PhaseFit     = "fit"
	PhaseRegress = "regress"
	PhaseReport  = "report"
	PhaseDone    = "done"
	PhaseFailed  = "failed" // of a data set that was given up
)

// Counts are the cells of a study or data set by state: total = done + diverged + failed + running + queued, and done
// includes reused.
type Counts struct {
	Total    int `json:"total"`
	Done     int `json:"done"`
	Reused   int `json:"reused"`
	Failed   int `json:"failed"`
	Diverged int `json:"diverged"`
	Running  int `json:"running"`
	Queued   int `json:"queued"`
}

// Add sums counts.
func (c Counts) Add(o Counts) Counts {
	return Counts{
		Total: c.Total + o.Total, Done: c.Done + o.Done, Reused: c.Reused + o.Reused, Failed: c.Failed + o.Failed,
		Diverged: c.Diverged + o.Diverged, Running: c.Running + o.Running, Queued: c.Queued + o.Queued,
	}
}

// Again are the counts when all cells are asked for again. What was reused stays reused.
func (c Counts) Again() Counts { return Counts{Total: c.Total, Queued: c.Total, Reused: c.Reused} }

// Finished is the number of cells that won't run any more.
func (c Counts) Finished() int { return c.Done + c.Diverged + c.Failed }

// CellResult is what a cell's run gives. Losses are in nats per token.
type CellResult struct {
	State      string  `json:"state"` // done or diverged
	N          int64   `json:"n"`     // all parameters
	NBody      int64   `json:"n_non_embedding"`
	D          int64   `json:"d"`
	Steps      int     `json:"steps"`
	FLOPs      float64 `json:"flops"`     // really done
	FLOPs6ND   float64 `json:"flops_6nd"` // by the rule of thumb
	Last       float64 `json:"last"`      // of the last step
	MeanLast   float64 `json:"mean_last_10"`
	Validation float64 `json:"validation"`
	DivergedAt int     `json:"diverged_at,omitempty"` // step
	ModelID    string  `json:"model,omitempty"`       // digest of the final parameters, kept or not; a diverged cell has none
	Seconds    float64 `json:"seconds"`
	// Converted are the arithmetics that the run began in, one after the other. It is then of class R2: what another run of the same
	// key ends in is equal within a tolerance only.
	Converted []Conversion `json:"converted,omitempty"`
}

// Conversion is a checkpoint of one arithmetic that a run in another one went on from.
type Conversion struct {
	From string `json:"from"` // id of the arithmetic
	Step int    `json:"step"`
}

// Class is how equal another run of the same cell would be: R1 has equal bytes on the same class of device, R2 a loss within a
// tolerance.
func (r CellResult) Class() string {
	if len(r.Converted) > 0 {
		return "R2"
	}
	return "R1"
}

// DataSetResult is what is measured on a data set before any training.
type DataSetResult struct {
	DataSet   string  `json:"dataset"`
	Class     string  `json:"class"`
	H         Measure `json:"h"`
	Documents int     `json:"documents"` // training documents of the largest D
	// Entropy0 and Entropy1 are the order-0 and order-1 (bigram) plug-in entropies of the training tokens of the
	// largest D, padding out, in nats per token.
	Entropy0   float64 `json:"entropy0"`
	Entropy1   float64 `json:"entropy1"`
	Vocabulary int     `json:"vocabulary"` // ids of the models
	Terminals  int     `json:"terminals"`  // distinct tokens that occur
	Duplicates int     `json:"duplicates"` // documents that repeat an earlier one
	// Grammars only: mean children per non-terminal, and the probability that a derivation terminates.
	MeanChildren float64 `json:"mean_children,omitempty"`
	Termination  float64 `json:"termination_probability,omitempty"`
}

// Measure is H over a sample of documents.
type Measure struct {
	Value  float64 `json:"value"` // the statistic that the study uses
	Median float64 `json:"median"`
	Mean   float64 `json:"mean"`
	SD     float64 `json:"sd"` // with n-1
	N      int     `json:"n"`  // documents
	Low    float64 `json:"low"`
	High   float64 `json:"high"`
	Level  float64 `json:"level"`
}

// Fit is the law of one data set: L(N,D) = E + A/N^alpha + B/D^beta, with a = ln A, b = ln B and e = ln E.
type Fit struct {
	DataSet   string   `json:"dataset"`
	N         int      `json:"n"`  // cells fitted
	N0        float64  `json:"n0"` // geometric means of the cells' N and D
	D0        float64  `json:"d0"`
	E         float64  `json:"E"`
	A         float64  `json:"A"`
	B         float64  `json:"B"`
	Alpha     float64  `json:"alpha"`
	Beta      float64  `json:"beta"`
	LogA      float64  `json:"a"`
	LogB      float64  `json:"b"`
	LogE      *float64 `json:"e"`         // null where E is 0
	Objective float64  `json:"objective"` // weighted mean of the loss of residuals
	// Projection is the objective that the second search ends in, by variable projection; it should be the same.
	Projection float64            `json:"projection_objective"`
	Loss       string             `json:"loss"`
	Delta      float64            `json:"delta"` // of the Huber loss; 0 for squares
	Hold       map[string]float64 `json:"hold,omitempty"`
	Tie        []string           `json:"tie,omitempty"`
	Level      float64            `json:"level"`
	Resamples  int                `json:"resamples"`
	Resampling string             `json:"resampling"`  // what was resampled: cells, clusters or parametric
	Clusters   int                `json:"clusters"`    // that were resampled as one
	R2         float64            `json:"r2"`          // of log L
	ResidualSD float64            `json:"residual_sd"` // of log L
	// Intervals are of the five, a and b, by the method that IntervalMethod names. Percentiles and Profiles are those of
	// either method; a profile's end is null where the objective stays flat up to the parameter's bound.
	Intervals      map[string][2]float64  `json:"intervals"`
	IntervalMethod string                 `json:"interval_method"`
	Percentiles    map[string][2]float64  `json:"percentile_intervals"`
	Profiles       map[string][2]*float64 `json:"profile_intervals"`
	// Covariance is of a, b, alpha, beta and E; null where the runs leave a direction open. What is held has zeros.
	Covariance [][]float64 `json:"covariance"`
	// Condition is the condition number of the normal equations in the same five; null where it is beyond float64.
	Condition *float64   `json:"condition"`
	Excluded  []Excluded `json:"excluded,omitempty"`
	Warnings  []Warning  `json:"warnings"`
}

// Excluded is a cell that a fit leaves out.
type Excluded struct {
	Cell   string `json:"cell"`
	Reason string `json:"reason"`
}

// Parameters are the names of the law's five parameters, in the order of tables and figures.
var Parameters = []string{"E", "A", "B", "alpha", "beta"}

// Parameter is one of the five by its name.
func (f Fit) Parameter(name string) float64 {
	return map[string]float64{"E": f.E, "A": f.A, "B": f.B, "alpha": f.Alpha, "beta": f.Beta}[name]
}

// RegressionNames are the names of what is regressed on H: the law's parameters, and then ln A, ln B, and the terms A N0^-alpha and
// B D0^-beta in nats at a reference size, which are known better than A and B at N = 1 and D = 1.
var RegressionNames = []string{"E", "A", "B", "alpha", "beta", "lnA", "lnB", "A0", "B0"}

// Regression is Eq. 4 of the paper for one parameter: x(H) = slope H + intercept, by ordinary least squares over the
// data sets. Intervals and p-values are NaN-free: they are absent (nil) where two or fewer data sets leave none.
type Regression struct {
	Parameter string                `json:"parameter"`
	Reference float64               `json:"reference,omitempty"` // N0 of A0, D0 of B0
	N         int                   `json:"n"`                   // data sets
	Slope     float64               `json:"slope"`
	Intercept float64               `json:"intercept"`
	SlopeSE   *float64              `json:"slope_se"`
	PValue    *float64              `json:"p_value"` // of slope 0, two-sided t test
	R2        *float64              `json:"r2"`
	Level     float64               `json:"level"`
	Intervals map[string][2]float64 `json:"intervals"` // slope and intercept
	// Identified is the slope over those data sets alone whose runs identify the parameter. It is absent where all do, and
	// where fewer than three do.
	Identified *Slope `json:"identified,omitempty"`
	// Weighted is the slope where each data set weighs by how well its runs know the parameter.
	Weighted *WeightedSlope `json:"weighted,omitempty"`
	// Holm is the p-value adjusted for the tests of the five parameters (Holm 1979); of those five alone.
	Holm *float64 `json:"p_holm,omitempty"`
	// Permutation is the p-value of slope 0 over permutations of H among the data sets.
	Permutation *float64  `json:"p_permutation,omitempty"`
	Warnings    []Warning `json:"warnings"`
}

// WeightedSlope is a slope over data sets that weigh 1/(se² + tau²), with the standard errors of their fits and the variance
// tau² between data sets about the line.
type WeightedSlope struct {
	Slope
	Intercept float64 `json:"intercept"`
	Tau       float64 `json:"tau"`
}

// Slope is the slope of a regression on H with its t interval and test.
type Slope struct {
	N        int        `json:"n"` // data sets
	Slope    float64    `json:"slope"`
	Interval [2]float64 `json:"interval"`
	PValue   *float64   `json:"p_value"`
}

// Warning is a doubt about a number, as data.
type Warning struct {
	Code    string `json:"code"` // such as E_at_bound
	Message string `json:"message"`
}

// StudyResult is the state of a study: what ziplaw run and status print, and what the Study workflow returns.
type StudyResult struct {
	Study       string          `json:"study"`
	Version     Key             `json:"version"` // digest of the spec and of its corpora
	WorkflowID  string          `json:"workflow_id"`
	RunID       string          `json:"run_id"`
	State       string          `json:"state"`
	Phase       string          `json:"phase"`
	Digest      string          `json:"digest"`
	DigestCells string          `json:"digest_cells"`
	Report      string          `json:"report"` // the HTML report: a path, or an artifact id where there is no folder
	Cells       Counts          `json:"cells"`
	DataSets    []DataSetResult `json:"datasets"`
	Fits        []Fit           `json:"fits"`
	Regressions []Regression    `json:"regressions"`
	Joint       *Joint          `json:"joint"`     // null where fewer than two data sets are regressed
	Law         *Law            `json:"law"`       // of the joint fit: what ziplaw predict takes
	Regressed   []string        `json:"regressed"` // the data sets that the regressions take, in the order of the fits
	Warnings    []Warning       `json:"warnings"`
	Seconds     float64         `json:"seconds"`
}

// Measured is what a study knows of one data set when its cells are trained: the records of its actions.
type Measured struct {
	DataSet  string     `json:"dataset"`
	Sample   ArtifactID `json:"sample"`
	Compress ArtifactID `json:"compress"`
	Fit      ArtifactID `json:"fit"`
}

// Records are the records that a finished version names.
func (v StudyVersion) Records() []ArtifactID {
	ids := []ArtifactID{v.Regress, v.Report}
	for _, d := range v.DataSets {
		ids = append(ids, d.Sample, d.Compress, d.Fit)
	}
	return ids
}

// StudyVersion is a finished version of a study as the store keeps it: the result, and the records that lead to all
// of it.
type StudyVersion struct {
	Spec     ArtifactID  `json:"spec"`
	DataSets []Measured  `json:"datasets"`
	Regress  ArtifactID  `json:"regress"`
	Report   ArtifactID  `json:"report"`
	Result   StudyResult `json:"result"`
}

// NewFit is the law of a = ln A, b = ln B, the exponents and E. What is below 0 is 0.
func NewFit(a, b, alpha, beta, e float64) Fit {
	f := Fit{LogA: a, LogB: b, A: math.Exp(a), B: math.Exp(b), Alpha: max(alpha, 0), Beta: max(beta, 0), E: max(e, 0)}
	if f.E > 0 {
		logE := math.Log(f.E)
		f.LogE = &logE
	}
	return f
}
