//go:build cuda

package gpu

import (
	"testing"

	"github.com/ziplaw/ziplaw/internal/kernel"
)

// TestReplayWithTwoOrdersOfOneArray has a step that needs the rows of two ranges of one array sorted: there is room for
// one, so that the step isn't recorded.
func TestReplayWithTwoOrdersOfOneArray(t *testing.T) {
	const rows, c, v = 40, 3, 11
	p := newPair(t, kernel.Shape{Vocab: 1})
	tokens := p.randomIDs(kernel.Token, rows, v)
	dx, dtable := p.values(rows*c, 1), p.values(v*c, 1)
	step := func(b kernel.Backend, dtable, dx kernel.Buffer, tokens kernel.IDs) func() {
		half, halfRows := dx.Slice(0, rows/2*c), tokens.Slice(0, rows/2)
		return func() {
			b.EmbedBackward(dtable, dx, tokens)
			b.EmbedBackward(dtable, half, halfRows)
		}
	}
	cpu, cuda := step(p.cpu, dtable.cpu, dx.cpu, tokens.cpu), step(p.cuda, dtable.cuda, dx.cuda, tokens.cuda)
	for range 3 {
		p.cpu.Replay(kernel.Step{}, cpu)
		p.cuda.Replay(kernel.Step{}, cuda)
		p.same("gradient by two orders", dtable)
		next := make([]int32, rows)
		for i := range next {
			next[i] = p.random.Int32N(v)
		}
		p.cpu.WriteIDs(tokens.cpu, next)
		p.cuda.WriteIDs(tokens.cuda, next)
	}
}

// TestReplaySortsWhatIsWrittenInParts writes the ids of a recorded step in two parts.
func TestReplaySortsWhatIsWrittenInParts(t *testing.T) {
	const rows, c, v = 40, 3, 11
	p := newPair(t, kernel.Shape{Vocab: 1})
	tokens := p.randomIDs(kernel.Token, rows, v)
	dx, dtable := p.values(rows*c, 1), p.values(v*c, 1)
	for range 3 {
		p.cpu.Replay(kernel.Step{}, func() { p.cpu.EmbedBackward(dtable.cpu, dx.cpu, tokens.cpu) })
		p.cuda.Replay(kernel.Step{}, func() { p.cuda.EmbedBackward(dtable.cuda, dx.cuda, tokens.cuda) })
		p.same("gradient", dtable)
		for _, r := range [][2]int{{0, 13}, {13, rows}} {
			part := make([]int32, r[1]-r[0])
			for i := range part {
				part[i] = p.random.Int32N(v)
			}
			p.cpu.WriteIDs(tokens.cpu.Slice(r[0], r[1]), part)
			p.cuda.WriteIDs(tokens.cuda.Slice(r[0], r[1]), part)
		}
	}
}

// TestReplayAfterMistake goes on after a step whose gradient of weights, on the side lane, nobody waits for: a mistake ends it.
func TestReplayAfterMistake(t *testing.T) {
	const rows, c = 6, 6
	p := newPair(t, kernel.Shape{Vocab: 1})
	x, y := p.values(rows*c, 1), p.values(c*c, 1)
	product := func(b kernel.Backend, y, x kernel.Buffer, transA bool) {
		b.Product(y, x, transA, x, false, c, c, rows, true)
	}
	func() {
		defer func() {
			if recover() == nil {
				t.Error("a write in a replayed step: nothing said")
			}
		}()
		p.cuda.Replay(kernel.Step{Training: true}, func() {
			product(p.cuda, y.cuda, x.cuda, true)
			p.cuda.Write(x.cuda, make([]float32, rows*c))
		})
	}()
	for range 2 {
		product(p.cpu, y.cpu, x.cpu, false)
		p.cuda.Replay(kernel.Step{}, func() { product(p.cuda, y.cuda, x.cuda, false) })
		p.same("a product on the main lane", y)
	}
}

// TestMistakesPanic holds that wrong sizes and foreign buffers are found before the device sees them.
func TestMistakesPanic(t *testing.T) {
	d := open(t)
	b, other := backendOf(t, d), backendOf(t, d)
	buffer := func(b kernel.Backend, n int) kernel.Buffer {
		whole, _, err := b.NewBuffers(kernel.Group{Sizes: []int{n}})
		if err != nil {
			t.Fatal(err)
		}
		return whole
	}
	tokens, err := b.NewIDs(kernel.Token, 4)
	if err != nil {
		t.Fatal(err)
	}
	six, four, foreign := buffer(b, 6), buffer(b, 4), buffer(other, 4)
	for what, mistake := range map[string]func(){
		"a copy to a longer buffer":  func() { b.Copy(six, four) },
		"a write of too much":        func() { b.Write(four, make([]float32, 5)) },
		"another backend's buffer":   func() { b.Copy(four, foreign) },
		"a product of wrong sizes":   func() { b.Product(six, four, false, four, false, 2, 2, 2, false) },
		"a slice behind the end":     func() { six.Slice(0, 7) },
		"an id below zero":           func() { b.WriteIDs(tokens, []int32{0, 0, 0, -1}) },
		"ids that a table lacks":     func() { b.WriteIDs(tokens, []int32{0, 0, 0, 9}); b.Embed(four, six.Slice(0, 3), tokens) },
		"a write in a replayed step": func() { b.Replay(kernel.Step{}, func() { b.Write(four, make([]float32, 4)) }) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: nothing said", what)
				}
			}()
			mistake()
		}()
	}
	if err := b.Read(make([]float32, 4), four); err != nil {
		t.Errorf("after mistakes: %v", err)
	}
}
