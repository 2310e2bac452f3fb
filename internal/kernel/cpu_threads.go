package kernel

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// task is an operation whose outputs can be computed in parts. A part computes its outputs whole, so that the parts'
// sizes change no bit.
type task interface {
	part(thread, from, to int)
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
	pack              packPanels
	rotate            rotate
	attention         attentionForward
	attentionBackward attentionBackward
	swiglu            swigluForward
	swigluBackward    swigluBackward
	classifier        classifier
	adamw             adamw
	microBatches      microBatches
}

// split runs a task of n outputs, in contiguous parts of a multiple of grain. There are more parts than threads: one that the
// operating system has taken the processor from leaves its parts to the others.
func (c *cpuOperations) split(t task, n, grain int) { c.splitInto(2, t, n, grain) }

// splitInto is split with some parts for each thread.
func (c *cpuOperations) splitInto(parts int, t task, n, grain int) {
	units := (n + grain - 1) / grain
	threads := min(c.active, units)
	if threads <= 1 {
		t.part(0, 0, n)
		return
	}
	c.team.run(shares{t, n, grain, units, min(parts*threads, units), threads})
}

// shares is a task in parts, of which each thread has some that lie side by side.
type shares struct {
	task                            task
	n, grain, units, parts, threads int
}

// run runs the i-th part.
func (s *shares) run(thread, i int) {
	from, to := i*s.units/s.parts*s.grain, (i+1)*s.units/s.parts*s.grain
	s.task.part(thread, from, min(s.n, to))
}

// end is where the parts of a thread end.
func (s *shares) end(thread int) int { return (thread + 1) * s.parts / s.threads }

// team is threads that take parts of tasks: first their own ones, so that a thread finds in its cache what it has written of the same rows
// in the operation before, and then what others have left. Operations follow one another within microseconds, and so a thread looks for
// the next one for a while before it sleeps.
type team struct {
	members []member
	shares  shares        // of the task at work; written when no part of it is left
	left    []counter     // parts of each thread that nobody has taken
	started atomic.Uint32 // tasks
	done    atomic.Uint32 // parts that are done
	closed  atomic.Bool
	ended   sync.WaitGroup
}

// member is a thread but the first, which is the caller's.
type member struct {
	asleep atomic.Bool
	wake   chan struct{}
	_      [64]byte // a cache line of its own
}

// counter has a cache line of its own.
type counter struct {
	atomic.Uint32
	_ [60]byte
}

// looks is how often a thread looks for a part before it sleeps, which takes some hundreds of microseconds. To wake it takes about 50.
const looks = 200000

func newTeam(threads int) *team {
	t := &team{members: make([]member, threads-1), left: make([]counter, threads)}
	for i := range t.members {
		t.members[i].wake = make(chan struct{}, 1)
		t.ended.Go(func() { t.work(i) })
	}
	return t
}

// run runs all parts of a task. Members that are still awake from a task on more threads may help.
func (t *team) run(s shares) {
	t.shares = s
	t.done.Store(0)
	for i := range s.threads {
		t.left[i].Store(uint32(s.end(i) - s.end(i-1)))
	}
	t.started.Add(1)
	for i := range s.threads - 1 {
		t.members[i].rouse()
	}
	t.takeParts(0)
	for n := 1; t.done.Load() < uint32(s.parts); n++ {
		if n%1000 == 0 {
			runtime.Gosched()
		}
	}
}

// takeParts runs parts until none is left, a thread's own ones first.
func (t *team) takeParts(thread int) {
	for i := range t.left {
		t.takePartsOf((thread+i)%len(t.left), thread)
	}
}

// takePartsOf runs parts of one thread on another or itself. What it has taken keeps the task from ending, and so its shares stay.
func (t *team) takePartsOf(owner, thread int) {
	left := &t.left[owner]
	for {
		n := left.Load()
		if n == 0 {
			return
		}
		if left.CompareAndSwap(n, n-1) {
			t.shares.run(thread, t.shares.end(owner)-int(n))
			t.done.Add(1)
		}
	}
}

func (t *team) close() {
	t.closed.Store(true)
	for i := range t.members {
		t.members[i].rouse()
	}
	t.ended.Wait()
}

func (t *team) work(i int) {
	for !t.closed.Load() {
		started := t.started.Load()
		t.takeParts(i + 1)
		t.await(&t.members[i], started)
	}
}

func (m *member) rouse() {
	if m.asleep.CompareAndSwap(true, false) {
		m.wake <- struct{}{}
	}
}

// await returns when a task has started behind so many, or the team is closed.
func (t *team) await(m *member, started uint32) {
	called := func() bool { return t.started.Load() != started || t.closed.Load() }
	for range looks {
		if called() {
			return
		}
	}
	m.asleep.Store(true)
	if called() && m.asleep.CompareAndSwap(true, false) {
		return
	}
	<-m.wake
}
