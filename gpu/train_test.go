//go:build cuda

package gpu

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/ziplaw/ziplaw/gpu/emul/emultest"
	"github.com/ziplaw/ziplaw/internal/kernel"
	"github.com/ziplaw/ziplaw/internal/llama"
)

// tiny is a run of 9 steps, the last of one document.
var tiny = llama.Config{Vocab: 37, Hidden: 12, Intermediate: 20, Layers: 2, Heads: 2, Context: 40}

// wider has more than one tile of most things.
var wider = llama.Config{Vocab: 300, Hidden: 136, Intermediate: 200, Layers: 1, Heads: 2, Context: 96}

func tinyTrainer(t *testing.T, b kernel.Backend) *llama.Trainer {
	t.Helper()
	return trainerOf(t, b, tiny, 25)
}

// trainerOf trains on some documents, three a step.
func trainerOf(t *testing.T, b kernel.Backend, c llama.Config, documents int) *llama.Trainer {
	t.Helper()
	random := rand.New(rand.NewPCG(3, 4))
	docs := make(llama.Slice, documents)
	for i := range docs {
		docs[i] = make([]int32, 1+random.IntN(c.Context))
		for j := range docs[i] {
			docs[i][j] = random.Int32N(int32(c.Vocab))
		}
	}
	r := llama.Recipe{
		Batch: 3, AdamW: llama.AdamWTorch, LearningRate: 1e-2, WeightDecay: 0.1, Warmup: 0.1, Schedule: llama.ScheduleCosine, PadTargets: llama.PadMasked,
	}
	trainer, err := llama.New(c, r, b, 7, docs)
	if err != nil {
		t.Fatal(err)
	}
	return trainer
}

// file is a snapshot's bytes.
func file(t *testing.T, trainer *llama.Trainer) []byte {
	t.Helper()
	s, err := trainer.Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	all, err := io.ReadAll(s.Reader())
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// numbers are the parameters, moments and losses at the end of a run.
func numbers(t *testing.T, trainer *llama.Trainer, c llama.Config) []byte {
	t.Helper()
	if err := trainer.Run(t.Context(), 4, nil); err != nil {
		t.Fatal(err)
	}
	all := file(t, trainer)
	end := len(all) - sha256.Size
	return all[end-4*(3*c.Params()+trainer.Steps()) : end]
}

// TestTrainingHasTheBitsOfTheCPU, with recorded steps and without.
func TestTrainingHasTheBitsOfTheCPU(t *testing.T) {
	for _, run := range []struct {
		config    llama.Config
		documents int
	}{{tiny, 25}, {wider, 7}} {
		cpu := kernel.NewCPU(1)
		want := numbers(t, trainerOf(t, cpu, run.config, run.documents), run.config)
		cpu.Close()
		for name, options := range map[string][]Option{"graphs": nil, "launches": {WithoutGraphs()}} {
			b := backendOf(t, open(t, options...))
			if got := numbers(t, trainerOf(t, b, run.config, run.documents), run.config); !bytes.Equal(got, want) {
				t.Errorf("%+v by %s ends in other numbers than the CPU's", run.config, name)
			}
		}
	}
}

// TestResume takes a snapshot in the middle, reads it after further steps, and goes on from it on another backend.
func TestResume(t *testing.T) {
	for _, precision := range Precisions() {
		t.Run(precision, func(t *testing.T) { resume(t, open(t, InPrecision(precision))) })
	}
}

func resume(t *testing.T, d *Device) {
	t.Helper()
	first := tinyTrainer(t, backendOf(t, d))
	for range 4 {
		if err := first.Step(); err != nil {
			t.Fatal(err)
		}
	}
	s, err := first.Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	want := lossesOfTheRest(t, first)
	saved, err := io.ReadAll(s.Reader())
	if err != nil {
		t.Fatal(err)
	}
	s.Close()
	second := tinyTrainer(t, backendOf(t, d))
	if err := second.Restore(bytes.NewReader(saved), int64(len(saved))); err != nil {
		t.Fatal(err)
	}
	for i, loss := range lossesOfTheRest(t, second) {
		if loss != want[i] {
			t.Fatalf("resumed, step %d has the loss %g, unbroken %g", i+1, loss, want[i])
		}
	}
}

// lossesOfTheRest takes the steps that are left, and gives the losses of all.
func lossesOfTheRest(t *testing.T, trainer *llama.Trainer) []float32 {
	t.Helper()
	for trainer.Done() < trainer.Steps() {
		if err := trainer.Step(); err != nil {
			t.Fatal(err)
		}
	}
	if err := trainer.Sync(); err != nil {
		t.Fatal(err)
	}
	return trainer.Losses()
}

func TestBytesAreWhatIsAllocated(t *testing.T) {
	d := open(t)
	b := backendOf(t, d)
	trainer := tinyTrainer(t, b)
	numbers(t, trainer, tiny)
	if got, want := b.Allocated(), d.Bytes(tiny.Demand(3, d)); got != want {
		t.Errorf("%d bytes are allocated, the demand is %d", got, want)
	}
}

func TestOutOfMemory(t *testing.T) {
	b := backendOf(t, open(t))
	before := b.Allocated()
	if _, _, err := b.NewBuffers(kernel.Group{Sizes: []int{1 << 40}}); !errors.Is(err, kernel.ErrOutOfMemory) {
		t.Fatalf("four terabytes: %v", err)
	}
	if b.Allocated() != before {
		t.Errorf("%d bytes more are allocated", b.Allocated()-before)
	}
	numbers(t, tinyTrainer(t, b), tiny)
}

// TestDevices compares what is listed with what is opened.
func TestDevices(t *testing.T) {
	all, err := Devices()
	if err != nil {
		t.Fatal(err)
	}
	d := open(t)
	if len(all) == 0 || all[0] != d.Info {
		t.Fatalf("devices are %+v, the first is %+v", all, d.Info)
	}
	if a, err := ParseNumerics(d.Numerics()); err != nil || a.Precision != Float32 {
		t.Errorf("numerics %q: %+v, %v", d.Numerics(), a, err)
	}
	if f := d.Facts(); f.Name == "" || f.Driver == "" || f.Memory <= 0 || len(f.Kernels) != 64 {
		t.Errorf("facts %+v", f)
	}
	if _, err := Open(len(all)); err == nil {
		t.Error("a device that isn't there is opened")
	}
	b, err := d.NewBackend()
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Close(); err == nil {
		t.Error("a device with a backend is closed")
	}
	if err := errors.Join(b.Close(), b.Close()); err != nil {
		t.Error(err)
	}
}

// again runs tests of this binary in another process with settings of the emulated driver.
func again(t *testing.T, tests string, settings ...string) {
	t.Helper()
	if emultest.Dir() == "" {
		t.Skip("the driver isn't the emulated one")
	}
	c := exec.CommandContext(t.Context(), os.Args[0], "-test.run="+tests, "-test.count=1")
	c.Env = append(emultest.Env(emultest.Dir(), settings...), "ZIPLAW_TEST_AGAIN=1")
	if out, err := c.CombinedOutput(); err != nil || strings.Contains(string(out), "no tests to run") {
		t.Errorf("%s %s: %v\n%s", strings.Join(settings, " "), tests, err, out)
	}
}

// TestOrdersOfThreads compares with the CPU in other orders of lanes, warps, blocks and branches of graphs: a race shows as other bits.
func TestOrdersOfThreads(t *testing.T) {
	if testing.Short() {
		t.Skip("the suite twice more")
	}
	const suite = "^(TestBackend|TestTensorBackend|TestTensorProducts|TestBits.*|TestTrainingHasTheBitsOfTheCPU)$"
	for _, order := range []string{"reversed", "shuffled:1"} {
		again(t, suite, "ZIPLAW_EMUL_ORDER="+order)
	}
}

// TestLostDevice has a device that is lost in the middle of a run.
func TestLostDevice(t *testing.T) {
	for _, after := range []string{"1", "30", "300"} {
		for _, way := range []string{"graphs", "launches"} {
			again(t, "^TestTrainingOnALostDevice$/^"+way+"$", "ZIPLAW_EMUL_LOSE="+after)
		}
	}
}

func TestTrainingOnALostDevice(t *testing.T) {
	if os.Getenv("ZIPLAW_TEST_AGAIN") == "" {
		t.Log("TestLostDevice runs it, in a process of its own")
		return
	}
	for name, options := range map[string][]Option{"graphs": nil, "launches": {WithoutGraphs()}} {
		t.Run(name, func(t *testing.T) { loseDevice(t, options) })
	}
}

func loseDevice(t *testing.T, options []Option) {
	d, err := Open(0, options...)
	if err != nil {
		t.Fatal(err)
	}
	b, err := d.NewBackend()
	if err != nil {
		t.Fatal(err)
	}
	trainer := tinyTrainer(t, b)
	if err := trainer.Run(t.Context(), 4, nil); !errors.Is(err, kernel.ErrDeviceLost) {
		t.Fatalf("the run ends with %v", err)
	}
	if _, err := trainer.Snapshot(); !errors.Is(err, kernel.ErrDeviceLost) {
		t.Errorf("a snapshot of a lost device: %v", err)
	}
	_ = b.Close() // whatever the driver says of it
	_ = d.Close()
}
