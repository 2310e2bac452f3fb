package lineage

import (
	"encoding/json"
	"fmt"

	"github.com/ziplaw/ziplaw"
)

// Names of the actions.
const (
	actionSample   = "sample"
	actionCompress = "compress"
	actionTrain    = "train-cell"
	actionFit      = "fit"
	actionRegress  = "regress"
	actionReport   = "report"
)

// Roles of artifacts that the lineage looks into.
const (
	roleSpec      = "spec"
	roleOrigin    = "origin"
	roleManifest  = "manifest"
	roleDigests   = "document-digests"
	roleDocuments = "documents"
	roleModel     = "model"
	roleHTML      = "report.html"

	roleSample   = recordRole + "sample"
	roleCompress = recordRole + "compress"
	roleCell     = recordRole + "cell"
	roleFit      = recordRole + "fit"
)

// What the preimages of the actions say, as far as lineage needs it.
type (
	sampleParams struct {
		Source json.RawMessage `json:"source"`
	}
	source struct {
		Grammar      string               `json:"grammar"` // digest of its text, in hex
		Files        string               `json:"files"`   // digest of the listing, in hex
		Class        *ziplaw.GrammarClass `json:"class"`
		GrammarSeed  *int64               `json:"grammar_seed"`
		SamplingSeed *int64               `json:"sampling_seed"`
		Tokenizer    string               `json:"tokenizer"`
		DataSeed     *int64               `json:"data_seed"`
	}
	compressParams struct {
		Documents ziplaw.ArtifactID `json:"documents"` // digests
		Seed      *int64            `json:"seed"`
	}
	trainParams struct {
		Context   int          `json:"context"`
		Model     ziplaw.Model `json:"model"`
		Documents reading      `json:"documents"`
		HeldOut   reading      `json:"held_out"`
		Seed      int64        `json:"seed"`
	}
	reading struct {
		Count  int    `json:"count"`
		Digest string `json:"digest"`
	}
	fitParams struct {
		Cells   []ziplaw.Key `json:"cells"`
		Options struct {
			Seed *int64 `json:"seed"`
		} `json:"options"`
	}
	regressParams struct {
		DataSets [][2]ziplaw.Key `json:"datasets"` // measures and fit
	}
	reportParams struct {
		Version ziplaw.Key `json:"version"`
		Digest  string     `json:"digest"`
	}
)

// Values of records that are no type of the root package.
type (
	fitValues struct {
		Law    *ziplaw.Fit `json:"law"`
		Absent string      `json:"absent"`
	}
	regressValues struct {
		Regressions []ziplaw.Regression `json:"regressions"`
	}
	reportValues struct {
		Digest      string `json:"digest"`
		DigestCells string `json:"digest_cells"`
	}
)

// paramsOf decodes what a record's preimage says of its action's parameters.
func paramsOf[T any](rec ziplaw.Record) (T, error) {
	var p struct {
		Params T `json:"params"`
	}
	if err := json.Unmarshal(rec.Preimage, &p); err != nil {
		return p.Params, fmt.Errorf("%s %s: preimage: %w", rec.Action, rec.Label, err)
	}
	return p.Params, nil
}

func valuesOf[T any](rec ziplaw.Record) (v T, err error) {
	if err = json.Unmarshal(rec.Values, &v); err != nil {
		return v, fmt.Errorf("%s %s: values: %w", rec.Action, rec.Label, err)
	}
	return v, nil
}

// seed is a seed by what it is for.
type seed struct {
	purpose string
	value   int64
}

// seedsOf are the seeds that an action's parameters hold.
func seedsOf(rec ziplaw.Record) (seeds []seed) {
	add := func(purpose string, value *int64) {
		if value != nil {
			seeds = append(seeds, seed{purpose, *value})
		}
	}
	switch rec.Action {
	case actionSample:
		src := sourceOf(rec)
		add("grammar", src.GrammarSeed)
		add("sampling", src.SamplingSeed)
		add("data", src.DataSeed)
	case actionCompress:
		if p, err := paramsOf[compressParams](rec); err == nil {
			add("resampling", p.Seed)
		}
	case actionFit:
		if p, err := paramsOf[fitParams](rec); err == nil {
			add("resampling", p.Options.Seed)
		}
	case actionTrain:
		if p, err := paramsOf[trainParams](rec); err == nil {
			add("training", &p.Seed)
		}
	}
	return seeds
}

// sourceOf is where a sample's documents come from. What can't be decoded is left empty.
func sourceOf(rec ziplaw.Record) (src source) {
	if p, err := paramsOf[sampleParams](rec); err == nil {
		_ = json.Unmarshal(p.Source, &src)
	}
	return src
}
