//go:build cuda

package gpu

import (
	"errors"
	"fmt"
	"sync"

	"gorgonia.org/cu"

	"github.com/ziplaw/ziplaw/gpu/driver"
	"github.com/ziplaw/ziplaw/internal/kernel"
)

// snapshotBytes is each of the two parts of pinned memory that a snapshot is read through.
const snapshotBytes = 4 << 20

// snapshot is the backend's one snapshot: a copy on the device, made on the backend's stream, and read on a stream of its
// own. It has room for all parameters and moments, is allocated before the first step, so that a run that begins can also be
// saved, and is counted by Bytes.
type snapshot struct {
	of       *backend
	wanted   int64 // bytes of all parameters and moments
	at       cu.DevicePtr
	capacity int64 // bytes at at

	mutex     sync.Mutex // of what follows, which another goroutine reads
	open      bool
	parts     []part
	stream    cu.Stream
	streaming bool       // there is a stream
	events    []cu.Event // of both halves, and of the copy
	memory    []byte     // pinned
}

// part is the copy of one buffer.
type part struct {
	at cu.DevicePtr
	n  int
}

var errSnapshotOpen = errors.New("the last one is still open")

// Snapshot implements kernel.Backend.
func (b *backend) Snapshot(of []kernel.Buffer) (kernel.Snapshot, error) {
	b.mustNotRecord("Snapshot")
	s := &b.snapshot
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if s.open {
		return nil, fmt.Errorf("snapshot: %w", errSnapshotOpen)
	}
	if b.err != nil {
		return nil, fmt.Errorf("snapshot: %w", b.err)
	}
	if err := s.reserve(of); err != nil {
		return nil, fmt.Errorf("snapshot: %w", err)
	}
	ctx, at := b.device.context, s.at
	s.parts = s.parts[:0]
	for _, x := range of {
		n := x.Len()
		bytes := floatBytes * int64(n)
		b.check("snapshot", driver.CopyOnDevice(ctx, at, b.numbers(x, n).address(), bytes, b.stream))
		s.parts = append(s.parts, part{at, n})
		at += cu.DevicePtr(alignUp(bytes))
	}
	b.check("snapshot", driver.Record(ctx, s.events[2], b.stream))
	b.check("snapshot", driver.Wait(ctx, s.stream, s.events[2]))
	if b.err != nil {
		return nil, b.err
	}
	s.open = true
	return &snapshotView{s}, nil
}

// reserve makes room for buffers, and the first time what reads take.
func (s *snapshot) reserve(of []kernel.Buffer) error {
	bytes := s.wanted
	var these int64
	for _, x := range of {
		these += alignUp(floatBytes * int64(x.Len()))
	}
	if err := s.makeRoom(max(bytes, these)); err != nil {
		return err
	}
	if s.memory != nil {
		return nil
	}
	err := s.openReads()
	if err != nil {
		_ = s.closeReads()
	}
	return err
}

// makeRoom allocates the copy, unless it is there.
func (s *snapshot) makeRoom(bytes int64) error {
	if bytes <= s.capacity {
		return nil
	}
	at, err := s.of.allocate(bytes)
	if err == nil {
		s.at, s.capacity = at, bytes
	}
	return err
}

// openReads makes what reads take.
func (s *snapshot) openReads() error {
	d := s.of.device
	err := d.on(func() (err error) {
		if s.stream, err = cu.MakeStream(cu.NonBlocking); err != nil {
			return err
		}
		s.streaming = true
		for range 3 {
			e, err := cu.MakeEvent(cu.DisableTiming)
			if err != nil {
				return err
			}
			s.events = append(s.events, e)
		}
		return nil
	})
	if err != nil {
		return err
	}
	s.memory, err = driver.AllocPinned(d.context, 2*snapshotBytes)
	return asKernelError(err)
}

// closeReads frees what openReads made, or a part of it.
func (s *snapshot) closeReads() (first error) {
	d := s.of.device
	keep := func(err error) {
		if first == nil {
			first = err
		}
	}
	if s.streaming {
		keep(d.on(s.stream.Destroy))
		s.streaming = false
	}
	for i := range s.events {
		keep(d.on(func() error { return cu.DestroyEvent(&s.events[i]) }))
	}
	s.events = nil
	if s.memory != nil {
		keep(asKernelError(driver.FreePinned(d.context, s.memory)))
		s.memory = nil
	}
	return first
}

// free ends the snapshot behind a read that is going on.
func (s *snapshot) free() error {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.open = false
	return s.closeReads()
}

// snapshotView is what the caller has of a snapshot: it ends with Close, though the memory goes on.
type snapshotView struct{ s *snapshot }

var errSnapshotClosed = errors.New("read a snapshot that is closed")

// Read implements kernel.Snapshot.
func (v *snapshotView) Read(dst []float32, i, from int) error {
	s := v.s
	if s == nil {
		return errSnapshotClosed
	}
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if !s.open {
		return errSnapshotClosed
	}
	p := s.parts[i]
	if from < 0 || from+len(dst) > p.n {
		panic(fmt.Sprintf("gpu: numbers [%d,%d) of %d in a snapshot", from, from+len(dst), p.n))
	}
	at := p.at + floatBytes*cu.DevicePtr(from)
	halves := [2][]byte{s.memory[:snapshotBytes], s.memory[snapshotBytes:]}
	if err := readThrough(s.of.device.context, s.stream, bytesOf(dst), at, halves, [2]cu.Event(s.events[:2])); err != nil {
		return fmt.Errorf("read a snapshot: %w", asKernelError(err))
	}
	return nil
}

// Close implements kernel.Snapshot.
func (v *snapshotView) Close() {
	if v.s == nil {
		return
	}
	v.s.mutex.Lock()
	v.s.open = false
	v.s.mutex.Unlock()
	v.s = nil
}
