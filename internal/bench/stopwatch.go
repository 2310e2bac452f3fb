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
	spent map[string]*spent
}

type spent struct {
	time  time.Duration
	calls int
}

func newStopwatch(b kernel.Backend) *stopwatch {
	return &stopwatch{Backend: b, spent: map[string]*spent{}}
}

func (s *stopwatch) restart() {
	clear(s.spent)
	s.steps, s.whole = 0, 0
}

// note takes the time since an operation began.
func (s *stopwatch) note(operation string, began time.Time) {
	s.add(operation, spent{time.Since(began), 1})
}

func (s *stopwatch) add(operation string, more spent) {
	one := s.spent[operation]
	if one == nil {
		one = &spent{}
		s.spent[operation] = one
	}
	one.time += more.time
	one.calls += more.calls
}

// MicroBatches times the operations of all of them. Those that run at once share the time on the clock.
func (s *stopwatch) MicroBatches(n, lanes int, f func(b kernel.Backend, i, lane int)) {
	began, all := time.Now(), make([]*stopwatch, n)
	s.Backend.MicroBatches(n, lanes, func(b kernel.Backend, i, lane int) {
		all[i] = newStopwatch(b)
		f(all[i], i, lane)
	})
	clock, busy := time.Since(began), time.Duration(0)
	for _, micro := range all {
		for _, one := range micro.spent {
			busy += one.time
		}
	}
	for _, micro := range all {
		for operation, one := range micro.spent {
			s.add(operation, spent{time.Duration(float64(one.time) * float64(clock) / float64(busy)), one.calls})
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
	for name, one := range s.spent {
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

// Embed is timed.
func (s *stopwatch) Embed(x, table kernel.Buffer, ids kernel.IDs) {
	defer s.note("embedding", time.Now())
	s.Backend.Embed(x, table, ids)
}

// EmbedBackward is timed.
func (s *stopwatch) EmbedBackward(dtable, dx kernel.Buffer, ids kernel.IDs) {
	defer s.note("embedding backward", time.Now())
	s.Backend.EmbedBackward(dtable, dx, ids)
}

// EmbedClear is timed.
func (s *stopwatch) EmbedClear(dtable kernel.Buffer, ids kernel.IDs, c int) {
	defer s.note("embedding backward", time.Now())
	s.Backend.EmbedClear(dtable, ids, c)
}

// AddNorm is timed.
func (s *stopwatch) AddNorm(sum, y, rstd, x, delta, w kernel.Buffer) {
	defer s.note("norm", time.Now())
	s.Backend.AddNorm(sum, y, rstd, x, delta, w)
}

// Normalize is timed.
func (s *stopwatch) Normalize(y, sum, rstd, w kernel.Buffer) {
	defer s.note("norm again", time.Now())
	s.Backend.Normalize(y, sum, rstd, w)
}

// NormBackward is timed.
func (s *stopwatch) NormBackward(dsum, dw, dy, sum, rstd, w kernel.Buffer, addRows, addWeights bool) {
	defer s.note("norm backward", time.Now())
	s.Backend.NormBackward(dsum, dw, dy, sum, rstd, w, addRows, addWeights)
}

// Product is timed by what it is for in a model.
func (s *stopwatch) Product(c, a kernel.Buffer, transA bool, b kernel.Buffer, transB bool, m, n, k int, accumulate bool) {
	name := "product"
	switch {
	case transA:
		name = "product, weights' gradient"
	case transB:
		name = "product, inputs' gradient"
	}
	defer s.note(name, time.Now())
	s.Backend.Product(c, a, transA, b, transB, m, n, k, accumulate)
}

// Rotate is timed.
func (s *stopwatch) Rotate(qkv, cos, sin kernel.Buffer, shape kernel.AttentionShape, inverse bool) {
	defer s.note("rotary embedding", time.Now())
	s.Backend.Rotate(qkv, cos, sin, shape, inverse)
}

// Attention is timed.
func (s *stopwatch) Attention(out, stats, qkv kernel.Buffer, shape kernel.AttentionShape) {
	defer s.note("attention", time.Now())
	s.Backend.Attention(out, stats, qkv, shape)
}

// AttentionBackward is timed.
func (s *stopwatch) AttentionBackward(dqkv, dout, out, stats, qkv kernel.Buffer, shape kernel.AttentionShape) {
	defer s.note("attention backward", time.Now())
	s.Backend.AttentionBackward(dqkv, dout, out, stats, qkv, shape)
}

// SwiGLU is timed.
func (s *stopwatch) SwiGLU(act, gateUp kernel.Buffer, i int) {
	defer s.note("swiglu", time.Now())
	s.Backend.SwiGLU(act, gateUp, i)
}

// SwiGLUBackward is timed.
func (s *stopwatch) SwiGLUBackward(dgateUp, act, dact, gateUp kernel.Buffer, i int) {
	defer s.note("swiglu backward", time.Now())
	s.Backend.SwiGLUBackward(dgateUp, act, dact, gateUp, i)
}

// Loss is timed.
func (s *stopwatch) Loss(losses, y, w kernel.Buffer, labels kernel.IDs) {
	defer s.note("head and loss", time.Now())
	s.Backend.Loss(losses, y, w, labels)
}

// LossBackward is timed: the last product, the loss, and the gradients of both.
func (s *stopwatch) LossBackward(losses, dy, dw, y, w kernel.Buffer, labels kernel.IDs, scale kernel.Buffer, accumulate bool) {
	defer s.note("head and loss, with gradients", time.Now())
	s.Backend.LossBackward(losses, dy, dw, y, w, labels, scale, accumulate)
}

// AdamW is timed.
func (s *stopwatch) AdamW(p, m, v, g, factors kernel.Buffer) {
	defer s.note("adamw", time.Now())
	s.Backend.AdamW(p, m, v, g, factors)
}
