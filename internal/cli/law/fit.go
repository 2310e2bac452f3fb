package law

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/analysis/approaches"
	"github.com/ziplaw/ziplaw/analysis/scaling"
	"github.com/ziplaw/ziplaw/internal/cli/console"
	"github.com/ziplaw/ziplaw/internal/report"
	"github.com/ziplaw/ziplaw/internal/runs"
)

// fitFlags are those of ziplaw fit.
type fitFlags struct {
	source     runsFlags
	options    ziplaw.FitOptions
	hold, tie  []string
	exclude    []string
	vocabulary int
	details    bool
	report     console.Path
}

func (a *app) fitCommand() *cobra.Command {
	var f fitFlags
	c := &cobra.Command{
		Use:   "fit RUNS|STUDY",
		Short: "Fit L(N,D) = E + A/N^alpha + B/D^beta to training runs",
		Long: `Fit the law L(N,D) = E + A/N^alpha + B/D^beta to training runs of anybody's, or to a finished study's cells with other
options. N is parameters, D tokens, L the loss in nats per token. Nothing is trained.

RUNS is a table with a row a run: CSV, JSON Lines, JSON or Parquet, also gzipped, or - for standard input. Columns are
found by common names; --columns names them otherwise, and --by gives each value of a column a law of its own. Where N
or D is missing and a column has the training FLOPs, C = 6 N D gives the other.

The law has the least mean Huber loss of ln L (delta 1e-3, as Hoffmann et al. 2022), searched from a grid of starts and
again by variable projection. With it come intervals by the bootstrap, the profile of the objective over each parameter,
and what speaks against the law: parameters that the runs don't identify (?), lack of fit, runs that decide alone.
--hold and --tie help where a small grid can't tell parameters apart, and the result says that they were used.`,
		Example: `  ziplaw fit runs.csv
  ziplaw fit runs.parquet --columns N=params,D=tokens,L=val_loss --by dataset
  ziplaw fit runs.csv --hold E=1.69 --exclude 'D<2e6'
  ziplaw fit runs.csv --report laws.html
  ziplaw fit quick --loss mse_log --output json
  jq -c '.[]' runs.json | ziplaw fit - --tie alpha=beta`,
		Args: console.Exactly(1), ValidArgsFunction: completeRuns,
	}
	f.source.register(c)
	o := &f.options
	p := c.Flags()
	p.StringVar(&o.Loss, "loss", "huber", "of residuals: huber (of ln L), mse_log (squares of ln L) or mse (squares of L)")
	p.StringVar(&o.Starts, "starts", "hoffmann", "grid of starts: hoffmann (4,500) or muennighoff (1,600)")
	p.StringArrayVar(&f.hold, "hold", nil, "hold a parameter, such as E=1.69; may be repeated")
	p.StringArrayVar(&f.tie, "tie", nil, "make two parameters equal: alpha=beta or A=B; may be repeated")
	p.StringArrayVar(&f.exclude, "exclude", nil, "leave runs out by N, D, L, C or row, such as D<2e6; may be repeated")
	p.StringVar(&o.Untrained, "untrained", "keep", "runs that learned nothing, by --vocabulary: keep or exclude; both laws are shown")
	p.IntVar(&f.vocabulary, "vocabulary", 0, "ids that the models tell apart, where the runs may have learned nothing: L >= 0.95 ln V")
	p.StringVar(&o.Resampling, "resampling", "clusters", "what a resample draws: clusters, cells or parametric")
	p.Var(&f.report, "report", "file for one HTML page with the laws, figures and all numbers")
	p.BoolVar(&f.details, "details", false, "show each run's residual and influence, other deltas and the hold-out")
	lawFlags(c, o)
	console.Completions(c, map[string][]string{
		"loss": {"huber", "mse_log", "mse"}, "starts": {"hoffmann", "muennighoff"}, "untrained": {"keep", "exclude"}, "tie": {ziplaw.TieExponents, ziplaw.TieFactors},
		"resampling": {"clusters", "cells", "parametric"}, "format": runs.Formats,
	})
	c.RunE = func(c *cobra.Command, args []string) error {
		return console.UntilInterrupted(c, func(ctx context.Context) error { return a.fit(ctx, c, args[0], f) })
	}
	return c
}

// fit fits each set of runs.
func (a *app) fit(ctx context.Context, c *cobra.Command, from string, f fitFlags) error {
	if err := f.read(); err != nil {
		return err
	}
	source, err := a.runSets(ctx, c, from, f.source, &f.options)
	if err != nil {
		return err
	}
	v := fitJSON{Source: source.of, Notes: source.notes, Fits: []ziplaw.Fit{}, Diagnostics: []ziplaw.Diagnostics{}}
	for i, set := range source.sets {
		if len(source.sets) > 1 || len(set.points) > manyRuns {
			a.Progress("fitting %d of %d: %s, %d runs", i+1, len(source.sets), set.name, len(set.points))
		}
		fit, d, err := f.fit(ctx, set)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			v.Failed = append(v.Failed, failedSet{set.name, err.Error()})
			continue
		}
		v.Fits, v.Diagnostics = append(v.Fits, fit), append(v.Diagnostics, d)
	}
	if len(v.Fits) == 0 {
		return v.noLaw()
	}
	if err := v.page(f.report, from); err != nil {
		return err
	}
	return a.Value(v, func(w io.Writer) error { return v.text(w, f.details) })
}

// page writes the HTML page of the laws where a file is named.
func (v *fitJSON) page(file console.Path, from string) error {
	if file.At == "" {
		return nil
	}
	in := report.LawsInput{Title: from, Source: v.Source, Notes: v.Notes, Fits: v.Fits, Diagnostics: v.Diagnostics}
	for _, f := range v.Failed {
		in.Failed = append(in.Failed, report.NoLaw{Name: f.DataSet, Reason: f.Reason})
	}
	b, err := report.LawsPage(in)
	if err != nil {
		return err
	}
	v.Report = file.Given
	return file.Write("--report", b)
}

// manyRuns is the number of runs whose fit takes long enough to be announced.
const manyRuns = 500

// fit is the law of one set, without the runs that a flag excludes.
func (f fitFlags) fit(ctx context.Context, set runSet) (ziplaw.Fit, ziplaw.Diagnostics, error) {
	points, excluded, err := exclude(set.points, f.exclude)
	if err != nil {
		return ziplaw.Fit{}, ziplaw.Diagnostics{}, err
	}
	if f.vocabulary > 0 {
		for i := range points {
			points[i].Vocabulary = f.vocabulary
		}
	}
	fit, d, err := scaling.Fit(ctx, points, f.options)
	if err == nil {
		found := approaches.Find(points, &fit, approaches.OptionsOf(f.options))
		d.Approaches = &found
	}
	fit.DataSet, d.DataSet = set.name, set.name
	fit.Excluded = append(append(set.excluded, excluded...), fit.Excluded...)
	return fit, d, err
}

// read takes the flags that have a form of their own, and checks all that no run decides.
func (f *fitFlags) read() error {
	for _, text := range f.hold {
		name, number, _ := strings.Cut(text, "=")
		v, err := strconv.ParseFloat(number, 64)
		held, known := f.options.Hold.Hold(name, v)
		if err != nil || !known {
			return console.Usage("--hold", "a parameter and its value, such as E=1.69; the parameters are E, A, B, alpha and beta", "%q", text)
		}
		f.options.Hold = held
	}
	f.options.Tie = f.tie
	if _, _, err := exclude(nil, f.exclude); err != nil {
		return err
	}
	if f.vocabulary < 0 || f.vocabulary == 1 {
		return console.Usage("--vocabulary", "at least 2", "%d ids", f.vocabulary)
	}
	if f.options.Untrained == "exclude" && f.vocabulary == 0 {
		return console.Usage("--untrained", "give --vocabulary", "nobody can tell untrained runs without the vocabulary")
	}
	if f.options.Resamples < 1 {
		return console.Usage("--resamples", "at least 1", "%d resamples", f.options.Resamples)
	}
	if f.options.Starts != "hoffmann" && f.options.Starts != "muennighoff" {
		return console.Usage("--starts", "hoffmann or muennighoff", "%q", f.options.Starts)
	}
	if err := scaling.CheckOptions(f.options); err != nil {
		return console.Usage("fit", "see ziplaw help fit", "%v", err)
	}
	return nil
}

// fitJSON is what ziplaw fit prints.
type fitJSON struct {
	Source      string               `json:"source"`
	Fits        []ziplaw.Fit         `json:"fits"`
	Diagnostics []ziplaw.Diagnostics `json:"diagnostics"` // of each fit
	Failed      []failedSet          `json:"failed,omitempty"`
	Report      string               `json:"report,omitempty"` // the HTML page
	Notes       []string             `json:"notes,omitempty"`  // what was read in another way than as it stands
}

// failedSet is a set of runs that has no law.
type failedSet struct {
	DataSet string `json:"dataset"`
	Reason  string `json:"reason"`
}

// noLaw says why no set has a law.
func (v fitJSON) noLaw() error {
	var all []error
	for _, f := range v.Failed {
		all = append(all, &ziplaw.Error{Code: ziplaw.CodeBadRuns, Field: f.DataSet, Message: f.Reason})
	}
	return errors.Join(all...)
}

func (v fitJSON) text(w io.Writer, details bool) error {
	for _, note := range v.Notes {
		fmt.Fprintf(w, "note: %s\n", note)
	}
	if err := report.Laws(w, v.Fits, v.Diagnostics, console.Columns(w), details); err != nil {
		return err
	}
	for _, f := range v.Failed {
		fmt.Fprintf(w, "no law of %s: %s\n", f.DataSet, f.Reason)
	}
	if v.Report != "" {
		fmt.Fprintf(w, "report   %s\n", v.Report)
	}
	return nil
}
