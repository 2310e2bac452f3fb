package actions

import (
	"context"
	"fmt"
	"runtime"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/internal/action"
)

// AddedToFit are the parameters of a fit, such as options.NAME, that came after the first release.
var AddedToFit = action.Added{}

// FitParams determine the law of a data set.
type FitParams struct {
	Cells   []ziplaw.Key      `json:"cells"`
	Options ziplaw.FitOptions `json:"options"`
	Arch    string            `json:"arch"` // whose arithmetic the search ran in
}

// FitValues are the law, or why there is none.
type FitValues struct {
	Law    *ziplaw.Fit `json:"law"`
	Absent string      `json:"absent,omitempty"`
}

// LoadDiagnostics reads what speaks for and against the law of a fit's record.
func LoadDiagnostics(ctx context.Context, from Getter, fit ziplaw.Record) (d ziplaw.Diagnostics, err error) {
	id, found := fit.Output(RoleDiagnostics)
	if !found {
		return d, fmt.Errorf("fit %s: its record names no diagnostics", fit.Label)
	}
	return d, from.GetJSON(ctx, id, &d)
}

// Fit fits the law of one data set to cells.
func Fit(s ziplaw.Study, cells []ziplaw.Key) (action.Action, FitParams, error) {
	p := FitParams{Cells: cells, Options: s.Fit.OfLaw(), Arch: runtime.GOARCH}
	known, err := AddedToFit.Without(p)
	return of(NameFit, FitVersion, known), p, err
}

// RegressParams determine the regressions of a study.
type RegressParams struct {
	DataSets [][2]ziplaw.Key   `json:"datasets"` // each one's measures and fit
	Names    []string          `json:"names"`    // each one's, which the joint law names
	Options  ziplaw.FitOptions `json:"options"`
	Arch     string            `json:"arch"` // whose arithmetic the joint fit ran in
}

// RegressValues are the regressions of the parameters on H, and the joint fit with the law that predicts best, or why there is
// none. The law names no study: its record serves every study with data sets of these names.
type RegressValues struct {
	Regressions []ziplaw.Regression `json:"regressions"`
	Joint       *ziplaw.Joint       `json:"joint"`
	Law         *ziplaw.Law         `json:"law"`
	Absent      string              `json:"absent,omitempty"`
}

// Regress regresses the parameters of data sets' laws on H.
func Regress(s ziplaw.Study, datasets [][2]ziplaw.Key, names []string) (action.Action, RegressParams) {
	p := RegressParams{DataSets: datasets, Names: names, Options: s.Fit.OfLaw(), Arch: runtime.GOARCH}
	return of(NameRegress, RegressVersion, p), p
}

// ReportParams determine the files of a report.
type ReportParams struct {
	Version ziplaw.Key `json:"version"`
	Digest  string     `json:"digest"`
}

// ReportValues are the digests that a report shows.
type ReportValues struct {
	Digest      string `json:"digest"`
	DigestCells string `json:"digest_cells"`
}

// Report writes the report of a study's version with its digest.
func Report(version ziplaw.Key, digest string) action.Action {
	return of(NameReport, ReportVersion, ReportParams{Version: version, Digest: digest})
}
