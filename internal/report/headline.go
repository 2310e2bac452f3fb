package report

import (
	"fmt"
	"math"
	"slices"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/analysis/scaling"
)

// Headline is what a study found about compressibility, in sentences for a person who reads nothing else: where Eq. 1 doesn't hold,
// if anywhere; what happens to the two exponents as H rises, and what stands against it; and whether H predicts data sets left out.
func Headline(r ziplaw.StudyResult) []string {
	var sentences []string
	for _, l := range headline(r) {
		sentences = append(sentences, l.Text)
	}
	return sentences
}

// headlineLine is a sentence of the headline with its style on the page.
type headlineLine struct{ Text, Class string }

func headline(r ziplaw.StudyResult) []headlineLine {
	var lines []headlineLine
	if s := formSentence(r.Fits); s != "" {
		lines = append(lines, headlineLine{s, "headline no"})
	}
	for i, s := range trendSentences(r) {
		class := "soft"
		if i == 0 {
			class = "headline"
		}
		lines = append(lines, headlineLine{s, class})
	}
	if s := jointSentence(r.Joint); s != "" {
		lines = append(lines, headlineLine{s, "headline"})
	}
	return lines
}

// trendSentences say what happens to the two exponents as H rises, and then what stands against it.
func trendSentences(r ziplaw.StudyResult) []string {
	exponents := slices.DeleteFunc(slices.Clone(r.Regressions), func(g ziplaw.Regression) bool { return gains[g.Parameter] == "" })
	if len(exponents) == 0 {
		return []string{fmt.Sprintf("This study says nothing about compressibility: a regression on H takes laws of at least two data sets with different H, and it has %s.",
			count(len(r.Regressed), "such law", "such laws"))}
	}
	sentences := []string{opening(exponents) + ": " + list(changes(exponents)) + ", over " + count(exponents[0].N, "data set", "data sets") + "."}
	for _, g := range exponents {
		if s := withoutOpen(r, g); s != "" {
			sentences = append(sentences, s)
		}
	}
	if s := besideText(r); s != "" {
		sentences = append(sentences, s)
	}
	return sentences
}

// gains are what an exponent is the speed of.
var gains = map[string]string{"alpha": "with model size", "beta": "with training tokens"}

// significant tells whether a slope differs from 0 at the level of its interval.
func significant(p *float64, level float64) bool { return p != nil && *p < 1-level }

// opening says in plain words what the significant slopes mean.
func opening(exponents []ziplaw.Regression) string {
	var slower, faster []string
	for _, g := range exponents {
		switch {
		case !significant(g.PValue, g.Level):
		case g.Slope < 0:
			slower = append(slower, gains[g.Parameter])
		default:
			faster = append(faster, gains[g.Parameter])
		}
	}
	var parts []string
	if len(slower) > 0 {
		parts = append(parts, "the more slowly its loss falls "+list(slower))
	}
	if len(faster) > 0 {
		parts = append(parts, "the faster its loss falls "+list(faster))
	}
	if len(parts) == 0 {
		return "This study can't tell whether compressibility moves the scaling law"
	}
	return "The harder data is to compress, " + list(parts)
}

// changes are the exponents' changes as H rises by 0.1.
func changes(exponents []ziplaw.Regression) []string {
	var all []string
	for _, g := range exponents {
		in, bounded := g.Intervals["slope"]
		text := changeText(g.Parameter, g.Slope, in, bounded, g.PValue, g.Level)
		if len(all) == 0 {
			text = "as H rises by 0.1, " + text
		}
		all = append(all, text)
	}
	return all
}

// changeText says how a parameter changes as H rises by 0.1.
func changeText(name string, slope float64, in [2]float64, bounded bool, p *float64, level float64) string {
	low, high := in[0]/10, in[1]/10
	verb, by := "rises", slope/10
	if slope < 0 {
		verb, by, low, high = "falls", -by, -high, -low
	}
	if !significant(p, level) {
		verb = "shows no clear trend, the estimate being that it " + verb
	}
	text := fmt.Sprintf("%s %s by %s", name, verb, printed(by))
	if bounded {
		text += fmt.Sprintf(" (%s interval %s to %s, %s)", percent(level), printed(low), printed(high), pText(p))
	}
	return text
}

// withoutOpen says whether a significant slope stands without the data sets that leave its parameter open.
func withoutOpen(r ziplaw.StudyResult, g ziplaw.Regression) string {
	open := openCount(r, g.Parameter)
	if !significant(g.PValue, g.Level) || open == 0 {
		return ""
	}
	but := fmt.Sprintf("%s isn't identified in %d of the %s", g.Parameter, open, count(g.N, "data set", "data sets"))
	o := g.Identified
	if o == nil {
		return but + ", and the others are too few to tell without them."
	}
	stands := "without them too"
	if !significant(o.PValue, g.Level) || math.Signbit(o.Slope) != math.Signbit(g.Slope) {
		stands = "and the trend doesn't stand without them"
	}
	return fmt.Sprintf("%s; %s: %s.", but, stands, changeText(g.Parameter, o.Slope, o.Interval, true, o.PValue, g.Level))
}

// openCount is the number of the regressions' data sets that leave a parameter open.
func openCount(r ziplaw.StudyResult, name string) int {
	open := 0
	for _, f := range r.Fits {
		if regressed(r, f.DataSet) && slices.Contains(scaling.Unidentified(f), name) {
			open++
		}
	}
	return open
}

// besideText says where the laws of the data sets that the regressions leave out lie.
func besideText(r ziplaw.StudyResult) string {
	var off, on []string
	for _, o := range outside(r) {
		if len(o.off) > 0 {
			off = append(off, fmt.Sprintf("%s (%s)", o.dataset, list(o.off)))
		} else {
			on = append(on, o.dataset)
		}
	}
	switch {
	case len(off) > 0 && len(on) > 0:
		return fmt.Sprintf("Of the data sets that the regression leaves out, %s off its line, outside the interval where it expects a new point; %s within.", list(off)+lie(len(off)), list(on)+lie(len(on)))
	case len(off) > 0:
		return fmt.Sprintf("The data sets that the regression leaves out lie off its line, outside the interval where it expects a new point: %s.", list(off))
	case len(on) > 0:
		return fmt.Sprintf("The data sets that the regression leaves out lie where it expects a new point: %s.", list(on))
	}
	return ""
}

func lie(n int) string {
	if n == 1 {
		return " lies"
	}
	return " lie"
}

// aside is a data set that the regressions leave out: which of its exponents lie outside the interval of a new point.
type aside struct {
	dataset string
	off     []string
}

// outside compares the data sets that the regressions leave out with the regressions' lines.
func outside(r ziplaw.StudyResult) []aside {
	var all []aside
	for _, s := range lawsOf(r) {
		if s.regressed {
			continue
		}
		a, h := aside{dataset: s.set.DataSet}, s.set.H.Value
		compared := false
		for _, name := range []string{"alpha", "beta"} {
			line, found := parameterLine(r, name)
			if half := line.Prediction(h); found && !math.IsNaN(half) {
				compared = true
				if math.Abs(s.law.Parameter(name)-line.At(h)) > half {
					a.off = append(a.off, name)
				}
			}
		}
		if compared {
			all = append(all, a)
		}
	}
	return all
}
