package gpu

// sortRows sorts the rows 0 to len(ids)-1 by their ids, rows of one id in their order, into order. Starts takes where the
// rows of each id begin in order; behind the last of these are entries of len(ids). Both are of the length of ids, which
// aren't negative.
//
// It is a radix sort of 11 bits at a time: three passes for any ids, two for those below 2^22.
func sortRows(order, starts, ids []int32, s *sorter) {
	n := len(ids)
	s.rows = grow(s.rows, n)
	from, to := s.rows, order
	if passes(ids)%2 == 0 {
		from, to = to, from
	}
	for i := range from {
		from[i] = int32(i)
	}
	for shift := 0; shift < radixBits*passes(ids); shift += radixBits {
		s.pass(to, from, ids, shift)
		from, to = to, from
	}
	at := 0
	for i := range order {
		if i == 0 || ids[order[i]] != ids[order[i-1]] {
			starts[at] = int32(i)
			at++
		}
	}
	for ; at < n; at++ {
		starts[at] = int32(n)
	}
}

const radixBits = 11

// passes is the number of digits of the largest id.
func passes(ids []int32) int {
	var all int32
	for _, id := range ids {
		all |= id
	}
	n := 1
	for all >>= radixBits; all > 0; all >>= radixBits {
		n++
	}
	return n
}

// sorter is memory that sorts share.
type sorter struct {
	rows   []int32
	counts [1 << radixBits]int32
}

// pass moves rows to their places by one digit of their ids, stably.
func (s *sorter) pass(to, from, ids []int32, shift int) {
	const mask = 1<<radixBits - 1
	s.counts = [1 << radixBits]int32{}
	for _, id := range ids {
		s.counts[id>>shift&mask]++
	}
	var at int32
	for i, n := range s.counts {
		s.counts[i], at = at, at+n
	}
	for _, row := range from {
		digit := ids[row] >> shift & mask
		to[s.counts[digit]] = row
		s.counts[digit]++
	}
}

// grow gives n elements, of x where it has them.
func grow(x []int32, n int) []int32 {
	if cap(x) < n {
		return make([]int32, n)
	}
	return x[:n]
}
