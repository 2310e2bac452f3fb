package report

import (
	"encoding/json"
	"fmt"

	"github.com/ziplaw/ziplaw"
)

// jsonReport is report.json. Numbers read back to the same float64.
type jsonReport struct {
	Spec   ziplaw.Study `json:"spec"`
	Result jsonResult   `json:"result"`
	Cells  []jsonCell   `json:"cells"`
}

// jsonResult is a study's result without what is of one run.
type jsonResult struct {
	Study       string                 `json:"study"`
	Version     ziplaw.Key             `json:"version"`
	State       string                 `json:"state"`
	Digest      string                 `json:"digest"`
	DigestCells string                 `json:"digest_cells"`
	Cells       jsonCounts             `json:"cells"`
	DataSets    []ziplaw.DataSetResult `json:"datasets"`
	Fits        []ziplaw.Fit           `json:"fits"`
	Regressions []ziplaw.Regression    `json:"regressions"`
	Joint       *ziplaw.Joint          `json:"joint"`
	Law         *ziplaw.Law            `json:"law"`
	Regressed   []string               `json:"regressed"`
	Warnings    []ziplaw.Warning       `json:"warnings"`
}

type jsonCounts struct {
	Total    int `json:"total"`
	Done     int `json:"done"`
	Diverged int `json:"diverged"`
	Failed   int `json:"failed"`
}

type jsonCell struct {
	ID      string         `json:"cell"`
	DataSet string         `json:"dataset"`
	Model   ziplaw.Model   `json:"shape"`
	Seed    int64          `json:"seed"`
	Key     ziplaw.Key     `json:"key"`
	Result  jsonCellResult `json:"result"`
	Final   *float64       `json:"final"` // the loss that the fit takes; null where the cell diverged
}

// jsonCellResult leaves out how long the cell took.
type jsonCellResult struct {
	ziplaw.CellResult
	Seconds *float64 `json:"seconds,omitempty"`
}

// Data is what report.json holds.
type Data struct {
	Spec    ziplaw.Study
	Result  ziplaw.StudyResult // without what is of one run
	Cells   []DataCell
	Version ziplaw.StudyVersion // that the caller has it from
}

// DataCell is a cell of report.json.
type DataCell = jsonCell

// ParseData reads report.json back.
func ParseData(b []byte) (Data, error) {
	var r jsonReport
	if err := json.Unmarshal(b, &r); err != nil {
		return Data{}, fmt.Errorf("%s: %w", JSONName, err)
	}
	return Data{Spec: r.Spec, Cells: r.Cells, Result: ziplaw.StudyResult{
		Study: r.Result.Study, Version: r.Result.Version, State: r.Result.State, Digest: r.Result.Digest, DigestCells: r.Result.DigestCells,
		DataSets: r.Result.DataSets, Fits: r.Result.Fits, Regressions: r.Result.Regressions, Joint: r.Result.Joint, Law: r.Result.Law, Regressed: r.Result.Regressed, Warnings: r.Result.Warnings,
	}}, nil
}

func jsonFile(in Input) ([]byte, error) {
	r := in.Result
	cells := make([]jsonCell, len(in.Cells))
	for i, c := range in.Cells {
		cells[i] = jsonCell{
			ID: c.Cell.String(), DataSet: c.Cell.DataSet, Model: c.Cell.Model, Seed: c.Cell.Seed, Key: c.Key,
			Result: jsonCellResult{CellResult: c.Result},
		}
		if loss, ok := c.final(in.Study.Fit); ok {
			cells[i].Final = &loss
		}
	}
	b, err := json.MarshalIndent(jsonReport{
		Spec: in.Study, Cells: cells,
		Result: jsonResult{
			Study: r.Study, Version: r.Version, State: r.State, Digest: r.Digest, DigestCells: r.DigestCells,
			Cells:    jsonCounts{Total: r.Cells.Total, Done: r.Cells.Done, Diverged: r.Cells.Diverged, Failed: r.Cells.Failed},
			DataSets: r.DataSets, Fits: r.Fits, Regressions: r.Regressions, Joint: r.Joint, Law: r.Law, Regressed: r.Regressed, Warnings: r.Warnings,
		},
	}, "", "  ")
	return append(b, '\n'), err
}
