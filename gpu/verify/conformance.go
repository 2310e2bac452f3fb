package verify

import (
	"fmt"
	"strings"

	"github.com/ziplaw/ziplaw/internal/kernel"
	"github.com/ziplaw/ziplaw/internal/kernel/kerneltest"
)

// conform runs the tests that every backend passes.
func conform(w *work) error { return w.conformBy(Graphs, kerneltest.Float32) }

func (w *work) conformBy(way Way, tolerance kerneltest.Tolerance) error {
	d, err := w.open(way)
	if err != nil {
		return err
	}
	tests := kerneltest.Tests()
	names := make([]string, len(tests))
	for i, test := range tests {
		names[i] = test.Name
	}
	return w.each(names, func(i int) error { return conformIn(w, d, tests[i], tolerance) })
}

func conformIn(w *work, d kernel.Device, test kerneltest.Test, tolerance kerneltest.Tolerance) error {
	b, err := d.NewBackend()
	if err != nil {
		return err
	}
	failures := strings.Join(test.Failures(tolerance, b), "; ")
	closed := b.Close()
	switch {
	case strings.Contains(failures, kernel.ErrDeviceLost.Error()):
		return fmt.Errorf("%s: %w", failures, kernel.ErrDeviceLost)
	case failures == "" && closed != nil:
		return closed
	}
	w.check(test.Name, failures == "", "%s", failures)
	return nil
}
