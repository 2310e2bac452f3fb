package corpus

// NearWords is the length of a run of words that two documents don't share by chance: GPT-3's authors look for 13-grams of
// their test sets in their training data (Brown et al. 2020, appendix C).
const NearWords = 13

// words goes through the runs of NearWords words of texts.
type words struct {
	last [NearWords]uint64 // hashes of the last words
}

// Factors of hashes: FNV-1a's (64 bits), and an odd number for runs.
const (
	fnvOffset = 14695981039346656037
	fnvPrime  = 1099511628211
	runFactor = 0x9E3779B97F4A7C15
)

// oldest is the weight of the word that leaves a run.
var oldest = func() uint64 {
	w := uint64(1)
	for range NearWords - 1 {
		w *= runFactor
	}
	return w
}()

// each calls do with the hash of each run of words in a text. Words are what white space separates, cut words at the ends
// of the text included.
func (w *words) each(text []byte, do func(run uint64)) {
	var (
		run   uint64
		n     int
		hash  uint64 = fnvOffset
		begun bool
	)
	end := func() {
		if n >= NearWords {
			run -= w.last[n%NearWords] * oldest
		}
		w.last[n%NearWords] = hash
		run = run*runFactor + hash
		if n++; n >= NearWords {
			do(run)
		}
		hash, begun = fnvOffset, false
	}
	for _, b := range text {
		switch b {
		case ' ', '\n', '\t', '\r', '\v', '\f':
			if begun {
				end()
			}
		default:
			hash, begun = (hash^uint64(b))*fnvPrime, true
		}
	}
	if begun {
		end()
	}
}
