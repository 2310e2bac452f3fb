package report

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"
	"strings"

	"github.com/ziplaw/ziplaw"
)

//go:embed law.html.tmpl
var lawText string

//go:embed laws.html.tmpl
var lawsText string

var lawsTemplate = parsed("laws", lawsText, lawText)

// LawsInput is everything that a page of laws shows.
type LawsInput struct {
	Title       string   // such as runs.csv
	Source      string   // where the runs come from
	Notes       []string // what was read in another way than as it stands
	Fits        []ziplaw.Fit
	Diagnostics []ziplaw.Diagnostics // of each fit
	Failed      []NoLaw
}

// NoLaw is a set of runs without a law.
type NoLaw struct{ Name, Reason string }

// LawsPage is a page of laws that needs nothing beside it, whatever runs they come from. Equal inputs give equal bytes.
func LawsPage(in LawsInput) ([]byte, error) {
	var b bytes.Buffer
	if err := lawsTemplate.Execute(&b, in.page()); err != nil {
		return nil, fmt.Errorf("page of laws of %s: %w", in.Title, err)
	}
	return b.Bytes(), nil
}

// lawsPage is what the template shows.
type lawsPage struct {
	Style         template.CSS
	Title, Source string
	Notes         []string
	Summary       []remark // of many laws
	Heads         []lawHead
	Names         []string // of the parameters
	Levels        string
	Rows          []lawRow
	Sections      []lawSection
	Links         bool // the contents name each law
	Failed        []NoLaw
	Methods       []string
}

// lawHead is the verdict on one law, at the head of the page.
type lawHead struct {
	ID, Name string
	Verdict  []remark
}

// A page with more laws than fewHeads says in its head what holds for how many of them. With more than fewOpen their figures
// and tables are folded, and with more than fewLinks the contents don't name them.
const fewHeads, fewOpen, fewLinks = 6, 4, 12

// Bytes that a page may take, that a law takes on it without its runs, and that a run takes in the figures and the table, about.
const pageBytes, lawBytes, runBytes = 2_000_000, 45_000, 340

// runsShown is how many runs of each law a page of n laws shows.
func runsShown(n int) int {
	const least = 20
	return max((pageBytes-n*lawBytes)/(max(n, 1)*runBytes), least)
}

func (in LawsInput) page() lawsPage {
	n := len(in.Fits)
	p := lawsPage{
		Style: template.CSS(pageStyle), Title: printable(in.Title), Source: printable(in.Source), Names: ziplaw.Parameters, Levels: levelsText(in.Fits),
		Links: n <= fewLinks, Methods: methods(in.Fits),
	}
	for _, note := range in.Notes {
		p.Notes = append(p.Notes, printable(note))
	}
	for _, f := range in.Failed {
		p.Failed = append(p.Failed, NoLaw{printable(f.Name), printable(f.Reason)})
	}
	for i, f := range in.Fits {
		var d ziplaw.Diagnostics
		if i < len(in.Diagnostics) {
			d = in.Diagnostics[i]
		}
		s := newLawSection(i+1, f, d, runsShown(n))
		s.Brief = n > fewOpen
		said := lawVerdict(f, d)
		if n <= fewHeads {
			p.Heads = append(p.Heads, lawHead{s.ID, s.Name, said})
		} else {
			s.Verdict = said
		}
		p.Sections = append(p.Sections, s)
		p.Rows = append(p.Rows, lawRow{ID: s.ID, Name: s.Name, N: whole(f.N), R2: printed(f.R2), Values: lawCells(f), Doubted: len(formDoubts(f)) > 0})
	}
	if n > fewHeads {
		p.Summary = summary(in.Fits)
	}
	return p
}

// summary says of many laws for how many Eq. 1 holds.
func summary(fits []ziplaw.Fit) []remark {
	var all []remark
	doubted := 0
	for _, k := range kinds(fits) {
		for _, t := range formTexts {
			if t.code == k.Code {
				all = append(all, doubt("%s, in %s.", capital(printable(kindText(k.Code, k.Text))), printable(ofLaws(k, len(fits)))))
			}
		}
	}
	for _, f := range fits {
		if len(formDoubts(f)) > 0 {
			doubted++
		}
	}
	return append(all, sure("Eq. 1 isn't in doubt in %s of %s.", whole(len(fits)-doubted), count(len(fits), "law", "laws")))
}

// levelsText is the level of the intervals, or the levels where laws differ.
func levelsText(fits []ziplaw.Fit) string {
	var all []string
	for _, f := range fits {
		all = appended(all, percent(f.Level))
	}
	return list(all)
}

// methods are the ways in which the laws were fitted.
func methods(fits []ziplaw.Fit) []string {
	var all []string
	for _, f := range fits {
		text := methodText(f)
		for _, name := range ziplaw.Parameters {
			if v, held := f.Hold[name]; held {
				text += fmt.Sprintf("; %s held at %s", name, shortest(v))
			}
		}
		if len(f.Tie) > 0 {
			text += "; tied: " + printable(list(f.Tie))
		}
		all = appended(all, text+".")
	}
	return all
}

// methodText says what was least.
func methodText(f ziplaw.Fit) string {
	switch f.Loss {
	case "huber":
		return "The mean Huber loss of ln L with delta " + shortest(f.Delta)
	case "mse_log":
		return "The mean square of the residuals of ln L"
	case "mse":
		return "The mean square of the residuals of L"
	}
	return "The loss of residuals is " + strings.TrimSpace(printable(f.Loss))
}

// appended adds what isn't there yet.
func appended(all []string, s string) []string {
	for _, x := range all {
		if x == s {
			return all
		}
	}
	return append(all, s)
}
