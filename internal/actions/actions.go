// Package actions says what the actions of a study are: their names and versions, the parameters that their keys hold, the
// roles of what they read and make, the values of their records, and how what they made is loaded. Activities, the lineage
// and the command line take all of it from here.
//
// A change of what an action computes from the same parameters is a new version here, and so another key.
package actions

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/internal/action"
)

// Names of the actions.
const (
	NameSample    = "sample"
	NameCompress  = "compress"
	NameTrainCell = "train-cell"
	NameFit       = "fit"
	NameRegress   = "regress"
	NameReport    = "report"
)

// Versions of the actions.
const (
	SampleVersion    = 2
	CompressVersion  = 2
	TrainCellVersion = 1
	FitVersion       = 3
	RegressVersion   = 4
	ReportVersion    = 4
)

// Roles of artifacts in records. Those of records begin with RecordRole.
const (
	RoleSpec        = "spec"
	RoleOrigin      = "origin" // the grammar's text or the listing of files
	RoleManifest    = "manifest"
	RoleDocuments   = "documents"
	RoleDigests     = "document-digests"
	RolePerDocument = "h-per-document"
	RoleLosses      = "losses" // of every step, float32 little-endian
	RoleModel       = "model"  // final parameters
	RoleDiagnostics = "diagnostics"

	RecordRole         = "record:"
	RoleSampleRecord   = RecordRole + "sample"
	RoleCompressRecord = RecordRole + "compress"
	RoleCellRecord     = RecordRole + "cell"
	RoleFitRecord      = RecordRole + "fit"
	RoleRegressRecord  = RecordRole + "regress"
)

// Getter reads artifacts.
type Getter interface {
	Get(ctx context.Context, id ziplaw.ArtifactID) ([]byte, error)
	GetJSON(ctx context.Context, id ziplaw.ArtifactID, v any) error
}

// Params decodes the parameters of the action that a record is of.
func Params[T any](rec ziplaw.Record) (T, error) {
	var p struct {
		Params T `json:"params"`
	}
	if err := json.Unmarshal(rec.Preimage, &p); err != nil {
		return p.Params, fmt.Errorf("%s %s: preimage: %w", rec.Action, rec.Label, err)
	}
	return p.Params, nil
}

// Values decodes the values of a record.
func Values[T any](rec ziplaw.Record) (v T, err error) {
	if err = json.Unmarshal(rec.Values, &v); err != nil {
		return v, fmt.Errorf("%s %s: values: %w", rec.Action, rec.Label, err)
	}
	return v, nil
}

// Version is the version of the action that a record is of; 0 where the record doesn't say.
func Version(rec ziplaw.Record) int {
	var a struct {
		Version int `json:"version"`
	}
	if json.Unmarshal(rec.Preimage, &a) != nil {
		return 0
	}
	return a.Version
}

// Load reads a record and its values.
func Load[T any](ctx context.Context, from Getter, id ziplaw.ArtifactID) (rec ziplaw.Record, v T, err error) {
	if err = from.GetJSON(ctx, id, &rec); err != nil {
		return rec, v, err
	}
	v, err = Values[T](rec)
	return rec, v, err
}

func of(name string, version int, params any) action.Action {
	return action.Action{Name: name, Version: version, Params: params}
}
