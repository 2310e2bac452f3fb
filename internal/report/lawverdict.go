package report

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/analysis/scaling"
)

// formTexts say in plain words what speaks against Eq. 1 itself, before any of its numbers, in the order of weight.
var formTexts = []struct{ code, text string }{
	{"lack_of_fit", "Eq. 1 doesn't hold for these runs: repeats of one N and D agree far better with each other than with the law."},
	{"function_of_nd", "The runs don't separate the model's size from its tokens: as far as they tell, their loss is a function of N D alone."},
	{"searches_differ", "The two searches end in different laws: this is the lower one, and a still lower one may exist."},
}

// formDoubts are what speaks against Eq. 1 for some runs.
func formDoubts(f ziplaw.Fit) []string {
	var all []string
	for _, t := range formTexts {
		if warned(f, t.code) {
			all = append(all, t.text)
		}
	}
	return all
}

func warned(f ziplaw.Fit, code string) bool {
	return slices.ContainsFunc(f.Warnings, func(w ziplaw.Warning) bool { return w.Code == code })
}

// lawVerdict is what a reader of one law wants to know first: whether Eq. 1 holds, and only then what the law says.
func lawVerdict(f ziplaw.Fit, d ziplaw.Diagnostics) []remark {
	var all []remark
	for _, text := range formDoubts(f) {
		all = append(all, remark{text, true})
	}
	if len(all) == 0 {
		all = append(all, remark{Text: formText(d)})
	}
	if warned(f, "extrapolates_badly") {
		all = append(all, remark{"Fitted without the runs of most compute, the law predicts them far worse than it fits its own: beyond the runs it is a guess.", true})
	}
	return append(all, sure("%s.", saidByLaw(f)))
}

// formText says what the runs tell of Eq. 1 where nothing speaks against it.
func formText(d ziplaw.Diagnostics) string {
	switch {
	case d.LackOfFit != nil:
		return "Eq. 1 holds as far as the runs tell: they lie no further from the law than repeats from each other."
	case d.Product != nil:
		return "The runs tell size from tokens. Whether Eq. 1 has the right form isn't tested: that takes repeats of one N and D."
	}
	return "Whether Eq. 1 has the right form isn't tested: that takes repeats of one N and D."
}

// saidByLaw is a law in plain words.
func saidByLaw(f ziplaw.Fit) string {
	text := dividing(f, "alpha", "parameters", "the model's part") + "; " + dividing(f, "beta", "tokens", "the data's part") + "; " + floorText(f)
	return capital(text)
}

// capital begins a sentence.
func capital(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

// dividing says what ten times as much of something does to its term of the law.
func dividing(f ziplaw.Fit, exponent, of, part string) string {
	value, said := f.Parameter(exponent), estimateText(f, exponent)
	switch {
	case slices.Contains(scaling.Unidentified(f), exponent):
		return fmt.Sprintf("the runs don't tell how fast the loss falls with %s (%s)", of, said)
	case value == 0:
		return fmt.Sprintf("the loss doesn't fall with %s (%s)", of, said)
	}
	return fmt.Sprintf("ten times the %s divide %s of the loss by %s (%s)", of, part, printed(math.Pow(10, value)), said)
}

// floorText is the loss that remains.
func floorText(f ziplaw.Fit) string {
	if f.E == 0 {
		return "the runs show no floor of the loss (" + estimateText(f, "E") + ")"
	}
	if slices.Contains(scaling.Unidentified(f), "E") {
		return "the runs don't tell which loss remains (" + estimateText(f, "E") + ")"
	}
	return "no size and no amount of data takes the loss below " + printed(f.E) + " nats per token (" + estimateText(f, "E") + ")"
}

// estimateText is a parameter with its interval.
func estimateText(f ziplaw.Fit, name string) string {
	text := name + " " + printed(f.Parameter(name))
	if _, held := f.Hold[name]; held {
		return text + ", held"
	}
	if in, found := f.Intervals[name]; found {
		text += " " + printedSpan(in, true)
	}
	return text
}

// sortedWarnings are a law's, the weightiest first.
func sortedWarnings(f ziplaw.Fit) []ziplaw.Warning {
	all := slices.Clone(f.Warnings)
	slices.SortStableFunc(all, func(a, b ziplaw.Warning) int { return cmp.Compare(weight(a.Code), weight(b.Code)) })
	return all
}

// fewDoubts is how many warnings of one kind stand in full view.
const fewDoubts = 3

// doubtTexts are the messages of a law's warnings; those beyond a few of one kind come second.
func doubtTexts(f ziplaw.Fit) (first, more []string) {
	seen := map[string]int{}
	for _, w := range sortedWarnings(f) {
		if seen[w.Code]++; seen[w.Code] <= fewDoubts {
			first = append(first, printable(w.Message))
		} else {
			more = append(more, printable(w.Message))
		}
	}
	return first, more
}
