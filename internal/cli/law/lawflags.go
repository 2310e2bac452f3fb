package law

import (
	"github.com/spf13/cobra"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/internal/cli/console"
)

// lawFlags are the options that fits and regressions share.
func lawFlags(c *cobra.Command, o *ziplaw.FitOptions) {
	p := c.Flags()
	p.Float64Var(&o.Delta, "delta", 1e-3, "of the Huber loss, in nats of ln L")
	p.Float64Var(&o.Level, "level", 0.95, "of every interval")
	p.IntVar(&o.Resamples, "resamples", 1000, "resamples behind the intervals")
	p.Int64Var(&o.Seed, "seed", 1, "draws the resamples")
	p.StringVar(&o.Count, "count", "all", "of a study: what N counts, all or non_embedding")
	p.StringVar(&o.Final, "final", "validation", "of a study: a cell's loss, last, mean_last_k or validation")
	console.Completions(c, map[string][]string{"count": {"all", "non_embedding"}, "final": {"last", "mean_last_k", "validation"}})
}
