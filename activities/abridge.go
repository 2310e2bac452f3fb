package activities

import (
	"encoding/json"

	"github.com/ziplaw/ziplaw"
)

// mostResult is the size of a result in JSON, in bytes, that Temporal carries with room to spare: it refuses payloads above
// 2 MiB.
const mostResult = 1 << 20

// abridged is a study's result as Temporal carries it: one of very many data sets has only its counts, digests and
// regressions. The finished version in the store and report.json have all of it.
func abridged(r ziplaw.StudyResult) (ziplaw.StudyResult, error) {
	b, err := json.Marshal(r)
	if err != nil || len(b) <= mostResult {
		return r, err
	}
	r.Joint, r.Law = nil, nil
	r.DataSets, r.Fits, r.Regressed = []ziplaw.DataSetResult{}, []ziplaw.Fit{}, []string{}
	r.Warnings = []ziplaw.Warning{{
		Code: "abridged", Message: "the result is too large for Temporal: ziplaw status and report.json have the data sets, laws and warnings",
	}}
	return r, nil
}
