package random

// Constants of Philox4x32 (Salmon et al. 2011, table 2): two multipliers, and
// two Weyl increments for the key: the golden ratio and sqrt(3)-1.
const (
	multiplier0 = 0xD2511F53
	multiplier1 = 0xCD9E8D57
	weyl0       = 0x9E3779B9
	weyl1       = 0xBB67AE85
	rounds      = 10
)

// philox applies Philox4x32-10 to one counter: the plain form that blocks is
// tested against.
func philox(counter [4]uint32, key [2]uint32) [4]uint32 {
	for range rounds {
		p0 := multiplier0 * uint64(counter[0])
		p1 := multiplier1 * uint64(counter[2])
		counter = [4]uint32{
			uint32(p1>>32) ^ counter[1] ^ key[0], uint32(p1),
			uint32(p0>>32) ^ counter[3] ^ key[1], uint32(p0),
		}
		key[0] += weyl0
		key[1] += weyl1
	}
	return counter
}

// blocks computes blocks b and b+1 of a stream, interleaved so that a processor
// works on both at once.
func (k Key) blocks(b, index uint64) [bufferWords]uint64 {
	a0, a1, a2, a3 := uint32(b), uint32(b>>32), uint32(index), uint32(index>>32)
	next := b + 1
	b0, b1, b2, b3 := uint32(next), uint32(next>>32), a2, a3
	k0, k1 := k.k0, k.k1
	for range rounds {
		p, q := multiplier0*uint64(a0), multiplier1*uint64(a2)
		r, t := multiplier0*uint64(b0), multiplier1*uint64(b2)
		a0, a1, a2, a3 = uint32(q>>32)^a1^k0, uint32(q), uint32(p>>32)^a3^k1, uint32(p)
		b0, b1, b2, b3 = uint32(t>>32)^b1^k0, uint32(t), uint32(r>>32)^b3^k1, uint32(r)
		k0 += weyl0
		k1 += weyl1
	}
	return [bufferWords]uint64{join(a0, a1), join(a2, a3), join(b0, b1), join(b2, b3)}
}

func join(low, high uint32) uint64 { return uint64(low) | uint64(high)<<32 }
