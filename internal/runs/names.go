package runs

import (
	"fmt"
	"strings"
)

// quantity is what a column may hold, with the names by which it is found: as plain makes them, and the clear ones
// before those that are taken only where no clear one is there.
type quantity struct {
	key, meaning string
	clear, vague []string
}

var (
	parameters = quantity{
		key: "N", meaning: "parameters",
		clear: []string{
			"n", "params", "parameters", "numparams", "numparameters", "nparams", "nparameters", "paramcount", "parametercount",
			"totalparams", "totalparameters", "modelparams", "modelparameters", "numberofparameters",
		},
		vague: []string{"modelsize", "size", "nonembeddingparams", "nonembeddingparameters"},
	}
	tokens = quantity{
		key: "D", meaning: "training tokens",
		clear: []string{
			"d", "tokens", "numtokens", "ntokens", "trainingtokens", "traintokens", "tokensseen", "totaltokens", "tokencount",
			"numberoftokens",
		},
		vague: []string{"datasetsize", "datasize", "data"},
	}
	loss = quantity{
		key: "L", meaning: "loss",
		clear: []string{
			"l", "loss", "finalloss", "valloss", "validloss", "validationloss", "evalloss", "testloss", "trainloss", "trainingloss",
		},
		vague: []string{"crossentropy"},
	}
	flops = quantity{
		key: "C", meaning: "FLOPs",
		clear: []string{
			"c", "flops", "flop", "trainingflops", "trainingflop", "trainflops", "trainflop", "totalflops", "totalflop", "numflops",
			"nflops",
		},
		vague: []string{"compute", "trainingcompute", "traincompute"},
	}
)

// plain leaves out what names differ in by habit: case, and what joins words.
func plain(name string) string {
	return strings.NewReplacer("_", "", "-", "", " ", "").Replace(strings.ToLower(name))
}

// near is the name of a list that another was likely meant to be; "" where none is.
func near(name string, names []string) string {
	best, least := "", max(1, min(3, len(name)/3))+1
	for _, n := range names {
		if d := edits(plain(name), plain(n)); n != "" && d < least {
			best, least = n, d
		}
	}
	return best
}

// edits is how many letters to insert, drop or replace to make b of a; many for names of more than 64 bytes.
func edits(a, b string) int {
	if len(a) > 64 || len(b) > 64 {
		return 64
	}
	from, to := []rune(a), []rune(b)
	costs := make([]int, len(to)+1) // of the letters of a so far, by how many of b they became
	for j := range costs {
		costs[j] = j
	}
	for i, r := range from {
		diagonal := costs[0]
		costs[0] = i + 1
		for j, s := range to {
			replace := diagonal
			if r != s {
				replace++
			}
			diagonal = costs[j+1]
			costs[j+1] = min(replace, costs[j]+1, costs[j+1]+1)
		}
	}
	return costs[len(to)]
}

// list is the names of a table's columns in a sentence. Columns without a name are left out.
func list(names []string) string {
	const most = 30
	var shown []string
	more := 0
	for _, n := range names {
		switch {
		case n == "":
		case len(shown) < most:
			shown = append(shown, n)
		default:
			more++
		}
	}
	if len(shown) == 0 {
		return "no columns with a name"
	}
	text := "the columns " + strings.Join(shown, ", ")
	if more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}

// twice is the places, from 1, of the first two columns of one name; 0 where there are none.
func twice(names []string) (first, second int) {
	seen := map[string]int{}
	for i, n := range names {
		if seen[n] > 0 && n != "" {
			return seen[n], i + 1
		}
		seen[n] = i + 1
	}
	return 0, 0
}
