package deflate

import (
	"encoding/binary"
	"math/rand/v2"
)

// shape makes n bytes of one kind.
type shape struct {
	name string
	make func(r *rand.Rand, n int) []byte
}

var plain = []shape{
	{"tokens", func(r *rand.Rand, n int) []byte { return tokens(r, n, 300) }},
	{"few tokens", func(r *rand.Rand, n int) []byte { return tokens(r, n, 2+r.IntN(20)) }},
	{"many tokens", func(r *rand.Rand, n int) []byte { return tokens(r, n, 5000) }},
	{"text", text},
	{"words", words},
	{"noise", noise},
	{"few values", func(r *rand.Rand, n int) []byte { return values(r, n, 2+r.IntN(30)) }},
	{"runs", runs},
	{"periodic", periodic},
}

var shapes = append([]shape{{"mixed", mixed}, {"steep", steep}, {"copies", copies}, {"beads", beads}}, plain...)

func tokens(r *rand.Rand, n, vocabulary int) []byte {
	b := make([]byte, 0, n+4)
	phrase := make([]uint32, 64)
	for i := range phrase {
		phrase[i] = uint32(r.IntN(vocabulary))
	}
	for len(b) < n {
		if r.IntN(4) == 0 {
			b = binary.BigEndian.AppendUint32(b, uint32(r.IntN(vocabulary)))
			continue
		}
		from := r.IntN(len(phrase))
		for _, id := range phrase[from : from+1+r.IntN(min(8, len(phrase)-from))] {
			b = binary.BigEndian.AppendUint32(b, id)
		}
	}
	return b[:n]
}

func words(r *rand.Rand, n int) []byte {
	var vocabulary [500][]byte
	for i := range vocabulary {
		for range 1 + r.IntN(9) {
			vocabulary[i] = append(vocabulary[i], byte('a'+min(r.IntN(26), r.IntN(26))))
		}
	}
	b := make([]byte, 0, n+16)
	for len(b) < n {
		b = append(b, vocabulary[min(r.IntN(500), r.IntN(500))]...)
		b = append(b, ' ')
	}
	return b[:n]
}

func noise(r *rand.Rand, n int) []byte { return values(r, n, 256) }

func values(r *rand.Rand, n, of int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(r.IntN(of))
	}
	return b
}

func runs(r *rand.Rand, n int) []byte {
	b := make([]byte, 0, n+700)
	for len(b) < n {
		c := byte(r.IntN(3))
		for range 1 + r.IntN(1+r.IntN(700)) {
			b = append(b, c)
		}
	}
	return b[:n]
}

func periodic(r *rand.Rand, n int) []byte {
	b := make([]byte, n)
	period := values(r, 1+r.IntN(1+r.IntN(40000)), 1+r.IntN(256))
	for i := range b {
		b[i] = period[i%len(period)]
		if r.IntN(300) == 0 {
			b[i]++
		}
	}
	return b
}

func mixed(r *rand.Rand, n int) []byte {
	b := make([]byte, 0, n)
	for len(b) < n {
		b = append(b, plain[r.IntN(len(plain))].make(r, min(n-len(b), 1+r.IntN(1+r.IntN(30000))))...)
	}
	return b
}

// steep has frequencies like Fibonacci's numbers, whose codes are longer than the limit, with few matches.
func steep(r *rand.Rand, n int) []byte {
	b := make([]byte, n)
	for i := range b {
		for b[i] < 60 && r.IntN(1000) < 382 {
			b[i]++
		}
		b[i] = b[i]*37 + byte(r.IntN(2))*b[i]%2
	}
	return b
}

// copies has short copies from far away between noise: what is compressed comes close to what is not.
func copies(r *rand.Rand, n int) []byte {
	b := make([]byte, 0, n+300)
	b = append(b, noise(r, min(n, 20+r.IntN(33000)))...)
	long := 3 + r.IntN(3)
	if r.IntN(5) == 0 {
		long = 300
	}
	for len(b) < n {
		back := 1 + r.IntN(min(len(b), 32768))
		if r.IntN(4) == 0 && len(b) > 32510 {
			back = 32500 + r.IntN(10)
		}
		for range 1 + r.IntN(long) {
			b = append(b, b[len(b)-back])
		}
		if r.IntN(3) == 0 {
			b = append(b, byte(r.Uint32()))
		}
	}
	return b[:n]
}

// beads has many equal strings longer than a chain's, of which zlib looks at a part only.
func beads(r *rand.Rand, n int) []byte {
	b := make([]byte, 0, n+100)
	bead := values(r, 5+r.IntN(30), 1+r.IntN(3))
	for len(b) < n {
		b = append(b, bead[r.IntN(1+r.IntN(4)):]...)
		b = append(b, noise(r, r.IntN(3))...)
	}
	return b[:n]
}

// text is words with each byte as a token.
func text(r *rand.Rand, n int) []byte {
	b := make([]byte, 0, n+4)
	for _, c := range words(r, n/4+1) {
		b = append(b, 0, 0, 0, c)
	}
	return b[:n]
}
