//go:build cuda

package gpu

import (
	"fmt"

	"gorgonia.org/cu"

	"github.com/ziplaw/ziplaw/gpu/driver"
	"github.com/ziplaw/ziplaw/internal/kernel"
)

// buffer is numbers on the device. It implements kernel.Buffer.
type buffer struct {
	of *backend
	at cu.DevicePtr
	n  int
}

func (b *buffer) Len() int { return b.n }

func (b *buffer) Slice(from, to int) kernel.Buffer {
	if from < 0 || to < from || to > b.n {
		panic(fmt.Sprintf("gpu: slice [%d,%d) of a buffer of %d numbers", from, to, b.n))
	}
	return &buffer{b.of, b.at + floatBytes*cu.DevicePtr(from), to - from}
}

// NewBuffers implements kernel.Backend. Parts begin at multiples of 256 bytes.
func (b *backend) NewBuffers(g kernel.Group) (whole kernel.Buffer, parts []kernel.Buffer, err error) {
	for _, size := range g.Sizes {
		if size < 0 {
			return nil, nil, fmt.Errorf("new buffers: %d numbers", size)
		}
	}
	l := layOut(g.Sizes)
	at, err := b.allocate(l.bytes())
	if err != nil {
		return nil, nil, fmt.Errorf("new buffers of %d numbers: %w", l.n, err)
	}
	if g.Kind == kernel.Parameter || g.Kind == kernel.Moment {
		b.snapshot.wanted += l.bytes()
	}
	whole = &buffer{b, at, l.n}
	for i, size := range g.Sizes {
		parts = append(parts, whole.Slice(l.offsets[i], l.offsets[i]+size))
	}
	return whole, parts, nil
}

// Prepare implements kernel.Backend. There is one lane.
func (b *backend) Prepare(lanes ...kernel.Shape) error {
	s := lanes[0]
	if s.Size > LargestHead {
		return fmt.Errorf("prepare: heads of %d columns, at most %d", s.Size, LargestHead)
	}
	w := workspaceOf(s)
	at, err := b.allocate(w.bytes())
	if err != nil {
		return fmt.Errorf("prepare: %w", err)
	}
	b.logits = buffer{b, at, int(w.logits / floatBytes)}
	b.inner = buffer{b, at + cu.DevicePtr(w.logits), int(w.inner / floatBytes)}
	return nil
}

// allocate gives zeros on the device.
func (b *backend) allocate(bytes int64) (cu.DevicePtr, error) {
	if bytes == 0 {
		return 0, nil
	}
	var at cu.DevicePtr
	err := b.device.on(func() (err error) {
		at, err = cu.MemAlloc(bytes)
		return err
	})
	if err != nil {
		return 0, err
	}
	b.memory = append(b.memory, at)
	b.allocated += bytes
	return at, asKernelError(driver.Set(b.device.context, at, 0, bytes, b.stream))
}

// region is the buffer's memory.
func (b *buffer) region() region { return region{uintptr(b.at), floatBytes * int64(b.n)} }

// part is n numbers, or ids, from one of them on.
func (r region) part(from, n int) region {
	return region{r.at + uintptr(floatBytes*from), floatBytes * int64(n)}
}

// address is where a region begins.
func (r region) address() cu.DevicePtr { return cu.DevicePtr(r.at) }

// numbers gives the memory of a buffer of n numbers.
func (b *backend) numbers(x kernel.Buffer, n int) region {
	f := x.(*buffer)
	if f.of != b {
		panic("gpu: a buffer of another backend")
	}
	if f.n != n {
		panic(fmt.Sprintf("gpu: a buffer of %d numbers, want %d", f.n, n))
	}
	return f.region()
}
