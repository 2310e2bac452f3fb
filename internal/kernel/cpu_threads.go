package kernel

// task is an operation whose outputs can be computed in parts. A part computes its outputs whole, so that the parts'
// sizes change no bit.
type task interface {
	part(thread, from, to int)
}

// part is a range of a task's outputs.
type part struct {
	task             task
	thread, from, to int
}

// tasks holds one task of each kind for reuse, so that a step allocates nothing.
type tasks struct {
	embed             embedForward
	embedBackward     embedBackward
	addNorm           addNorm
	normalize         normalize
	normBackward      normBackward
	normWeight        normWeight
	product           productPart
	rotate            rotate
	attention         attentionForward
	attentionBackward attentionBackward
	swiglu            swigluForward
	swigluBackward    swigluBackward
	crossEntropy      crossEntropyRows
	adamw             adamw
}

// split runs a task of n outputs, in contiguous parts of a multiple of grain, one for each thread.
func (c *CPU) split(t task, n, grain int) {
	units := (n + grain - 1) / grain
	threads := min(c.threads, units)
	if threads <= 1 {
		t.part(0, 0, n)
		return
	}
	c.pending.Add(threads - 1)
	for i := 1; i < threads; i++ {
		c.parts <- part{t, i, i * units / threads * grain, min(n, (i+1)*units/threads*grain)}
	}
	t.part(0, 0, units/threads*grain)
	c.pending.Wait()
}

func (c *CPU) work(parts <-chan part) {
	for p := range parts {
		p.task.part(p.thread, p.from, p.to)
		c.pending.Done()
	}
}
