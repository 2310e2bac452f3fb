package report

import (
	"fmt"
	"path"
	"strings"

	"github.com/ziplaw/ziplaw"
)

func dataSetsText(s ziplaw.Study) string {
	grammars, files := 0, 0
	for _, d := range s.DataSets() {
		if d.Grammar != nil {
			grammars++
		} else {
			files++
		}
	}
	var parts []string
	if grammars > 0 {
		parts = append(parts, count(grammars, "grammar", "grammars"))
	}
	if files > 0 {
		parts = append(parts, count(files, "corpus of files", "corpora of files"))
	}
	return list(parts) + " (Table 1)"
}

func vocabularyText(s ziplaw.Study) string {
	if s.Vocabulary == ziplaw.CompactVocabulary {
		return "each data set's own tokens (Table 1)"
	}
	return count(int(s.Vocabulary), "id", "ids")
}

func modelsText(models []ziplaw.Model) string {
	names := make([]string, len(models))
	for i, m := range models {
		names[i] = m.Name()
	}
	return count(len(models), "Llama model", "Llama models") + ": " + list(names) + " (hidden size h, layers l)"
}

func tokensText(budgets []int64) string { return integers(budgets) + " tokens" }

func integers(numbers []int64) string {
	all := make([]string, len(numbers))
	for i, n := range numbers {
		all[i] = whole(n)
	}
	return list(all)
}

func adamWText(r ziplaw.Recipe) string {
	text := "torch's form, eps 1e-8"
	if r.AdamW == "transformers" {
		text = "the transformers library's form, eps 1e-6"
	}
	if r.WeightDecay != 0 {
		return text + fmt.Sprintf(", weight decay %g", r.WeightDecay)
	}
	return text + ", no weight decay"
}

func rateText(r ziplaw.LearningRate) string {
	if r.Scale != "inverse_width" {
		return fmt.Sprintf("%g for all widths", r.Base)
	}
	if r.Max > 0 {
		return fmt.Sprintf("min(%g, %g/h)", r.Max, r.Base)
	}
	return fmt.Sprintf("%g/h", r.Base)
}

func warmupText(r ziplaw.Recipe) string {
	if r.Warmup == 0 {
		return "none"
	}
	return percent(r.Warmup) + " of the steps"
}

func hText(s ziplaw.Study) string {
	c := s.Compressibility
	return fmt.Sprintf("%s over at most %s", c.Statistic, count(c.Documents, "document", "documents"))
}

func fitText(f ziplaw.FitOptions) string {
	starts := "4,500"
	if f.Starts == "muennighoff" {
		starts = "1,600"
	}
	return fmt.Sprintf("Huber loss with delta %g, from %s starts; N counts %s", f.Delta, starts, countText(f))
}

func countText(f ziplaw.FitOptions) string {
	if f.Count == "non_embedding" {
		return "parameters without both embeddings"
	}
	return "all parameters"
}

// sourceText says where a data set comes from.
func sourceText(d ziplaw.DataSet) string {
	if g := d.Grammar; g != nil && g.File != "" {
		return fmt.Sprintf("grammar of %s, separator %s; sampling seed %d", path.Base(g.File), g.Separator, d.SamplingSeed)
	}
	if g := d.Grammar; g != nil {
		text := fmt.Sprintf("grammar (%d, %d, %d, %d)", g.Nonterminals, g.Terminals, g.Options, g.Length)
		if g.PFSA != "" && g.PFSA != "none" {
			text += ", pfsa " + g.PFSA
		}
		return text + fmt.Sprintf(", seed %d, separator %s; sampling seed %d", d.GrammarSeed, g.Separator, d.SamplingSeed)
	}
	if d.Files == nil {
		return ""
	}
	text := fmt.Sprintf("files %s as %s; data seed %d", strings.Join(d.Files.Include, ", "), d.Tokenizer, d.DataSeed)
	if len(d.Files.Exclude) > 0 {
		text += "; without " + strings.Join(d.Files.Exclude, ", ")
	}
	return text
}
