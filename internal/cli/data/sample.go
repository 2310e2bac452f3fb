package data

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/dustin/go-humanize"
	"github.com/spf13/cobra"

	"github.com/ziplaw/ziplaw/internal/cli/console"
	"github.com/ziplaw/ziplaw/internal/pcfg"
)

// sampleFlags are those of ziplaw sample.
type sampleFlags struct {
	grammar   grammarFlags
	file      console.Path // the grammar's
	seed      int64
	context   int
	documents int
	heldOut   bool
	out       console.Path
	format    string
	words     bool // write words for token ids
}

func (a *app) sampleCommand() *cobra.Command {
	f := sampleFlags{out: console.Path{Given: "-"}}
	c := &cobra.Command{
		Use:   "sample",
		Short: "Write documents sampled from a grammar",
		Long: `Write documents of token ids, sampled from a grammar: one drawn from a class (--grammar), or a file's (--grammar-file, in
NLTK's PCFG syntax; see ziplaw help grammar show). They are the documents of a study's data set of the same class,
grammar seed, sampling seed, separator and context, in its order of documents: the first ones don't depend on how many
there are.

Sentences are joined by token 0, and the last one is cut to the document's context. Derivations that don't end have no
part in it. A document is as long as the context, or one token shorter where a sentence and its separator fill it
exactly. Of a grammar whose terminals are words, documents hold the words' token ids, 1 and on in the order of their bytes;
with --words they are text: words with spaces between them, and a full stop where a sentence ends and another begins. A
full stop that is a word of the grammar looks the same.

Formats, by --format or the name's ending:

  .jsonl  {"tokens":[17,4,0,3]}, one document a line
  .txt    token ids, or with --words words, with spaces between them, one document a line
  .npy    an int32 array of documents x context, padded with -1, for numpy.load
  .bin    little-endian unsigned numbers without a header, for numpy.fromfile: documents back to back, unpadded; of 16 bits,
          or 32 where a token id of the grammar needs them; the summary says which

A file is there as a whole or not at all. Without --out, documents go to standard output.`,
		Example: `  ziplaw sample --grammar 3,20,2,2 --documents 3
  ziplaw sample --grammar 20,300,10,5 --seed 1 --grammar-seed 2 --documents 1000 --out g20.jsonl
  ziplaw sample --grammar-file grammar.txt --context 512 --documents 100000 --out tokens.npy --output json
  ziplaw sample --grammar-file english.txt --words`,
		Args: console.Exactly(0),
	}
	f.grammar.register(c)
	p := c.Flags()
	p.Var(&f.file, "grammar-file", "file of the grammar in NLTK's PCFG syntax, or - for standard input")
	p.Int64Var(&f.seed, "seed", 1, "draws the documents, and the grammar where there is no --grammar-seed")
	p.Int64Var(&f.grammar.seed, "grammar-seed", 1, "draws the grammar of the class (default: that of --seed)")
	p.IntVar(&f.context, "context", 256, "tokens of a document, at most")
	p.IntVar(&f.documents, "documents", 1000, "documents to write")
	p.BoolVar(&f.heldOut, "held-out", false, "the held-out documents of a study, not those of training")
	p.Var(&f.out, "out", "file to write, or - for standard output")
	p.StringVar(&f.format, "format", "", "jsonl, txt, npy or bin (default: by the file's name; jsonl on standard output, txt with --words)")
	p.BoolVar(&f.words, "words", false, "write the words of a grammar of words, as txt")
	console.Completions(c, map[string][]string{"format": sampleFormats})
	c.RunE = func(c *cobra.Command, _ []string) error {
		return console.UntilInterrupted(c, func(ctx context.Context) error { return a.sample(ctx, c, f) })
	}
	return c
}

func (a *app) sample(ctx context.Context, c *cobra.Command, f sampleFlags) error {
	if err := f.check(c, a.JSON); err != nil {
		return err
	}
	g, err := a.sampledGrammar(f)
	if err != nil {
		return err
	}
	if f.words && g.Words() == nil {
		return console.Usage("--words", "leave it out", "the terminals of the grammar are token ids, not words")
	}
	s, err := pcfg.NewSampler(g, pcfg.SamplerOptions{Seed: uint64(f.seed), Context: f.context, Separator: f.grammar.separator})
	if err != nil {
		return f.unsampled(err)
	}
	v := sampleJSON{Grammar: grammarDigest(g), File: f.out.Given, Format: f.format, Documents: f.documents, Context: f.context, grammarStats: statsOf(g)}
	shape := sampleShape{documents: f.documents, context: f.context, wide: wide(s.Vocabulary())}
	if f.words {
		shape.words = g.Words()
	}
	if f.format == "bin" {
		v.Type = shape.binaryType()
	}
	started := time.Now()
	write := func(w io.Writer) (err error) {
		v.Tokens, err = a.writeDocuments(ctx, w, s, f, shape)
		return err
	}
	if f.out.Given == "-" {
		return write(a.Out)
	}
	if err := replaceFile(f.out.At, write); err != nil {
		return console.Usage("--out", "name a place that can be written", "%v", err)
	}
	v.Seconds = time.Since(started).Seconds()
	return a.Value(v, v.text)
}

// check completes the flags, and refuses what can't be sampled or written.
func (f *sampleFlags) check(c *cobra.Command, json bool) error {
	if !c.Flags().Changed("grammar-seed") && f.file.Given == "" {
		f.grammar.seed = f.seed
	}
	if f.format == "" {
		f.format = formatOf(f.out.Given)
		if f.words && f.out.Given == "-" {
			f.format = "txt"
		}
	}
	switch {
	case f.seed < 0:
		return console.Usage("--seed", "at least 0", "%d", f.seed)
	case f.documents < 1:
		return console.Usage("--documents", "at least 1", "%d documents", f.documents)
	case f.context < 2 || f.context > mostContext:
		return console.Usage("--context", fmt.Sprintf("from 2 to %d", mostContext), "a context of %d tokens", f.context)
	case !isFormat(f.format):
		return console.Usage("--format", "one of --format jsonl, txt, npy and bin, or a file that ends so", "no format is known for %s", f.out.Given)
	case f.words && f.format != "txt":
		return console.Usage("--words", "with --format txt, or a file that ends in .txt", "words are text, and %s holds token ids", f.format)
	case json && f.out.Given == "-":
		return console.Usage("--out", "name a file", "--output json and the documents can't both go to standard output")
	}
	return f.grammar.check(c, f.file.Given)
}

// mostContext keeps a document in memory.
const mostContext = 1 << 30

func (a *app) sampledGrammar(f sampleFlags) (*pcfg.Grammar, error) {
	if f.file.Given == "" {
		return f.grammar.draw()
	}
	return a.readGrammar("--grammar-file", f.file)
}

// unsampled says why a grammar has no documents, and what to do.
func (f *sampleFlags) unsampled(err error) error {
	if f.file.Given != "" {
		return console.Usage("--grammar-file", "give one of them a rule that ends", "%v", err)
	}
	return console.Usage("--grammar", "take another --grammar-seed, or fewer or shorter options", "the grammar of seed %d: %v", f.grammar.seed, err)
}

// writeDocuments writes the documents and returns the number of their tokens.
func (a *app) writeDocuments(ctx context.Context, w io.Writer, s *pcfg.Sampler, f sampleFlags, shape sampleShape) (tokens int64, err error) {
	purpose := pcfg.Train
	if f.heldOut {
		purpose = pcfg.HeldOut
	}
	out := newDocumentWriter(w, f.format, shape)
	out.begin()
	var doc []int32
	said := time.Now()
	for i := range f.documents {
		if ctx.Err() != nil {
			return tokens, ctx.Err()
		}
		doc = s.Document(doc[:0], purpose, uint64(i))
		tokens += int64(len(doc))
		if err := out.document(doc); err != nil {
			return tokens, err
		}
		if time.Since(said) > console.ProgressEvery {
			said = time.Now()
			a.Progress("%s of %s documents", humanize.Comma(int64(i+1)), humanize.Comma(int64(f.documents)))
		}
	}
	return tokens, out.flush()
}

// sampleJSON is what ziplaw sample prints.
type sampleJSON struct {
	Grammar   string  `json:"grammar"` // the sha256 of its text, as in the records of studies
	File      string  `json:"file"`
	Format    string  `json:"format"`
	Type      string  `json:"type,omitempty"` // of the numbers in a .bin file
	Documents int     `json:"documents"`
	Context   int     `json:"context"`
	Tokens    int64   `json:"tokens"` // padding left out
	Seconds   float64 `json:"seconds"`
	grammarStats
}

func (v sampleJSON) text(w io.Writer) error {
	kind := v.Format
	if v.Type != "" {
		kind += " of " + v.Type
	}
	fmt.Fprintf(w, "file                     %s (%s)\n", v.File, kind)
	fmt.Fprintf(w, "documents                %s of up to %s tokens\n", humanize.Comma(int64(v.Documents)), humanize.Comma(int64(v.Context)))
	fmt.Fprintf(w, "tokens                   %s\n", humanize.Comma(v.Tokens))
	fmt.Fprintf(w, "mean children            %.6g\n", v.MeanChildren)
	fmt.Fprintf(w, "spectral radius          %.6g\n", v.SpectralRadius)
	_, err := fmt.Fprintf(w, "termination probability  %.6g\n", v.Termination)
	return err
}
