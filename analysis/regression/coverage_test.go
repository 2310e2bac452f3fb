//go:build coverage

package regression

import (
	"context"
	"flag"
	"fmt"
	"math"
	"testing"

	"github.com/ziplaw/ziplaw"
)

var simulations = flag.Int("simulations", 1000, "simulated studies of each size")

// TestJointCoverage counts how often the 95 % interval of each term's slope holds the truth, by the covariance over resampled data
// sets, on studies simulated from a law over H: data sets of 25 cells with noise of 1 % and a shift of 3 % of each data set's own.
func TestJointCoverage(t *testing.T) {
	o := options
	o.Resamples = 200
	for _, sets := range []int{6, 8, 16, 32} {
		held := make([]map[string]bool, *simulations)
		right := make([]bool, *simulations)
		err := each(context.Background(), *simulations, func(i int) {
			c, err := newComparison(context.Background(), simulated(world, sets, .01, .03, uint64(1000*sets+i)), o)
			if err != nil {
				t.Error(err)
				return
			}
			all, none := c.only(forms[len(forms)-1].form), c.only(form{})
			l, err := c.law("h", ziplaw.Joint{Models: []ziplaw.JointModel{{}}}, all)
			if err != nil {
				t.Error(err)
				return
			}
			held[i] = map[string]bool{}
			for k, name := range ziplaw.Terms {
				half := 1.96 * math.Sqrt(l.Covariance[2*k][2*k])
				held[i][name] = math.Abs(l.Terms[name].Slope-world.Terms[name].Slope) <= half
			}
			for _, fold := range foldsOf(sets) {
				c.predict(&none, c.sets, fold)
				c.predict(&all, c.sets, fold)
			}
			right[i] = medianOfAll(all.absent, nil) < medianOfAll(none.absent, nil)
		})
		if err != nil {
			t.Fatal(err)
		}
		fmt.Printf("%2d data sets, %d simulations:", sets, *simulations)
		for _, name := range ziplaw.Terms {
			n := 0
			for _, h := range held {
				if h[name] {
					n++
				}
			}
			fmt.Printf("  %s %.1f %%", name, 100*float64(n)/float64(*simulations))
		}
		fmt.Printf("; all predicts better than none in %.1f %%\n", 100*share(right))
	}
}
