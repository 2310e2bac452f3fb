package law

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"slices"

	"github.com/spf13/cobra"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/analysis/allocation"
	"github.com/ziplaw/ziplaw/analysis/regression"
	"github.com/ziplaw/ziplaw/analysis/scaling"
	"github.com/ziplaw/ziplaw/internal/cli/console"
	"github.com/ziplaw/ziplaw/internal/report"
)

// regressFlags are those of ziplaw regress.
type regressFlags struct {
	source           runsFlags
	options          ziplaw.FitOptions
	include, exclude []string
	measure          string
	joint, power     bool
	simulations      int
	flops            float64
	out              console.Path
}

func (a *app) regressCommand() *cobra.Command {
	var f regressFlags
	c := &cobra.Command{
		Use:   "regress STUDY|FITS.csv|RUNS",
		Short: "Regress laws on compressibility, and ask whether it predicts data not seen",
		Long: `Regress every parameter of the data sets' laws on H (the paper's Eq. 4), and fit one law to all cells of all data sets at
once (Eq. 5), in which terms are linear in H or constant. The ways of dependence are compared by how well they predict
data sets left out; the law of the best one is what ziplaw predict --law takes, and --out writes it.

The source is a finished study; a table of laws with the columns dataset, h, E, A, B, alpha and beta (such as fits.csv
of a report), which has no cells and so no joint fit: its law is made of the lines of Eq. 4; or a table of runs, with --by naming the column of the data set
and --columns H=NAME that of the measure.

--measure takes another measure of a study's data sets in the place of H. --power simulates how many data sets a
comparison needs.`,
		Example: `  ziplaw regress quick
  ziplaw regress quick --measure entropy1 --exclude go,opticks --out law.json
  ziplaw regress fits.csv
  ziplaw regress runs.csv --by dataset --columns H=compressibility --power`,
		Args: console.Exactly(1), ValidArgsFunction: completeRuns,
	}
	f.source.register(c)
	o := &f.options
	p := c.Flags()
	p.StringSliceVar(&f.include, "include", nil, "data sets to take, by their names")
	p.StringSliceVar(&f.exclude, "exclude", nil, "data sets to leave out")
	p.StringVar(&f.measure, "measure", "h", "of a study: h, entropy0 or entropy1")
	p.BoolVar(&f.joint, "joint", true, "fit one law to all cells, too")
	p.BoolVar(&f.power, "power", false, "simulate how many data sets a comparison needs")
	p.IntVar(&f.simulations, "simulations", 40, "of each number of data sets, for --power")
	p.Float64Var(&f.flops, "flops", 0, "budget at which N_opt is compared with Chinchilla's (default: the largest run's)")
	p.Var(&f.out, "out", "file for the law, which ziplaw predict --law takes")
	p.StringVar(&o.Loss, "loss", "huber", "of residuals of ln L in the joint fit: huber or mse_log")
	lawFlags(c, o)
	console.Completions(c, map[string][]string{"measure": {"h", "entropy0", "entropy1"}, "loss": {"huber", "mse_log"}})
	c.RunE = func(c *cobra.Command, args []string) error {
		return console.UntilInterrupted(c, func(ctx context.Context) error { return a.regress(ctx, c, args[0], f) })
	}
	return c
}

// regressJSON is what ziplaw regress prints.
type regressJSON struct {
	Source      string                     `json:"source"`
	Regressions []ziplaw.Regression        `json:"regressions"`
	Joint       *ziplaw.Joint              `json:"joint"`
	Law         *ziplaw.Law                `json:"law"`
	Crossings   map[string]ziplaw.Crossing `json:"crossings"`
	Frontiers   []frontierJSON             `json:"frontiers"`
	OtherCount  *ziplaw.Law                `json:"law_other_count,omitempty"` // of a study: N counted the other way
	Power       []ziplaw.Power             `json:"power,omitempty"`
	Fits        []ziplaw.Fit               `json:"fits"`
	Notes       []string                   `json:"notes,omitempty"`
}

func (a *app) regress(ctx context.Context, c *cobra.Command, from string, f regressFlags) error {
	if err := f.check(); err != nil {
		return err
	}
	s, err := a.regressSource(ctx, c, from, &f)
	if err != nil {
		return err
	}
	if err := s.choose(f.include, f.exclude); err != nil {
		return err
	}
	v := regressJSON{Source: s.of, Notes: s.notes, Fits: []ziplaw.Fit{}}
	hs, err := a.regressLaws(ctx, &v, &s, f)
	if err != nil {
		return err
	}
	if s.cells() && f.joint {
		if err := a.regressJointly(ctx, &v, s, f); err != nil {
			return err
		}
	} else if law, ok := regression.LineLaw(hs, v.Fits); ok {
		law.Source.Name, law.Source.Version, law.Data, law.Count = s.name, s.version, s.data, f.options.Count
		v.Law = &law
	}
	if err := f.write(v.Law); err != nil {
		return err
	}
	return a.Value(v, func(w io.Writer) error { return v.text(w, console.Columns(w), f) })
}

// regressLaws regresses the laws of the sets on the measure; those of runs are fitted first.
func (a *app) regressLaws(ctx context.Context, v *regressJSON, s *measuredSets, f regressFlags) (hs []float64, err error) {
	for i := range s.sets {
		set := &s.sets[i]
		if set.fit == nil {
			a.Progress("fitting %d of %d: %s", i+1, len(s.sets), set.name)
			fit, _, err := scaling.Fit(ctx, set.points, f.options)
			if ctx.Err() != nil {
				return nil, ctx.Err()
			}
			if err != nil {
				v.Notes = append(v.Notes, fmt.Sprintf("%s has no law of its own: %v", set.name, err))
				continue
			}
			fit.DataSet = set.name
			set.fit = &fit
		}
		hs, v.Fits = append(hs, set.h), append(v.Fits, *set.fit)
	}
	v.Regressions = regression.Regress(hs, v.Fits, f.options.Level)
	return hs, nil
}

// regressJointly fits one law to all runs.
func (a *app) regressJointly(ctx context.Context, v *regressJSON, s measuredSets, f regressFlags) error {
	a.Progress("fitting one law to all data sets, with each left out in turn")
	sets := s.joint()
	joint, law, err := regression.Compare(ctx, s.measure, sets, s.others(), f.options)
	if err != nil {
		return &ziplaw.Error{Code: ziplaw.CodeBadRuns, Message: err.Error()}
	}
	law.Source.Name, law.Source.Version, law.Data = s.name, s.version, s.data
	v.Joint, v.Law = &joint, &law
	c := f.flops
	if c == 0 {
		for _, set := range sets {
			for _, p := range set.Points {
				c = max(c, 6*p.N*p.D)
			}
		}
	}
	v.Crossings = allocation.Crossings(law, c, f.options.Level, f.options.Resamples, f.options.Seed)
	v.Frontiers = frontiers(law, c, f.options)
	if v.OtherCount, err = s.otherCount(ctx, f.options); err != nil {
		return err
	}
	if v.OtherCount != nil {
		v.Frontiers = append(v.Frontiers, frontiers(*v.OtherCount, c, f.options)...)
	}
	if f.power {
		v.Power, err = regression.PowerOf(ctx, sets, f.options, f.simulations, func(p ziplaw.Power) {
			a.Progress("simulated %d data sets: better in %.0f %%", p.DataSets, 100*p.Better)
		})
	}
	return err
}

func (f *regressFlags) check() error {
	o := &f.options
	o.Starts, o.Untrained, o.Resampling = "hoffmann", "keep", "clusters"
	switch {
	case !slices.Contains([]string{"h", "entropy0", "entropy1"}, f.measure):
		return console.Usage("--measure", "h, entropy0 or entropy1", "%q", f.measure)
	case o.Loss == "mse":
		return console.Usage("--loss", "huber or mse_log", "mse is of L, and a joint fit takes ln L")
	case o.Resamples < 1 || f.simulations < 1:
		return console.Usage("--resamples", "at least 1", "%d resamples, %d simulations", o.Resamples, f.simulations)
	case f.flops < 0 || math.IsNaN(f.flops) || math.IsInf(f.flops, 0):
		return console.Usage("--flops", "a number above 0, such as 1e21", "%v", f.flops)
	case len(f.include) > 0 && len(f.exclude) > 0:
		return console.Usage("--exclude", "one of --include and --exclude", "both are given")
	}
	if err := scaling.CheckOptions(*o); err != nil {
		return console.Usage("regress", "see ziplaw help regress", "%v", err)
	}
	return nil
}

// write writes the law file.
func (f regressFlags) write(l *ziplaw.Law) error {
	if f.out.At == "" {
		return nil
	}
	if l == nil {
		return console.Usage("--out", "at least two different measures", "the data sets have one measure, and so no law over it")
	}
	b, err := json.MarshalIndent(l, "", "  ")
	if err != nil {
		return err
	}
	return f.out.Write("--out", append(b, '\n'))
}

func (v regressJSON) text(w io.Writer, width int, f regressFlags) error {
	for _, note := range v.Notes {
		fmt.Fprintf(w, "note: %s\n", note)
	}
	r := ziplaw.StudyResult{Fits: v.Fits, Regressions: v.Regressions, Joint: v.Joint, Law: v.Law}
	for _, fit := range v.Fits {
		r.Regressed = append(r.Regressed, fit.DataSet)
	}
	if err := report.Regressions(w, r, width); err != nil {
		return err
	}
	if v.Law != nil && v.Joint != nil {
		report.Crossings(w, v.Crossings, v.Law.Measure)
		if err := frontierText(w, v.Frontiers, v.Law.Measure); err != nil {
			return err
		}
	}
	if len(v.Power) > 0 {
		fmt.Fprintln(w, "\nBy simulation, how often a comparison finds that all terms depend on the measure:")
		rows := [][]string{{"DATA SETS", "BETTER", "CERTAIN", "CERTAIN WHERE NOTHING DEPENDS"}}
		for _, p := range v.Power {
			rows = append(rows, []string{fmt.Sprint(p.DataSets), fmt.Sprintf("%.0f %%", 100*p.Better), fmt.Sprintf("%.0f %%", 100*p.Certain), fmt.Sprintf("%.0f %%", 100*p.False)})
		}
		if err := console.Table(w, rows); err != nil {
			return err
		}
	}
	if f.out.At != "" {
		fmt.Fprintf(w, "law      %s\n", f.out.Given)
	}
	return nil
}
