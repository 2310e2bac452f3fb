// Package workflows decides what happens next in a study: Study, the whole, and DataSet, its child for each data set.
//
// Workflows read no clock, file or random source; every side effect is an activity of package activities. History
// holds ids and counts, so its size depends on the number of cells and not on what they make.
package workflows

import (
	"time"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/activities"
)

// Names that callers use: workflow types, the query, and the signal from a data set to its study.
const (
	StudyType     = "Study"
	DataSetType   = "DataSet"
	ProgressQuery = "progress"

	dataSetSignal = "dataset-progress"
)

// Progress is the live state of a study: the answer to the query "progress".
type Progress struct {
	Study    string            `json:"study"`
	Started  time.Time         `json:"started"`
	Version  ziplaw.Key        `json:"version"`
	State    string            `json:"state"`
	Phase    string            `json:"phase"`
	Cells    ziplaw.Counts     `json:"cells"`
	DataSets []DataSetProgress `json:"datasets"`
	Warnings []ziplaw.Warning  `json:"warnings,omitempty"` // of the study's own actions
	Waiting  string            `json:"waiting,omitempty"`  // for what, where nothing goes on without it
	Extended int               `json:"extended,omitempty"` // how often it was
	Numerics string            `json:"numerics,omitempty"` // the kind of CUDA device that the study is pinned to
}

// madeAgain is the warning that an artifact was corrupt.
func madeAgain(err error) ziplaw.Warning {
	e := activities.FromTemporal(err)
	return ziplaw.Warning{Code: e.Code, Message: e.Message + "; it was made again"}
}

// mostWarnings bounds the warnings of one workflow's repairs.
const mostWarnings = 20

func warn(all []ziplaw.Warning, w ziplaw.Warning) []ziplaw.Warning {
	if len(all) >= mostWarnings {
		return all
	}
	return append(all, w)
}

// mostReasons is how many failed cells of a data set are told with their reason: where many fail, it is one reason.
const mostReasons = 3

const cellFailedCode = "cell_failed"

// cellFailed is the warning that a cell has failed for good.
func cellFailed(err error) ziplaw.Warning {
	e := activities.FromTemporal(err)
	w := ziplaw.Warning{Code: cellFailedCode, Message: e.Message}
	if e.Hint != "" {
		w.Message += "; " + e.Hint
	}
	return w
}

// DataSetProgress is the live state of one data set.
type DataSetProgress struct {
	DataSet string        `json:"dataset"`
	Phase   string        `json:"phase"`
	H       float64       `json:"h,omitempty"`
	Cells   ziplaw.Counts `json:"cells"`
	Paused  bool          `json:"paused,omitempty"` // it is held, and no cell of it runs
	Asked   int           `json:"asked,omitempty"`  // requests to run more cells that it has taken
	// Loss is the validation loss of the cell that finished last, in nats per token.
	Loss float64 `json:"loss,omitempty"`
	// Warnings name what was corrupt and made again, and why cells failed.
	Warnings []ziplaw.Warning `json:"warnings,omitempty"`
}

// newer says whether p was told after o, of the same data set: finished cells only become more, until it is asked for more.
func (p DataSetProgress) newer(o DataSetProgress) bool {
	return p.Asked > o.Asked || p.Asked == o.Asked && p.Cells.Finished() >= o.Cells.Finished()
}

// DataSetInput is what a data set's workflow starts with, and what it continues with as a new run.
type DataSetInput struct {
	Study   string            `json:"study"`
	Spec    ziplaw.ArtifactID `json:"spec"`
	DataSet string            `json:"dataset"`
	Grid    ziplaw.Grid       `json:"grid"`
	// Signals is how many signals of its progress it sends at most while cells train.
	Signals int `json:"signals"`
	// SearchAttributes says whether the cluster has ziplaw's.
	SearchAttributes bool `json:"search_attributes"`
	// Numerics is the id of the arithmetic of a study on CUDA devices; empty for CPUs.
	Numerics string `json:"numerics,omitempty"`
	// Origin is the listing of the data set's files, or its file's grammar, as Resolve found it; empty for random grammars.
	Origin ziplaw.ArtifactID `json:"origin,omitempty"`

	// Priority is the study's, 1 to 5; 0 where it has none.
	Priority int `json:"priority,omitempty"`
	// Paused says that nothing begins.
	Paused bool `json:"paused,omitempty"`
	// Larger are the grids that the study was extended to, one after the other.
	Larger []ziplaw.Grid `json:"larger,omitempty"`

	// What earlier runs did.
	Measured ziplaw.Measured   `json:"measured"`
	Progress DataSetProgress   `json:"progress"`
	Next     int               `json:"next"`                // cells of the grid that earlier runs have asked for
	Open     []int             `json:"open,omitempty"`      // places of those that have to be asked for again
	Stale    bool              `json:"stale,omitempty"`     // documents have to be measured again
	Failed   []ziplaw.CellName `json:"failed,omitempty"`    // of those
	NoModels int               `json:"no_models,omitempty"` // cells that were reused without their models
	Repairs  repairs           `json:"repairs,omitzero"`
	Again    bool              `json:"again,omitempty"` // a round has asked for its cells before
}

// DataSetResult is a measured, trained and fitted data set.
type DataSetResult struct {
	Measured ziplaw.Measured  `json:"measured"`
	Cells    ziplaw.Counts    `json:"cells"`
	Warnings []ziplaw.Warning `json:"warnings,omitempty"`
}
