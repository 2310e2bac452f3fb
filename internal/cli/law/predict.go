package law

import (
	"context"
	"fmt"
	"io"
	"math"
	"os"

	"github.com/dustin/go-humanize"
	"github.com/spf13/cobra"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/analysis/allocation"
	"github.com/ziplaw/ziplaw/internal/cli/console"
	"github.com/ziplaw/ziplaw/internal/report"
	"github.com/ziplaw/ziplaw/internal/spec"
)

// predictFlags are those of ziplaw predict.
type predictFlags struct {
	data        console.Path
	h           float64
	law         string
	question    allocation.Question
	deviceFLOPs float64
	utilization float64
	plot        console.Path
}

func (a *app) predictCommand() *cobra.Command {
	var f predictFlags
	q := &f.question
	c := &cobra.Command{
		Use:   "predict",
		Short: "Answer for your data and budget: how large a model, on how many tokens",
		Long: `Print the compute-optimal number of parameters N and tokens D, and the loss to expect, for data of a compressibility H
and one of: a budget of FLOPs (C = 6 N D), a loss to be reached, a number of parameters, or of tokens. Beside it stand
Chinchilla's allocation of the same budget and what the difference saves, where it only has to reach Chinchilla's loss.

H is measured on --data, files and folders read as bytes, cut into documents as the law's own data was; or it is given
by --h. --law names where the law comes from: a finished study, a law file (law.json of a report, or of ziplaw regress
--out), chinchilla or chinchilla-refitted. Without it that is the newest finished study here that has a law, else
chinchilla-refitted, which knows nothing of H; the answer says which.

--epsilon mixes the law with Chinchilla's (the paper's Eq. 6): each parameter is (1 - epsilon) times Chinchilla's plus
epsilon times the law's. 1 is the law alone, 0 Chinchilla alone; the paper takes a small epsilon, since laws of random
grammars say how the data's law differs from Chinchilla's rather than what it is.

Where the data at hand is smaller than D, it has to be repeated: the answer then says what the repeats are worth
(Muennighoff et al. 2023) and which allocation is best with them.`,
		Example: `  ziplaw predict --data ./corpus --flops 1e21
  ziplaw predict --h 0.35 --loss 2.5 --law quick
  ziplaw predict --h 0.35 --params 7e9 --law law.json --epsilon 0.1 --output json
  ziplaw predict --data ./corpus --flops 1e22 --device-flops 989e12 --utilization 0.4 --price 2.5 --plot frontier.svg`,
		Args: console.Exactly(0),
	}
	p := c.Flags()
	p.Var(&f.data, "data", "files or a folder whose H is measured, as bytes")
	p.Float64Var(&f.h, "h", 0, "compressibility H of the data, instead of --data")
	p.Float64Var(&q.C, "flops", 0, "budget C in FLOPs")
	p.Float64Var(&q.Loss, "loss", 0, "loss to be reached, in nats per token")
	p.Float64Var(&q.N, "params", 0, "parameters that are to be compute-optimal")
	p.Float64Var(&q.D, "tokens", 0, "tokens that are to be compute-optimal")
	p.Float64Var(&q.Unique, "at-hand", 0, "tokens at hand (default: those of --data)")
	p.Float64Var(&q.Epsilon, "epsilon", 1, "share of the law beside Chinchilla's, from 0 to 1")
	p.StringVar(&f.law, "law", "", "a finished study, a law file, chinchilla or chinchilla-refitted")
	p.Float64Var(&q.Level, "level", 0.95, "of the intervals")
	p.IntVar(&q.Draws, "draws", 1000, "of the law by its covariance, behind the intervals")
	p.Int64Var(&q.Seed, "seed", 1, "draws them")
	p.Float64Var(&f.deviceFLOPs, "device-flops", 0, "FLOPs a second at a device's peak, for device hours")
	p.Float64Var(&f.utilization, "utilization", 0.4, "share of the peak that training reaches")
	p.Float64Var(&q.Rates.Price, "price", 0, "of a device for an hour, for money")
	p.Var(&f.plot, "plot", "file for a plot of the frontier: .svg or .png")
	c.RunE = func(c *cobra.Command, _ []string) error {
		return console.UntilInterrupted(c, func(ctx context.Context) error { return a.predict(ctx, c, f) })
	}
	return c
}

func (a *app) predict(ctx context.Context, c *cobra.Command, f predictFlags) error {
	if err := f.check(c); err != nil {
		return err
	}
	law, warnings, err := a.law(ctx, f.law)
	if err != nil {
		return err
	}
	q := f.question
	q.H = f.h
	if f.data.At != "" {
		measured, more, err := a.measureData(ctx, f.data.At, law, q.Level)
		if err != nil {
			return err
		}
		q.H, warnings = measured.h, append(warnings, more...)
		if q.Unique == 0 {
			q.Unique = measured.tokens
		}
	}
	answer, err := allocation.Predict(law, q)
	if err != nil {
		return &ziplaw.Error{Code: ziplaw.CodeUsage, Message: err.Error(), Hint: "see ziplaw help predict"}
	}
	answer.Warnings = append(warnings, answer.Warnings...)
	if f.plot.At != "" {
		if err := writePlot(f.plot, law, q, answer); err != nil {
			return err
		}
	}
	return a.Value(answer, func(w io.Writer) error { return predictionText(w, answer, f) })
}

// check refuses what no law can answer.
func (f *predictFlags) check(c *cobra.Command) error {
	q := &f.question
	given := c.Flags().Changed
	switch {
	case given("data") && given("h"):
		return console.Usage("--h", "one of --data and --h", "H is measured on --data already")
	case given("h") && !(f.h > 0 && f.h < 10):
		return console.Usage("--h", "bytes of gzip over raw bytes, such as 0.35", "H is %v", f.h)
	case given("epsilon") && !(q.Epsilon >= 0 && q.Epsilon <= 1):
		return console.Usage("--epsilon", "from 0 to 1", "%v", q.Epsilon)
	case !(q.Level > 0 && q.Level < 1):
		return console.Usage("--level", "between 0 and 1", "%v", q.Level)
	case q.Draws < 1:
		return console.Usage("--draws", "at least 1", "%d draws", q.Draws)
	case !(f.utilization > 0 && f.utilization <= 1):
		return console.Usage("--utilization", "above 0, up to 1", "%v", f.utilization)
	case q.Rates.Price > 0 && f.deviceFLOPs == 0:
		return console.Usage("--price", "give --device-flops too", "money is by the device hour, and nothing says how fast a device is")
	}
	asked := 0
	for flag, v := range map[string]float64{"flops": q.C, "loss": q.Loss, "params": q.N, "tokens": q.D, "at-hand": q.Unique, "device-flops": f.deviceFLOPs, "price": q.Rates.Price} {
		if !given(flag) {
			continue
		}
		if !(v > 0) || math.IsInf(v, 0) {
			return console.Usage("--"+flag, "a number above 0, such as 1e21", "%v", v)
		}
		if flag == "flops" || flag == "loss" || flag == "params" || flag == "tokens" {
			asked++
		}
	}
	if asked != 1 {
		return console.Usage("--flops", "one of --flops, --loss, --params and --tokens", "%d of them are given", asked)
	}
	q.Rates.DeviceFLOPs = f.deviceFLOPs * f.utilization
	if f.plot.At != "" {
		return report.CheckPlotName(f.plot.Given)
	}
	return nil
}

// predictionText is the answer for people.
func predictionText(w io.Writer, p ziplaw.Prediction, f predictFlags) error {
	from := p.Source.Name
	if p.Source.Kind != "published" {
		from = fmt.Sprintf("%s (%s over %d data sets)", p.Source.Name, p.Source.Kind, len(p.Source.DataSets))
	}
	fmt.Fprintf(w, "law        %s\n", from)
	if p.H != nil {
		fmt.Fprintf(w, "H          %.4g\n", *p.H)
	}
	fmt.Fprintf(w, "budget     %.4g FLOPs%s\n\n", p.C, ranged(p, "c"))
	rows := [][]string{
		{"", "N", "D", "D/N", "loss"},
		{"optimal", fmt.Sprintf("%.4g", p.NOpt), fmt.Sprintf("%.4g", p.DOpt), fmt.Sprintf("%.3g", p.DOpt/p.NOpt), fmt.Sprintf("%.4g", p.Loss)},
	}
	if len(p.Intervals) > 0 {
		rows = append(rows, []string{fmt.Sprintf("  %g %%", 100*p.Level), interval(p, "n_opt"), interval(p, "d_opt"), "", interval(p, "loss")})
	}
	for _, o := range []struct {
		name string
		of   ziplaw.Optimum
	}{{"Chinchilla", p.Chinchilla}, {"Chinchilla, refitted", p.Refitted}} {
		rows = append(rows, []string{o.name, fmt.Sprintf("%.4g", o.of.NOpt), fmt.Sprintf("%.4g", o.of.DOpt), fmt.Sprintf("%.3g", o.of.DOpt/o.of.NOpt), fmt.Sprintf("%.4g", o.of.Loss)})
	}
	if p.Repeat != nil {
		b := p.Repeat.Best
		rows = append(rows, []string{"with repeats", fmt.Sprintf("%.4g", b.NOpt), fmt.Sprintf("%.4g", b.DOpt), fmt.Sprintf("%.3g", b.DOpt/b.NOpt), fmt.Sprintf("%.4g", b.Loss)})
	}
	if err := console.Table(w, rows); err != nil {
		return err
	}
	if p.Exponent != nil {
		fmt.Fprintf(w, "\nN_opt grows as C^%.3f, D_opt as C^%.3f\n", *p.Exponent, 1-*p.Exponent)
	}
	fmt.Fprintf(w, "reaching Chinchilla's loss the optimal way saves %.3g FLOPs, %.1f %% of the budget%s\n", p.Saving.FLOPs, 100*p.Saving.Share, rates(p.Saving))
	if f.plot.At != "" {
		fmt.Fprintf(w, "plot       %s\n", f.plot.Given)
	}
	for _, warning := range p.Warnings {
		fmt.Fprintf(w, "warning: %s\n", warning.Message)
	}
	return nil
}

func rates(s ziplaw.Saving) string {
	text := ""
	if s.DeviceHours != nil {
		text += fmt.Sprintf(", %s device hours", humanize.CommafWithDigits(*s.DeviceHours, 1))
	}
	if s.Money != nil {
		text += fmt.Sprintf(", %s in money", humanize.CommafWithDigits(*s.Money, 2))
	}
	return text
}

// interval writes an interval of the answer; it is empty where there is none.
func interval(p ziplaw.Prediction, name string) string {
	in, found := p.Intervals[name]
	if !found {
		return ""
	}
	return fmt.Sprintf("%.3g to %.3g", in[0], in[1])
}

// ranged is interval, where there is one that isn't a single value.
func ranged(p ziplaw.Prediction, name string) string {
	if in, found := p.Intervals[name]; !found || in[1]-in[0] <= 1e-9*in[1] {
		return ""
	}
	return " (" + interval(p, name) + ")"
}

func writePlot(file console.Path, law ziplaw.Law, q allocation.Question, p ziplaw.Prediction) error {
	b, err := report.FrontierPlot(file.At, law, q, p)
	if err != nil {
		return err
	}
	return file.Write("--plot", b)
}

// readLaw reads a law file.
func readLaw(path string) (ziplaw.Law, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return ziplaw.Law{}, console.Usage("--law", "a finished study, a law file, chinchilla or chinchilla-refitted", "%v", err)
	}
	l, err := spec.ParseLaw(b)
	if err != nil {
		return l, &ziplaw.Error{Code: ziplaw.CodeBadRuns, Field: path, Message: err.Error(), Hint: "ziplaw schema law is the form of a law file"}
	}
	return l, nil
}
