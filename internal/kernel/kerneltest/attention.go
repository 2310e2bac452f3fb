package kerneltest

import (
	"math"

	"github.com/ziplaw/ziplaw/internal/kernel"
)

func testRotate(_ T, d *device) {
	s := kernel.AttentionShape{Batch: 2, Time: 3, Heads: 2, Size: 6}
	n, half := 3*s.Batch*s.Time*s.Width(), s.Size/2
	angles := values(1, s.Time*half)
	var cos, sin []float64
	for _, a := range angles {
		cos, sin = append(cos, math.Cos(a)), append(sin, math.Sin(a))
	}
	x, bcos, bsin := values(2, n), d.put(cos), d.put(sin)
	turned := d.put(x)
	d.Rotate(turned, bcos, bsin, s, false)
	d.is("rotation", turned, rotate(x, cos, sin, s), d.Forward)
	d.Rotate(turned, bcos, bsin, s, true)
	d.is("rotation and back", turned, x, d.Forward)
	dx, weights := d.put(values(3, n)), values(3, n)
	d.Rotate(dx, bcos, bsin, s, true)
	d.is("gradient of qkv", dx, gradient(x, weights, func(x []float64) []float64 { return rotate(x, cos, sin, s) }), d.Gradient)
}

// rotate multiplies each pair, read as a complex number, by that of its position's angle. Values don't turn.
func rotate(x, cos, sin []float64, s kernel.AttentionShape) []float64 {
	y, half, width := append([]float64{}, x...), s.Size/2, s.Width()
	for r := range s.Batch * s.Time {
		for h := range 2 * s.Heads {
			for i := range half {
				at := r*3*width + h*s.Size + i
				turn := complex(cos[r%s.Time*half+i], sin[r%s.Time*half+i])
				z := complex(x[at], x[at+half]) * turn
				y[at], y[at+half] = real(z), imag(z)
			}
		}
	}
	return y
}

func testAttention(_ T, d *device) {
	for _, s := range []kernel.AttentionShape{
		{Batch: 1, Time: 1, Heads: 1, Size: 2},
		{Batch: 2, Time: 9, Heads: 3, Size: 4},
		{Batch: 1, Time: 75, Heads: 1, Size: 2}, // several blocks of queries
	} {
		rows := s.Batch * s.Time
		qkv, dout := values(1, rows*3*s.Width()), values(2, rows*s.Width())
		want, dwant := attention(qkv, s), gradient(qkv, dout, func(x []float64) []float64 { return attention(x, s) })
		for _, numbers := range []int{2 * s.Heads * rows, d.AttentionStats(s)} {
			out, stats, in := d.zeros(rows*s.Width()), d.zeros(numbers), d.put(qkv)
			d.Attention(out, stats, in, s)
			d.is("attention", out, want, d.Forward)
			dqkv := d.put(values(3, len(qkv))) // what was there before is overwritten
			d.AttentionBackward(dqkv, d.put(dout), out, stats, in, s)
			d.is("gradient of qkv", dqkv, dwant, d.Gradient)
		}
	}
}

func attention(qkv []float64, s kernel.AttentionShape) []float64 {
	c := s.Width()
	out := make([]float64, s.Batch*s.Time*c)
	for b := range s.Batch {
		for h := range s.Heads {
			for t := range s.Time {
				query := qkv[(b*s.Time+t)*3*c+h*s.Size:]
				weights, total := make([]float64, t+1), 0.0
				for u := range weights {
					key := qkv[(b*s.Time+u)*3*c+c+h*s.Size:]
					weights[u] = math.Exp(inner(query[:s.Size], key[:s.Size]) / math.Sqrt(float64(s.Size)))
					total += weights[u]
				}
				for u, w := range weights {
					value := qkv[(b*s.Time+u)*3*c+2*c+h*s.Size:]
					for i := range s.Size {
						out[(b*s.Time+t)*c+h*s.Size+i] += w / total * value[i]
					}
				}
			}
		}
	}
	return out
}
