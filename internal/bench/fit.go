package bench

import (
	"context"
	_ "embed"
	"fmt"
	"math"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/analysis/scaling"
)

//go:embed fit.py
var fitText string

var fitScript = Script{"fit.py", fitText, "pip install scipy numpy"}

const (
	gridStarts = 4500 // of Hoffmann's grid
	everyStart = 47   // is timed, and stands for the others: prime to the grid's sides, so that all of its values have a part
)

// fitOptions are those of a study's fit that matter to a law alone.
var fitOptions = ziplaw.FitOptions{Delta: 1e-3, Starts: "hoffmann", Level: .95, Resampling: "clusters", Untrained: "keep", Loss: "huber"}

// fitCases fit laws to tables of runs, without intervals, with all threads.
func fitCases(o Options, p *Python) (cases []Case) {
	for _, grid := range [][2]int{{6, 6}, {16, 12}} {
		cases = append(cases, fitCase(simulated(grid[0], grid[1]), o, p))
	}
	return cases
}

func fitCase(points []scaling.Point, o Options, p *Python) Case {
	return Case{
		Work: fmt.Sprintf("fit %d runs", len(points)), Unit: Seconds, Threads: o.Threads,
		Ours: func() (Side, error) { return fitOurs(points) },
		Peers: []func(context.Context) (Side, error){func(ctx context.Context) (Side, error) {
			return fitPeer(ctx, points, o, p)
		}},
	}
}

func fitOurs(points []scaling.Point) (Side, error) {
	return newCalls(nil, func() error {
		_, err := scaling.Law(context.Background(), points, fitOptions)
		return err
	}), nil
}

// fitPeer is scipy's, in a process for each thread. All starts take it minutes: unless they are asked for, some are timed.
func fitPeer(ctx context.Context, points []scaling.Point, o Options, p *Python) (Side, error) {
	every, how := everyStart, fmt.Sprintf("L-BFGS-B, by 1 of %d starts", everyStart)
	if o.All {
		every, how = 1, "L-BFGS-B"
	}
	request := map[string]any{"delta": fitOptions.Delta, "every": every}
	for _, name := range []string{"n", "d", "l"} {
		var column []float64
		for _, x := range points {
			column = append(column, map[string]float64{"n": x.N, "d": x.D, "l": x.L}[name])
		}
		request[name] = column
	}
	s, err := p.Peer(fitScript, how, o.Threads, 1, request)(ctx)
	if err != nil {
		return nil, err
	}
	taken := (gridStarts + every - 1) / every
	return scaled{s, gridStarts / float64(taken)}, nil
}

// simulated is runs of a law with noise of 2 %, over a grid.
func simulated(models, budgets int) (points []scaling.Point) {
	for i := range models {
		for j := range budgets {
			n, d := 1e6*math.Pow(1.5, float64(i)), 1e8*math.Pow(1.5, float64(j))
			noise := 0.02 * math.Sin(float64(12*i+7*j)*float64(j+1))
			points = append(points, scaling.Point{N: n, D: d, L: (1.69 + 406.4/math.Pow(n, .34) + 410.7/math.Pow(d, .28)) * math.Exp(noise)})
		}
	}
	return points
}
