package law

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/analysis/regression"
	"github.com/ziplaw/ziplaw/analysis/scaling"
	"github.com/ziplaw/ziplaw/internal/cli/console"
	"github.com/ziplaw/ziplaw/internal/runs"
)

// measuredSet is a data set with a measure, and its runs or its law.
type measuredSet struct {
	name, class string
	h           float64
	result      ziplaw.DataSetResult // of a study
	points      []scaling.Point
	fit         *ziplaw.Fit // nil where it is to be fitted
}

// measuredSets are the data sets of a regression.
type measuredSets struct {
	of, name string
	version  ziplaw.Key
	measure  string
	data     *ziplaw.LawData
	notes    []string
	sets     []measuredSet
	count    func([]measuredSet, ziplaw.FitOptions) ([]regression.Set, error) // of a study: the cells of data sets by other options
}

// regressSource reads a study, a table of laws or a table of runs.
func (a *app) regressSource(ctx context.Context, c *cobra.Command, from string, f *regressFlags) (measuredSets, error) {
	if !isTable(from) {
		return a.studyMeasured(ctx, c, from, f)
	}
	if laws, found, err := readFits(from); err != nil || found {
		return laws, err
	}
	return a.tableMeasured(from, f)
}

// studyMeasured are the data sets of a finished study, with the laws that it has where the fit's options are its own.
func (a *app) studyMeasured(ctx context.Context, c *cobra.Command, study string, f *regressFlags) (measuredSets, error) {
	d, err := a.finishedReport(ctx, study)
	if err != nil {
		return measuredSets{}, err
	}
	given(c, d.Spec.Fit, &f.options)
	s := measuredSets{of: fmt.Sprintf("study %s, version %s", study, d.Result.Version), name: study, version: d.Result.Version, measure: f.measure}
	if d.Result.Law != nil {
		s.data = d.Result.Law.Data
	}
	own := !c.Flags().Changed("loss") && !c.Flags().Changed("delta") && !c.Flags().Changed("count") && !c.Flags().Changed("final")
	for _, result := range d.Result.DataSets {
		points, _, err := cellPoints(d, result, f.options)
		if err != nil {
			return s, err
		}
		set := measuredSet{name: result.DataSet, class: result.Class, result: result, points: points, h: measureOf(result, f.measure)}
		for i := range d.Result.Fits {
			if own && d.Result.Fits[i].DataSet == result.DataSet {
				set.fit = &d.Result.Fits[i]
			}
		}
		if len(f.include) == 0 && len(f.exclude) == 0 && !slices.Contains(d.Result.Regressed, result.DataSet) {
			continue // the study's own choice
		}
		s.sets = append(s.sets, set)
	}
	s.count = func(sets []measuredSet, o ziplaw.FitOptions) ([]regression.Set, error) {
		other := measuredSets{sets: slices.Clone(sets)}
		for i := range other.sets {
			points, _, err := cellPoints(d, other.sets[i].result, o)
			if err != nil {
				return nil, err
			}
			other.sets[i].points = points
		}
		return other.joint(), nil
	}
	return s, nil
}

func measureOf(r ziplaw.DataSetResult, measure string) float64 {
	return map[string]float64{"h": r.H.Value, "entropy0": r.Entropy0, "entropy1": r.Entropy1}[measure]
}

// tableMeasured are the sets of a table of runs. All runs of a set have one measure.
func (a *app) tableMeasured(path string, f *regressFlags) (measuredSets, error) {
	columns, err := runs.ParseColumns(f.source.columns)
	if err == nil && (f.source.by == "" || columns.H == "") {
		return measuredSets{}, console.Usage("--by", "--by dataset --columns H=compressibility, or a table of laws with the columns dataset, h, E, A, B, alpha and beta",
			"a regression over runs needs the columns of the data set and of its measure")
	}
	t, err := a.readRuns(path, f.source)
	if err != nil {
		return measuredSets{}, err
	}
	s := measuredSets{of: path, name: base(path), measure: columns.H, notes: t.Notes}
	places := map[string]int{}
	for _, r := range t.Runs {
		i, found := places[r.Set]
		if !found {
			i = len(s.sets)
			places[r.Set] = i
			s.sets = append(s.sets, measuredSet{name: r.Set, h: r.H})
		}
		if s.sets[i].h != r.H {
			return s, &ziplaw.Error{Code: ziplaw.CodeBadRuns, Field: path, Message: fmt.Sprintf("row %d: data set %s has %s %v, and %v in an earlier row", r.Row, r.Set, columns.H, r.H, s.sets[i].h)}
		}
		s.sets[i].points = append(s.sets[i].points, point(r))
	}
	return s, nil
}

// readFits reads a table of laws; false where the table has no columns of laws.
func readFits(path string) (s measuredSets, found bool, err error) {
	if path == runs.Stdin {
		return s, false, nil
	}
	laws, found, err := runs.ReadLaws(path)
	if err != nil {
		return s, found, &ziplaw.Error{Code: ziplaw.CodeBadRuns, Message: err.Error(), Hint: "see ziplaw help regress"}
	}
	s = measuredSets{of: path, name: base(path), measure: "h"}
	for _, l := range laws {
		fit := ziplaw.Fit{DataSet: l.DataSet, E: l.E, A: l.A, B: l.B, Alpha: l.Alpha, Beta: l.Beta, LogA: logOf(l.A), LogB: logOf(l.B)}
		s.sets = append(s.sets, measuredSet{name: l.DataSet, h: l.H, fit: &fit})
	}
	return s, found, nil
}

// logOf is the logarithm of a factor; of what is no factor that of the least number.
func logOf(x float64) float64 { return math.Log(max(x, math.SmallestNonzeroFloat64)) }

// choose keeps the data sets that the flags name, by their names or their classes'.
func (s *measuredSets) choose(include, exclude []string) error {
	for _, list := range []struct {
		flag  string
		names []string
	}{{"--include", include}, {"--exclude", exclude}} {
		for _, name := range list.names {
			if !slices.ContainsFunc(s.sets, func(m measuredSet) bool { return m.name == name || m.class == name }) {
				return console.Usage(list.flag, "one of "+strings.Join(s.names(), ", "), "there is no data set %q", name)
			}
		}
	}
	s.sets = slices.DeleteFunc(s.sets, func(m measuredSet) bool {
		named := func(list []string) bool { return slices.Contains(list, m.name) || slices.Contains(list, m.class) }
		return len(include) > 0 && !named(include) || named(exclude)
	})
	if len(s.sets) < 2 {
		return console.Usage("regress", "at least two data sets", "%d data sets are left", len(s.sets))
	}
	return nil
}

func (s measuredSets) names() []string {
	var names []string
	for _, m := range s.sets {
		names = append(names, m.name)
	}
	return names
}

// cells tells whether there are runs for a joint fit.
func (s measuredSets) cells() bool { return len(s.sets[0].points) > 0 }

func (s measuredSets) joint() []regression.Set {
	var sets []regression.Set
	for _, m := range s.sets {
		sets = append(sets, regression.Set{Name: m.name, H: m.h, Points: m.points})
	}
	return sets
}

// others are a study's other measures of its data sets.
func (s measuredSets) others() []regression.Measure {
	var all []regression.Measure
	if s.version == "" {
		return nil
	}
	for _, name := range []string{"h", "entropy0", "entropy1"} {
		if name == s.measure {
			continue
		}
		m := regression.Measure{Name: name}
		for _, set := range s.sets {
			m.Values = append(m.Values, measureOf(set.result, name))
		}
		all = append(all, m)
	}
	return all
}
