//go:build emulated

package main

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/ziplaw/ziplaw"
)

// Tests of studies on CUDA devices: ziplaw-cuda with the emulated driver, on real servers. ZIPLAW_CUDA names the program, and
// ZIPLAW_EMULATED_DRIVER the driver's folder: make test-cuda sets both.

const cudaSpec = `
version: 1
name: tinycuda
context: 32
datasets:
  - {name: g, grammar: {nonterminals: 3, terminals: 20, options: 2, length: 2}, grammar_seeds: [1, 2]}
models: [{h: 4, layers: 1, heads: 1}, {h: 16, layers: 2, heads: 2}]
budgets: [512, 8192]
recipe: {batch: 2, held_out: 4}
compressibility: {documents: 8}
fit: {hold: {E: 0.5}, tie: [alpha=beta], resamples: 2}
checkpoint_seconds: 0.3
`

// longCells is the study with cells of some seconds on the emulated driver, of one data set.
var longCells = strings.NewReplacer("[512, 8192]", "[512, 16384]", "grammar_seeds: [1, 2]", "grammar_seeds: [1]").Replace(cudaSpec)

func writeSpec(t *testing.T, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "study.yaml")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// onDriver is the environment of programs that find the emulated driver.
func onDriver(t *testing.T, settings ...string) []string {
	t.Helper()
	driver := os.Getenv("ZIPLAW_EMULATED_DRIVER")
	if driver == "" || os.Getenv("ZIPLAW_CUDA") == "" {
		t.Fatal("ZIPLAW_CUDA and ZIPLAW_EMULATED_DRIVER must name the program and the driver: see make test-cuda")
	}
	// servers and keys of elsewhere, which a worker on a data folder doesn't take
	elsewhere := []string{"AWS_ACCESS_KEY_ID=other", "AWS_SESSION_TOKEN=other", "TEMPORAL_ADDRESS=127.0.0.1:1", "TEMPORAL_API_KEY=other", "ZIPLAW_S3_BUCKET=other"}
	return slices.Concat([]string{"LD_LIBRARY_PATH=" + driver}, elsewhere, settings)
}

// devices starts a worker with emulated devices on a folder whose servers run.
func (f folder) devices(settings ...string) *process {
	f.t.Helper()
	return launch(f.t, onDriver(f.t, settings...), "worker", "--device", "cuda", "--data-dir", f.dir)
}

func (p *process) says(text string) func() bool {
	return func() bool { return strings.Contains(p.stderr.String(), text) }
}

// cellsOf are the losses of a finished study's cells, by their names within the study.
func (f folder) cellsOf(study string) map[string]float64 {
	f.t.Helper()
	var cells []struct {
		Cell string   `json:"cell"`
		Loss *float64 `json:"loss"`
	}
	f.launch("list", study).value(&cells)
	losses := map[string]float64{}
	for _, c := range cells {
		if c.Loss == nil {
			f.t.Fatalf("cell %s has no loss", c.Cell)
		}
		losses[strings.TrimPrefix(c.Cell, study+"/")] = *c.Loss
	}
	return losses
}

// TestEmulatedStudy runs a whole study: it waits for a device and says so, is pinned to its kind, names it in its report and its
// lineage, and has the numbers of the CPU.
func TestEmulatedStudy(t *testing.T) {
	t.Parallel()
	f := newFolder(t)
	run := f.launch("run", writeSpec(t, cudaSpec+"numerics: cuda\n"))
	run.until("it waits", run.says("waiting for a worker with a CUDA device: ziplaw worker --device cuda"))
	worker := f.devices()
	worker.until("it works", worker.says("working on 1 device (cuda/1/Emulated-GPU/float32/own-1, cuda/1/Emulated-GPU/tf32/own-1)"))
	r := run.result()
	if r.State != ziplaw.StudyDone || r.Cells.Done != 8 {
		t.Fatalf("%s with %+v", r.State, r.Cells)
	}
	report, err := os.ReadFile(r.Report)
	if err != nil || !strings.Contains(string(report), "cuda/1/Emulated-GPU/float32/own-1") {
		t.Errorf("the report doesn't say what made it: %v", err)
	}
	lineage := f.launch("lineage", "tinycuda", "loss@tinycuda/g-g1/h4-l1/D512/s1")
	if lineage.wait() != 0 || !strings.Contains(lineage.stdout.String(), `"name": "Emulated GPU"`) {
		t.Errorf("lineage without the device: %s%s", lineage.stdout.String(), lineage.stderr.String())
	}
	var why struct{ Device string }
	f.launch("why", "tinycuda/g-g1/h4-l1/D512/s1").value(&why)
	if !strings.Contains(why.Device, "Emulated GPU, driver 12") {
		t.Errorf("why says the device is %q", why.Device)
	}
	verify := f.launch("verify", "tinycuda")
	if code := verify.wait(); code != 0 {
		t.Errorf("verify: exit code %d\n%s", code, verify.stdout.String())
	}
	worker.kill()
	if again := f.launch("run", writeSpec(t, cudaSpec+"numerics: cuda\n")).result(); again.Digest != r.Digest || again.RunID != r.RunID {
		t.Errorf("without a device the finished study answers %+v", again)
	}
	cpu := newFolder(t)
	cpu.launch("run", writeSpec(t, strings.Replace(cudaSpec, "tinycuda", "tinycpu", 1))).result()
	want := cpu.cellsOf("tinycpu")
	for cell, loss := range f.cellsOf("tinycuda") {
		if loss != want[cell] {
			t.Errorf("cell %s has the loss %g, and on the CPU %g", cell, loss, want[cell])
		}
	}
}

// TestEmulatedKills kills the worker within cells, three times, and once the servers beside it, and moves to another worker: the
// study ends in the digest of one that nothing happened to.
func TestEmulatedKills(t *testing.T) {
	t.Parallel()
	spec := writeSpec(t, longCells+"numerics: cuda\n")
	calm := newFolder(t)
	run := calm.launch("run", spec)
	run.until("the servers", func() bool { _, found := calm.servers(); return found })
	calm.devices("ZIPLAW_EMUL_ORDER=reversed", "ZIPLAW_EMUL_DEVICES=2")
	want := run.result()

	f := newFolder(t)
	run = f.launch("run", spec)
	run.until("the servers", func() bool { _, found := f.servers(); return found })
	worker, seen := f.devices(), map[attempt]bool{}
	for round := range 3 {
		worker.until("the checkpoint of another attempt", func() bool { return f.other(seen, func(attempt) bool { return true }) })
		if round == 1 { // the worker outlives its servers
			run.kill()
			run = f.launch("run", spec)
			continue
		}
		worker.kill()
		worker = f.devices()
	}
	r := run.result()
	if r.State != ziplaw.StudyDone || r.Digest != want.Digest || r.DigestCells != want.DigestCells {
		t.Errorf("%s with digests %s %s; undisturbed %s %s", r.State, r.Digest, r.DigestCells, want.Digest, want.DigestCells)
	}
	up := f.up()
	defer up.kill()
	if resumed := resumedCells(f.verify()); len(resumed) == 0 {
		t.Error("no cell went on from a checkpoint")
	}
}

// TestEmulatedPrecision runs a study in tf32: on the same worker as one in float32, with losses near to those and of its own. After 8
// steps they are within what is rounded, and after 128 within what another training seed does to small runs.
func TestEmulatedPrecision(t *testing.T) {
	t.Parallel()
	f := newFolder(t)
	up := f.up()
	defer up.kill()
	f.devices()
	plain := f.launch("run", writeSpec(t, cudaSpec+"numerics: cuda\n"))
	tensor := f.launch("run", writeSpec(t, strings.Replace(cudaSpec, "tinycuda", "tinytf32", 1)+"numerics: cuda\nprecision: tf32\n"))
	for _, run := range []*process{plain, tensor} {
		if r := run.result(); r.State != ziplaw.StudyDone || r.Cells.Done != 8 {
			t.Fatalf("%s with %+v", r.State, r.Cells)
		}
	}
	want, others := f.cellsOf("tinycuda"), 0
	for cell, loss := range f.cellsOf("tinytf32") {
		near := 3e-2
		if strings.Contains(cell, "/D512/") {
			near = 1e-3
		}
		if math.Abs(loss-want[cell]) > near*want[cell] {
			t.Errorf("cell %s has the loss %g, and in float32 %g", cell, loss, want[cell])
		}
		if loss != want[cell] {
			others++
		}
	}
	if others == 0 {
		t.Error("all losses are those in float32")
	}
	for _, rec := range f.verify() {
		if strings.HasPrefix(rec.Label, "tinytf32/g-g1/") && !strings.Contains(string(rec.Preimage), `"numerics":"cuda/1/Emulated-GPU/tf32/own-1"`) {
			t.Errorf("cell %s has the key of %s", rec.Label, rec.Preimage)
		}
	}
}

// TestEmulatedPrecisionConversion has cells go on in tf32 from checkpoints in float32, as their spec asks for.
func TestEmulatedPrecisionConversion(t *testing.T) {
	t.Parallel()
	f := newFolder(t)
	up := f.up()
	defer up.kill()
	f.devices()
	run := f.launch("run", writeSpec(t, longCells+"numerics: cuda\n"))
	run.until("a checkpoint", func() bool { return len(f.checkpoints()) > 0 })
	if pause := f.launch("pause", "tinycuda"); pause.wait() != 0 {
		t.Fatalf("pause: %s", pause.stderr.String())
	}
	moved := f.launch("run", writeSpec(t, strings.Replace(longCells, "tinycuda", "moved", 1)+
		"numerics: cuda\nprecision: tf32\nconvert_from: cuda/1/Emulated-GPU/float32/own-1\n"))
	if r := moved.result(); r.Cells.Done != r.Cells.Total || !slices.ContainsFunc(r.Warnings, func(w ziplaw.Warning) bool { return w.Code == "converted" }) {
		t.Errorf("%+v with the warnings %v", r.Cells, r.Warnings)
	}
}

// TestEmulatedConversion moves a study from a device to the processor in the middle of a cell, as its spec asks for, and says so.
func TestEmulatedConversion(t *testing.T) {
	t.Parallel()
	f := newFolder(t)
	run := f.launch("run", writeSpec(t, longCells+"numerics: cuda\n"))
	run.until("the servers", func() bool { _, found := f.servers(); return found })
	worker := f.devices()
	run.until("a checkpoint", func() bool { return len(f.checkpoints()) > 0 })
	run.kill()
	worker.kill()
	moved := writeSpec(t, strings.Replace(longCells, "tinycuda", "moved", 1)+"numerics: cpu\nconvert_from: cuda/1/Emulated-GPU/float32/own-1\n")
	r := f.launch("run", moved).result()
	found := false
	for _, w := range r.Warnings {
		found = found || w.Code == "converted" && strings.Contains(w.Message, "class R2")
	}
	if r.Cells.Done != r.Cells.Total || !found {
		t.Errorf("%+v with the warnings %v", r.Cells, r.Warnings)
	}
	up := f.up()
	defer up.kill()
	converted := 0
	for _, rec := range f.verify() {
		if strings.Contains(string(rec.Values), `"converted":[{"from":"cuda/1/Emulated-GPU/float32/own-1"`) {
			converted++
			why := launch(t, nil, "why", rec.Label, "--data-dir", f.dir)
			if why.wait(); !strings.Contains(why.stdout.String(), "(class R2)") {
				t.Errorf("why says %s", why.stdout.String())
			}
		}
	}
	if converted == 0 {
		t.Error("no cell was converted")
	}
}

// TestEmulatedLoss has a device that is lost within a cell: its worker ends and says why, and the cell goes on with another one.
func TestEmulatedLoss(t *testing.T) {
	t.Parallel()
	f := newFolder(t)
	run := f.launch("run", writeSpec(t, cudaSpec+"numerics: cuda/1/Emulated-GPU/float32/own-1\n"))
	run.until("the servers", func() bool { _, found := f.servers(); return found })
	lost := f.devices("ZIPLAW_EMUL_LOSE=3000")
	if code := lost.wait(); code != 1 || !strings.Contains(lost.stderr.String(), "no device is left") {
		t.Fatalf("a worker whose device is lost ends with %d: %s", code, lost.stderr.String())
	}
	f.devices()
	if r := run.result(); r.State != ziplaw.StudyDone || r.Cells.Done != 8 {
		t.Errorf("%s with %+v", r.State, r.Cells)
	}
}

// TestEmulatedKinds: several kinds of device are an error that names them, unless the spec names one, and then its cells wait for
// that kind.
func TestEmulatedKinds(t *testing.T) {
	t.Parallel()
	f := newFolder(t)
	up := f.up()
	defer up.kill()
	for _, name := range []string{"Small GPU", "Large GPU"} {
		w := f.devices("ZIPLAW_EMUL_NAME=" + name)
		w.until("it works", w.says("working on 1 device"))
	}
	run := f.launch("run", writeSpec(t, cudaSpec+"numerics: cuda\n"))
	code, out := run.wait(), run.stdout.String()
	var e struct{ Error ziplaw.Error }
	if err := json.Unmarshal([]byte(out), &e); err != nil || code != 2 || e.Error.Field != "numerics" ||
		!strings.Contains(e.Error.Message, "cuda/1/Large-GPU/float32/own-1, cuda/1/Small-GPU/float32/own-1") {
		t.Errorf("exit code %d: %s", code, out)
	}
	named := strings.Replace(cudaSpec, "tinycuda", "named", 1) + "numerics: cuda/1/Large-GPU/float32/own-1\n"
	if r := f.launch("run", writeSpec(t, named)).result(); r.Cells.Done != 8 {
		t.Errorf("%+v", r.Cells)
	}
	absent := f.launch("run", writeSpec(t, strings.Replace(cudaSpec, "tinycuda", "absent", 1)+"numerics: cuda/1/No-GPU/float32/own-1\n"))
	absent.until("it waits", absent.says("waiting for a worker with a device of the kind cuda/1/No-GPU/float32/own-1"))
	absent.kill()
}

// TestEmulatedMachines: what is missing is said, with what to do.
func TestEmulatedMachines(t *testing.T) {
	t.Parallel()
	f := newFolder(t)
	for name, c := range map[string]struct {
		env  []string
		says string
	}{
		"no program": {[]string{"ZIPLAW_CUDA=/nowhere/ziplaw-cuda"}, "make cuda builds it"},
		"no driver":  {[]string{"LD_LIBRARY_PATH=/nowhere"}, "install NVIDIA's driver"},
		"no device":  {onDriver(t, "ZIPLAW_EMUL_DEVICES=0"), "no CUDA device"},
	} {
		p := launch(t, c.env, "worker", "--device", "cuda", "--data-dir", f.dir)
		if code := p.wait(); code != 1 || !strings.Contains(p.stderr.String(), c.says) {
			t.Errorf("%s: exit code %d, %s", name, code, p.stderr.String())
		}
	}
	doctor := launch(t, onDriver(t), "doctor", "--data-dir", f.dir)
	if code := doctor.wait(); !strings.Contains(doctor.stdout.String(), "CUDA devices: Emulated GPU (driver 12.") {
		t.Errorf("doctor: exit code %d, %s%s", code, doctor.stdout.String(), doctor.stderr.String())
	}
	large := strings.Replace(cudaSpec, "{h: 4, layers: 1, heads: 1}", "{h: 2048, layers: 24, heads: 16}", 1)
	p := launch(t, onDriver(t), "plan", writeSpec(t, large+"numerics: cuda\n"), "--data-dir", f.dir)
	if code := p.wait(); code != 2 || !strings.Contains(p.stderr.String(), "the device has 3.5 GiB") {
		t.Errorf("plan of a model that doesn't fit: exit code %d, %s", code, p.stderr.String())
	}
}
