//go:build cuda

package driver

/*
#cgo noescape driver_launch_graph
#cgo nocallback driver_launch_graph
#include "driver.h"
*/
import "C"

import "gorgonia.org/cu"

// Graph is recorded work that is launched as a whole. Memory that it names must live as long as it.
type Graph struct {
	ctx   cu.CUContext
	graph C.CUgraphExec
}

// Capture records what enqueue puts on the stream, which doesn't run. Copies in it must be from and to pinned memory. A call that
// waits, or that looks at the stream, makes the capture fail.
func Capture(ctx cu.CUContext, s cu.Stream, enqueue func() error) (*Graph, error) {
	if err := check("cuStreamBeginCapture", C.driver_begin_capture(contextOf(ctx), streamOf(s))); err != nil {
		return nil, err
	}
	g := &Graph{ctx: ctx}
	keep := C.int(0)
	var err, ended error
	func() {
		defer func() { // after a panic too: the stream couldn't be used any more
			ended = check("cuStreamEndCapture", C.driver_end_capture(contextOf(ctx), streamOf(s), keep, &g.graph))
		}()
		if err = enqueue(); err == nil {
			keep = 1
		}
	}()
	if err == nil {
		err = ended
	}
	if err != nil {
		return nil, err
	}
	return g, nil
}

// Launch enqueues the graph's work, with the arguments that it was recorded with.
func (g *Graph) Launch(s cu.Stream) error {
	return check("cuGraphLaunch", C.driver_launch_graph(contextOf(g.ctx), g.graph, streamOf(s)))
}

// Close frees the graph. Launches that are enqueued still run.
func (g *Graph) Close() error {
	return check("cuGraphExecDestroy", C.driver_destroy_graph(contextOf(g.ctx), g.graph))
}
