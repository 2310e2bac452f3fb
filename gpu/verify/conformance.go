package verify

import (
	"fmt"
	"strings"

	"github.com/ziplaw/ziplaw/internal/kernel"
	"github.com/ziplaw/ziplaw/internal/kernel/kerneltest"
)

// conform runs the tests that every backend passes.
func conform(w *work) error {
	d, err := w.open(Graphs)
	if err != nil {
		return err
	}
	tests := kerneltest.Tests()
	names := make([]string, len(tests))
	for i, test := range tests {
		names[i] = test.Name
	}
	return w.each(names, func(i int) error { return conformIn(w, d, tests[i]) })
}

func conformIn(w *work, d kernel.Device, test kerneltest.Test) error {
	b, err := d.NewBackend()
	if err != nil {
		return err
	}
	failures := strings.Join(test.Failures(kerneltest.Float32, b), "; ")
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
