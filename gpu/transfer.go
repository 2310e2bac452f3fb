//go:build cuda

package gpu

import (
	"unsafe"

	"gorgonia.org/cu"

	"github.com/ziplaw/ziplaw/gpu/driver"
	"github.com/ziplaw/ziplaw/internal/kernel"
)

// Sizes of pinned memory: a step takes a slot for each of its writes, so that the host can be some steps ahead.
const (
	slots     = 32
	slotBytes = 256 << 10
	readBytes = 1 << 20 // each of two
)

// staging is pinned memory of the host that copies to and from the device go through.
type staging struct {
	memory []byte     // of all slots, then twice readBytes
	events []cu.Event // of each slot's last copy, then of both reads
	used   [slots]bool
	next   int
}

func (s *staging) open(d *Device) (err error) {
	if s.memory, err = driver.AllocPinned(d.context, slots*slotBytes+2*readBytes); err != nil {
		return asKernelError(err)
	}
	return d.on(func() error {
		for range slots + 2 {
			e, err := cu.MakeEvent(cu.DisableTiming)
			if err != nil {
				return err
			}
			s.events = append(s.events, e)
		}
		return nil
	})
}

func (s *staging) close(d *Device) error {
	err := d.on(func() (first error) {
		for i := range s.events {
			if err := cu.DestroyEvent(&s.events[i]); first == nil {
				first = err
			}
		}
		return first
	})
	s.events = nil
	if s.memory != nil {
		if freed := driver.FreePinned(d.context, s.memory); err == nil {
			err = freed
		}
		s.memory = nil
	}
	return err
}

// half is one of the two parts of memory for reads.
func (s *staging) half(i int) []byte { return s.memory[slots*slotBytes+i*readBytes:][:readBytes] }

// write enqueues copies of src, which is read when it returns.
func (b *backend) write(dst cu.DevicePtr, src []byte) {
	s, ctx := &b.staging, b.device.context
	for len(src) > 0 && b.err == nil {
		i := s.next
		s.next = (i + 1) % slots
		if s.used[i] {
			b.check("write", driver.SynchronizeEvent(ctx, s.events[i]))
		}
		slot := s.memory[i*slotBytes:][:min(slotBytes, len(src))]
		copy(slot, src)
		b.check("write", driver.CopyToDevice(ctx, dst, slot, b.stream))
		b.check("write", driver.Record(ctx, s.events[i], b.stream))
		s.used[i] = true
		src, dst = src[len(slot):], dst+cu.DevicePtr(len(slot))
	}
}

// bytesOf is the memory of numbers or ids.
func bytesOf[T float32 | int32](x []T) []byte {
	return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(x))), 4*len(x))
}

// mustNotRecord panics in a function that Replay runs.
func (b *backend) mustNotRecord(what string) {
	if b.recording != nil {
		panic("gpu: " + what + " within Replay")
	}
}

// Write implements kernel.Backend.
func (b *backend) Write(dst kernel.Buffer, src []float32) {
	b.mustNotRecord("Write")
	b.check("make room for a snapshot", b.snapshot.makeRoom(b.snapshot.wanted))
	b.write(b.numbers(dst, len(src)).address(), bytesOf(src))
}

// Copy implements kernel.Backend.
func (b *backend) Copy(dst, src kernel.Buffer) {
	n := dst.Len()
	to, from := b.numbers(dst, n), b.numbers(src, n)
	u := use{outputs: []region{to}, inputs: []region{from}}
	b.await(mainLane, u)
	if b.err == nil {
		b.check("copy", driver.CopyOnDevice(b.device.context, to.address(), from.address(), to.bytes, b.stream))
	}
	b.enqueued(mainLane, u)
}

// Read implements kernel.Backend.
func (b *backend) Read(dst []float32, src kernel.Buffer) error {
	b.mustNotRecord("Read")
	at, s := b.numbers(src, len(dst)).address(), &b.staging
	if b.err == nil {
		halves := [2][]byte{s.half(0), s.half(1)}
		b.check("read", readThrough(b.device.context, b.stream, bytesOf(dst), at, halves, [2]cu.Event(s.events[slots:])))
	}
	if b.err == nil { // an empty read waits too
		b.check("read", driver.Synchronize(b.device.context, b.stream))
	}
	return b.err
}

// readThrough copies device memory to dst through two parts of pinned memory: while one is copied on the host, the other
// is on its way.
func readThrough(ctx cu.CUContext, stream cu.Stream, dst []byte, src cu.DevicePtr, halves [2][]byte, events [2]cu.Event) error {
	piece := len(halves[0])
	fetch := func(at int) error {
		i, n := at/piece%2, min(piece, len(dst)-at)
		if err := driver.CopyToHost(ctx, halves[i][:n], src+cu.DevicePtr(at), stream); err != nil {
			return err
		}
		return driver.Record(ctx, events[i], stream)
	}
	if len(dst) > 0 {
		if err := fetch(0); err != nil {
			return err
		}
	}
	for at := 0; at < len(dst); at += piece {
		if at+piece < len(dst) {
			if err := fetch(at + piece); err != nil {
				return err
			}
		}
		i := at / piece % 2
		if err := driver.SynchronizeEvent(ctx, events[i]); err != nil {
			return err
		}
		copy(dst[at:min(at+piece, len(dst))], halves[i])
	}
	return nil
}
