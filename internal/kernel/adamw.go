package kernel

import "math"

// AdamWStep is what a step of AdamW does to every parameter:
//
//	p = p · Decay
//	m = Beta1 m + (1-Beta1) g, v = Beta2 v + (1-Beta2) g²
//	p = p - Rate · m / (sqrt(v)·Root + Epsilon)
//	p = p · DecayAfter
//
// torch.optim.AdamW has Root = 1/sqrt(1-Beta2^t) and Rate = lr/(1-Beta1^t), and decays before; the AdamW of
// transformers 4.39 has Root = 1 and Rate = lr sqrt(1-Beta2^t)/(1-Beta1^t), and decays after.
type AdamWStep struct {
	Rate, Root, Epsilon, Beta1, Beta2, Decay, DecayAfter float32
}

// Moments below these are set to zero: denormal numbers would cost a hundred times more.
const (
	leastM = 1e-30
	leastV = 1e-37
)

// AdamW splits over parameters.
func (c *CPU) AdamW(p, g, m, v Buffer, step AdamWStep) {
	c.split(p.Len(), 1024, func(_, low, high int) {
		adamW(data(p)[low:high], data(g)[low:high], data(m)[low:high], data(v)[low:high], step)
	})
}

func adamW(p, g, m, v []float32, s AdamWStep) {
	g, m, v = g[:len(p)], m[:len(p)], v[:len(p)]
	rest1, rest2 := 1-s.Beta1, 1-s.Beta2
	for i, x := range p {
		mi := float32(s.Beta1*m[i]) + float32(rest1*g[i])
		vi := float32(s.Beta2*v[i]) + float32(rest2*float32(g[i]*g[i]))
		if mi < leastM && mi > -leastM {
			mi = 0
		}
		if vi < leastV {
			vi = 0
		}
		m[i], v[i] = mi, vi
		root := float32(float32(math.Sqrt(float64(vi)))*s.Root) + s.Epsilon
		x = float32(x*s.Decay) - float32(s.Rate*mi)/root
		p[i] = float32(x * s.DecayAfter)
	}
}
