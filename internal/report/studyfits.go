package report

import (
	"cmp"
	"fmt"

	"github.com/ziplaw/ziplaw"
)

// studyFits is what a study's report shows of how well its laws fit.
type studyFits struct {
	Contours   []panel // of the law at the lowest H and of that at the highest
	Residuals  []panel
	Sizes      []swatch // colours along N
	Key        contourKey
	Rows       []qualityRow
	Approaches []setApproaches // where somebody looked for them
}

// qualityRow is a law with the intervals of its profiles and the test of its form.
type qualityRow struct {
	From                             string // the anchor of the law's record
	Name, SD, R2, LackOfFit, HoldOut string
	Profiles                         []string
	Doubted                          bool
}

// studyPoints is how many runs a figure of a study's law shows at most.
const studyPoints = 500

// studyFits is nil where there are no diagnostics.
func (in Input) studyFits() *studyFits {
	laws := in.laws(in.byClass())
	if len(in.Diagnostics) == 0 || len(laws) == 0 {
		return nil
	}
	s := studyFits{Key: keyOfContours}
	longest := 0
	for i, l := range laws {
		d := in.diagnosticsOf(l.law)
		row := qualityRowOf(l.law, d)
		row.From = in.anchor(l.law.DataSet, anchorFit)
		s.Rows = append(s.Rows, row)
		if rows := approachRows(l.law, d); rows != nil {
			s.Approaches = append(s.Approaches, setApproaches{printable(l.law.DataSet), row.From, rows})
		}
		if p, ok := figureResiduals(fmt.Sprintf("figure-residuals-%d", i+1), l.law, d, studyPoints, panelWidth, panelHeight); ok {
			p.Title = printable(l.law.DataSet)
			s.Residuals = append(s.Residuals, p)
			if steps := sizesOf(d).Steps; len(steps) > longest {
				s.Sizes, longest = steps, len(steps)
			}
		}
	}
	s.Contours = in.contoursAlongH()
	return &s
}

// contoursAlongH draws the contours of the law at the lowest H, and of that at the highest.
func (in Input) contoursAlongH() []panel {
	laws := in.laws(in.byH())
	ends := laws[:1]
	if len(laws) > 1 {
		ends = []setLaw{laws[0], laws[len(laws)-1]}
	}
	var panels []panel
	for i, l := range ends {
		if p, ok := figureContours(fmt.Sprintf("figure-contours-%d", i+1), l.law, in.diagnosticsOf(l.law), studyPoints); ok {
			p.Title = fmt.Sprintf("%s (H %s)", printable(l.set.DataSet), number(l.set.H.Value))
			panels = append(panels, p)
		}
	}
	return panels
}

// diagnosticsOf are those of a law; empty where there are none.
func (in Input) diagnosticsOf(law ziplaw.Fit) ziplaw.Diagnostics {
	for i, f := range in.Result.Fits {
		if f.DataSet == law.DataSet && i < len(in.Diagnostics) {
			return in.Diagnostics[i]
		}
	}
	return ziplaw.Diagnostics{}
}

func qualityRowOf(f ziplaw.Fit, d ziplaw.Diagnostics) qualityRow {
	r := qualityRow{Name: f.DataSet, SD: printed(f.ResidualSD), R2: printed(f.R2), LackOfFit: "-", HoldOut: "-", Doubted: len(formDoubts(f)) > 0}
	for _, name := range ziplaw.Parameters {
		r.Profiles = append(r.Profiles, cmp.Or(printedProfile(f, name), "-"))
	}
	if l := d.LackOfFit; l != nil {
		r.LackOfFit = pValue(&l.PValue)
	}
	if h := d.HoldOut; h != nil {
		r.HoldOut = fmt.Sprintf("%s (%s)", printed(h.Median), printed(h.InSample))
	}
	return r
}
