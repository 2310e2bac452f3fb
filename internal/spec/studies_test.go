package spec

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/studies"
)

func parse(t *testing.T, text []byte) ziplaw.Study {
	t.Helper()
	s, err := Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func ready(t *testing.T, name string) ziplaw.Study {
	t.Helper()
	text, found := studies.Find(name)
	if !found {
		t.Fatalf("no ready study %s", name)
	}
	return parse(t, text)
}

func normal(t *testing.T, s ziplaw.Study) string {
	t.Helper()
	b, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// grid is the number of a study's cells and the sum of their D.
func grid(s ziplaw.Study) (cells int, tokens int64) {
	for _, d := range s.DataSets() {
		for _, c := range s.Cells(d.Name) {
			cells++
			tokens += c.D
		}
	}
	return cells, tokens
}

// TestReadyStudiesArePinned holds the ready studies as they are: shrinking one is no speed-up, and another digest is another
// version for everybody who ran it, unless internal/plan knows the field that was added.
func TestReadyStudiesArePinned(t *testing.T) {
	for _, c := range []struct {
		name   string
		cells  int
		tokens int64
		digest string
	}{
		{"quick", 432, 74_317_824, "1ddc163291443071d93393cd6d9c5a9b3af4c8191a6bcdee56bc33a379e8fb39"},
		{"small", 192, 47_185_920, "f778f51741b7e22e016ae102c8ce1371d668ad2166ca41a643533eaaeb02932d"},
		{"pandey2024", 216, 36 * 176_099_328, "464f6d21dab267ca40ae73b0972d384e1c4bda8828fe71e2c2fb5ae5f5db5b04"},
		{"pandey2024-as-run", 216, 36 * 176_099_328, "7cbaefd22c63eced3358943aa9bcfe3224abc5e6fd64fe1aecb588c25420306b"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := ready(t, c.name)
			if s.Name != c.name {
				t.Errorf("its name is %s", s.Name)
			}
			if cells, tokens := grid(s); cells != c.cells || tokens != c.tokens {
				t.Errorf("%d cells of %d tokens, want %d of %d", cells, tokens, c.cells, c.tokens)
			}
			if got := fmt.Sprintf("%x", sha256.Sum256([]byte(normal(t, s)))); got != c.digest {
				t.Errorf("normal form has digest %s, want %s:\n%s", got, c.digest, normal(t, s))
			}
		})
	}
}

func TestEveryReadyStudyIsTested(t *testing.T) {
	if got := strings.Join(studies.Names(), " "); got != "pandey2024 pandey2024-as-run quick small" {
		t.Errorf("ready studies %s", got)
	}
	if _, found := studies.Find("../spec"); found {
		t.Error("found a study outside the folder")
	}
}

func TestSmallIsTheSmallStudy(t *testing.T) {
	s := ready(t, "small")
	var names []string
	for _, d := range s.DataSets() {
		names = append(names, d.Name)
	}
	if got := strings.Join(names, " "); got != "g10 g20 g30 g50 go opticks" {
		t.Errorf("data sets %s", got)
	}
	for h, want := range map[int]float64{4: 0.02, 8: 0.02, 16: 0.0125, 32: 0.00625} {
		if got := s.Recipe.LR.Peak(h); got != want {
			t.Errorf("rate of width %d peaks at %g, want %g", h, got, want)
		}
	}
	if w := Warnings(s); len(w) > 0 {
		t.Errorf("warnings: %v", w)
	}
}

// TestQuickRegressesGrammarsAlone: its corpora stand beside the regressions. Its grammars have seeds that its design wasn't
// chosen on (docs/quick.md).
func TestQuickRegressesGrammarsAlone(t *testing.T) {
	s := ready(t, "quick")
	var beside []string
	for _, d := range s.DataSets() {
		if !s.Fit.Regress.Takes(d) {
			beside = append(beside, d.Name)
		} else if d.Grammar == nil || d.GrammarSeed < 11 {
			t.Errorf("the regressions take %+v", d)
		}
	}
	if got := strings.Join(beside, " "); got != "go opticks" {
		t.Errorf("beside the regressions: %s", got)
	}
	for _, w := range Warnings(s) {
		if w.Code != "one_seed" {
			t.Errorf("warning: %+v", w)
		}
	}
}

func TestPandeyPresetsDifferInTheScheduleOnly(t *testing.T) {
	a, b := ready(t, "pandey2024"), ready(t, "pandey2024-as-run")
	if a.Recipe.Schedule != "cosine" || b.Recipe.Schedule != "constant" {
		t.Errorf("schedules %s and %s", a.Recipe.Schedule, b.Recipe.Schedule)
	}
	b.Recipe.Schedule, b.Name = a.Recipe.Schedule, a.Name
	if normal(t, a) != normal(t, b) {
		t.Errorf("they differ elsewhere:\n%s\n%s", normal(t, a), normal(t, b))
	}
}

// TestNormalFormIsAFixedPoint covers what workflows rely on: the normal form, JSON, reads back as itself.
func TestNormalFormIsAFixedPoint(t *testing.T) {
	for _, name := range studies.Names() {
		once := normal(t, ready(t, name))
		twice := normal(t, parse(t, []byte(once)))
		if once != twice {
			t.Errorf("%s:\n%s\n%s", name, once, twice)
		}
		var indented bytes.Buffer
		if err := json.Indent(&indented, []byte(once), "", "\t"); err != nil {
			t.Fatal(err)
		}
		if got := normal(t, parse(t, indented.Bytes())); got != once {
			t.Errorf("%s with tabs: %s", name, got)
		}
	}
}
