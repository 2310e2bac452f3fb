package kernel

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// TestClassifierIsItsFormulas compares with the same operations on all logits at once, for vocabularies of one stripe and of several, and
// slices of rows.
func TestClassifierIsItsFormulas(t *testing.T) {
	r := rand.New(rand.NewPCG(41, 42))
	for _, s := range []struct{ rows, c, v int }{{5, 3, 2}, {300, 8, 257}, {130, 20, 1024}, {17, 24, 1025}, {390, 4, 1300}} {
		x := newClassifierCase(r, s.rows, s.c, s.v)
		losses, dy, dw := x.want()
		onEveryPath(func(p path) {
			for threads := range 3 {
				got := x.on(NewCPU(threads+1), t)
				name := fmt.Sprintf("%s: %d threads, %+v", p.name, threads+1, s)
				for i, want := range [][]float32{losses, dy, dw} {
					if j, ok := bitsEqual(got[i], want); !ok {
						t.Fatalf("%s: element %d of result %d is %v, want %v", name, j, i, got[i][j], want[j])
					}
				}
			}
		})
	}
}

// classifierCase is inputs of LossBackward.
type classifierCase struct {
	rows, c, v int
	y, w       []float32
	labels     []int32
	scale      float32
}

func newClassifierCase(r *rand.Rand, rows, c, v int) classifierCase {
	x := classifierCase{rows, c, v, randoms(r, rows*c), randoms(r, c*v), make([]int32, rows), 1 / float32(rows)}
	for i := range x.labels {
		x.labels[i] = int32(r.IntN(v))
		if i%5 == 1 {
			x.labels[i] = Ignored
		}
	}
	return x
}

func (x classifierCase) want() (losses, dy, dw []float32) {
	losses, dy, dw = make([]float32, x.rows), make([]float32, x.rows*x.c), make([]float32, x.c*x.v)
	logits := make([]float32, x.rows*x.v)
	MatMul(logits, x.y, false, x.w, false, x.rows, x.v, x.c, false)
	for i, label := range x.labels {
		row := logits[i*x.v:][:x.v]
		if label == Ignored {
			clear(row)
			continue
		}
		top, chosen := maxPortable(row), row[label]
		sum := expSumPortable(row, row, top, 1)
		losses[i] = Log(sum) - (chosen - top)
		scalePortable(row, row, x.scale/sum)
		row[label] -= x.scale
	}
	MatMul(dy, logits, false, x.w, true, x.rows, x.c, x.v, false)
	MatMul(dw, x.y, true, logits, false, x.c, x.v, x.rows, false)
	return losses, dy, dw
}

// on runs LossBackward in the workspace of the case's shape.
func (x classifierCase) on(c *CPU, t *testing.T) [3][]float32 {
	defer c.Close()
	shape := Shape{AttentionShape: AttentionShape{Batch: 1, Time: x.rows, Heads: 1, Size: x.c}, Intermediate: 1, Vocab: x.v}
	if err := c.Prepare(shape); err != nil {
		t.Fatal(err)
	}
	_, b, err := c.NewBuffers(Group{Activation, []int{x.rows, len(x.y), len(x.w), len(x.y), 1}})
	if err != nil {
		t.Fatal(err)
	}
	_, w, err := c.NewBuffers(Group{Parameter, []int{len(x.w)}})
	if err != nil {
		t.Fatal(err)
	}
	labels, err := c.NewIDs(Label, x.rows)
	if err != nil {
		t.Fatal(err)
	}
	c.Write(b[3], x.y)
	c.Write(w[0], x.w)
	c.Write(b[4], []float32{x.scale})
	c.WriteIDs(labels, x.labels)
	c.LossBackward(b[0], b[1], b[2], b[3], w[0], labels, b[4], false)
	return [3][]float32{floats(b[0]), floats(b[1]), floats(b[2])}
}
