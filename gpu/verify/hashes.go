package verify

import (
	"fmt"
	"runtime"
	"slices"
	"strings"

	"github.com/ziplaw/ziplaw/internal/kernel"
)

// compareHashes runs every operation on the device and on the CPU, and compares the hashes of both with those of the emulated
// driver. Where a device differs from the CPU, these say which of them is another than elsewhere.
func compareHashes(w *work) error {
	known, err := knownHashes()
	if err != nil {
		return err
	}
	d, err := w.open(Graphs)
	if err != nil {
		return err
	}
	all := operations()
	names := make([]string, len(all))
	for i, o := range all {
		names[i] = o.name
	}
	err = w.each(names, func(i int) error {
		err := compareOperation(w, d, all[i], known[all[i].name])
		if err != nil {
			err = fmt.Errorf("%s: %w", strings.Join(all[i].kernels, ", "), err)
		}
		return err
	})
	if err == nil {
		w.countKernels(all)
	}
	return err
}

// countKernels sums the checks up by kernels.
func (w *work) countKernels(all []operation) {
	good := map[string]bool{}
	for _, c := range w.result.Checks {
		good[c.Name] = c.State == Passed
	}
	kernels, differ := map[string]bool{}, map[string]bool{}
	for _, o := range all {
		for _, k := range o.kernels {
			kernels[k] = true
			if !good[o.name] {
				differ[k] = true
			}
		}
	}
	w.figure("kernels", len(kernels), "")
	w.figure("kernels_with_equal_bits", len(kernels)-len(differ), "")
	if len(differ) > 0 {
		w.figure("kernels_of_operations_that_differ", strings.Join(sorted(differ), ", "), "")
	}
}

func compareOperation(w *work, d kernel.Device, o operation, known string) error {
	cpu := kernel.NewCPU(runtime.NumCPU())
	defer cpu.Close()
	want, err := o.outputs(cpu)
	if err != nil {
		return fmt.Errorf("the CPU: %w", err)
	}
	b, err := d.NewBackend()
	if err != nil {
		return err
	}
	got, err := o.outputs(b)
	if closed := b.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return err
	}
	same := hash(got) == known && hash(want) == known
	w.check(o.name, same, "%s: %s", strings.Join(o.kernels, ", "), verdict(got, want, known))
	return nil
}

// verdict says which of the device, the CPU and the emulated driver agree.
func verdict(got, want []float32, known string) string {
	d := compare(got, want)
	switch gpu, cpu := hash(got) == known, hash(want) == known; {
	case gpu && cpu:
		return fmt.Sprintf("%s on device, CPU and emulated driver (sha256 %.12s)", d, known)
	case known == "":
		return fmt.Sprintf("the emulated driver's hash isn't known; device against CPU: %s", d)
	case gpu:
		return fmt.Sprintf("the device has the emulated driver's bits, this CPU has not: %s", d)
	case cpu:
		return fmt.Sprintf("the CPU has the emulated driver's bits, the device has not: %s", d)
	case d.n == 0:
		return fmt.Sprintf("the emulated driver has other bits than device and CPU: %s", d)
	default:
		return fmt.Sprintf("all of device, CPU and emulated driver differ; device against CPU: %s", d)
	}
}

func sorted(set map[string]bool) (all []string) {
	for k := range set {
		all = append(all, k)
	}
	slices.Sort(all)
	return all
}
