package verify

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/ziplaw/ziplaw/gpu"
	"github.com/ziplaw/ziplaw/gpu/kernels"
	"github.com/ziplaw/ziplaw/internal/kernel"
)

// TestOperationsRunEveryKernel of the PTX.
func TestOperationsRunEveryKernel(t *testing.T) {
	run := map[string]bool{}
	names := map[string]bool{}
	for _, p := range tensorProducts() {
		for _, f := range forms {
			run[fmt.Sprintf("product_tf32_%s_%d", f.name, p.tile)] = true
		}
	}
	for _, o := range operations() {
		if names[o.name] {
			t.Errorf("two operations are called %s", o.name)
		}
		names[o.name] = true
		for _, k := range o.kernels {
			run[k] = true
		}
	}
	var all []string
	for _, entry := range regexp.MustCompile(`\.entry (\w+)\(`).FindAllStringSubmatch(kernels.PTX, -1) {
		all = append(all, entry[1])
	}
	slices.Sort(all)
	if got := sorted(run); !slices.Equal(got, all) {
		t.Errorf("the operations run %v, the kernels are %v", got, all)
	}
}

// TestHashesOfTheCPU: the CPU computes the bits of the emulated driver.
func TestHashesOfTheCPU(t *testing.T) {
	checkHashes(t, hashesOf(t, kernel.CPUDevice{Threads: 1}))
}

func hashesOf(t *testing.T, d kernel.Device) map[string]string {
	t.Helper()
	hashes := map[string]string{}
	for _, o := range operations() {
		b, err := d.NewBackend()
		if err != nil {
			t.Fatal(err)
		}
		out, err := o.outputs(b)
		if err != nil {
			t.Fatalf("%s: %v", o.name, err)
		}
		if err := b.Close(); err != nil {
			t.Fatal(err)
		}
		hashes[o.name] = hash(out)
	}
	return hashes
}

func checkHashes(t *testing.T, got map[string]string) {
	t.Helper()
	known, err := knownHashes()
	if err != nil {
		t.Fatal(err)
	}
	for name, h := range got {
		if h != known[name] {
			t.Errorf("%s has the hash %s, hashes.json has %q", name, h, known[name])
		}
	}
	if len(known) != len(got) {
		t.Errorf("hashes.json has %d operations, %d wanted", len(known), len(got))
	}
}

func TestVerdict(t *testing.T) {
	a, b, c := []float32{1}, []float32{2}, []float32{3}
	for _, v := range []struct {
		got, want []float32
		known     string
		says      string
	}{
		{a, a, hash(a), "equal on device, CPU and emulated driver"}, {a, b, hash(a), "this CPU has not"}, {a, b, hash(b), "the device has not"},
		{a, a, hash(b), "the emulated driver has other bits"}, {a, b, hash(c), "all of"}, {a, a, "", "isn't known"},
	} {
		if got := verdict(v.got, v.want, v.known); !strings.Contains(got, v.says) {
			t.Errorf("verdict %q, want %q", got, v.says)
		}
	}
}

func TestPeakOf(t *testing.T) {
	for name, want := range map[string][2]float64{
		"NVIDIA H100 80GB HBM3": {67e12, 495e12}, "NVIDIA H100 PCIe": {51e12, 378e12}, "NVIDIA A100-SXM4-80GB": {19.5e12, 156e12},
		"NVIDIA L4": {30.3e12, 60e12}, "NVIDIA L40S": {91.6e12, 183e12}, "NVIDIA A10G": {31.2e12, 0},
		"NVIDIA GeForce RTX 4090": {82.6e12, 82.6e12}, "NVIDIA GH200 480GB": {67e12, 495e12}, "Emulated GPU": {}, "NVIDIA L400": {},
	} {
		for i, precision := range gpu.Precisions() {
			if p, known := peakOf(name, precision); p.flops != want[i] || known != (want[i] > 0) {
				t.Errorf("%s has %g in %s", name, p.flops, precision)
			}
		}
	}
}
