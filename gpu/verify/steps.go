package verify

import (
	"bytes"
	"fmt"
	"runtime"

	"github.com/ziplaw/ziplaw/internal/kernel"
)

// compareSteps takes ten steps on the device and on the CPU.
func compareSteps(w *work) error {
	b, err := w.backend(Graphs)
	if err != nil {
		return err
	}
	e := w.exercise(10)
	w.figure("model", fmt.Sprintf("%+v, batch %d", e.config, e.batch), "")
	got, err := e.run(w, b)
	if err != nil {
		return err
	}
	cpu := kernel.NewCPU(runtime.NumCPU())
	defer cpu.Close()
	want, err := e.run(w, cpu)
	if err != nil {
		return fmt.Errorf("the CPU: %w", err)
	}
	return w.checkStates(got, want)
}

// repeat takes the same steps twice.
func repeat(w *work) error { return w.compareRuns(Graphs, Graphs) }

// compareWays takes the same steps as graphs and as single launches.
func compareWays(w *work) error { return w.compareRuns(Graphs, Launches) }

// compareRuns holds two runs on the device to one snapshot, byte by byte.
func (w *work) compareRuns(ways ...Way) error {
	var files [2][]byte
	for i, way := range ways {
		var err error
		if files[i], err = w.tenSteps(way); err != nil {
			return err
		}
	}
	w.check("snapshots", bytes.Equal(files[0], files[1]), "%d and %d bytes", len(files[0]), len(files[1]))
	return w.checkStates(files[1], files[0])
}

// tenSteps takes ten steps on the device and gives the last snapshot.
func (w *work) tenSteps(way Way) ([]byte, error) {
	b, err := w.backend(way)
	if err != nil {
		return nil, err
	}
	return w.exercise(10).run(w, b)
}
