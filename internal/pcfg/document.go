package pcfg

import (
	"slices"

	"github.com/ziplaw/ziplaw/internal/random"
)

// separator stands between sentences.
const separator = 0

// Document appends document `index` of a purpose to dst: a pure function of the
// grammar, the sampling seed, the context, the purpose and the index.
//
// It is the reference code's generate_dataset: sentences are drawn and each
// counts its tokens plus one for the separator; the sentence that does not fit
// in what is left of the context is cut to it. The separator itself is written
// between sentences only. So a document holds as many tokens as the context, or
// one fewer where the last sentence and its separator fill it exactly.
//
// It is equal to the stream "sentence, separator, sentence, separator, ...", cut
// at the context length, without a separator at its end that ended a sentence.
func (s *Sampler) Document(dst []int32, purpose string, index uint64) []int32 {
	key := s.train
	switch purpose {
	case Train:
	case HeldOut:
		key = s.heldOut
	default:
		key = documentKey(s.seed, purpose)
	}
	dst = slices.Grow(dst, s.context)
	end := len(dst) + s.context
	d := derivation{sampler: s, stream: key.At(index), out: dst[len(dst):end]}
	return dst[:end-len(d.out)+d.fill()]
}

// derivation writes sentences to out.
type derivation struct {
	sampler *Sampler
	stream  random.Stream
	out     []int32
	// pending is the rest of each right-hand side that is still to be written,
	// the innermost last. Finished ones are never on it, so that a chain of last
	// symbols takes no space.
	pending []span
	space   [64]span
}

// fill writes sentences to the whole of out and returns the document's length.
func (d *derivation) fill() int {
	d.pending = d.space[:0]
	for at := 0; ; {
		at = d.sentence(at)
		switch {
		case at == len(d.out): // cut, or ended without space for its separator
			return at
		case at == len(d.out)-1: // the separator's place is left empty
			return at
		}
		d.out[at] = separator
		at++
	}
}

// sentence writes one derivation from the start symbol to out[at:], as far as
// there is space, and returns where it ends.
func (d *derivation) sentence(at int) int {
	symbols := d.sampler.symbols
	d.pending = d.pending[:0]
	for r := d.choose(0); ; {
		if r.from == r.to {
			if len(d.pending) == 0 {
				return at
			}
			r = d.pending[len(d.pending)-1]
			d.pending = d.pending[:len(d.pending)-1]
			continue
		}
		next := symbols[r.from]
		r.from++
		if next.isTerminal() {
			if at == len(d.out) {
				return at
			}
			d.out[at] = int32(next)
			at++
			continue
		}
		if r.from < r.to {
			d.pending = append(d.pending, r)
		}
		r = d.choose(next.nonterminal())
	}
}
