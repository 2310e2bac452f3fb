package lineage

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/internal/actions"
)

// Lineage is the graph behind a node of the study:
//
//	alpha@DATASET                     a fitted parameter: E, A, B, alpha or beta
//	H@DATASET                         the compressibility of a data set
//	alpha/slope, alpha/intercept      the regression of a parameter on H; alpha@regression is its slope
//	loss@CELL, CELL                   a cell's validation loss, or its record; CELL is an id or the beginning of a key
//	regression, report                the records of these
//	sha256:…                          an artifact, by the beginning of its id
//
// An unknown node is a *ziplaw.Error with the code not_found.
func (s *Study) Lineage(ctx context.Context, node string) (Graph, error) {
	if what, where, found := strings.Cut(node, "@"); found {
		return s.numberAt(ctx, what, where, node)
	}
	if parameter, coefficient, _ := strings.Cut(node, "/"); slices.Contains(ziplaw.RegressionNames, parameter) && slices.Contains(coefficients, coefficient) {
		return s.regressed(ctx, parameter, coefficient)
	}
	b := s.builder("")
	switch node {
	case "report":
		return b.graphOf(ctx, s.version.Report)
	case "regression", actions.NameRegress, "joint", "law": // one action makes them all
		return b.graphOf(ctx, s.version.Regress)
	}
	if strings.HasPrefix(node, "sha256:") {
		return s.artifact(ctx, node)
	}
	id, b, err := s.cell(ctx, node)
	if err != nil {
		return Graph{}, err
	}
	return b.graph.from(string(id)), nil
}

func (s *Study) numberAt(ctx context.Context, what, where, node string) (Graph, error) {
	m, isSet := s.measured(where)
	switch {
	case what == "loss":
		return s.loss(ctx, where)
	case isSet && what == "H":
		return s.compressibility(ctx, m)
	case isSet && slices.Contains(ziplaw.Parameters, what):
		return s.fitted(ctx, what, m)
	case where == "regression" && slices.Contains(ziplaw.RegressionNames, what):
		return s.regressed(ctx, what, "slope")
	case slices.Contains(coefficients, what) && slices.Contains(ziplaw.RegressionNames, where):
		return s.regressed(ctx, where, what)
	}
	return Graph{}, s.unknown(node)
}

// coefficients of a regression.
var coefficients = []string{"slope", "intercept"}

func (s *Study) unknown(node string) error {
	sets := make([]string, len(s.version.DataSets))
	for i, m := range s.version.DataSets {
		sets[i] = m.DataSet
	}
	return &ziplaw.Error{
		Code: ziplaw.CodeNotFound, Message: fmt.Sprintf("study %s has no %s", s.name(), node),
		Hint: "NODE is E, A, B, alpha, beta or H with @ and a data set (" + strings.Join(sets, ", ") +
			"), alpha/slope or the like, loss@CELL, a cell, the beginning of a key or of sha256:…, regression or report",
	}
}

// graphOf is the graph behind a record.
func (b *builder) graphOf(ctx context.Context, record ziplaw.ArtifactID) (Graph, error) {
	if err := b.walk(ctx, record); err != nil {
		return Graph{}, err
	}
	return b.graph.from(string(record)), nil
}

// number is a number that stands in a record.
type number struct {
	name     string
	value    float64
	level    float64
	interval *[2]float64
}

// numberOf is the graph behind a number, which a function finds in its record.
func numberOf(ctx context.Context, b *builder, record ziplaw.ArtifactID, find func(ziplaw.Record) (number, error)) (Graph, error) {
	if err := b.walk(ctx, record); err != nil {
		return Graph{}, err
	}
	return b.withNumber(record, find)
}

func (b *builder) withNumber(record ziplaw.ArtifactID, find func(ziplaw.Record) (number, error)) (Graph, error) {
	rec, readable := b.records[record]
	if !readable {
		return Graph{}, &ziplaw.Error{Code: ziplaw.CodeCorruptArtifact, Message: fmt.Sprintf("record %s can't be read", record),
			Hint: "see ziplaw verify " + b.study.name()}
	}
	n, err := find(rec)
	if err != nil {
		return Graph{}, err
	}
	value, err := json.Marshal(n.value)
	if err != nil {
		return Graph{}, fmt.Errorf("%s: %w", n.name, err)
	}
	b.add(Node{ID: n.name, Kind: KindNumber, Digest: record, Value: value, Interval: n.interval, Level: n.level})
	b.link(n.name, string(record), rec.Action, RelationNumber)
	return b.graph.from(n.name), nil
}

func (s *Study) fitted(ctx context.Context, parameter string, m ziplaw.Measured) (Graph, error) {
	name := parameter + "@" + m.DataSet
	return numberOf(ctx, s.builder(m.DataSet), m.Fit, func(rec ziplaw.Record) (n number, err error) {
		v, err := actions.Values[actions.FitValues](rec)
		if err != nil {
			return n, err
		}
		if v.Law == nil {
			return n, &ziplaw.Error{Code: ziplaw.CodeNotFound, Message: fmt.Sprintf("data set %s has no law: %s", m.DataSet, v.Absent)}
		}
		return number{name, v.Law.Parameter(parameter), v.Law.Level, intervalOf(v.Law.Intervals, parameter)}, nil
	})
}

func intervalOf(intervals map[string][2]float64, name string) *[2]float64 {
	if interval, found := intervals[name]; found {
		return &interval
	}
	return nil
}

func (s *Study) compressibility(ctx context.Context, m ziplaw.Measured) (Graph, error) {
	return numberOf(ctx, s.builder(m.DataSet), m.Compress, func(rec ziplaw.Record) (number, error) {
		r, err := actions.Values[ziplaw.DataSetResult](rec)
		return number{"H@" + m.DataSet, r.H.Value, r.H.Level, &[2]float64{r.H.Low, r.H.High}}, err
	})
}

func (s *Study) regressed(ctx context.Context, parameter, coefficient string) (Graph, error) {
	return numberOf(ctx, s.builder(""), s.version.Regress, func(rec ziplaw.Record) (n number, err error) {
		v, err := actions.Values[actions.RegressValues](rec)
		if err != nil {
			return n, err
		}
		i := slices.IndexFunc(v.Regressions, func(r ziplaw.Regression) bool { return r.Parameter == parameter })
		if i < 0 {
			return n, &ziplaw.Error{Code: ziplaw.CodeNotFound, Message: fmt.Sprintf("study %s has no regression of %s", s.name(), parameter)}
		}
		r := v.Regressions[i]
		n = number{parameter + "/" + coefficient, r.Slope, r.Level, intervalOf(r.Intervals, coefficient)}
		if coefficient == "intercept" {
			n.value = r.Intercept
		}
		return n, nil
	})
}

func (s *Study) loss(ctx context.Context, cell string) (Graph, error) {
	id, b, err := s.cell(ctx, cell)
	if err != nil {
		return Graph{}, err
	}
	return b.withNumber(id, func(rec ziplaw.Record) (n number, err error) {
		r, err := actions.Values[ziplaw.CellResult](rec)
		if err == nil && r.State != ziplaw.StateDone {
			err = &ziplaw.Error{Code: ziplaw.CodeNotFound, Message: fmt.Sprintf("cell %s has no loss: it is %s", cell, r.State)}
		}
		return number{name: "loss@" + b.names.known[id], value: r.Validation}, err
	})
}
