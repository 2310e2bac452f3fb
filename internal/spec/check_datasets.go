package spec

import (
	"fmt"
	"path"
	"strings"

	"github.com/ziplaw/ziplaw"
)

// maxSymbols bounds the symbols of a grammar's right-hand sides, at their most; the paper's largest has 300,000.
const maxSymbols = 100_000_000

// maxDataSets bounds the data sets of a study, grammar seeds included: the ids of their records travel through Temporal, which
// refuses payloads above 2 MiB.
const maxDataSets = 3000

func (c *checker) checkDataSets() {
	if n := len(c.DataSets()); n > maxDataSets {
		c.add("datasets", fmt.Sprintf("at most %d in one study, grammar seeds counted; cells are shared by studies", maxDataSets), "%d data sets", n)
	}
	first := map[string]int{}
	for i, entry := range c.Datasets {
		field := itemPath("datasets", i)
		c.checkNames(field, i, entry, first)
		switch {
		case entry.Files != nil:
			c.checkFiles(field+".files", *entry.Files)
		case entry.Grammar.File != "":
			c.checkGrammarFile(field+".grammar.file", entry.Grammar.File)
		default:
			c.checkGrammar(field+".grammar", entry.Grammar.GrammarClass)
		}
	}
}

// checkNames holds that no two data sets have one name, those of grammar seeds included. First has the entry of each
// name so far.
func (c *checker) checkNames(field string, i int, entry ziplaw.DataSetSpec, first map[string]int) {
	names := []string{entry.Name}
	for _, d := range (ziplaw.Study{Datasets: []ziplaw.DataSetSpec{entry}}).DataSets() {
		names = append(names, d.Name)
	}
	for _, name := range names {
		if j, found := first[name]; found && j != i {
			c.add(field+".name", "give each data set a name of its own", "%q is a data set of %s as well", name, itemPath("datasets", j))
			return
		}
		first[name] = i
	}
}

func (c *checker) checkGrammar(field string, g ziplaw.GrammarClass) {
	if symbols := float64(g.Nonterminals) * float64(g.Options) * float64(g.Length); symbols > maxSymbols {
		c.add(field, fmt.Sprintf("nonterminals x options x length at most %d", maxSymbols), "up to %.3g symbols are too many for a grammar", symbols)
	}
	if g.Separator == "reserved" && g.Terminals < 2 {
		c.add(field+".terminals", "at least 2 where the separator is reserved", "token 0 separates sentences, which leaves no terminal")
	}
	tokens, what := g.Terminals, "terminals"
	if g.Separator == "reserved" { // which is a token of its own: terminal i is token i+1
		tokens, what = g.Terminals+1, "tokens, terminals and the separator,"
	}
	c.checkVocabulary(field+".terminals", tokens, what)
}

// checkGrammarFile holds that a grammar's file has a path. What the file holds is found when it is read.
func (c *checker) checkGrammarFile(field, file string) {
	if hint := pathHint(file); hint != "" {
		c.add(field, hint, "%s is no path of a file", show(file))
	}
}

func (c *checker) checkFiles(field string, f ziplaw.Files) {
	for _, list := range []struct {
		key      string
		patterns []string
	}{{"include", f.Include}, {"exclude", f.Exclude}} {
		for i, pattern := range list.patterns {
			if hint := patternHint(pattern); hint != "" {
				c.add(itemPath(field+"."+list.key, i), hint, "%s is no pattern of files", show(pattern))
			}
		}
	}
	c.checkVocabulary(field, 256, "bytes")
}

// pathHint says what is wrong with a path; "" where nothing is.
func pathHint(file string) string {
	if strings.ContainsRune(file, 0) {
		return "no zero byte"
	}
	for rest := file; ; {
		_, after, found := strings.Cut(rest, "${")
		if !found {
			return ""
		}
		name, next, closed := strings.Cut(after, "}")
		if !closed || name == "" || strings.ContainsAny(name, "${/") {
			return "an environment variable is written ${NAME}"
		}
		rest = next
	}
}

// patternHint says what is wrong with a pattern; "" where nothing is.
func patternHint(pattern string) string {
	if hint := pathHint(pattern); hint != "" {
		return hint
	}
	if _, err := path.Match(pattern, ""); err != nil {
		return "a bracket that opens is closed, as in [a-z]; \\[ is a bracket itself"
	}
	return ""
}

// checkVocabulary holds that a stated vocabulary has room for a data set's tokens, and for the pad id where pads are
// targets.
func (c *checker) checkVocabulary(field string, tokens int, what string) {
	if c.Vocabulary == ziplaw.CompactVocabulary {
		return
	}
	need, pad := tokens, ""
	if c.Recipe.PadTargets == "counted" {
		need, pad = tokens+1, " and the pad id"
	}
	if int(c.Vocabulary) < need {
		c.add("vocabulary", fmt.Sprintf("at least %d, or compact", need), "%d ids are fewer than the %d %s%s of %s", c.Vocabulary, tokens, what, pad, field)
	}
}
