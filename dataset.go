package ziplaw

import "fmt"

// DataSet is one data set of a study: a grammar of a class, drawn with one seed, a file's grammar, or a corpus of files.
// It has a law of its own.
type DataSet struct {
	Name  string `json:"name"`
	Class string `json:"class"` // the spec's entry that it comes from

	Grammar      *Grammar `json:"grammar,omitempty"`
	GrammarSeed  int64    `json:"grammar_seed,omitempty"` // none of a file's grammar
	SamplingSeed int64    `json:"sampling_seed,omitempty"`

	Files     *Files `json:"files,omitempty"`
	Tokenizer string `json:"tokenizer,omitempty"`
	DataSeed  int64  `json:"data_seed,omitempty"`
}

// DataSets expands the spec's entries: an entry with several grammar seeds is a data set NAME-gSEED for each.
func (s Study) DataSets() []DataSet {
	var sets []DataSet
	for _, entry := range s.Datasets {
		sets = append(sets, entry.expand()...)
	}
	return sets
}

// DataSet finds a data set by its name.
func (s Study) DataSet(name string) (DataSet, bool) {
	for _, d := range s.DataSets() {
		if d.Name == name {
			return d, true
		}
	}
	return DataSet{}, false
}

// ReadsFiles says whether the data set depends on what files hold: its documents, or its grammar.
func (d DataSet) ReadsFiles() bool { return d.Files != nil || d.Grammar != nil && d.Grammar.File != "" }

func (e DataSetSpec) expand() []DataSet {
	if e.Files != nil {
		return []DataSet{{Name: e.Name, Class: e.Name, Files: e.Files, Tokenizer: e.Tokenizer, DataSeed: value(e.DataSeed)}}
	}
	if e.Grammar != nil && e.Grammar.File != "" {
		return []DataSet{{Name: e.Name, Class: e.Name, Grammar: e.Grammar, SamplingSeed: value(e.SamplingSeed)}}
	}
	sets := make([]DataSet, 0, len(e.GrammarSeeds))
	for _, seed := range e.GrammarSeeds {
		name := e.Name
		if len(e.GrammarSeeds) > 1 {
			name = fmt.Sprintf("%s-g%d", e.Name, seed)
		}
		sets = append(sets, DataSet{Name: name, Class: e.Name, Grammar: e.Grammar, GrammarSeed: seed, SamplingSeed: value(e.SamplingSeed)})
	}
	return sets
}

func value(p *int64) int64 {
	if p == nil {
		return 0
	}
	return *p
}
