package worker_test

import (
	"cmp"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"

	"go.temporal.io/sdk/client"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/activities"
	"github.com/ziplaw/ziplaw/internal/kernel"
	"github.com/ziplaw/ziplaw/worker"
)

// standIn is a device that computes on the processor under another arithmetic's name. It stands for a CUDA device, of which
// loss and kinds can't be had at will.
type standIn struct {
	kernel.CPUDevice
	name      string
	precision string // float32 where it is empty
	// left is how many reads it answers before it is lost; nil where it never is.
	left *atomic.Int64
	// panics says that the device's arithmetic panics when it is read.
	panics bool
}

func (d standIn) Numerics() string {
	return "cuda/1/" + d.name + "/" + cmp.Or(d.precision, "float32") + "/own-1"
}

func (d standIn) Facts() kernel.Facts {
	return kernel.Facts{Name: d.name, Driver: "12.4", Kernels: strings.Repeat("ab", 32), Memory: 1 << 30}
}

func (d standIn) NewBackend() (kernel.Backend, error) {
	return standInBackend{kernel.NewCPU(1), d}, nil
}

type standInBackend struct {
	*kernel.CPU
	device standIn
}

func (b standInBackend) Numerics() string { return b.device.Numerics() }

func (b standInBackend) Read(dst []float32, src kernel.Buffer) error {
	if b.device.panics {
		panic("for the test")
	}
	if b.device.left != nil && b.device.left.Add(-1) < 0 {
		return fmt.Errorf("read: %w", kernel.ErrDeviceLost)
	}
	return b.CPU.Read(dst, src)
}

// devices starts a worker of devices beside the site's.
func (s *site) devices(all ...standIn) (*worker.Worker, *activities.Pool) {
	s.t.Helper()
	var faces []activities.Faces
	for _, d := range all {
		tf32 := d
		tf32.precision = ziplaw.PrecisionTF32
		faces = append(faces, activities.Faces{d, tf32})
	}
	pool := activities.NewPool(1<<30, faces...)
	w, err := worker.StartCUDA(s.client, s.store, ziplaw.Code{Version: "test"}, pool, worker.Cache{Dir: s.t.TempDir()})
	s.must(err)
	s.t.Cleanup(w.Stop)
	return w, pool
}

func onCUDA(numerics string) func(*ziplaw.Study) {
	return func(s *ziplaw.Study) { s.Numerics = numerics }
}

// TestDevices runs a study whose spec leaves the kind of device open: it waits for one, is pinned to it, and its cells' keys and
// records name it.
func TestDevices(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	study := tiny(t, "devices", models(4), budgets(4096, 8192), onCUDA(ziplaw.NumericsCUDA))
	run := s.begin(study)
	s.until("the study waits", func() bool {
		p, _ := s.progress("devices")
		return strings.Contains(string(p["waiting"]), "ziplaw worker --device cuda")
	})
	s.devices(standIn{name: "GPU-A"}, standIn{name: "GPU-A"})
	r := s.end(run)
	if r.State != ziplaw.StudyDone || r.Cells.Done != 4 {
		t.Fatalf("%s with %+v", r.State, r.Cells)
	}
	if p, _ := s.progress("devices"); p["waiting"] != nil || string(p["numerics"]) != `"cuda/1/GPU-A/float32/own-1"` {
		t.Errorf("at its end the study waits for %s, and is of %s", p["waiting"], p["numerics"])
	}
	for _, rec := range s.cells() {
		if rec.Accelerator == nil || rec.Accelerator.Name != "GPU-A" || !strings.Contains(string(rec.Preimage), `"numerics":"cuda/1/GPU-A/float32/own-1"`) {
			t.Errorf("cell %s was made on %v, with the key of %s", rec.Label, rec.Accelerator, rec.Preimage)
		}
	}
	s.replay(study)
	if again := s.end(s.begin(study)); again.RunID != r.RunID {
		t.Error("the finished study isn't answered from the store")
	}
}

// TestPrecisions runs studies of both precisions on one device at the same time: each is pinned to an arithmetic of its own.
func TestPrecisions(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.devices(standIn{name: "GPU-A"})
	var runs []client.WorkflowRun
	for _, precision := range []string{ziplaw.PrecisionFloat32, ziplaw.PrecisionTF32} {
		runs = append(runs, s.begin(tiny(t, precision, models(4), budgets(4096, 8192), onCUDA(ziplaw.NumericsCUDA), func(s *ziplaw.Study) {
			s.Precision = precision
		})))
	}
	for _, run := range runs {
		if r := s.end(run); r.State != ziplaw.StudyDone || r.Cells.Done != 4 {
			t.Errorf("%s with %+v", r.State, r.Cells)
		}
	}
	cells := map[string]int{}
	for _, rec := range s.cells() {
		study, _, _ := strings.Cut(rec.Label, "/")
		if !strings.Contains(string(rec.Preimage), `"numerics":"cuda/1/GPU-A/`+study+`/own-1"`) {
			t.Errorf("cell %s has the key of %s", rec.Label, rec.Preimage)
		}
		cells[study]++
	}
	if cells["float32"] != 4 || cells["tf32"] != 4 {
		t.Errorf("%v cells", cells)
	}
}

// TestKindsOfDevices: the workers of two kinds leave a spec that names none without an answer, and one that names a kind with one.
func TestKindsOfDevices(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.devices(standIn{name: "GPU-A"})
	s.devices(standIn{name: "GPU-B"})
	s.until("both poll", func() bool {
		kinds, err := activities.KindsOfDevices(t.Context(), s.client)
		return err == nil && len(kinds) == 4
	})
	err := s.begin(tiny(t, "kinds", models(4), budgets(4096, 8192), onCUDA(ziplaw.NumericsCUDA))).Get(t.Context(), nil)
	if e := activities.FromTemporal(err); e.Code != ziplaw.CodeBadSpec || e.Field != "numerics" || !strings.Contains(e.Message, "cuda/1/GPU-A/float32/own-1, cuda/1/GPU-B") {
		t.Errorf("two kinds: %v", err)
	}
	s.run(tiny(t, "named", models(4), budgets(4096, 8192), onCUDA("cuda/1/GPU-B/float32/own-1")))
	for _, rec := range s.cells() {
		if rec.Accelerator.Name != "GPU-B" {
			t.Errorf("cell %s was trained on %s", rec.Label, rec.Accelerator.Name)
		}
	}
}

// TestLostDevices: a device that is lost within a cell takes no more of them. The cell goes on on another one, and no attempt counts
// against it.
func TestLostDevices(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	left := &atomic.Int64{}
	left.Store(4)
	_, pool := s.devices(standIn{name: "GPU-A", left: left})
	run := s.begin(tiny(t, "lost", models(4), budgets(4096, 8192), onCUDA(ziplaw.NumericsCUDA)))
	s.until("the device is lost", func() bool {
		select {
		case <-pool.Gone():
			return true
		default:
			return false
		}
	})
	s.devices(standIn{name: "GPU-A"})
	if r := s.end(run); r.Cells.Done != 4 || hasWarning(r, "cell_failed", "") {
		t.Errorf("%+v with %v", r.Cells, r.Warnings)
	}
}

// TestPanicsOfDevices: a cell whose training panics fails by itself at the third attempt, and its device goes to the next one.
func TestPanicsOfDevices(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.devices(standIn{name: "GPU-A", panics: true})
	r := s.end(s.begin(tiny(t, "panics", models(4), budgets(4096, 8192), onCUDA(ziplaw.NumericsCUDA), func(s *ziplaw.Study) {
		s.Datasets = s.Datasets[:1]
	})))
	if r.Cells.Failed != 2 || !hasWarning(r, "cell_failed", "3 attempts ended at step 0: panic: for the test") {
		t.Errorf("%+v with %v", r.Cells, r.Warnings)
	}
}

// TestLargeForDevices: what doesn't fit a device's memory is refused before a cell runs.
func TestLargeForDevices(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.devices(standIn{name: "GPU-A"})
	err := s.begin(tiny(t, "large", models(4096), budgets(4096, 8192), onCUDA(ziplaw.NumericsCUDA), func(s *ziplaw.Study) {
		s.Models[0].Heads = 32
	})).Get(t.Context(), nil)
	if e := activities.FromTemporal(err); e.Code != ziplaw.CodeBadSpec || e.Field != "models[0]" || !strings.Contains(e.Message, "the device has 1.0 GiB") {
		t.Errorf("a model that doesn't fit: %v", err)
	}
}
