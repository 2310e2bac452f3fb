//go:build cuda

package gpu

import (
	"fmt"

	"gorgonia.org/cu"

	"github.com/ziplaw/ziplaw/internal/kernel"
)

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

// Memory of the ids, of the rows sorted by id, and of where the rows of each id begin.
func (i *ids) region() region { return i.behind(0) }
func (i *ids) order() region  { return i.behind(1) }
func (i *ids) starts() region { return i.behind(2) }

func (i *ids) behind(arrays int) region {
	at := i.array.at + cu.DevicePtr(arrays)*i.array.stride + idBytes*cu.DevicePtr(i.from)
	return region{uintptr(at), idBytes * int64(i.Len())}
}

func (i *ids) host() []int32 { return i.array.host[i.from:i.to] }

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

// rows gives ids of this backend.
func (b *backend) rows(x kernel.IDs) *ids {
	i := x.(*ids)
	if i.array.of != b {
		panic("gpu: ids of another backend")
	}
	return i
}

// WriteIDs implements kernel.Backend. Tokens come with their rows sorted, for EmbedBackward.
func (b *backend) WriteIDs(dst kernel.IDs, src []int32) {
	b.mustNotRecord("WriteIDs")
	i := b.rows(dst)
	if len(src) != i.Len() {
		panic(fmt.Sprintf("gpu: %d ids for %d rows", len(src), i.Len()))
	}
	i.array.accept(src)
	copy(i.host(), src)
	b.write(i.region().address(), bytesOf(src))
	if i.array.kind == kernel.Token {
		b.sort(i)
	}
}

// accept panics for ids that don't name a row of the tables that the array has been used with.
func (a *idArray) accept(src []int32) {
	least := int32(0)
	if a.kind == kernel.Label {
		least = kernel.Ignored
	}
	for row, id := range src {
		if id < least || a.limit > 0 && id >= a.limit {
			panic(fmt.Sprintf("gpu: row %d has the id %d of %d", row, id, a.limit))
		}
	}
}

// bound says that ids name rows of a table of v.
func (a *idArray) bound(v int) {
	if a.limit == int32(v) {
		return
	}
	a.limit = int32(v)
	a.accept(a.host)
}

// sort enqueues the rows sorted by id, and where each id begins.
func (b *backend) sort(i *ids) {
	n := i.Len()
	b.order, b.starts = grow(b.order, n), grow(b.starts, n)
	sortRows(b.order, b.starts, i.host(), &b.sorter)
	b.write(i.order().address(), bytesOf(b.order))
	b.write(i.starts().address(), bytesOf(b.starts))
	i.array.sorted, i.array.sortedKnown = i.view, true
}

// needOrder makes sure that the rows of these ids are sorted when what is enqueued next runs.
func (b *backend) needOrder(i *ids) {
	if i.array.kind != kernel.Token {
		panic("gpu: the gradient of an embedding by labels")
	}
	if b.recording != nil {
		b.recording.need(i)
		return
	}
	if !i.array.sortedKnown || i.array.sorted != i.view {
		b.sort(i)
	}
}
