package deflate

// level is a row of zlib's configuration table.
type level struct {
	good   int // a match as long makes the search for a better one short
	lazy   int // a match as long is taken at once; 0 where every match is
	insert int // with lazy 0: the longest match whose positions become candidates
	nice   int // a match as long ends the search
	chain  int // candidates looked at
}

var levels = [10]level{
	1: {insert: 4, nice: 8, chain: 4},
	2: {insert: 5, nice: 16, chain: 8},
	3: {insert: 6, nice: 32, chain: 32},
	4: {good: 4, lazy: 4, nice: 16, chain: 16},
	5: {good: 8, lazy: 16, nice: 32, chain: 32},
	6: {good: 8, lazy: 16, nice: 128, chain: 128},
	7: {good: 8, lazy: 32, nice: 128, chain: 256},
	8: {good: 32, lazy: 128, nice: 258, chain: 1024},
	9: {good: 32, lazy: 258, nice: 258, chain: 4096},
}

// budget is how many candidates zlib looks at where a match must be longer than one it has.
func (l level) budget(best int) int {
	if best >= l.good {
		return l.chain / 4
	}
	return l.chain
}
