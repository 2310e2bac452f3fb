package studies_test

import (
	"math"
	"testing"
	"time"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/analysis"
	"github.com/ziplaw/ziplaw/internal/dataset"
	"github.com/ziplaw/ziplaw/internal/spec"
	"github.com/ziplaw/ziplaw/studies"
)

// compressibility is the mean of H over 60 grammars of each class and its standard deviation from grammar to grammar,
// drawn and sampled in Python by the reference code's procedure.
var compressibility = map[ziplaw.GrammarClass]struct{ mean, sd float64 }{
	class(3, 20, 2, 2):        {0.1135, 0.0127},
	class(10, 150, 5, 3):      {0.2261, 0.0154},
	class(20, 300, 10, 5):     {0.3563, 0.0132},
	class(30, 400, 10, 8):     {0.4257, 0.0135},
	class(50, 500, 20, 15):    {0.5064, 0.0056},
	class(100, 2000, 100, 30): {0.6077, 0.0018},
}

func class(nonterminals, terminals, options, length int) ziplaw.GrammarClass {
	return ziplaw.GrammarClass{Nonterminals: nonterminals, Terminals: terminals, Options: options, Length: length}
}

// Some grammars of a class have no sentence, or are far from the class's H: those would spoil a study.
func TestGrammarsOfReadyStudies(t *testing.T) {
	for _, name := range studies.Names() {
		text, _ := studies.Find(name)
		study, err := spec.Parse(text)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		sampled := 0
		for _, d := range study.DataSets() {
			if d.Grammar == nil {
				continue
			}
			t.Run(name+"/"+d.Name, func(t *testing.T) { checkGrammar(t, study, d) })
			sampled++
		}
		if sampled < 4 {
			t.Errorf("%s has only %d grammars", name, sampled)
		}
	}
}

func checkGrammar(t *testing.T, study ziplaw.Study, d ziplaw.DataSet) {
	const documents = 300
	source, err := dataset.Open(t.Context(), study, d, dataset.Options{})
	if err != nil {
		t.Fatal(err)
	}
	want, known := compressibility[class(d.Grammar.Nonterminals, d.Grammar.Terminals, d.Grammar.Options, d.Grammar.Length)]
	if !known {
		t.Fatalf("H of class %+v is not known", *d.Grammar)
	}
	docs, start := make([][]int32, documents), time.Now()
	for i := range docs {
		if docs[i], err = source.Train(nil, i); err != nil || len(docs[i]) < study.Context-1 {
			t.Errorf("document %d has %d tokens", i, len(docs[i]))
		}
	}
	if took := time.Since(start); took > time.Second { // the slowest take milliseconds
		t.Errorf("sampling %d documents took %v", documents, took)
	}
	h, _, err := analysis.Compressibility(docs, study.Compressibility, ziplaw.FitOptions{Level: 0.9, Resamples: 1})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("grammar seed %d: H %.3f, %d tokens in the vocabulary, ends with probability %.3f",
		d.GrammarSeed, h.Mean, len(source.Vocabulary()), source.Origin().Termination)
	if math.Abs(h.Mean-want.mean) > 3*want.sd {
		t.Errorf("grammar seed %d: H %.3f, of its class %.3f with standard deviation %.4f", d.GrammarSeed, h.Mean, want.mean, want.sd)
	}
}
