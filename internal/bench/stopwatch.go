package bench

import (
	"cmp"
	"slices"
	"time"

	"github.com/ziplaw/ziplaw/internal/kernel"
)

// stopwatch is a backend that notes how long each kind of operation takes. Its backend computes before a method returns,
// as the CPU does.
type stopwatch struct {
	kernel.Backend
	steps int
	whole time.Duration // of the steps
	times times
}

// times are how long the operations of each name took.
type times map[string]*spent

type spent struct {
	time  time.Duration
	calls int
}

// note takes the time since an operation began.
func (t times) note(operation string, began time.Time) {
	t.add(operation, spent{time.Since(began), 1})
}

func (t times) add(operation string, more spent) {
	one := t[operation]
	if one == nil {
		one = &spent{}
		t[operation] = one
	}
	one.time += more.time
	one.calls += more.calls
}

func newStopwatch(b kernel.Backend) *stopwatch { return &stopwatch{Backend: b, times: times{}} }

func (s *stopwatch) restart() {
	clear(s.times)
	s.steps, s.whole = 0, 0
}

// MicroBatches times the operations of all of them. Those that run at once share the time on the clock.
func (s *stopwatch) MicroBatches(n, lanes int, f func(o kernel.Operations, i, lane int)) {
	began, all := time.Now(), make([]times, n)
	s.Backend.MicroBatches(n, lanes, func(o kernel.Operations, i, lane int) {
		all[i] = times{}
		f(timedOperations{o, all[i]}, i, lane)
	})
	clock, busy := time.Since(began), time.Duration(0)
	for _, micro := range all {
		for _, one := range micro {
			busy += one.time
		}
	}
	for _, micro := range all {
		for operation, one := range micro {
			s.times.add(operation, spent{time.Duration(float64(one.time) * float64(clock) / float64(busy)), one.calls})
		}
	}
}

// step times a whole step.
func (s *stopwatch) step(f func() error) error {
	began := time.Now()
	err := f()
	s.steps++
	s.whole += time.Since(began)
	return err
}

// outside is what a step does beside operations: it makes batches, and starts operations.
const outside = "between operations"

// profile is where the time of a step went, the longest operation first.
func (s *stopwatch) profile() []Operation {
	if s.steps == 0 {
		return nil
	}
	rest := spent{time: s.whole, calls: s.steps}
	var operations []Operation
	for name, one := range s.times {
		rest.time -= one.time
		operations = append(operations, s.operation(name, *one))
	}
	operations = append(operations, s.operation(outside, rest))
	slices.SortFunc(operations, func(a, b Operation) int {
		return cmp.Or(-cmp.Compare(a.Ms, b.Ms), cmp.Compare(a.Operation, b.Operation))
	})
	return operations
}

func (s *stopwatch) operation(name string, x spent) Operation {
	steps := float64(s.steps)
	return Operation{
		Operation: name, Ms: x.time.Seconds() * 1e3 / steps, Share: x.time.Seconds() / s.whole.Seconds(), Calls: float64(x.calls) / steps,
	}
}

// EmbedClear is timed.
func (s *stopwatch) EmbedClear(dtable kernel.Buffer, ids kernel.IDs, c int) {
	defer s.times.note("embedding backward", time.Now())
	s.Backend.EmbedClear(dtable, ids, c)
}

// AdamW is timed.
func (s *stopwatch) AdamW(p, m, v, g, factors kernel.Buffer) {
	defer s.times.note("adamw", time.Now())
	s.Backend.AdamW(p, m, v, g, factors)
}

// timedOperations are operations whose times are noted.
type timedOperations struct {
	kernel.Operations
	times
}

// Embed is timed.
func (t timedOperations) Embed(x, table kernel.Buffer, ids kernel.IDs) {
	defer t.note("embedding", time.Now())
	t.Operations.Embed(x, table, ids)
}

// EmbedBackward is timed.
func (t timedOperations) EmbedBackward(dtable, dx kernel.Buffer, ids kernel.IDs) {
	defer t.note("embedding backward", time.Now())
	t.Operations.EmbedBackward(dtable, dx, ids)
}

// AddNorm is timed.
func (t timedOperations) AddNorm(sum, y, rstd, x, delta, w kernel.Buffer) {
	defer t.note("norm", time.Now())
	t.Operations.AddNorm(sum, y, rstd, x, delta, w)
}

// Normalize is timed.
func (t timedOperations) Normalize(y, sum, rstd, w kernel.Buffer) {
	defer t.note("norm again", time.Now())
	t.Operations.Normalize(y, sum, rstd, w)
}

// NormBackward is timed.
func (t timedOperations) NormBackward(dsum, dw, dy, sum, rstd, w kernel.Buffer, addRows, addWeights bool) {
	defer t.note("norm backward", time.Now())
	t.Operations.NormBackward(dsum, dw, dy, sum, rstd, w, addRows, addWeights)
}

// Product is timed by what it is for in a model.
func (t timedOperations) Product(c, a kernel.Buffer, transA bool, b kernel.Buffer, transB bool, m, n, k int, accumulate bool) {
	name := "product"
	switch {
	case transA:
		name = "product, weights' gradient"
	case transB:
		name = "product, inputs' gradient"
	}
	defer t.note(name, time.Now())
	t.Operations.Product(c, a, transA, b, transB, m, n, k, accumulate)
}

// Rotate is timed.
func (t timedOperations) Rotate(qkv, cos, sin kernel.Buffer, shape kernel.AttentionShape, inverse bool) {
	defer t.note("rotary embedding", time.Now())
	t.Operations.Rotate(qkv, cos, sin, shape, inverse)
}

// Attention is timed.
func (t timedOperations) Attention(out, stats, qkv kernel.Buffer, shape kernel.AttentionShape) {
	defer t.note("attention", time.Now())
	t.Operations.Attention(out, stats, qkv, shape)
}

// AttentionBackward is timed.
func (t timedOperations) AttentionBackward(dqkv, dout, out, stats, qkv kernel.Buffer, shape kernel.AttentionShape) {
	defer t.note("attention backward", time.Now())
	t.Operations.AttentionBackward(dqkv, dout, out, stats, qkv, shape)
}

// SwiGLU is timed.
func (t timedOperations) SwiGLU(act, gateUp kernel.Buffer, i int) {
	defer t.note("swiglu", time.Now())
	t.Operations.SwiGLU(act, gateUp, i)
}

// SwiGLUBackward is timed.
func (t timedOperations) SwiGLUBackward(dgateUp, act, dact, gateUp kernel.Buffer, i int) {
	defer t.note("swiglu backward", time.Now())
	t.Operations.SwiGLUBackward(dgateUp, act, dact, gateUp, i)
}

// Loss is timed.
func (t timedOperations) Loss(losses, y, w kernel.Buffer, labels kernel.IDs) {
	defer t.note("head and loss", time.Now())
	t.Operations.Loss(losses, y, w, labels)
}

// LossBackward is timed: the last product, the loss, and the gradients of both.
func (t timedOperations) LossBackward(losses, dy, dw, y, w kernel.Buffer, labels kernel.IDs, scale kernel.Buffer, accumulate bool) {
	defer t.note("head and loss, with gradients", time.Now())
	t.Operations.LossBackward(losses, dy, dw, y, w, labels, scale, accumulate)
}
