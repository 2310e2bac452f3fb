package data

import (
	"io"

	"github.com/spf13/cobra"

	"github.com/ziplaw/ziplaw/internal/cli/console"
	"github.com/ziplaw/ziplaw/internal/pcfg"
)

func (a *app) grammarCommand() *cobra.Command {
	c := &cobra.Command{
		Use:     "grammar",
		Short:   "Look at a grammar: its rules and what they lead to",
		Example: "  ziplaw grammar show --grammar 20,300,10,5",
		Args:    a.UnknownCommand, RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(a.grammarShowCommand())
	return c
}

func (a *app) grammarShowCommand() *cobra.Command {
	var f grammarFlags
	var statsOnly bool
	c := &cobra.Command{
		Use:   "show [FILE]",
		Short: "Print a grammar in NLTK's PCFG syntax, with its statistics",
		Long: `Print a grammar: that of FILE (- for standard input), or one drawn from a class as a study draws it. The text is NLTK's
PCFG syntax, and probabilities read back to the same numbers:

  S -> N0 [0.5] | N1 [0.5]
  N0 -> N1 '17' [0.25] | '3' [0.75]
  N1 -> '4' [1]

The first line is the start symbol's, unless a line %start NAME names another. Lines that begin with # are comments, a
backslash at its end continues a line, and a right-hand side may be empty. The probabilities of a non-terminal sum to 1,
within NLTK's 0.01.

Terminals are quoted token ids, or words such as 'dog'. One that is no integer makes words of all, integers too. Words
have the token ids from 1 on, in the order of their bytes, and token 0 only separates sentences, whatever --separator
says; with --output json words lists them. Quotes are single or double and, as in NLTK, nothing escapes one: no word holds
both.

Statistics follow as comments, so that the output can be read again:

  mean children            non-terminals on a right-hand side, on average over the non-terminals but the start symbol
  spectral radius          of the mean number of children of each kind; derivations are sure to end where it is below 1
  termination probability  that a derivation from the start symbol ends
  expected length          tokens of a sentence, on average
  entropy                  of a sentence's derivation, in nats, and per token, where separators count as tokens: long documents
                           have no more per token, and as much where a text has one derivation only

Documents hold the sentences of derivations that end. Where not all do, what those are on average stands below. Length
and entropy are infinite, and null in JSON, where the spectral radius is 1 or more.`,
		Example: `  ziplaw grammar show --grammar 20,300,10,5 --grammar-seed 2
  ziplaw grammar show --grammar 50,500,20,15 --stats
  ziplaw grammar show grammar.txt --output json`,
		Args: func(c *cobra.Command, args []string) error { return console.CheckCount(c, args, 0, 1) },
	}
	f.register(c)
	c.Flags().Int64Var(&f.seed, "grammar-seed", 1, "draws the grammar of the class")
	c.Flags().BoolVar(&statsOnly, "stats", false, "print the statistics alone")
	c.RunE = func(c *cobra.Command, args []string) error { return a.grammarShow(c, args, f, statsOnly) }
	return c
}

func (a *app) grammarShow(c *cobra.Command, args []string, f grammarFlags, statsOnly bool) error {
	var file console.Path
	if len(args) == 1 {
		if err := file.Set(args[0]); err != nil {
			return err
		}
	}
	if err := f.check(c, file.Given); err != nil {
		return err
	}
	g, err := a.shownGrammar(file, f)
	if err != nil {
		return err
	}
	v := newGrammarJSON(g, f.separator)
	if !statsOnly {
		v.Rules = rulesOf(g)
	}
	return a.Value(v, func(w io.Writer) error {
		if !statsOnly {
			if _, err := io.WriteString(w, g.String()); err != nil {
				return err
			}
		}
		return v.text(w)
	})
}

func (a *app) shownGrammar(file console.Path, f grammarFlags) (*pcfg.Grammar, error) {
	if file.Given == "" {
		return f.draw()
	}
	return a.readGrammar("FILE", file)
}
