package gpu

import (
	"math"

	"github.com/ziplaw/ziplaw/internal/kernel"
)

// launch is one kernel on a grid. A kernel's parameters are its pointers, those of its outputs first, then its scalars, each in a slot
// of eight bytes.
type launch struct {
	kernel  string
	outputs int      // pointers to what it writes, and may also read
	inputs  int      // pointers to what it only reads
	grid    [2]int64 // blocks, at most 2^31-1 by 65,535
	block   int      // threads of a block
	shared  int      // bytes of a block's dynamic shared memory
	scalars [5]uint64
	n       int // scalars that there are
}

func newLaunch(name string, outputs, inputs int, grid int64, block int, scalars ...uint64) launch {
	l := launch{kernel: name, outputs: outputs, inputs: inputs, grid: [2]int64{grid, 1}, block: block, n: len(scalars)}
	copy(l.scalars[:], scalars)
	return l
}

func integer(i int) uint64       { return uint64(uint32(int32(i))) }
func wideInteger(i int64) uint64 { return uint64(i) }
func single(x float32) uint64    { return uint64(math.Float32bits(x)) }

func boolean(b bool) uint64 {
	if b {
		return 1
	}
	return 0
}

func blocksOf(n, each int64) int64 { return (n + each - 1) / each }

// Threads of blocks and what they share, as the kernels have them.
const (
	rowThreads    = 128 // of a block with one row
	laneRows      = 8   // of a block of rowThreads whose rows have 16 lanes each
	weightColumns = 32  // norm.cuh
	weightThreads = 256
	tileThreads   = 256 // tile.cuh
	largeTile     = 128 // product.cuh
	attentionTile = 64  // attention.cuh
	gatedColumns  = 256 // swiglu.cuh
	lossThreads   = 512 // classifier.cuh
	adamThreads   = 256 // adamw.cuh
	adamEach      = 4
)

func embedLaunch(rows, c int) launch {
	return newLaunch("embed", 1, 2, int64(rows), rowThreads, integer(c))
}

func embedBackwardLaunch(rows, c int) launch {
	return newLaunch("embed_backward", 1, 4, int64(rows), rowThreads, integer(rows), integer(c))
}

func embedClearLaunch(rows, c int) launch {
	return newLaunch("embed_clear", 1, 1, int64(rows), rowThreads, integer(c))
}

func addNormLaunch(rows, c int) launch {
	return newLaunch("add_norm", 3, 3, blocksOf(int64(rows), laneRows), rowThreads, integer(rows), integer(c))
}

func normalizeLaunch(rows, c int) launch {
	return newLaunch("normalize", 1, 3, int64(rows), rowThreads, integer(c))
}

func normBackwardLaunch(rows, c int, accumulate bool) launch {
	return newLaunch("norm_backward", 1, 4, blocksOf(int64(rows), laneRows), rowThreads, integer(rows), integer(c), boolean(accumulate))
}

func normWeightLaunch(rows, c int, accumulate bool) launch {
	return newLaunch("norm_weight", 1, 3, blocksOf(int64(c), weightColumns), weightThreads, integer(rows), integer(c), boolean(accumulate))
}

func rotateLaunch(s kernel.AttentionShape, inverse bool) launch {
	return newLaunch("rotate", 1, 2, int64(s.Rows()), rowThreads, integer(s.Time), integer(s.Heads), integer(s.Size/2), boolean(inverse))
}

// attentionKernels are those for heads of up to a size.
type attentionKernels struct {
	size                           int
	forward, queries, keys, values string
}

var attentionBySize = []attentionKernels{
	{64, "attention_64", "attention_queries_64", "attention_keys_64", "attention_values_64"},
	{128, "attention_128", "attention_queries_128", "attention_keys_128", "attention_values_128"},
	{256, "attention_256", "attention_queries_256", "attention_keys_256", "attention_values_256"},
}

// LargestHead is the most columns that a head may have.
const LargestHead = 256

func attentionFor(size int) attentionKernels {
	for _, k := range attentionBySize {
		if size <= k.size {
			return k
		}
	}
	panic("gpu: attention of heads of more than 256 columns")
}

func attentionLaunch(name string, outputs, inputs int, s kernel.AttentionShape) launch {
	tiles := blocksOf(int64(s.Time), attentionTile)
	scale := 1 / float32(math.Sqrt(float64(s.Size))) // as the CPU rounds it
	return newLaunch(name, outputs, inputs, int64(s.Batch)*int64(s.Heads)*tiles, tileThreads,
		integer(s.Time), integer(s.Heads), integer(s.Size), single(scale), integer(int(tiles)))
}

func attentionForwardLaunch(s kernel.AttentionShape) launch {
	return attentionLaunch(attentionFor(s.Size).forward, 2, 1, s)
}

func attentionInnerLaunch(s kernel.AttentionShape) launch {
	n := s.Rows() * s.Heads
	return newLaunch("attention_inner", 1, 2, blocksOf(int64(n), laneRows), rowThreads,
		integer(s.Time), integer(s.Heads), integer(s.Size), integer(n))
}

// attentionBackwardLaunches give the gradients of queries, keys and values, behind attentionInnerLaunch.
func attentionBackwardLaunches(s kernel.AttentionShape) [3]launch {
	k := attentionFor(s.Size)
	return [3]launch{attentionLaunch(k.queries, 1, 4, s), attentionLaunch(k.keys, 1, 4, s), attentionLaunch(k.values, 1, 4, s)}
}

func swigluLaunch(name string, outputs, inputs, rows, width int) launch {
	blocks := blocksOf(int64(width), gatedColumns)
	return newLaunch(name, outputs, inputs, int64(rows)*blocks, gatedColumns, integer(width), integer(int(blocks)))
}

func swigluForwardLaunch(rows, width int) launch { return swigluLaunch("swiglu", 1, 1, rows, width) }
func swigluBackwardLaunch(rows, width int) launch {
	return swigluLaunch("swiglu_backward", 2, 2, rows, width)
}

func crossEntropyLaunch(rows, vocab int, gradient bool) launch {
	return newLaunch("cross_entropy", 2, 2, int64(rows), lossThreads, integer(vocab), boolean(gradient))
}

func meanLaunch(n int) launch { return newLaunch("mean", 1, 2, 1, lossThreads, integer(n)) }

func adamWLaunch(n int) launch {
	return newLaunch("adamw", 3, 2, blocksOf(int64(n), adamThreads*adamEach), adamThreads, wideInteger(int64(n)))
}
