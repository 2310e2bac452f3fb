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

// idArray is ids on the device, with a copy on the host, of which the rows are sorted.
type idArray struct {
	of     *backend
	kind   kernel.Kind
	at     cu.DevicePtr // of the ids; for tokens, order and starts follow
	stride cu.DevicePtr // from one of the three to the next
	host   []int32

	sorted      view // the rows that order and starts are of
	sortedKnown bool
	limit       int32 // ids are below it, where it is known
}

// view is a range of an array's ids.
type view struct{ from, to int }

// ids is a part of an array. It implements kernel.IDs.
type ids struct {
	array *idArray
	view
}

func (i *ids) Len() int { return i.to - i.from }

func (i *ids) Slice(from, to int) kernel.IDs {
	if from < 0 || to < from || to > i.Len() {
		panic(fmt.Sprintf("gpu: slice [%d,%d) of %d ids", from, to, i.Len()))
	}
	return &ids{i.array, view{i.from + from, i.from + to}}
}

// Addresses of the ids, of the rows sorted by id, and of where the rows of each id begin.
func (i *ids) at() cu.DevicePtr     { return i.array.at + idBytes*cu.DevicePtr(i.from) }
func (i *ids) order() cu.DevicePtr  { return i.at() + i.array.stride }
func (i *ids) starts() cu.DevicePtr { return i.at() + 2*i.array.stride }

func (i *ids) host() []int32 { return i.array.host[i.from:i.to] }

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

// NewIDs implements kernel.Backend.
func (b *backend) NewIDs(kind kernel.Kind, n int) (kernel.IDs, error) {
	if n < 0 || kind != kernel.Token && kind != kernel.Label {
		return nil, fmt.Errorf("new ids: %d of kind %d", n, kind)
	}
	at, err := b.allocate(idsBytes(kind, n))
	if err != nil {
		return nil, fmt.Errorf("new ids of %d rows: %w", n, err)
	}
	a := &idArray{of: b, kind: kind, at: at, stride: cu.DevicePtr(alignUp(idBytes * int64(n))), host: make([]int32, n)}
	return &ids{a, view{0, n}}, nil
}

// Prepare implements kernel.Backend.
func (b *backend) Prepare(s kernel.Shape) error {
	if s.Size > largestHead {
		return fmt.Errorf("prepare: heads of %d columns, at most %d", s.Size, largestHead)
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
	return at, told(driver.Set(b.device.context, at, 0, bytes, b.stream))
}

// numbers gives the address of a buffer of n numbers.
func (b *backend) numbers(x kernel.Buffer, n int) cu.DevicePtr {
	f := x.(*buffer)
	if f.of != b {
		panic("gpu: a buffer of another backend")
	}
	if f.n != n {
		panic(fmt.Sprintf("gpu: a buffer of %d numbers, want %d", f.n, n))
	}
	return f.at
}

// rows gives ids of this backend.
func (b *backend) rows(x kernel.IDs) *ids {
	i := x.(*ids)
	if i.array.of != b {
		panic("gpu: ids of another backend")
	}
	return i
}
