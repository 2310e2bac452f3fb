package ziplaw

// SpecVersion is the version of the study spec that this program reads and writes.
const SpecVersion = 1

// Study is a study's spec with every default written out. Two specs that mean the same normalise to equal values:
// axes whose order means nothing are sorted, and its JSON is its normal form. Package internal/spec makes one of a
// text.
type Study struct {
	Version         int             `json:"version"`
	Name            string          `json:"name"`
	Context         int             `json:"context"`    // tokens of one document
	Vocabulary      Vocabulary      `json:"vocabulary"` // of every model of the study
	Datasets        []DataSetSpec   `json:"datasets"`
	Models          []Model         `json:"models"`  // ascending, by h first
	Budgets         []int64         `json:"budgets"` // D, tokens with padding, one run each; ascending
	Seeds           []int64         `json:"seeds"`   // training seeds, ascending
	Recipe          Recipe          `json:"recipe"`
	Compressibility Compressibility `json:"compressibility"`
	Fit             FitOptions      `json:"fit"`
	Numerics        string          `json:"numerics"`  // which arithmetic the study is defined in: see NumericsCPU
	Precision       string          `json:"precision"` // of matrix products: see PrecisionFloat32
	// ConvertFrom is another arithmetic, whose checkpoints a cell may go on from where it has none of its own.
	ConvertFrom string `json:"convert_from,omitempty"`
	KeepModels  bool   `json:"keep_models"`
	// CheckpointSeconds is the time between checkpoints of a cell. It is in no action key.
	CheckpointSeconds float64 `json:"checkpoint_seconds"`
	// Priority is that of the study's cells among all studies', from 1, the most urgent, to 5: Temporal's keys. 0 takes the smallest
	// cells of all such studies first. It is in no action key.
	Priority int `json:"priority,omitempty"`
}

// DataSetSpec is one entry of a spec's data sets: a grammar class with its seeds, a file's grammar, or files with a
// tokenizer. Exactly one of Grammar and Files is set.
type DataSetSpec struct {
	Name         string   `json:"name"`
	Grammar      *Grammar `json:"grammar,omitempty"`
	GrammarSeeds []int64  `json:"grammar_seeds,omitempty"` // each is a data set with a law of its own; none of a file's grammar
	SamplingSeed *int64   `json:"sampling_seed,omitempty"`
	Files        *Files   `json:"files,omitempty"`
	Tokenizer    string   `json:"tokenizer,omitempty"` // "bytes"
	DataSeed     *int64   `json:"data_seed,omitempty"` // order of the files' windows
}

// Grammar is where a data set's grammar comes from: it is drawn from a class, or read from a file. Of a file's grammar
// only Separator is set beside File.
type Grammar struct {
	GrammarClass
	// File is the path of a grammar in NLTK's PCFG syntax. ${NAME} is an environment variable.
	File string `json:"file,omitempty"`
}

// GrammarClass describes the random PCFGs that a data set's grammar is drawn from (the paper, section 3.1).
type GrammarClass struct {
	Nonterminals int    `json:"nonterminals,omitempty"`
	Terminals    int    `json:"terminals,omitempty"`
	Options      int    `json:"options,omitempty"` // most right-hand sides of a non-terminal
	Length       int    `json:"length,omitempty"`  // most symbols of a right-hand side
	Separator    string `json:"separator"`         // shared: 0 is also a terminal (the code); reserved: it is not (the paper)
	PFSA         string `json:"pfsa,omitempty"`    // none, reference (one symbol a right-hand side) or right-linear
}

// Files selects a corpus by glob patterns (** crosses folders, ${NAME} is an environment variable, and ${GOROOT} is
// the Go installation's folder).
type Files struct {
	Include []string `json:"include"`
	Exclude []string `json:"exclude"`
	// Format is FilesRaw, or empty: .gz, .zst and .zstd are decompressed, and of .jsonl and .ndjson the text of each record is
	// taken.
	Format string `json:"format,omitempty"`
	// TextField is the field of a JSON record that holds its text; empty is "text".
	TextField string `json:"text_field,omitempty"`
	// Encoding is EncodingUTF8, which makes text that isn't UTF-8 an error, or empty: bytes are bytes.
	Encoding string `json:"encoding,omitempty"`
	// OnError is OnErrorSkip, which leaves out files that can't be read or whose content is wrong, or empty: they are errors.
	OnError string `json:"on_error,omitempty"`
	// Repeats says what becomes of documents that repeat an earlier one: keep, which is left out, or drop.
	Repeats string `json:"repeats,omitempty"`
}

// Values of Files that aren't the usual ones, which are left out of a normalised spec.
const (
	FilesRaw     = "raw"
	EncodingUTF8 = "utf-8"
	OnErrorSkip  = "skip"
)

// Recipe is how every cell of a study is trained.
type Recipe struct {
	Batch       int          `json:"batch"`        // documents of a step
	AdamW       string       `json:"adamw"`        // torch: eps 1e-8 beside the corrected root of v; transformers: eps 1e-6 beside the uncorrected one
	WeightDecay float64      `json:"weight_decay"` // decoupled
	LR          LearningRate `json:"lr"`
	Warmup      float64      `json:"warmup"`      // share of the steps
	Schedule    string       `json:"schedule"`    // cosine (to 0) or constant, after the warm-up
	PadTargets  string       `json:"pad_targets"` // masked, or counted as the reference code does
	HeldOut     int          `json:"held_out"`    // documents of the validation
}

// LearningRate is the peak rate of a model of width h: base, or min(max, base/h) when it scales with inverse width.
type LearningRate struct {
	Base  float64 `json:"base"`
	Scale string  `json:"scale"` // none or inverse_width
	Max   float64 `json:"max"`   // 0: no cap
}

// Peak returns the rate's peak for a model of width h.
func (r LearningRate) Peak(h int) float64 {
	peak := r.Base
	if r.Scale == "inverse_width" {
		peak /= float64(h)
	}
	if r.Max > 0 && peak > r.Max {
		peak = r.Max
	}
	return peak
}

// Compressibility is how H is measured: deflate of each document's tokens at a level, over a sample of documents.
type Compressibility struct {
	Level     int    `json:"level"`     // zlib's, 1 to 9
	Documents int    `json:"documents"` // of the sample; all where there are fewer
	Statistic string `json:"statistic"` // median (the reference code) or mean (the paper's Eq. 3)
}

// FitOptions is how the laws are fitted.
type FitOptions struct {
	Final  string  `json:"final"`  // which loss of a cell: last, mean_last_k or validation
	K      int     `json:"k"`      // steps of mean_last_k
	Delta  float64 `json:"delta"`  // of the Huber loss, in nats of log loss
	Count  string  `json:"count"`  // which N: all parameters or non_embedding
	Starts string  `json:"starts"` // grid of starts: hoffmann (4,500) or muennighoff (1,600)
	Level  float64 `json:"level"`  // of every interval
	// Resamples is the number of bootstrap resamples behind the intervals, drawn with Seed.
	Resamples int    `json:"resamples"`
	Seed      int64  `json:"seed"`
	Pool      string `json:"pool"` // none: a law for each data set
	// Resampling says what a resample draws: clusters (cells of one N and D as one), cells, or parametric (cells simulated from
	// the fitted law).
	Resampling string `json:"resampling"`
	// Untrained says what becomes of cells whose loss is that of a model that learned nothing: keep or exclude.
	Untrained string `json:"untrained"`
	// Loss is of the residuals: huber and mse_log take ln L, mse takes L.
	Loss string `json:"loss"`
	// Hold fixes parameters of the law; Tie makes pairs of them equal.
	Hold Held     `json:"hold,omitzero"`
	Tie  []string `json:"tie,omitempty"`
	// Regress is of the regressions alone: no law depends on it.
	Regress RegressSets `json:"regress,omitzero"`
}

// Held are the values that a fit holds parameters at; nil is free.
type Held struct {
	E     *float64 `json:"E,omitempty"`
	A     *float64 `json:"A,omitempty"`
	B     *float64 `json:"B,omitempty"`
	Alpha *float64 `json:"alpha,omitempty"`
	Beta  *float64 `json:"beta,omitempty"`
}

// Hold returns h with a parameter held; false where there is none of that name.
func (h Held) Hold(name string, value float64) (Held, bool) {
	field := map[string]**float64{"E": &h.E, "A": &h.A, "B": &h.B, "alpha": &h.Alpha, "beta": &h.Beta}[name]
	if field == nil {
		return h, false
	}
	*field = &value
	return h, true
}

// Values are those held, by their names in Parameters; nil where none is.
func (h Held) Values() map[string]float64 {
	var values map[string]float64
	for name, v := range map[string]*float64{"E": h.E, "A": h.A, "B": h.B, "alpha": h.Alpha, "beta": h.Beta} {
		if v == nil {
			continue
		}
		if values == nil {
			values = map[string]float64{}
		}
		values[name] = *v
	}
	return values
}

// Pairs of parameters that a fit may tie.
const (
	TieExponents = "alpha=beta"
	TieFactors   = "A=B"
)

// OfLaw are the options that a data set's law depends on.
func (f FitOptions) OfLaw() FitOptions {
	f.Regress = RegressSets{}
	return f
}

// WorkflowID is the id of the study's workflow. Workflow ids are unique among running workflows, so a study of one
// name runs once at a time.
func WorkflowID(study string) string { return "ziplaw/" + study }

// DataSetWorkflowID is the id of the workflow of one data set of a study.
func DataSetWorkflowID(study, dataset string) string { return WorkflowID(study) + "/" + dataset }
