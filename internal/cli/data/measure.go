package data

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/internal/cli/console"
	"github.com/ziplaw/ziplaw/internal/content"
	"github.com/ziplaw/ziplaw/internal/measure"
	"github.com/ziplaw/ziplaw/internal/report"
)

// measureFlags are those of ziplaw measure.
type measureFlags struct {
	tokenizer, format, textField, binType string
	representation, encoding, onError     string
	exclude                               []string
	context, documents                    int
	all, each, together                   bool
	seed                                  int64
	statistic                             string
	interval                              ziplaw.FitOptions
	gzip                                  int
	plot                                  plotFlag
}

func (a *app) measureCommand() *cobra.Command {
	var f measureFlags
	c := &cobra.Command{
		Use:   "measure PATH...",
		Short: "Measure how well data compresses: H, with its interval, and entropies",
		Long: `Measure the gzip-compressibility H of data: the size that gzip makes of a document over the document's own, where a token
is 4 bytes. Lower is easier to compress. Each PATH is a file, a folder, a pattern such as 'src/**/*.go', or - for standard
input, and is a data set of its own unless --together makes them one.

Files are read by their names' endings, behind .gz, .zst or .zstd:

  .jsonl .ndjson   records with "tokens", a document each as it is, or with "text" (--text-field), each cut by itself
  .npy             numpy arrays of integers: a row is a document, padded with -1; one dimension is cut
  .bin             little-endian token ids without a header (--type uint16 or uint32), cut
  others           text: bytes, or with --tokenizer integers token ids with spaces between, one document a line

To cut is to make documents of --context tokens and to drop the remainder: H compares only at one length of documents and one
tokenizer. H is the median over --documents documents that are drawn from all, or over --all; its interval is by the bootstrap
over documents. Entropies, in nats per token, are plug-in estimates over all documents: of a token, and of a token given the
one before it. They are biased downwards where the data is small beside the vocabulary.

Data of any size is read once, as a stream. What can't be read is an error, or with --on-error skip left out and counted;
pipes, sockets and devices in folders are left out. Text that isn't UTF-8 is told and taken as it is, or with --encoding
utf-8 an error. Beside H of documents of 256 tokens stands where that is among the paper's data sets.`,
		Example: `  ziplaw measure corpus.txt
  ziplaw measure ./src --exclude '**/testdata/**' --plot
  ziplaw measure a.jsonl.gz b.npy --output json --per-document
  zstdcat dump.jsonl.zst | ziplaw measure - --format jsonl --text-field body --all
  ziplaw measure code prose --plot=h.svg`,
		Args: func(c *cobra.Command, args []string) error { return console.CheckCount(c, args, 1, math.MaxInt) },
	}
	f.register(c)
	c.RunE = func(c *cobra.Command, args []string) error {
		return console.UntilInterrupted(c, func(ctx context.Context) error { return a.measure(ctx, args, f) })
	}
	return c
}

func (f *measureFlags) register(c *cobra.Command) {
	p := c.Flags()
	p.StringVar(&f.tokenizer, "tokenizer", content.Bytes, "tokens of text: bytes, or integers")
	p.StringVar(&f.format, "format", "", "text, jsonl, npy or bin (default: by the name's ending; text on standard input)")
	p.StringVar(&f.textField, "text-field", "text", "field of a JSON record that holds its text")
	p.StringVar(&f.binType, "type", "uint16", "of the numbers in .bin: uint16 or uint32")
	p.IntVar(&f.context, "context", 256, "tokens of a document that is cut from text")
	p.IntVar(&f.documents, "documents", 1000, "documents that H is measured on, drawn from all")
	p.BoolVar(&f.all, "all", false, "measure H on all documents")
	p.Int64Var(&f.seed, "seed", 1, "draws the documents")
	p.StringVar(&f.statistic, "statistic", "median", "H of the data set: median (the paper's code) or mean (its Eq. 3)")
	p.StringVar(&f.representation, "representation", "tokens", "what is compressed: tokens, of 4 bytes, or raw, bytes of text as they are")
	p.IntVar(&f.gzip, "gzip-level", 9, "gzip's level, from 1 to 9")
	p.Float64Var(&f.interval.Level, "level", 0.95, "of the interval")
	p.BoolVar(&f.each, "per-document", false, "H of each document that is measured, in the JSON value")
	p.BoolVar(&f.together, "together", false, "all paths are one data set")
	p.StringSliceVar(&f.exclude, "exclude", nil, "patterns of files to leave out of folders; **/ at the beginning is anywhere")
	p.StringVar(&f.onError, "on-error", "fail", "what a file is that can't be read or whose content is wrong: fail or skip")
	p.StringVar(&f.encoding, "encoding", "any", "what text must be: any or utf-8")
	p.Var(&f.plot, "plot", "the distribution of H: bars in the terminal, or --plot=FILE for .svg or .png")
	p.Lookup("plot").NoOptDefVal = barsInTerminal
	console.Completions(c, map[string][]string{
		"tokenizer": tokenizers, "format": formats, "type": binTypes, "statistic": statistics,
		"representation": representations, "on-error": onErrors, "encoding": encodings,
	})
}

// What flags may be.
var (
	tokenizers      = []string{content.Bytes, content.Integers}
	formats         = []string{string(content.Text), string(content.JSONL), string(content.NPY), string(content.Bin)}
	binTypes        = []string{"uint16", "uint32"}
	statistics      = []string{"median", "mean"}
	representations = []string{"tokens", "raw"}
	onErrors        = []string{"fail", ziplaw.OnErrorSkip}
	encodings       = []string{"any", ziplaw.EncodingUTF8}
)

// barsInTerminal is --plot without a file.
const barsInTerminal = "-"

// plotFlag is a file, or the terminal.
type plotFlag struct{ console.Path }

func (p *plotFlag) Set(s string) error {
	if s == barsInTerminal {
		p.Path = console.Path{Given: s}
		return nil
	}
	return p.Path.Set(s)
}

func (p *plotFlag) Type() string { return "FILE" }

// check refuses flags that make no sense, before anything is read.
func (f *measureFlags) check() error {
	for _, choice := range []struct {
		flag, value string
		of          []string
	}{
		{"--tokenizer", f.tokenizer, tokenizers}, {"--format", f.format, append([]string{""}, formats...)}, {"--type", f.binType, binTypes},
		{"--statistic", f.statistic, statistics}, {"--representation", f.representation, representations},
		{"--on-error", f.onError, onErrors}, {"--encoding", f.encoding, encodings},
	} {
		if !slices.Contains(choice.of, choice.value) {
			return console.Usage(choice.flag, "one of "+strings.Join(slices.DeleteFunc(choice.of, func(s string) bool { return s == "" }), ", "), "%q", choice.value)
		}
	}
	switch {
	case f.context < 1 || f.context > mostContext:
		return console.Usage("--context", fmt.Sprintf("from 1 to %d", mostContext), "documents of %d tokens", f.context)
	case f.documents < 1:
		return console.Usage("--documents", "at least 1, or --all", "%d documents", f.documents)
	case f.seed < 0:
		return console.Usage("--seed", "at least 0", "%d", f.seed)
	case f.gzip < 1 || f.gzip > 9:
		return console.Usage("--gzip-level", "from 1 to 9", "%d", f.gzip)
	case !(f.interval.Level > 0 && f.interval.Level < 1):
		return console.Usage("--level", "between 0 and 1, such as 0.95", "%v", f.interval.Level)
	case f.representation == "raw" && f.tokenizer != content.Bytes:
		return console.Usage("--representation", "leave it out, or take --tokenizer bytes", "token ids have no bytes of their own")
	}
	if f.plot.At == "" {
		return nil
	}
	if err := report.CheckPlotName(f.plot.Given); err != nil {
		return err
	}
	return f.plot.Writable("--plot")
}

func (f *measureFlags) options() measure.Options {
	o := measure.Options{
		Documents: content.DocumentOptions{
			Format: content.Format(f.format), Tokenizer: f.tokenizer, TextField: f.textField, Context: f.context, Type: f.binType,
			CheckUTF8: f.encoding == ziplaw.EncodingUTF8, OnlyText: f.representation == "raw",
		},
		Compressibility: ziplaw.Compressibility{Level: f.gzip, Documents: f.documents, Statistic: f.statistic},
		Seed:            uint64(f.seed), Interval: f.interval, Raw: f.representation == "raw", Skip: f.onError == ziplaw.OnErrorSkip, Each: f.each,
	}
	o.Interval.Resamples, o.Interval.Seed = measureResamples, 1
	if f.all {
		o.Compressibility.Documents = 0
	}
	return o
}

// measureResamples of the bootstrap are a study's default.
const measureResamples = 400

func (a *app) measure(ctx context.Context, paths []string, f measureFlags) error {
	if err := f.check(); err != nil {
		return err
	}
	sets, err := a.measureInputs(ctx, paths, f)
	if err != nil {
		return err
	}
	v := measureJSON{Data: []measuredJSON{}}
	for _, s := range sets {
		one, err := a.measureSet(ctx, s, f)
		if err != nil {
			return err
		}
		v.Data = append(v.Data, one)
	}
	if f.plot.Given == barsInTerminal {
		v.bars = true
	}
	if f.plot.At != "" {
		b, err := report.Histogram(f.plot.Given, v.distributions())
		if err != nil {
			return err
		}
		if err := f.plot.Write("--plot", b); err != nil {
			return err
		}
	}
	return a.Value(v, v.text)
}

// measureSet measures one data set.
func (a *app) measureSet(ctx context.Context, s measureInput, f measureFlags) (measuredJSON, error) {
	bar := a.NewReadingBar(s.name, s.bytes)
	defer bar.End()
	began := time.Now()
	r, err := measure.Of(ctx, s.files, f.options(), bar.Add)
	if err != nil {
		return measuredJSON{}, measureError(s.name, err)
	}
	return newMeasured(s, r, f, time.Since(began)), nil
}

func measureError(name string, err error) error {
	if e, ok := errors.AsType[*content.Error](err); ok && content.Skippable(err) {
		return console.Usage("PATH", "mend or leave out the file, or skip such files with --on-error skip", "%v", e)
	}
	if e, ok := errors.AsType[*measure.NoDocumentsError](err); ok {
		hint := "name data with text in it"
		if e.Short > 0 {
			hint = "take a smaller --context, or more data"
		}
		return console.Usage("PATH", hint, "%s: %v", name, e)
	}
	return err
}

// MeasureLike measures data as a law's own was measured: in documents of so many bytes, by the same statistic.
func MeasureLike(ctx context.Context, c *console.App, path string, how ziplaw.LawData, level float64) (m measuredJSON, err error) {
	f := measureFlags{context: how.Context, documents: how.Compressibility.Documents, seed: 1, gzip: how.Compressibility.Level, statistic: how.Compressibility.Statistic}
	f.interval.Level = level
	a := &app{c}
	data, err := a.measureInput(ctx, path, f)
	if err != nil {
		return m, err
	}
	return a.measureSet(ctx, data, f)
}
