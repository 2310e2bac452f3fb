package study

import (
	"context"
	"fmt"
	"io"

	"github.com/dustin/go-humanize"
	"github.com/spf13/cobra"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/internal/cli/console"
	"github.com/ziplaw/ziplaw/internal/corpus"
	"github.com/ziplaw/ziplaw/internal/dataset"
	"github.com/ziplaw/ziplaw/internal/kernel"
	"github.com/ziplaw/ziplaw/internal/plan"
)

func (a *app) planCommand() *cobra.Command {
	var (
		specOnly bool
		keys     = keysAuto
	)
	c := &cobra.Command{
		Use:   "plan SPEC",
		Short: "Print what a study would run, and for how long",
		Long: `Check a spec and its data, and print its cells: parameters N, tokens D, floating-point operations (really done, and
by the rule 6ND), memory, and an estimated time on this machine. Nothing runs and no server starts.

A cell's key needs the cell's documents. --keys auto makes them where that takes seconds.`,
		Example: `  ziplaw plan quick
  ziplaw plan study.yaml --output json --keys always
  ziplaw plan study.yaml --output json --spec > study.json      what temporal and tctl take`,
		Args: console.Exactly(1), ValidArgsFunction: console.CompleteSpec,
		RunE: func(c *cobra.Command, args []string) error {
			ctx, stop := console.UntilSignal(c.Context())
			defer stop()
			s, err := a.readStudy(args[0])
			if err != nil {
				return err
			}
			return console.Interrupted(ctx, a.plan(ctx, s, specOnly, keys))
		},
	}
	c.Flags().BoolVar(&specOnly, "spec", false, "print the spec with every default written out, as JSON with --output json")
	c.Flags().Var(&keys, "keys", "whether to compute the cells' keys: auto, always or never")
	_ = c.RegisterFlagCompletionFunc("keys", cobra.FixedCompletions([]string{"auto", "always", "never"}, cobra.ShellCompDirectiveNoFileComp))
	return c
}

func (a *app) plan(ctx context.Context, s ziplaw.Study, specOnly bool, keys keysFlag) error {
	p, err := plan.Check(ctx, s, plan.Room{Capacity: a.Capacity, Files: dataset.Options{Progress: a.filesProgress()}}) // memory refuses a run; a plan may be for another machine
	if err != nil {
		return err
	}
	if err := p.FitsMemory(a.room(s).Memory); err != nil {
		p.Warnings = append(p.Warnings, ziplaw.Warning{Code: "no_memory", Message: err.Error()})
	}
	if s.OnCUDA() {
		if err := a.fitsDevices(ctx, p); err != nil {
			return err
		}
	}
	if specOnly {
		return a.Value(s, func(w io.Writer) error { return console.Printer{Out: w, JSON: true}.Value(s, nil) })
	}
	if err := p.CompareHeldOut(ctx); err != nil {
		return err
	}
	v, err := newPlanJSON(ctx, p, keys, a.Flags.Threads)
	if err != nil {
		return err
	}
	return a.Value(v, v.text)
}

// planJSON is what ziplaw plan prints.
type planJSON struct {
	Study     string           `json:"study"`
	Version   ziplaw.Key       `json:"version,omitempty"` // absent where the kind of device isn't known
	Numerics  string           `json:"numerics"`
	Precision string           `json:"precision"`
	DataSets  []planSetJSON    `json:"datasets"`
	Cells     []plan.Cell      `json:"cells"`
	Totals    plan.Totals      `json:"totals"`
	Devices   []deviceJSON     `json:"devices"`
	Warnings  []ziplaw.Warning `json:"warnings"`
}

// planSetJSON is a data set before it is sampled. Files, bytes and links are of data sets of files.
type planSetJSON struct {
	DataSet    string   `json:"dataset"`
	Vocabulary int      `json:"vocabulary"`
	Documents  int      `json:"documents"` // to train on, that there are
	Files      int      `json:"files,omitempty"`
	Bytes      int64    `json:"bytes,omitempty"`
	Links      []string `json:"links_not_followed,omitempty"` // to folders
	// HeldOutRepeated counts held-out documents that are training documents, too, HeldOutNear those that share a long run of
	// words with one, and Dropped the repeats that were left out.
	HeldOutRepeated int             `json:"held_out_repeated,omitempty"`
	HeldOutNear     int             `json:"held_out_near_repeated,omitempty"`
	Dropped         int             `json:"repeats_dropped,omitempty"`
	Skipped         []string        `json:"skipped,omitempty"` // files and folders left out for an error
	Odd             []string        `json:"not_files,omitempty"`
	Noticed         []corpus.Notice `json:"noticed,omitempty"`
}

func planSet(d plan.DataSet) planSetJSON {
	v := planSetJSON{DataSet: d.Name, Vocabulary: d.Vocabulary, Documents: d.Source.Len()}
	if files, ok := dataset.Files(d.Source); ok {
		v.Files, v.Bytes, v.Links = len(files.Files), files.Bytes, files.Links
		v.HeldOutRepeated, v.HeldOutNear, v.Dropped = d.Repeated.Exact, d.Repeated.Near, files.Dropped
		v.Odd, v.Noticed = files.Odd, files.Noticed
		for _, err := range files.Skipped {
			v.Skipped = append(v.Skipped, err.Error())
		}
	}
	return v
}

// deviceJSON is an estimate for the whole study.
type deviceJSON struct {
	Device  string  `json:"device"`
	Threads int     `json:"threads"`
	Seconds float64 `json:"seconds"`
}

func newPlanJSON(ctx context.Context, p *plan.Plan, keys keysFlag, threads int) (planJSON, error) {
	v := planJSON{Study: p.Study.Name, Version: p.Version, Numerics: p.Study.Numerics, Precision: p.Study.Precision, Cells: []plan.Cell{}, Devices: []deviceJSON{},
		Warnings: append([]ziplaw.Warning{}, p.Warnings...)}
	for _, d := range p.DataSets {
		v.DataSets = append(v.DataSets, planSet(d))
		cells, err := planDataSet(ctx, p, d, keys)
		if err != nil {
			return v, err
		}
		for _, c := range cells {
			v.Totals.Add(c)
		}
		v.Cells = append(v.Cells, cells...)
	}
	v.Totals.Store, v.Totals.Checkpoints = p.Store, p.Checkpoints
	if p.Study.OnCUDA() {
		return v, nil
	}
	device := console.Processor() + ", " + kernel.Path()
	v.Devices = append(v.Devices, deviceJSON{device, 1, onThreads(v.Cells, p.Engine(), 1)})
	if threads > 1 {
		v.Devices = append(v.Devices, deviceJSON{device, threads, onThreads(v.Cells, p.Engine(), threads)})
	}
	return v, nil
}

// onThreads is the time of all cells and of the engine on some cores: their sum shared out, and not below the longest cell.
func onThreads(cells []plan.Cell, engine float64, threads int) float64 {
	sum, longest := engine, 0.0
	for _, c := range cells {
		sum += c.Seconds
		longest = max(longest, c.Seconds)
	}
	return max(sum/float64(threads), longest)
}

func planDataSet(ctx context.Context, p *plan.Plan, d plan.DataSet, keys keysFlag) ([]plan.Cell, error) {
	var cells []plan.Cell
	for _, c := range p.Study.Cells(d.Name) {
		cells = append(cells, plan.Cost(p.Study, c, d.Vocabulary, throughput))
	}
	if p.Study.OnCUDA() {
		for i := range cells {
			cells[i].Seconds = 0 // nobody has measured the device
		}
	}
	if !p.Study.Pinned() || !keys.wanted(p.Study) {
		return cells, nil
	}
	known, err := p.Keys(ctx, d)
	if err != nil {
		return nil, err
	}
	for i := range cells {
		cells[i].Key = known[i]
	}
	return cells, nil
}

func (v planJSON) text(w io.Writer) error {
	rows := [][]string{{"CELL", "N", "D", "FLOPS", "6ND", "MEMORY", "TIME", "KEY"}}
	for _, c := range v.Cells {
		rows = append(rows, []string{c.Cell, humanize.Comma(c.N), humanize.Comma(c.D), fmt.Sprintf("%.3g", c.FLOPs),
			fmt.Sprintf("%.3g", c.FLOPs6ND), humanize.IBytes(uint64(c.Bytes)), v.time(c), c.Key.Short()})
	}
	if err := console.Table(w, rows); err != nil {
		return err
	}
	for _, d := range v.DataSets {
		if d.Files > 0 {
			fmt.Fprintf(w, "\n%s: %s file%s of %s together, in which there are %s documents", d.DataSet, humanize.Comma(int64(d.Files)), console.Plural(d.Files),
				humanize.Bytes(uint64(d.Bytes)), humanize.Comma(int64(d.Documents)))
			for _, n := range d.Noticed {
				fmt.Fprintf(w, "; %d with %s", n.Files, n.Kind)
			}
		}
	}
	t := v.Totals
	fmt.Fprintf(w, "\n%d cell%s, %s tokens, %.3g floating-point operations really done, %.3g by 6ND\n", t.Cells, console.Plural(t.Cells), humanize.Comma(t.D), t.FLOPs, t.FLOPs6ND)
	fmt.Fprintf(w, "memory of the largest cell %s; in the store %s, and %s of checkpoints while it trains\n",
		humanize.IBytes(uint64(t.Bytes)), humanize.IBytes(uint64(t.Store)), humanize.IBytes(uint64(t.Checkpoints)))
	if len(v.Devices) == 0 {
		fmt.Fprintf(w, "on CUDA devices (%s) in %s, one cell each; the memory is a device's\n", v.Numerics, v.Precision)
	}
	for _, d := range v.Devices {
		fmt.Fprintf(w, "about %s on %d thread%s of this machine (%s)\n", console.Duration(d.Seconds), d.Threads, console.Plural(d.Threads), d.Device)
	}
	for _, warning := range v.Warnings {
		fmt.Fprintf(w, "warning: %s\n", warning.Message)
	}
	return nil
}

// time is a cell's, where it is known.
func (v planJSON) time(c plan.Cell) string {
	if len(v.Devices) == 0 {
		return "-"
	}
	return console.Duration(c.Seconds)
}
