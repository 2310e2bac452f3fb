package gpu

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/ziplaw/ziplaw/gpu/kernels"
	"github.com/ziplaw/ziplaw/internal/kernel"
)

// model is what launches and memory depend on.
type model struct {
	name                                string
	hidden, layers, heads, intermediate int
	vocab, context, batch               int
	parameters                          float64 // about
}

// models are the largest that one device of 80 GB is asked to train, and small and odd ones.
var models = []model{
	{name: "odd", hidden: 6, layers: 1, heads: 1, intermediate: 5, vocab: 3, context: 1, batch: 1},
	{name: "4M", hidden: 64, layers: 2, heads: 4, intermediate: 192, vocab: 32001, context: 256, batch: 32, parameters: 4.2e6},
	{name: "1.4B", hidden: 2048, layers: 24, heads: 16, intermediate: 5632, vocab: 32001, context: 256, batch: 32, parameters: 1.36e9},
	{name: "1.4B deeper", hidden: 2048, layers: 30, heads: 32, intermediate: 5632, vocab: 32001, context: 256, batch: 8, parameters: 1.67e9},
	{name: "long", hidden: 2048, layers: 24, heads: 8, intermediate: 5632, vocab: 128 << 10, context: 4096, batch: 1, parameters: 1.77e9},
	{name: "wide head", hidden: 1024, layers: 16, heads: 8, intermediate: 2816, vocab: 128 << 10, context: 4096, batch: 2, parameters: 4.8e8},
}

func (m model) shape() kernel.Shape {
	return kernel.Shape{
		AttentionShape: kernel.AttentionShape{Batch: m.batch, Time: m.context, Heads: m.heads, Size: m.hidden / m.heads},
		Intermediate:   m.intermediate, Vocab: m.vocab,
	}
}

func (m model) matrices() []int {
	sizes := []int{m.vocab * m.hidden, m.hidden * m.vocab}
	for range m.layers {
		sizes = append(sizes, 3*m.hidden*m.hidden, m.hidden*m.hidden, 2*m.hidden*m.intermediate, m.hidden*m.intermediate)
	}
	return sizes
}

func sum(sizes []int) (n int) {
	for _, size := range sizes {
		n += size
	}
	return n
}

// launches are all of a training step, and of the largest update.
func (m model) launches() []launch {
	s, c, i := m.shape(), m.hidden, m.intermediate
	r, slice := s.Rows(), logitRows(s)
	all := []launch{
		embedLaunch(r, c), embedBackwardLaunch(r, c), embedClearLaunch(r, c),
		addNormLaunch(r, c), normalizeLaunch(r, c), normBackwardLaunch(r, c, true), normWeightLaunch(r, c, true),
		rotateLaunch(s.AttentionShape, true), attentionForwardLaunch(s.AttentionShape), attentionInnerLaunch(s.AttentionShape),
		swigluForwardLaunch(r, i), swigluBackwardLaunch(r, i),
		crossEntropyLaunch(slice, m.vocab, true), meanLaunch(r), adamWLaunch(sum(m.matrices())),
	}
	for _, p := range []products{float32Products, tensorProducts} {
		product := p.launch
		all = append(all, product(false, false, slice, m.vocab, c, false), product(false, true, slice, c, m.vocab, false),
			product(true, false, c, m.vocab, slice, true))
		for _, columns := range []int{3 * c, c, 2 * i} {
			all = append(all, product(false, false, r, columns, c, false), product(true, false, c, columns, r, false),
				product(false, true, r, c, columns, false), product(true, true, c, columns, r, false))
		}
	}
	backward := attentionBackwardLaunches(s.AttentionShape)
	return append(all, backward[:]...)
}

// TestLaunchesFitTheGrid holds launches to the limits of CUDA, of compute capability 8.0 on.
func TestLaunchesFitTheGrid(t *testing.T) {
	for _, m := range models {
		for _, l := range m.launches() {
			if l.grid[0] < 1 || l.grid[0] > 1<<31-1 || l.grid[1] < 1 || l.grid[1] > 65535 {
				t.Errorf("%s, %s: %d blocks", m.name, l.kernel, l.grid)
			}
			if l.block < 1 || l.block > 1024 || l.block%32 != 0 {
				t.Errorf("%s, %s: %d threads", m.name, l.kernel, l.block)
			}
		}
	}
}

// entries are the kernels of the PTX, with the bits of their parameters.
func entries() map[string][]int {
	found := map[string][]int{}
	entry := regexp.MustCompile(`\.entry (\w+)\(([^)]*)\)`)
	param := regexp.MustCompile(`\.param \.[a-z](\d+)`)
	for _, e := range entry.FindAllStringSubmatch(kernels.PTX, -1) {
		bits := []int{}
		for _, p := range param.FindAllStringSubmatch(e[2], -1) {
			n, _ := strconv.Atoi(p[1])
			bits = append(bits, n)
		}
		found[e[1]] = bits
	}
	return found
}

// TestLaunchesFitTheKernels holds that launches have the parameters that kernels take, and that there is no kernel that
// nobody launches.
func TestLaunchesFitTheKernels(t *testing.T) {
	unused := entries()
	all := entries()
	for _, m := range models {
		for _, l := range m.launches() {
			params, found := all[l.kernel]
			if !found {
				t.Fatalf("%s isn't in the PTX", l.kernel)
			}
			delete(unused, l.kernel)
			pointers := l.outputs + l.inputs
			if len(params) != pointers+l.n {
				t.Fatalf("%s has %d parameters, its launch %d", l.kernel, len(params), pointers+l.n)
			}
			for i, bits := range params {
				if i < pointers && bits != 64 {
					t.Errorf("%s: parameter %d isn't a pointer", l.kernel, i)
				}
				if i >= pointers && bits == 32 && l.scalars[i-pointers]>>32 != 0 {
					t.Errorf("%s: parameter %d has 32 bits, and the value %x", l.kernel, i, l.scalars[i-pointers])
				}
			}
		}
	}
	for name := range unused {
		t.Errorf("nothing launches %s", name)
	}
}

// TestSharedMemoryIsThere holds that no kernel takes more static shared memory than the 48 KiB that every device gives without being
// asked, and that those which take dynamic shared memory are launched with as much as they are allowed, which is at most what a block
// gets on every device (CUDA programming guide, "Technical specifications": 99 KiB on compute capability 8.6).
func TestSharedMemoryIsThere(t *testing.T) {
	static, dynamic := regexp.MustCompile(`\.shared [^;]*\[(\d+)\];`), dynamicShared()
	largest := 0
	for _, body := range strings.Split(kernels.PTX, ".entry ")[1:] {
		name, total := body[:strings.IndexByte(body, '(')], 0
		for _, s := range static.FindAllStringSubmatch(body, -1) {
			n, _ := strconv.Atoi(s[1])
			total += n
		}
		largest = max(largest, total)
		if total > 48<<10 || dynamic[name] > 99<<10 {
			t.Errorf("%s takes %d and %d bytes of shared memory", name, total, dynamic[name])
		}
		if takes := strings.Contains(body, ", dynamicShared;"); takes != (dynamic[name] > 0) {
			t.Errorf("%s takes dynamic shared memory: %v, and is allowed %d bytes", name, takes, dynamic[name])
		}
	}
	if largest < 16<<10 {
		t.Errorf("the kernels seem to share %d bytes at most: does the test still read them?", largest)
	}
	for _, m := range models {
		for _, l := range m.launches() {
			if l.shared != dynamic[l.kernel] {
				t.Errorf("%s: %s is launched with %d bytes of shared memory, of %d", m.name, l.kernel, l.shared, dynamic[l.kernel])
			}
		}
	}
}

// TestPTXRoundsAsIEEE holds that nothing in the PTX is approximate, flushes denormal numbers, or adds in any order. A product
// or sum without .rn is one that the driver may fuse (PTX ISA, floating-point instructions).
func TestPTXRoundsAsIEEE(t *testing.T) {
	for _, word := range []string{".approx", ".ftz", "\tatom.", "\tred.", ".full.f32", "mul.f32", "add.f32", "sub.f32", "mul.f64", "add.f64", "sub.f64"} {
		if i := strings.Index(kernels.PTX, word); i >= 0 {
			t.Errorf("the PTX has %s: %s", word, kernels.PTX[max(0, i-60):i+20])
		}
	}
	if len(kernels.Digest()) != 64 {
		t.Errorf("digest %q", kernels.Digest())
	}
}

func TestProductTakesLargeTilesWhereTheyAreMany(t *testing.T) {
	for _, c := range []struct {
		m, n int
		name string
		grid [2]int64
	}{
		{1, 1, "product_nn_32", [2]int64{1, 1}},
		{64, 192, "product_nn_32", [2]int64{2, 6}},
		{1024, 448, "product_nn_32", [2]int64{32, 14}},
		{1024, 512, "product_nn_64", [2]int64{16, 8}},
		{8192, 6144, "product_nn_128", [2]int64{64, 48}},
		{8192, 64, "product_nn_64", [2]int64{128, 1}},
		{8192, 32, "product_nn_32", [2]int64{256, 1}},
		{8192, 129, "product_nn_128", [2]int64{64, 2}},
		{64, 1 << 20, "product_nn_64", [2]int64{1, 16384}},
		{1, LongestSide, "product_nn_128", [2]int64{1, 32768}},
	} {
		if l := float32Products.launch(false, false, c.m, c.n, 5, false); l.kernel != c.name || l.grid != c.grid {
			t.Errorf("%d by %d: %s in %d blocks, want %s in %d", c.m, c.n, l.kernel, l.grid, c.name, c.grid)
		}
	}
}

func TestTensorTilesAreLargeWhereTheyAreMany(t *testing.T) {
	for _, c := range []struct {
		m, n int
		name string
		grid [2]int64
	}{
		{1, 1, "product_tf32_tn_64", [2]int64{1, 1}},
		{1024, 1024, "product_tf32_tn_64", [2]int64{16, 16}},
		{8192, 64, "product_tf32_tn_64", [2]int64{128, 1}},
		{8192, 256, "product_tf32_tn_128", [2]int64{64, 2}},
		{1024, 3072, "product_tf32_tn_128", [2]int64{8, 24}},
		{8192, 1024, "product_tf32_tn_256", [2]int64{32, 8}},
		{128, 1 << 20, "product_tf32_tn_128", [2]int64{1, 8192}},
		{1, LongestSide, "product_tf32_tn_128", [2]int64{1, 32768}},
	} {
		if l := tensorProducts.launch(true, false, c.m, c.n, 5, false); l.kernel != c.name || l.grid != c.grid {
			t.Errorf("%d by %d: %s in %d blocks, want %s in %d", c.m, c.n, l.kernel, l.grid, c.name, c.grid)
		}
	}
}

func ExampleNumerics() {
	fmt.Println(Numerics("NVIDIA H100 80GB HBM3", Float32))
	// Output: cuda/1/NVIDIA-H100-80GB-HBM3/float32/own-1
}

// pointersOf are how many outputs and inputs the kernels' source declares: inputs are pointers to const. Kernels that a macro names are under
// the name of its parameter, several times.
func pointersOf(t *testing.T) map[string][][2]int {
	t.Helper()
	files, err := filepath.Glob("kernels/*.cuh")
	if err != nil || len(files) == 0 {
		t.Fatalf("the kernels' source: %v", err)
	}
	found := map[string][][2]int{}
	signature := regexp.MustCompile(`__global__[^(]*\([^)]*\)[\s\\]*([\w#]+)\(([^)]*)\)`)
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range signature.FindAllStringSubmatch(strings.ReplaceAll(string(text), " / WARP * (COLUMNS / WARP) * ", ""), -1) {
			inputs := strings.Count(s[2], "const ")
			name, _, _ := strings.Cut(s[1], "##")
			found[name] = append(found[name], [2]int{strings.Count(s[2], "*") - inputs, inputs})
		}
	}
	return found
}

// TestOutputsAreThoseOfTheKernels holds what launches say of their memory to the kernels' source: two lanes depend on it.
func TestOutputsAreThoseOfTheKernels(t *testing.T) {
	declared := pointersOf(t)
	for _, m := range models[:2] {
		for _, l := range m.launches() {
			want, found := declared[l.kernel]
			if !found {
				want = declared["NAME"]
				if strings.HasPrefix(l.kernel, "attention_") {
					want = append(want, declared["attention_"]...)
				}
			}
			if !slices.Contains(want, [2]int{l.outputs, l.inputs}) {
				t.Errorf("%s has %d outputs and %d inputs in its launch, and %v in its source", l.kernel, l.outputs, l.inputs, want)
			}
		}
	}
}
