package pcfg

import "math/bits"

// choose draws a right-hand side of a non-terminal. Where there is but one, it
// draws no random number.
func (d *derivation) choose(nonterminal int) span {
	columns := d.sampler.choices[nonterminal].columns
	if len(columns) == 1 {
		return columns[0].own
	}
	// The high half of the product is uniform over the columns; the low half is
	// uniform within one, in steps of the number of columns.
	i, part := bits.Mul64(d.stream.Uint64(), uint64(len(columns)))
	if c := &columns[i]; part >= c.threshold {
		return c.other
	}
	return columns[i].own
}
