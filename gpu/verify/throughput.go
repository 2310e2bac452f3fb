package verify

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/ziplaw/ziplaw/internal/kernel"
	"github.com/ziplaw/ziplaw/internal/llama"
)

// speed is the throughput of one model.
type speed struct {
	config llama.Config
	batch  int
	share  time.Duration // of timed steps
}

// speeds are the six models of Pandey (2024), table 6, as studies/pandey2024.yaml has them.
func speeds() (all []speed) {
	for _, s := range [][3]int{{64, 2, 1}, {128, 4, 2}, {256, 6, 4}, {512, 10, 8}, {1024, 20, 16}, {2048, 30, 32}} {
		config := llama.Config{Vocab: 32001, Hidden: s[0], Intermediate: 2 * s[0], Layers: s[1], Heads: s[2], Context: 256}
		all = append(all, speed{config, 32, 5 * time.Second})
	}
	return all
}

// smallSpeeds are for the emulated driver, which they only show to work.
func smallSpeeds() (all []speed) {
	for _, s := range [][3]int{{8, 1, 1}, {16, 1, 1}, {16, 2, 2}, {32, 1, 2}, {32, 2, 2}, {48, 2, 3}} {
		config := llama.Config{Vocab: 101, Hidden: s[0], Intermediate: 2 * s[0], Layers: s[1], Heads: s[2], Context: 32}
		all = append(all, speed{config, 2, 200 * time.Millisecond})
	}
	return all
}

// Beginnings of the names of parts that measure throughput, by the precision.
const (
	throughputName       = "throughput-"
	tensorThroughputName = throughputName + "tf32-"
)

// throughputParts are one part for each size: the largest needs most of its time for its initial parameters.
func throughputParts(name string, way Way) (parts []Part) {
	boxes := []time.Duration{30, 30, 40, 60, 90, 180}
	for i, box := range boxes {
		parts = append(parts, Part{
			Name: fmt.Sprint(name, i+1), Title: fmt.Sprintf("Throughput in %s, size %d of %d", way.Precision, i+1, len(boxes)),
			Box: box * time.Second, Measures: true, run: func(w *work) error { return w.measure(i, way) },
		})
	}
	return parts
}

// measure trains the i-th size for a while.
func (w *work) measure(i int, way Way) error {
	d, err := w.open(way)
	if err != nil {
		return err
	}
	b, err := d.NewBackend()
	if err != nil {
		return err
	}
	s := speeds()[i]
	if w.small {
		s = smallSpeeds()[i]
	}
	c := s.config
	w.figure("model", fmt.Sprintf("h%d l%d heads%d", c.Hidden, c.Layers, c.Heads), "")
	w.figure("precision", way.Precision, "")
	w.figure("parameters", c.Params(), "")
	w.figure("tokens_per_step", s.batch*c.Context, "")
	w.figure("memory_wanted", d.Bytes(c.Demand(s.batch, d)), "bytes")
	began := time.Now()
	t, err := s.trainer(b)
	if errors.Is(err, kernel.ErrOutOfMemory) {
		return notNow{"it doesn't fit the device's memory: " + err.Error()}
	}
	if err != nil {
		return err
	}
	w.figure("memory_allocated", b.Allocated(), "bytes")
	w.figure("preparing", time.Since(began).Seconds(), "s")
	p, _ := peakOf(d.Facts().Name, way.Precision)
	return w.timeSteps(t, s, p)
}

// endless is documents of full length, a few in turns, more than any run here reads.
type endless []([]int32)

func (e endless) Len() int                        { return 1 << 20 }
func (e endless) Document(i int) ([]int32, error) { return e[i%len(e)], nil }

func (s speed) trainer(b kernel.Backend) (*llama.Trainer, error) {
	docs := make(endless, 4*s.batch)
	for i := range docs {
		docs[i] = document(i, s.config.Context, s.config.Vocab)
	}
	return llama.New(s.config, llama.Recipe{
		Batch: s.batch, AdamW: llama.AdamWTorch, LearningRate: 1e-4, Schedule: llama.ScheduleConstant, PadTargets: llama.PadMasked,
	}, b, 1, docs)
}

const (
	warmUp = 3 // steps; the first is recorded as a graph
	spans  = 5 // times that are taken, of several steps each
)

// timeSteps takes the steps of some spans of time, and notes their median.
func (w *work) timeSteps(t *llama.Trainer, s speed, p peak) error {
	var one time.Duration
	for range warmUp {
		var err error
		if one, err = w.timed(t, 1, one); err != nil {
			return err
		}
	}
	w.figure("last_step_of_the_warm_up", one.Seconds(), "s")
	n := int(max(1, min(64, s.share/spans/max(one, time.Microsecond))))
	var speeds []float64 // tokens/s
	for range spans {
		took, err := w.timed(t, n, one)
		if _, late := errors.AsType[notNow](err); late && len(speeds) > 0 {
			break
		}
		if err != nil {
			return err
		}
		speeds = append(speeds, float64(n*s.batch*s.config.Context)/took.Seconds())
	}
	w.figure("timed_steps", n*len(speeds), "")
	w.speedFigures(speeds, s.config, p)
	return nil
}

// timed takes steps and waits for them, if there is time for as many that take as long as one did.
func (w *work) timed(t *llama.Trainer, steps int, one time.Duration) (time.Duration, error) {
	if end, ok := w.ctx.Deadline(); ok && time.Until(end) < time.Duration(steps)*one {
		return 0, notNow{fmt.Sprintf("no time was left after %d steps", t.Done())}
	}
	began := time.Now()
	for range steps {
		if err := t.Step(); err != nil {
			return 0, err
		}
	}
	err := t.Sync()
	return time.Since(began), err
}

func (w *work) speedFigures(speeds []float64, c llama.Config, p peak) {
	slices.Sort(speeds)
	median := speeds[len(speeds)/2]
	w.figure("tokens_per_second", median, "tokens/s")
	w.figure("tokens_per_second_least", speeds[0], "tokens/s")
	w.figure("tokens_per_second_most", speeds[len(speeds)-1], "tokens/s")
	flops := median * c.FLOPsPerToken()
	w.figure("flops", flops, "FLOP/s")
	if p.flops > 0 {
		w.figure("share_of_peak", flops/p.flops, "")
		w.figure("peak", p.flops, "FLOP/s")
	}
}
