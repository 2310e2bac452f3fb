package report

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// void are the elements that have no end tag.
var void = []string{"meta", "br", "link", "img", "input", "hr"}

func TestPageIsWellFormedAndStandsAlone(t *testing.T) {
	for name, s := range shapes {
		t.Run(name, func(t *testing.T) {
			standsAlone(t, build(t, synthetic(s))[HTMLName])
		})
	}
}

// standsAlone holds that a page is well-formed, needs nothing beside it and does nothing.
func standsAlone(t *testing.T, page []byte) document {
	t.Helper()
	p := read(t, page)
	for _, tag := range []string{"script", "link", "img", "iframe", "object", "embed", "base", "form", "image", "use"} {
		if p.tags[tag] > 0 {
			t.Errorf("the page has %s", tag)
		}
	}
	for _, r := range p.references {
		if !strings.HasPrefix(r, "#") || !p.ids[r[1:]] {
			t.Errorf("reference %q leads out of the page, or nowhere", r)
		}
	}
	for _, l := range p.labels {
		if !p.ids[l] {
			t.Errorf("nothing has the id %q", l)
		}
	}
	if css := strings.ToLower(p.style); strings.Contains(css, "url(") || strings.Contains(css, "@import") {
		t.Error("the style sheet asks for files")
	}
	return p
}

// document is what a page holds.
type document struct {
	tags       map[string]int
	ids        map[string]bool
	references []string // href, src and their like
	labels     []string // aria-labelledby
	style      string
	text       string
}

// read walks through a page and holds that every tag is closed in order and no id stands twice.
func read(t *testing.T, page []byte) document {
	t.Helper()
	d := document{tags: map[string]int{}, ids: map[string]bool{}}
	var open []string
	z := html.NewTokenizer(bytes.NewReader(page))
	for {
		switch z.Next() {
		case html.ErrorToken:
			if !errors.Is(z.Err(), io.EOF) || len(open) > 0 {
				t.Errorf("the page ends within %v: %v", open, z.Err())
			}
			return d
		case html.StartTagToken:
			token := z.Token()
			d.element(t, token)
			if !slices.Contains(void, token.Data) {
				open = append(open, token.Data)
			}
		case html.SelfClosingTagToken:
			d.element(t, z.Token())
		case html.EndTagToken:
			token := z.Token()
			if len(open) == 0 || open[len(open)-1] != token.Data {
				t.Fatalf("</%s> closes %v", token.Data, open)
			}
			open = open[:len(open)-1]
		case html.TextToken:
			text := z.Token().Data
			if len(open) > 0 && open[len(open)-1] == "style" {
				d.style += text
			} else {
				d.text += text
			}
		}
	}
}

func (d *document) element(t *testing.T, token html.Token) {
	t.Helper()
	d.tags[token.Data]++
	for _, a := range token.Attr {
		value := strings.ToLower(a.Val)
		switch {
		case a.Key == "id":
			if d.ids[a.Val] {
				t.Errorf("id %q stands twice", a.Val)
			}
			d.ids[a.Val] = true
		case a.Key == "aria-labelledby":
			d.labels = append(d.labels, a.Val)
		case slices.Contains([]string{"href", "src", "srcset", "xlink:href", "action", "data"}, a.Key):
			d.references = append(d.references, a.Val)
		case strings.HasPrefix(a.Key, "on"), strings.Contains(value, "http:"), strings.Contains(value, "https:"), strings.Contains(value, "url("):
			t.Errorf("%s=%q of %s", a.Key, a.Val, token.Data)
		}
	}
}

func TestHostileNamesAreText(t *testing.T) {
	d := read(t, build(t, synthetic(shapes["hostile"]))[HTMLName])
	if !strings.Contains(d.text, hostile+"0") {
		t.Error("the name isn't shown as it is")
	}
}

func TestPageSaysWhatTheNumbersSay(t *testing.T) {
	for _, c := range []struct {
		shape         string
		want, without []string
	}{
		{"quick", []string{
			"The harder data is to compress, the more slowly its loss falls with model size and with training tokens: as H rises by 0.1, alpha falls by 0.250", ", over 6 data sets.",
			"beta isn't identified in 2 of the 6 data sets; without them too: beta falls by 0.200", "slope −2.50", "6 data sets are few for a slope.",
			"E is 0: the runs show no floor of the loss, in 2 of 6 laws: g20 and g50.", "4 of 6 frontiers come from laws that aren't identified", "192 cells: 192 done",
			"validation loss on 128 held-out documents", "All 192 cells", "All this rests on 192 runs with 528 to 27,392 parameters",
			"Not every cell ends below the order-0 entropy of its data set, in 1 of 6 data sets: g10", "no: 8 cells end at or above", "differs from the paper's main study in 11 of 15 settings",
			"with Chinchilla's constants it is 0.45", "the vocabularies differ here", "H of the files: g50 0.460", "Figure 1", "Figure 5",
		}, []string{"diverged at step", "The models learn", "beside the regression"}},
		{"beside", []string{"over 5 data sets.", "The line is the regression over 5 of the 7 laws", "beside the regression", "lie where it expects a new point: g50 and g70"}, nil},
		{"one data set", []string{"This study says nothing about compressibility", "it has 1 such law", "No regression: it takes laws of at least two data sets"}, []string{"Figure 1", "Figure 5"}},
		{"two sets", []string{"can't tell whether compressibility moves", "no test of a slope here"}, []string{"the more slowly"}},
		{"no law", []string{"No law for 2 data sets: g10: fit: 4 runs are too few", "No data set has a law", "Without a law there is no frontier"}, []string{"Figure 4", "Figure 1", "grows as C"}},
		{"diverged", []string{"6 cells diverged and are out of the fits", "diverged at step 3: not in the fit", "no: 2 cells diverged or failed; 14 others end below"}, nil},
		{"all diverged", []string{"No cell ended with a loss", "no: no cell ended with a loss", "No curve of 2 models"}, nil},
		{"nothing", []string{"0 cells", "No data set has a law"}, nil},
	} {
		t.Run(c.shape, func(t *testing.T) {
			text := read(t, build(t, synthetic(shapes[c.shape]))[HTMLName]).text
			for _, want := range c.want {
				if !strings.Contains(text, want) {
					t.Errorf("the page doesn't say %q", want)
				}
			}
			for _, without := range c.without {
				if strings.Contains(text, without) {
					t.Errorf("the page says %q", without)
				}
			}
		})
	}
}
