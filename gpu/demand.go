package gpu

import "github.com/ziplaw/ziplaw/internal/kernel"

const (
	floatBytes = 4
	idBytes    = 4

	// alignment is where parts of a group begin, in bytes: whole lines of the cache, and vectors of any length.
	alignment = 256

	// logitBytes bounds the logits that are held at once, but for the rows of one tile of a product. The gradient of the
	// classifier's input has as many columns as the model is wide, and each of its elements is a long chain: only many rows
	// fill a device. 8,192 rows of 32,001 ids fit. Bits don't depend on it.
	logitBytes = 1 << 30
)

func alignUp(bytes int64) int64 { return (bytes + alignment - 1) / alignment * alignment }

// Batches says that a device takes all documents of a batch at once: only many rows fill one. It implements kernel.Batcher.
type Batches struct{}

// Splits are the whole batch, in one lane: operations run one after another.
func (Batches) Splits(batch kernel.Shape) []kernel.Split {
	return []kernel.Split{{Documents: batch.Batch, Lanes: 1}}
}

// AttentionStats is a maximum and a reciprocal sum of each row and head.
func (Batches) AttentionStats(s kernel.AttentionShape) int { return 2 * s.Heads * s.Rows() }

// layout is where the parts of a group lie.
type layout struct {
	offsets []int // of each part, in numbers
	n       int   // numbers from the first part to the end of the last
}

func layOut(sizes []int) layout {
	l := layout{offsets: make([]int, len(sizes))}
	for i, size := range sizes {
		at := int(alignUp(floatBytes*int64(l.n)) / floatBytes)
		l.offsets[i], l.n = at, at+size
	}
	return l
}

func (l layout) bytes() int64 { return alignUp(floatBytes * int64(l.n)) }

// logitRows is the number of rows whose logits are held at once.
func logitRows(s kernel.Shape) int {
	fit := int(logitBytes / (floatBytes * int64(max(1, s.Vocab))))
	return max(0, min(s.Rows(), max(largeTile, fit/largeTile*largeTile)))
}

// workspace is the memory that operations need beside their buffers, in bytes.
type workspace struct {
	logits int64 // (logitRows,V)
	inner  int64 // (B,Heads,T), of the gradients of attention
}

func workspaceOf(s kernel.Shape) workspace {
	return workspace{
		logits: alignUp(floatBytes * int64(logitRows(s)) * int64(s.Vocab)),
		inner:  alignUp(floatBytes * int64(s.Rows()) * int64(s.Heads)),
	}
}

func (w workspace) bytes() int64 { return w.logits + w.inner }

// idsBytes is the memory of n ids of a kind: of tokens there are also the rows sorted by id, and where each id begins.
func idsBytes(kind kernel.Kind, n int) int64 {
	one := alignUp(idBytes * int64(n))
	if kind == kernel.Token {
		return 3 * one
	}
	return one
}

// contextBytes is what the driver, the kernels and their stacks take of a device beside: some hundreds of megabytes on large ones.
const contextBytes = 1 << 30

// Room is the memory of a device that training may take.
func Room(memory int64) int64 { return memory - min(contextBytes, memory/8) }

// Bytes is the memory that a backend takes on its device for a demand: buffers, ids, workspaces, and one snapshot of the
// parameters and moments. Room leaves out what the driver takes beside.
func Bytes(d kernel.Demand) int64 {
	total := workspaceOf(d.Lanes[0]).bytes()
	for _, g := range d.Groups {
		bytes := layOut(g.Sizes).bytes()
		total += bytes
		if g.Kind == kernel.Parameter || g.Kind == kernel.Moment {
			total += bytes
		}
	}
	for _, g := range d.IDs {
		for _, n := range g.Sizes {
			total += idsBytes(g.Kind, n)
		}
	}
	return total
}
