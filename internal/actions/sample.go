package actions

import (
	"context"
	"encoding/json"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/internal/action"
	"github.com/ziplaw/ziplaw/internal/dataset"
)

// SampleParams determine a data set's documents.
type SampleParams struct {
	Source     json.RawMessage   `json:"source"` // dataset.Origin.Params
	Context    int               `json:"context"`
	Vocabulary ziplaw.Vocabulary `json:"vocabulary"`
	PadTargets string            `json:"pad_targets"`
	Documents  int               `json:"documents"`
	HeldOut    int               `json:"held_out"`
}

// SampleSource is what SampleParams.Source says of a grammar or of files.
type SampleSource struct {
	Grammar      string               `json:"grammar"` // digest of its text, in hex
	Files        string               `json:"files"`   // digest of the listing, in hex
	Class        *ziplaw.GrammarClass `json:"class"`   // none of a file's grammar
	GrammarSeed  *int64               `json:"grammar_seed"`
	SamplingSeed *int64               `json:"sampling_seed"`
	Tokenizer    string               `json:"tokenizer"`
	DataSeed     *int64               `json:"data_seed"`
}

// SampleValues are the values of a sample's record.
type SampleValues struct {
	Kind       string `json:"kind"` // grammar or files
	Documents  int    `json:"documents"`
	HeldOut    int    `json:"held_out"`
	Vocabulary int    `json:"vocabulary"`
}

// Sample stores the documents of a data set.
func Sample(s ziplaw.Study, src dataset.Source) (action.Action, error) {
	source, err := json.Marshal(src.Origin().Params)
	return of(NameSample, SampleVersion, SampleParams{
		Source: source, Context: s.Context, Vocabulary: s.Vocabulary, PadTargets: s.Recipe.PadTargets,
		Documents: dataset.Pool(s, src.Len()), HeldOut: s.Recipe.HeldOut,
	}), err
}

// Sampled is a stored data set.
type Sampled struct {
	Record   ziplaw.ArtifactID
	Key      ziplaw.Key
	Manifest dataset.Manifest
	Digests  dataset.Digests
}

// LoadSampled reads what Sample made, but for the documents.
func LoadSampled(ctx context.Context, from Getter, record ziplaw.ArtifactID) (Sampled, error) {
	rec, _, err := Load[SampleValues](ctx, from, record)
	if err != nil {
		return Sampled{}, err
	}
	s := Sampled{Record: record, Key: rec.Key}
	id, _ := rec.Output(RoleManifest)
	if err := from.GetJSON(ctx, id, &s.Manifest); err != nil {
		return Sampled{}, err
	}
	b, err := from.Get(ctx, s.Manifest.Digests)
	if err != nil {
		return Sampled{}, err
	}
	if s.Digests, err = dataset.NewDigests(b, s.Manifest); err != nil {
		return Sampled{}, err
	}
	return s, nil
}
