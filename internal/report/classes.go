package report

import (
	"cmp"
	"image/color"
	"slices"

	"github.com/ziplaw/ziplaw"
)

// class are the data sets of one entry of the spec: the grammar seeds of a class of grammars, or a corpus of files.
type class struct {
	name   string
	corpus bool
	sets   []int // places in the result, by ascending H
	h      [2]float64
	colour color.NRGBA
}

// classes are by ascending mean H. Grammars have colours in that order; corpora have that of the text.
func (in Input) classes() []class {
	var all []class
	mean := map[string]float64{}
	for _, i := range in.byH() {
		d := in.Result.DataSets[i]
		at := slices.IndexFunc(all, func(c class) bool { return c.name == d.Class })
		if at < 0 {
			set, _ := in.Study.DataSet(d.DataSet)
			at = len(all)
			all = append(all, class{name: d.Class, corpus: set.Files != nil, h: [2]float64{d.H.Value, d.H.Value}, colour: ink})
		}
		c := &all[at]
		c.sets = append(c.sets, i)
		c.h[1] = d.H.Value
		mean[c.name] += (d.H.Value - mean[c.name]) / float64(len(c.sets))
	}
	slices.SortStableFunc(all, func(a, b class) int { return cmp.Compare(mean[a.name], mean[b.name]) })
	grammars := 0
	for _, c := range all {
		if !c.corpus {
			grammars++
		}
	}
	rank := 0
	for i := range all {
		if !all[i].corpus {
			all[i].colour = ramp(rank, grammars)
			rank++
		}
	}
	return all
}

// byClass are the data sets' places in the result, a class's together and by ascending H, corpora last.
func (in Input) byClass() []int {
	var grammars, corpora []int
	for _, c := range in.classes() {
		if c.corpus {
			corpora = append(corpora, c.sets...)
		} else {
			grammars = append(grammars, c.sets...)
		}
	}
	return append(grammars, corpora...)
}

// classOf is the class of a data set.
func classOf(all []class, d ziplaw.DataSetResult) class {
	i := slices.IndexFunc(all, func(c class) bool { return c.name == d.Class })
	if i < 0 {
		return class{name: d.Class, colour: ink}
	}
	return all[i]
}

// scale is the legend of colours along H.
type scale struct {
	Steps     []scaleStep
	Low, High string // H of the first class and of the last one
	Corpora   string // names, without a colour of their own
}

type scaleStep struct{ Name, H, Colour string }

func (in Input) scale() scale {
	var s scale
	var corpora []string
	for _, c := range in.classes() {
		if c.corpus {
			corpora = append(corpora, c.name)
			continue
		}
		s.Steps = append(s.Steps, scaleStep{Name: c.name, H: rangeText(c.h), Colour: css(c.colour)})
		if s.Low == "" {
			s.Low = number(c.h[0])
		}
		s.High = number(c.h[1])
	}
	s.Corpora = list(corpora)
	return s
}

// rangeText writes the range of H of a class.
func rangeText(h [2]float64) string {
	low, high := number(h[0]), number(h[1])
	if low == high {
		return low
	}
	return low + " to " + high
}

// regressed tells whether the regressions take a data set.
func regressed(r ziplaw.StudyResult, dataset string) bool {
	return slices.Contains(r.Regressed, dataset)
}
