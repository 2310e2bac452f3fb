package report

import (
	"slices"

	"github.com/ziplaw/ziplaw"
)

// setting is one thing about how a study was run, beside how the paper did it.
type setting struct {
	Name, Here, Paper string
	Verdict           string // same, differs, or open where the paper leaves it so
}

// The paper's main study (section 3 and tables 1 and 6), and where its text leaves something open, its public code.
var (
	paperGrammars = [][4]int{{3, 20, 2, 2}, {10, 150, 5, 3}, {20, 300, 10, 5}, {30, 400, 10, 8}, {50, 500, 20, 15}, {100, 2000, 100, 30}}
	paperModels   = []ziplaw.Model{
		{H: 64, Layers: 2, Heads: 1, Intermediate: 128}, {H: 128, Layers: 4, Heads: 2, Intermediate: 256},
		{H: 256, Layers: 6, Heads: 4, Intermediate: 512}, {H: 512, Layers: 10, Heads: 8, Intermediate: 1024},
		{H: 1024, Layers: 20, Heads: 16, Intermediate: 2048}, {H: 2048, Layers: 30, Heads: 32, Intermediate: 4096},
	}
	paperBudgets = []int64{99840, 999936, 9999872, 20000000, 49999872, 94999808}
)

func settings(s ziplaw.Study) []setting {
	compare := func(name, here, paper string, same bool) setting {
		if same {
			return setting{name, here, paper, "same"}
		}
		return setting{name, here, paper, "differs"}
	}
	r := s.Recipe
	all := []setting{
		compare("Data sets", dataSetsText(s), "6 grammars, one of each class from (3,20,2,2) to (100,2000,100,30)", slices.Equal(grammarsOf(s), paperGrammars)),
		compare("Document", count(s.Context, "token", "tokens"), "256 tokens", s.Context == 256),
		compare("Vocabulary", vocabularyText(s), "32,001 ids", s.Vocabulary == 32001),
		compare("Models", modelsText(s.Models), "6 Llama models, h 64 to 2048, 2 to 30 layers: 4.2 million to 1.4 billion parameters", slices.Equal(s.Models, paperModels)),
		compare("Budgets D", tokensText(s.Budgets), "100K, 1M, 5M, 20M, 50M and 100M tokens; its code has 99,840 to 94,999,808", slices.Equal(s.Budgets, paperBudgets)),
		compare("Training seeds", integers(s.Seeds), "one, not recorded", len(s.Seeds) == 1),
		compare("Batch", count(r.Batch, "document", "documents"), "32 documents", r.Batch == 32),
		compare("AdamW", adamWText(r), "as in the transformers library of the time, eps 1e-6, no weight decay", r.AdamW == "transformers" && r.WeightDecay == 0),
		compare("Learning rate", rateText(r.LR), "5e-5 for all widths", r.LR == ziplaw.LearningRate{Base: 5e-5, Scale: "none"}),
		compare("Warm-up", warmupText(r), "none", r.Warmup == 0),
		{"Schedule", r.Schedule, "cosine in today's code; runs of its time very likely had a constant rate", "open"},
		compare("Targets in padding", r.PadTargets, "counted", r.PadTargets == "counted"),
		compare("H of a data set", hText(s), "median in the code, mean in Eq. 3, over 1,000 documents", s.Compressibility.Level == 9 && s.Compressibility.Documents == 1000),
		{"Loss of a run", finalName(s), "not published", "open"},
		compare("Fit", fitText(s.Fit), "Huber loss with delta 1e-3, from 1,600 starts", s.Fit.Delta == 1e-3 && s.Fit.Starts == "muennighoff"),
	}
	return all
}

func grammarsOf(s ziplaw.Study) [][4]int {
	var all [][4]int
	for _, d := range s.DataSets() {
		if d.Grammar == nil || d.Grammar.PFSA != "none" { // nor is a file's grammar of a class
			return nil
		}
		all = append(all, [4]int{d.Grammar.Nonterminals, d.Grammar.Terminals, d.Grammar.Options, d.Grammar.Length})
	}
	return all
}
