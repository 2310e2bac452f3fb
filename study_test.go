package ziplaw

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
)

func sample() Study {
	one := int64(1)
	return Study{
		Name: "s", Context: 256,
		Datasets: []DataSetSpec{
			{Name: "g", Grammar: &Grammar{}, GrammarSeeds: []int64{4, 7}, SamplingSeed: &one},
			{Name: "one", Grammar: &Grammar{}, GrammarSeeds: []int64{3}, SamplingSeed: &one},
			{Name: "text", Files: &Files{Include: []string{"a"}}, Tokenizer: "bytes", DataSeed: &one},
		},
		Models:  []Model{{H: 8, Layers: 1, Heads: 1, Intermediate: 16}, {H: 4, Layers: 2, Heads: 1, Intermediate: 8}},
		Budgets: []int64{1024, 512},
		Seeds:   []int64{1, 2},
	}
}

func TestDataSetsExpandGrammarSeeds(t *testing.T) {
	s := sample()
	var names []string
	for _, d := range s.DataSets() {
		names = append(names, d.Name+"/"+d.Class)
	}
	if got := strings.Join(names, " "); got != "g-g4/g g-g7/g one/one text/text" {
		t.Errorf("data sets %s", got)
	}
	d, found := s.DataSet("g-g7")
	if !found || d.GrammarSeed != 7 || d.SamplingSeed != 1 || d.Files != nil {
		t.Errorf("g-g7: %+v", d)
	}
	if text, _ := s.DataSet("text"); text.Grammar != nil || text.Tokenizer != "bytes" || text.DataSeed != 1 {
		t.Errorf("text: %+v", text)
	}
	if _, found := s.DataSet("g"); found {
		t.Error("a class of several seeds is no data set")
	}
}

func TestCellsGoFromSmallToLarge(t *testing.T) {
	s := sample()
	var ids []string
	for _, c := range s.Cells("text") {
		ids = append(ids, c.String())
	}
	want := []string{
		"s/text/h4-l2/D512/s1", "s/text/h4-l2/D512/s2", "s/text/h8-l1/D512/s1", "s/text/h8-l1/D512/s2",
		"s/text/h4-l2/D1024/s1", "s/text/h4-l2/D1024/s2", "s/text/h8-l1/D1024/s1", "s/text/h8-l1/D1024/s2",
	}
	if !slices.Equal(ids, want) {
		t.Errorf("cells %v", ids)
	}
	slices.Reverse(s.Models)
	slices.Reverse(s.Budgets)
	for i, c := range s.Cells("text") {
		if c.String() != want[i] {
			t.Errorf("cell %d is %s where the axes turn round", i, c)
		}
	}
	if s.MaxBudget() != 1024 || Documents(1024, 256) != 4 {
		t.Errorf("largest budget %d, documents %d", s.MaxBudget(), Documents(1024, 256))
	}
}

func TestModelNames(t *testing.T) {
	for want, m := range map[string]Model{
		"h32-l1":         {H: 32, Layers: 1, Heads: 1, Intermediate: 64},
		"h2048-l30":      {H: 2048, Layers: 30, Heads: 32, Intermediate: 4096},
		"h32-l1-a2":      {H: 32, Layers: 1, Heads: 2, Intermediate: 64},
		"h32-l1-a4-i128": {H: 32, Layers: 1, Heads: 4, Intermediate: 128},
		"h1024-l32":      {H: 1024, Layers: 32, Heads: 16, Intermediate: 2048},
		"h0-l0":          {},
	} {
		if got := m.Name(); got != want {
			t.Errorf("%+v is %s, want %s", m, got, want)
		}
	}
}

func TestPeakRate(t *testing.T) {
	for _, c := range []struct {
		rate LearningRate
		h    int
		want float64
	}{
		{LearningRate{Base: 0.2, Scale: "inverse_width", Max: 0.02}, 4, 0.02},
		{LearningRate{Base: 0.2, Scale: "inverse_width", Max: 0.02}, 32, 0.00625},
		{LearningRate{Base: 0.2, Scale: "inverse_width"}, 4, 0.05},
		{LearningRate{Base: 5e-5, Scale: "none"}, 2048, 5e-5},
		{LearningRate{Base: 5e-5, Scale: "none", Max: 1e-5}, 2048, 1e-5},
	} {
		if got := c.rate.Peak(c.h); got != c.want {
			t.Errorf("%+v at width %d: %g, want %g", c.rate, c.h, got, c.want)
		}
	}
}

func TestVocabularyAsJSON(t *testing.T) {
	for text, want := range map[string]Vocabulary{`"compact"`: CompactVocabulary, `32001`: 32001} {
		var v Vocabulary
		if err := json.Unmarshal([]byte(text), &v); err != nil || v != want {
			t.Errorf("%s reads as %d, %v", text, v, err)
		}
		if b, err := json.Marshal(v); err != nil || string(b) != text {
			t.Errorf("%s writes as %s, %v", text, b, err)
		}
	}
	for _, text := range []string{`0`, `-1`, `"small"`, `1.5`, `null`, `true`} {
		var v Vocabulary
		if err := json.Unmarshal([]byte(text), &v); err == nil {
			t.Errorf("%s reads as %s", text, v)
		}
	}
	if CompactVocabulary.String() != "compact" || Vocabulary(7).String() != "7" {
		t.Error("a vocabulary's text is not its JSON's")
	}
}

func TestWorkflowIDs(t *testing.T) {
	if WorkflowID("quick") != "ziplaw/quick" || DataSetWorkflowID("quick", "g20") != "ziplaw/quick/g20" {
		t.Errorf("%s, %s", WorkflowID("quick"), DataSetWorkflowID("quick", "g20"))
	}
}
