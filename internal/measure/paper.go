package measure

// PaperSet is a data set of the paper with the H that it has there.
type PaperSet struct {
	Name      string
	Low, High float64 // over the tables and figures that show it
}

// Paper are data sets of R. Pandey, "gzip Predicts Data-dependent Scaling Laws" (arXiv 2405.16684), ascending in H: documents of 256
// tokens, 4 bytes a token. Grammars are named by non-terminals, terminals, options and length (Tables 1 and 2); code and web pages have
// Llama 2's tokens (Figure 8).
var Paper = []PaperSet{
	{"grammar (3,20,2,2)", 0.11, 0.12},
	{"grammar (10,150,5,3)", 0.22, 0.23},
	{"grammar (20,300,10,5)", 0.33, 0.36},
	{"HTML", 0.35, 0.35},
	{"C", 0.37, 0.37},
	{"Python", 0.41, 0.41},
	{"grammar (30,400,10,8)", 0.42, 0.45},
	{"grammar (50,500,20,15)", 0.51, 0.51},
	{"grammar (100,2000,100,30)", 0.61, 0.61},
}

// Neighbours are the data sets of the paper that an H lies between: the last that is lower and the first that is higher, or nil. An H
// within the range of one has it on both sides.
func Neighbours(h float64) (below, above *PaperSet) {
	for i := range Paper {
		switch p := &Paper[i]; {
		case p.Low <= h && h <= p.High:
			return p, p
		case p.High < h:
			below = p
		case above == nil:
			above = p
		}
	}
	return below, above
}
