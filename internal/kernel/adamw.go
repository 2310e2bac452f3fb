package kernel

// Moments below these are flushed to 0: denormal numbers cost a hundred times as much as others.
const (
	leastMean     = 1e-30
	leastVariance = 1e-37
)

// Update holds the factors of one AdamW step, in which both common forms are written (Loshchilov and Hutter 2019;
// t is the step from 1):
//
//	m = Beta1 m + Rest1 g
//	v = Beta2 v + Rest2 g²
//	p = After (Before p - Rate m / (Root sqrt(v) + Epsilon))
//
// torch.optim.AdamW has Rate = lr/(1-b1^t), Root = 1/sqrt(1-b2^t) and decays before; AdamW of transformers 4.39 has
// Rate = lr sqrt(1-b2^t)/(1-b1^t), Root = 1 and decays after.
type Update struct {
	Beta1, Rest1, Beta2, Rest2, Rate, Root, Epsilon, Before, After float32
}

// UpdateFactors is the length of Update.Floats.
const UpdateFactors = 9

// Floats puts the factors into dst, for a buffer.
func (u Update) Floats(dst []float32) {
	copy(dst, []float32{u.Beta1, u.Rest1, u.Beta2, u.Rest2, u.Rate, u.Root, u.Epsilon, u.Before, u.After})
}

func updateOf(f []float32) Update {
	return Update{f[0], f[1], f[2], f[3], f[4], f[5], f[6], f[7], f[8]}
}

// AdamW implements Backend.
func (c *CPU) AdamW(p, m, v, g, factors Buffer) {
	t := &c.tasks.adamw
	*t = adamw{floats(p), floats(m), floats(v), floats(g), [UpdateFactors]float32(floats(factors))}
	c.split(t, p.Len(), 1024)
	p.(*cpuBuffer).changed()
}

type adamw struct {
	p, m, v, g []float32
	factors    [UpdateFactors]float32
}

func (a *adamw) part(_, from, to int) {
	current.adamw(a.p[from:to], a.m[from:to], a.v[from:to], a.g[from:to], &a.factors)
}

func adamwPortable(p, m, v, g []float32, factors *[UpdateFactors]float32) {
	u := updateOf(factors[:])
	m, v, g = m[:len(p)], v[:len(p)], g[:len(p)]
	for i, gi := range g {
		mi := float32(u.Beta1*m[i]) + float32(u.Rest1*gi)
		vi := float32(u.Beta2*v[i]) + float32(float32(u.Rest2*gi)*gi)
		if mi < leastMean && mi > -leastMean {
			mi = 0
		}
		if vi < leastVariance {
			vi = 0
		}
		m[i], v[i] = mi, vi
		step := float32(u.Rate*mi) / (float32(u.Root*sqrt(vi)) + u.Epsilon)
		p[i] = float32(float32(u.Before*p[i])-step) * u.After
	}
}
