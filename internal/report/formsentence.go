package report

import (
	"fmt"

	"github.com/ziplaw/ziplaw"
)

// formTests are the tests of Eq. 1 itself, by the warning of a law that fails one.
var formTests = []struct{ code, text string }{
	{"lack_of_fit", "the runs lie further from the law than repeats from each other in %d (lack-of-fit test)"},
	{"function_of_nd", "the runs don't separate model size from tokens in %d (test of N D alone)"},
}

// formSentence says in how many data sets Eq. 1 itself fails a test; empty where in none.
func formSentence(fits []ziplaw.Fit) string {
	var texts []string
	doubted := map[string]bool{}
	for _, t := range formTests {
		n := 0
		for _, f := range fits {
			if warned(f, t.code) {
				n++
				doubted[f.DataSet] = true
			}
		}
		if n > 0 {
			texts = append(texts, fmt.Sprintf(t.text, n))
		}
	}
	if len(texts) == 0 {
		return ""
	}
	return fmt.Sprintf("Eq. 1 doesn't hold in %d of %s that have a law: %s. Their parameters are not to be relied on.", len(doubted), count(len(fits), "data set", "data sets"), list(texts))
}
