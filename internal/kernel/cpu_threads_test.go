package kernel

import (
	"slices"
	"sync"
	"testing"
	"time"
)

// noted is a task that notes which thread has had which of its outputs, in their order.
type noted struct {
	sync.Mutex
	of [][]int // the first outputs of each thread's parts
	do func(thread, from int)
}

func (n *noted) part(thread, from, _ int) {
	if n.do != nil {
		n.do(thread, from)
	}
	n.Lock()
	n.of[thread] = append(n.of[thread], from)
	n.Unlock()
}

// TestThreadsTakeTheirOwnPartsFirst: those of a thread lie side by side, and are the same in every task. A thread that still looks for parts
// of the last task may come upon another's first.
func TestThreadsTakeTheirOwnPartsFirst(t *testing.T) {
	const threads, parts = 3, 2
	c := NewCPU(threads)
	defer func() { _ = c.Close() }()
	const tasks, most = 200, 20
	strays := 0
	for range tasks {
		x := &noted{of: make([][]int, threads)}
		c.split(x, threads*parts, 1)
		all := slices.Sorted(slices.Values(slices.Concat(x.of...)))
		if !slices.Equal(all, []int{0, 1, 2, 3, 4, 5}) {
			t.Fatalf("parts %v, each of six once wanted", all)
		}
		for thread, of := range x.of {
			others := slices.IndexFunc(of, func(part int) bool { return part/parts != thread })
			if others >= 0 && slices.ContainsFunc(of[others:], func(part int) bool { return part/parts == thread }) {
				strays++
			}
		}
	}
	if strays > most {
		t.Errorf("threads have had an own part behind another's in %d of %d tasks, at most %d wanted", strays, tasks, most)
	}
}

// TestThreadsTakeWhatOthersHaveLeft: a thread that is held up keeps one part.
func TestThreadsTakeWhatOthersHaveLeft(t *testing.T) {
	const threads = 2
	c := NewCPU(threads)
	defer func() { _ = c.Close() }()
	var others sync.WaitGroup
	others.Add(7)
	x := &noted{of: make([][]int, threads)}
	x.do = func(thread, _ int) {
		if thread == 0 {
			others.Done()
			time.Sleep(time.Millisecond) // so that the other thread is awake by then
			return
		}
		others.Wait() // for all parts but this one
	}
	c.splitInto(4, x, 8, 1)
	if len(x.of[0]) != 7 || len(x.of[1]) != 1 {
		t.Errorf("the threads have had %v, 7 and 1 wanted", x.of)
	}
}
