package verify

import (
	"crypto/sha256"
	_ "embed"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math"

	"github.com/ziplaw/ziplaw/internal/kernel"
)

// operation is one or two operations of a backend on fixed inputs.
type operation struct {
	name    string   // stable
	kernels []string // of package gpu that it runs
	shape   kernel.Shape
	run     func(*inputs) []kernel.Buffer
}

// outputs runs the operation on a fresh backend and gives all that it has made.
func (o operation) outputs(b kernel.Backend) (all []float32, err error) {
	if err := b.Prepare(o.shape); err != nil {
		return nil, err
	}
	defer func() {
		if what := recover(); what != nil {
			err = fmt.Errorf("panic: %v", what)
			if wrapped, ok := what.(error); ok {
				err = wrapped
			}
		}
	}()
	for _, out := range o.run(&inputs{Backend: b, seed: 1}) {
		x := make([]float32, out.Len())
		if err := b.Read(x, out); err != nil {
			return nil, err
		}
		all = append(all, x...)
	}
	return all, nil
}

// inputs makes the same numbers on every backend. Its methods panic where a backend can't make a buffer.
type inputs struct {
	kernel.Backend
	seed uint64
}

// next is a whole number of 24 bits, by the generator of Knuth's MMIX.
func (in *inputs) next() int64 {
	in.seed = in.seed*6364136223846793005 + 1442695040888963407
	return int64(in.seed) >> 40
}

func (in *inputs) write(x []float32) kernel.Buffer {
	b, _, err := in.NewBuffers(kernel.Group{Kind: kernel.Activation, Sizes: []int{len(x)}})
	if err != nil {
		panic(err)
	}
	in.Write(b, x)
	return b
}

// values are numbers in a buffer.
func (in *inputs) values(n int, power float64) kernel.Buffer { return in.write(in.numbers(n, power)) }

// numbers are n between -2 and 2, times a power of two, with zeros of both signs among them. No product of them depends on the
// compiler.
func (in *inputs) numbers(n int, power float64) []float32 {
	x := make([]float32, n)
	for i := range x {
		x[i] = float32(float64(in.next()) * (math.Exp2(power) / (1 << 22)))
		if i%53 == 7 {
			x[i] = float32(math.Copysign(0, float64(x[i])))
		}
	}
	return x
}

func (in *inputs) zeros(n int) kernel.Buffer { return in.write(make([]float32, n)) }

// ids are n of v ids. Some labels are ignored.
func (in *inputs) ids(kind kernel.Kind, n, v int) kernel.IDs {
	x := make([]int32, n)
	for i := range x {
		x[i] = int32((in.next() + 1<<23) % int64(v))
		if kind == kernel.Label && i%8 == 5 {
			x[i] = kernel.Ignored
		}
	}
	b, err := in.NewIDs(kind, n)
	if err != nil {
		panic(err)
	}
	in.WriteIDs(b, x)
	return b
}

// hash is the sha256 of numbers, in hex. All that aren't numbers count as one.
func hash(x []float32) string {
	b := make([]byte, 0, 4*len(x))
	for _, v := range x {
		b = binary.LittleEndian.AppendUint32(b, bits(v))
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

func bits(x float32) uint32 {
	if x != x {
		return 0x7fc00000
	}
	return math.Float32bits(x)
}

//go:embed hashes.json
var hashesJSON []byte

// knownHashes are those of the emulated driver, by the operations' names.
func knownHashes() (hashes map[string]string, err error) {
	return hashes, json.Unmarshal(hashesJSON, &hashes)
}
