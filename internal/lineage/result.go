package lineage

import (
	"context"
	"encoding/json"
	"errors"
	"slices"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/internal/actions"
)

// checkResult compares the numbers of the study's finished version with those of its records. What rests on records that
// can't be read is left out: those are problems already.
func (c *checker) checkResult(context.Context) error {
	if shown := c.study.version.Result.Study; shown != c.study.name() {
		c.inResult("study", "it is %s in the study's result, and %s in its spec", shown, c.study.name())
	}
	for _, m := range c.study.version.DataSets {
		if m.Sample == "" || m.Compress == "" || m.Fit == "" {
			c.inResult(m.DataSet, "it names no records of its data set")
		}
		if err := c.checkMeasures(m); err != nil {
			return err
		}
	}
	fits, whole, err := c.checkFits()
	if err != nil {
		return err
	}
	regressions, err := c.checkRegressions()
	if err != nil {
		return err
	}
	cells, wholeCells := c.checkCells()
	if !whole || !wholeCells || regressions == nil {
		return nil
	}
	return c.checkDigests(cells, fits, *regressions)
}

func (c *checker) checkMeasures(m ziplaw.Measured) error {
	rec, readable := c.records[m.Compress]
	if !readable {
		return nil
	}
	r, err := actions.Values[ziplaw.DataSetResult](rec)
	if err != nil {
		c.tampered(m.Compress, "%v", err)
		return nil
	}
	if err := c.checkMeasured(m, rec); err != nil {
		return err
	}
	d, known := c.study.spec.DataSet(m.DataSet)
	if r.DataSet, r.Class = m.DataSet, d.Class; !known {
		return nil // without a spec nobody knows the class
	}
	shown := c.study.version.Result.DataSets
	i := slices.IndexFunc(shown, func(r ziplaw.DataSetResult) bool { return r.DataSet == m.DataSet })
	if i < 0 {
		c.inResult(m.DataSet, "the study's result lacks the data set")
		return nil
	}
	return c.compare("data set "+m.DataSet, shown[i], r, m.Compress)
}

// checkMeasured checks that a data set's measures are those that this study asks for: of its documents, in its order, with its
// options. Another version of the action may ask otherwise.
func (c *checker) checkMeasured(m ziplaw.Measured, rec ziplaw.Record) error {
	data := c.samples[m.Sample]
	if _, known := c.study.spec.DataSet(m.DataSet); data == nil || !known || actions.Version(rec) != actions.CompressVersion {
		return nil
	}
	act, _ := actions.Compress(c.study.spec, *data)
	key, err := act.Key()
	if err == nil && key != rec.Key {
		c.tampered(m.Compress, "it measures other documents, or otherwise, than study %s asks for", c.study.name())
	}
	return err
}

// checkFits compares the laws, and returns those of the records. Whole is false where one couldn't be read.
func (c *checker) checkFits() (fits []ziplaw.Fit, whole bool, err error) {
	fits, whole = []ziplaw.Fit{}, true
	for _, m := range c.study.version.DataSets {
		rec, readable := c.records[m.Fit]
		v, err := actions.Values[actions.FitValues](rec)
		if !readable || err != nil {
			whole = false
			if readable {
				c.tampered(m.Fit, "%v", err)
			}
			continue
		}
		var shown any
		for _, f := range c.study.version.Result.Fits {
			if f.DataSet == m.DataSet {
				shown = f
			}
		}
		if v.Law != nil {
			v.Law.DataSet = m.DataSet
			fits = append(fits, *v.Law)
		}
		if err := c.compare("law of "+m.DataSet, shown, v.Law, m.Fit); err != nil {
			return nil, false, err
		}
	}
	return fits, whole, nil
}

// checkRegressions compares the regressions, and returns those of the record; nil where it can't be read.
func (c *checker) checkRegressions() (*[]ziplaw.Regression, error) {
	id := c.study.version.Regress
	rec, readable := c.records[id]
	if !readable {
		return nil, nil
	}
	v, err := actions.Values[actions.RegressValues](rec)
	if err != nil {
		c.tampered(id, "%v", err)
		return nil, nil
	}
	c.checkRegressed(rec)
	shown := c.study.version.Result
	return &v.Regressions, errors.Join(
		c.compare("regressions", shown.Regressions, v.Regressions, id),
		c.compare("joint", shown.Joint, v.Joint, id),
		c.compare("law", nameless(shown.Law), v.Law, id),
	)
}

// nameless is a law as its record has it: without what is of the study alone.
func nameless(l *ziplaw.Law) *ziplaw.Law {
	if l == nil {
		return nil
	}
	law := *l
	law.Source.Name, law.Source.Version, law.Data = "", "", nil
	return &law
}

// checkRegressed compares the data sets that the study's result says the regressions take with the laws that their record
// rests on.
func (c *checker) checkRegressed(rec ziplaw.Record) {
	var names []string
	for _, m := range c.study.version.DataSets {
		fit, readable := c.records[m.Fit]
		v, err := actions.Values[actions.FitValues](fit)
		if !readable || err != nil {
			return // a problem already
		}
		if v.Law != nil && slices.Contains(rec.Inputs, ziplaw.Ref{Role: actions.RoleFitRecord, ID: m.Fit}) {
			names = append(names, m.DataSet)
		}
	}
	// a result without the list is of before there was one
	if shown := c.study.version.Result.Regressed; shown != nil && !slices.Equal(shown, names) {
		c.inResult("regressed", "the regressions take %d data sets by the study's result, %d by their record, or others", len(shown), len(names))
	}
}

// checkCells counts the cells, and returns them. Whole is false where one couldn't be read.
func (c *checker) checkCells() (cells []Trained, whole bool) {
	whole = true
	for _, m := range c.study.version.DataSets {
		fit, readable := c.records[m.Fit]
		whole = whole && readable
		for _, in := range fit.Inputs {
			if in.Role == actions.RoleCellRecord {
				whole = c.trained(&cells, in.ID) && whole
			}
		}
	}
	if whole {
		whole = c.checkCounts(cells)
	}
	return cells, whole
}

func (c *checker) trained(cells *[]Trained, id ziplaw.ArtifactID) bool {
	rec, readable := c.records[id]
	if !readable {
		return false
	}
	r, err := actions.Values[ziplaw.CellResult](rec)
	if err != nil {
		c.tampered(id, "%v", err)
		return false
	}
	*cells = append(*cells, Trained{rec.Key, r})
	return true
}

// checkCounts compares the number of cells, and says whether all that have finished were found.
func (c *checker) checkCounts(cells []Trained) bool {
	shown := c.study.version.Result.Cells
	diverged := 0
	for _, t := range cells {
		if t.Result.State == ziplaw.StateDiverged {
			diverged++
		}
	}
	done := len(cells) - diverged
	if shown.Done != done || shown.Diverged != diverged {
		c.inResult("cells", "%d done and %d diverged in the study's result, %d and %d in its records", shown.Done, shown.Diverged, done, diverged)
	}
	return shown.Done == done && shown.Diverged == diverged
}

// checkDigests computes the study's digests again, and checks that its report and its version are of them.
func (c *checker) checkDigests(cells []Trained, fits []ziplaw.Fit, regressions []ziplaw.Regression) error {
	r := c.study.version.Result
	digestCells := DigestCells(cells)
	digest, err := Digest(digestCells, fits, regressions)
	if err != nil {
		return err
	}
	for _, d := range []struct{ name, shown, computed string }{
		{"digest_cells", r.DigestCells, digestCells}, {"digest", r.Digest, digest},
	} {
		if d.shown != d.computed {
			c.inResult(d.name, "it is %s in the study's result, and its records have %s", d.shown, d.computed)
		}
	}
	c.checkReport(digest, digestCells)
	return c.checkVersion()
}

func (c *checker) checkReport(digest, digestCells string) {
	id := c.study.version.Report
	rec, readable := c.records[id]
	if !readable {
		return
	}
	p, errParams := actions.Params[actions.ReportParams](rec)
	v, errValues := actions.Values[actions.ReportValues](rec)
	if errParams != nil || errValues != nil || p.Digest != digest || v.Digest != digest || v.DigestCells != digestCells || p.Version != c.study.version.Result.Version {
		c.tampered(id, "it is the report of other results: of version %s with the digest %s", p.Version.Short(), v.Digest)
	}
	if html, _ := rec.Output(roleHTML); string(html) != c.study.version.Result.Report {
		c.inResult("report", "it is %s in the study's result, and %s in %s", c.study.version.Result.Report, html, id)
	}
}

// checkVersion computes the version from the spec and from what the data sets come from.
func (c *checker) checkVersion() error {
	var sources []json.RawMessage
	if c.study.raw == nil {
		return nil
	}
	for _, m := range c.study.version.DataSets {
		p, err := actions.Params[actions.SampleParams](c.records[m.Sample])
		if err != nil {
			return nil //nolint:nilerr // reported with the record
		}
		sources = append(sources, p.Source)
	}
	version, err := actions.StudyVersion(c.study.raw, sources)
	if err == nil && version != c.study.version.Result.Version {
		c.inResult("version", "it is %s, and that of its spec and its data is %s", c.study.version.Result.Version, version)
	}
	return err
}
