// Package report writes a finished study's report: one HTML file that needs nothing beside it, and the same numbers as
// JSON and CSV. It also writes the tables that end a run in the terminal.
//
// It knows neither Temporal nor S3: the caller gathers what a report shows. It measures and fits nothing; the frontier's
// points come from package analysis. A report is of a study's numbers: when and where a run made them, how long it took
// and what it reused is in the records, not here: numbers lead to the keys of their actions.
package report

import (
	"fmt"

	"github.com/ziplaw/ziplaw"
)

// Names of a report's files.
const (
	HTMLName        = "report.html"
	JSONName        = "report.json"
	cellsName       = "cells.csv"
	dataSetsName    = "datasets.csv"
	fitsName        = "fits.csv"
	regressionsName = "regressions.csv"
	LawName         = "law.json"
)

// CellRow is a finished cell of the study.
type CellRow struct {
	Cell   ziplaw.Cell
	Key    ziplaw.Key
	Record ziplaw.ArtifactID
	Result ziplaw.CellResult
	Curve  []float32 // training loss of every step, nats per token
}

// Input is everything that a report shows. HPerDocument follows Result.DataSets. Diagnostics follow Result.Fits; without
// them the report says nothing of how well the laws fit. Keys are of the actions behind a data set's numbers, Regress of that behind
// the regressions and the joint fit. Numbers whose key isn't named lead nowhere.
type Input struct {
	Study        ziplaw.Study
	Result       ziplaw.StudyResult
	Cells        []CellRow
	HPerDocument [][]float64
	Keys         []SetKeys
	Regress      ziplaw.Key
	Diagnostics  []ziplaw.Diagnostics
}

// SetKeys are the keys of a data set's actions.
type SetKeys struct {
	DataSet               string
	Sample, Compress, Fit ziplaw.Key
}

// File is one file of the report.
type File struct {
	Name  string
	Bytes []byte
}

// Build makes the report's files, the HTML first. Equal inputs give equal bytes; a change of the bytes is a new version of the
// action (internal/actions).
func Build(in Input) ([]File, error) {
	var files []File
	for _, f := range []struct {
		name  string
		write func(Input) ([]byte, error)
	}{
		{HTMLName, htmlFile}, {JSONName, jsonFile}, {cellsName, cellsCSV}, {dataSetsName, dataSetsCSV},
		{fitsName, fitsCSV}, {regressionsName, regressionsCSV}, {LawName, lawFile},
	} {
		b, err := f.write(in)
		if err != nil {
			return nil, fmt.Errorf("report of %s: %s: %w", in.Study.Name, f.name, err)
		}
		if b == nil { // the study has nothing of it
			continue
		}
		files = append(files, File{Name: f.name, Bytes: b})
	}
	return files, nil
}
