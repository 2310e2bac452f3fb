package data

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/internal/cli/console"
	"github.com/ziplaw/ziplaw/internal/content"
	"github.com/ziplaw/ziplaw/internal/dataset"
	"github.com/ziplaw/ziplaw/internal/pcfg"
)

// grammarFlags name a grammar: one drawn from a class, or a file's.
type grammarFlags struct {
	class     class
	seed      int64
	pfsa      string
	separator string
}

func (f *grammarFlags) register(c *cobra.Command) {
	p := c.Flags()
	p.Var(&f.class, "grammar", "class of the grammar: non-terminals, terminals, options and length, such as 20,300,10,5")
	p.StringVar(&f.pfsa, "pfsa", "none", "what right-hand sides may be: none (anything), reference (one symbol) or right-linear (a non-terminal at the end only)")
	p.StringVar(&f.separator, "separator", pcfg.SharedSeparator, "token 0 between sentences: shared (it is a terminal as well) or reserved (terminal i is token i+1); words are tokens from 1 on with both")
	console.Completions(c, map[string][]string{"pfsa": {"none", pcfg.Reference, pcfg.RightLinear}, "separator": {pcfg.SharedSeparator, pcfg.ReservedSeparator}})
}

// check refuses what names no grammar, or two.
func (f *grammarFlags) check(c *cobra.Command, file string) error {
	given := c.Flags().Changed
	switch {
	case file == "" && f.class.given == "":
		return console.Usage("--grammar", "such as --grammar 20,300,10,5, or name a grammar's file", "no grammar is named")
	case file != "" && f.class.given != "":
		return console.Usage("--grammar", "leave one of them out", "both a class and the grammar of %s are given", file)
	case file != "" && given("grammar-seed"):
		return console.Usage("--grammar-seed", "it is for --grammar, which draws a grammar", "the grammar of %s isn't drawn", file)
	case file != "" && given("pfsa"):
		return console.Usage("--pfsa", "it is for --grammar, which draws a grammar", "the grammar of %s isn't drawn", file)
	case f.pfsa != "none" && f.pfsa != pcfg.Reference && f.pfsa != pcfg.RightLinear:
		return console.Usage("--pfsa", "none, reference or right-linear", "%q", f.pfsa)
	case f.separator != pcfg.SharedSeparator && f.separator != pcfg.ReservedSeparator:
		return console.Usage("--separator", "shared or reserved", "%q", f.separator)
	case f.seed < 0:
		return console.Usage("--grammar-seed", "at least 0", "%d", f.seed)
	}
	return nil
}

// draw draws the grammar of the class.
func (f *grammarFlags) draw() (*pcfg.Grammar, error) {
	form := f.pfsa
	if form == "none" {
		form = pcfg.ContextFree
	}
	g, err := pcfg.Random(f.class.of, uint64(f.seed), form)
	if err != nil {
		return nil, console.Usage("--grammar", "non-terminals, terminals, options and length, such as 20,300,10,5", "%v", err)
	}
	return g, nil
}

// readGrammar reads a grammar's text: a file, or - for standard input.
func (a *app) readGrammar(field string, file console.Path) (*pcfg.Grammar, error) {
	g, err := a.grammarOf(file)
	if wrong, ok := errors.AsType[*pcfg.ParseError](err); ok {
		return nil, &ziplaw.Error{Code: ziplaw.CodeUsage, Field: file.Given, Line: wrong.Line, Message: wrong.Message, Hint: dataset.GrammarHint}
	}
	if err != nil {
		return nil, console.Usage(field, "a file in NLTK's PCFG syntax, or - for standard input", "read grammar: %v", err)
	}
	return g, nil
}

func (a *app) grammarOf(file console.Path) (*pcfg.Grammar, error) {
	options := content.Options{Pipes: true}
	if file.Given == "-" {
		return dataset.ReadGrammar(content.New("standard input", a.Stdin, options))
	}
	c, err := content.Open(file.At, options)
	if err != nil {
		return nil, err
	}
	defer func() { _ = c.Close() }()
	return dataset.ReadGrammar(c)
}

// class is a flag: a class of random grammars.
type class struct {
	given string
	of    pcfg.Class
}

func (c *class) String() string { return c.given }

func (c *class) Set(text string) error {
	parts := strings.Split(text, ",")
	if len(parts) != 4 {
		return errors.New("not four numbers such as 20,300,10,5: non-terminals, terminals, options and length")
	}
	for i, into := range []*int{&c.of.Nonterminals, &c.of.Terminals, &c.of.Options, &c.of.Length} {
		n, err := strconv.Atoi(strings.TrimSpace(parts[i]))
		if err != nil || n < 1 {
			return fmt.Errorf("%q is no number of at least 1", parts[i])
		}
		*into = n
	}
	c.given = text
	return nil
}

func (c *class) Type() string { return "N,T,O,L" }
