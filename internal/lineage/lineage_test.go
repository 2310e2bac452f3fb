package lineage_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/internal/lineage"
)

// nodes asks for everything that a node can be.
func nodes(s *site, v ziplaw.StudyVersion) {
	study, err := lineage.Open(s.Context(), s.store, v)
	s.must(err)
	fit := s.record(v.DataSets[0].Fit)
	cell, _ := fit.Input("record:cell")
	losses, _ := s.record(cell).Output("losses")
	const first = "g/h4-l1/D4096/s1"
	for _, c := range []struct {
		node, id string // id of the first node, where it isn't the node
		kinds    string // of all nodes behind it, counted
	}{
		{"alpha@g", "", "number 1, fit 1, spec 1, sample 1, cell 8, losses 8, model 7, grammar 1, manifest 1, document-digests 1, documents 2, seed 5, code 1"},
		{"E@text", "", "number 1, fit 1, spec 1, sample 1, cell 8, losses 8, model 8, files 1, file 2, manifest 1, document-digests 1, documents 2, seed 4, code 1"},
		{"H@g", "", "number 1, compress 1, sample 1, spec 1, grammar 1, manifest 1, document-digests 1, documents 2, h-per-document 1, seed 3, code 1"},
		{"alpha/slope", "", "number 1, regress 1, compress 2, fit 2, cell 16, losses 16, model 15, sample 2, grammar 1, files 1, file 2, manifest 2, document-digests 2, documents 4, h-per-document 2, spec 1, seed 6, code 1"},
		{"intercept@alpha", "alpha/intercept", ""},
		{"alpha@regression", "alpha/slope", ""},
		{"regression", string(v.Regress), ""},
		{"report", string(v.Report), ""},
		{"loss@" + first, "loss@first/" + first, "number 1, cell 1, losses 1, model 1, sample 1, grammar 1, manifest 1, document-digests 1, documents 2, spec 1, seed 3, code 1"},
		{"first/" + first, string(cell), ""},
		{first, string(cell), ""},
		{"g/h8-l1/D8192/s2", string(s.diverged()), "cell 1, losses 1, sample 1, grammar 1, manifest 1, document-digests 1, documents 2, spec 1, seed 3, code 1"},
		{string(fit.Key[:10]), string(v.DataSets[0].Fit), ""},
		{string(losses[:20]), string(losses), "losses 1, cell 1, model 1, sample 1, grammar 1, manifest 1, document-digests 1, documents 2, spec 1, seed 3, code 1"},
		{string(v.Spec), "", "spec 1"},
	} {
		s.Run(c.node, func(t *testing.T) {
			g, err := study.Lineage(t.Context(), c.node)
			s.must(err)
			if id := g.Nodes[0].ID; id != c.id && (c.id != "" || id != c.node) {
				t.Errorf("the first node is %s, want %s%s", id, c.id, c.node)
			}
			checkGraph(t, g)
			if got := kinds(g); c.kinds != "" && got != sorted(c.kinds) {
				t.Errorf("nodes %s\n want %s", got, sorted(c.kinds))
			}
			again, err := study.Lineage(t.Context(), c.node)
			if s.must(err); !reflect.DeepEqual(again, g) || again.Tree(true) != g.Tree(true) {
				t.Error("the graph is another one when asked for again")
			}
		})
	}
	for _, node := range []string{"", "nope", "alpha@nope", "gamma@g", "alpha@", "loss@g", "alpha/angle", "g/h4-l1/D1/s1", "loss@g/h8-l1/D8192/s2", "sha256:", "sha256:" + strings.Repeat("0", 64), "beef00", "E/slope"} {
		if g, err := study.Lineage(s.Context(), node); ziplaw.AsError(err) == nil || ziplaw.AsError(err).Code != ziplaw.CodeNotFound {
			s.Errorf("node %q: %d nodes, %v", node, len(g.Nodes), err)
		}
	}
}

func kinds(g lineage.Graph) string {
	counts := map[string]int{}
	for _, n := range g.Nodes {
		counts[n.Kind]++
	}
	var list []string
	for kind, n := range counts {
		list = append(list, fmt.Sprint(kind, " ", n))
	}
	return sorted(strings.Join(list, ", "))
}

func sorted(list string) string {
	parts := strings.Split(list, ", ")
	slices.Sort(parts)
	return strings.Join(parts, ", ")
}

// checkGraph holds that a graph is connected and closed, and that it reads back from JSON.
func checkGraph(t *testing.T, g lineage.Graph) {
	t.Helper()
	ids, reached := map[string]bool{}, map[string]bool{g.Nodes[0].ID: true}
	for _, n := range g.Nodes {
		if ids[n.ID] {
			t.Errorf("two nodes %s", n.ID)
		}
		ids[n.ID] = true
		if (n.Kind == "seed" || n.Kind == "code") != (n.Digest == "") {
			t.Errorf("%s %s has the digest %q", n.Kind, n.ID, n.Digest)
		}
		if n.Made != nil && n.Key == "" {
			t.Errorf("record %s has no key", n.ID)
		}
	}
	for _, e := range g.Edges { // breadth first, so an edge's beginning was reached before
		if !ids[e.From] || !ids[e.To] || !reached[e.From] {
			t.Errorf("edge %+v", e)
		}
		reached[e.To] = true
	}
	if len(reached) != len(ids) {
		t.Errorf("%d of %d nodes reached", len(reached), len(ids))
	}
	b, err := json.Marshal(g)
	if err != nil {
		t.Fatal(err)
	}
	var back lineage.Graph
	if err := json.Unmarshal(b, &back); err != nil || len(back.Nodes) != len(g.Nodes) || !slices.Equal(back.Edges, g.Edges) {
		t.Errorf("read back: %v", err)
	}
}

// numbers reads the numbers at the roots, and what the graph says of seeds, files and code.
func numbers(s *site, v ziplaw.StudyVersion) {
	study, err := lineage.Open(s.Context(), s.store, v)
	s.must(err)
	for node, want := range map[string]string{
		"alpha@g": "1.25", "alpha@text": "4.25", "beta@g": "0.5", "H@text": "0.4", "alpha/slope": "-1.5", "alpha/intercept": "0.75", "loss@g/h8-l1/D4096/s2": "4.87704",
	} {
		g, err := study.Lineage(s.Context(), node)
		s.must(err)
		if got := g.Nodes[0]; string(got.Value) != want || got.Digest != g.Nodes[1].Digest && !hasNode(g, string(got.Digest)) {
			s.Errorf("%s is %s in %s, want %s", node, got.Value, got.Digest, want)
		}
	}
	g, err := study.Lineage(s.Context(), "alpha/slope")
	s.must(err)
	for _, id := range []string{"seed:grammar=7", "seed:sampling=8", "seed:data=9", "seed:training=1", "seed:training=2", "seed:resampling=3"} {
		if !hasNode(g, id) {
			s.Errorf("no %s", id)
		}
	}
	files := 0
	for _, n := range g.Nodes {
		if n.Kind == "code" && (n.Code == nil || n.Code.Go != "go1.26" || n.Code.Device != "a processor, portable") {
			s.Errorf("code %+v", n.Code)
		}
		if n.Kind == "file" && strings.HasSuffix(n.Label, ".txt") && string(n.Value) == "20000" {
			files++
		}
		if n.Kind == "model" && n.State != lineage.StateNotKept {
			s.Errorf("model %s is %q", n.ID, n.State)
		}
	}
	if files != 2 {
		s.Errorf("%d files", files)
	}
}

func hasNode(g lineage.Graph, id string) bool {
	return slices.ContainsFunc(g.Nodes, func(n lineage.Node) bool { return n.ID == id })
}

// TestSharedNames asks a study for records that another one made.
func TestSharedNames(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.finish(s.spec("first"))
	study, err := lineage.Open(t.Context(), s.store, s.finish(s.spec("second")))
	s.must(err)
	g, err := study.Lineage(t.Context(), "alpha/slope")
	s.must(err)
	for _, n := range g.Nodes {
		if n.Made != nil && n.Label != "second" && !strings.HasPrefix(n.Label, "second/") {
			t.Errorf("%s %s of the second study", n.Kind, n.Label)
		}
	}
}

// TestDamagedGraph draws what is left.
func TestDamagedGraph(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	v := s.finish(s.spec("first"))
	cell, _ := s.record(v.DataSets[0].Fit).Input("record:cell")
	s.write(objectOf(cell), []byte("something else"))
	s.remove(objectOf(v.DataSets[1].Sample))
	origin, _ := s.record(v.DataSets[0].Sample).Input("origin")
	s.remove(objectOf(origin))
	study, err := lineage.Open(t.Context(), s.store, v)
	s.must(err)
	g, err := study.Lineage(t.Context(), "alpha/slope")
	s.must(err)
	states := map[string]string{}
	for _, n := range g.Nodes {
		if n.State != "" && n.State != lineage.StateNotKept {
			states[n.ID] = n.Kind + " " + n.State
		}
	}
	want := map[string]string{string(cell): "cell corrupt", string(v.DataSets[1].Sample): "sample missing"}
	if !reflect.DeepEqual(states, want) {
		t.Errorf("states %v, want %v", states, want)
	}
	found := s.verify(v)
	if again := s.verify(v); len(found.Problems) < 3 || !reflect.DeepEqual(again, found) {
		t.Errorf("found %+v, then %+v", found, again)
	}
	s.remove(objectOf(v.DataSets[0].Fit))
	if _, err := study.Lineage(t.Context(), "alpha@g"); ziplaw.AsError(err) == nil || ziplaw.AsError(err).Code != ziplaw.CodeCorruptArtifact {
		t.Errorf("a number without its record: %v", err)
	}
}

var hash = regexp.MustCompile(`\b[0-9a-f]{12}\b`)

// tree draws the tree of a number.
func tree(s *site, v ziplaw.StudyVersion) {
	study, err := lineage.Open(s.Context(), s.store, v)
	s.must(err)
	g, err := study.Lineage(s.Context(), "alpha@g")
	s.must(err)
	const want = `alpha@g = 1.25, 95 % interval 0.125 to 9
└── fit first/g  sha256:#  key #  2026-01-02 03:15:06, 1s
    ├── sample first/g  sha256:#  key #  2026-01-02 03:05:06, 1s
    │   ├── grammar 10 non-terminals, 150 terminals, 5 options of at most 3 symbols  sha256:#
    │   ├── manifest  sha256:#
    │   ├── document-digests  sha256:#
    │   ├── documents  sha256:#
    │   ├── documents  sha256:#
    │   ├── seed of grammar: 7
    │   ├── seed of sampling: 8
    │   ├── spec  sha256:#
    │   └── code v1.2.3, revision abc, go1.26 linux/amd64, a processor, portable
    ├── 8 cells
    │   ├── cell first/g/h4-l1/D4096/s1, loss 4.9180  sha256:#  key #  2026-01-02 03:07:06, 1s
    │   │   ├── losses  sha256:#
    │   │   ├── model  sha256:#  (not kept)
    │   │   ├── seed of training: 1
    │   │   └── and from above: sample first/g, spec sha256:#, code
    │   ├── cell first/g/h4-l1/D4096/s2, loss 4.9170  sha256:#  key #  2026-01-02 03:08:06, 1s
    │   │   ├── losses  sha256:#
    │   │   ├── model  sha256:#  (not kept)
    │   │   ├── seed of training: 2
    │   │   └── and from above: sample first/g, spec sha256:#, code
    │   └── 6 more (--all shows them)
    ├── seed of resampling: 3
    └── and from above: spec sha256:#, code
`
	if got := hash.ReplaceAllString(g.Tree(false), "#"); got != want {
		s.Errorf("tree\n%s\nwant\n%s", got, want)
	}
	if all := g.Tree(true); strings.Count(all, "cell first/g/") != 8 || strings.Contains(all, "more") {
		s.Errorf("whole tree\n%s", all)
	}
}
