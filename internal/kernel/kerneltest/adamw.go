package kerneltest

import (
	"math"

	"github.com/ziplaw/ziplaw/internal/kernel"
)

func testAdamW(t T, d *device) {
	const n = 2100
	const beta1, beta2, lr, decay = 0.9, 0.999, 1e-2, 0.1
	for _, form := range []struct {
		name          string
		epsilon       float64
		uncorrected   bool // epsilon beside the uncorrected root
		decayedBefore bool
	}{{"torch", 1e-8, false, true}, {"transformers", 1e-6, true, false}} {
		p, m, v := values(1, n), make([]float64, n), make([]float64, n)
		bp, bm, bv, factors := d.put(p), d.put(m), d.put(v), d.zeros(kernel.UpdateFactors)
		for step := 1; step <= 5; step++ {
			g := values(uint64(step+1), n)
			rest1, rest2 := 1-math.Pow(beta1, float64(step)), 1-math.Pow(beta2, float64(step))
			u := kernel.Update{
				Beta1: beta1, Rest1: 1 - beta1, Beta2: beta2, Rest2: 1 - beta2,
				Rate: float32(lr / rest1), Root: float32(1 / math.Sqrt(rest2)), Epsilon: float32(form.epsilon),
				Before: 1 - lr*decay, After: 1,
			}
			if form.uncorrected {
				u.Rate, u.Root = float32(lr*math.Sqrt(rest2)/rest1), 1
			}
			if !form.decayedBefore {
				u.Before, u.After = 1, 1-lr*decay
			}
			f := make([]float32, kernel.UpdateFactors)
			u.Floats(f)
			d.Write(factors, f)
			d.AdamW(bp, bm, bv, d.put(g), factors)
			for i := range p {
				m[i] = beta1*m[i] + (1-beta1)*g[i]
				v[i] = beta2*v[i] + (1-beta2)*g[i]*g[i]
				move := lr * m[i] / rest1 / (math.Sqrt(v[i]/rest2) + form.epsilon)
				if form.uncorrected {
					move = lr * math.Sqrt(rest2) / rest1 * m[i] / (math.Sqrt(v[i]) + form.epsilon)
				}
				if form.decayedBefore {
					p[i] = p[i]*(1-lr*decay) - move
				} else {
					p[i] = (p[i] - move) * (1 - lr*decay)
				}
			}
		}
		d.is(form.name+": parameters", bp, p, d.Forward)
		d.is(form.name+": first moments", bm, m, d.Forward)
		d.is(form.name+": second moments", bv, v, d.Forward)
	}
	testFlush(d)
}

// testFlush holds that moments below 1e-30 and 1e-37 become 0, and those above don't.
func testFlush(d *device) {
	m, v := d.zeros(4), d.zeros(4)
	d.Write(m, []float32{0.9e-30, -0.9e-30, 1.1e-30, -1.1e-30})
	d.Write(v, []float32{0.9e-37, 1.1e-37, 0, 1})
	factors := make([]float32, kernel.UpdateFactors)
	kernel.Update{Beta1: 1, Beta2: 1, Root: 1, Epsilon: 1, Before: 1, After: 1}.Floats(factors)
	f := d.zeros(len(factors))
	d.Write(f, factors)
	d.AdamW(d.zeros(4), m, v, d.zeros(4), f)
	for i, x := range d.read(m) {
		if kept := x != 0; kept != (i >= 2) {
			d.t.Errorf("first moment %d is %g after a step", i, x)
		}
	}
	for i, x := range d.read(v) {
		if kept := x != 0; kept != (i == 1 || i == 3) {
			d.t.Errorf("second moment %d is %g after a step", i, x)
		}
	}
}
