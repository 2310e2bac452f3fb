package spec_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/ziplaw/ziplaw/analysis/allocation"
	"github.com/ziplaw/ziplaw/internal/spec"
)

// TestLawsReadBack: a law that the program writes is a law file.
func TestLawsReadBack(t *testing.T) {
	for name, l := range allocation.Published() {
		b, err := json.Marshal(l)
		if err != nil {
			t.Fatal(err)
		}
		back, err := spec.ParseLaw(b)
		if err != nil || back.Terms["alpha"] != l.Terms["alpha"] || back.Source.Name != name {
			t.Errorf("%s: %+v, %v", name, back, err)
		}
	}
}

func TestNoLaws(t *testing.T) {
	for text, want := range map[string]string{
		`{`: "no law file", `[]`: "object", `{"version": 2, "terms": {}}`: "version", `{"version": 1, "terms": {"lnA": {"slope": 1, "intercept": 2}}}`: "lnB",
		`{"version": 1}`: "terms",
	} {
		if _, err := spec.ParseLaw([]byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", text, err, want)
		}
	}
}

// FuzzLaw holds that no law file makes ParseLaw or Predict panic, and that what Predict answers is written as JSON.
func FuzzLaw(f *testing.F) {
	for _, l := range allocation.Published() {
		b, err := json.Marshal(l)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(b), 0.3, 1e20)
	}
	f.Add(`{"version":1,"terms":{"lnA":{"slope":1e308,"intercept":1},"lnB":{"slope":0,"intercept":1},"alpha":{"slope":0,"intercept":1},"beta":{"slope":0,"intercept":1e-300},"E":{"slope":0,"intercept":-1}},"covariance":[[1]]}`, 1.0, 1e300)
	f.Add(`{"version":1,"terms":{}}`, 0.3, 1e20)
	f.Fuzz(func(t *testing.T, text string, h, c float64) {
		l, err := spec.ParseLaw([]byte(text))
		if err != nil {
			return
		}
		p, err := allocation.Predict(l, allocation.Question{H: h, C: c, Epsilon: 1, Level: 0.9, Draws: 5, Unique: 1e6, Rates: allocation.Rates{DeviceFLOPs: 1e12, Price: 1}})
		if err != nil {
			return
		}
		if _, err := json.Marshal(p); err != nil {
			t.Errorf("%s at h %v, c %v: %v", text, h, c, err)
		}
	})
}
