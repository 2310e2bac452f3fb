package machine

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"math"
	"os"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/ziplaw/ziplaw/internal/bench"
	"github.com/ziplaw/ziplaw/internal/cli/console"
)

// benchFlags are those of ziplaw bench.
type benchFlags struct {
	options bench.Options
	python  string
	profile bool
}

func (a *app) benchCommand() *cobra.Command {
	var f benchFlags
	c := &cobra.Command{
		Use:   "bench [WORK...]",
		Short: "Compare this machine's ziplaw with what else does the same work",
		Long: `Measure how fast ziplaw works on this machine, in turns with other programs that do the same work where they are installed:
a round of ziplaw, a round of each peer, and again. Of each side the best round counts. A ratio above 1 means that ziplaw is
faster, and the range behind it is that of the rounds' own ratios: where it is wide, the machine does something else, too.

  matmul   products of float32 matrices, those of models' training steps among them    numpy's OpenBLAS
  train    whole training steps, and where their time goes, by operation               PyTorch, eager and compiled
  sample   documents from a grammar                                                    NLTK's grammars, with random choices
  measure  H of documents                                                              Python's gzip
  fit      the law of a table of runs, from the default grid of starts                 scipy's L-BFGS-B, from the same
  engine   a study whose cells do next to nothing, on the servers of one machine       none

Without WORK all are measured, for about a minute, to which comes what PyTorch takes to compile. --all adds the sizes that take
minutes. OF PEAK is the share of the processor's fused multiply-adds, which are measured in the same rounds, by the operations
that the work needs. Nothing of a study is read or changed, and no data folder is made.

Peers run in a Python of their own: python3, or what --python or ZIPLAW_PYTHON names. See docs/bench.md.`,
		Example: `  ziplaw bench
  ziplaw bench matmul train --only h256
  ziplaw bench train --only 'h64 l2' --profile
  ziplaw bench train --all --time 5m --output json > train.json
  ziplaw bench --python ~/peers/bin/python --threads 1`,
		ValidArgs: benchWorks(),
		Args:      func(c *cobra.Command, args []string) error { return console.CheckCount(c, args, 0, math.MaxInt) },
	}
	f.register(c)
	c.RunE = func(c *cobra.Command, args []string) error {
		return console.UntilInterrupted(c, func(ctx context.Context) error { return a.bench(ctx, args, f) })
	}
	return c
}

func (f *benchFlags) register(c *cobra.Command) {
	p := c.Flags()
	p.IntVar(&f.options.Rounds, "rounds", 5, "turns of each side")
	p.DurationVar(&f.options.Time, "time", 10*time.Second, "time of each work, divided among its cases; peers' getting ready comes on top")
	p.BoolVar(&f.options.All, "all", false, "sizes that take minutes, too")
	p.StringVar(&f.options.Only, "only", "", "only cases whose name has this in it")
	p.StringVar(&f.python, "python", "", "Python that runs the peers (default: ZIPLAW_PYTHON, or python3)")
	p.BoolVar(&f.profile, "profile", false, "show where the time of training steps goes, by operation; JSON always has it")
}

// benchWorks are the names of all works.
func benchWorks() []string {
	var names []string
	for _, w := range bench.Works {
		names = append(names, w.Name)
	}
	return append(names, engineWork)
}

func (a *app) bench(ctx context.Context, works []string, f benchFlags) error {
	if err := f.check(works); err != nil {
		return err
	}
	f.options.Threads = a.Flags.Threads
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(min(a.Flags.Threads, runtime.GOMAXPROCS(0)))) // also of what takes all there are
	python, err := bench.NewPython(f.program(), a.Progress)
	if err != nil {
		return err
	}
	defer python.Close()
	if len(works) == 0 {
		works = benchWorks()
	}
	v := benchJSON{}
	for _, name := range works {
		if err := a.benchWork(ctx, name, f.options, python, func(r bench.Row) {
			a.Progress("%s", benchLine(r))
			v = append(v, r)
		}); err != nil {
			return err
		}
	}
	if len(v) == 0 {
		return console.Usage("--only", "leave it out to see all names", "no case of %s has %q in its name", strings.Join(works, ", "), f.options.Only)
	}
	return a.Value(v, func(w io.Writer) error { return v.text(w, f.profile) })
}

// benchWork measures one work.
func (a *app) benchWork(ctx context.Context, name string, o bench.Options, p *bench.Python, each func(bench.Row)) error {
	if name == engineWork {
		return a.benchEngine(ctx, o, each)
	}
	w, _ := bench.Find(name)
	return w.Run(ctx, o, p, each)
}

// check refuses flags that make no sense.
func (f *benchFlags) check(works []string) error {
	for _, w := range works {
		if all := benchWorks(); !slices.Contains(all, w) {
			return console.Usage("WORK", "one of "+strings.Join(all, ", "), "%q", w)
		}
	}
	switch {
	case f.options.Rounds < 1:
		return console.Usage("--rounds", "at least 1", "%d rounds", f.options.Rounds)
	case f.options.Time <= 0:
		return console.Usage("--time", "such as 10s", "%s", f.options.Time)
	}
	return nil
}

// program is the Python of the peers.
func (f *benchFlags) program() string { return cmp.Or(f.python, os.Getenv("ZIPLAW_PYTHON"), "python3") }

// benchLine is a row as progress.
func benchLine(r bench.Row) string {
	line := fmt.Sprintf("%s: %s %s", r.Work, figures(r.Ours), r.Unit)
	if r.Ratio != nil {
		line += fmt.Sprintf(", %.2f times %s", *r.Ratio, r.Peer)
	}
	return line
}
