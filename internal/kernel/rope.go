package kernel

// ropeBase is the base of the rotary embedding's wavelengths (Su et al. 2021, section 3.2.2; the reference code's 10000).
const ropeBase = 10000

// Rope holds the cosines and sines of a rotary embedding: (length, size/2) each, for position p and pair i of the
// angle p · base^(-2i/size).
type Rope struct {
	cos, sin []float32
	half     int
}

// NewRope makes the table for a number of positions and an even head size.
func NewRope(length, size int) *Rope {
	r := &Rope{half: size / 2}
	for p := range length {
		for i := range r.half {
			frequency := Exp64(-float64(2*i) / float64(size) * Log64(ropeBase))
			sin, cos := SinCos64(float64(float64(p) * frequency))
			r.cos, r.sin = append(r.cos, float32(cos)), append(r.sin, float32(sin))
		}
	}
	return r
}

// Tables are the cosines and the sines, for backends that keep their own.
func (r *Rope) Tables() (cos, sin []float32) { return r.cos, r.sin }

// Rope turns queries and keys in place.
func (c *CPU) Rope(qkv Buffer, r *Rope, s Heads, backward bool) {
	h := s.Hidden()
	x := data(qkv)
	c.split(s.Batch*s.Length, 1, func(_, low, high int) {
		for row := low; row < high; row++ {
			p := row % s.Length * r.half
			cos, sin := r.cos[p:p+r.half], r.sin[p:p+r.half]
			for head := range 2 * s.Count { // the queries' heads, then the keys'
				at := row*3*h + head*s.Size
				rope(x[at:at+r.half], x[at+r.half:at+s.Size], cos, sin, backward)
			}
		}
	})
}

// (low, high) turns by the angle whose cosine and sine are given: the "rotate half" layout, where pair i is elements i
// and i + size/2.
func rope(low, high, cos, sin []float32, backward bool) {
	for i, c := range cos {
		s := sin[i]
		if backward {
			s = -s
		}
		a, b := low[i], high[i]
		low[i] = float32(a*c) - float32(b*s)
		high[i] = float32(b*c) + float32(a*s)
	}
}
